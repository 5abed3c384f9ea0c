"""Confirming many readings at once: what is stored, what asks for a reason, what is kept back."""

import pytest

from accounts.rights import Right
from activities import revisions
from indicators import kinds
from indicators.confirming import confirm_all, look, mark_of
from indicators.kinds import Settings
from tests.factories import (
    make_activity,
    make_department,
    make_indicator,
    make_period,
    make_plan,
    make_user,
)

pytestmark = pytest.mark.django_db
COUNT = Settings("count", "increase", "total")
LEVEL = Settings("level", "increase", "total")
ADDED = Settings("level", "increase", "increment")


@pytest.fixture
def plan():
    """Make a plan whose 2024 is closed, with two rows of a unit: 70 of 100 from 40, 8 of 10."""
    plan = make_plan()
    make_period(plan, 2024, state="closed")
    return plan


@pytest.fixture
def rows(plan):
    activity = make_activity(plan, make_department(plan, "1"), "1.1.1")
    return (
        make_indicator(activity, baseline=40, target=100, realization=70),
        make_indicator(activity, target=10, realization=8),
    )


def stored(row):
    row.refresh_from_db()
    return kinds.settings_of(row), row.kind_confirmed, row.history.first().history_change_reason


def test_what_changes_a_settled_year_asks_for_a_reason_and_the_rest_does_not(plan, rows):
    one, two = rows
    reviewer = make_user("reviewer")

    asking, silent = look(plan, {one.pk: LEVEL, two.pk: COUNT}, reviewer)

    assert [each.year for each in asking.changes] == [2024]
    assert (asking.why_not, silent.why_not, silent.asks, silent.changes) == (None, None, None, [])
    assert "2024" in str(asking.asks)

    outcome = confirm_all(plan, {one.pk: LEVEL, two.pk: COUNT}, reviewer, told="Birlikte")
    assert [row.pk for row in outcome.done] == [two.pk]
    assert list(outcome.kept) == [one.pk]
    assert stored(one)[:2] == (COUNT, False)

    outcome = confirm_all(plan, {one.pk: LEVEL}, reviewer, reason="Yıl sonu toplamı")
    assert outcome.kept == {}
    assert stored(one) == (LEVEL, True, "Yıl sonu toplamı")
    assert stored(two) == (COUNT, True, "Birlikte")


def test_the_reason_goes_only_to_the_rows_that_ask_for_it(plan, rows):
    one, two = rows
    wanted = {one.pk: LEVEL, two.pk: COUNT}
    confirm_all(plan, wanted, make_user("reviewer"), reason="Yıl sonu toplamı", told="Birlikte")
    assert stored(one)[2] == "Yıl sonu toplamı"
    assert stored(two)[2] == "Birlikte"


def test_a_coordinator_confirms_her_own_where_no_settled_result_changes(plan, rows):
    one, two = rows
    own = make_user(departments=[one.activity.department])
    outcome = confirm_all(plan, {one.pk: ADDED, two.pk: LEVEL}, own)
    # Without a baseline a level is rated as a count is: 8 of 10.
    assert [row.pk for row in outcome.done] == [two.pk]
    assert "2024" in str(outcome.kept[one.pk])


def test_nobody_confirms_rows_of_another_plan_or_unit(plan, rows):
    other = make_plan()
    one, two = rows
    assert confirm_all(other, {one.pk: COUNT}, make_user("reviewer")).done == []
    foreign = make_user(departments=[make_department(plan, "2")])
    outcome = confirm_all(plan, {one.pk: COUNT, two.pk: COUNT}, foreign)
    assert (outcome.done, set(outcome.kept)) == ([], {one.pk, two.pk})


def test_what_somebody_confirmed_since_it_was_looked_at_is_not_overwritten(plan, rows):
    one, two = rows
    reviewer = make_user("reviewer")
    seen = {row.pk: mark_of(row) for row in rows}
    confirm_all(plan, {two.pk: COUNT}, reviewer)

    outcome = confirm_all(
        plan, {one.pk: COUNT, two.pk: LEVEL}, reviewer, reason="Gerekçe", seen=seen
    )

    assert [row.pk for row in outcome.done] == [one.pk]
    assert "meanwhile" in str(outcome.kept[two.pk])
    assert stored(two)[0] == COUNT


def test_figures_that_are_kept_notice(plan, rows):
    before = revisions.current(plan)
    confirm_all(plan, {rows[0].pk: COUNT}, make_user("reviewer"))
    assert revisions.current(plan) > before


def test_the_cost_does_not_grow_with_the_rows(plan, rows, django_assert_num_queries):
    reviewer = make_user("reviewer")
    assert reviewer.may(Right.REVIEW)  # her groups are asked for once
    # Indicators; their targets, values and the periods.
    for wanted in ({rows[0].pk: LEVEL}, {row.pk: LEVEL for row in rows}):
        with django_assert_num_queries(4):
            look(plan, wanted, reviewer)


def test_the_unconfirmed_are_counted_once(plan, rows):
    assert kinds.unconfirmed_of(plan) == kinds.unconfirmed(rows) == 2
    confirm_all(plan, {rows[0].pk: COUNT}, make_user("reviewer"))
    assert kinds.unconfirmed_of(plan) == 1
    make_indicator(rows[0].activity, retired_on="2024-05-01")
    assert kinds.unconfirmed_of(plan) == 1
