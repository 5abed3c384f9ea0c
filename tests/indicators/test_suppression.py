"""The numbers that the public must not see: the tables of docs/domain.md, and attacks on them."""

from decimal import Decimal as D
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.cells import parse_cell
from indicators.suppression import PARTS, Cell, Row, Withheld, exposed, is_small, protect
from tests import rulebook

YEAR = 2024
MARK = "†"


def value(id, year=YEAR):
    return Cell(id, "value", year)


def baseline(id):
    return Cell(id, "baseline", 0)


def written(cells):
    """Return rows and numbers of an activity that is written "3†, 10, 13"."""
    rows, numbers = {}, {}
    for id, each in enumerate(cells):
        cell = parse_cell(each.rstrip(MARK))
        rows[id] = Row(
            id=id, activity=1, is_percent=cell.is_percent, is_guarded=each.endswith(MARK)
        )
        if cell.value is not None:
            numbers[value(id)] = cell.value
    return rows, numbers


@pytest.mark.parametrize(
    "line", rulebook.lines("Which small numbers are hidden", "realizations", "hidden")
)
def test_a_line_of_the_rulebook(line):
    cells = line["realizations"].split(", ")
    rows, numbers = written(cells)

    told = [cells[cell.row].rstrip(MARK) for cell in protect(rows, [numbers]).cells]

    expected = [] if line["hidden"] == "nothing" else line["hidden"].split(", ")
    assert sorted(told) == sorted(expected)


@pytest.mark.parametrize(
    ("number", "small"),
    [
        (None, False),
        ("-1", False),
        ("0", False),
        ("0.5", True),
        ("1", True),
        ("4.9999", True),
        ("5", False),
    ],
)
def test_small_is_above_0_and_below_5(number, small):
    assert is_small(None if number is None else D(number)) is small


# --- One attack each ---


def people(id, number=None, women=None, men=None, others=None, year=YEAR, base=None):
    """Return the numbers of a row."""
    said = {"value": number, "women": women, "men": men, "others": others}
    cells = {Cell(id, what, year): D(each) for what, each in said.items() if each is not None}
    return cells if base is None else {**cells, baseline(id): D(base)}


def rows(*given):
    return {row.id: row for row in given}


def row(id, activity=1, **given):
    return Row(id=id, activity=activity, **given)


GUARDED = {"is_guarded": True}


def test_a_total_is_one_of_its_own_activity():
    known = rows(row(1, **GUARDED), row(2), row(3, activity=2))
    numbers = people(1, 3) | people(2, 10) | people(3, 13)
    assert protect(known, [numbers]).cells == {value(1)}


def test_a_twin_is_hidden_with_its_row():
    known = rows(row(1, **GUARDED), row(2, activity=2, counted_with=1))
    assert protect(known, [people(1, 3) | people(2, 3)]).cells == {value(1), value(2)}


def test_a_twin_is_hidden_with_the_row_that_counts_at_it():
    known = rows(row(1), row(2, activity=2, counted_with=1, **GUARDED))
    assert protect(known, [people(1, 3) | people(2, 3)]).cells == {value(1), value(2)}


def test_a_twin_with_another_number_tells_nothing():
    known = rows(row(1, **GUARDED), row(2, activity=2, counted_with=1))
    assert protect(known, [people(1, 3) | people(2, 9)]).cells == {value(1)}


def test_a_row_printed_alike_under_another_unit_is_a_twin():
    known = rows(row(1, likeness="a", **GUARDED), row(2, activity=2, likeness="a"))
    assert protect(known, [people(1, 3) | people(2, 3)]).cells == {value(1), value(2)}


def test_a_twin_may_not_be_worked_out_where_it_stands_either():
    # The twin 3 is 13 − 10 in its own activity.
    known = rows(
        row(1, **GUARDED),
        row(2, activity=2, counted_with=1),
        row(3, activity=2),
        row(4, activity=2),
    )
    numbers = people(1, 3) | people(2, 3) | people(3, 10) | people(4, 13)
    assert protect(known, [numbers]).cells == {value(1), value(2), value(4)}


def parts(id):
    return {Cell(id, part, YEAR) for part in ("women", "men", "others")}


def test_women_and_men_are_hidden_together():
    numbers = people(1, 20, 18, 2, 0)
    assert protect(rows(row(1, **GUARDED)), [numbers]).cells == parts(1)


