"""Between which means a score lies while questions are open."""

from decimal import Decimal as D

import pytest

from activities.formats import percent
from activities.models import Period
from findings import answers
from findings.checks.finding import Check
from findings.doubt import YearDoubt, proposed
from findings.year import YearFindings
from indicators.achievement import Reading
from indicators.figures import Figures, Level
from indicators.models import Realization
from tests import rulebook
from tests.factories import (
    YEAR,
    make_activity,
    make_department,
    make_indicator,
    make_plan,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan():
    return make_plan()


def buses(activity):
    """427 exist, the target is 432, 5 is written: 5/432, or all of the way."""
    return make_indicator(activity, baseline=427, target=432, realization=5)


def half(activity):
    """Nothing is asked about it that holds it up."""
    return make_indicator(activity, baseline=1, target=10, realization=5)


def doubt(plan):
    return YearDoubt(YearFindings(Figures(plan, YEAR)))


def test_a_year_without_open_questions_has_no_range(plan):
    half(make_activity(plan))

    assert doubt(plan).plan is None
    assert doubt(plan).by_unit == {}


def test_the_questions_are_answered_together(plan):
    activity = make_activity(plan)
    asked = [buses(activity), buses(activity)]
    half(activity)

    found = doubt(plan).plan

    assert percent(found.as_written) == "%17,4"  # (2 · 5/432 + 0,5) / 3
    assert percent(found.as_proposed) == "%83,3"  # (1 + 1 + 0,5) / 3
    assert (found.low, found.high) == (found.as_written, found.as_proposed)
    assert (found.questions, set(found.moved)) == (2, {one.pk for one in asked})
    assert found.is_open


def test_a_question_whose_answers_read_nothing_differently_leaves_the_mean(plan):
    activity = make_activity(plan)
    half(activity)
    make_indicator(activity, baseline="ogun", target=4, realization=4)

    found = doubt(plan).plan

    assert (found.as_written, found.as_proposed, found.questions) == (D("0.75"), D("0.75"), 1)
    assert (found.moved, found.is_open) == ((), False)


def test_a_proposal_can_lower_the_mean(plan):
    """109 exist, the target is 54: as written 54 of 54; if it is to be added, nothing was."""
    make_indicator(make_activity(plan), baseline=109, target=54, realization=54)

    found = doubt(plan).plan

    # The answer makes it a level on its way from 109 to 163.
    assert (found.as_written, found.as_proposed) == (1, 0)
    assert (found.low, found.high) == (0, 1)


def test_a_level_below_its_baseline_is_rated_in_either_answer(plan):
    make_indicator(
        make_activity(plan), baseline=109, target=54, realization=163, kind="level",
        kind_confirmed=True,
    )  # fmt: skip

    assert Figures(plan, YEAR).summary.mean is None  # R7
    assert (doubt(plan).plan.as_written, doubt(plan).plan.as_proposed) == (1, 1)


def test_each_unit_has_its_own_range(plan):
    department = make_department(plan, "3")
    branch = make_department(plan, "3.1", parent=department)
    other = make_department(plan, "4")
    buses(make_activity(plan, branch))
    half(make_activity(plan, department))
    half(make_activity(plan, other))

    found = doubt(plan).by_unit

    assert set(found) == {"3", "3.1"}
    assert (found["3"].as_proposed, found["3.1"].as_proposed) == (D("0.75"), 1)


def test_rows_of_another_reading_move_only_where_they_hold_the_number(plan):
    activity = make_activity(plan)
    buses(activity)
    Realization.objects.update(state=Realization.State.APPROVED)
    buses(activity)
    verified = Figures(plan, YEAR, reading=Reading.APPROVED)

    found = doubt(plan).of(verified.rows)

    assert (found.as_written, found.as_proposed) == (D(5) / D(432), 1)
    assert len(found.moved) == 1


def test_it_costs_no_query_besides_those_of_the_findings(plan, django_assert_num_queries):
    buses(make_activity(plan))
    findings = YearFindings(Figures(plan, YEAR))
    assert findings.raised

    with django_assert_num_queries(0):
        found = YearDoubt(findings)
        assert found.plan and found.by_unit and found.of(findings.figures.rows)


# --- The real plan ---


def test_the_real_plan_lies_where_the_document_says(real_plan):
    [line] = rulebook.table("Range of doubt", "as written", "as proposed", "questions", "rows")
    found = doubt(real_plan)

    assert percent(found.plan.low) == line["as written"]
    assert percent(found.plan.high) == line["as proposed"]
    assert (found.plan.questions, len(found.plan.moved)) == (
        int(line["questions"]),
        int(line["rows"]),
    )
    by_unit = Figures(real_plan, YEAR)
    means = {**by_unit.by(Level.DEPARTMENT), **by_unit.by(Level.BRANCH)}
    for number, one in found.by_unit.items():
        assert one.as_written == means[number].mean
    transport = found.by_unit["7"]
    assert (percent(transport.low), percent(transport.high)) == ("%55,0", "%100,0")


def test_the_slip_gives_its_rows_the_number_above_them_and_the_first_keeps_its_own(real_plan):
    found = doubt(real_plan)
    [slip] = [one for one in found.questions if one.check is Check.ROW_SLIP]

    written = [row.measurement.realization for row in slip.figures]
    first, *others = slip.figures

    assert len(slip.figures) == 8
    assert [found.as_proposed[row.id].realization for row in others] == written[:-1]
    # Above it stands the 3 of 2.1.6, whose target is 5: it belongs there, and is offered nowhere.
    assert first.id not in found.as_proposed


def test_giving_the_proposed_answers_brings_the_mean_of_the_range(real_plan):
    reviewer = make_user("administrator")
    Period.objects.filter(plan=real_plan, year=YEAR).update(state=Period.State.OPEN)
    found = doubt(real_plan)
    for one in found.questions:
        answer = proposed(one) or one.answers[-1]
        answers.give(
            real_plan, YEAR, one, answer.code, person=reviewer, digest=one.digest, note="Sınama"
        )

    assert Figures(real_plan, YEAR).summary.mean == found.plan.as_proposed
