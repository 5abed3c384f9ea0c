"""What came since a person's last visit: what was sent and answered to her, or came back."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Max, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.rights import Right
from activities.models import PlanDepartment
from indicators.corrected import SENT, Correction, corrections
from indicators.models import Comment, FindingAnswer, Realization

if TYPE_CHECKING:
    from accounts.models import User

LISTED = 8
State = Realization.State
# When, plan, unit, year, words.
Found = tuple[datetime.datetime, int, int, int, str]


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened in a unit's year; ``url`` is where the reader goes on with it."""

    at: datetime.datetime
    unit: str
    year: int
    text: str
    url: str


class Since:
    """What others did since a moment that is a person's to know; three queries and those below.

    Of a unit one more looks for its corrected numbers, with any another one for what they were.
    Where anything came one brings the units.
    """

    def __init__(self, person: User, since: datetime.datetime) -> None:
        self.person, self.since = person, since
        self.reviews = person.may(Right.REVIEW)

    def events(self) -> list[Event]:
        """Return the events, one for each kind, unit and year, the newest first."""
        found = [
            *self._values("submitted", State.SUBMITTED, _("values sent")),
            *self._values("decided", State.RETURNED, _("values returned")),
            *self._values("decided", State.APPROVED, _("values verified")),
            *self._corrected(),
            *self._comments(),
            *self._answers(),
        ]
        places = self._places({(plan, unit) for _at, plan, unit, *_rest in found})
        listed = [
            Event(at, str(places[plan, unit]), year, text, self._url(place, year))
            for at, plan, unit, year, text in found
            if (place := places.get((plan, unit)))
        ]
        return sorted(listed, key=lambda each: each.at, reverse=True)

    def _url(self, place: PlanDepartment, year: int) -> str:
        page = "review_unit" if self.reviews else "entry"
        return reverse(page, args=[place.plan.slug, year, place.number])

    def _values(self, act: str, state: str, text: str) -> list[Found]:
        # What a unit sent is news to its reviewers, what became of it to the unit.
        if (state == State.SUBMITTED) != self.reviews:
            return []
        mine = {f"{act}_by": self.person}
        rows = Realization.objects.filter(
            self._theirs("indicator__activity__"),
            **{f"{act}_at__gt": self.since, "state": state, "indicator__retired_on": None},
        ).exclude(**mine)
        return self._grouped(rows, "indicator__activity__", "year", f"{act}_at", text)

    def _corrected(self) -> list[Found]:
        """Return the sent numbers of a unit that others wrote over, each with what it was."""
        if self.reviews:
            return []
        rows = Realization.objects.filter(
            self._theirs("indicator__activity__"),
            entered_at__gt=self.since,
            state__in=SENT,
            indicator__retired_on=None,
        ).exclude(entered_by=self.person)
        values = list(rows.select_related("indicator__activity").order_by("pk"))
        told = corrections(values)
        return [
            (
                told[value.pk].when,
                value.indicator.activity.plan_id,
                value.indicator.activity.department_id,
                value.year,
                _words(value, told[value.pk]),
            )
            for value in values
            if value.pk in told
        ]

    def _comments(self) -> list[Found]:
        path = "realization__indicator__activity__"
        rows = Comment.objects.filter(self._theirs(path), written_at__gt=self.since)
        rows = rows.exclude(written_by=self.person)
        return self._grouped(rows, path, "realization__year", "written_at", _("comments"))

    def _answers(self) -> list[Found]:
        path = "indicators__activity__"
        rows = FindingAnswer.objects.filter(self._theirs(path), answered_at__gt=self.since)
        rows = rows.exclude(answered_by=self.person)
        return self._grouped(rows, path, "year", "answered_at", _("questions answered"))

    def _theirs(self, path: str) -> Q:
        """Return what narrows rows to those that the person may know of where she stands."""
        here = Q(**{f"{path}plan__municipality": self.person.stands_in})
        if self.reviews:
            return here
        return here & Q(**{f"{path}department__in": self.person.units_here})

    def _grouped(
        self, rows: QuerySet[Any], path: str, year: str, at: str, text: str
    ) -> list[Found]:
        groups = rows.order_by().values_list(f"{path}plan", f"{path}department", year)
        found = groups.annotate(last=Max(at), n=Count("pk", distinct=True))
        return [(last, plan, unit, y, f"{text}: {n}") for plan, unit, y, last, n in found]

    def _places(self, wanted: set[tuple[int, int]]) -> dict[tuple[int, int], PlanDepartment]:
        if not wanted:
            return {}
        found = PlanDepartment.objects.filter(
            plan__in={plan for plan, _unit in wanted}, department__in={u for _p, u in wanted}
        ).select_related("plan", "department")
        return {(each.plan_id, each.department_id): each for each in found}


def _words(value: Realization, correction: Correction) -> str:
    """Return what was corrected, from what to what, and why."""
    is_percent = value.indicator.is_percent
    told = _("number corrected: %(code)s, %(before)s → %(after)s") % {
        "code": value.indicator.activity.code,
        "before": correction.before.shown(is_percent=is_percent),
        "after": correction.after.shown(is_percent=is_percent),
    }
    return f"{told} · {correction.reason}" if correction.reason else told
