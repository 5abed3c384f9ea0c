"""What an outsider can work out about hidden numbers from the numbers that are shown.

Plain functions on plain values. The outsider is taken to know how an activity is put together:
every sum, share and twin that holds between the true numbers is known to him, also one that holds
by chance. What he does not know are the hidden numbers; each is somewhere from 0 on, and below 5
where the page says "<5". A value counts as possible only where all hidden numbers together can be
written down so that everything shown fits, so nothing is called possible that is not. The search
for that is bounded (``STEPS``); where it ends without an answer, the value counts as impossible.

What he may know from elsewhere is not seen: docs/domain.md, "Small numbers".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import NamedTuple

SMALLEST_SHOWN = Decimal(5)
# A hidden number must be able to be each end of this; the upper one or more.
PROTECTED = (0, 4)
ABOVE = 4  # so many values over the upper end are tried as well
STEPS = 100  # guesses for one value of one cell
ROUNDS = 20  # of narrowing; more would only narrow further
SUMS = 200  # relations of one kind in an activity
ENOUGH = 10**6  # of effort, for who asks about one interval
TRIES = 5_000  # sums looked at for them
RANGE = 200  # values looked at for one end of an interval
HALF = Decimal("0.5")
PERCENT = 100


class TooMuch(Exception):
    """So many numbers of an activity hang together that it is not worked out how."""


@dataclass
class Effort:
    """How much may still be looked at, in relations; TooMuch is raised beyond that."""

    left: int

    def spend(self, much: int) -> None:
        self.left -= much
        if self.left < 0:
            raise TooMuch


class Cell(NamedTuple):
    """A number of a row: "value" or a part of it in a year, or the "baseline" (year 0)."""

    row: int
    what: str
    year: int


@dataclass(frozen=True, slots=True)
class Sum:
    """A number that is the sum of others; of one other, it is the same number."""

    total: Cell
    parts: tuple[Cell, ...]

    @property
    def cells(self) -> tuple[Cell, ...]:
        return (self.total, *self.parts)


@dataclass(frozen=True, slots=True)
class Share:
    """A percent that, with the digits it is written with, is a part of a whole."""

    percent: Cell
    part: Cell
    whole: Cell
    low: Decimal
    high: Decimal

    @property
    def cells(self) -> tuple[Cell, ...]:
        return (self.percent, self.part, self.whole)


Relation = Sum | Share
Numbers = Mapping[Cell, Decimal]


# --- What holds between numbers ---


def sums(totals: Numbers, numbers: Numbers, *, fewest: int) -> list[Sum]:
    """Return every way in which a total is the sum of at least so many of the numbers.

    A row is no part of its own total. Numbers are above 0. Raise TooMuch beyond the bounds.
    """
    found: list[Sum] = []
    looked_at = 0
    ordered = sorted(numbers.items(), key=lambda item: (-item[1], item[0]))
    for total, amount in totals.items():
        fitting = [(cell, value) for cell, value in ordered if cell.row != total.row]
        waiting: list[tuple[int, Decimal, tuple[Cell, ...]]] = [(0, amount, ())]
        while waiting:
            at, missing, parts = waiting.pop()
            looked_at += 1
            if missing == 0 and len(parts) >= fewest:
                found.append(Sum(total, parts))
            if looked_at > TRIES or len(found) > SUMS:
                raise TooMuch
            waiting += [
                (place + 1, missing - value, (*parts, cell))
                for place, (cell, value) in enumerate(fitting[at:], start=at)
                if value <= missing
            ]
    return found


def shares(percents: Numbers, parts: Numbers, wholes: Numbers) -> list[Share]:
    """Return the percents that are a part of a whole, rounded or cut at their last digit."""
    found = []
    for percent, written in percents.items():
        half = HALF.scaleb(min(_exponent(written), 0))
        for whole, amount in wholes.items():
            for part, value in parts.items():
                if part == whole or value > amount:
                    continue
                off = PERCENT * value / amount - written
                if abs(off) <= half:
                    found.append(Share(percent, part, whole, written - half, written + half))
                elif 0 <= off < 2 * half:
                    found.append(Share(percent, part, whole, written, written + 2 * half))
                if len(found) > SUMS:
                    raise TooMuch
    return found


# --- What follows from it ---

Bounds = tuple[int, int | None]  # None: without an upper end


@dataclass(frozen=True, slots=True)
class _Line:
    """low ≤ Σ factor · hidden cell ≤ high; an end that is None is open."""

    terms: tuple[tuple[Cell, int], ...]
    low: int | None
    high: int | None


class Outsider:
    """What can be known of the hidden cells among some numbers.

    ``below_five`` are the hidden cells of which the page says so.
    """

    def __init__(
        self,
        relations: Sequence[Relation],
        numbers: Numbers,
        *,
        hidden: Set[Cell],
        below_five: Set[Cell] = frozenset(),
        effort: Effort | None = None,
    ) -> None:
        self.effort = effort or Effort(ENOUGH)
        self.effort.spend(len(relations))
        self.relations = [each for each in relations if not hidden.isdisjoint(each.cells)]
        self.numbers = numbers
        self.hidden = hidden
        self.below_five = below_five

    def linked(self, cell: Cell) -> list[Relation]:
        """Return the relations that reach a hidden cell, through hidden ones."""
        reached, found, left = {cell}, list[Relation](), self.relations
        while left:
            self.effort.spend(len(left))
            further: list[Relation] = []
            for each in left:
                if reached.isdisjoint(each.cells):
                    further.append(each)
                else:
                    found.append(each)
                    reached.update(one for one in each.cells if one in self.hidden)
            if len(further) == len(left):
                break
            left = further
        return found

    def covers(self, cell: Cell) -> bool:
        """Whether a hidden cell can still be anything from 0 to 4, or more than that."""
        problem = self._problem(cell)
        if problem is None:
            return True
        step = problem.steps[cell]
        low, high = (end * step for end in PROTECTED)
        return problem.can_be(cell, low) and any(
            problem.can_be(cell, high + more * step) for more in range(ABOVE + 1)
        )

    def interval(self, cell: Cell) -> tuple[Decimal, Decimal | None]:
        """Return the least and the greatest a hidden cell can be; None is no greatest."""
        problem = self._problem(cell)
        if problem is None:
            return Decimal(0), None
        low, high = problem.bounds(cell)
        step = Decimal(problem.steps[cell])
        return Decimal(low) / step, None if high is None else Decimal(high) / step

    def _problem(self, cell: Cell) -> _Problem | None:
        """Return what binds a cell; None where everything is hidden and may grow together.

        Sums and shares of hidden numbers alone hold for every multiple of them, 0 included.
        """
        relations = self.linked(cell)
        cells = {cell}.union(*(each.cells for each in relations)) if relations else {cell}
        free = {one for one in cells if one in self.hidden}
        shown = {
            one for each in relations for one in _counted(each, self.hidden) if one not in free
        }
        if not shown and free.isdisjoint(self.below_five):
            return None
        return _Problem(relations, self.numbers, cells, free, self.below_five, self.effort)


def _counted(relation: Relation, hidden: Set[Cell]) -> tuple[Cell, ...]:
    """Return the cells of a relation that are amounts: a percent only says how they go together."""
    if isinstance(relation, Sum):
        return relation.cells
    if relation.percent not in hidden:
        return (relation.part, relation.whole)
    return relation.cells


class _Problem:
    """Whole numbers that must fit a few lines together.

    A cell counts in the last digit it is written with: people are whole, and 2,5 is 25 tenths.
    ``true`` holds what each hidden cell is, ``amounts`` every cell in the smallest digit of all.
    """

    def __init__(
        self,
        relations: Sequence[Relation],
        numbers: Numbers,
        cells: Set[Cell],
        free: Set[Cell],
        below_five: Set[Cell],
        effort: Effort,
    ) -> None:
        self.effort = effort
        self.steps = {cell: 10 ** -min(_exponent(numbers[cell]), 0) for cell in cells}
        self.scale = max(self.steps.values())
        self.amounts = {cell: int(numbers[cell] * self.scale) for cell in cells}
        self.true = {cell: int(numbers[cell] * self.steps[cell]) for cell in free}
        self.free = free
        self.start: dict[Cell, Bounds] = {
            cell: (
                min(0, self.true[cell]),
                int(SMALLEST_SHOWN) * self.steps[cell] - 1 if cell in below_five else None,
            )
            for cell in sorted(free)
        }
        self.lines = [line for each in relations for line in self._lines(each)]

    def can_be(self, cell: Cell, value: int) -> bool:
        low, high = self.start[cell]
        if value < low or (high is not None and value > high):
            return False
        self.left = STEPS
        return self._fits({**self.start, cell: (value, value)})

    def bounds(self, cell: Cell) -> Bounds:
        true = self.true[cell]
        narrowed = self._narrowed(dict(self.start))
        assert narrowed is not None, "the true numbers fit"
        low, high = narrowed[cell]
        least = next((v for v in range(low, min(low + RANGE, true)) if self.can_be(cell, v)), true)
        if high is None:
            return least, None
        most = next(
            (v for v in range(high, max(high - RANGE, true), -1) if self.can_be(cell, v)), true
        )
        return least, most

    # --- Lines ---

    def _lines(self, relation: Relation) -> Iterable[_Line]:
        if isinstance(relation, Sum):
            yield self._line([(relation.total, -1), *((each, 1) for each in relation.parts)], 0, 0)
        elif relation.percent not in self.free:
            for end, is_low in ((relation.low, True), (relation.high, False)):
                ratio = Fraction(end)
                terms = [
                    (relation.part, PERCENT * ratio.denominator),
                    (relation.whole, -ratio.numerator),
                ]
                yield self._line(terms, 0, None) if is_low else self._line(terms, None, 0)
        else:
            yield from self._of_hidden_percent(relation)

    def _of_hidden_percent(self, relation: Share) -> Iterable[_Line]:
        """Return what shown amounts tell of a percent; where both are hidden, nothing.

        A shown part of a hidden whole is taken to tell the percent: what it tells is no line.
        """
        part, whole = relation.part in self.free, relation.whole in self.free
        if part and whole:
            return
        true, amount = self.amounts[relation.percent], self.amounts[relation.whole]
        if whole:
            yield self._line([(relation.percent, 1)], true, true)
            return
        # low ≤ 100 · part ÷ whole ≤ high, with both ends as far from the percent as they are.
        ends = [
            (Fraction(end) * self.scale - true) * amount for end in (relation.low, relation.high)
        ]
        terms = [(relation.part, PERCENT * self.scale), (relation.percent, -amount)]
        yield self._line(terms, ceil(ends[0]), floor(ends[1]))

    def _line(self, terms: Iterable[tuple[Cell, int]], low: int | None, high: int | None) -> _Line:
        known, unknown = 0, dict[Cell, int]()
        for cell, factor in terms:
            if cell in self.free:
                unit = self.scale // self.steps[cell]
                unknown[cell] = unknown.get(cell, 0) + factor * unit
            else:
                known += factor * self.amounts[cell]
        return _Line(
            tuple(unknown.items()),
            None if low is None else low - known,
            None if high is None else high - known,
        )

    # --- Searching ---

    def _fits(self, bounds: dict[Cell, Bounds]) -> bool:
        """Whether whole numbers within the bounds fit all lines."""
        self.left -= 1
        narrowed = self._narrowed(bounds)
        if narrowed is None or self.left < 0:
            return False
        loose = [cell for cell, (low, high) in narrowed.items() if low != high]
        if not loose:
            return True
        cell = min(loose, key=lambda one: _width(narrowed[one]))
        return any(
            self._fits({**narrowed, cell: (value, value)})
            for value in self._guesses(cell, narrowed[cell])
        )

    def _guesses(self, cell: Cell, bounds: Bounds) -> list[int]:
        low, high = bounds
        true = self.true[cell]
        if high is not None and high - low <= 2 * PROTECTED[1]:
            return sorted(range(low, high + 1), key=lambda value: abs(value - true))
        near = [true, low, high, *(true + by for by in range(-ABOVE, ABOVE + 1)), 2 * true, low + 4]
        return list(
            dict.fromkeys(
                value
                for value in near
                if value is not None and low <= value and not _over(value, high)
            )
        )

    def _narrowed(self, bounds: dict[Cell, Bounds]) -> dict[Cell, Bounds] | None:
        """Return the bounds as far as single lines narrow them; None where one cannot be met."""
        for _round in range(ROUNDS):
            self.effort.spend(len(self.lines))
            before = dict(bounds)
            for line in self.lines:
                if not _narrow(line, bounds):
                    return None
            if bounds == before:
                break
        return bounds


def _narrow(line: _Line, bounds: dict[Cell, Bounds]) -> bool:
    """Narrow the bounds of a line's cells by the others in it; False where it cannot be met."""
    least = [_ends(factor, bounds[cell])[0] for cell, factor in line.terms]
    most = [_ends(factor, bounds[cell])[1] for cell, factor in line.terms]
    if _over(_total(least), line.high) or _over(line.low, _total(most)):
        return False
    for place, (cell, factor) in enumerate(line.terms):
        rest_least = _total(least[:place] + least[place + 1 :])
        rest_most = _total(most[:place] + most[place + 1 :])
        top = None if line.high is None or rest_least is None else line.high - rest_least
        bottom = None if line.low is None or rest_most is None else line.low - rest_most
        low, high = bounds[cell]
        under, over = (bottom, top) if factor > 0 else (top, bottom)
        if under is not None:
            low = max(low, ceil(Fraction(under, factor)))
        if over is not None:
            limit = floor(Fraction(over, factor))
            high = limit if high is None else min(high, limit)
        if high is not None and low > high:
            return False
        bounds[cell] = (low, high)
    return True


def _ends(factor: int, bounds: Bounds) -> tuple[int | None, int | None]:
    low, high = bounds
    far = None if high is None else factor * high
    return (factor * low, far) if factor > 0 else (far, factor * low)


def _total(values: Sequence[int | None]) -> int | None:
    """Return the sum; None as soon as one of them has no end."""
    known = [value for value in values if value is not None]
    return sum(known) if len(known) == len(values) else None


def _over(value: int | None, limit: int | None) -> bool:
    return value is not None and limit is not None and value > limit


def _width(bounds: Bounds) -> float:
    low, high = bounds
    return float("inf") if high is None else high - low


def _exponent(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0
