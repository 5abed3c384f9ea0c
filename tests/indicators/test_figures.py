import re
from decimal import Decimal as D
from fractions import Fraction

import pytest

from activities.formats import percent
from activities.models import PlanDepartment
from indicators.achievement import Method, Reading, Status, Unreported
from indicators.figures import Figures, Level, bands_of
from indicators.models import Realization
from tests.factories import (
    REAL_PLAN,
    YEAR,
    make_activity,
    make_department,
    make_indicator,
    make_plan,
    make_realization,
    make_target,
    real_plan,
)

pytestmark = pytest.mark.django_db

State = Realization.State


# --- The real plan, calculated a second time from its text with exact fractions ----------------


def number(cell):
    digits = cell.strip().strip("%").replace(",", ".")
    return Fraction(digits) if re.fullmatch(r"\d+(\.\d+)?", digits) else None


def read_real_plan():
    """Yield department, branch, code, target and realization of each of the 149 rows."""
    department = branch = code = None
    for line in REAL_PLAN.read_text("utf-8").splitlines():
        cells = line.split("\t")
        heading = re.match(r"(\d+)(\.\d)?", line)
        if len(cells) == 1 and heading:
            department, branch = heading[1], heading[0] if heading[2] else None
        elif len(cells) > 1 and cells[0] != "Faaliyet":
            if cells[0].strip():
                code = re.match(r"\d+(\.\d+)+", cells[0])[0]
            cells += [""] * (9 - len(cells))
            yield department, branch, code, number(cells[5]), number(cells[8])


ROWS = list(read_real_plan())
KEYS = {
    Level.PLAN: lambda row: "gercek",
    Level.DEPARTMENT: lambda row: row[0],
    Level.BRANCH: lambda row: row[1],
    Level.OBJECTIVE: lambda row: row[2].split(".")[0],
    Level.GOAL: lambda row: ".".join(row[2].split(".")[:2]),
    Level.ACTIVITY: lambda row: f"{row[1] or row[0]}/{row[2]}",
}


def expected_means(level, *, unreported_as_zero=False):
    """Return the mean score of every key as an exact fraction, None where there is none."""
    scores = {}
    for row in ROWS:
        *_, target, realization = row
        own = scores.setdefault(KEYS[level](row), [])
        if target is not None and realization is not None:
            own.append(min(realization / target, Fraction(1)))
        elif target is not None and unreported_as_zero:
            own.append(Fraction(0))
    scores.pop(None, None)
    return {key: sum(own) / len(own) if own else None for key, own in scores.items()}


def same(mean, expected):
    """Whether a mean is the exact one as far as 28 digits can say."""
    if mean is None or expected is None:
        return mean is expected
    return abs(Fraction(mean) - expected) < Fraction(1, 10**26)


@pytest.fixture(scope="module")
def real(django_db_setup, django_db_blocker):
    """The real plan, imported once for this module."""
    with real_plan(django_db_blocker) as plan:
        yield plan


def figures_of(plan, **settings):
    return Figures(plan, YEAR, **{"method": Method.TARGET_RATIO, **settings})


def test_the_second_reading_finds_what_the_domain_says():
    assert len(ROWS) == 149
    assert sum(row[3] is not None for row in ROWS) == 136
    assert sum(row[4] is not None for row in ROWS) == 135


@pytest.mark.parametrize("level", KEYS)
def test_means_of_the_real_plan_are_exact(real, level):
    summaries = figures_of(real).by(level)
    expected = expected_means(level)

    # The plan prints no activity of department 11 itself, only of its branches.
    assert set(summaries) == set(expected)
    wrong = {key for key in expected if not same(summaries[key].mean, expected[key])}
    assert not wrong


@pytest.mark.parametrize("level", KEYS)
def test_means_with_the_unreported_as_0_are_exact(real, level):
    summaries = figures_of(real, unreported=Unreported.ZERO).by(level)
    expected = expected_means(level, unreported_as_zero=True)

    wrong = {key for key in expected if not same(summaries[key].mean, expected[key])}
    assert not wrong


@pytest.mark.parametrize(
    ("level", "key", "skipped", "as_zero"),
    [
        pytest.param(Level.PLAN, "gercek", "%82,8", "%80,4", id="plan"),
        pytest.param(Level.DEPARTMENT, "7", "%55,0", "%55,0", id="department 7"),
        pytest.param(Level.DEPARTMENT, "2", "—", "—", id="department 2"),
        pytest.param(Level.BRANCH, "11.2", "%58,6", "%52,1", id="branch 11.2"),
        pytest.param(Level.OBJECTIVE, "8", "%43,6", "%34,9", id="objective 8"),
    ],
)
def test_figures_of_2024_as_people_read_them(real, level, key, skipped, as_zero):
    summary = figures_of(real).by(level)[key]
    assert percent(summary.mean) == skipped
    assert percent(summary.mean_unreported_zero) == as_zero
    assert percent(figures_of(real, unreported=Unreported.ZERO).by(level)[key].mean) == as_zero


