"""What publishing a year would freeze, and what became of an edition since."""

from __future__ import annotations

from dataclasses import dataclass

from activities import revisions
from findings.plan_year import PlanYear
from indicators import editions
from indicators.achievement import Reading, Summary
from indicators.editions import Erratum, FrozenFigures
from indicators.figures import Figure
from indicators.models import Edition, Realization
from review.overview import NOT_DUE, states

State = Realization.State


@dataclass(frozen=True, slots=True)
class Preview:
    """What an edition would hold, and what it would lack; ``seen`` marks the plan's revision."""

    seen: int
    approved: int
    sent: list[Figure]
    on_desks: list[Figure]
    missing: list[Figure]
    blocking: int
    reported: Summary
    frozen: Summary

    @property
    def has_warnings(self) -> bool:
        return bool(self.sent or self.on_desks or self.missing or self.blocking)


def preview(here: PlanYear) -> Preview:
    """Return what publishing would freeze now."""
    reported = here.findings.figures
    frozen = here.figures.under(Reading.APPROVED)
    stored = states(here)
    desks = (State.DRAFT, State.RETURNED)
    rows = reported.rows
    return Preview(
        seen=revisions.current(here.plan),
        approved=sum(stored.get(row.id) == State.APPROVED for row in rows),
        sent=[row for row in rows if stored.get(row.id) == State.SUBMITTED],
        on_desks=[row for row in rows if stored.get(row.id) in desks],
        missing=[
            row for row in rows if row.id not in stored and row.achievement.status not in NOT_DUE
        ],
        blocking=here.findings.marks.total,
        reported=reported.summary,
        frozen=frozen.summary,
    )


@dataclass(frozen=True, slots=True)
class Published:
    """An edition, whether its checksum still fits, and what was corrected since."""

    edition: Edition
    is_intact: bool
    errata: list[Erratum]


def published(here: PlanYear) -> Published | None:
    """Return the year's newest edition; None before it is published."""
    edition = (
        Edition.objects.filter(plan=here.plan, year=here.year)
        .select_related("published_by")
        .order_by("-number")
        .first()
    )
    if edition is None:
        return None
    intact = editions.checksum(edition.content) == edition.checksum
    return Published(edition, intact, editions.errata(FrozenFigures(here.plan, edition)))
