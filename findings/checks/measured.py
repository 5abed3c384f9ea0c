"""Checks of one row: baseline, target and realization against each other."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from activities.sentences import Sentence
from activities.sentences import noop as _
from findings.checks.finding import (
    CORRECT,
    TYPO,
    Answer,
    Check,
    CheckedRow,
    Finding,
    amounts_of,
    finding_of,
    number_of,
    of_row,
    reread,
    trimmed,
)
from indicators.achievement import Direction, Kind, ReportedAs
from indicators.cells import Cell
from indicators.people_words import ends_in_people


@of_row(at_desk=True)
def check_target_below_baseline(row: CheckedRow) -> Finding | None:
    """Direction increase, B < A."""
    a, b = row.a, row.b
    if row.direction != Direction.INCREASE or a is None or b is None or b >= a:
        return None
    now = row.measurement
    values = {
        "baseline": number_of(row.baseline),
        "target": number_of(row.target),
        "sum": trimmed(a + b),
        "realization": number_of(row.realization),
    }
    with_realization = _(
        "%(baseline)s exist, the target is %(target)s; %(realization)s is written. Is the target "
        "what the year is to add (%(sum)s in all), is a decrease wanted, or is a number wrong?"
    )
    without = _(
        "%(baseline)s exist, the target is %(target)s. Is the target what the year is to add "
        "(%(sum)s in all), is a decrease wanted, or is a number wrong?"
    )
    total = Sentence(_("The target is to be added: %(sum)s in all"), **values)
    anew = Sentence(_("Both are right; each year is counted from zero"))
    answers = (
        reread("target_is_increment", total, row, replace(now, target=a + b, kind=Kind.LEVEL)),
        reread(
            "is_decrease",
            Sentence(_("A decrease is wanted")),
            row,
            replace(now, direction=Direction.DECREASE),
        ),
        reread("correct_as_written", anew, row, replace(now, kind=_from_zero(row))),
        TYPO,
    )
    sentence = Sentence(without if row.c is None else with_realization, **values)
    return finding_of(Check.TARGET_BELOW_BASELINE, [row], sentence, answers)


def _from_zero(row: CheckedRow) -> Kind:
    return Kind.COUNT if row.kind == Kind.LEVEL else row.kind


JUMP = 3


@of_row()
def check_target_jump(row: CheckedRow) -> Finding | None:
    """B(t+1)/B(t) at least 3 or at most 1/3, counted from A on; nothing is a ratio to 0."""
    planned = row.cells[:-1]
    if not any(_jumps(one.value, next_.value) for one, next_ in pairwise(planned)):
        return None
    sentence = Sentence(
        _(
            "Baseline and targets are %(path)s: from one year to the next they grow threefold or "
            "fall to a third. Is that meant?"
        ),
        path=amounts_of(planned, " → "),
    )
    return finding_of(Check.TARGET_JUMP, [row], sentence, (CORRECT, TYPO))


def _jumps(one: Decimal | None, following: Decimal | None) -> bool:
    if one is None or following is None or one <= 0:
        return False
    return following >= JUMP * one or JUMP * following <= one


def check_increment(row: CheckedRow) -> Finding | None:
    """What the year added, typed as a total; certain or likely, as ``increment_check`` says."""
    check = kind_of_increment(row)
    if check is None:
        return None
    assert row.a is not None and row.c is not None
    values = {
        "baseline": trimmed(row.a),
        "target": number_of(row.target),
        "realization": trimmed(row.c),
        "sum": trimmed(row.a + row.c),
    }
    sentence = Sentence(
        _(
            "%(baseline)s exist, the target is %(target)s; %(realization)s is written. Is "
            "%(realization)s what this year added (%(sum)s in all), or the total?"
        ),
        **values,
    )
    now = row.measurement
    added = replace(now, kind=Kind.LEVEL, reported_as=ReportedAs.INCREMENT)
    answers = (
        reread("increment", Sentence(_("Added this year: %(realization)s"), **values), row, added),
        Answer("total", Sentence(_("Total: %(realization)s"), **values)),
    )
    return finding_of(check, [row], sentence, answers)


def kind_of_increment(row: CheckedRow) -> Check | None:
    """Return which increment check a row's numbers meet, wherever the row stands.

    Certain: not a %, C < A, B − A ≥ 5 and A + C = B. Likely: not certain, not a %, C < A ≤ B,
    0,95·B ≤ A + C ≤ 1,25·B. None too where a person has settled it: a level reported as
    increment, a confirmed count that starts from zero each January, a direction of decrease.
    """
    a, b, c = row.a, row.b, row.c
    if a is None or b is None or c is None or c >= a or a > b:
        return None
    if row.is_percent or _settled_as_no_total(row):
        return None
    if a + c == b and b - a >= 5:
        return Check.INCREMENT_CERTAIN
    # Times 100, so that both edges are exact.
    return Check.INCREMENT_LIKELY if 95 * b <= 100 * (a + c) <= 125 * b else None


def _settled_as_no_total(row: CheckedRow) -> bool:
    if row.direction == Direction.DECREASE:
        return True
    if row.kind == Kind.LEVEL:
        return row.reported_as == ReportedAs.INCREMENT
    return row.kind_confirmed


@of_row()
def check_regression(row: CheckedRow) -> Finding | None:
    """C < A ≤ B, where a decrease is not wanted."""
    a, b, total = row.a, row.b, row.total
    if row.direction == Direction.DECREASE or a is None or b is None or total is None:
        return None
    if not total < a <= b:
        return None
    sentence = Sentence(
        _(
            "%(realization)s is less than the baseline of %(baseline)s, though the target is "
            "%(target)s. Is that right?"
        ),
        baseline=number_of(row.baseline),
        target=number_of(row.target),
        realization=number_of(row.realization) if total == row.c else trimmed(total),
    )
    return finding_of(Check.REGRESSION, [row], sentence, (CORRECT, TYPO))


FAR = 5
BEYOND = 1000


def check_far_off(row: CheckedRow) -> Finding | None:
    """C/B ≥ 5 or ≤ 1/5 and, where there is a last year's value, C that far off it too; C > 1.000·B.

    A row on its own: it is asked as soon as the number is typed. Nothing is a multiple of 0.
    """
    b, total, last = row.b, row.total, row.last.value
    if b is None or total is None or b <= 0:
        return None
    values = {
        "target": number_of(row.target),
        "realization": number_of(row.realization) if total == row.c else trimmed(total),
    }
    if total > BEYOND * b:
        return finding_of(
            Check.FAR_BEYOND, [row], Sentence(_BEYOND_TARGET, **values), (CORRECT, TYPO)
        )
    if not _is_far(total, b):
        return None
    if last is None or last <= 0:
        sentence = Sentence(_ABOVE_TARGET if total >= FAR * b else _BELOW_TARGET, **values)
    elif _is_far(total, last):
        sentence = Sentence(_OFF_BOTH, **values, last=number_of(row.last))
    else:
        return None
    return finding_of(Check.FAR_OFF, [row], sentence, (CORRECT, TYPO))


def _is_far(one: Decimal, other: Decimal) -> bool:
    return one >= FAR * other or FAR * one <= other


_BEYOND_TARGET = _(
    "The target is %(target)s, %(realization)s is written: more than a thousand times the target. "
    "Is the number right?"
)
_ABOVE_TARGET = _(
    "The target is %(target)s, %(realization)s is written: five times the target or more. Is the "
    "number right?"
)
_BELOW_TARGET = _(
    "The target is %(target)s, %(realization)s is written: a fifth of the target or less. Is the "
    "number right?"
)
_OFF_BOTH = _(
    "The target is %(target)s, the year before it was %(last)s, %(realization)s is written. Is the "
    "number right?"
)


HUNDRED = Decimal(100)


@of_row(at_desk=True)
def check_out_of_range(row: CheckedRow) -> Finding | None:
    """A % outside 0–100; a fraction or a negative in a count."""
    if row.is_percent:
        outside = (cell for cell in row.cells if cell.is_percent and _outside(cell))
        template = _("%(number)s is not between 0 and 100 percent. Is that right?")
        answers: tuple[Answer, ...] = (CORRECT, TYPO)
    elif row.is_count and row.kind != Kind.RATIO:
        outside = (cell for cell in row.cells if _not_a_count(cell))
        template = _("A count cannot be %(number)s. How many is it?")
        answers = (TYPO,) if ends_in_people(row.name) else (NO_COUNT, TYPO)
    else:
        return None
    cell = next(outside, None)
    if cell is None:
        return None
    sentence = Sentence(template, number=number_of(cell))
    return finding_of(Check.OUT_OF_RANGE, [row], sentence, answers)


# A count that cannot be is not right as it is written: it is mended, or it is no count. Half a
# person is never measured.
NO_COUNT = Answer(
    "not_counted",
    Sentence(_("It is no count: an amount is measured (hours, km, tonnes, a difference)")),
)


def _outside(cell: Cell) -> bool:
    return cell.value is not None and not 0 <= cell.value <= HUNDRED


def _not_a_count(cell: Cell) -> bool:
    return cell.value is not None and (cell.value < 0 or cell.value % 1 != 0)
