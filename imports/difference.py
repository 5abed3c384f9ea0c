"""What a file would change in a plan: computed from the database, written nowhere.

``compare`` builds the rows that are missing and the changes of those that are there;
``imports.actions`` writes exactly these. Numbers are compared as numbers ("50" and "50,0" are
the same), everything else as it was written.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, cast

from django.db.models import Max

from activities import names
from activities.models import (
    Activity,
    ActivityUnit,
    Department,
    Institution,
    Objective,
    Period,
    Plan,
    PlanDepartment,
    Role,
)
from activities.sentences import Sentence
from activities.sentences import noop as _
from imports.published import ActivityRow, IndicatorRow, Problem, Table, Unit
from imports.units import KnownUnit, UnitMatch, UnitMatcher
from indicators.achievement import Kind
from indicators.cells import Cell, CellKind
from indicators.models import Indicator, IndicatorUnit, Realization, Target

NEW, CHANGED, MISSING = "new", "changed", "missing"
CLOSED_STATES = (Period.State.CLOSED, Period.State.PUBLISHED)


@dataclass(frozen=True, slots=True)
class Change:
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


@dataclass(slots=True)
class Difference:
    """Everything that applying a file would write, and what a person should know first."""

    plan: Plan
    year: int
    table: Table
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
    changed_activities: list[Activity] = field(default_factory=list)
    changed_indicators: list[Indicator] = field(default_factory=list)
    changed_targets: list[Target] = field(default_factory=list)
    changed_realizations: list[Realization] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    unmatched: list[tuple[str, str, list[str]]] = field(default_factory=list)
    errors: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    missing: int = 0

    @property
    def writes_anything(self) -> bool:
        return bool(self.new or self.changes) or self.plan.pk is None


def compare(table: Table, plan: Plan, year: int, *, create_departments: bool = False) -> Difference:
    """Return what applying the table to the plan would change; the plan may be unsaved."""
    comparison = _Comparison(Difference(plan, year, table), create_departments)
    return comparison.run()


def same_value(cell: Cell, value: Decimal | None, text: str) -> bool:
    """Whether a cell says what is stored: numbers as numbers, the rest as written."""
    if cell.kind is CellKind.NUMBER or value is not None:
        return cell.value == value
    return cell.text == text


class _Comparison:
    """Walks through a table beside the stored plan. Queries do not grow with the rows."""

    def __init__(self, result: Difference, create_departments: bool) -> None:
        self.result = result
        self.plan = result.plan
        self.is_new_plan = result.plan.pk is None
        self.may_create = create_departments or self.is_new_plan
        self.owners: dict[Unit, Owner | None] = {}
        self.seen: set[int] = set()
        self.split: dict[str, list[Department | Institution]] = {}
        self._load_units()
        self._load_plan()

    def run(self) -> Difference:
        self._check_years()
        for row in self.result.table.activities:
            self._owner(row)
        # Cells may name the departments that this very file brings.
        self.matcher = UnitMatcher([*self.known, *self._new_known()])
        for row in self.result.table.activities:
            self._take_activity(row)
        self._note_missing()
        self.result.errors = self.result.table.errors + self.result.errors
        self.result.warnings = self.result.table.warnings + self.result.warnings
        return self.result

    # --- what is stored ---

    def _load_units(self) -> None:
        self.departments = {unit.pk: unit for unit in Department.objects.select_related("parent")}
        self.institutions = {unit.pk: unit for unit in Institution.objects.all()}
        self.known = known_units()
        self.matcher = UnitMatcher(self.known)
        places = PlanDepartment.objects.filter(plan_id=self.plan.pk)
        self.places = {place.department_id: place.number for place in places}
        self.new_institutions: dict[str, Institution] = {}

    def _load_plan(self) -> None:
        own = {"plan_id": self.plan.pk}
        self.activities = {
            (activity.department_id, activity.code): activity
            for activity in Activity.objects.filter(**own)
        }
        self.indicators = {
            (indicator.activity_id, indicator.name_key): indicator
            for indicator in Indicator.objects.filter(activity__plan_id=self.plan.pk)
        }
        self.targets = {
            (target.indicator_id, target.year): target
            for target in Target.objects.filter(indicator__activity__plan_id=self.plan.pk)
        }
        realizations = Realization.objects.filter(
            indicator__activity__plan_id=self.plan.pk, year=self.result.year
        )
        self.realizations = {value.indicator_id: value for value in realizations}
        self.objectives = {
            objective.code: objective for objective in Objective.objects.filter(**own)
        }
        self.periods = {period.year: period for period in Period.objects.filter(**own)}
        self.position = Activity.objects.filter(**own).aggregate(last=Max("position"))["last"] or 0
        self.by_id = {activity.pk: activity for activity in self.activities.values()}
        self.last_position: dict[int, int] = defaultdict(int)
        for indicator in self.indicators.values():
            key = id(self.by_id[indicator.activity_id])
            self.last_position[key] = max(self.last_position[key], indicator.position)

    def _check_years(self) -> None:
        years = self.result.table.years
        if self.is_new_plan and years:
            self.plan.first_year, self.plan.last_year = min(years), max(years)
        for year in {*years, self.result.year}:
            if year not in self.plan.years:
                self._fail("1", str(year), _("%(value)s is not a year of the plan."), str(year))
        for year in self.plan.years:
            if year not in self.periods:
                reported = year == self.result.year and self.result.table.has_realization
                state = Period.State.OPEN if reported else Period.State.PLANNED
                self.result.new_periods.append(Period(plan=self.plan, year=year, state=state))

    # --- departments and branches ---

    def _owner(self, row: ActivityRow) -> Owner | None:
        department = self._resolve(row.department, None, row)
        if row.branch is None or department is None:
            return department
        return self._resolve(row.branch, department, row)

    def _resolve(self, unit: Unit, parent: Owner | None, row: ActivityRow) -> Owner | None:
        if unit not in self.owners:
            self.owners[unit] = self._find(unit, parent, row)
        return self.owners[unit]

    def _find(self, unit: Unit, parent: Owner | None, row: ActivityRow) -> Owner | None:
        kind = "branch" if parent else "department"
        match = self.matcher.match(unit.name, only={kind})
        department = self._stored(match.unit) if match.unit else None
        if department and parent and department.parent_id != parent.department.pk:
            department = None
        if department and department.pk in self.places:
            return Owner(department, self.places[department.pk], parent)
        if not self.may_create:
            guesses = [guess.name for guess in match.guesses]
            self.result.unmatched.append((unit.name, row.where, guesses))
            self._fail(
                row.where,
                "department",
                _("The plan has no unit “%(value)s”. --create-departments adds it."),
                unit.name,
            )
            return None
        return self._new_owner(unit, parent, department)

    def _stored(self, unit: KnownUnit) -> Any:
        """Return the department or institution behind a known unit."""
        kind, key = cast("tuple[str, int]", unit.id)
        if kind == "new":
            return self.result.new_departments[key]
        return self.institutions[key] if kind == "institution" else self.departments[key]

    def _new_known(self) -> Iterable[KnownUnit]:
        for number, unit in enumerate(self.result.new_departments):
            yield KnownUnit(("new", number), unit.name, "branch" if unit.parent else "department")

    def _new_owner(self, unit: Unit, parent: Owner | None, department: Department | None) -> Owner:
        if department is None:
            department = Department(
                name=names.title(unit.name), parent=parent.department if parent else None
            )
            self.result.new_departments.append(department)
        number = self._free_number(unit.number, parent)
        place = PlanDepartment(plan=self.plan, department=department, number=number)
        self.result.new_places.append(place)
        return Owner(department, number, parent)

    def _free_number(self, printed: str, parent: Owner | None) -> str:
        """Return the printed number, or the next free one in order of appearance."""
        taken = {*self.places.values(), *(place.number for place in self.result.new_places)}
        if printed and printed not in taken:
            return printed
        prefix = f"{parent.number}." if parent else ""
        numbers = (f"{prefix}{count}" for count in range(1, len(taken) + 2))
        return next(number for number in numbers if number not in taken)

    # --- activities ---

    def _take_activity(self, row: ActivityRow) -> None:
        owner = self._owner(row)
        if owner is None:
            return
        activity = self.activities.get((owner.department.pk, row.code)) if self.plan.pk else None
        changes: list[Change] = []
        if activity is None:
            activity = self._new_activity(row, owner)
        else:
            changes = self._compare_activity(activity, row, owner)
        for number, indicator_row in enumerate(row.indicators):
            # A change of the activity is counted and told once, with its first row.
            told = changes if number == 0 else []
            self._take_indicator(activity, indicator_row, row, owner, told)

    def _new_activity(self, row: ActivityRow, owner: Owner) -> Activity:
        self.position += 1
        activity = Activity(
            plan=self.plan,
            department=owner.department,
            objective=self._objective(row.code),
            code=row.code,
            title=row.title,
            position=self.position,
            responsible_text=row.responsible,
            supporting_text=row.supporting,
        )
        self.result.new_activities.append(activity)
        self._add_roles(activity, row)
        return activity

    def _objective(self, code: str) -> Objective:
        """Return the goal of a code (its first two numbers), made with its objective if new."""
        first, second = code.split(".")[:2]
        goal = f"{first}.{second}"
        for part, parent in ((first, None), (goal, first)):
            if part not in self.objectives:
                above = self.objectives[parent] if parent else None
                objective = Objective(plan=self.plan, code=part, parent=above)
                self.objectives[part] = objective
                self.result.new_objectives.append(objective)
        return self.objectives[goal]

    def _compare_activity(self, activity: Activity, row: ActivityRow, owner: Owner) -> list[Change]:
        stated = {
            "title": row.title,
            "responsible_text": row.responsible,
            "supporting_text": row.supporting,
        }
        changes = self._set_changed(activity, stated, row, owner, None)
        if changes:
            self.result.changed_activities.append(activity)
        if any(change.field != "title" for change in changes):
            self.result.replaced_roles.append(activity)
            self._add_roles(activity, row)
        return changes

    def _add_roles(self, activity: Activity, row: ActivityRow) -> None:
        for role, text in ((Role.RESPONSIBLE, row.responsible), (Role.SUPPORTING, row.supporting)):
            self.result.new_roles.extend(
                ActivityUnit(activity=activity, role=role, position=position, **_unit(unit))
                for position, unit in enumerate(self._units(text, row.where))
            )

    def _units(self, text: str, where: str) -> list[Department | Institution]:
        """Return the units a cell names; what nobody knows becomes an institution to check."""
        if text not in self.split:
            units = [self._unit(match, where) for match in self.matcher.split(text)]
            # By identity: what is not saved yet has no key to compare by.
            self.split[text] = list({id(unit): unit for unit in units}.values())
        return self.split[text]

    def _unit(self, match: UnitMatch, where: str) -> Department | Institution:
        if match.unit is not None:
            return self._stored(match.unit)
        key = names.fold(match.text)
        if key not in self.new_institutions:
            institution = Institution(name=match.text, to_check=True)
            self.new_institutions[key] = institution
            self.result.new_institutions.append(institution)
            guesses = [guess.name for guess in match.guesses]
            self.result.unmatched.append((match.text, where, guesses))
        return self.new_institutions[key]

    # --- indicators ---

    def _take_indicator(
        self,
        activity: Activity,
        row: IndicatorRow,
        above: ActivityRow,
        owner: Owner,
        changes: list[Change],
    ) -> None:
        key = (activity.pk, names.fold(row.name))
        indicator = self.indicators.get(key) if activity.pk else None
        if indicator is None:
            self._new_indicator(activity, row, above)
            self.result.new += 1
            self.result.changes.append(Change(NEW, *owner.place, above.code, row.name))
            self.result.changes.extend(changes)
            return
        self.seen.add(indicator.pk)
        changes = [
            *changes,
            *self._compare_indicator(indicator, row, above, owner),
            *self._compare_targets(indicator, row, above, owner),
            *self._compare_realization(indicator, row, above, owner),
        ]
        self.result.changes.extend(changes)
        if changes:
            self.result.changed += 1
        else:
            self.result.unchanged += 1

    def _new_indicator(self, activity: Activity, row: IndicatorRow, above: ActivityRow) -> None:
        self.last_position[id(activity)] += 1
        indicator = Indicator(
            activity=activity,
            position=self.last_position[id(activity)],
            baseline=row.baseline.value,
            **self._stated(row, above),
            **_measured(row),
        )
        self.result.new_indicators.append(indicator)
        self._add_own_roles(indicator, row)
        for year, cell in row.targets.items():
            self._new_target(indicator, year, cell)
        self._new_realization(indicator, row.realization)

    def _stated(self, row: IndicatorRow, above: ActivityRow) -> dict[str, str]:
        return {
            "name": row.name,
            "baseline_text": row.baseline.text,
            "own_responsible_text": _own(row.responsible, above.responsible),
            "own_supporting_text": _own(row.supporting, above.supporting),
        }

    def _add_own_roles(self, indicator: Indicator, row: IndicatorRow) -> None:
        texts = (
            (Role.RESPONSIBLE, indicator.own_responsible_text),
            (Role.SUPPORTING, indicator.own_supporting_text),
        )
        for role, text in texts:
            self.result.new_own_roles.extend(
                IndicatorUnit(indicator=indicator, role=role, position=position, **_unit(unit))
                for position, unit in enumerate(self._units(text, row.where))
            )

    def _new_target(self, indicator: Indicator, year: int, cell: Cell) -> None:
        if cell.kind is not CellKind.EMPTY:
            target = Target(indicator=indicator, year=year, value=cell.value, text=cell.text)
            self.result.new_targets.append(target)

    def _new_realization(self, indicator: Indicator, cell: Cell) -> None:
        if cell.kind is not CellKind.EMPTY:
            self.result.new_realizations.append(
                Realization(
                    indicator=indicator,
                    year=self.result.year,
                    value=cell.value,
                    text=cell.text,
                    state=Realization.State.SUBMITTED,
                )
            )

    def _compare_indicator(
        self, indicator: Indicator, row: IndicatorRow, above: ActivityRow, owner: Owner
    ) -> list[Change]:
        stated = self._stated(row, above)
        written = stated.pop("baseline_text")
        changes = self._set_changed(indicator, stated, above, owner, row.name)
        if not same_value(row.baseline, indicator.baseline, indicator.baseline_text):
            changes.append(
                self._change(above, owner, row.name, "baseline", indicator.baseline_text, written)
            )
            indicator.baseline, indicator.baseline_text = row.baseline.value, written
        if changes:
            self.result.changed_indicators.append(indicator)
        if any(change.field in ("responsible", "supporting") for change in changes):
            self.result.replaced_own_roles.append(indicator)
            self._add_own_roles(indicator, row)
        return changes

    def _compare_targets(
        self, indicator: Indicator, row: IndicatorRow, above: ActivityRow, owner: Owner
    ) -> Iterable[Change]:
        for year, cell in row.targets.items():
            target = self.targets.get((indicator.pk, year))
            if target is None and cell.kind is not CellKind.EMPTY:
                self._new_target(indicator, year, cell)
                yield self._change(above, owner, row.name, f"target {year}", "", cell.text)
            elif target is not None and not same_value(cell, target.value, target.text):
                yield self._change(above, owner, row.name, f"target {year}", target.text, cell.text)
                target.value, target.text = cell.value, cell.text
                self.result.changed_targets.append(target)

    def _compare_realization(
        self, indicator: Indicator, row: IndicatorRow, above: ActivityRow, owner: Owner
    ) -> Iterable[Change]:
        cell = row.realization
        # An empty cell says nothing of a realization that somebody entered.
        if cell.kind is CellKind.EMPTY:
            return
        name = f"realization {self.result.year}"
        stored = self.realizations.get(indicator.pk)
        if stored is not None and same_value(cell, stored.value, stored.text):
            return
        if not self._may_write(stored, row, cell):
            return
        yield self._change(above, owner, row.name, name, stored.text if stored else "", cell.text)
        if stored is None:
            self._new_realization(indicator, cell)
            return
        stored.value, stored.text = cell.value, cell.text
        stored.state = Realization.State.SUBMITTED
        stored.version += 1
        self.result.changed_realizations.append(stored)

    def _may_write(self, stored: Realization | None, row: IndicatorRow, cell: Cell) -> bool:
        period = self.periods.get(self.result.year)
        if stored is not None and stored.state == Realization.State.APPROVED:
            self._fail(
                row.where,
                "realization",
                _("The value is approved; an import does not change it to “%(value)s”."),
                cell.text,
            )
        elif period is not None and period.state in CLOSED_STATES:
            self._fail(
                row.where,
                "realization",
                _("The year is closed; an import does not write “%(value)s” into it."),
                cell.text,
            )
        else:
            return True
        return False

    def _note_missing(self) -> None:
        """Count the stored indicators, of units in the file, that the file does not hold."""
        in_file = {owner.department.pk: owner for owner in self.owners.values() if owner}
        if self.is_new_plan:
            return
        for indicator in self.indicators.values():
            activity = self.by_id[indicator.activity_id]
            owner = in_file.get(activity.department_id)
            if owner and indicator.pk not in self.seen:
                self.result.missing += 1
                self.result.changes.append(
                    Change(MISSING, *owner.place, activity.code, indicator.name)
                )

    # --- small things ---

    def _set_changed(
        self,
        stored: Activity | Indicator,
        stated: dict[str, str],
        row: ActivityRow,
        owner: Owner,
        indicator: str | None,
    ) -> list[Change]:
        """Set the texts that differ on the stored row and return them as changes."""
        changes = []
        for name, text in stated.items():
            before = getattr(stored, name)
            if before != text:
                setattr(stored, name, text)
                told = name.removeprefix("own_").removesuffix("_text")
                changes.append(self._change(row, owner, indicator, told, before, text))
        return changes

    def _change(self, row: ActivityRow, owner: Owner, indicator: str | None, *what: str) -> Change:
        return Change(CHANGED, *owner.place, row.code, indicator, *what)

    def _fail(self, where: str, column: str, message: str, value: str) -> None:
        self.result.errors.append(Problem(where, column, value, Sentence(message, value=value)))


def known_units() -> list[KnownUnit]:
    """Return every department, branch and institution with its aliases; two queries each."""
    departments = Department.objects.prefetch_related("aliases")
    institutions = Institution.objects.prefetch_related("aliases")
    return [
        *(
            KnownUnit(
                ("department", unit.pk),
                unit.name,
                "branch" if unit.parent_id else "department",
                tuple(alias.text for alias in unit.aliases.all()),
                unit.short_name,
                ("department", unit.parent_id) if unit.parent_id else None,
            )
            for unit in departments
        ),
        *(
            KnownUnit(
                ("institution", unit.pk),
                unit.name,
                "institution",
                tuple(alias.text for alias in unit.aliases.all()),
            )
            for unit in institutions
        ),
    ]


def _unit(unit: Department | Institution) -> dict[str, Any]:
    return {"department" if isinstance(unit, Department) else "institution": unit}


def _own(text: str, above: str) -> str:
    return text if text != above else ""


def _measured(row: IndicatorRow) -> dict[str, str]:
    """Return measure and kind: a ratio where the row has a % cell, else a yearly count."""
    if row.is_percent:
        return {"measure": Indicator.Measure.PERCENT, "kind": Kind.RATIO}
    return {"measure": Indicator.Measure.COUNT, "kind": Kind.COUNT}
