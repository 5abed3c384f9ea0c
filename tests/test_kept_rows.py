"""The rows that each module gets are those that the command makes."""

import io

import pytest
from django.core.management import call_command
from django.db import transaction

from activities.models import Plan
from imports.management.commands.demo import SLUG
from indicators.figures import Figures
from tests.conftest import demo
from tests.factories import stored_rows

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
