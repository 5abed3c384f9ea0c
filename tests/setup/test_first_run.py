"""The five steps from an empty installation to the first open year."""

import pytest
from django.test import Client

from activities.models import Institution, Municipality, Period
from setup.first_run import FirstRun, StepState
from tests import factories

pytestmark = pytest.mark.django_db


def states():
    municipality = Municipality.objects.the_only()
    return [step.state for step in FirstRun(municipality, municipality.plans.all()).steps]


@pytest.fixture
def plan():
    """Hold the first two steps done: a named municipality and a plan with one unit."""
    plan = factories.make_plan(slug="p")
    municipality = plan.municipality
    municipality.name, municipality.contact_phone = "Örnek Belediyesi", "4100"
    municipality.save()
    unit = factories.make_department(plan, "7")
    factories.make_indicator(factories.make_activity(plan, unit), target=1)
    plan.keep_periods()
    return plan


def test_nothing_is_done_in_an_empty_installation():
    assert states() == [StepState.NOW, *[StepState.LATER] * 3, StepState.WAITS]


def test_opening_a_year_waits_for_an_indicator_and_a_coordinator(plan):
    done, now, later, waits = StepState.DONE, StepState.NOW, StepState.LATER, StepState.WAITS
    assert states() == [done, done, done, now, waits]

    factories.make_user("", [plan.units.get().department])
    assert states()[4] is waits  # without an address nobody can write to her

    factories.make_user("", [plan.units.get().department], email="a@example.org")
    assert states() == [done, done, done, now, later]

    factories.make_user("reviewer")
    assert states() == [done, done, done, done, now]

    Period.objects.filter(plan=plan).update(state=Period.State.CLOSED)
    assert states() == [done] * 5


def test_a_name_that_nobody_settled_keeps_the_units_open(plan):
    Institution.objects.create(name="Bilinmeyen", to_check=True)

    assert states()[2] is StepState.NOW


def test_the_page_leads_to_each_step():
    client = Client()
    client.force_login(factories.make_user("administrator"))

    page = client.get("/settings/start/").text

    for address in ("/settings/municipality/", "/imports/", "/imports/table.xlsx"):
        assert f'href="{address}"' in page
    assert 'href="/settings/new-plan/"' in page
    assert client.get("/settings/").url == "/settings/start/"


def test_the_first_page_leads_there_until_a_year_was_opened(plan):
    client = Client()
    client.force_login(factories.make_user("administrator"))
    assert 'href="/settings/start/"' in client.get("/").text

    Period.objects.filter(plan=plan).update(state=Period.State.OPEN)
    assert 'href="/settings/start/"' not in client.get("/").text


def test_only_administrators_set_up(plan):
    for role in ("", "reviewer"):
        client = Client()
        client.force_login(factories.make_user(role))
        assert client.get("/settings/start/").status_code == 404
        assert 'href="/settings/start/"' not in client.get("/").text


def test_the_page_costs_as_many_queries_with_more_units(plan, django_assert_max_num_queries):
    client = Client()
    client.force_login(factories.make_user("administrator"))
    client.get("/settings/start/")
    for number in ("8", "9"):
        unit = factories.make_department(plan, number)
        factories.make_indicator(factories.make_activity(plan, unit), target=1)

    # session; person; memberships; units of hers; municipality; plans; second factor;
    # start year; indicators; reporting units; those above; their people; names to check;
    # reviewers; begun years; next year
    with django_assert_max_num_queries(16):
        client.get("/settings/start/")


def test_a_new_and_empty_plan_does_not_push_away_the_one_that_is_set_up(plan):
    factories.make_plan(slug="sonraki", first_year=2030, last_year=2031).keep_periods()
    municipality = plan.municipality
    run = FirstRun(municipality, municipality.plans.all())

    assert (run.plan, run.indicators, run.next_year.plan) == (plan, 1, plan)
    client = Client()
    client.force_login(factories.make_user("administrator"))
    for address in ("/settings/start/", "/settings/units/", "/settings/people/"):
        page = client.get(address).text
        assert 'href="/settings/plans/p/periods/"' in page
        assert 'href="/settings/plans/sonraki/"' in page


def test_a_plan_can_be_called_new():
    client = Client()
    client.force_login(factories.make_user("administrator"))
    factories.make_plan(slug="new")

    assert 'name="band_mostly"' in client.get("/settings/plans/new/").text
