"""How hard a year's targets were, and what the score would be had nothing moved.

Plain functions on figures of one year; no query. A is the baseline, B the year's target, C the
year's realization, as the plan's rules read it (A + C for a level reported as increment). A
target lies "above" the baseline on the way the indicator is to go: where less is better, below
it. Zero is a number here as everywhere; a baseline that is a text or missing is none.

Only rated rows are looked at, those that another one counts left out, and with them, where the
public is told, the ``hidden`` ones. Source: docs/domain.md, "Ambition of the targets".
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import cast

from indicators.achievement import (
    ZERO,
    Bands,
    Direction,
    Measurement,
    Method,
    counted_once,
    is_due,
    is_exceeded,
    rate,
    reaches,
    summarise,
)
from indicators.figures import Figure

# A target at most this far beyond its baseline asks for little.
NEAR_BASELINE = Decimal("0.1")


class Sign(StrEnum):
    """What tells that a target was easy; also what lists of indicators are narrowed by."""

    MET = "met"
    NEAR = "near"
    REACHED = "reached"
    EXCEEDED = "exceeded"


# What lists name the rows by over which the first two are counted.
KNOWN = "known"


@dataclass(frozen=True, slots=True)
class Tally:
    """The rows that something is true of, in printed order, of how many it was asked."""

    ids: tuple[int, ...]
    of: int

    @property
    def count(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class Ambition:
    """Each sign's rows; ``reached`` is None where the plan's last year is the year itself.

    ``met`` and ``near`` are counted over the rated rows with a baseline, the others over all.
    """

    met: Tally
    near: Tally
    reached: Tally | None
    exceeded: Tally

    def tally(self, sign: Sign) -> Tally | None:
        return cast("Tally | None", getattr(self, sign.value))


@dataclass(frozen=True, slots=True)
class NothingMoved:
    """The mean score of rows had each stayed at its baseline, beside their real one.

    Both are fractions, None without a rated row that has a baseline.
    """

    supposed: Decimal | None
    real: Decimal | None
    ids: tuple[int, ...]


def ambition(
    rows: Iterable[Figure],
    last_targets: Mapping[int, Decimal] | None,
    *,
    hidden: Container[int] = (),
) -> Ambition:
    """Return how hard the rows' targets were.

    ``last_targets`` are those of the plan's last year by row, None in that year itself, when a
    row that reaches its target has nothing more to say. A row without one has reached none.
    """
    rated = _rated(rows, hidden)
    known = _with_baseline(rated)
    return Ambition(
        met=_tally(known, lambda row: is_met(row.measurement)),
        near=_tally(known, lambda row: is_near(row.measurement)),
        reached=None
        if last_targets is None
        else _tally(rated, lambda row: has_reached(row.measurement, last_targets.get(row.id))),
        exceeded=_tally(rated, lambda row: is_exceeded(_value(row))),
    )


def nothing_moved(
    rows: Iterable[Figure], *, method: Method, bands: Bands, hidden: Container[int] = ()
) -> NothingMoved:
    """Return the mean score with C := A beside the real one, over rated rows with a baseline."""
    known = _with_baseline(_rated(rows, hidden))
    supposed = [
        replace(row, achievement=rate(unmoved(row.measurement), method=method, bands=bands))
        for row in known
    ]
    return NothingMoved(
        summarise(supposed).mean, summarise(known).mean, tuple(row.id for row in known)
    )


def ids_of(
    key: str, rows: Iterable[Figure], last_targets: Mapping[int, Decimal] | None
) -> frozenset[int]:
    """Return the rows that a list narrowed to a sign, or to ``KNOWN``, shows."""
    rows = list(rows)
    if key == KNOWN:
        return frozenset(row.id for row in _with_baseline(_rated(rows, ())))
    tally = ambition(rows, last_targets).tally(Sign(key))
    return frozenset(tally.ids if tally else ())


def unmoved(m: Measurement) -> Measurement:
    """Return a measurement whose realization is its baseline: of an increment nothing is added."""
    return replace(m, realization=ZERO if m.adds_to_baseline else m.baseline)


def is_met(m: Measurement) -> bool:
    """Whether the target asked for no more than there was."""
    assert m.baseline is not None and m.target is not None
    return reaches(m.baseline, m.target, m.direction)


def is_near(m: Measurement) -> bool:
    """Whether the target was met already or lies at most a tenth of the baseline beyond it."""
    assert m.baseline is not None and m.target is not None
    step = m.target - m.baseline
    if m.direction == Direction.DECREASE:
        step = -step
    return step <= NEAR_BASELINE * abs(m.baseline)


def has_reached(m: Measurement, last_target: Decimal | None) -> bool:
    """Whether the year's realization stands at or beyond the plan's last target already.

    A target of the last year that expects nothing (R1, R3) cannot be reached.
    """
    if last_target is None or m.total is None or not is_due(last_target, m.direction):
        return False
    return reaches(m.total, last_target, m.direction)


def _rated(rows: Iterable[Figure], hidden: Container[int]) -> list[Figure]:
    return [
        row
        for row in counted_once(rows)
        if row.achievement.value is not None and row.id not in hidden
    ]


def _with_baseline(rows: Iterable[Figure]) -> list[Figure]:
    return [row for row in rows if row.measurement.baseline is not None]


def _value(row: Figure) -> Decimal:
    assert row.achievement.value is not None
    return row.achievement.value


def _tally(rows: Sequence[Figure], holds: Callable[[Figure], bool]) -> Tally:
    return Tally(tuple(row.id for row in rows if holds(row)), len(rows))
