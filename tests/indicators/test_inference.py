"""What an outsider can work out: intervals worked out by hand, in the table of docs/domain.md."""

from decimal import Decimal as D

import pytest

from indicators.cells import parse_cell
from indicators.inference import SUMS, Cell, Outsider, Share, Sum, TooMuch, shares, sums
from tests import rulebook


def value(id):
    return Cell(id, "value", 2024)


def outsider(written, hidden):
    """Return who sees an activity but for the hidden numbers, and where each stands."""
    cells = {value(id): parse_cell(each) for id, each in enumerate(written)}
    numbers = {at: cell.value for at, cell in cells.items()}
    counts = {at: cell.value for at, cell in cells.items() if not cell.is_percent}
    percents = {at: cell.value for at, cell in cells.items() if cell.is_percent}
    places = {value(written.index(each)): each for each in hidden}
    return (
        Outsider(
            sums(counts, counts, fewest=2) + shares(percents, counts, counts),
            numbers,
            hidden=set(places),
            below_five={at for at in places if numbers[at] < 5},
        ),
        places,
    )


@pytest.mark.parametrize(
    "line",
    rulebook.lines("What an outsider can work out", "realizations", "hidden", "possible"),
)
def test_an_interval_of_the_rulebook(line):
    found, places = outsider(line["realizations"].split(", "), line["hidden"].split(", "))
    told = []
    for at in places:
        low, high = found.interval(at)
        told.append(f"{low:f}–{'' if high is None else f'{high:f}'}".replace(".", ","))
    assert ", ".join(told) == line["possible"]


@pytest.mark.parametrize(
    "line",
    rulebook.lines("What an outsider can work out", "realizations", "hidden", "covers"),
)
def test_what_covers_0_to_4(line):
    found, places = outsider(line["realizations"].split(", "), line["hidden"].split(", "))
    small = [at for at, each in places.items() if parse_cell(each).value < 5]
    assert all(map(found.covers, small)) is (line["covers"] == "yes")


def test_a_row_is_no_part_of_itself():
    men, women = Cell(1, "men", 2024), Cell(1, "women", 2024)
    assert sums({value(1): D(5)}, {men: D(5), women: D(5)}, fewest=1) == []
    assert sums({value(2): D(5)}, {men: D(5)}, fewest=1) == [Sum(value(2), (men,))]


def test_too_many_sums_are_not_listed():
    numbers = {value(id): D(1 + id % 3) for id in range(25)}
    with pytest.raises(TooMuch):
        sums(numbers, numbers, fewest=2)
    assert SUMS < 1000


@pytest.mark.parametrize(
    ("percent", "part", "whole", "expected"),
    [
        pytest.param("7.5", 3, 40, ("7.45", "7.55"), id="exact"),
        pytest.param("33.3", 1, 3, ("33.25", "33.35"), id="rounded"),
        pytest.param("66.6", 2, 3, ("66.6", "66.7"), id="cut"),
        pytest.param("66", 2, 3, ("66", "67"), id="cut to whole ones"),
        pytest.param("67.1", 2, 3, None, id="another share"),
        pytest.param("50", 99, 200, ("49.5", "50.5"), id="whole tens are no rounder"),
        pytest.param("50", 46, 100, None, id="nor do whole tens take in more"),
    ],
)
def test_a_share_is_known_by_the_digits_it_is_written_with(percent, part, whole, expected):
    found = shares({value(1): D(percent)}, {value(2): D(part)}, {value(3): D(whole)})
    bounds = [(each.low, each.high) for each in found]
    assert bounds == ([] if expected is None else [tuple(map(D, expected))])


def test_numbers_that_are_hidden_together_say_nothing_of_their_size():
    numbers = {value(1): D(3), value(2): D(10), value(3): D(13)}
    relation = Sum(value(3), (value(1), value(2)))
    found = Outsider([relation], numbers, hidden=set(numbers))
    assert found.covers(value(1))
    assert found.interval(value(1)) == (0, None)


def test_two_relations_are_looked_at_together():
    # 10 is a + b, 12 is a + b + c: neither tells c alone, both together do.
    a, b, c, ten, twelve = map(value, range(5))
    numbers = {a: D(7), b: D(3), c: D(2), ten: D(10), twelve: D(12)}
    found = Outsider(
        [Sum(ten, (a, b)), Sum(twelve, (a, b, c))], numbers, hidden={a, b, c}, below_five={b, c}
    )
    assert found.interval(c) == (2, 2)
    assert not found.covers(c)


def test_a_hidden_percent_is_told_by_what_it_is_a_share_of():
    percent, part, whole = map(value, range(3))
    share = Share(percent, part, whole, D("2.5"), D("3.5"))
    numbers = {percent: D(3), part: D(3), whole: D(100)}
    assert not Outsider([share], numbers, hidden={percent}).covers(percent)
    assert not Outsider([share], numbers, hidden={percent, whole}).covers(percent)
    assert Outsider([share], numbers, hidden={percent, part}).covers(percent)
    assert Outsider([share], numbers, hidden={percent, part, whole}).covers(percent)
