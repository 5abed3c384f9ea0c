"""Checks over the plan: values far from what the plan's other rows reached."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import log
from statistics import median

from activities.sentences import Sentence
from activities.sentences import noop as _
from findings.checks.finding import (
    CORRECT,
    TYPO,
    Check,
    CheckedRow,
    Finding,
    finding_of,
    number_of,
    of_plan,
)
from findings.checks.measured import JUMP

SMALL_PLAN = 30


OUTLIER_ABOVE = 3.5


# Iglewicz and Hoaglin: makes the median absolute deviation comparable to a standard deviation.
TO_DEVIATION = 0.6745


@of_plan
def check_outliers(rows: Sequence[CheckedRow]) -> Iterator[Finding]:
    """Modified z-score of ln(C/B) beyond 3,5 either way; in small plans C/B ≥ 3 or ≤ 1/3.

    A plan is small with under 30 rows that have both numbers: fewer make no median to lean
    on. So is one where most rows have the same ratio, whose deviation is 0. A realization of 0
    has no logarithm and is left to the other checks.
    """
    ratios = _log_ratios(rows)
    middle = median(ratios.values()) if ratios else 0.0
    spread = median(abs(ratio - middle) for ratio in ratios.values()) if ratios else 0.0
    is_small = len(ratios) < SMALL_PLAN or not spread
    for index, row in enumerate(rows):
        if is_small:
            is_far = _far_from_target(row)
        else:
            score = TO_DEVIATION * (ratios.get(index, middle) - middle) / spread
            is_far = abs(score) > OUTLIER_ABOVE
        if is_far:
            yield _outlier(row)


def _log_ratios(rows: Sequence[CheckedRow]) -> dict[int, float]:
    """Return ln(C/B) by index, for the rows that have one."""
    ratios = {}
    for index, row in enumerate(rows):
        b, total = row.b, row.total
        if b is not None and total is not None and b > 0 and total > 0:
            ratios[index] = log(total) - log(b)
    return ratios


def _far_from_target(row: CheckedRow) -> bool:
    b, total = row.b, row.total
    if b is None or total is None or b <= 0:
        return False
    return total >= JUMP * b or JUMP * total <= b


def _outlier(row: CheckedRow) -> Finding:
    sentence = Sentence(
        _(
            "The target is %(target)s, %(realization)s is written: far from what the plan's "
            "other indicators reached. Is the number right?"
        ),
        target=number_of(row.target),
        realization=number_of(row.realization),
    )
    return finding_of(Check.OUTLIER, [row], sentence, (CORRECT, TYPO))
