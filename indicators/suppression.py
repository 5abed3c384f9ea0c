"""Which numbers of a plan the public must not see, because they could identify people.

Plain functions on plain values; how a plan's rows and editions become ``Row`` and ``Numbers`` is
in ``indicators.small_numbers``. A number of a row that hides small numbers is hidden where it is
1 to 4, be it the value, a part of it or the baseline; 0 identifies nobody. Then further numbers
are hidden until an outsider (``indicators.inference``) cannot narrow any of these to less than
0 to 4. What is hidden is hidden in every year and edition alike, so that no two of them tell it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import combinations

from indicators.inference import (
    SMALLEST_SHOWN,
    Cell,
    Effort,
    Numbers,
    Outsider,
    Relation,
    Sum,
    TooMuch,
    shares,
    sums,
)

VALUE, BASELINE = "value", "baseline"
PARTS = ("women", "men", "others")
EVERY_YEAR = 0  # of a baseline
BELOW_FIVE = f"<{SMALLEST_SHOWN}"
NOT_SHOWN = "…"
# How many relations are looked at for one activity with its twins, and for all of a plan, which
# takes some tenths of a second. An activity that takes more is hidden whole.
OF_GROUP, OF_ALL = 10_000, 40_000


def is_small(value: Decimal | None) -> bool:
    """Whether a number of people is small enough to identify them."""
    return value is not None and 0 < value < SMALLEST_SHOWN


def cells_of(row: int, year: int) -> tuple[Cell, ...]:
    """Return the cells of a row in which a number of people can stand."""
    return (
        Cell(row, VALUE, year),
        *(Cell(row, part, year) for part in PARTS),
        Cell(row, BASELINE, EVERY_YEAR),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What is known of an indicator in public.

    ``likeness`` is the same in two rows that are printed as one and the same, say an activity
    that two units report; None where nothing is like it.
    """

    id: int
    activity: int
    is_percent: bool = False
    is_guarded: bool = False
    counted_with: int | None = None
    likeness: Hashable = None


@dataclass(frozen=True, slots=True)
class Withheld:
    """The cells the public does not see, and those of which not even "<5" may be said.

    ``near`` are the rows whose numbers could tell one: those that hide small numbers, whether
    they have any or not, and all that stand beside them.
    """

    cells: frozenset[Cell] = frozenset()
    unmarked: frozenset[Cell] = frozenset()
    near: frozenset[int] = frozenset()

    def values_of(self, year: int) -> frozenset[int]:
        """Return the rows whose value of a year is hidden, whether there is one or not."""
        found = (cell.row for cell in self.cells if (cell.what, cell.year) == (VALUE, year))
        return frozenset(found)

    def text(self, cell: Cell, value: Decimal | None) -> str:
        """Return what stands in place of a hidden number."""
        return BELOW_FIVE if is_small(value) and cell not in self.unmarked else NOT_SHOWN


Dependent = Callable[[Cell], Collection[Cell]]


def protect(
    rows: Mapping[int, Row], states: Sequence[Numbers], *, told_by: Dependent = lambda _cell: ()
) -> Withheld:
    """Return what must be hidden so that no small number of a guarded row can be worked out.

    ``states`` are the numbers as they are and as they were published: what is hidden in one is
    hidden in all, and a cell that one state lacks is taken from the others. ``told_by`` names the
    cells that must go with a hidden one, because what is shown of them would tell it.
    """
    small = [
        {cell for cell, value in state.items() if rows[cell.row].is_guarded and is_small(value)}
        for state in states
    ]
    guarded = {row.id for row in rows.values() if row.is_guarded}
    near = frozenset(id for group in _groups(rows, guarded) for id in group)
    if not any(small):
        return Withheld(near=near)
    cover = _Cover(rows, _filled(states), told_by)
    cover.hide(cell for cells in small for cell in cells)
    for group in _groups(rows, {cell.row for cells in small for cell in cells}):
        try:
            cover.close(group)
        except TooMuch:
            cover.hide_whole(group)
    return Withheld(frozenset(cover.hidden), frozenset(cover.unmarked), near)


def exposed(rows: Mapping[int, Row], states: Sequence[Numbers], withheld: Withheld) -> list[Cell]:
    """Return the small numbers of guarded rows that can be worked out from what is not withheld.

    A row's group that cannot be looked at within bounds is exposed unless all of it is withheld.
    """
    cover = _Cover(
        rows, _filled(states), lambda _cell: (), set(withheld.cells), set(withheld.unmarked)
    )
    found: set[Cell] = set()
    guarded = {cell.row for state in states for cell in state if rows[cell.row].is_guarded}
    for group in _groups(rows, guarded):
        small = cover.small_of(group)
        try:
            cover.look_at(group)
            found.update(cell for _place, cell in cover.exposed(small))
        except TooMuch:
            shown = {c for state in states for c in state if c.row in group} - withheld.cells
            found.update(cell for _place, cell in small if shown)
    return sorted(found)


