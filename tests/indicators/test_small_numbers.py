"""What of a stored plan is withheld, and what the person who publishes is asked about."""

import time
from decimal import Decimal as D

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


# --- What is asked before publishing ---


def test_small_numbers_are_listed_by_how_sure_it_is_that_they_count_people(plan, activity):
    marked = row(activity, 3, counts_people=True, name="Başvuru")
    split = row(activity, 20, women=18, men=2, others=0, name="Danışma")
    named = row(activity, 4, name="Eğitim alan kadın sayısı")
    other = row(activity, 1, name="Toplantı sayısı")
    for number in (0, 5, "%3"):
        row(activity, number, measure="percent" if number == "%3" else "count")

    found = small_numbers.candidates(plan, YEAR)

    assert rows(found.people) == [marked.pk, split.pk]
    assert [each.value for each in found.people] == [3, 2]
    assert found.people[1].cell.what == "men"
    assert rows(found.perhaps) == [named.pk]
    assert rows(found.unmarked) == [other.pk]


def test_a_small_baseline_is_asked_about_as_well(plan, activity):
    one = row(activity, 30, baseline=4, counts_people=True)
    [found] = small_numbers.candidates(plan, YEAR).people
    assert (found.cell, found.value) == (Cell(one.pk, "baseline", 0), D(4))


def test_what_is_decided_is_not_asked_again(plan, activity):
    row(activity, 3, counts_people=True, hides_small_numbers=True)
    shown = row(activity, 4, counts_people=True)
    assert rows(small_numbers.candidates(plan, YEAR).people) == [shown.pk]
    assert small_numbers.candidates(plan, YEAR, decided={shown.pk}).people == ()


def test_what_hiding_a_row_would_hide_besides_is_said(plan, activity):
    small = row(activity, 3, counts_people=True)
    row(activity, 10)
    total = row(activity, 13)
    [found] = small_numbers.candidates(plan, YEAR).people
    assert found.cell == value(small)
    assert found.besides == (value(total),)


def test_only_what_is_counted_is_asked_about(plan, activity):
    one = row(activity, 3, state="submitted", counts_people=True)
    assert small_numbers.candidates(plan, YEAR).people == ()
    [found] = small_numbers.candidates(plan, YEAR, reading=Reading.REPORTED).people
    assert found.cell.row == one.pk


def test_the_real_plan_has_its_small_numbers_listed(real_plan):
    found = small_numbers.candidates(real_plan, YEAR, reading=Reading.REPORTED)
    assert found.people == ()  # nobody has marked a row of it yet

    values = [each for each in (*found.perhaps, *found.unmarked) if each.cell.what == "value"]
    assert len(values) == 23
    [people] = found.perhaps
    asked = Indicator.objects.get(pk=people.cell.row)
    assert (asked.name, people.value) == ("Etkinliklere katılan T.C. vatandaşı sayısı", 4)


def test_the_real_plan_is_judged_fast(real_plan):
    # Were every row to hide its small numbers, there would be the most to judge.
    Indicator.objects.of_plan(real_plan).update(hides_small_numbers=True)
    public = small_numbers.PublicNumbers(real_plan, upcoming=YEAR, reading=Reading.REPORTED)
    started = time.perf_counter()
    assert len(public.withheld().cells) >= 23
    assert time.perf_counter() - started < 0.3
