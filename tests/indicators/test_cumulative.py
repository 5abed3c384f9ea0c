"""The years so far: sums of counts, the last of levels and ratios; worked out by hand."""

from decimal import Decimal as D

import pytest

from activities.models import Period
from indicators.achievement import (
    Direction,
    Kind,
    Measurement,
    Reading,
    ReportedAs,
    Rule,
    Status,
    rate,
)
from indicators.cumulative import CumulativeFigures, StoredFigures, YearNumbers, over_years
from indicators.figures import Figures, Level
from indicators.models import Realization
from tests import factories

OPEN, CLOSED = Period.State.OPEN, Period.State.CLOSED


def over(target=None, done=None):
    return _year(target, done, is_over=True)


def running(target=None, done=None):
    return _year(target, done, is_over=False)


def _year(target, done, *, is_over):
    numbers = (None if each is None else D(each) for each in (target, done))
    return YearNumbers(*numbers, is_over)


def kept(kind=Kind.COUNT, baseline=None, direction=Direction.INCREASE, as_=ReportedAs.TOTAL):
    baseline = None if baseline is None else D(baseline)
    return Measurement(baseline, None, None, kind, direction, as_)


@pytest.mark.parametrize(
    ("indicator", "years", "expected"),
    [
        # Target, realization and baseline that the years come to.
        pytest.param(kept(), [over(10, 8), over(20, 25)], (30, 33, None), id="counts add up"),
        pytest.param(
            kept(Kind.DELIVERABLE), [over(1, 1), over(2, 0)], (3, 1, None), id="deliverables too"
        ),
        pytest.param(kept(), [over(10, 0), over(5, 0)], (15, 0, None), id="0 is a report"),
        pytest.param(
            kept(), [over(10), over(20, 25)], (30, 25, None), id="a closed year keeps its target"
        ),
        pytest.param(
            kept(), [over(10, 8), running(20)], (10, 8, None), id="an open year waits for a report"
        ),
        pytest.param(
            kept(), [over(10, 8), running(20, 5)], (30, 13, None), id="an open year with a report"
        ),
        pytest.param(kept(), [over(10), running(20)], (30, None, None), id="nothing reported"),
        pytest.param(
            kept(), [over(None, 3), over(10, 8)], (10, 11, None), id="done without a target counts"
        ),
        pytest.param(
            kept(), [over(None, 3), running(10)], (None, 3, None), id="only done without a target"
        ),
        pytest.param(kept(), [over(), over()], (None, None, None), id="nothing at all"),
        pytest.param(
            kept(baseline=4), [over(10, 8), over(20, 25)], (30, 33, 8), id="a baseline each year"
        ),
        pytest.param(
            kept(baseline=100, direction=Direction.DECREASE),
            [over(80, 90), over(60, 50)],
            (140, 140, 200),
            id="less is better: sums",
        ),
        pytest.param(
            kept(baseline=100, direction=Direction.DECREASE),
            [over(80, 90), over(60)],
            (80, 90, 100),
            id="less is better: silence is not praised",
        ),
        pytest.param(
            kept(direction=Direction.DECREASE),
            [over(None, 90), over(60, 50)],
            (60, 50, None),
            id="less is better: only against a limit",
        ),
        pytest.param(
            kept(Kind.LEVEL, 100), [over(120, 110), over(150, 160)], (150, 160, 100), id="level"
        ),
        pytest.param(
            kept(Kind.LEVEL, 100),
            [over(120, 110), over(150)],
            (150, 110, 100),
            id="level: last report against the last target that is over",
        ),
        pytest.param(
            kept(Kind.LEVEL, 100),
            [over(120, 110), running(150)],
            (120, 110, 100),
            id="level: an open year waits",
        ),
        pytest.param(
            kept(Kind.LEVEL, 100, as_=ReportedAs.INCREMENT),
            [over(120, 15), over(150, 20)],
            (150, 35, 100),
            id="level: increments add up",
        ),
        pytest.param(
            kept(Kind.RATIO), [over(50, 40), over(60, 55)], (60, 55, None), id="ratios never add"
        ),
        pytest.param(
            kept(Kind.RATIO), [over(50, 40), over(None, 55)], (50, 55, None), id="the last target"
        ),
    ],
)
def test_years_come_to_one_measurement(indicator, years, expected):
    found = over_years(indicator, years)

    assert (found.target, found.realization, found.baseline) == expected
    assert (found.kind, found.direction) == (indicator.kind, indicator.direction)


