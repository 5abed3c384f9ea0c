"""Where people land: the plans one click away, and the way into a plan."""

import pytest
from django.urls import reverse

from accounts.models import User
from tests import factories

pytestmark = pytest.mark.django_db

HOME = reverse("home")


def test_without_a_plan_an_administrator_is_told_what_to_do(read):
    page = read(HOME, who=factories.make_user("administrator"))

    assert "Henüz plan yok" not in page.text
    assert page.one("a", "btn primary")["href"] == reverse("first_run")


def test_without_a_plan_others_are_told_whom_to_ask(read):
    page = read(HOME, who=factories.make_user())

    assert "Bunu bir yönetici yapabilir" in page.text
    assert not page.all("a", "btn")


def test_a_plan_is_one_click_away(read):
    plan = factories.make_plan()

    page = read(HOME, who=factories.make_user())

    assert page.one("h1").text == "Bugün"
    assert page.one("ul", "rows").one("a")["href"] == reverse("dashboard", args=[plan.slug, 2024])


def test_several_plans_are_listed_with_their_latest_reported_year(read):
    reported, fresh = factories.make_plan(), factories.make_plan(first_year=2027, last_year=2029)
    for year in (2024, 2025):
        activity = factories.make_activity(reported)
        factories.make_indicator(activity, target=1, realization=1, year=year)

    page = read(HOME, who=factories.make_user())

    assert [a["href"] for a in page.one("ul", "rows").all("a")] == [
        reverse("dashboard", args=[fresh.slug, 2027]),
        reverse("dashboard", args=[reported.slug, 2025]),
    ]


def test_who_belongs_nowhere_is_told_whom_to_ask(read):
    plan = factories.make_plan(municipality="Başka Belediye")
    nobody = User.objects.create_user("hic", password="parola-12345")

    page = read(HOME, who=nobody)

    assert plan.slug not in str(page.text)
    assert not page.all("a", "btn")


def test_a_plan_opens_at_its_latest_reported_year(real_plan, signed_in, at):
    client = signed_in()

    response = client.get(reverse("plan", args=[real_plan.slug]))

    assert response.url == at("dashboard")


def test_a_draft_does_not_make_a_year_the_latest(signed_in):
    plan = factories.make_plan()
    activity = factories.make_activity(plan)
    factories.make_indicator(activity, target=1, realization=1, year=2024)
    factories.make_indicator(activity, target=1, realization=1, year=2025, state="draft")
    factories.make_indicator(activity, target=1, realization="-", year=2026)
    factories.make_indicator(activity, target=1, realization=1, year=2031)

    response = signed_in(factories.make_user()).get(reverse("plan", args=[plan.slug]))

    assert response.url == reverse("dashboard", args=[plan.slug, 2024])


def test_the_watchers_page_answers_strangers(client, django_assert_num_queries):
    with django_assert_num_queries(1):
        response = client.get(reverse("healthz"))

    assert response.json() == {"status": "ok"}
    assert "no-store" in response["Cache-Control"]


def test_people_are_told_whom_they_can_ask(read):
    municipality = factories.make_plan().municipality
    municipality.contact_name, municipality.contact_phone = "Eşitlik Birimi", "dahili 4100"
    municipality.save()

    assert "Eşitlik Birimi · dahili 4100" in read(HOME, who=factories.make_user()).text
    # Who runs it is the one to ask.
    assert "dahili 4100" not in read(HOME, who=factories.make_user("administrator")).text
