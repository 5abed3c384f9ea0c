"""What a file would change in a plan: the rows to write, and the changes as they are told.

``imports.comparison`` works it out, ``imports.actions`` writes exactly this.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from activities.models import (
    Activity,
    ActivityUnit,
    Alias,
    Department,
    Institution,
    Objective,
    Period,
    Plan,
    PlanDepartment,
)
from activities.sentences import Sentence
from imports.table import FileProblem, FileTable
from imports.units import KnownUnit
from indicators.models import Indicator, IndicatorUnit, Realization, Target

NEW, CHANGED, MISSING = "new", "changed", "missing"


@dataclass(frozen=True, slots=True)
class PlanChange:
    """One difference, told by the department's and branch's number in the plan."""

    kind: str
    department: str
    branch: str | None
    code: str
    indicator: str | None
    field: str | None = None
    before: str | None = None
    after: str | None = None

    def as_json(self) -> dict[str, str | None]:
        return {
            "kind": self.kind,
            "department": self.department,
            "branch": self.branch,
            "code": self.code,
            "indicator": self.indicator,
            "field": self.field,
            "from": self.before,
            "to": self.after,
        }


@dataclass(slots=True)
class Owner:
    """The department or branch that owns rows, and its place in the plan."""

    department: Department
    number: str
    parent: Owner | None = None

    @property
    def place(self) -> tuple[str, str | None]:
        """Return the numbers of the department and of the branch."""
        return (self.parent.number, self.number) if self.parent else (self.number, None)


@dataclass(frozen=True, slots=True)
class RowPlace:
    """The row of the plan that a change is told of; ``indicator`` is None for the activity's."""

    owner: Owner
    code: str
    indicator: str | None = None

    def new(self) -> PlanChange:
        return self._told(NEW)

    def missing(self) -> PlanChange:
        return self._told(MISSING)

    def changed(self, name: str, before: str, after: str) -> PlanChange:
        return self._told(CHANGED, name, before, after)

    def _told(self, kind: str, *what: str) -> PlanChange:
        return PlanChange(kind, *self.owner.place, self.code, self.indicator, *what)


@dataclass(frozen=True, slots=True)
class ImportChoices:
    """What a person decided about a file beforehand.

    ``aliases`` maps a name as printed to the unit it means; ``retire`` holds the ids of
    indicators that the file no longer has. ``overwrite_reason`` lets what was sent and closed years
    be written, and says why. ``leave_out`` holds the groups of settled cells that stay as they
    are: closed years, as "2024", and SENT_VALUES.
    """

    aliases: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    retire: frozenset[int] = frozenset()
    overwrite_reason: str = ""
    create_departments: bool = False
    leave_out: frozenset[str] = frozenset()


# What was sent or verified of the years that are not over, as a group that can be left out.
SENT_VALUES = "sent"
NO_CHOICES = ImportChoices()


