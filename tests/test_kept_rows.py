"""The rows that each module gets are those that the command makes."""

import io

import pytest
from django.core.management import call_command
from django.db import transaction

from activities.models import Plan
from imports.management.commands.demo import SLUG
from indicators.figures import Figures
from indicators.models import Indicator
from tests.conftest import demo
from tests.factories import make_indicator, stored_rows
from tests.kept_rows import KeptWorld

pytestmark = pytest.mark.django_db


def read(fill):
    """Return what stands in the database after ``fill``, and take it out again."""
    with transaction.atomic():
        fill()
        found = stored_rows(), Figures(Plan.objects.get(slug=SLUG), 2024).summary
        transaction.set_rollback(True)
    return found


def test_rows_put_in_again_are_those_of_the_command():
    by_command = read(lambda: call_command("demo", stdout=io.StringIO()))

    for _time in range(2):
        assert read(demo.put_in) == by_command


def test_what_is_made_after_them_gets_ids_of_its_own():
    demo.put_in()

    theirs = max(Plan.history.values_list("history_id", flat=True))
    new = Plan.objects.create(name="Yeni", slug="yeni", first_year=2027, last_year=2029)

    assert Plan.objects.count() == 2
    assert new.history.get().history_id > theirs


# --- Of single tests ---


def make_row():
    return make_indicator(target=4, realization=3)


@pytest.fixture
def kept():
    """Keep a row that was made in another test's transaction, rolled back since."""
    kept = KeptWorld(make_row)
    with transaction.atomic():
        made = kept.put_in()
        transaction.set_rollback(True)
    assert not Indicator.objects.filter(pk=made.pk).exists()
    return kept


def test_a_kept_row_comes_back_with_all_that_belongs_to_it(kept):
    row = kept.put_in()

    assert Indicator.objects.get() == row
    assert (row.targets.get().value, row.realizations.get().value) == (4, 3)
    assert row.history.count() == row.activity.plan.history.count() == 1


def test_what_a_test_does_to_a_kept_object_is_not_seen_by_the_next(kept):
    with transaction.atomic():
        row = kept.put_in()
        row.name = row.activity.plan.name = "Başka"
        row.save()
        transaction.set_rollback(True)

    again = kept.put_in()

    assert "Başka" not in (again.name, again.activity.plan.name, Indicator.objects.get().name)


def test_who_has_rows_already_gets_new_ones_beside_them(kept):
    own = make_row()

    row = kept.put_in()

    assert set(Indicator.objects.all()) == {own, row}
    assert own.activity.plan != row.activity.plan
