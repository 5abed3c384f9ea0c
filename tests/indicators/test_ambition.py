"""How hard the targets were: the tables of docs/domain.md, groups, and the real plan."""

from decimal import Decimal as D

import pytest

from activities.formats import percent
from indicators import ambition
from indicators.achievement import (
    DEFAULT_BANDS,
    Direction,
    Kind,
    Measurement,
    Method,
    ReportedAs,
    rate,
)
from indicators.ambition import NothingMoved, Sign
from indicators.cells import parse_cell
from indicators.figures import Figure, Figures, Unit
from indicators.models import Target
from tests import rulebook

UNIT = Unit(1, "1", "Birim", "Birim", None)
WORKED = "The signs, worked by hand"


def figure(id, a, b, c, *, kind="count", direction="increase", method=Method.BY_KIND, **more):
    """Return a row from its cells as written; "increment" is a level reported as increment."""
    is_increment = kind == "increment"
    measurement = Measurement(
        *(parse_cell(cell).value for cell in (a, b, c)),
        Kind.LEVEL if is_increment else Kind(kind),
        Direction(direction),
        ReportedAs.INCREMENT if is_increment else ReportedAs.TOTAL,
    )
    return Figure(
        id=id, achievement=rate(measurement, method=method), measurement=measurement,
        measure="number", hides_small_numbers=False, activity_id=1, name="", position=id,
        kind_confirmed=True, baseline_text=a, target_text=b, realization_text=c, absence="",
        responsible="", code="1.1.1", title="", unit=UNIT, department=UNIT, **more,
    )  # fmt: skip


def still(rows, method=Method.BY_KIND, **more):
    return ambition.nothing_moved(rows, method=method, bands=DEFAULT_BANDS, **more)


def asked(found, sign):
    """Return how the document writes a sign of a single row."""
    tally = found.tally(sign)
    return {(0, 0): "·", (0, 1): "–", (1, 1): "yes"}[tally.count, tally.of]


@pytest.mark.parametrize("line", rulebook.lines(WORKED, "last", "still", *Sign))
def test_a_line_worked_by_hand(line):
    row = figure(7, *(line[one] for one in "ABC"), kind=line["kind"], direction=line["direction"])
    last = parse_cell(line["last"]).value

    found = ambition.ambition([row], {} if last is None else {7: last})
    moved = still([row])

    assert {sign.value: asked(found, sign) for sign in Sign} == {
        sign.value: line[sign] for sign in Sign
    }
    assert ("·" if moved.supposed is None else percent(moved.supposed)) == line["still"]
    assert moved.real == (None if moved.supposed is None else row.achievement.score)


@pytest.mark.parametrize("line", rulebook.lines(WORKED, "last", "still", *Sign))
def test_a_target_is_met_by_what_scores_100_percent(line):
    """What "above" means is said once: no rule of the ratio rates a target that is met lower."""
    row = figure(
        1,
        *(line[one] for one in "ABC"),
        kind=line["kind"],
        direction=line["direction"],
        method=Method.TARGET_RATIO,
    )
    moved = still([row], Method.TARGET_RATIO)
    if moved.ids:
        assert (moved.supposed == 1) == ambition.is_met(row.measurement)


def test_the_document_defines_every_sign():
    told = {line["sign"] for line in rulebook.table("Ambition of the targets", "sign")}
    assert told == set(Sign)


ROWS = [
    figure(1, "100", "100", "50"),  # met; 50 %, still 100 %
    figure(2, "0", "10", "20"),  # exceeded; 100 %, still 0 %
    figure(3, "-", "10", "10"),  # no baseline
    figure(4, "5", "10", "-"),  # not reported
]


def test_a_group_names_its_rows_and_of_how_many():
    found = ambition.ambition(ROWS, {1: D(50), 2: D(30), 4: D(1)})

    assert (found.met.ids, found.met.of) == ((1,), 2)
    assert (found.near.ids, found.near.of) == ((1,), 2)
    assert (found.reached.ids, found.reached.of) == ((1,), 3)
    assert (found.exceeded.ids, found.exceeded.of) == ((2,), 3)
    assert still(ROWS) == NothingMoved(D("0.5"), D("0.75"), (1, 2))


def test_weights_count_as_in_the_score():
    rows = [figure(1, "10", "10", "5", weight=D(3)), figure(2, "0", "10", "10")]

    assert still(rows) == NothingMoved(D("0.75"), D("0.625"), (1, 2))


def test_hidden_rows_and_rows_counted_elsewhere_are_left_out():
    twin = figure(5, "100", "100", "50", counted_with=1)
    found = ambition.ambition([*ROWS, twin], {}, hidden={2})

    assert (found.met.ids, found.met.of, found.exceeded.ids) == ((1,), 1, ())
    assert still([*ROWS, twin], hidden={2}) == NothingMoved(D(1), D("0.5"), (1,))


def test_the_last_year_has_no_last_target_to_reach_early():
    assert ambition.ambition(ROWS, None).reached is None


def test_nothing_rated_says_nothing():
    assert still([ROWS[3]]) == NothingMoved(None, None, ())
    assert ambition.ambition([], {}).exceeded.of == 0


def test_the_method_of_the_plan_decides_what_standing_still_scores():
    row = figure(1, "50", "60", "55")

    assert still([row], Method.TARGET_RATIO).supposed == D(50) / D(60)
    assert still([row], Method.PROGRESS).supposed == 0


@pytest.mark.django_db
def test_the_real_plan(real_plan):
    figures = Figures(real_plan, 2024)
    last = dict(
        Target.objects.filter(
            indicator__activity__plan=real_plan, year=real_plan.last_year, value__isnull=False
        ).values_list("indicator_id", "value")
    )

    found = ambition.ambition(figures.rows, last)
    moved = ambition.nothing_moved(figures.rows, method=figures.method, bands=figures.bands)

    for line in rulebook.table("Ambition of the targets", "sign", "2024", "of"):
        tally = found.tally(Sign(line["sign"]))
        assert (tally.count, tally.of) == (int(line["2024"]), int(line["of"])), line["sign"]
    assert set(found.met.ids) < set(found.near.ids)
    assert (percent(moved.supposed), percent(moved.real)) == ("%83,2", "%82,7")
    assert len(moved.ids) == 124
