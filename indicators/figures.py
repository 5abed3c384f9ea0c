"""The figures of a plan in one year: the one roll-up behind pages, commands and exports.

The numbers come from the database here and are judged in ``indicators.achievement``.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Any, NamedTuple, Self

from django.db.models import F, FilteredRelation, Q, Value

from activities import names
from activities.models import Department, Objective, Plan
from activities.sentences import Sentence
from activities.sentences import noop as _
from indicators.achievement import (
    EMPTY_SUMMARY,
    Achievement,
    Bands,
    Direction,
    Kind,
    Measurement,
    Method,
    Rated,
    Reading,
    ReportedAs,
    Result,
    Summary,
    Unreported,
    rate,
    roll_up,
    summarise,
)
from indicators.models import COUNTED_STATES, Indicator, Realization, Target, result_of
from indicators.tags import carrying

PERCENT_POINTS = Decimal(100)
BANDS = ("band_achieved", "band_mostly", "band_partly")


class Level(StrEnum):
    PLAN = "plan"
    DEPARTMENT = "department"
    BRANCH = "branch"
    OBJECTIVE = "objective"
    GOAL = "goal"
    ACTIVITY = "activity"
    INDICATOR = "indicator"


@dataclass(frozen=True, slots=True)
class Unit:
    """A department or branch at its place in a plan; ``number`` as printed ("7", "11.2")."""

    id: int
    number: str
    name: str
    short: str
    parent_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure(Rated):
    """One indicator in one year, with what identifies it and what was written in its cells.

    ``result`` is None where it was not recorded whether an unverified number had been reported.
    """

    id: int
    name: str
    position: int
    measure: str
    kind_confirmed: bool
    measurement: Measurement
    baseline_text: str
    target_text: str
    realization_text: str
    absence: str
    result: Result | None = None
    hides_small_numbers: bool
    responsible: str
    activity_id: int
    code: str
    title: str
    unit: Unit
    department: Unit

    @property
    def is_percent(self) -> bool:
        return self.measure == Indicator.Measure.PERCENT

    @property
    def branch(self) -> Unit | None:
        return None if self.unit is self.department else self.unit

    @property
    def objective_code(self) -> str:
        return objective_of(self.code)

    @property
    def goal_code(self) -> str:
        return goal_of(self.code)

    @property
    def activity_key(self) -> str:
        return f"{self.unit.number}/{self.code}"

    @property
    def key(self) -> str:
        return f"{self.activity_key}/{self.position}"


def objective_of(code: str) -> str:
    """Return the strategic objective in an activity's code: the first number."""
    return code.split(".", 1)[0]


def goal_of(code: str) -> str:
    """Return the goal in an activity's code: the first two numbers."""
    return ".".join(code.split(".", 2)[:2])


