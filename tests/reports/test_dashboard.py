"""The plan's dashboard: the figures of docs/domain.md, orders, readings, short lists."""

import pytest

from activities.models import Period
from indicators.models import Indicator, Realization
from tests import factories

pytestmark = pytest.mark.django_db


def units(page):
    """Return the departments' table, with the branches in it."""
    return page.one("table", "units")


def shown_order(page):
    """Return the departments' numbers from top to bottom, without branches."""
    rows = [
        row for row in units(page).all("tr") if row.all("td", "no") and "sub" not in row.classes
    ]
    return [row.one("td", "no").text for row in rows][:-1]  # the last is the whole plan


def test_the_plan_shows_the_figures_of_its_year(real_plan, read, at):
    page = read(at("dashboard"))

    headline = page.one("section", "headline")
    assert headline.one("strong").text == "%82,8"
    assert "Bildirilen 132 göstergenin" in headline.text
    assert headline.one("svg", "comp")["aria-label"] == (
        "96 Gerçekleşti, 6 Büyük ölçüde, 9 Kısmen, 21 Düşük, 4 Bildirilmedi, "
        "3 Hedefsiz gerçekleşme, 10 Bu yıl hedef yok"
    )
    facts = page.one("dl", "facts").texts("dd")
    assert facts[:3] == ["132/136 %97,1", "%100,0", "%80,4"]


def test_the_figures_are_written_in_english_too(real_plan, read, at):
    page = read(at("dashboard"), language="en")

    assert page.one("html")["lang"] == "en"
    assert page.one("h1").text == "2024 achievement"
    assert page.one("section", "headline").one("strong").text == "82.8%"
    assert "Mean score of 132 reported indicators" in page.text


@pytest.mark.parametrize(
    ("name", "score", "reported"),
    [
        ("Ulaşım İşleri", "%55,0", "10/10"),
        ("Kadın ve Aile Hizmetleri", "%73,6", "54/58"),
        ("Gönüllüler", "%100,0", "6/6"),
        ("Whole plan", "%82,8", "132/136"),
    ],
)
def test_each_unit_has_its_score(real_plan, read, at, name, score, reported):
    words = {"Whole plan": "Planın tümü"}.get(name, name)

    row = units(read(at("dashboard"))).row(words)

    assert row.one("td", "pc").text == score
    assert row.one("td", "rp").text == reported


def test_a_branch_stands_below_its_department(real_plan, read, at):
    page = read(at("dashboard"))

    branches = units(page).one("tbody", "subs").all("tr")
    assert [row.one("td", "no").text for row in branches] == ["11.1", "11.2", "11.3"]
    assert branches[1].one("td", "pc").text == "%58,6"


def test_a_department_without_targets_has_a_dash_not_zero(real_plan, read, at):
    row = units(read(at("dashboard"))).row("Fen İşleri")

    assert row.one("td", "pc").text == "— bu yıl hedef yok"
    assert row.one("td", "rp").text == "–"
    assert "%0" not in row.text


def test_departments_stand_in_plan_order(real_plan, read, at):
    assert shown_order(read(at("dashboard"))) == [str(number) for number in range(1, 14)]


@pytest.mark.parametrize(
    ("sort", "first", "last"),
    [
        ("name", ["1", "2", "4", "8", "11"], ["5", "7"]),
        ("-score", ["1", "3", "5", "9", "12", "13", "8"], ["11", "7", "2"]),
        ("score", ["7", "11", "10", "4", "6"], ["13", "2"]),
        ("reported", ["11"], ["13", "2"]),
        ("nonsense", ["1", "2", "3"], ["12", "13"]),
    ],
)
def test_departments_can_be_ordered(real_plan, read, at, sort, first, last):
    page = read(at("dashboard"), {"sort": sort})

    order = shown_order(page)
    assert order[: len(first)] == first
    assert order[-len(last) :] == last
    assert units(page).one("tbody", "subs")  # the branches move with their department


def test_the_present_order_is_marked(real_plan, read, at):
    page = read(at("dashboard"), {"sort": "-score"})

    marked = [a.text for a in page.by_id("departments").all("a") if a["aria-current"]]
    assert marked == ["en yüksek puan"]


def test_years_not_yet_reported_count_their_targets(real_plan, read, at):
    heat = read(at("dashboard")).one("table", "heat")

    assert heat.texts("th")[1:4] == ["2024 kapandı", "2025 açık", "2026 başlamadı"]
    assert heat.row("Ulaşım İşleri").texts("td") == ["%55,0", "10 hedef", "10 hedef"]
    assert heat.row("Fen İşleri").texts("td") == ["—", "3 hedef", "3 hedef"]
    assert heat.row("Planın tümü").texts("td") == ["%82,8 132/136", "147 hedef", "149 hedef"]


