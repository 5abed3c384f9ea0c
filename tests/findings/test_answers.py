"""Answers to findings: recorded, and changing what they say and nothing else."""

from decimal import Decimal as D

import pytest
from django.utils import translation

from activities.models import Period
from activities.sentences import Sentence
from findings import answers
from findings.checks.finding import Check
from findings.year import YearFindings
from indicators.achievement import Status
from indicators.figures import Figures
from indicators.models import FindingAnswer, Indicator, Realization
from tests.factories import (
    YEAR,
    make_activity,
    make_department,
    make_indicator,
    make_period,
    make_plan,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewer():
    return make_user("reviewer")


def finding(plan, check, at=0):
    found = [one for one in YearFindings(Figures(plan, YEAR)).raised if one.check is check]
    return found[at]


def give(plan, one, code, person, **given):
    return answers.give(
        plan,
        YEAR,
        one,
        code,
        person=person,
        digest=given.pop("digest", one.digest),
        **given,
    )


@pytest.fixture
def buses():
    """4.1.2 of the real plan: 427 buses, a target of 432, and 5 written."""
    return make_indicator(baseline=427, target=432, realization=5)


def test_an_answer_says_beforehand_what_it_changes(buses):
    one = finding(buses.activity.plan, Check.INCREMENT_CERTAIN)

    found = answers.changes(one, answers.chosen(one, "increment"))

    assert [(change.field, change.before, change.after) for change in found] == [
        ("kind", "count", "level"),
        ("reported_as", "total", "increment"),
    ]
    assert answers.changes(one, answers.chosen(one, "total")) == []


def test_an_increment_is_counted_as_added_once_answered(buses, reviewer):
    plan = buses.activity.plan
    one = finding(plan, Check.INCREMENT_CERTAIN)

    give(plan, one, "increment", reviewer)

    buses.refresh_from_db()
    assert (buses.kind, buses.reported_as, buses.kind_confirmed) == ("level", "increment", True)
    # 427 + 5 = 432: the whole way from 427 to 432.
    assert Figures(plan, YEAR).row(buses.pk).achievement.value == 1
    assert YearFindings(Figures(plan, YEAR)).blocked == frozenset()
    answer = FindingAnswer.objects.get()
    assert (answer.answer, answer.answered_by, answer.asked) == (
        "increment",
        reviewer,
        one.digest,
    )
    assert list(answer.indicators.all()) == [buses]


def test_a_total_is_recorded_and_changes_nothing(buses, reviewer):
    plan = buses.activity.plan
    give(plan, finding(plan, Check.INCREMENT_CERTAIN), "total", reviewer)

    buses.refresh_from_db()
    assert (buses.kind, buses.reported_as, buses.kind_confirmed) == ("count", "total", False)
    assert not finding(plan, Check.INCREMENT_CERTAIN).is_open


def test_an_answer_can_be_given_anew(buses, reviewer):
    plan = buses.activity.plan
    one = finding(plan, Check.INCREMENT_CERTAIN)
    give(plan, one, "total", reviewer)
    give(plan, one, "increment", reviewer)
    answer = FindingAnswer.objects.get()
    assert answer.answer == "increment"
    assert [row.answer for row in answer.history.all()] == ["increment", "total"]


def test_numbers_that_changed_meanwhile_are_asked_about_again(buses, reviewer):
    plan = buses.activity.plan
    before = finding(plan, Check.INCREMENT_CERTAIN).digest
    Realization.objects.update(value=6)

    with pytest.raises(Sentence, match="meanwhile"):
        give(plan, finding(plan, Check.INCREMENT_LIKELY), "increment", reviewer, digest=before)
    assert not FindingAnswer.objects.exists()


def test_an_answer_that_the_question_has_not_is_refused(buses, reviewer):
    plan = buses.activity.plan
    with pytest.raises(Sentence, match="no such answer"):
        give(plan, finding(plan, Check.INCREMENT_CERTAIN), "whatever", reviewer)


def test_a_coordinator_answers_for_her_own_rows_only(buses):
    plan = buses.activity.plan
    one = finding(plan, Check.INCREMENT_CERTAIN)
    stranger = make_user(departments=[make_department(plan)])
    with pytest.raises(Sentence):
        give(plan, one, "increment", stranger)
    own = make_user(departments=[buses.activity.department])
    give(plan, one, "increment", own)
    assert FindingAnswer.objects.get().answered_by == own


def test_what_was_planned_is_for_the_reviewers_to_change(reviewer):
    # 109 exist, the target is 54: 54 more were meant.
    indicator = make_indicator(baseline=109, target=54, realization=163)
    plan = indicator.activity.plan
    one = finding(plan, Check.TARGET_BELOW_BASELINE)
    own = make_user(departments=[indicator.activity.department])

    with pytest.raises(Sentence, match="planned"):
        give(plan, one, "target_is_increment", own)
    with pytest.raises(Sentence, match="say why"):
        give(plan, one, "target_is_increment", reviewer)
    assert not FindingAnswer.objects.exists()

    give(plan, one, "target_is_increment", reviewer, note="Tabloda artış yazılmış")
    target = indicator.targets.get()
    assert (target.value, target.change_reason) == (D(163), "Tabloda artış yazılmış")
    assert target.history.first().prev_record.value == D(54)
    assert Figures(plan, YEAR).row(indicator.pk).achievement.value == 1


def test_nothing_was_done_writes_a_0(reviewer):
    indicator = make_indicator(target=10)
    plan = indicator.activity.plan
    give(plan, finding(plan, Check.MISSING), "nothing_done", reviewer)
    value = indicator.realizations.get()
    assert (value.value, value.state, value.entered_by) == (0, "draft", reviewer)


@pytest.mark.parametrize("state", ["submitted", "approved"])
def test_a_coordinator_changes_no_value_that_was_sent(state):
    indicator = make_indicator(realization=7, state=state)
    plan = indicator.activity.plan
    own = make_user(departments=[indicator.activity.department])
    with pytest.raises(Sentence, match="sent"):
        give(plan, finding(plan, Check.UNPLANNED), "no_value", own)
    assert indicator.realizations.get().value == 7


@pytest.mark.parametrize(
    ("note", "reason"),
    [
        (
            "",
            "2024 için hedef yok; 7 bildirilmiş. Doğru mu? — Bildirilecek bir şey yok",
        ),
        ("Başka faaliyetin sayısı", "Başka faaliyetin sayısı"),
    ],
)
def test_question_and_answer_are_why_a_sent_number_changes(reviewer, note, reason):
    indicator = make_indicator(realization=7)
    plan = indicator.activity.plan
    with translation.override("en"):
        give(plan, finding(plan, Check.UNPLANNED), "no_value", reviewer, note=note)
    assert indicator.realizations.get().value is None
    assert indicator.realizations.get().history.first().history_change_reason == reason


def test_an_approved_value_changes_by_an_answer_only_with_a_reason(reviewer):
    indicator = make_indicator(realization=7, state="approved")
    plan = indicator.activity.plan
    make_period(plan, state=Period.State.CLOSED)
    one = finding(plan, Check.UNPLANNED)
    with pytest.raises(Sentence, match="verified"):
        give(plan, one, "no_value", reviewer)
    give(plan, one, "no_value", reviewer, note="Başka faaliyetin sayısı")
    value = indicator.realizations.get()
    assert (value.value, value.version) == (None, 2)
    assert value.history.first().history_change_reason == "Başka faaliyetin sayısı"


# --- Counting once ---


def twins():
    """Two rows with equal numbers beside one that is half done."""
    plan = make_plan()
    activity = make_activity(plan)
    first, second = (
        make_indicator(activity, baseline=5, target=10, realization=10) for _ in range(2)
    )
    for indicator in (first, second):
        for year in plan.years[1:]:
            indicator.targets.create(year=year, value=20, text="20")
    make_indicator(activity, baseline=3, target=10, realization=5)
    return plan, first, second


def test_a_value_counted_twice_can_be_set_to_count_once(reviewer):
    plan, first, second = twins()
    # (1 + 1 + 0,5) ÷ 3, and (1 + 0,5) ÷ 2 once the second counts no more.
    assert Figures(plan, YEAR).summary.mean == D("2.5") / 3
    one = finding(plan, Check.TWIN_ROWS)

    give(plan, one, "counted_twice", reviewer, count_once=True)

    second.refresh_from_db()
    assert second.counted_with == first
    summary = Figures(plan, YEAR).summary
    assert (summary.mean, summary.indicators, summary.due) == (D("0.75"), 2, 2)
    assert Figures(plan, YEAR).row(second.pk).achievement.status is Status.ACHIEVED


@pytest.mark.parametrize("code", ["coincidence", "shared", "counted_twice"])
def test_another_answer_lets_it_count_by_itself_again(code, reviewer):
    plan, _first, second = twins()
    one = finding(plan, Check.TWIN_ROWS)
    give(plan, one, "counted_twice", reviewer, count_once=True)

    give(plan, one, code, reviewer)

    second.refresh_from_db()
    assert second.counted_with is None
    assert second.history.first().prev_record.counted_with_id is not None


def test_a_shared_activity_counts_each_indicator_with_its_namesake(reviewer):
    plan = make_plan()
    rows = {}
    for unit in (make_department(plan), make_department(plan)):
        activity = make_activity(plan, unit, "1.5.2", title="Yaşlılar haftası")
        for name in ("Kadın sayısı", "Erkek sayısı"):
            rows[unit.pk, name] = make_indicator(activity, name=name, target=10, realization=4)
    one = finding(plan, Check.SHARED_ACTIVITY)

    give(plan, one, "counted_twice", reviewer, count_once=True)

    first, second = dict.fromkeys(unit for unit, _name in rows)
    for name in ("Kadın sayısı", "Erkek sayısı"):
        assert Indicator.objects.get(pk=rows[second, name].pk).counted_with == rows[first, name]
        assert Indicator.objects.get(pk=rows[first, name].pk).counted_with is None
    # Each unit still answers for its own rows; the plan counts them once.
    figures = Figures(plan, YEAR)
    assert figures.summary.indicators == 2
    assert {each.indicators for each in figures.by("department").values()} == {2}