@dataclass(slots=True)
class Update:
    """Stored rows with new values set on them, waiting to be written."""

    model: type[models.Model]
    fields: tuple[str, ...]
    rows: list[Any] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A name in the file that nobody knows, with ranked guesses."""

    text: str
    where: str
    guesses: tuple[KnownUnit, ...]
    is_heading: bool = False


@dataclass(slots=True)
class Difference:
    """Everything that applying a file would write, and what a person should know first.

    ``revision`` is the plan's revision it was compared at. ``settled_in`` counts by group what only
    a reason opens, ``left_out`` what a person leaves out, ``corrected`` the verified values that
    get another number; ``published`` are the years in which the public would read of it.
    ``places`` says where in the file each indicator stood.
    """

    plan: Plan
    year: int
    table: FileTable
    revision: int = 0
    makes_plan: bool = False
    new_aliases: list[Alias] = field(default_factory=list)
    new_departments: list[Department] = field(default_factory=list)
    new_places: list[PlanDepartment] = field(default_factory=list)
    new_periods: list[Period] = field(default_factory=list)
    new_objectives: list[Objective] = field(default_factory=list)
    new_institutions: list[Institution] = field(default_factory=list)
    new_activities: list[Activity] = field(default_factory=list)
    new_roles: list[ActivityUnit] = field(default_factory=list)
    new_indicators: list[Indicator] = field(default_factory=list)
    new_own_roles: list[IndicatorUnit] = field(default_factory=list)
    new_targets: list[Target] = field(default_factory=list)
    new_realizations: list[Realization] = field(default_factory=list)
    replaced_roles: list[Activity] = field(default_factory=list)
    replaced_own_roles: list[Indicator] = field(default_factory=list)
    changed_departments: list[Department] = field(default_factory=list)
    changed_activities: list[Activity] = field(default_factory=list)
    changed_objectives: list[Objective] = field(default_factory=list)
    changed_indicators: list[Indicator] = field(default_factory=list)
    changed_targets: list[Target] = field(default_factory=list)
    changed_realizations: list[Realization] = field(default_factory=list)
    changes: list[PlanChange] = field(default_factory=list)
    unmatched: list[Unmatched] = field(default_factory=list)
    missing_rows: list[tuple[Indicator, PlanChange]] = field(default_factory=list)
    errors: list[FileProblem] = field(default_factory=list)
    warnings: list[FileProblem] = field(default_factory=list)
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    missing: int = 0
    changed_by: Counter[str] = field(default_factory=Counter)
    unchanged_by: Counter[str] = field(default_factory=Counter)
    settled_in: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    corrected: int = 0
    published: set[int] = field(default_factory=set)
    places: list[tuple[Indicator, str]] = field(default_factory=list)

    def fail(
        self, where: str, column: str, message: str, value: str, *, stops: bool = False
    ) -> None:
        """Keep an error with its place; ``message`` may name its value as %(value)s."""
        problem = FileProblem(where, column, value, Sentence(message, value=value), stops)
        self.errors.append(problem)

    @property
    def stops(self) -> bool:
        """Whether an error keeps even the rows without one from being written."""
        return any(problem.stops for problem in self.errors)

    @property
    def settled(self) -> int:
        """Return how many errors need only a reason."""
        return self.settled_in.total()

    @property
    def unknown_units(self) -> int:
        """Return how many errors need only that a person names a unit, or lets it be added."""
        return sum(name.is_heading for name in self.unmatched)

    @property
    def errors_in_file(self) -> int:
        """Return how many errors only another file mends."""
        return len(self.errors) - self.settled - self.unknown_units

    @property
    def writes_anything(self) -> bool:
        # What only the plan holds is told as a change, but nothing is done about it.
        told = any(change.kind != MISSING for change in self.changes)
        return told or bool(self.new) or self.plan.pk is None

    @property
    def published_years(self) -> str:
        return ", ".join(str(year) for year in sorted(self.published))

    @property
    def counts(self) -> dict[str, int]:
        return {
            "new": self.new,
            "changed": self.changed,
            "unchanged": self.unchanged,
            "missing": self.missing,
        }

    @property
    def own_role_model(self) -> type[IndicatorUnit]:
        return IndicatorUnit

    @property
    def updates(self) -> list[Update]:
        """Return the changed rows by model, with the columns that may have changed."""
        written = (
            Update(Department, ("name", "name_key", "sort_key"), self.changed_departments),
            Update(Objective, ("title",), self.changed_objectives),
            Update(Activity, ACTIVITY_FIELDS, self.changed_activities),
            Update(Indicator, INDICATOR_FIELDS, self.changed_indicators),
            Update(Target, ("value", "text"), self.changed_targets),
            Update(Realization, REALIZATION_FIELDS, self.changed_realizations),
        )
        return [update for update in written if update.rows]


ACTIVITY_FIELDS = (
    "code",
    "code_key",
    "objective",
    "title",
    "title_key",
    "responsible_text",
    "supporting_text",
)
INDICATOR_FIELDS = (
    "name",
    "name_key",
    "baseline",
    "baseline_text",
    "own_responsible_text",
    "own_supporting_text",
    "weight",
    "unit",
    "retired_on",
)
REALIZATION_FIELDS = (
    "value",
    "text",
    "absence",
    "women",
    "men",
    "others",
    "deviation_reason",
    "measure_to_take",
    "state",
    "version",
    "entered_at",
    "entered_by",
    "submitted_at",
    "submitted_by",
    "decided_at",
    "decided_by",
)
