"""What comes once all of a unit's rows are sent: review, closing, publication."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _

from activities.models import Period
from entry.groups import UnitProgress
from entry.moments import moment
from indicators.progress import OVER


class Reached(StrEnum):
    DONE = "done"
    NOW = "now"
    LATER = "later"


ICONS = {Reached.DONE: "check", Reached.NOW: "now", Reached.LATER: "later"}


@dataclass(frozen=True, slots=True)
class RoadStep:
    """One step of the road: its name, what is told of it, and whether it is reached."""

    name: str
    told: str
    reached: Reached

    @property
    def icon(self) -> str:
        return ICONS[self.reached]


def is_published(period: Period | None) -> bool:
    return period is not None and period.state == Period.State.PUBLISHED


def road(progress: UnitProgress, period: Period | None) -> list[RoadStep]:
    """Return the steps from sending to publication; one of them is going on, or all are done."""
    counts = progress.counts
    is_closed = period is not None and period.state in OVER
    is_over = is_published(period)  # what is not verified by then is not looked at any more
    looked_through = _("%(verified)s verified, %(looked_at)s being looked at, %(in_line)s waiting")
    told = {
        "verified": counts.verified,
        "looked_at": counts.looked_at,
        "in_line": counts.in_line,
    }
    steps = [
        (_("Submitted"), moment(progress.sent_at), True),
        (_("Review"), looked_through % told, is_over or counts.verified == counts.due),
        (_("The year is closed"), _("the numbers do not change any more"), is_closed),
        (_("Publication"), _("everybody can read it on the public pages"), is_over),
    ]
    going_on = next((at for at, (_name, _told, done) in enumerate(steps) if not done), None)
    found = [
        RoadStep(
            name,
            about,
            Reached.DONE if done else Reached.NOW if at == going_on else Reached.LATER,
        )
        for at, (name, about, done) in enumerate(steps)
    ]
    if not is_closed:
        again = _("with a note; you mend it and send it again")
        found.insert(2, RoadStep(_("If a row is returned"), again, Reached.LATER))
    return found
