"""The small numbers that the public must not see: the table of docs/domain.md, and edges."""

from decimal import Decimal as D

import pytest

from indicators.achievement import Measurement, rate
from indicators.cells import parse_cell
from indicators.figures import Figure, Unit
from indicators.suppression import hidden, is_small
from tests import rulebook

MARK = "†"
UNIT = Unit(1, "1", "Birim", "Birim", None)


def figure(id, written, *, activity=1):
    """Return a row that says ``written``: "3†" hides small numbers."""
    cell = parse_cell(written.rstrip(MARK))
    measurement = Measurement(None, D(10), cell.value)
    return Figure(
        id=id,
        achievement=rate(measurement),
        measurement=measurement,
        measure="percent" if cell.is_percent else "number",
        hides_small_numbers=written.endswith(MARK),
        activity_id=activity,
        name="",
        position=id,
        kind_confirmed=True,
        baseline_text="",
        target_text="10",
        realization_text=cell.text,
        absence="",
        responsible="",
        code="1.1.1",
        title="",
        unit=UNIT,
        department=UNIT,
    )


TABLE = "Which small numbers are hidden"


@pytest.mark.parametrize("line", rulebook.lines(TABLE, "realizations", "hidden"))
def test_a_line_of_the_rulebook(line):
    written = line["realizations"].split(", ")
    rows = [figure(id, each) for id, each in enumerate(written)]

    told = [written[id].rstrip(MARK) for id in hidden(rows)]

    expected = [] if line["hidden"] == "nothing" else line["hidden"].split(", ")
    assert sorted(told) == sorted(expected)


def test_a_row_that_does_not_hide_is_not_hidden_for_being_small_itself():
    assert hidden([figure(1, "3†"), figure(2, "3")]) == {1}


def test_a_total_is_one_of_its_own_activity():
    rows = [figure(1, "3†"), figure(2, "10"), figure(3, "13", activity=2)]
    assert hidden(rows) == {1}


@pytest.mark.parametrize(
    ("value", "small"),
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
def test_small_is_above_0_and_below_5(value, small):
    assert is_small(None if value is None else D(value)) is small
