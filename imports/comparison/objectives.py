"""The aim and the goal that an activity of a file stands under.

Codes of several parts name them ("4.1.2" stands under 4 and 4.1); where a file prints aims with
their titles, those hold, whatever their codes are.
"""

from __future__ import annotations

from activities.models import Objective
from imports import codes
from imports.comparison.stored import StoredPlan
from imports.difference import Difference
from imports.table import ActivityRow, Aim

LONGEST_CODE = 20
THE_ONE = "1"
"""The aim of activities that name none, in a file whose codes say nothing."""


class Objectives:
    """Finds the objectives that rows name, and makes those that are not stored."""

    def __init__(self, difference: Difference, stored: StoredPlan) -> None:
        self._difference = difference
        self._stored = stored
        self._by_title: dict[tuple[str, str], Objective] = {}

    def of(self, row: ActivityRow) -> Objective:
        """Return the goal of a row, else its aim; made where it is new."""
        named = codes.parts_of(row.code)
        aims = [aim for aim in row.aims if aim.code or aim.title]
        if named is not None and (not aims or _agree(row, aims, named[0])):
            return self._of_code(named, aims)
        if aims:
            return self._of_aims(aims)
        return self._objective(THE_ONE, None, "")

    def _of_code(self, named: tuple[str, str], aims: list[Aim]) -> Objective:
        first, second = named
        above = self._objective(first, None, aims[0].title if aims else "")
        return self._objective(second, above, _titles(aims[1:]))

    def _of_aims(self, aims: list[Aim]) -> Objective:
        above = self._titled(aims[0].code, None, aims[0].title)
        if len(aims) == 1:
            return above
        return self._titled(aims[-1].code, above, _titles(aims[1:]))

    def _titled(self, code: str, parent: Objective | None, title: str) -> Objective:
        """Return the objective of a code, else of a title, given the next free code if new."""
        key = (parent.code if parent else "", title)
        if not code and key in self._by_title:
            return self._by_title[key]
        code = code or self._stored_code(parent, title) or self._free_code(parent)
        found = self._objective(code[:LONGEST_CODE], parent, title)
        self._by_title[key] = found
        return found

    def _stored_code(self, parent: Objective | None, title: str) -> str:
        """Return the code under which a title is stored already; "" if it is not."""
        for one in self._stored.objectives.values():
            if one.title == title and (one.parent is parent or one.parent_id == _id(parent)):
                return one.code
        return ""

    def _free_code(self, parent: Objective | None) -> str:
        prefix = f"{parent.code}." if parent else ""
        numbers = range(1, len(self._stored.objectives) + 2)
        return next(
            code
            for number in numbers
            if (code := f"{prefix}{number}") not in self._stored.objectives
        )

    def _objective(self, code: str, parent: Objective | None, title: str) -> Objective:
        objectives = self._stored.objectives
        if code not in objectives:
            objectives[code] = Objective(
                plan=self._difference.plan, code=code, parent=parent, title=title
            )
            self._difference.new_objectives.append(objectives[code])
        found = objectives[code]
        if title and not found.title:
            found.title = title
            if found.pk is not None:
                self._difference.changed_objectives.append(found)
        return found


def _id(parent: Objective | None) -> int | None:
    return parent.pk if parent is not None else None


def _agree(row: ActivityRow, aims: list[Aim], first: str) -> bool:
    """Whether the aims that are printed are those that the activity's code names."""
    return row.is_code_proposed or aims[0].code in ("", first)


def _titles(aims: list[Aim]) -> str:
    return " – ".join(aim.title for aim in aims if aim.title)[:300]
