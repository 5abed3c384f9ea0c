"""Two sides of a plan beside each other."""

import pytest

from activities.formats import percent
from activities.models import Period
from indicators.achievement import Reading
from indicators.figures import Figures
from indicators.models import Indicator, Realization
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(db):
    """Make a plan with two departments and two reported years; 1.1.1 is shared by both."""
    plan = factories.make_plan()
    for year in (2024, 2025):
        factories.make_period(plan, year, Period.State.OPEN)
    first, second = factories.make_department(plan, "1"), factories.make_department(plan, "2")
    shared = factories.make_activity(plan, first, "1.1.1", title="Ortak")
    also = factories.make_activity(plan, second, "1.1.1", title="Ortak")
    alone = factories.make_activity(plan, second, "1.1.2")
    cells = [
        (shared, "Kurs", "a", (10, 8), (10, 9)),
        (also, "Kurs", "b", (10, 5), (20, 5)),
        (alone, "Afiş", "c", (10, 10), (10, None)),
    ]
    for activity, name, _key, *years in cells:
        one = factories.make_indicator(activity, name=name)
        for year, (target, done) in zip((2024, 2025), years, strict=True):
            factories.make_target(one, target, year)
            if done is not None:
                factories.make_realization(one, done, year)
    return plan


@pytest.fixture
def compare(read, at, plan):
    def page(query=None, year=2025):
        address = at("compare", slug=plan.slug, year=year)
        return read(address, query, who=factories.make_user())

    return page


def row(page, words):
    return page.one("table", "sides").row(words).texts("td")


def pairs(page):
    """Return each indicator with its cells."""
    rows = page.one("table", "pairs").one("tbody").all("tr")
    return [(row.one("a").text, row.texts("td")) for row in rows]


def test_two_years_are_compared_to_begin_with(compare):
    page = compare()

    assert page.one("h1").text == "2024 ile 2025"
    # 2024: 80, 50, 100 %; 2025: 90, 25 % and one to come
    assert row(page, "Puan") == ["%76,7 n=3", "%57,5 n=2", "—"]
    assert row(page, "Bildirim oranı") == ["%100,0", "%66,7", "−33,3 puan"]
    assert row(page, "Bildirilen") == ["3", "2", "−1"]
    assert row(page, "Büyük ölçüde") == ["1", "1", "0"]
    assert pairs(page) == [
        ("1.1.1 Kurs", ["%80,0 8 / 10 Büyük ölçüde", "%90,0 9 / 10 Büyük ölçüde", "+10,0 puan"]),
        ("1.1.1 Kurs", ["%50,0 5 / 10 Kısmen", "%25,0 5 / 20 Düşük", "−25,0 puan"]),
        ("1.1.2 Afiş", ["%100,0 10 / 10 Gerçekleşti", "boş / 10 Bildirilmedi", "—"]),
    ]


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("-difference", ["+10,0 puan", "−25,0 puan", "—"]),
        ("difference", ["−25,0 puan", "+10,0 puan", "—"]),
        ("nonsense", ["+10,0 puan", "−25,0 puan", "—"]),
    ],
)
def test_indicators_are_sorted_by_difference(compare, sort, expected):
    assert [cells[-1] for _name, cells in pairs(compare({"sort": sort}))] == expected


def test_two_departments_share_what_has_one_code_and_name(compare):
    page = compare({"a": "unit-1", "b": "unit-2"}, year=2024)

    assert row(page, "Puan") == ["%80,0 n=1", "%75,0 n=2", "−5,0 puan"]
    assert pairs(page) == [
        ("1.1.1 Kurs", ["%80,0 8 / 10 Büyük ölçüde", "%50,0 5 / 10 Kısmen", "−30,0 puan"]),
        ("1.1.2 Afiş", ["—", "%100,0 10 / 10 Gerçekleşti", "—"]),
    ]


def test_two_readings(compare):
    Realization.objects.filter(year=2024, value=8).update(state=Realization.State.APPROVED)

    page = compare({"a": "reported", "b": "approved"}, year=2024)

    assert row(page, "Puan") == ["%76,7 n=3", "%80,0 n=1", "—"]
    assert row(page, "Bildirilen") == ["3", "1", "−2"]
    # Without a deadline nothing is late; nothing has evidence.
    assert row(page, "Doğrulandı") == ["%33,3", "%100,0", "+66,7 puan"]
    assert row(page, "Kanıtı olan") == ["%0,0", "%0,0", "0,0 puan"]


@pytest.mark.parametrize(
    ("sides", "reported"),
    [
        ({"a": "2024", "b": "2025"}, ["%76,7 n=3", "%57,5 n=2", "—"]),
        ({"a": "unit-1", "b": "unit-2"}, ["%80,0 n=1", "%75,0 n=2", "−5,0 puan"]),
    ],
)
def test_beside_the_verified_alone_stands_what_was_reported(compare, sides, reported):
    Realization.objects.filter(value=8).update(state=Realization.State.APPROVED)

    page = compare({**sides, "reading": "approved"}, year=2024)

    assert row(page, "Puan")[0] == "%80,0 n=1"
    assert row(page, "Bildirilenlere göre puan") == reported
    assert "Bildirilenlere göre" not in compare(sides, year=2024).one("table", "sides").text


@pytest.mark.parametrize(
    "query",
    [
        {"a": "2024"},
        {"a": "2024", "b": "unit-1"},
        {"a": "1999", "b": "2025"},
        {"a": "unit-9", "b": "unit-1"},
        {"a": "<b>", "b": "' OR 1=1"},
    ],
)
def test_sides_that_do_not_fit_are_the_two_years(compare, query):
    assert compare(query).one("h1").text == "2024 ile 2025"