def _filled(states: Sequence[Numbers]) -> list[Numbers]:
    everything: dict[Cell, Decimal] = {}
    for state in states:
        everything.update(state)
    found: list[Numbers] = []
    for state in states:
        filled = {**everything, **state}
        if filled not in found:
            found.append(filled)
    return found


Exposed = tuple[int, Cell]  # a state by its place, and a cell of it


@dataclass
class _Cover:
    """What is hidden so far, and the relations through which an outsider might see."""

    rows: Mapping[int, Row]
    states: Sequence[Numbers]
    told_by: Dependent
    hidden: set[Cell] = field(default_factory=set)
    unmarked: set[Cell] = field(default_factory=set)
    relations: list[list[Relation]] = field(default_factory=list)
    effort: Effort = field(default_factory=lambda: Effort(OF_GROUP))
    total: int = OF_ALL

    def hide(self, cells: Iterable[Cell]) -> None:
        self.hidden |= self.with_what_follows(cells)

    def with_what_follows(self, cells: Iterable[Cell]) -> set[Cell]:
        """Return cells with those that are shown together with them or not at all."""
        found: set[Cell] = set()
        left = list(cells)
        while left:
            cell = left.pop()
            if cell in found:
                continue
            found.add(cell)
            if cell.what != BASELINE:
                left += [Cell(cell.row, part, cell.year) for part in PARTS]
            left += self.told_by(cell)
        return {cell for cell in found if any(cell in state for state in self.states)}

    def close(self, group: Collection[int]) -> None:
        """Hide further cells, each time the one that costs least, until nothing is exposed.

        Raise TooMuch where that cannot be found out within bounds.
        """
        self.look_at(group)
        exposed = self.exposed(self.small_of(group))
        while exposed:
            best = min(
                ((self.loss(cell, exposed), cell) for cell in self.candidates(exposed)),
                default=None,
            )
            if best is None:
                self.unmarked |= self.reached(exposed)
            else:
                self.hide([best[1]])
            # Hiding more never tells more, so only these can still be exposed.
            exposed = self.exposed(exposed)
        self.total += self.effort.left

    def look_at(self, group: Collection[int]) -> None:
        """Find what holds between the numbers of some rows, with an effort of their own."""
        self.effort = Effort(min(OF_GROUP, self.total))
        self.total -= self.effort.left
        self.relations = [self.between(group, state) for state in self.states]

    def small_of(self, group: Collection[int]) -> list[Exposed]:
        """Return the numbers of some rows that must not be worked out."""
        members = set(group)
        return [
            (place, cell)
            for place, state in enumerate(self.states)
            for cell, value in sorted(state.items())
            if cell.row in members and self.rows[cell.row].is_guarded and is_small(value)
        ]

    def between(self, group: Collection[int], state: Numbers) -> list[Relation]:
        """Return what holds between the numbers of some rows."""
        rows = [self.rows[row] for row in group]
        by_activity: defaultdict[int, list[Row]] = defaultdict(list)
        for row in rows:
            by_activity[row.activity].append(row)
        found = _twins(rows, state)
        for members in by_activity.values():
            found += _within(members, state)
        return found

    def hide_whole(self, group: Collection[int]) -> None:
        """Hide every number of some rows, without a mark: what is left tells only proportions."""
        members = set(group)
        cells = {cell for state in self.states for cell in state if cell.row in members}
        self.hide(cells)
        self.unmarked |= cells

    def exposed(self, small: Collection[Exposed], more: Set[Cell] = frozenset()) -> list[Exposed]:
        """Return the cells an outsider can narrow too far, had also ``more`` been hidden.

        One that is shown is known to everybody.
        """
        hidden = self.hidden | more
        outsiders = {place: self.outsider(place, hidden) for place, _cell in small}
        return [
            (place, cell)
            for place, cell in small
            if cell not in hidden or not outsiders[place].covers(cell)
        ]

    def outsider(self, place: int, hidden: Set[Cell]) -> Outsider:
        state = self.states[place]
        below_five = {
            cell
            for cell in hidden - self.unmarked
            if cell.what not in PARTS and is_small(state.get(cell))
        }
        return Outsider(
            self.relations[place], state, hidden=hidden, below_five=below_five, effort=self.effort
        )

    def loss(self, cell: Cell, exposed: Collection[Exposed]) -> tuple[int, int, bool, Decimal]:
        """Return what hiding a cell would cost, to be compared.

        First what would stay exposed, then how many numbers would go; of equals a percent goes
        first and then the largest, for percents and totals tell nothing that their parts do not.
        """
        gone = self.with_what_follows([cell]) - self.hidden
        value = max(state[cell] for state in self.states if cell in state)
        is_count = not self.rows[cell.row].is_percent
        return len(self.exposed(exposed, gone)), len(gone), is_count, -value

    def candidates(self, exposed: Collection[Exposed]) -> set[Cell]:
        """Return the shown cells through which something is exposed."""
        return {
            cell
            for place, one in exposed
            for relation in self.outsider(place, self.hidden).linked(one)
            for cell in relation.cells
            if cell not in self.hidden
        }

    def reached(self, exposed: Collection[Exposed]) -> set[Cell]:
        found: set[Cell] = set()
        for place, one in exposed:
            linked = self.outsider(place, self.hidden).linked(one)
            found.update([one], *(relation.cells for relation in linked))
        return found


