"""Who finds what, what it costs, and that nothing odd breaks it."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import memberships
from accounts.models import User
from activities.models import Alias, Institution, Municipality
from tests import factories

pytestmark = pytest.mark.django_db
YEAR = factories.YEAR


def client_of(person):
    client = Client()
    client.force_login(person)
    return client


def found(person, words):
    response = client_of(person).get("/search/", {"q": words})
    assert response.status_code == 200
    return {group.key: list(group.hits) for group in response.context["groups"]}


def titles(person, words, group):
    return [hit.title for hit in found(person, words).get(group, [])]


@pytest.fixture
def plan():
    plan = factories.make_plan(slug="p", name="Eşitlik Planı")
    factories.make_period(plan)
    return plan


@pytest.fixture
def unit(plan):
    return factories.make_department(
        plan, "7", name="Ulaşım Dairesi Başkanlığı", short_name="Ulaşım"
    )


@pytest.fixture
def row(plan, unit):
    activity = factories.make_activity(plan, unit, "4.4.2", title="Otobüs güvenliği")
    return factories.make_indicator(activity, name="Işıklı durak sayısı", target=10, realization=9)


def test_what_is_planned_is_found_with_where_it_stands(row):
    person = factories.make_user()

    [hit] = found(person, "durak güvenliği")["indicators"]

    assert (hit.title, hit.code, hit.below) == ("Işıklı durak sayısı", "4.4.2", "Otobüs güvenliği")
    assert hit.where == ("7 Ulaşım",)
    assert hit.url == f"/plans/p/{YEAR}/indicators/{row.pk}/"


def test_a_code_itself_stands_before_those_below_it(plan, unit, row):
    for number, code in enumerate(("4.4.20", "4.4.2.1", "14.4.2")):
        activity = factories.make_activity(plan, unit, code, title="Başka")
        factories.make_indicator(activity, name=f"Sayı {'abc'[number]}")

    assert titles(factories.make_user(), "4.4.2", "indicators") == ["Işıklı durak sayısı", "Sayı b"]


def test_a_retired_indicator_is_found_no_more(row):
    row.retired_on = "2024-06-01"
    row.save()

    assert titles(factories.make_user(), "durak", "indicators") == []


def test_an_objective_is_found_by_title_and_code(plan, row):
    goal = plan.objectives.get(code="4.4")
    goal.title = "Güvenli şehir"
    goal.save()
    person = factories.make_user()

    assert titles(person, "guvenli sehir", "objectives") == ["Güvenli şehir"]
    assert titles(person, "4.4", "objectives") == ["Güvenli şehir"]


def test_a_unit_is_found_by_name_short_name_number_and_spelling(plan, unit):
    Alias.objects.create(department=unit, text="Ulş. D.B.")
    person = factories.make_user()

    for words in ("ulasim baskanligi", "Ulaşım", "7", "ulş"):
        assert titles(person, words, "units") == [unit.name], words
    [hit] = found(person, "ulş")["units"]
    assert hit.below == "Ulş. D.B." and hit.url == f"/plans/p/{YEAR}/departments/7/"


def test_an_institution_leads_to_what_it_has_a_part_in(plan, row):
    body = Institution.objects.create(name="Mersin Barosu")
    row.activity.unit_roles.create(role="supporting", institution=body)

    [hit] = found(factories.make_user(), "barosu mersin")["institutions"]
    assert hit.url == f"/plans/p/{YEAR}/departments/7/?q=4.4.2"
    operator = factories.make_user(is_superuser=True)
    [hit] = found(operator, "baro")["institutions"]
    assert hit.url == f"/admin/activities/institution/{body.pk}/change/"

    body.to_check = True
    body.save()
    [hit] = found(factories.make_user("administrator"), "baro")["institutions"]
    assert hit.url == "/settings/names/"


def test_people_are_found_by_who_reviews_or_administers_alone(plan, unit):
    factories.make_user("", [unit], username="ayse", first_name="Ayşe", last_name="Işık",
                        email="a@example.org")  # fmt: skip
    reader, coordinator = factories.make_user(), factories.make_user(departments=[unit])
    reviewer, administrator = factories.make_user("reviewer"), factories.make_user("administrator")

    for person in (reader, coordinator):
        assert "people" not in found(person, "ayse")
        assert "a@example.org" not in client_of(person).get("/search/?q=ayse").text
    for person, url in (
        (reviewer, f"/review/p/{YEAR}/7/"),
        (administrator, f"/settings/people/{User.objects.get(username='ayse').pk}/"),
    ):
        for words in ("isik ayşe", "ayse", "a@example.org"):
            assert [hit.url for hit in found(person, words)["people"]] == [url]


def test_a_draft_tells_nothing_of_itself(plan, unit):
    """As it was sent, its number would be asked about: 427 there are, 432 planned, 5 written."""
    activity = factories.make_activity(plan, unit, "4.4.2")
    row = factories.make_indicator(
        activity, name="Akıllı durak sayısı", baseline=427, target=432, realization=5, state="draft"
    )
    stored = row.realizations.get()
    stored.deviation_reason = "yalnız-bu-birimin"
    stored.save()
    person = factories.make_user(departments=[unit])

    assert "427" not in client_of(person).get("/search/?q=durak").text
    assert found(person, "yalnız-bu-birimin") == {}
    stored.state = "submitted"
    stored.save()
    assert "427" in client_of(person).get("/search/?q=durak").text


def test_a_person_finds_what_is_of_the_municipality_where_she_stands(plan, unit, row):
    there = Municipality.objects.create(name="Adana")
    other = factories.make_plan(slug="adana", municipality=there, name="Adana planı")
    foreign = factories.make_department(other, "7", name="Durak Dairesi")
    factories.make_indicator(factories.make_activity(other, foreign, "4.4.2"), name="Yabancı durak")
    Institution.objects.create(name="Durak Derneği", municipality=there)
    factories.make_user("reviewer", municipality=there, first_name="Durak")
    person = factories.make_user("administrator", municipality=plan.municipality)

    told = client_of(person).get("/search/?q=durak").text
    assert "Yabancı" not in told and "Derneği" not in told and "adana" not in told.lower()
    assert titles(person, "4.4.2", "indicators") == ["Işıklı durak sayısı"]
    assert found(person, "durak").keys() == {"indicators"}

    # Who belongs to both finds what is where she stands, and is there what she is there.
    memberships.put(person, there)
    client = client_of(person)
    client.get("/plans/adana/2024/")
    told = client.get("/search/?q=durak")
    assert {group.key for group in told.context["groups"]} == {
        "indicators",
        "units",
        "institutions",
    }
    assert "Işıklı" not in told.text


def test_who_belongs_nowhere_finds_words_and_her_own_pages_only(row):
    person = User.objects.create_user("kimse")

    for words in ("durak", "ulaşım", "plan", "4.4.2"):
        assert set(found(person, words)) <= {"pages", "words"}
    assert titles(person, "parola", "pages") == ["Parola değiştir"]


@pytest.mark.parametrize(
    "words",
    ["\x00", "a\x00b", "%", "_", "\\", "'", '"><script>', "ı" * 20_000, "a " * 5000, "\u0307",
     "٣", "🙂", "4." * 50, "9" * 100, "1.2.3.4.5.6.7.8.9"],
)  # fmt: skip
def test_whatever_is_typed_is_answered(row, words):
    response = client_of(factories.make_user("administrator")).get("/search/", {"q": words})

    assert response.status_code == 200
    assert "<script>" not in response.text.split("<main")[1].split("</main")[0]


@pytest.mark.parametrize("query", ["q=%FF%FE", "q=%00", "q=a&q=b", "Q=a", "q[]=a"])
def test_whatever_the_address_is_it_is_answered(row, query):
    assert client_of(factories.make_user()).get(f"/search/?{query}").status_code == 200


def cost(person, words):
    client = client_of(person)
    client.get("/search/", {"q": words})
    with CaptureQueriesContext(connection) as queries:
        client.get("/search/", {"q": words})
    return [query["sql"] for query in queries]


def test_it_costs_the_same_queries_whatever_there_is(plan, unit, row):
    Institution.objects.create(name="Durak Derneği")
    person = factories.make_user("administrator", first_name="Durak")
    before = cost(person, "durak 4.4.2"), cost(person, "durak")

    for number in range(12):
        other = factories.make_department(plan, f"2{number}", name=f"Durak {number} Dairesi")
        Alias.objects.create(department=other, text=f"Durak D. {number}")
        activity = factories.make_activity(plan, other, f"4.4.2.{number}", title="Durak")
        factories.make_indicator(activity, name="Durak", target=10, realization="ogun")
        body = Institution.objects.create(
            name=f"Durak Birliği {number}", municipality=plan.municipality
        )
        Alias.objects.create(institution=body, text=f"Durak B. {number}")
        activity.unit_roles.create(role="supporting", institution=body)
        factories.make_user("", [other], first_name="Durak", municipality=plan.municipality)
        there = Municipality.objects.create(name=f"Belde {number}")
        foreign = factories.make_plan(municipality=there)
        home = factories.make_department(foreign, "1")
        factories.make_indicator(factories.make_activity(foreign, home, "4.4.2"), name="Durak")

    after = cost(person, "durak 4.4.2"), cost(person, "durak")
    assert [len(each) for each in after] == [len(each) for each in before]


def test_what_it_costs(plan, unit, row):
    Institution.objects.create(name="Durak Derneği")
    reader, administrator = factories.make_user(), factories.make_user("administrator")

    # session; person; municipality; what she is; plans; years with reports
    # indicators by plan, shown; units' places; activities by plan, shown
    # departments, their spellings; institutions counted, shown, their activities; objectives
    # the year being reported; of the questions' year units, rows, answers, targets of all years,
    # units as printed
    queries = cost(reader, "durak")
    assert len(queries) == 23, "\n".join(each[:200] for each in queries)
    # … and people, their units
    queries = cost(administrator, "durak")
    assert len(queries) == 25, "\n".join(each[:300] for each in queries[23:])