class Figures:
    """A plan's figures in one year under one reading; loading runs two queries.

    ``tag`` ("sdg:5.1") leaves only the indicators that carry it, in every roll-up.
    """

    def __init__(
        self,
        plan: Plan,
        year: int,
        *,
        reading: Reading = Reading.REPORTED,
        method: Method | None = None,
        unreported: Unreported | None = None,
        tag: str = "",
    ) -> None:
        self.plan = plan
        self.year = year
        self.reading = reading
        self.tag = tag
        self.method = method or Method(plan.method)
        self.unreported = unreported or Unreported(plan.unreported)
        self.bands = bands_of(plan)

    def of_year(self, year: int) -> Figures:
        """Return the same plan and reading in another year, sharing the units."""
        other = Figures(
            self.plan,
            year,
            reading=self.reading,
            method=self.method,
            unreported=self.unreported,
            tag=self.tag,
        )
        other.units = self.units
        return other

    def under(self, reading: Reading) -> Figures:
        """Return the same plan and year under another reading, sharing the units."""
        other = Figures(
            self.plan,
            self.year,
            reading=reading,
            method=self.method,
            unreported=self.unreported,
            tag=self.tag,
        )
        other.units = self.units
        return other

    @cached_property
    def units(self) -> dict[int, Unit]:
        """Return the plan's departments and branches by id, in plan order."""
        places = self.plan.units.select_related("department").order_by("number_key")
        return {
            place.department_id: Unit(
                place.department_id,
                place.number,
                place.department.name,
                place.department.short,
                place.department.parent_id,
            )
            for place in places
        }

    @cached_property
    def rows(self) -> list[Figure]:
        """Return every indicator of the plan in printed order."""
        return list(self._load())

    @cached_property
    def printed_rows(self) -> list[Figure]:
        """Return the rows that tables print, also such as count in no total."""
        return self.rows

    def narrowed(self, ids: Container[int]) -> Self:
        """Return the same figures of some rows only, so that the roll-up sums up just these."""
        other = copy(self)
        for summed in ("summary", "results"):
            vars(other).pop(summed, None)
        other.printed_rows = [row for row in self.printed_rows if row.id in ids]
        other.rows = [row for row in self.rows if row.id in ids]
        return other

    def over_the_years(self, row: Figure) -> dict[int, Figure]:
        """Return an indicator in every year of the plan, this year's as it is; one query."""
        written = {
            (kind, year): Written(value, text, "", state)
            for kind, year, value, text, state in _written_cells(row.id)
        }
        return {
            year: row if year == self.year else self._in_year(row, year, written)
            for year in self.plan.years
        }

    def _in_year(
        self,
        row: Figure,
        year: int,
        written: dict[tuple[str, int], Written],
    ) -> Figure:
        target = written.get(("target", year), NOTHING_WRITTEN)
        reported = written.get(("realization", year), NOTHING_WRITTEN)
        done = reported.under(self.reading)
        measurement = replace(
            row.measurement,
            target=target.value,
            realization=done.value,
            is_unverified=is_left_out(reported.result, self.reading),
        )
        return replace(
            row,
            measurement=measurement,
            result=reported.result,
            achievement=self._rate(measurement),
            target_text=target.text,
            realization_text=done.text,
        )

    def row(self, indicator_id: int) -> Figure:
        """Return one indicator of the plan."""
        return next(row for row in self.rows if row.id == indicator_id)

    def last_targets(self) -> dict[int, Decimal] | None:
        """Return the numbers targeted for the plan's last year, by row; one query.

        None in the last year itself, whose targets the rows hold.
        """
        if self.year == self.plan.last_year:
            return None
        found = Target.objects.filter(
            indicator__activity__plan=self.plan, year=self.plan.last_year, value__isnull=False
        )
        return dict(found.order_by().values_list("indicator_id", "value"))

    @cached_property
    def summary(self) -> Summary:
        return summarise(self.rows, unreported=self.unreported)

    def by(self, level: Level) -> dict[str, Summary]:
        """Return the summaries of a level by key; units of the plan always have theirs."""
        if level is Level.PLAN:
            return {self.plan.slug: self.summary}
        summaries = roll_up(self.rows, KEYS[level], unreported=self.unreported)
        if level in (Level.OBJECTIVE, Level.GOAL):
            return dict(sorted(summaries.items(), key=lambda item: names.code_key(item[0])))
        if level in (Level.DEPARTMENT, Level.BRANCH):
            wants_branch = level is Level.BRANCH
            return {
                unit.number: summaries.get(unit.number, EMPTY_SUMMARY)
                for unit in self.units.values()
                if (unit.parent_id in self.units) == wants_branch
            }
        return summaries

    def names_of(self, level: Level) -> dict[str, str]:
        """Return what each key of a level is called; at most one query."""
        if level is Level.PLAN:
            return {self.plan.slug: self.plan.name}
        if level in (Level.DEPARTMENT, Level.BRANCH):
            return {unit.number: unit.name for unit in self.units.values()}
        if level is Level.ACTIVITY:
            return {row.activity_key: row.title for row in self.rows}
        objectives = Objective.objects.filter(plan=self.plan)
        return {objective.code: str(objective) for objective in objectives}

    def _load(self) -> Iterable[Figure]:
        units = self.units
        for values in self._values():
            unit = units.get(values.pop("activity__department_id")) or self._stray(values)
            department = units.get(unit.parent_id or unit.id, unit)
            yield self._figure(values, unit, department)

    def _values(self) -> Iterable[dict[str, Any]]:
        found = _year_values(self.plan, self.year, COUNTED_STATES[Reading.REPORTED])
        if self.tag:
            found = found.filter(carrying(self.tag))
        for values in found:
            reported = Written(*(values[name] for name in REALIZED))
            counted = reported.under(self.reading)
            yield {
                **values,
                **dict(zip(REALIZED, counted, strict=True)),
                "result": reported.result,
                "is_unverified": is_left_out(reported.result, self.reading),
            }

    def _stray(self, values: dict[str, Any]) -> Unit:
        """Return a unit that owns an activity without a place in the plan (number empty)."""
        department = Department.objects.get(activities=values["activity_id"])
        unit = Unit(department.id, "", department.name, department.short, None)
        self.units[department.id] = unit
        return unit

    def _figure(self, values: dict[str, Any], unit: Unit, department: Unit) -> Figure:
        measurement = Measurement(
            values["baseline"],
            values["planned__value"],
            values["realized__value"],
            Kind(values["kind"]),
            Direction(values["direction"]),
            ReportedAs(values["reported_as"]),
            values["is_unverified"],
        )
        return Figure(
            achievement=self._rate(measurement),
            weight=values["weight"],
            id=values["id"],
            name=values["name"],
            position=values["position"],
            measure=values["measure"],
            kind_confirmed=values["kind_confirmed"],
            measurement=measurement,
            baseline_text=values["baseline_text"],
            target_text=values["planned__text"] or "",
            realization_text=values["realized__text"] or "",
            absence=values["realized__absence"] or "",
            result=values["result"],
            hides_small_numbers=values["hides_small_numbers"],
            counted_with=values["counted_with_id"],
            responsible=values["own_responsible_text"] or values["activity__responsible_text"],
            activity_id=values["activity_id"],
            code=values["activity__code"],
            title=values["activity__title"],
            unit=unit,
            department=department,
        )

    def _rate(self, measurement: Measurement) -> Achievement:
        return rate(measurement, method=self.method, bands=self.bands)


