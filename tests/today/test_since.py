"""What came since the last visit of the first page."""

import datetime
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from activities.models import Municipality
from indicators import steps
from indicators.models import Realization
from tests import factories
from today import visits
from today.models import Visit
from today.since import Since

pytestmark = pytest.mark.django_db

HOME = reverse("home")
HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def row():
    plan = factories.make_plan(slug="plan")
    factories.make_period(plan)
    unit = factories.make_department(plan, "9", name="Sağlık İşleri")
    return factories.make_indicator(factories.make_activity(plan, unit), target=5, realization=5)


def happened(row, **given):
    Realization.objects.filter(indicator=row).update(**given)


def test_the_first_visit_marks_nothing_and_a_reload_ends_no_visit(row):
    person, place = factories.make_user(), row.activity.plan.municipality

    assert visits.since(person, place) is None
    assert visits.since(person, place) is None
    Visit.objects.update(seen_at=timezone.now() - HOUR)
    ended = Visit.objects.get().seen_at

    assert visits.since(person, place) == ended
    assert visits.since(person, place) == ended


def test_a_reviewer_is_told_what_was_sent_since(row, read):
    reviewer = factories.make_user("reviewer")
    place = row.activity.plan.municipality
    Visit.objects.create(person=reviewer, municipality=place, seen_at=timezone.now() - HOUR)
    happened(row, submitted_at=timezone.now())

    page = read(HOME, who=reviewer)

    assert "Son girişinizden beri 1" in " ".join(page.one("main").text.split())
    assert "gönderilen değer: 1" in page.text


def test_a_coordinator_is_told_what_came_back_and_not_what_she_sent(row):
    person = factories.make_user(departments=[row.activity.department])
    now = timezone.now()
    happened(row, submitted_at=now, decided_at=now, state="returned")

    [event] = Since(person, now - HOUR).events()

    assert event.text == "iade edilen değer: 1"
    assert event.url == reverse("entry", args=["plan", factories.YEAR, "9"])
    assert Since(person, now + HOUR).events() == []


def test_nothing_of_another_unit_or_municipality_is_told(row):
    now = timezone.now()
    happened(row, submitted_at=now, decided_at=now, state="returned")
    other = factories.make_user()
    foreign = factories.make_user("reviewer", municipality=Municipality.objects.create(name="Z"))

    assert Since(other, now - HOUR).events() == []
    assert Since(foreign, now - HOUR).events() == []


def test_a_coordinator_is_told_which_number_was_corrected_and_why(row):
    person = factories.make_user(departments=[row.activity.department])
    reviewer = factories.make_user("reviewer")
    now = timezone.now()
    happened(row, submitted_at=now - HOUR, entered_at=now - 2 * HOUR)
    value = Realization.objects.get()
    steps.correct(value, Decimal(4), reviewer, None, "Tutanakta 4 yazıyor")

    [event] = Since(person, now - HOUR).events()

    assert event.text == f"düzeltilen sayı: {row.activity.code}, 5 → 4 · Tutanakta 4 yazıyor"
    assert event.url == reverse("entry", args=["plan", factories.YEAR, "9"])
    assert Since(reviewer, now - HOUR).events() == []
    assert Since(factories.make_user(), now - HOUR).events() == []
