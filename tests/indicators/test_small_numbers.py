"""What of a stored plan is withheld, and what the person who publishes is asked about."""

import time

import pytest

from indicators import editions, small_numbers
from indicators.achievement import Reading
from indicators.models import Indicator
from indicators.suppression import Cell
from tests.factories import (
    YEAR,
    make_activity,
    make_indicator,
    make_plan,
    make_realization,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan():
    return make_plan(is_public=True)


@pytest.fixture
def activity(plan):
    return make_activity(plan)


def row(activity, value=None, state="approved", **given):
    parts = {name: given.pop(name) for name in ("women", "men", "others") if name in given}
    found = make_indicator(activity, target=50, **given)
    if value is not None:
        make_realization(found, value, state=state, **parts)
    return found


def value(row):
    return Cell(row.pk, "value", YEAR)


def rows(found):
    return [each.cell.row for each in found]


def test_a_plan_without_an_edition_withholds_nothing_of_a_year(plan, activity):
    row(activity, 3, hides_small_numbers=True)
    assert small_numbers.withheld(plan).cells == frozenset()


def test_what_is_withheld_costs_three_queries(plan, activity, django_assert_num_queries):
    for _ in range(4):
        row(activity, 3, hides_small_numbers=True)
    editions.freeze(plan, YEAR, person=None)
    # editions; indicators; values
    with django_assert_num_queries(3):
        assert len(small_numbers.withheld(plan).cells) == 4


def test_another_plan_is_another_public(plan, activity):
    other = row(make_activity(make_plan()), 3, hides_small_numbers=True)
    editions.freeze(other.activity.plan, YEAR, person=None)
    assert small_numbers.withheld(plan).cells == frozenset()


def test_a_retired_row_is_as_it_was_published(plan, activity):
    one = row(activity, 3, hides_small_numbers=True)
    editions.freeze(plan, YEAR, person=None)
    Indicator.objects.filter(pk=one.pk).update(retired_on="2025-01-01")
    assert small_numbers.withheld(plan).cells == {value(one)}


def test_the_real_plan_is_judged_fast(real_plan):
    # Were every row to hide its small numbers, there would be the most to judge.
    Indicator.objects.of_plan(real_plan).update(hides_small_numbers=True)
    public = small_numbers.PublicNumbers(real_plan, upcoming=YEAR, reading=Reading.REPORTED)
    started = time.perf_counter()
    assert len(public.withheld().cells) >= 23
    assert time.perf_counter() - started < 0.3
