"""An activity's row beside the stored activity, or as a new one."""

from __future__ import annotations

from activities.models import Activity, ActivityUnit
from imports.comparison.fields import check_length, names_units, said, set_texts
from imports.comparison.named_units import CellUnits
from imports.comparison.objectives import Objectives
from imports.comparison.stored import StoredPlan
from imports.difference import Difference, Owner, PlanChange, RowPlace
from imports.table import ActivityRow


class ActivityComparison:
    """Makes new activities, and sets what a file changes in the loaded ones."""

    def __init__(self, difference: Difference, stored: StoredPlan, cells: CellUnits) -> None:
        self._difference = difference
        self._stored = stored
        self._cells = cells
        self._objectives = Objectives(difference, stored)

    def new(self, row: ActivityRow, owner: Owner) -> Activity:
        activity = Activity(
            plan=self._difference.plan,
            department=owner.department,
            objective=self._objectives.of(row),
            position=self._stored.next_activity(),
            **_stated(row),
        )
        check_length(self._difference, activity, "code", row.where, "activity")
        self._difference.new_activities.append(activity)
        self._add_roles(activity, row)
        return activity

    def compare(self, activity: Activity, row: ActivityRow, owner: Owner) -> list[PlanChange]:
        """Set what the row says otherwise and return it as changes."""
        if activity.code != row.code:
            activity.objective = self._objectives.of(row)
        stated = said(_stated(row), self._difference.table.kinds)
        changes = set_texts(activity, stated, RowPlace(owner, row.code))
        if changes:
            self._difference.changed_activities.append(activity)
        if names_units(changes):
            self._difference.replaced_roles.append(activity)
            self._add_roles(activity, row)
        return changes

    def _add_roles(self, activity: Activity, row: ActivityRow) -> None:
        self._difference.new_roles.extend(
            ActivityUnit(activity=activity, **role)
            for role in self._cells.roles(row.responsible, row.supporting, row.where)
        )


def _stated(row: ActivityRow) -> dict[str, str]:
    return {
        "code": row.code,
        "title": row.title,
        "responsible_text": row.responsible,
        "supporting_text": row.supporting,
    }
