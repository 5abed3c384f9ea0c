"""How a number is read: who says so, when a reason is asked, and what it makes of every year."""

import pytest

from activities.sentences import Sentence
from indicators import kinds
from indicators.kinds import Settings
from tests.factories import (
    make_activity,
    make_department,
    make_indicator,
    make_period,
    make_plan,
    make_realization,
    make_target,
    make_user,
)

pytestmark = pytest.mark.django_db
COUNT = Settings("count", "increase", "total")
LEVEL = Settings("level", "increase", "total")


@pytest.fixture
def world():
    """A level that stands at 40 and aims at 100 and 110; 70 were reached in the first year."""
    plan = make_plan(first_year=2024, last_year=2025)
    unit = make_department(plan, "1")
    row = make_indicator(
        make_activity(plan, unit, "1.1.1"), baseline=40, target=100, realization=70, kind="count"
    )
    make_target(row, 110, year=2025)
    return row, make_user(departments=[unit])


def confirm(row, wanted, person, reason=""):
    return kinds.confirm(row.pk, wanted, person, reason=reason, told="Giriş sayfasında")


def stored(row):
    row.refresh_from_db()
    return kinds.settings_of(row), row.kind_confirmed


def test_a_unit_confirms_its_own_while_no_year_is_settled(world):
    row, own = world
    make_period(row.activity.plan, 2024)
    assert confirm(row, LEVEL, own)
    assert stored(row) == (LEVEL, True)
    assert row.history.first().history_change_reason == "Giriş sayfasında"
    assert not confirm(row, LEVEL, own)


def test_nobody_confirms_for_another_unit(world):
    row, _own = world
    with pytest.raises(Sentence, match="not yours"):
        confirm(row, LEVEL, make_user(departments=[make_department()]))
    assert stored(row) == (COUNT, False)


@pytest.mark.parametrize("settled", ["closed", "published", "approved"])
def test_a_settled_year_changes_by_a_reviewer_with_a_reason(world, settled):
    row, own = world
    if settled == "approved":
        make_period(row.activity.plan, 2024)
        row.realizations.update(state="approved")
    else:
        make_period(row.activity.plan, 2024, state=settled)
    with pytest.raises(Sentence, match="2024"):
        confirm(row, LEVEL, own, "Ben öyle sayıyorum")
    boss = make_user("administrator" if settled == "published" else "reviewer")
    with pytest.raises(Sentence, match="2024"):
        confirm(row, LEVEL, boss, " ")
    assert stored(row) == (COUNT, False)

    assert confirm(row, LEVEL, boss, "Yılın sonundaki toplam bildiriliyor")
    assert stored(row) == (LEVEL, True)
    assert row.history.first().history_change_reason == "Yılın sonundaki toplam bildiriliyor"


def test_a_published_year_is_an_administrators(world):
    row, _own = world
    make_period(row.activity.plan, 2024, state="published")
    with pytest.raises(Sentence, match="administrator"):
        confirm(row, LEVEL, make_user("reviewer"), "Gerekçe")


def test_what_changes_no_settled_result_needs_no_reason(world):
    """A deliverable is measured as a count is: C/B."""
    row, own = world
    make_period(row.activity.plan, 2024, state="closed")
    assert confirm(row, COUNT, own)
    assert stored(row) == (COUNT, True)


def test_what_was_confirmed_is_the_reviewers_to_change(world):
    row, own = world
    make_period(row.activity.plan, 2024)
    confirm(row, COUNT, own)
    with pytest.raises(Sentence, match="confirmed before"):
        confirm(row, LEVEL, own, "Yanlış seçtim")
    reviewer = make_user("reviewer")
    with pytest.raises(Sentence, match="why"):
        confirm(row, LEVEL, reviewer)
    assert confirm(row, LEVEL, reviewer, "Birim yanlış seçmiş")


def test_every_year_is_told_before_and_after(world):
    """2024: 70/100 is 70 %; as a level (70-40)/(100-40) is 50 %. 2025 has no value yet."""
    row, _own = world
    make_period(row.activity.plan, 2024, state="closed")
    first, second = kinds.effects(row, LEVEL, row.activity.plan)
    assert (str(first.before.value), str(first.after.value)) == ("0.7", "0.5")
    assert first.changes and first.is_settled and not first.is_published
    assert (second.year, second.changes, second.is_settled) == (2025, False, False)


def test_a_draft_is_nobody_elses_result(world):
    row, own = world
    make_period(row.activity.plan, 2024, state="closed")
    row.realizations.update(state="draft")
    assert confirm(row, LEVEL, own)


def test_effects_cost_three_queries(world, django_assert_num_queries):
    row, _own = world
    make_realization(row, 5, year=2025)
    plan = row.activity.plan
    with django_assert_num_queries(3):  # targets; realizations; periods
        kinds.effects(row, LEVEL, plan)