def test_statuses_of_2024(real):
    summary = figures_of(real).summary

    assert (summary.indicators, summary.due, summary.reported) == (149, 136, 132)
    assert {status.value: count for status, count in summary.statuses.items()} == {
        "achieved": 96,
        "mostly": 6,
        "partly": 9,
        "low": 21,
        "unverified": 0,
        "not_reported": 4,
        "no_target": 10,
        "unplanned": 3,
        "unanswered": 0,
    }


def test_uncapped_mean_of_2024_is_498_percent(real):
    summary = figures_of(real).summary
    ratios = [row[4] / row[3] for row in ROWS if None not in row[3:]]

    assert same(summary.mean_uncapped, sum(ratios) / len(ratios))
    assert round(summary.mean_uncapped * 100) == 498


def test_an_unconfirmed_kind_gives_the_same_figures_by_kind(real):
    assert figures_of(real, method=Method.BY_KIND).summary == figures_of(real).summary


def test_a_department_without_anything_due_has_no_mean_and_no_rate(real):
    summary = figures_of(real, unreported=Unreported.ZERO).by(Level.DEPARTMENT)["2"]
    assert (summary.indicators, summary.due, summary.mean, summary.median) == (3, 0, None, None)
    assert summary.reporting_rate is None


def test_a_department_holds_its_branches(real):
    figures = figures_of(real)
    branches = figures.by(Level.BRANCH)

    assert list(branches) == ["11.1", "11.2", "11.3"]
    whole = figures.by(Level.DEPARTMENT)["11"]
    assert whole.due == sum(branch.due for branch in branches.values()) == 58
    for status in Status:
        assert whole.count(status) == sum(part.count(status) for part in branches.values())


@pytest.mark.parametrize(
    "level", [Level.DEPARTMENT, Level.OBJECTIVE, Level.GOAL, Level.ACTIVITY, Level.INDICATOR]
)
def test_every_level_holds_every_indicator_once(real, level):
    figures = figures_of(real)
    parts = figures.by(level).values()

    for count in ("indicators", "due", "reported", "exceeded", "deviations"):
        whole = getattr(figures.summary, count)
        assert sum(getattr(part, count) for part in parts) == whole


@pytest.mark.parametrize(
    ("level", "first", "last", "count"),
    [
        (Level.DEPARTMENT, "1", "13", 13),
        (Level.OBJECTIVE, "1", "8", 8),
        (Level.GOAL, "1.1", "8.4", 23),
        (Level.ACTIVITY, "1/7.3.3", "13/4.5.2", 120),
    ],
)
def test_keys_of_a_level_come_in_the_plans_order(real, level, first, last, count):
    keys = list(figures_of(real).by(level))
    assert (keys[0], keys[-1], len(keys)) == (first, last, count)


def test_approved_only_of_a_plan_without_approvals_has_no_mean(real):
    summary = figures_of(real, reading=Reading.APPROVED).summary

    assert (summary.due, summary.reported, summary.mean, summary.median) == (136, 0, None, None)
    assert summary.reporting_rate == 0
    assert (summary.count(Status.UNVERIFIED), summary.count(Status.NOT_REPORTED)) == (132, 4)
    assert summary.count(Status.NO_TARGET) == 13


def test_approved_only_with_the_unreported_as_0_is_0(real):
    settings = {"reading": Reading.APPROVED, "unreported": Unreported.ZERO}
    assert figures_of(real, **settings).summary.mean == 0


def test_a_year_without_realizations_has_targets_only(real):
    summary = Figures(real, 2025).summary
    assert (summary.due, summary.reported, summary.mean) == (147, 0, None)


# --- Made-up plans -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "reported", "approved"),
    [
        pytest.param(State.DRAFT, None, None, id="draft"),
        pytest.param(State.RETURNED, None, None, id="returned"),
        pytest.param(State.SUBMITTED, D("0.5"), None, id="submitted"),
        pytest.param(State.APPROVED, D("0.5"), D("0.5"), id="approved"),
    ],
)
def test_what_counts_in_which_reading(state, reported, approved):
    plan = make_indicator(target=10, realization=5, state=state).activity.plan

    assert Figures(plan, YEAR, reading=Reading.REPORTED).summary.mean == reported
    assert Figures(plan, YEAR, reading=Reading.APPROVED).summary.mean == approved


@pytest.mark.parametrize("state", [State.DRAFT, State.RETURNED])
def test_a_value_that_does_not_count_is_not_even_shown(state):
    indicator = make_indicator(realization=5, state=state)
    [row] = Figures(indicator.activity.plan, YEAR).rows
    assert (row.measurement.realization, row.realization_text) == (None, "")
    assert row.achievement.status is Status.NO_TARGET


def test_values_of_other_years_do_not_count():
    indicator = make_indicator()
    make_target(indicator, 10, 2025)
    make_realization(indicator, 5, 2026)
    plan = indicator.activity.plan

    statuses = [Figures(plan, year).rows[0].achievement.status.value for year in plan.years]
    assert statuses == ["no_target", "not_reported", "unplanned"]


def test_other_plans_do_not_count():
    make_indicator(target=10, realization=5)
    assert Figures(make_plan(), YEAR).summary.indicators == 0


