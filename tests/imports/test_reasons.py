"""Whether a year came in with a file and nothing else."""

import datetime

import pytest
from django.utils import timezone, translation

from imports.reasons import imported_on
from indicators import steps
from indicators.models import Realization
from reports.headline import why_no_arrival
from tests import factories
from tests.factories import YEAR

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def values():
    return Realization.objects.filter(year=YEAR, value__isnull=False)


def test_a_year_imported_in_one_go_names_its_day(real_plan, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert imported_on(real_plan, YEAR) == timezone.localdate()
    assert imported_on(real_plan, YEAR + 1) is None


def test_verifying_and_reasons_do_not_change_how_it_came_in(real_plan):
    values().update(state=Realization.State.APPROVED)
    one = values().first()
    one.deviation_reason = "Kurs açılamadı."
    one.save()

    assert imported_on(real_plan, YEAR) == timezone.localdate()


def test_one_value_that_a_person_sent_tells_of_reporting(real_plan):
    one = values().first()
    steps.handed_over(one, factories.make_user())
    one.save()

    assert imported_on(real_plan, YEAR) is None


def test_values_on_their_desk_do_not_count(real_plan):
    values().exclude(pk=values().first().pk).update(state=Realization.State.DRAFT)

    assert imported_on(real_plan, YEAR) == timezone.localdate()


def test_imports_on_several_days_tell_of_reporting(real_plan):
    one = values().first()
    before = one.submitted_at - DAY
    Realization.history.filter(id=one.pk).update(submitted_at=before)
    values().filter(pk=one.pk).update(submitted_at=before)

    assert imported_on(real_plan, YEAR) is None


def test_values_typed_on_one_day_are_no_import():
    plan = factories.make_plan()
    factories.make_indicator(factories.make_activity(plan), target=4, realization=3)
    Realization.objects.update(submitted_at=timezone.now())

    assert imported_on(plan, YEAR) is None


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("tr", "2024 yılının bütün değerleri 14.01.2026 günü içe aktarmayla geldiği"),
        ("en", "Because all values of 2024 came in with an import on 14.01.2026"),
    ],
)
def test_the_page_says_why(language, said):
    with translation.override(language):
        assert why_no_arrival(2024, datetime.date(2026, 1, 14)).startswith(said)
