"""What is settled: it changes for a reason only, or is left out where a person says so."""

from __future__ import annotations

from collections.abc import Iterable

from activities.models import Period
from imports.comparison.stored import StoredPlan
from imports.difference import SENT_VALUES, Difference, ImportChoices
from imports.table import FileProblem
from indicators import steps
from indicators.models import Realization


class SettledCells:
    """Asks of each cell that would change whether it may, and counts why others do not.

    A group is a year that is over, or what was sent of the years that are not. ``choices`` say
    which groups are left out, and why the others may change.
    """

    def __init__(self, difference: Difference, stored: StoredPlan, choices: ImportChoices) -> None:
        self._difference = difference
        self._stored = stored
        self._reason = choices.overwrite_reason
        self._left_out = choices.leave_out

    def lets_value(self, year: int, state: str, problem: FileProblem) -> bool:
        """Whether a target or realization may be written; ``state`` is that of a stored one."""
        if self._stored.is_over(year):
            groups = {str(year)}
        else:
            groups = {SENT_VALUES} if state in steps.SENT else set()
        is_verified = state == Realization.State.APPROVED
        self._difference.corrected += is_verified and not groups <= self._left_out
        return self._lets(groups, [year], problem)

    def lets_row(
        self, years: Iterable[int], problem: FileProblem, *, can_be_left_out: bool = True
    ) -> bool:
        """Whether what settled years rest on may change; one of them is over or holds a value.

        What a person asked for herself cannot be left out: it is refused without a reason.
        """
        years = list(years)
        groups = {str(year) if self._stored.is_over(year) else SENT_VALUES for year in years}
        return self._lets(groups, years, problem, can_be_left_out=can_be_left_out)

    def _lets(
        self,
        groups: set[str],
        years: Iterable[int],
        problem: FileProblem,
        *,
        can_be_left_out: bool = True,
    ) -> bool:
        if not groups:
            return True
        found, open_groups = self._difference, groups - self._left_out
        if can_be_left_out and not open_groups:
            found.left_out[min(groups)] += 1
            return False
        states = ((year, self._stored.periods.get(year)) for year in years)
        found.published |= {
            year for year, each in states if each and each.state == Period.State.PUBLISHED
        }
        if self._reason:
            return True
        found.settled_in[min(open_groups or groups)] += 1
        found.errors.append(problem)
        return False
