"""Checks over the plan: a column that slipped by one row."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from heapq import heappop, heappush
from itertools import accumulate, groupby
from math import log
from typing import Any, TypeVar

from activities.sentences import Sentence
from activities.sentences import noop as _
from findings.checks.finding import TYPO, Answer, Check, CheckedRow, Finding, finding_of
from findings.checks.measured import kind_of_increment
from indicators.achievement import Measurement

Amount = TypeVar("Amount", int, float)

SHORTEST_SLIP = 4


# No unit fills more rows at a stretch; a longer slip is found in pieces.
LONGEST_SLIP = 200


FAR, NEAR = log(3), log(2)


# Sums of floats: what is equal on paper may differ in the last digits.
TOLERANCE = 1e-9


ABOVE, BELOW = -1, 1


@dataclass(frozen=True, slots=True)
class Slip:
    """Rows ``start`` to ``stop`` whose own numbers stand one row above (−1) or below (+1)."""

    start: int
    stop: int
    step: int


def row_slips(rows: Sequence[CheckedRow]) -> list[Slip]:
    """Return the slips that are no runs of increments: under 75 % of their rows are such."""
    return [
        slip for slip in find_slips(rows) if not _mostly_increments(rows[slip.start : slip.stop])
    ]


def find_slips(rows: Sequence[CheckedRow]) -> list[Slip]:
    """Return the windows of rows that fit far better with the C of the row above or below.

    At least 4 consecutive rows of one unit, all with B and C and none a %: mean of the absolute
    ln((C+½)/(B+½)) at least ln 3 as written and at most ln 2 moved, improving at least 75 % of
    the rows and both ends. Of overlapping windows the one with the largest total improvement
    is chosen.
    """
    return _best_windows(_stretches(rows), len(rows))


def check_row_slips(rows: Sequence[CheckedRow]) -> Iterator[Finding]:
    """Return one finding for each row slip."""
    return (slip_finding(rows, slip) for slip in row_slips(rows))


def _mostly_increments(rows: Sequence[CheckedRow]) -> bool:
    increments = sum(kind_of_increment(row) is not None for row in rows)
    return 4 * increments >= 3 * len(rows)


def slip_finding(rows: Sequence[CheckedRow], slip: Slip) -> Finding:
    slipped = rows[slip.start : slip.stop]
    values = {"first": slipped[0].code, "last": slipped[-1].code, "count": str(len(slipped))}
    if slip.step == ABOVE:
        template = _(
            "%(first)s to %(last)s, %(count)s rows: what is written does not fit its own target, "
            "but that of the row below. Has the column slipped up by one row?"
        )
        whole = _("Yes; each row gets the number above it")
        kept = _("Yes; each row gets the number above it, the first keeps its own")
    else:
        template = _(
            "%(first)s to %(last)s, %(count)s rows: what is written does not fit its own target, "
            "but that of the row above. Has the column slipped down by one row?"
        )
        whole = _("Yes; each row gets the number below it")
        kept = _("Yes; each row gets the number below it, the last keeps its own")
    moved = _moved(rows, slip)
    label = whole if len(moved) == len(slipped) else kept
    answers = (
        Answer("slipped", Sentence(label), moved),
        Answer("correct_as_written", Sentence(_("No; every number is in its row"))),
        TYPO,
    )
    ends = f"{slipped[0].place}-{slipped[-1].place}"
    return finding_of(Check.ROW_SLIP, slipped, Sentence(template, **values), answers, ends)


def step_of(
    order: Sequence[Hashable],
    written: Mapping[Any, Decimal | None],
    moved: Mapping[Hashable, Measurement],
) -> int:
    """Return which way a slip's answer moves numbers: from the row above, or from that below.

    ``order`` holds the rows as printed, ``written`` what stands in them.
    """
    at = {row: index for index, row in enumerate(order)}
    from_above = all(
        at[row] > 0 and written[order[at[row] - 1]] == after.realization
        for row, after in moved.items()
    )
    return ABOVE if from_above else BELOW


def _moved(rows: Sequence[CheckedRow], slip: Slip) -> dict[Hashable, Measurement]:
    """Return the rows of a slip as they read once each has the number beside it.

    The row at the end takes the number from beyond the slip only where that does not fit the row
    it stands in: else it is that row's own, and nobody offers it a second time.
    """
    beyond = rows[slip.start - 1 if slip.step == ABOVE else slip.stop]
    own = _misfit(beyond, beyond)
    is_own = own is not None and own <= NEAR + TOLERANCE
    return {
        rows[index].id: replace(rows[index].measurement, realization=rows[index + slip.step].c)
        for index in range(slip.start, slip.stop)
        if slip.start <= index + slip.step < slip.stop or not is_own
    }


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Consecutive rows that can be moved one way, from row ``first`` on, as running sums.

    Each list has one entry more than there are rows; the sum over a window is the difference
    of two. ``far``, ``near`` and ``mostly`` must not be negative over a slip.
    """

    first: int
    step: int
    improves: list[bool]
    gain: list[float]
    far: list[float]
    near: list[float]
    mostly: list[int]

    def starts(self) -> Iterator[tuple[int, int]]:
        """Return where a slip may start, and the last place where it may stop."""
        limits = [_Limit(self.far, TOLERANCE), _Limit(self.near, TOLERANCE), _Limit(self.mostly)]
        for start, improves in enumerate(self.improves):
            if improves:
                reach = min(limit.last(start) for limit in limits)
                if reach >= start + SHORTEST_SLIP:
                    yield start, min(reach, start + LONGEST_SLIP)

    def best(self, start: int, reach: int, peaks: list[float]) -> tuple[float, int] | None:
        """Return the gain and the stop of the best slip from ``start``, up to ``reach``."""
        best: tuple[float, int] | None = None
        for stop in range(reach, start + SHORTEST_SLIP - 1, -1):
            if best and peaks[stop] - self.gain[start] <= best[0]:
                break  # no shorter window gains more
            gain = self.gain[stop] - self.gain[start]
            if (best is None or gain > best[0]) and self._is_slip(start, stop):
                best = gain, stop
        return best

    def _is_slip(self, start: int, stop: int) -> bool:
        return (
            self.improves[stop - 1]
            and self.mostly[stop] >= self.mostly[start]
            and self.far[stop] - self.far[start] >= -TOLERANCE
            and self.near[stop] - self.near[start] >= -TOLERANCE
        )


