"""Running every check over a plan's rows."""

from __future__ import annotations

from collections.abc import Container, Sequence

# The modules register their checks; those run here quiet each other: a slip its rows' increments,
# both of them what is far off, and that the outlier.
from findings.checks import alike, named, outliers, written
from findings.checks.finding import CHECKS, Check, CheckedRow, Finding
from findings.checks.measured import check_far_off, check_increment
from findings.checks.slips import row_slips, slip_finding

__all__ = ["alike", "find", "named", "outliers", "written"]


def find(
    rows: Sequence[CheckedRow], *, dismissed: Container[str] = (), alone: bool = False
) -> list[Finding]:
    """Return all findings of a plan's rows, which stand in printed order, from top to bottom.

    ``alone`` is for the rows of one unit while it enters them: what the plan's rows tell
    together is left out, and what nobody at that desk can settle.
    Rows inside a row slip are not asked about increments, nor how far off they are, unless the
    slip's key is among the ``dismissed``: those where a person said that no row has slipped.
    """
    slips = row_slips(rows)
    found = [slip_finding(rows, slip) for slip in slips]
    quiet = {
        at
        for slip, finding in zip(slips, found, strict=True)
        if finding.key not in dismissed
        for at in range(slip.start, slip.stop)
    }
    asked = [row for at, row in enumerate(rows) if at not in quiet]
    increments = list(filter(None, map(check_increment, asked)))
    explained = {finding.rows[0] for finding in increments}
    far = list(filter(None, (check_far_off(row) for row in asked if row.id not in explained)))
    found += increments + far
    for row_check in CHECKS.at_desk if alone else CHECKS.of_rows:
        found += filter(None, map(row_check, rows))
    for plan_check in () if alone else CHECKS.of_plans:
        found += plan_check(rows)
    answered = {finding.rows for finding in far}
    found = [one for one in found if one.check is not Check.OUTLIER or one.rows not in answered]
    order = {row.id: index for index, row in enumerate(rows)}
    ranks = {check: rank for rank, check in enumerate(Check)}
    return sorted(found, key=lambda finding: (order[finding.rows[0]], ranks[finding.check]))