class DeskFigures(Figures):
    """A unit's figures as its own people see them: drafts and returned values count too.

    Never for the pages of the plan, where others' drafts do not exist.
    """

    def __init__(self, plan: Plan, year: int, *, units: Collection[int], **given: Any) -> None:
        super().__init__(plan, year, **given)
        self.own = units

    def _values(self) -> Iterable[dict[str, Any]]:
        found = _year_values(self.plan, self.year, Realization.State.values)
        for values in found.filter(activity__department_id__in=self.own):
            result = result_of(values["realized__value"], values["realized__state"])
            yield {**values, "result": result, "is_unverified": False}


class Written(NamedTuple):
    """What is stored of a target or realization; a target has no state."""

    value: Decimal | None
    text: str
    absence: str
    state: str | None

    @property
    def result(self) -> Result:
        return result_of(self.value, self.state)

    def under(self, reading: Reading) -> Written:
        """Return what a reading counts of the cell: all of it or nothing."""
        if not self.state or self.state in COUNTED_STATES[reading]:
            return self
        return NOTHING_WRITTEN


NOTHING_WRITTEN = Written(None, "", "", None)
# The same parts of a realization where it stands beside its indicator.
REALIZED = ("realized__value", "realized__text", "realized__absence", "realized__state")


def is_left_out(result: Result, reading: Reading) -> bool:
    """Whether a reading does not count a number that was reported: nobody has verified it."""
    return reading is Reading.APPROVED and result is Result.REPORTED


def _written_cells(indicator_id: int) -> Any:
    """Return an indicator's targets and reported realizations: kind, year, value, text, state."""
    columns = ("kind", "year", "value", "text", "where")
    targets = Target.objects.filter(indicator=indicator_id).annotate(
        kind=Value("target"), where=Value("")
    )
    realizations = Realization.objects.filter(
        indicator=indicator_id, state__in=COUNTED_STATES[Reading.REPORTED]
    ).annotate(kind=Value("realization"), where=F("state"))
    return (
        targets.order_by()
        .values_list(*columns)
        .union(realizations.order_by().values_list(*columns), all=True)
    )


def plan_of(slug: str, year: int) -> Plan:
    """Return a plan that has the year; raise Sentence with what there is instead."""
    plan = Plan.objects.filter(slug=slug).first()
    if plan is None:
        known = ", ".join(Plan.objects.values_list("slug", flat=True)) or "–"
        raise Sentence(
            _("There is no plan “%(slug)s”. Known are: %(known)s."), slug=slug, known=known
        )
    if year not in plan.years:
        raise Sentence(_("%(year)s is not a year of the plan."), year=year)
    return plan


# What a figure takes of the indicator itself.
OWN_FIELDS = (
    "id",
    "name",
    "position",
    "measure",
    "kind",
    "kind_confirmed",
    "direction",
    "reported_as",
    "weight",
    "baseline",
    "baseline_text",
    "activity_id",
    "own_responsible_text",
    "counted_with_id",
    "hides_small_numbers",
)


def _year_values(plan: Plan, year: int, states: Sequence[str]) -> Any:
    """Return each indicator with the year's target and its realization if in one of the states."""
    values: Any = (
        Indicator.objects.of_plan(plan)
        .in_use()
        .annotate(
            planned=FilteredRelation("targets", condition=Q(targets__year=year)),
            realized=FilteredRelation(
                "realizations",
                condition=Q(realizations__year=year, realizations__state__in=states),
            ),
        )
        .in_printed_order()
        .values(
            *OWN_FIELDS,
            "planned__value",
            "planned__text",
            "realized__value",
            "realized__text",
            "realized__absence",
            "realized__state",
            "activity__code",
            "activity__title",
            "activity__responsible_text",
            "activity__department_id",
        )
    )
    return values


KEYS = {
    Level.DEPARTMENT: lambda row: row.department.number,
    Level.BRANCH: lambda row: row.branch.number if row.branch else None,
    Level.OBJECTIVE: lambda row: row.objective_code,
    Level.GOAL: lambda row: row.goal_code,
    Level.ACTIVITY: lambda row: row.activity_key,
    Level.INDICATOR: lambda row: row.key,
}


def bands_of(plan: Plan) -> Bands:
    """Return the plan's status bands as fractions."""
    return bands_from({name: getattr(plan, name) for name in BANDS})


def bands_from(points: Mapping[str, Decimal | str]) -> Bands:
    """Return status bands that are stored, or frozen, in percentage points."""
    return Bands(*(Decimal(points[name]) / PERCENT_POINTS for name in BANDS))
