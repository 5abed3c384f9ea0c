"""A plan's pages of the settings: made by hand, changed, and its years."""

import pytest
from django.test import Client

from activities.models import Period, Plan
from tests import factories

pytestmark = pytest.mark.django_db

NEW = "/settings/new-plan/"


@pytest.fixture
def client():
    administrator = Client()
    administrator.force_login(factories.make_user("administrator"))
    return administrator


def sent(**given):
    return {
        "name": "Eşitlik Planı", "short_name": "YEAP", "slug": "p", "first_year": "2024",
        "last_year": "2026", "method": "by_kind", "unreported": "skip", "band_achieved": "100",
        "band_mostly": "80", "band_partly": "50", "reason": "",
    } | given  # fmt: skip


def test_a_plan_is_made_by_hand_with_its_years(client):
    plan_of_before = factories.make_plan(slug="eski")
    plan_of_before.municipality.name = "Işıklı Belediyesi"
    plan_of_before.municipality.save()

    response = client.post(
        NEW, {"name": "Eşitlik Planı", "first_year": "2027", "last_year": "2029", "slug": ""}
    )

    made = Plan.objects.get(slug="isikli-belediyesi-2027-2029")
    assert response.url == f"/settings/plans/{made.slug}/"
    assert made.municipality == plan_of_before.municipality
    states = list(made.periods.order_by("year").values_list("year", "state"))
    assert states == [(year, Period.State.PLANNED) for year in (2027, 2028, 2029)]
    # Its pages open with nothing in it.
    for address in ("", "2027/", "2027/departments/", "2027/indicators/", "2027/report/"):
        assert client.get(f"/plans/{made.slug}/{address}", follow=True).status_code == 200
    for address in ("", "periods/"):
        assert client.get(f"/settings/plans/{made.slug}/{address}").status_code == 200


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"first_year": "2029", "last_year": "2027"}, "before the first"),
        ({"first_year": "2027", "last_year": "2047"}, "at most 20 years"),
        ({"first_year": "iki bin", "last_year": "2029"}, "whole number"),
        ({"name": "", "first_year": "2027", "last_year": "2029"}, "required"),
        ({"first_year": "2027", "last_year": "2029", "slug": "var"}, "“var”"),
    ],
)
def test_nonsense_is_told_at_its_field_and_nothing_is_made(client, given, words):
    factories.make_plan(slug="var")
    client.cookies["django_language"] = "en"

    response = client.post(NEW, {"name": "Plan"} | given)

    assert words in response.text
    assert Plan.objects.count() == 1


def test_the_address_that_a_taken_name_would_get_is_told(client):
    factories.make_plan(slug="var-2027")
    client.cookies["django_language"] = "en"
    response = client.post(
        NEW, {"name": "Plan", "first_year": "2027", "last_year": "2029", "slug": "Var 2027"}
    )

    assert "“var-2027”" in response.text


def test_a_plan_is_changed_with_who_and_why(client):
    plan = factories.make_plan(slug="p", first_year=2024, last_year=2026)
    plan.keep_periods()
    client.post("/settings/plans/p/", sent(last_year="2027", reason="Meclis kararı 12"))

    plan.refresh_from_db()
    assert plan.last_year == 2027
    assert plan.periods.filter(year=2027).exists()
    newest = plan.history.first()
    assert newest.history_change_reason == "Meclis kararı 12"
    assert newest.history_user is not None


def test_rules_that_results_rest_on_change_with_a_reason_only(client):
    plan = factories.make_plan(slug="p", first_year=2024, last_year=2026)
    factories.make_period(plan, 2024, state=Period.State.CLOSED)
    client.cookies["django_language"] = "en"

    refused = client.post("/settings/plans/p/", sent(band_mostly="75"))
    plan.refresh_from_db()
    assert "Say why this changes" in refused.text
    assert plan.band_mostly == 80

    client.post("/settings/plans/p/", sent(band_mostly="75,5", reason="Karar"))
    plan.refresh_from_db()
    assert str(plan.band_mostly) == "75.50"


def test_the_address_of_a_published_year_stays(client):
    plan = factories.make_plan(slug="p", first_year=2024, last_year=2026)
    factories.make_period(plan, 2024, state=Period.State.PUBLISHED)

    client.post("/settings/plans/p/", sent(slug="baska", name="Yeni ad"))

    plan.refresh_from_db()
    assert (plan.slug, plan.name) == ("p", "Yeni ad")


def test_years_are_listed_with_what_was_sent_of_them(client):
    plan = factories.make_plan(slug="p", first_year=2024, last_year=2026)
    factories.make_period(plan, 2024)
    plan.keep_periods()
    unit = factories.make_department(plan, "7")
    activity = factories.make_activity(plan, unit)
    factories.make_indicator(activity, target=10, realization=9, state="submitted", year=2024)
    factories.make_indicator(activity, target=10, year=2024)

    page = client.get("/settings/plans/p/periods/").text

    assert "1/2" in page
    for year in (2024, 2025, 2026):
        assert f'href="/review/p/{year}/period/"' in page