def test_a_year_not_yet_reported_has_no_score(real_plan, read, at):
    page = read(at("dashboard", year=2025))

    assert page.one("section", "headline").one("strong").text == "—"
    assert "%0,0" not in page.one("table", "units").text
    assert "Henüz bir şey bildirilmedi" in page.text


def test_objectives_have_their_scores(real_plan, read, at):
    objectives = read(at("dashboard")).one("table", "objs")

    assert len(objectives.one("tbody").all("tr")) == 8
    assert objectives.row("Amaç 8").texts("td")[0] == "%43,6"
    assert objectives.row("Amaç 8").texts("td")[-1] == "4/5"


def test_the_short_lists_say_how_many_there_are(real_plan, read, at):
    page = read(at("dashboard"))

    missing, behind, over = page.all("ul", "rows")
    assert len(missing.all("li")) == 4
    assert set(missing.texts("span", "code")) == {"1.1.2", "2.1.8", "2.1.7", "8.2"}
    assert len(behind.all("li")) == len(over.all("li")) == 8
    assert behind.texts("span", "v")[0].startswith("%0,0")
    assert [h.one("span").text for h in page.all("h2") if h["id"] in ("h-missing", "h-behind")] == [
        "4",
        "21",
    ]
    links = [a["href"] for p in page.all("p", "more") for a in p.all("a")]
    assert links == [
        at("indicator_list") + "?status=low",
        at("indicator_list") + "?badge=exceeded",
    ]


def test_nothing_is_approved_until_a_reviewer_says_so(real_plan, read, at):
    page = read(at("dashboard"), {"reading": "approved"})

    headline = page.one("section", "headline")
    assert headline.one("strong").text == "—"
    assert "Henüz onaylanmış değer yok" in headline.text
    assert page.one("dl", "facts").texts("dd")[0] == "0/136 %0,0"


def test_an_approved_value_shows_in_both_readings(real_plan, read, at):
    approved = Indicator.objects.get(name="Akıllı durak sayısı")
    approved.realizations.update(state=Realization.State.APPROVED)

    page = read(at("dashboard"), {"reading": "approved"})

    assert page.one("section", "headline").one("strong").text == "%100,0"
    assert units(page).row("Ulaşım İşleri").one("td", "rp").text == "1/10"
    assert read(at("dashboard")).one("section", "headline").one("strong").text == "%82,8"


def test_links_keep_the_reading(real_plan, read, at):
    page = read(at("dashboard"), {"reading": "approved"})

    inside = [
        a["href"] for a in page.by_id("content").all("a") if "/departments/" in (a["href"] or "")
    ]
    assert inside
    assert all(href.endswith("?reading=approved") for href in inside)


def test_an_unknown_reading_is_as_reported(real_plan, read, at):
    page = read(at("dashboard"), {"reading": "guessed"})

    assert page.one("section", "headline").one("strong").text == "%82,8"


def test_an_empty_plan_says_what_to_do(read, at, db):
    plan = factories.make_plan()
    administrator = factories.make_user("administrator", is_staff=True)
    reader = factories.make_user()

    page = read(at("dashboard", slug=plan.slug), who=administrator)
    assert "Bu planda henüz gösterge yok" in page.text
    assert page.one("a", "btn primary")["href"] == "/imports/"

    page = read(at("dashboard", slug=plan.slug), who=reader)
    assert "Bunu bir yönetici yapabilir" in page.text
    assert not page.all("code")


def test_a_unit_without_a_place_in_the_plan_does_not_break_the_page(read, at, db):
    plan = factories.make_plan()
    stray = factories.make_activity(plan, factories.make_department(name="Yersiz Birim"))
    factories.make_indicator(stray, target=10, realization=5)

    page = read(at("dashboard", slug=plan.slug), who=factories.make_user())

    assert page.one("section", "headline").one("strong").text == "%50,0"


@pytest.mark.parametrize("many", [2, 20])
def test_the_dashboard_costs_thirteen_queries(at, signed_in, django_assert_num_queries, many):
    plan = factories.make_plan()
    for year in plan.years:
        factories.make_period(plan, year, Period.State.OPEN)
    for _each in range(many):
        factories.make_indicator(factories.make_activity(plan), target=4, realization=2)
    client = signed_in(factories.make_user())

    # session; user; plan; units; the indicators of each of three years; periods; objectives;
    # groups; answers, targets and responsible units for the findings
    with django_assert_num_queries(13):
        response = client.get(at("dashboard", slug=plan.slug))

    assert response.text.count('class="num pc"') > many
