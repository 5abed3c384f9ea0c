"""Which department or branch owns the rows below a heading."""

from __future__ import annotations

from typing import cast

from activities import names
from activities.models import Department, PlanDepartment
from activities.sentences import noop as _
from imports.comparison.fields import check_length
from imports.comparison.named_units import UnitBook
from imports.comparison.stored import StoredUnits
from imports.difference import Difference, Owner, RowPlace, Unmatched
from imports.table import ActivityRow, PrintedUnit
from imports.units import UnitMatch


class Owners:
    """Finds the unit of each heading; one that the plan lacks is added, or is an error."""

    def __init__(
        self, difference: Difference, stored: StoredUnits, book: UnitBook, *, may_add: bool
    ) -> None:
        self._difference = difference
        self._stored = stored
        self._book = book
        self._may_add = may_add
        self._found: dict[PrintedUnit, Owner | None] = {}

    def of(self, row: ActivityRow) -> Owner | None:
        """Return the branch or department of a row; None where the file's heading is an error."""
        department = self._named(row.department, None, row.where)
        if row.branch is None or department is None:
            return department
        return self._named(row.branch, department, row.where)

    @property
    def in_file(self) -> list[Owner]:
        """Return the units that the file has headings for, so far as they were asked for."""
        return [owner for owner in self._found.values() if owner is not None]

    def _named(self, unit: PrintedUnit, parent: Owner | None, where: str) -> Owner | None:
        if unit not in self._found:
            self._found[unit] = self._find(unit, parent, where)
        return self._found[unit]

    def _find(self, unit: PrintedUnit, parent: Owner | None, where: str) -> Owner | None:
        kind = "branch" if parent else "department"
        match = self._book.matcher.match(unit.name, only={kind})
        department = self._department(match, parent)
        owner = self._of_earlier_heading(unit, department, parent) or (
            self._in_plan(department, parent) if department else self._renamed(unit, parent, match)
        )
        if owner is not None or self._may_add:
            return owner or self._added(unit, parent, department, where)
        self._refuse(unit, match, where)
        return None

    def _department(self, match: UnitMatch, parent: Owner | None) -> Department | None:
        """Return the department a heading names; a branch only if it is one of its parent's."""
        if match.unit is None:
            return None
        department = cast("Department", self._book.row(match.unit))
        if parent is not None and department.parent_id != parent.department.pk:
            return None
        return department

    def _of_earlier_heading(
        self, unit: PrintedUnit, department: Department | None, parent: Owner | None
    ) -> Owner | None:
        """Return the owner that an earlier heading, printed in another way, already named."""
        key = names.fold(unit.name)
        for owner in self.in_file:
            same = owner.department is department or names.fold(owner.department.name) == key
            if same and owner.parent is parent:
                return owner
        return None

    def _in_plan(self, department: Department, parent: Owner | None) -> Owner | None:
        number = self._stored.numbers.get(department.pk)
        return None if number is None else Owner(department, number, parent)

    def _renamed(self, unit: PrintedUnit, parent: Owner | None, match: UnitMatch) -> Owner | None:
        """Return the unit of the printed number if the name is close to its old one."""
        if not unit.number:
            return None
        for guess in match.guesses:
            _kind, key = cast("tuple[str, int]", guess.id)
            if self._stored.numbers.get(key) == unit.number:
                owner = Owner(self._stored.departments[key], unit.number, parent)
                self._rename(owner, names.title(unit.name))
                return owner
        return None

    def _rename(self, owner: Owner, name: str) -> None:
        """Give a department its new name; the old one stays as an alias."""
        department, difference = owner.department, self._difference
        difference.changes.append(RowPlace(owner, "").changed("name", department.name, name))
        difference.new_aliases.append(
            self._stored.spelling(department.name, department_id=department.pk)
        )
        department.name = name
        difference.changed_departments.append(department)

    def _refuse(self, unit: PrintedUnit, match: UnitMatch, where: str) -> None:
        unmatched = Unmatched(unit.name, where, match.guesses, is_heading=True)
        self._difference.unmatched.append(unmatched)
        message = _("The plan has no unit “%(value)s”. --create-departments adds it.")
        self._difference.fail(where, "department", message, unit.name)

    def _added(
        self, unit: PrintedUnit, parent: Owner | None, department: Department | None, where: str
    ) -> Owner:
        """Give a department its place in the plan, made first if nobody knows it."""
        if department is None:
            department = self._new_department(unit, parent, where)
        number = self._free_number(unit.number, parent)
        place = PlanDepartment(plan=self._difference.plan, department=department, number=number)
        check_length(self._difference, place, "number", where, "department")
        self._difference.new_places.append(place)
        return Owner(department, number, parent)

    def _new_department(self, unit: PrintedUnit, parent: Owner | None, where: str) -> Department:
        above = parent.department if parent else None
        department = Department(
            name=names.title(unit.name),
            parent=above,
            municipality=self._difference.plan.municipality,
        )
        check_length(self._difference, department, "name", where, "department")
        self._difference.new_departments.append(department)
        return department

    def _free_number(self, printed: str, parent: Owner | None) -> str:
        """Return the printed number, or the next free one in order of appearance."""
        new = (place.number for place in self._difference.new_places)
        taken = {*self._stored.numbers.values(), *new}
        if printed and printed not in taken:
            return printed
        prefix = f"{parent.number}." if parent else ""
        numbers = (f"{prefix}{count}" for count in range(1, len(taken) + 2))
        return next(number for number in numbers if number not in taken)
