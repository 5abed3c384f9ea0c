"""Two plans of one municipality beside each other: nothing of one is seen in the other."""

import pytest
from django.urls import reverse

from activities.models import Alias, Plan, PlanDepartment
from findings.year import YearFindings
from indicators import copying
from indicators.figures import Figures
from indicators.models import FindingAnswer, Indicator, Realization
from indicators.start_year import start_years
from tests import factories
from tests.factories import import_plan
from tests.reports.html import parse

pytestmark = pytest.mark.django_db


@pytest.fixture
def units():
    return [
        factories.make_department(name="Ulaşım Dairesi Başkanlığı", short_name="Ulaşım"),
        factories.make_department(name="Sağlık Dairesi Başkanlığı", short_name="Sağlık"),
    ]


@pytest.fixture
def plans(units):
    """Hold 2021–2023 and 2024–2026 with the same two units under each other's numbers.

    In the old plan both reached 50 %, in the new one 100 % and nothing was reported.
    """
    old = factories.make_plan(slug="eski", name="Eski Plan", first_year=2021, last_year=2023)
    new = factories.make_plan(slug="yeni", name="Yeni Plan")
    for plan, numbers in ((old, ("1", "2")), (new, ("2", "1"))):
        for unit, number in zip(units, numbers, strict=True):
            PlanDepartment.objects.create(plan=plan, department=unit, number=number)
    for unit in units:
        make(old, unit, 5, 2021)
    make(new, units[0], 10, 2024)
    make(new, units[1], "belli değil", 2024)
    return old, new


def make(plan, unit, cell, year):
    activity = factories.make_activity(plan, unit, "1.1.1", title=f"{unit.short_name} işi")
    return factories.make_indicator(
        activity, name=f"{unit.short_name} göstergesi", target=10, realization=cell, year=year
    )


@pytest.fixture
def look(plans, read, at):
    person = factories.make_user()

    def open_page(slug, year, name="dashboard", *args, who=person, **query):
        return read(at(name, *args, slug=slug, year=year), query, who=who)

    return open_page


def scores(page):
    """Return the departments' scores by number and name."""
    table = page.by_id("departments").one("table")
    return {
        row.one("td", "ordinal").text: (
            row.one("th", "name").one("a").text,
            row.one("td", "score").text,
        )
        for body in table.all("tbody")
        for row in body.all("tr")
    }


def test_each_plan_has_its_own_numbers_and_figures(look):
    assert scores(look("eski", 2021)) == {
        "1": ("Ulaşım", "%50,0 n=1"),
        "2": ("Sağlık", "%50,0 n=1"),
    }
    assert scores(look("yeni", 2024)) == {"1": ("Sağlık", "—"), "2": ("Ulaşım", "%100,0 n=1")}


def test_a_units_page_is_that_of_its_number_in_the_plan(look):
    old, new = look("eski", 2021, "department", "1"), look("yeni", 2024, "department", "1")

    assert "Ulaşım" in old.one("h1").text and "Sağlık" in new.one("h1").text
    assert old.texts("th", "indicator") == ["Ulaşım göstergesi"]
    assert new.texts("th", "indicator") == ["Sağlık göstergesi"]


def test_findings_and_their_answers_stay_with_their_plan(plans, look):
    old, new = plans
    assert YearFindings(Figures(old, 2021)).marks.total == 0
    assert YearFindings(Figures(new, 2024)).marks.total == 1
    finding = next(one for one in YearFindings(Figures(new, 2024)).raised if one.blocks)
    # The same answer, given in the other plan.
    FindingAnswer.objects.create(
        plan=old, year=2024, code="text", finding=finding.key, answer="no_number"
    )

    assert YearFindings(Figures(new, 2024)).marks.total == 1
    foreign = f"/indicators/{finding.figures[0].id}/"
    for slug, year, is_there in (("eski", 2021, False), ("yeni", 2024, True)):
        links = look(slug, year, "findings").by_id("content").all("a")
        assert any(foreign in (a["href"] or "") for a in links) is is_there


def test_what_belongs_to_one_plan_is_not_found_under_the_other(plans, at, signed_in):
    _old, new = plans
    client = signed_in(factories.make_user())
    foreign = Indicator.objects.of_plan(new).first()

    for name, args, year in (
        ("indicator", [foreign.pk], 2021),
        ("dashboard", [], 2024),
        ("tags", [], 2024),
        ("people", [], 2024),
    ):
        assert client.get(at(name, *args, slug="eski", year=year)).status_code == 404


def test_every_page_leads_to_the_other_plan(look, plans):
    for slug, year, name in (
        ("eski", 2021, "dashboard"),
        ("yeni", 2025, "indicator_list"),
        ("yeni", 2024, "findings"),
        ("eski", 2023, "people"),
    ):
        links = look(slug, year, name).one("details", "plans").all("a")
        assert [(a.text, a["href"], a["aria-current"]) for a in links] == [
            ("Yeni Plan 2024–2026", "/plans/yeni/", "true" if slug == "yeni" else None),
            ("Eski Plan 2021–2023", "/plans/eski/", "true" if slug == "eski" else None),
        ]


def test_the_switch_leads_to_the_year_that_was_reported_last(plans, signed_in, at):
    client = signed_in(factories.make_user())

    assert client.get("/plans/eski/").url == at("dashboard", slug="eski", year=2021)
    assert client.get("/plans/yeni/").url == at("dashboard", slug="yeni", year=2024)
    assert start_years(plans) == {plans[0].pk: 2021, plans[1].pk: 2024}