def test_a_plan_without_indicators_has_no_mean():
    assert Figures(make_plan(), YEAR).summary.mean is None


def test_method_bands_and_unreported_are_the_plans_unless_told():
    plan = make_plan(
        method="progress", unreported="zero", band_achieved=60, band_mostly=50, band_partly=40
    )
    activity = make_activity(plan)
    make_indicator(activity, baseline=10, target=20, realization=16)
    make_indicator(activity, target=20)

    own = Figures(plan, YEAR)
    told = Figures(plan, YEAR, method=Method.TARGET_RATIO, unreported=Unreported.SKIP)

    assert (own.summary.mean, told.summary.mean) == (D("0.3"), D("0.8"))
    assert own.rows[0].achievement.status is Status.ACHIEVED
    assert bands_of(plan).limits == (D("0.6"), D("0.5"), D("0.4"))


def test_weights_are_the_indicators():
    activity = make_activity()
    make_indicator(activity, target=10, realization=10, weight=3)
    make_indicator(activity, target=10, realization=5)
    assert Figures(activity.plan, YEAR).summary.mean == D("0.875")


def test_kind_direction_and_increment_are_the_indicators():
    activity = make_activity()
    level = {"kind": "level", "reported_as": "increment"}
    make_indicator(activity, baseline=427, target=432, realization=5, **level)
    make_indicator(activity, baseline=40, target=30, realization=35, direction="decrease")

    values = [row.achievement.value for row in Figures(activity.plan, YEAR).rows]
    assert values == [1, D("0.5")]


def test_a_row_keeps_what_was_written():
    indicator = make_indicator(baseline="-", target="%50", realization="belli olacak")
    [row] = Figures(indicator.activity.plan, YEAR).rows

    assert (row.baseline_text, row.target_text, row.realization_text) == (
        "-",
        "%50",
        "belli olacak",
    )
    assert row.measurement.target == 50
    assert row.achievement.status is Status.NOT_REPORTED


def test_0_counts_and_a_dash_does_not():
    activity = make_activity()
    make_indicator(activity, target=10, realization=0)
    make_indicator(activity, target=10, realization="-")

    summary = Figures(activity.plan, YEAR).summary
    assert (summary.mean, summary.due, summary.reported) == (0, 2, 1)


def test_a_unit_of_the_plan_without_indicators_is_there():
    plan = make_plan()
    make_department(plan, "7")
    summary = Figures(plan, YEAR).by(Level.DEPARTMENT)["7"]
    assert (summary.indicators, summary.mean) == (0, None)


def test_a_branch_whose_department_has_no_place_stands_among_the_departments():
    plan = make_plan()
    branch = make_department(plan, "11.2", parent=make_department())
    make_indicator(make_activity(plan, branch), target=10, realization=5)

    figures = Figures(plan, YEAR)
    assert figures.by(Level.DEPARTMENT)["11.2"].mean == D("0.5")
    assert figures.by(Level.BRANCH) == {}


def test_an_activity_of_a_unit_without_a_place_still_counts():
    plan = make_plan()
    activity = make_activity(plan, make_department())
    make_indicator(activity, target=10, realization=5)
    assert not PlanDepartment.objects.filter(plan=plan).exists()

    figures = Figures(plan, YEAR)
    assert figures.summary.mean == D("0.5")
    assert sum(part.indicators for part in figures.by(Level.DEPARTMENT).values()) == 1


def test_units_come_by_the_size_of_their_numbers():
    plan = make_plan()
    make_department(plan, "10")
    parent = make_department(plan, "2")
    make_department(plan, "2.10", parent=parent)
    make_department(plan, "2.9", parent=parent)

    figures = Figures(plan, YEAR)
    assert list(figures.by(Level.DEPARTMENT)) == ["2", "10"]
    assert list(figures.by(Level.BRANCH)) == ["2.9", "2.10"]


def test_rows_come_in_printed_order_whatever_their_codes():
    plan = make_plan()
    department = make_department(plan)
    for code in ("7.3.3", "4.4.1", "4.4.10"):
        activity = make_activity(plan, department, code)
        make_indicator(activity, position=2)
        make_indicator(activity, position=1)

    keys = [row.key for row in Figures(plan, YEAR).rows]
    assert keys == [f"1/{code}/{n}" for code in ("7.3.3", "4.4.1", "4.4.10") for n in (1, 2)]


@pytest.mark.parametrize("count", [5, 50])
def test_loading_costs_two_queries(count, django_assert_num_queries):
    plan = make_plan()
    for _ in range(count):
        make_indicator(make_activity(plan), baseline=1, target=10, realization=5)

    # units with their departments; indicators with activity, target and realization
    with django_assert_num_queries(2):
        figures = Figures(plan, YEAR)
        assert figures.summary.reported == count
        for level in Level:
            figures.by(level)
    # titles of objectives and goals
    with django_assert_num_queries(1):
        for level in (Level.PLAN, Level.DEPARTMENT, Level.BRANCH, Level.ACTIVITY, Level.GOAL):
            figures.names_of(level)
