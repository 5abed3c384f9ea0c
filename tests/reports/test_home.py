"""Where people land: the plans, a coordinator's units, the way into a plan."""

import pytest
from django.urls import reverse
from django.utils import timezone

from activities.models import Period
from indicators.models import Realization
from tests import factories

pytestmark = pytest.mark.django_db

HOME = reverse("home")


def test_without_a_plan_an_administrator_is_told_what_to_do(read):
    page = read(HOME, who=factories.make_user("administrator", is_staff=True))

    assert "Henüz plan yok" in page.text
    assert page.one("a", "btn primary")["href"] == reverse("import_list")


def test_without_a_plan_others_are_told_whom_to_ask(read):
    page = read(HOME, who=factories.make_user())

    assert "Bunu bir yönetici yapabilir" in page.text
    assert not page.all("a", "btn")


def test_one_plan_is_opened_at_once(signed_in):
    plan = factories.make_plan()

    response = signed_in(factories.make_user()).get(HOME)

    assert response.url == reverse("plan", args=[plan.slug])


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


def test_a_coordinator_is_led_to_her_units(real_plan, read, at):
    page = read(HOME, who="koordinator")

    own, plans = page.all("ul", "rows")
    assert own.one("a").text == "Sağlık İşleri Dairesi Başkanlığı · 2025"
    assert own.one("a")["href"] == reverse("entry", args=[real_plan.slug, 2025, "9"])
    assert "0/18" in own.text
    assert plans.one("a")["href"] == at("dashboard")
    # 2024 is closed and asks nothing of her.
    assert "2024" not in page.one("main").text.replace("2024–2026", "")


def test_a_closed_year_stands_on_her_page_once_it_asks_something_of_her(real_plan, read):
    row = Realization.objects.filter(year=2024, indicator__activity__department__places__number="9")
    first = row.order_by("pk").first()
    Realization.objects.filter(pk=first.pk).update(reason_asked_at=timezone.now())

    page = read(HOME, who="koordinator")

    opened, asked, _plans = page.all("ul", "rows")
    assert opened.one("a")["href"] == reverse("entry", args=[real_plan.slug, 2025, "9"])
    assert asked.one("a")["href"] == reverse("entry", args=[real_plan.slug, 2024, "9"])


def test_without_an_open_year_a_coordinator_is_led_to_her_units_results(real_plan, read, at):
    Period.objects.filter(state=Period.State.OPEN).update(state=Period.State.CLOSED)

    page = read(HOME, who="koordinator")

    own, plans = page.all("ul", "rows")
    assert own.one("a").text == "Sağlık İşleri Dairesi Başkanlığı"
    assert own.one("a")["href"] == at("department", "9")
    assert plans.one("a")["href"] == at("dashboard")


@pytest.mark.parametrize("who", ["inceleme", "okur", "yonetici"])
def test_people_without_units_go_to_the_plan(real_plan, signed_in, who):
    assert signed_in(who).get(HOME).url == reverse("plan", args=[real_plan.slug])


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


@pytest.mark.parametrize("many", [2, 20])
def test_the_start_page_costs_twelve_queries(signed_in, django_assert_num_queries, many):
    for _each in range(many):
        factories.make_indicator(target=1, realization=1)
    plan = factories.make_plan()
    units = [factories.make_department(plan) for _each in range(many)]
    client = signed_in(factories.make_user(departments=units))

    # session; user; the municipality and whether she belongs; plans; their latest years; the
    # person's units; their places; reasons that reviewers ask her units for; where she can write
    # now: places, extensions, periods
    with django_assert_num_queries(12):
        response = client.get(HOME)

    assert response.status_code == 200


def test_the_watchers_page_answers_strangers(client, django_assert_num_queries):
    with django_assert_num_queries(1):
        response = client.get(reverse("healthz"))

    assert response.json() == {"status": "ok"}
    assert "no-store" in response["Cache-Control"]
