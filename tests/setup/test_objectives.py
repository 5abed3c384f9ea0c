"""The titles of objectives and goals: told apart, saved in one go, shown where a year is open."""

import pytest
from django.test import Client

from activities.models import Municipality, Objective, Plan
from indicators.figures import Figures, Level
from indicators.models import Realization
from setup import objectives
from tests import factories
from tests.factories import YEAR

pytestmark = pytest.mark.django_db

TITLES = "/settings/plans/p/objectives/"


@pytest.fixture
def plan():
    """Hold objective 4 with goals 4.1 and 4.10, and 7 with one goal."""
    plan = factories.make_plan(slug="p")
    factories.make_period(plan)
    unit = factories.make_department(plan, "1")
    for code, title in (("4.10.1", "Üçüncü"), ("4.1.2", "İkinci"), ("4.1.1", "Birinci")):
        activity = factories.make_activity(plan, unit, code, title=title)
        factories.make_indicator(activity, target=10, realization=9)
    factories.make_activity(plan, unit, "7.1.1", title="Başka")
    return plan


@pytest.fixture
def client(plan):
    administrator = Client()
    administrator.force_login(factories.make_user("administrator"))
    return administrator


def sent(plan, **given):
    """Return what the page sends, with titles by the objective's code in place of those shown."""
    posted = {}
    for each in plan.objectives.all():
        posted[f"initial-o{each.pk}-title"] = each.title
        posted[f"o{each.pk}-title"] = given.get(f"o{each.code.replace('.', '_')}", each.title)
    return posted


def title(plan, code):
    return Objective.objects.get(plan=plan, code=code).title


def test_each_is_told_by_what_stands_below_it(client, plan):
    lines = {line.objective.code: line for line in objectives.lines(plan)}

    assert list(lines) == ["4", "4.1", "4.10", "7", "7.1"]
    four = lines["4"]
    assert (four.goals, four.activities, four.indicators) == (2, 3, 3)
    assert four.first == ("Birinci", "İkinci")
    assert (lines["4.10"].activities, lines["7"].indicators) == (1, 0)
    page = client.get(TITLES).text
    assert "2 hedef · 3 faaliyet · 3 gösterge" in page and "Birinci; İkinci" in page


def test_titles_are_saved_in_one_go_with_who_wrote_them(client, plan):
    posted = sent(plan, o4="Kadına yönelik şiddet", o4_1="Sığınma")
    assert client.post(TITLES, posted).url == TITLES
    assert title(plan, "4") == "Kadına yönelik şiddet" and title(plan, "4.1") == "Sığınma"
    written = Objective.objects.get(plan=plan, code="4")
    assert written.history.first().history_user is not None
    assert Objective.objects.get(plan=plan, code="7").history.count() == 1


def test_one_that_is_too_long_is_said_at_its_field_and_none_is_saved(client, plan):
    page = client.post(TITLES, sent(plan, o4="Kısa", o7="x" * 301))
    assert page.status_code == 200 and 'value="Kısa"' in page.text
    assert "300" in page.text
    assert title(plan, "4") == ""


def test_what_somebody_else_wrote_meanwhile_stays(client, plan):
    posted = sent(plan, o7="Yedi")
    Objective.objects.filter(plan=plan, code="4").update(title="Arada yazıldı")
    client.post(TITLES, posted)
    assert (title(plan, "4"), title(plan, "7")) == ("Arada yazıldı", "Yedi")


def test_an_empty_one_stays_its_number(client, plan):
    client.post(TITLES, sent(plan, o4="Başlık"))
    client.post(TITLES, sent(plan, o4=""))
    assert str(Objective.objects.get(plan=plan, code="4")) == "Amaç 4"


def test_pages_of_an_open_year_say_the_title_and_an_edition_keeps_its_own(client, plan):
    client.post(TITLES, sent(plan, o4="Önceki başlık"))
    Realization.objects.update(state="approved")
    Plan.objects.update(is_public=True)
    factories.make_published_year(plan)
    factories.make_period(plan, YEAR + 1)

    client.post(TITLES, sent(plan, o4="Yeni başlık"))

    for address in (f"/plans/p/{YEAR + 1}/", f"/plans/p/{YEAR}/objectives/4/"):
        assert "Yeni başlık" in client.get(address).text, address
    for address in (f"/public/p/{YEAR}/", f"/public/p/{YEAR}/objectives/4/"):
        public = Client().get(address).text
        assert "Önceki başlık" in public and "Yeni başlık" not in public, address


def test_the_table_of_a_year_without_edition_says_the_title(client, plan):
    client.post(TITLES, sent(plan, o4="Yeni başlık"))
    assert Figures(plan, YEAR).names_of(Level.OBJECTIVE)["4"] == "Amaç 4 · Yeni başlık"
    told = client.get(f"/plans/p/{YEAR}/plan.json").getvalue().decode()
    assert "Yeni başlık" in told


def test_another_plans_titles_are_not_reached(client, plan):
    there = Municipality.objects.create(name="Adana")
    foreign = factories.make_plan(slug="f", municipality=there)
    theirs = Objective.objects.create(plan=foreign, code="1")
    posted = {f"o{theirs.pk}-title": "Ele geçti", f"initial-o{theirs.pk}-title": ""}
    assert client.post("/settings/plans/f/objectives/", posted).status_code == 404
    client.post(TITLES, {**sent(plan), **posted})
    theirs.refresh_from_db()
    assert theirs.title == ""


def test_the_page_costs_as_much_with_many(client, plan, django_assert_max_num_queries):
    for number in range(20):
        factories.make_activity(plan, plan.units.get().department, f"8.{number + 1}.1")
    client.get(TITLES)
    # Session, person, standing; plan and municipality; plans, start year; objectives, activities,
    # indicators; published years.
    with django_assert_max_num_queries(12):
        client.get(TITLES)
