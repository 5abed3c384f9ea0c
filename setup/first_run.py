"""The five steps from an empty installation to the first open year, and which are done.

A step is done when what follows can rest on it; nothing is stored of that, it is seen from what
is there. The order is advice: only opening a year waits for others.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import Membership
from activities.models import Institution, Municipality, Period, Plan
from indicators.leading import leading
from indicators.models import Indicator
from mail.recipients import Reporting, reporting_units

LAST = 4
"""The place of the step that waits for others, from 0."""


class StepState(StrEnum):
    DONE = "done"
    NOW = "now"
    LATER = "later"
    WAITS = "waits"


TOLD = {
    StepState.DONE: lambda: pgettext("a step", "Done"),
    StepState.NOW: lambda: pgettext("a step", "Now"),
    StepState.LATER: lambda: pgettext("a step", "Later"),
    StepState.WAITS: lambda: pgettext("a step", "Waits"),
}
ICONS = {
    StepState.DONE: "check",
    StepState.NOW: "now",
    StepState.LATER: "later",
    StepState.WAITS: "lock",
}


@dataclass(frozen=True, slots=True)
class Step:
    """A step as a page shows it; ``number`` from 1."""

    number: int
    title: str
    state: StepState

    @property
    def is_done(self) -> bool:
        return self.state is StepState.DONE

    @property
    def is_now(self) -> bool:
        return self.state is StepState.NOW

    @property
    def told(self) -> str:
        return TOLD[self.state]()

    @property
    def icon(self) -> str:
        return ICONS[self.state]


class FirstRun:
    """What of setting up a municipality is done; up to seven queries, each once it is asked."""

    def __init__(self, municipality: Municipality, plans: Iterable[Plan]) -> None:
        self.municipality = municipality
        self.plans = list(plans)

    @cached_property
    def steps(self) -> list[Step]:
        done = (
            (_("Municipality"), self.is_named),
            (_("Plan"), self.indicators > 0),
            (_("Units"), self.indicators > 0 and not self.names_to_check),
            (_("People"), self.is_staffed),
            (_("Open the first year"), self.has_begun),
        )
        now = next((place for place, (_title, is_done) in enumerate(done) if not is_done), None)
        return [
            Step(place + 1, title, self._state(place, is_done, now))
            for place, (title, is_done) in enumerate(done)
        ]

    def _state(self, place: int, is_done: bool, now: int | None) -> StepState:
        if is_done:
            return StepState.DONE
        if place == now:
            return StepState.NOW
        return StepState.LATER if place < LAST or self.can_open else StepState.WAITS

    @property
    def done(self) -> int:
        return sum(step.is_done for step in self.steps)

    @property
    def total(self) -> int:
        return len(self.steps)

    @property
    def is_over(self) -> bool:
        return self.done == self.total

    @property
    def is_named(self) -> bool:
        """Whether the municipality has its name and somebody to turn to."""
        place = self.municipality
        return bool(place.name and (place.contact_email or place.contact_phone))

    @cached_property
    def indicators(self) -> int:
        if self.plan is None:
            return 0
        return Indicator.objects.in_use().filter(activity__plan=self.plan).count()

    @cached_property
    def names_to_check(self) -> int:
        return Institution.objects.filter(municipality=self.municipality, to_check=True).count()

    @cached_property
    def reporting(self) -> Reporting:
        return reporting_units([self.plan] if self.plan else [])

    @property
    def with_coordinator(self) -> int:
        """Return how many of the units that report have somebody who can be written to."""
        return len(self.reporting.units) - len(self.reporting.alone)

    @cached_property
    def reviewers(self) -> int:
        active = Membership.objects.filter(municipality=self.municipality, person__is_active=True)
        return active.filter(role=Membership.Role.REVIEWER).count()

    @property
    def is_staffed(self) -> bool:
        """Whether every unit that reports has a coordinator, and somebody reviews."""
        units = self.reporting.units
        return bool(units) and not self.reporting.alone and self.reviewers > 0

    @property
    def can_open(self) -> bool:
        """Whether a year can be opened: something is measured, and somebody reports it."""
        return self.indicators > 0 and self.with_coordinator > 0

    @cached_property
    def has_begun(self) -> bool:
        """Whether a year was ever opened."""
        begun = Period.objects.filter(plan__in=self.plans).exclude(state=Period.State.PLANNED)
        return begun.exists()

    @cached_property
    def plan(self) -> Plan | None:
        """Return the plan that is set up: the leading one; None while there is none."""
        return leading(self.plans)

    @cached_property
    def next_year(self) -> Period | None:
        """Return the plan's first year that has not begun."""
        if self.plan is None:
            return None
        return self.plan.periods.filter(state=Period.State.PLANNED).order_by("year").first()