def test_the_sides_stay_with_reading_and_year(compare, plan, at):
    page = compare({"a": "unit-2", "b": "unit-1", "sort": "difference"})

    switch = {a.text: a["href"] for nav in page.all("nav", "seg") for a in nav.all("a")}
    assert "a=unit-2&b=unit-1&sort=difference" in switch["2024"]
    assert "a=unit-2&b=unit-1" in switch["Yalnız doğrulanmış"]
    chosen = [option["value"] for option in page.all("option") if "selected" in option.attributes]
    assert chosen == ["2024", "2025", "unit-2", "unit-1", "reported", "approved"]


@pytest.mark.parametrize(
    "query", [{}, {"a": "unit-1", "b": "unit-2"}, {"a": "reported", "b": "approved"}]
)
def test_every_count_leads_to_as_many_rows(compare, signed_in, query):
    client = signed_in(factories.make_user())

    for line in compare(query).one("table", "sides").all("tbody")[1].all("tr"):
        for a in line.all("a"):
            response = client.get(a["href"])
            assert response.text.count('class="indicator"') == int(a.text), a["href"]


@pytest.mark.parametrize("reading", Reading)
def test_both_sides_are_the_roll_up(real_plan, read, at, reading):
    page = read(at("compare"), {"a": "2024", "b": "2025", "reading": reading.value})

    before, after = (Figures(real_plan, year, reading=reading).summary for year in (2024, 2025))
    cells = page.one("table", "sides").row("Bildirilmeyenler 0").texts("td")
    assert cells == [*(percent(each.mean_unreported_zero) for each in (before, after)), "—"]
    counted = page.one("table", "sides").all("tbody")[1]
    assert counted.row("Bildirilmedi").texts("td")[0] == str(before.statuses["not_reported"])


def test_a_long_plan_has_pages(read, at, db):
    plan = factories.make_plan()
    activity = factories.make_activity(plan)
    for _each in range(205):
        factories.make_indicator(activity, target=1, realization=1)
    person = factories.make_user()

    first = read(at("compare", slug=plan.slug), who=person)
    second = read(at("compare", slug=plan.slug), {"page": "2"}, who=person)

    assert (len(pairs(first)), len(pairs(second))) == (200, 5)


@pytest.mark.parametrize(
    ("query", "queries"),
    [
        ({}, 16),
        ({"a": "unit-1", "b": "unit-2"}, 12),
        ({"a": "reported", "b": "approved", "reading": "approved"}, 12),
        ({"a": "2026", "b": "2025", "reading": "approved"}, 16),
    ],
)
def test_queries(plan, at, signed_in, django_assert_num_queries, query, queries):
    client = signed_in(factories.make_user())

    # session; user; plans; units; indicators; the cells of all years; periods with extensions;
    # the person's units and groups; answers, targets and responsible units for each year's
    # findings; whether each year came in with imports
    with django_assert_num_queries(queries):
        assert client.get(at("compare", slug=plan.slug), query).status_code == 200


def test_strangers_and_other_years_see_nothing(client, signed_in, at, plan):
    assert client.get(at("compare", slug=plan.slug)).status_code == 302
    member = signed_in(factories.make_user())
    assert member.get(at("compare", slug=plan.slug, year=2030)).status_code == 404
    assert member.get(at("compare", slug="yok")).status_code == 404
    assert member.post(at("compare", slug=plan.slug)).status_code == 405


# --- What may be set beside each other ---


def test_a_year_just_opened_has_no_difference_and_the_page_says_why(real_plan, read, at):
    """ "Unreported as 0" fell by 80,4 points against a year of which nothing was in."""
    page = read(at("compare"), {"a": "2024", "b": "2025"})

    assert row(page, "Bildirilmeyenler 0") == ["%80,4", "%0,0", "—"]
    assert "−80,4" not in page.text
    assert page.one("p", "note").text == (
        "Puanlar karşılaştırılmıyor (kapsam: 2024 132/136, 2025 0/147); bunun için iki tarafta da "
        "kapsamın en az %80 olması gerekir."
    )


def test_one_unit_of_fifteen_is_no_rise_of_the_plan(real_plan, read, at):
    """One unit's 18 good values stood as "+15,2" beside 132 of the whole plan."""
    for figure in Figures(real_plan, 2025).rows:
        if figure.unit.number == "9":
            factories.make_realization(
                Indicator.objects.get(pk=figure.id), figure.measurement.target, 2025
            )
    page = read(at("compare"), {"a": "2024", "b": "2025"})

    assert row(page, "Puan") == ["%82,8 n=132", "%100,0 n=18", "—"]
    assert "18/147" in page.one("p", "note").text


def test_two_covered_years_are_compared(plan, compare):
    """2024: 80, 50, 100 %; 2025: 90, 25, 80 %."""
    late = plan.activities.get(code="1.1.2").indicators.get()
    factories.make_realization(late, 8, 2025)

    page = compare()

    assert row(page, "Puan") == ["%76,7 n=3", "%65,0 n=3", "−11,7 puan"]
    assert not page.all("p", "note")


def test_an_imported_year_says_nothing_of_how_it_came_in(real_plan, read, at):
    page = read(at("compare"), {"a": "2024", "b": "2025"})

    assert "Veri güveni" not in page.one("table", "sides").text
    assert "2024 yılının bütün değerleri" in page.text and "içe aktar" in page.text