def test_a_single_plan_has_nothing_to_switch_to(read, at):
    factories.make_indicator(target=1, realization=1)
    plan = Indicator.objects.get().activity.plan

    assert not read(at("dashboard", slug=plan.slug), who=factories.make_user()).all(
        "details", "plans"
    )


def test_the_switch_costs_no_query(plans, at, signed_in, django_assert_num_queries):
    client = signed_in(factories.make_user())

    def cost():
        # session; user; her groups and units; plans; units; indicators; which count people;
        # how they split
        with django_assert_num_queries(8):
            assert client.get(at("people", slug="yeni")).status_code == 200

    cost()
    factories.make_plan()
    cost()


def test_home_leads_a_coordinator_without_an_open_year_to_each_plan(plans, units, signed_in):
    person = factories.make_user(departments=[units[0]])

    page = parse(signed_in(person).get("/").text)

    links = {a["href"] for a in page.by_id("content").all("a")}
    assert links == {"/plans/eski/2021/", "/plans/yeni/2024/"}


def test_one_spelling_leads_to_the_unit_in_both_plans(plans, units, tmp_path):
    """Units and their spellings are the municipality's; only their numbers are the plan's."""
    Alias.objects.create(text="Ulaştırma", department=units[0])
    path = tmp_path / "plan.csv"
    path.write_text(
        "Daire;Faaliyet kodu;Faaliyet;Gösterge;Gerçekleşme 2021;Gerçekleşme 2024\n"
        "Ulaştırma;1.1.1;Ulaşım işi;Ulaşım göstergesi;6;\n",
        "utf-8",
    )

    # A number that was sent is the reviewers' to write over; this one is still on its desk.
    own = Realization.objects.filter(year=2021, indicator__name="Ulaşım göstergesi")
    own.update(state="draft")
    report = import_plan(path, plan="eski", year=2021, apply=True)

    assert report["errors"] == []
    assert [(each["field"], each["to"]) for each in report["changes"] if each["kind"] == "changed"]
    assert str(Figures(plans[0], 2021).summary.mean) == "0.55"  # 60 and 50 %
    assert str(Figures(plans[1], 2024).summary.mean) == "1"


# --- The next term ---


def test_copying_is_for_administrators_only(plans, signed_in):
    address = reverse("plan_copy", args=["yeni"])

    for who in (factories.make_user(), factories.make_user("reviewer")):
        assert signed_in(who).get(address).status_code == 404
        assert signed_in(who).post(address, form()).status_code == 404
    assert not Plan.objects.filter(slug="sonra").exists()


def form(**given):
    values = {"name": "Sonraki Plan", "slug": "sonra", "first_year": 2027, "last_year": 2029}
    return {**values, "baseline": "last", **given}


def test_the_page_says_what_a_copy_would_hold(plans, read):
    page = read(reverse("plan_copy", args=["yeni"]), who=factories.make_user("administrator"))

    # Two units, an objective and a goal, two activities and indicators, one with a number.
    numbers = [dd.text.split()[0] for dd in page.one("dl", "facts").all("dd")]
    assert numbers == ["2", "2", "2", "2", "1", "0"]
    assert page.by_id("id_slug")["value"] == "yeni-2027"
    assert page.by_id("id_first_year")["value"] == "2027"


def test_an_administrator_makes_the_next_term(plans, signed_in):
    admin = factories.make_user("administrator")

    answer = signed_in(admin).post(reverse("plan_copy", args=["yeni"]), form())

    assert answer.url == "/plans/sonra/"
    made = Plan.objects.get(slug="sonra")
    assert (made.name, list(made.years)) == ("Sonraki Plan", [2027, 2028, 2029])
    assert made.history.get().history_user == admin
    assert {each.history_user for each in Indicator.history.filter(history_type="+")} >= {admin}


@pytest.mark.parametrize(
    "given",
    [
        {"slug": "eski"},
        {"slug": "a b"},
        {"first_year": 2025},
        {"first_year": 2029, "last_year": 2027},
        {"first_year": ""},
        {"baseline": "guess"},
        {"name": ""},
    ],
)
def test_a_refused_form_keeps_what_was_typed_and_makes_nothing(plans, signed_in, given):
    client = signed_in(factories.make_user("administrator"))
    before = factories.stored_rows()

    answer = client.post(reverse("plan_copy", args=["yeni"]), form(**given))

    page = parse(answer.text)
    assert answer.status_code == 200
    assert page.one("title").text.startswith("Hata:")
    assert page.by_id("id_name")["value"] == (form(**given)["name"] or None)
    assert factories.stored_rows() == before


def test_the_copy_stands_beside_the_plan_it_came_from(plans, look):
    copying.copy(
        plans[1],
        copying.NextTerm(slug="sonra", first_year=2027, last_year=2029),
        person=None,
    )

    nothing = "— bu yıl hedef yok"
    assert scores(look("sonra", 2027)) == {"1": ("Sağlık", nothing), "2": ("Ulaşım", nothing)}
    assert scores(look("yeni", 2024))["2"] == ("Ulaşım", "%100,0 n=1")


def test_the_copy_page_costs_the_same_queries(real_plan, signed_in, django_assert_num_queries):
    client = signed_in("yonetici")

    # session; user; the person's groups and units; plan; its latest year; plans; units, objectives
    # and activities counted; last values; indicators; indicators counted; the retired
    with django_assert_num_queries(13):
        assert client.get(reverse("plan_copy", args=[real_plan.slug])).status_code == 200