# --- What holds between the numbers of some rows ---


def _groups(rows: Mapping[int, Row], guarded: Set[int]) -> list[list[int]]:
    """Return the rows that a small one could be worked out from: activities, joined by twins."""
    by_activity: defaultdict[int, set[int]] = defaultdict(set)
    beside: defaultdict[int, set[int]] = defaultdict(set)
    by_likeness: defaultdict[Hashable, set[int]] = defaultdict(set)
    for row in rows.values():
        by_activity[row.activity].add(row.id)
        if (other := row.counted_with) is not None and other in rows:
            beside[other].add(row.id)
            beside[row.id].add(other)
        if row.likeness is not None:
            by_likeness[row.likeness].add(row.id)
    found, seen = [], set[int]()
    for start in sorted(guarded):
        if start in seen:
            continue
        group, left = set[int](), {start}
        while left:
            row = rows[left.pop()]
            if row.id in group:
                continue
            group.add(row.id)
            left |= by_activity[row.activity] | beside[row.id] | by_likeness[row.likeness]
        seen |= group
        found.append(sorted(group))
    return found


def _twins(rows: Sequence[Row], state: Numbers) -> list[Relation]:
    """Return which numbers are the same in two rows that are known to count the same."""
    found: list[Relation] = []
    years = sorted({cell.year for cell in state if cell.year != EVERY_YEAR})
    for one, other in combinations(rows, 2):
        known = one.id == other.counted_with or other.id == one.counted_with
        if not known and (one.likeness is None or one.likeness != other.likeness):
            continue
        pairs = {
            pair
            for year in years
            for pair in zip(cells_of(one.id, year), cells_of(other.id, year), strict=True)
        }
        found += [
            Sum(first, (second,))
            for first, second in sorted(pairs)
            if first in state and state[first] == state.get(second)
        ]
    return found


def _within(members: Sequence[Row], state: Numbers) -> list[Relation]:
    """Return the sums and shares of an activity; raise TooMuch where they cannot be listed."""
    by_id = {row.id: row for row in members}
    columns: defaultdict[tuple[str, int], dict[Cell, Decimal]] = defaultdict(dict)
    for cell, value in state.items():
        if cell.row in by_id:
            columns[cell.what, cell.year][cell] = value
    found: list[Relation] = []
    for (what, year), column in sorted(columns.items()):
        counts = _counts(column, by_id)
        found += sums(counts, counts, fewest=2)
        if what in PARTS:
            # A row beside it can be named "women"; or be the women of several rows.
            found += sums(_counts(columns[VALUE, year], by_id), counts, fewest=1)
        else:
            percents = {c: v for c, v in column.items() if by_id[c.row].is_percent and v > 0}
            parts = dict(counts)
            if what == VALUE:
                for part in PARTS:
                    parts.update(_counts(columns.get((part, year), {}), by_id))
            found += shares(percents, parts, counts)
        if what == VALUE:
            found += _splits(column, state)
    return found


def _counts(column: Numbers, by_id: Mapping[int, Row]) -> dict[Cell, Decimal]:
    """Return the numbers that can add up: a percent is no sum, and 0 adds nothing."""
    return {c: value for c, value in column.items() if value > 0 and not by_id[c.row].is_percent}


def _splits(column: Numbers, state: Numbers) -> Iterable[Sum]:
    for total, value in column.items():
        parts = tuple(
            cell for part in PARTS if (cell := Cell(total.row, part, total.year)) in state
        )
        if parts and sum(state[part] for part in parts) == value:
            yield Sum(total, parts)
