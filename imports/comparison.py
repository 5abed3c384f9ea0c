"""Comparing a file's table with the stored plan; writes nothing.

Builds the rows that are missing and the changes of those that are there. Numbers are compared as
numbers ("50" and "50,0" are the same), everything else as it was written.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from difflib import SequenceMatcher
from typing import Any, cast

from django.db import models
from django.db.models import Max
from django.utils import timezone

from activities import names, revisions
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
    Role,
)
from activities.sentences import Sentence
from activities.sentences import noop as _
from imports.difference import (
    CHANGED,
    MISSING,
    NEW,
    NO_CHOICES,
    Difference,
    ImportChoices,
    Owner,
    PlanChange,
    Unmatched,
)
from imports.table import ActivityRow, FileProblem, FileTable, IndicatorRow, PrintedUnit
from imports.units import KnownUnit, UnitMatch, UnitMatcher
from indicators.achievement import Kind
from indicators.cells import Cell, CellKind
from indicators.models import Indicator, IndicatorUnit, Realization, Target

# How alike an old and a corrected name of an indicator are (difflib's ratio).
RENAMED_FROM = 0.7
CLOSED_STATES = (Period.State.CLOSED, Period.State.PUBLISHED)


def compare(
    table: FileTable, plan: Plan, year: int, *, choices: ImportChoices = NO_CHOICES
) -> Difference:
    """Return what applying the table to the plan would change; the plan may be unsaved."""
    difference = Difference(plan, year, table, revision=revisions.current(plan))
    return _Comparison(difference, choices).run()


def same_value(cell: Cell, value: Decimal | None, text: str) -> bool:
    """Whether a cell says what is stored: numbers as numbers, the rest as written."""
    if cell.kind is CellKind.NUMBER or value is not None:
        return cell.value == value
    return cell.text == text


class _Comparison:
    """Walks through a table beside the stored plan. Queries do not grow with the rows."""

    def __init__(self, result: Difference, choices: ImportChoices) -> None:
        self.result = result
        self.choices = choices
        self.plan = result.plan
        self.is_new_plan = result.plan.pk is None
        self.may_create = choices.create_departments or self.is_new_plan
        self.owners: dict[PrintedUnit, Owner | None] = {}
        self.taken: set[tuple[int, str]] = set()
        self.seen: set[int] = set()
        self.split: dict[str, list[Department | Institution]] = {}
        self._load_units()
        self._load_plan()

    def run(self) -> Difference:
        self._check_years()
        self.codes_in_file = set()
        for row in self.result.table.activities:
            owner = self._owner(row)
            if owner is not None and owner.department.pk is not None:
                self.codes_in_file.add((owner.department.pk, row.code))
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
        self.known = self._with_aliases(known_units())
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
        self.realizations = {
            (value.indicator_id, value.year): value
            for value in Realization.objects.filter(indicator__activity__plan_id=self.plan.pk)
        }
        self.objectives = {
            objective.code: objective for objective in Objective.objects.filter(**own)
        }
        self.periods = {period.year: period for period in Period.objects.filter(**own)}
        self.position = Activity.objects.filter(**own).aggregate(last=Max("position"))["last"] or 0
        self.by_id = {activity.pk: activity for activity in self.activities.values()}
        self.by_title: dict[tuple[int, str], list[Activity]] = defaultdict(list)
        for activity in self.activities.values():
            self.by_title[activity.department_id, activity.title_key].append(activity)
        self.of_activity: dict[int, dict[str, Indicator]] = defaultdict(dict)
        for (activity_id, key), indicator in self.indicators.items():
            self.of_activity[activity_id][key] = indicator
        self.last_position: dict[int, int] = defaultdict(int)
        for indicator in self.indicators.values():
            key = id(self.by_id[indicator.activity_id])
            self.last_position[key] = max(self.last_position[key], indicator.position)

    def _check_years(self) -> None:
        years = self.result.table.years
        if self.is_new_plan:
            span = years or ([self.result.year] if self.result.year else [])
            if not span:
                # A file without any row has been told so already.
                if self.result.table.activities:
                    message = _("The file names no year; say with --year which it is.")
                    self._fail("1", "", message, "")
                return
            self.plan.first_year, self.plan.last_year = min(span), max(span)
        for year in {*years, self.result.year}:
            if year not in self.plan.years:
                self._fail("1", str(year), _("%(value)s is not a year of the plan."), str(year))
        for year in self.plan.years:
            if year not in self.periods:
                reported = year == self.result.year and self.result.table.has_realization
                state = Period.State.OPEN if reported else Period.State.PLANNED
                self.result.new_periods.append(Period(plan=self.plan, year=year, state=state))

    def _with_aliases(self, known: list[KnownUnit]) -> list[KnownUnit]:
        """Let names mean what the person chose; the choice becomes an alias when applied."""
        chosen: dict[tuple[str, int], list[str]] = defaultdict(list)
        for text, unit in self.choices.aliases.items():
            chosen[unit].append(text)
            kind, key = unit
            is_known = Alias.objects.filter(key=names.fold(text)).exists()
            if not is_known:
                owner = "institution" if kind == "institution" else "department"
                self.result.new_aliases.append(Alias(text=text, **{f"{owner}_id": key}))
        return [
            replace(unit, aliases=(*unit.aliases, *chosen[unit.id])) if unit.id in chosen else unit
            for unit in known
        ]

    # --- departments and branches ---

    def _owner(self, row: ActivityRow) -> Owner | None:
        department = self._resolve(row.department, None, row)
        if row.branch is None or department is None:
            return department
        return self._resolve(row.branch, department, row)

    def _resolve(self, unit: PrintedUnit, parent: Owner | None, row: ActivityRow) -> Owner | None:
        if unit not in self.owners:
            self.owners[unit] = self._find(unit, parent, row)
        return self.owners[unit]

    def _find(self, unit: PrintedUnit, parent: Owner | None, row: ActivityRow) -> Owner | None:
        kind = "branch" if parent else "department"
        match = self.matcher.match(unit.name, only={kind})
        department = self._stored(match.unit) if match.unit else None
        if department and parent and department.parent_id != parent.department.pk:
            department = None
        owner = self._known_owner(unit, department, parent)
        if owner is not None:
            return owner
        if department and department.pk in self.places:
            return Owner(department, self.places[department.pk], parent)
        renamed = self._renamed(unit, parent, match) if department is None else None
        if renamed is not None:
            return renamed
        if not self.may_create:
            self.result.unmatched.append(
                Unmatched(unit.name, row.where, match.guesses, is_heading=True)
            )
            self._fail(
                row.where,
                "department",
                _("The plan has no unit “%(value)s”. --create-departments adds it."),
                unit.name,
            )
            return None
        return self._new_owner(unit, parent, department, row.where)

    def _renamed(self, unit: PrintedUnit, parent: Owner | None, match: UnitMatch) -> Owner | None:
        """Return the unit of the printed number if the name is close to its old one."""
        for guess in match.guesses:
            kind, key = cast("tuple[str, int]", guess.id)
            if kind == "department" and unit.number and self.places.get(key) == unit.number:
                department = self.departments[key]
                owner = Owner(department, unit.number, parent)
                name = names.title(unit.name)
                self.result.changes.append(
                    PlanChange(CHANGED, *owner.place, "", None, "name", department.name, name)
                )
                self.result.new_aliases.append(
                    Alias(text=department.name, department_id=department.pk)
                )
                department.name = name
                self.result.changed_departments.append(department)
                return owner
        return None

    def _known_owner(
        self, unit: PrintedUnit, department: Department | None, parent: Owner | None
    ) -> Owner | None:
        """Return the owner that an earlier heading, printed in another way, already named."""
        key = names.fold(unit.name)
        for owner in filter(None, self.owners.values()):
            same = owner.department is department or names.fold(owner.department.name) == key
            if same and owner.parent is parent:
                return owner
        return None

    def _stored(self, unit: KnownUnit) -> Any:
        """Return the department or institution behind a known unit."""
        kind, key = cast("tuple[str, int]", unit.id)
        if kind == "new":
            return self.result.new_departments[key]
        return self.institutions[key] if kind == "institution" else self.departments[key]

    def _new_known(self) -> Iterable[KnownUnit]:
        for number, unit in enumerate(self.result.new_departments):
            yield KnownUnit(("new", number), unit.name, "branch" if unit.parent else "department")

    def _new_owner(
        self, unit: PrintedUnit, parent: Owner | None, department: Department | None, where: str
    ) -> Owner:
        if department is None:
            department = Department(
                name=names.title(unit.name), parent=parent.department if parent else None
            )
            self._check_length(department, "name", where, "department")
            self.result.new_departments.append(department)
        number = self._free_number(unit.number, parent)
        place = PlanDepartment(plan=self.plan, department=department, number=number)
        self._check_length(place, "number", where, "department")
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
        key = (id(owner), row.code)
        if key in self.taken:
            message = _("Another activity of this unit already has this code.")
            self._fail(row.where, "activity", message, row.code)
            return
        self.taken.add(key)
        activity = self._stored_activity(row, owner)
        changes: list[PlanChange] = []
        if activity is None:
            activity = self._new_activity(row, owner)
        else:
            changes = self._compare_activity(activity, row, owner)
        pairs = self._pair(activity, row)
        for number, (indicator_row, indicator) in enumerate(pairs):
            # A change of the activity is counted and told once, with its first row.
            told = changes if number == 0 else []
            self._take_indicator(activity, indicator_row, indicator, row, owner, told)

    def _stored_activity(self, row: ActivityRow, owner: Owner) -> Activity | None:
        """Return the activity of the unit and code, or of the unit and title if recoded."""
        if owner.department.pk is None or self.plan.pk is None:
            return None
        found = self.activities.get((owner.department.pk, row.code))
        if found is not None:
            return found
        title = names.fold(row.title)
        recoded = [
            activity
            for activity in self.by_title.get((owner.department.pk, title), ())
            if (owner.department.pk, activity.code) not in self.codes_in_file
        ]
        return recoded[0] if len(recoded) == 1 else None

    def _pair(
        self, activity: Activity, row: ActivityRow
    ) -> list[tuple[IndicatorRow, Indicator | None]]:
        """Match an activity's rows with its stored indicators: by name, else as a renaming."""
        stored = self.of_activity.get(activity.pk or 0, {})
        found = {id(one): stored.get(_name_key(one.name)) for one in row.indicators}
        taken = {indicator.pk for indicator in found.values() if indicator}
        free = [indicator for indicator in stored.values() if indicator.pk not in taken]
        for one in row.indicators:
            if found[id(one)] is None and free:
                renamed = _closest(one.name, free)
                if renamed is not None:
                    found[id(one)] = renamed
                    free.remove(renamed)
        return [(one, found[id(one)]) for one in row.indicators]

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
        self._check_length(activity, "code", row.where, "activity")
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

    def _compare_activity(
        self, activity: Activity, row: ActivityRow, owner: Owner
    ) -> list[PlanChange]:
        stated = {
            "code": row.code,
            "title": row.title,
            "responsible_text": row.responsible,
            "supporting_text": row.supporting,
        }
        stated = self._said(stated)
        if activity.code != row.code:
            activity.objective = self._objective(row.code)
        changes = self._set_changed(activity, stated, row, owner, None)
        if changes:
            self.result.changed_activities.append(activity)
        if any(change.field in ("responsible", "supporting") for change in changes):
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
            self._check_length(institution, "name", where, "")
            self.new_institutions[key] = institution
            self.result.new_institutions.append(institution)
            self.result.unmatched.append(Unmatched(match.text, where, match.guesses))
        return self.new_institutions[key]

    # --- indicators ---

    def _take_indicator(
        self,
        activity: Activity,
        row: IndicatorRow,
        indicator: Indicator | None,
        above: ActivityRow,
        owner: Owner,
        changes: list[PlanChange],
    ) -> None:
        if indicator is None:
            self._new_indicator(activity, row, above)
            self.result.new += 1
            self.result.changes.append(PlanChange(NEW, *owner.place, above.code, row.name))
            self.result.changes.extend(changes)
            return
        self.seen.add(indicator.pk)
        changes = [
            *changes,
            *self._compare_indicator(indicator, row, above, owner),
            *self._compare_targets(indicator, row, above, owner),
            *self._compare_realizations(indicator, row, above, owner),
        ]
        self.result.changes.extend(changes)
        if changes:
            self.result.changed += 1
        else:
            self.result.unchanged += 1
            self.result.unchanged_by[owner.number] += 1

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
        for year, cell in self._realized(row):
            if cell.kind is not CellKind.EMPTY and self._may_write(None, row, year, cell):
                self._new_realization(indicator, year, cell)

    def _realized(self, row: IndicatorRow) -> Iterable[tuple[int, Cell]]:
        """Yield the row's realizations by year; a column without a year is the import's."""
        for year, cell in (row.realizations or {None: row.realization}).items():
            yield year or self.result.year, cell

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

    def _new_realization(self, indicator: Indicator, year: int, cell: Cell) -> None:
        self.result.new_realizations.append(
            Realization(
                indicator=indicator,
                year=year,
                value=cell.value,
                text=cell.text,
                state=Realization.State.SUBMITTED,
            )
        )

    def _compare_indicator(
        self, indicator: Indicator, row: IndicatorRow, above: ActivityRow, owner: Owner
    ) -> list[PlanChange]:
        stated = self._stated(row, above)
        written = stated.pop("baseline_text")
        stated = self._said(stated)
        changes = self._set_changed(indicator, stated, above, owner, row.name)
        says_baseline = "baseline" in self.result.table.kinds
        if says_baseline and not same_value(
            row.baseline, indicator.baseline, indicator.baseline_text
        ):
            changes.append(
                self._change(above, owner, row.name, "baseline", indicator.baseline_text, written)
            )
            indicator.baseline, indicator.baseline_text = row.baseline.value, written
        if indicator.retired_on is not None:
            before = indicator.retired_on.isoformat()
            changes.append(self._change(above, owner, row.name, "retired", before, ""))
            indicator.retired_on = None
        if changes:
            self.result.changed_indicators.append(indicator)
        if any(change.field in ("responsible", "supporting") for change in changes):
            self.result.replaced_own_roles.append(indicator)
            self._add_own_roles(indicator, row)
        return changes

    def _compare_targets(
        self, indicator: Indicator, row: IndicatorRow, above: ActivityRow, owner: Owner
    ) -> Iterable[PlanChange]:
        for year, cell in row.targets.items():
            target = self.targets.get((indicator.pk, year))
            if target is None and cell.kind is not CellKind.EMPTY:
                self._new_target(indicator, year, cell)
                yield self._change(above, owner, row.name, f"target {year}", "", cell.text)
            elif (
                target is not None
                and not same_value(cell, target.value, target.text)
                and self._may_change_target(row, year, cell)
            ):
                yield self._change(above, owner, row.name, f"target {year}", target.text, cell.text)
                target.value, target.text = cell.value, cell.text
                self.result.changed_targets.append(target)

    def _may_change_target(self, row: IndicatorRow, year: int, cell: Cell) -> bool:
        """Whether a stored target may change; a closed year's only for a recorded reason."""
        period = self.periods.get(year)
        is_settled = period is not None and period.state in CLOSED_STATES
        if not is_settled or self.choices.overwrite_reason:
            return True
        self.result.settled += 1
        message = _("The year is closed; an import does not write “%(value)s” into it.")
        self._fail(row.where, str(year), message, cell.text)
        return False

    def _compare_realizations(
        self, indicator: Indicator, row: IndicatorRow, above: ActivityRow, owner: Owner
    ) -> Iterable[PlanChange]:
        for year, cell in self._realized(row):
            # An empty cell says nothing of a realization that somebody entered.
            if cell.kind is CellKind.EMPTY:
                continue
            stored = self.realizations.get((indicator.pk, year))
            if stored is not None and same_value(cell, stored.value, stored.text):
                continue
            if not self._may_write(stored, row, year, cell):
                continue
            before = stored.text if stored else ""
            yield self._change(above, owner, row.name, f"realization {year}", before, cell.text)
            if stored is None:
                self._new_realization(indicator, year, cell)
                continue
            stored.value, stored.text = cell.value, cell.text
            # What was said of another number does not hold for this one.
            stored.absence, stored.women, stored.men, stored.others = "", None, None, None
            stored.state = Realization.State.SUBMITTED
            stored.version += 1
            self.result.changed_realizations.append(stored)

    def _may_write(
        self, stored: Realization | None, row: IndicatorRow, year: int, cell: Cell
    ) -> bool:
        """Whether a realization may be written; only a recorded reason opens what is settled."""
        if self.choices.overwrite_reason:
            return True
        period = self.periods.get(year)
        if stored is not None and stored.state == Realization.State.APPROVED:
            message = _("The value is approved; an import does not change it to “%(value)s”.")
        elif period is not None and period.state in CLOSED_STATES:
            message = _("The year is closed; an import does not write “%(value)s” into it.")
        else:
            return True
        self.result.settled += 1
        column = "realization" if year == self.result.year else f"realization {year}"
        self._fail(row.where, column, message, cell.text)
        return False

    def _note_missing(self) -> None:
        """Count the stored indicators, of units in the file, that the file does not hold."""
        in_file = {owner.department.pk: owner for owner in self.owners.values() if owner}
        if self.is_new_plan:
            return
        for indicator in self.indicators.values():
            activity = self.by_id[indicator.activity_id]
            owner = in_file.get(activity.department_id)
            if owner is None or indicator.pk in self.seen or indicator.retired_on:
                continue
            change = PlanChange(MISSING, *owner.place, activity.code, indicator.name)
            self.result.missing += 1
            self.result.missing_rows.append((indicator, change))
            if indicator.pk in self.choices.retire:
                self._retire(indicator, change)
            else:
                self.result.changes.append(change)

    def _retire(self, indicator: Indicator, change: PlanChange) -> None:
        today = timezone.localdate()
        indicator.retired_on = today
        self.result.changed_indicators.append(indicator)
        told = replace(change, kind=CHANGED, field="retired", before="", after=today.isoformat())
        self.result.changes.append(told)

    # --- small things ---

    def _said(self, stated: dict[str, str]) -> dict[str, str]:
        """Leave out the unit cells of columns that the file does not have."""
        absent = {"responsible", "supporting"} - self.result.table.kinds
        return {
            name: text
            for name, text in stated.items()
            if name.removeprefix("own_").removesuffix("_text") not in absent
        }

    def _set_changed(
        self,
        stored: Activity | Indicator,
        stated: dict[str, str],
        row: ActivityRow,
        owner: Owner,
        indicator: str | None,
    ) -> list[PlanChange]:
        """Set the texts that differ on the stored row and return them as changes."""
        changes = []
        for name, text in stated.items():
            before = getattr(stored, name)
            if before != text:
                setattr(stored, name, text)
                told = name.removeprefix("own_").removesuffix("_text")
                changes.append(self._change(row, owner, indicator, told, before, text))
        return changes

    def _change(
        self, row: ActivityRow, owner: Owner, indicator: str | None, *what: str
    ) -> PlanChange:
        return PlanChange(CHANGED, *owner.place, row.code, indicator, *what)

    def _check_length(self, row: models.Model, name: str, where: str, column: str) -> None:
        """Refuse a text that its column cannot hold; PostgreSQL would stop the whole import."""
        text, limit = getattr(row, name), cast(Any, row._meta.get_field(name)).max_length
        if len(text) > limit:
            sentence = Sentence(
                _("“%(text)s…” is longer than the %(limit)s letters there is room for."),
                text=text[:40],
                limit=limit,
            )
            self.result.errors.append(FileProblem(where, column, text, sentence))

    def _fail(self, where: str, column: str, message: str, value: str) -> None:
        self.result.errors.append(FileProblem(where, column, value, Sentence(message, value=value)))


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


def _closest(name: str, candidates: list[Indicator]) -> Indicator | None:
    """Return the stored indicator that a corrected name most likely means, if one is close."""
    key = names.fold(name)
    rated = [(SequenceMatcher(None, key, one.name_key).ratio(), one) for one in candidates]
    best, indicator = max(rated, key=lambda pair: pair[0])
    return indicator if best >= RENAMED_FROM else None


def _name_key(name: str) -> str:
    """Return an indicator's search key as its column holds it."""
    return names.fold(name)[: Indicator._meta.get_field("name_key").max_length]


def _own(text: str, above: str) -> str:
    return text if text != above else ""


def _measured(row: IndicatorRow) -> dict[str, str]:
    """Return measure and kind: a ratio where the row has a % cell, else a yearly count."""
    if row.is_percent:
        return {"measure": Indicator.Measure.PERCENT, "kind": Kind.RATIO}
    return {"measure": Indicator.Measure.COUNT, "kind": Kind.COUNT}