def test_a_row_beside_that_says_how_many_women_is_hidden_with_the_men():
    # 20 people, of which a row beside says: 18 women. 20 − 18 leaves 2 men.
    known = rows(row(1, **GUARDED), row(2), row(3))
    numbers = people(1, 20, 18, 2, 0) | people(2, 18) | people(3, 7)
    assert protect(known, [numbers]).cells == parts(1) | {value(1)}


def test_the_women_of_several_rows_tell_those_of_one():
    # A row beside says that rows 1 and 2 had 21 women, and row 2 says it had 18.
    known = rows(row(1, **GUARDED), row(2), row(3))
    numbers = people(1, 20, 3, 17, 0) | people(2, 18, 18, 0, 0) | people(3, 21)
    assert value(3) in protect(known, [numbers]).cells


def test_the_share_of_women_tells_their_number():
    # 10 % of 20 are 2 men.
    known = rows(row(1, **GUARDED), row(2, is_percent=True))
    numbers = people(1, 20, 18, 2, 0) | people(2, 10)
    assert protect(known, [numbers]).cells == parts(1) | {value(2)}


def test_baselines_are_hidden_and_added_up_like_values():
    known = rows(row(1, **GUARDED), row(2), row(3))
    numbers = people(1, 30, base=3) | people(2, 50, base=10) | people(3, 80, base=13)
    assert protect(known, [numbers]).cells == {baseline(1), baseline(3)}


def test_what_would_tell_a_hidden_baseline_goes_with_it():
    numbers = people(1, 30, base=3)
    told = protect(
        rows(row(1, **GUARDED)),
        [numbers],
        told_by=lambda cell: [value(1)] if cell == baseline(1) else [],
    )
    assert told.cells == {baseline(1), value(1)}


def test_what_is_hidden_in_one_edition_is_hidden_in_all():
    known = rows(row(1, **GUARDED), row(2), row(3))
    # The total was 13 in the first edition, in which row 1 had no number yet.
    first = people(2, 10) | people(3, 13)
    second = people(1, 3) | people(2, 10) | people(3, 14)
    assert protect(known, [first, second]).cells == {value(1), value(3)}


def test_another_year_is_another_number():
    known = rows(row(1, **GUARDED))
    numbers = people(1, 3) | people(1, 30, year=2025)
    assert protect(known, [numbers]).cells == {value(1)}


def test_where_the_mark_itself_would_tell_it_is_left_out():
    # 1, 1, 2, 2, 3 are sums of one another, so with all below 5 the first is at most 1.
    known, numbers = written(["1†", "1†", "2†", "2†", "3†"])
    told = protect(known, [numbers])
    assert told.cells == told.unmarked == set(numbers)
    assert told.text(value(0), D(1)) == "…"


def test_a_hidden_small_number_is_marked():
    known, numbers = written(["3†", "10", "13"])
    told = protect(known, [numbers])
    assert [told.text(value(id), numbers[value(id)]) for id in (0, 2)] == ["<5", "…"]


def test_where_too_much_adds_up_the_activity_is_hidden_whole():
    known, numbers = written(["3†", *("123" * 8)])
    assert protect(known, [numbers]).cells == set(numbers)


def test_a_twin_that_is_no_row_any_more_is_none():
    known = rows(row(1, counted_with=99, **GUARDED), row(2))
    assert protect(known, [people(1, 3) | people(2, 10)]).cells == {value(1)}


def test_a_percent_below_one_tells_its_part_too():
    known = rows(row(1, **GUARDED), row(2), row(3, is_percent=True))
    numbers = people(1, 4) | people(2, 1000) | people(3, "0.4")
    told = protect(known, [numbers])
    assert value(3) in told.cells
    assert exposed(known, [numbers], told) == []


# --- What can be worked out from what is not withheld ---


def test_the_row_that_is_left_of_a_total_is_exposed():
    known, numbers = written(["3†", "10", "13"])
    assert exposed(known, [numbers], Withheld(frozenset({value(0)}))) == [value(0)]
    assert exposed(known, [numbers], protect(known, [numbers])) == []


def test_a_small_number_that_is_not_withheld_at_all_is_exposed():
    known, numbers = written(["3†", "100"])
    assert exposed(known, [numbers], Withheld()) == [value(0)]


def test_what_one_state_shows_is_exposed_in_the_other():
    known = rows(row(1, **GUARDED), row(2), row(3))
    before, now = people(1, 3) | people(2, 10) | people(3, 13), people(1, 3) | people(2, 11)
    assert exposed(known, [before, now], Withheld(frozenset({value(1)}))) == [value(1)]