class _Limit:
    """Finds the last place where a running sum is still as high as it was at the start."""

    def __init__(self, sums: Sequence[float], tolerance: float = 0.0) -> None:
        self.sums = sums
        self.tolerance = tolerance
        # The highest sum from each place on, negated: a rising list to be bisected.
        peaks = list(accumulate(reversed(sums), max))
        self.falling = [-peak for peak in reversed(peaks)]

    def last(self, start: int) -> int:
        return bisect_right(self.falling, self.tolerance - self.sums[start]) - 1


def _stretches(rows: Sequence[CheckedRow]) -> Iterator[_Stretch]:
    """Return the stretches of rows that may hold a slip, for both ways."""
    first = 0
    for _unit, group in groupby(rows, key=lambda row: row.unit):
        run = list(group)
        written = [_misfit(row, row) for row in run]
        if any(fit is not None and fit >= FAR - TOLERANCE for fit in written):
            yield from _movable(run, first, written, ABOVE)
            yield from _movable(run, first, written, BELOW)
        first += len(run)


def _movable(
    run: Sequence[CheckedRow], first: int, written: Sequence[float | None], step: int
) -> Iterator[_Stretch]:
    """Return the stretches of one unit's rows that all have a misfit written and moved."""
    neighbours = [*run[1:], None] if step == BELOW else [None, *run[:-1]]
    moved = map(_misfit, run, neighbours)
    pairs: list[tuple[float, float]] = []
    for index, (own, other) in enumerate([*zip(written, moved, strict=True), (None, None)]):
        if own is not None and other is not None:
            pairs.append((own, other))
            continue
        if len(pairs) >= SHORTEST_SLIP:
            yield _stretch(first + index - len(pairs), step, pairs)
        pairs = []


def _misfit(row: CheckedRow, written: CheckedRow | None) -> float | None:
    """Return the absolute ln((C+½)/(B+½)) of a row with the C that is written in another."""
    if written is None or row.b is None or row.is_percent or written.is_percent:
        return None
    total = row.total_with(written.c)
    if total is None or total < 0 or row.b < 0:
        return None
    return abs(log(float(total) + 0.5) - log(float(row.b) + 0.5))


def _stretch(first: int, step: int, pairs: Sequence[tuple[float, float]]) -> _Stretch:
    improves = [moved < written for written, moved in pairs]
    return _Stretch(
        first,
        step,
        improves,
        gain=_sums(written - moved for written, moved in pairs),
        far=_sums(written - FAR for written, _moved in pairs),
        near=_sums(NEAR - moved for written, moved in pairs),
        # Each row that improves makes up for a third of one that does not: 75 %.
        mostly=_sums(1 if better else -3 for better in improves),
    )


def _sums(values: Iterable[Amount]) -> list[Amount]:
    return list(accumulate(values, initial=0))


def _best_windows(stretches: Iterable[_Stretch], count: int) -> list[Slip]:
    """Return windows that do not overlap, largest total improvement first, in row order.

    Only the best window of each start is kept; where its end turns out to be taken, the start
    is looked at once more with less room.
    """
    known = list(stretches)
    peaks = [list(accumulate(stretch.gain, max)) for stretch in known]
    queue: list[tuple[float, int, int, int]] = []

    def offer(number: int, start: int, reach: int) -> None:
        best = known[number].best(start, reach, peaks[number])
        if best:
            heappush(queue, (-best[0], number, start, best[1]))

    for number, stretch in enumerate(known):
        for start, reach in stretch.starts():
            offer(number, start, reach)
    taken = [False] * count
    chosen = []
    while queue:
        _gain, number, start, stop = heappop(queue)
        first = known[number].first
        busy = next((at for at in range(start, stop) if taken[first + at]), None)
        if busy is not None:
            offer(number, start, busy)
            continue
        taken[first + start : first + stop] = [True] * (stop - start)
        chosen.append(Slip(first + start, first + stop, known[number].step))
    return sorted(chosen, key=lambda slip: slip.start)