@pytest.mark.parametrize(
    ("indicator", "years", "rule", "expected"),
    [
        # 33 of 30
        (kept(), [over(10, 8), over(20, 25)], Rule.R4, D("1.1")),
        # 100 existed, 15 and 20 came to it: 35 of the 50 up to 150
        (
            kept(Kind.LEVEL, 100, as_=ReportedAs.INCREMENT),
            [over(120, 15), over(150, 20)],
            Rule.R5,
            D("0.7"),
        ),
        # 200 in two years without a plan, 140 planned, 170 happened: half of the 60 is spared
        (
            kept(baseline=100, direction=Direction.DECREASE),
            [over(80, 90), over(60, 80)],
            Rule.R8,
            D("0.5"),
        ),
    ],
)
def test_the_rules_of_one_year_rate_the_years(indicator, years, rule, expected):
    found = rate(over_years(indicator, years))

    assert (found.rule, found.value) == (rule, expected)


# --- From the database ---

pytest_db = pytest.mark.django_db


@pytest.fixture
def plan(db):
    """Make a plan: 2024 closed, 2025 open, 2026 not begun."""
    plan = factories.make_plan()
    factories.make_period(plan, 2024, CLOSED)
    factories.make_period(plan, 2025, OPEN)
    return plan


def make(plan, cells, **given):
    """Make an indicator from (target, realization) of 2024, 2025, 2026."""
    indicator = factories.make_indicator(factories.make_activity(plan), **given)
    for year, (target, done) in zip(plan.years, cells, strict=False):
        if target is not None:
            factories.make_target(indicator, target, year)
        if done is not None:
            factories.make_realization(indicator, done, year)
    return indicator


@pytest_db
def test_every_roll_up_works_on_the_years(plan):
    make(plan, [(10, 8), (20, 13)])  # 21 of 30: 70 %
    make(plan, [(10, 5), (20, None)])  # 5 of 10, 2025 is still to come: 50 %
    make(plan, [(10, None), (20, 15)])  # 15 of 30, 2024 is over: 50 %
    make(plan, [(50, 40), (60, 54)], kind="ratio", measure="percent")  # 54 of 60: 90 %
    make(plan, [("-", None), (20, None)])  # nothing yet

    figures = CumulativeFigures(plan, 2025)

    assert figures.summary.mean == D("0.65")
    assert (figures.summary.due, figures.summary.reported) == (5, 4)
    assert sum(figures.summary.statuses.values()) == figures.summary.indicators == 5
    assert figures.by(Level.OBJECTIVE)["1"] == figures.summary
    assert figures.reported_years == [2024, 2025]
    assert [row.achievement.value for row in figures.rows[:4]] == [
        D("0.7"), D("0.5"), D("0.5"), D("0.9"),
    ]  # fmt: skip


@pytest_db
def test_the_first_year_alone_is_the_year_where_it_is_over(real_plan):
    yearly, so_far = Figures(real_plan, 2024), CumulativeFigures(real_plan, 2024)

    assert so_far.summary == yearly.summary
    for mine, theirs in zip(so_far.rows, yearly.rows, strict=True):
        assert mine.measurement == theirs.measurement
        assert mine.achievement == theirs.achievement


@pytest_db
@pytest.mark.parametrize("reading", Reading)
@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_figures_out_of_one_loading_are_those_of_the_year(plan, reading, year):
    approved = Realization.State.APPROVED
    first = make(plan, [(10, 8), (20, "-"), ("-", 3)])
    first.realizations.filter(year=2024).update(state=approved)
    second = make(plan, [(10, "henüz yok"), (None, 7), (0, 1)], baseline=4)
    second.realizations.filter(year=2025).update(state=Realization.State.RETURNED)
    start = StoredFigures(plan, 2024)

    assert start.under(reading).of_year(year).rows == Figures(plan, year, reading=reading).rows


@pytest_db
def test_all_years_and_readings_cost_three_queries(plan, django_assert_num_queries):
    make(plan, [(10, 8), (20, 13)])
    make(plan, [(10, 8), (20, 13)])

    # units; indicators; every cell of theirs; which years are over
    with django_assert_num_queries(4):
        figures = CumulativeFigures(plan, 2024)
        for year in plan.years:
            for reading in Reading:
                assert figures.of_year(year).under(reading).summary.indicators == 2


@pytest_db
def test_the_baseline_is_shown_as_it_was_printed(plan):
    make(plan, [(10, 8), (20, 13)], baseline=4)

    [row] = CumulativeFigures(plan, 2025).rows

    assert (row.baseline_once, row.measurement.baseline) == (4, 8)


@pytest_db
def test_returned_values_do_not_count(plan):
    indicator = make(plan, [(10, 8), (20, 13)])
    indicator.realizations.filter(year=2025).update(state=Realization.State.RETURNED)

    [row] = CumulativeFigures(plan, 2025).rows

    assert (row.measurement.target, row.measurement.realization) == (10, 8)
    assert row.achievement.status is Status.MOSTLY