def test_where_too_much_adds_up_everything_small_is_exposed_unless_all_is_withheld():
    known, numbers = written(["3†", *("123" * 8)])
    hidden = frozenset(numbers)
    assert exposed(known, [numbers], Withheld(hidden - {value(24)})) == [value(0)]
    assert exposed(known, [numbers], Withheld(hidden)) == []


# --- The attack on random activities ---


def identities(numbers):
    """Return every way a number is the sum of two or more others, by trying all."""
    positive = {id: number for id, number in numbers.items() if number > 0}
    found = []
    for total, number in positive.items():
        others = [id for id in positive if id != total]
        for size in range(2, len(others) + 1):
            found += [
                (total, chosen)
                for chosen in combinations(others, size)
                if sum(positive[id] for id in chosen) == number
            ]
    return found


def possible(id, wanted, numbers, hidden, marked, known, most=28):
    """Whether the hidden numbers can be written down so that one of them is as wanted."""

    def fits(world, left):
        for total, parts in known:
            if {total, *parts}.isdisjoint(left) and world[total] != sum(world[p] for p in parts):
                return False
        if not left:
            return True
        one, *rest = left
        end = 4 if one in marked else most
        choices = [number for number in range(end + 1) if one != id or wanted(number)]
        return any(fits({**world, one: number}, rest) for number in choices)

    return fits(numbers, hidden)


@given(
    st.lists(st.tuples(st.integers(0, 7), st.booleans()), min_size=1, max_size=4),
    st.booleans(),
)
@settings(max_examples=80)
def test_nobody_narrows_a_hidden_number_to_less_than_0_to_4(activity, has_twin):
    known = {id: row(id, is_guarded=hides) for id, (_number, hides) in enumerate(activity)}
    numbers = {id: number for id, (number, _hides) in enumerate(activity)}
    twins = []
    if has_twin:
        known[9] = row(9, activity=2, counted_with=0)
        numbers[9] = numbers[0]
        twins = [(9, (0,))]

    told = protect(known, [{value(id): D(number) for id, number in numbers.items()}])

    hidden = sorted(cell.row for cell in told.cells)
    marked = {id for id in hidden if is_small(D(numbers[id])) and value(id) not in told.unmarked}
    sums = identities({id: n for id, n in numbers.items() if id != 9})
    small = [id for id in numbers if known[id].is_guarded and is_small(D(numbers[id]))]
    assert set(small) <= set(hidden)
    for id in small:
        for wanted in (lambda n: n == 0, lambda n: n >= 4):
            assert possible(id, wanted, numbers, hidden, marked, sums + twins)


@given(
    st.tuples(*(st.integers(0, 4) for _ in PARTS)),
    st.lists(st.tuples(st.integers(0, 8), st.booleans()), min_size=1, max_size=2),
)
@settings(max_examples=40)
def test_nobody_narrows_women_and_men_to_less_than_0_to_4(split, beside):
    known = {0: row(0, **GUARDED)}
    numbers = {value(0): sum(split)}
    numbers |= {Cell(0, part, YEAR): each for part, each in zip(PARTS, split, strict=True)}
    for id, (number, hides) in enumerate(beside, start=1):
        known[id] = row(id, is_guarded=hides)
        numbers[value(id)] = number

    told = protect(known, [{cell: D(number) for cell, number in numbers.items()}])

    values = {cell: number for cell, number in numbers.items() if cell.what == "value"}
    sums = [*identities(values), (value(0), tuple(Cell(0, part, YEAR) for part in PARTS))]
    sums += [
        (value(id), (Cell(0, part, YEAR),))
        for id in range(1, len(beside) + 1)
        for part, each in zip(PARTS, split, strict=True)
        if each and each == numbers[value(id)]
    ]
    hidden = sorted(told.cells, reverse=True)  # women, then values, others, men
    marked = {
        cell
        for cell in told.cells - told.unmarked
        if cell.what == "value" and is_small(D(numbers[cell]))
    }
    small = [c for c in numbers if known[c.row].is_guarded and is_small(D(numbers[c]))]
    assert set(small) <= set(hidden)
    for cell in small:
        for wanted in (lambda n: n == 0, lambda n: n >= 4):
            assert possible(cell, wanted, numbers, hidden, marked, sums, most=16)
