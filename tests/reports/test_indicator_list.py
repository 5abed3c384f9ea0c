"""All indicators of a plan, narrowed by status, badge and text."""

import pytest

from indicators.figures import Figures
from indicators.models import Realization
from tests import factories
from tests.reports.html import score_of

pytestmark = pytest.mark.django_db


def names(page):
    return page.texts("th", "indicator")


def test_the_whole_plan_is_on_one_page(real_plan, read, at):
    page = read(at("indicator_list"))

    assert len(names(page)) == 149
    assert len(page.all("th", "act")) == 120
    assert len(page.all("tbody", "unit")) == 15
    assert not page.one("form", "filter").all("p")


@pytest.mark.parametrize(
    ("status", "count"),
    [
        ("achieved", 96),
        ("mostly", 6),
        ("partly", 9),
        ("low", 21),
        ("not_reported", 4),
        ("unplanned", 3),
        ("no_target", 10),
    ],
)
def test_a_status_narrows_the_table(real_plan, read, at, status, count):
    page = read(at("indicator_list"), {"status": status})

    assert len(names(page)) == count
    assert f"149 göstergeden {count} tanesi" in page.one("form", "filter").one("p").text
    chosen = [option for option in page.all("option") if "selected" in option.attributes]
    assert [option["value"] for option in chosen] == [status]


def test_a_badge_narrows_the_table(real_plan, read, at):
    page = read(at("indicator_list"), {"badge": "exceeded"})

    assert names(page)
    assert all("Hedef aşıldı" in cell.text for cell in page.all("td", "outcome"))


@pytest.mark.parametrize(
    ("sign", "count"),
    [("known", 124), ("met", 31), ("near", 61), ("reached", 44), ("exceeded", 60)],
)
def test_how_hard_a_target_was_narrows_the_table(real_plan, read, at, sign, count):
    page = read(at("indicator_list"), {"ambition": sign})

    assert len(names(page)) == count
    chosen = [option for option in page.all("option") if "selected" in option.attributes]
    assert [option["value"] for option in chosen] == [sign]


def test_how_hard_a_target_was_is_of_the_year_alone_in_the_years_so_far(real_plan, read, at):
    page = read(at("indicator_list", year=2025), {"ambition": "met", "view": "cumulative"})

    # Nothing is reported in 2025 itself, so nothing is rated in it.
    assert names(page) == []


def test_how_hard_a_target_was_narrows_a_units_page(real_plan, read, at):
    met = read(at("indicator_list"), {"ambition": "met", "unit": "10"})
    own = read(at("department", "10"), {"ambition": "met"})

    assert names(own) == names(met) != []


def test_what_is_verified_narrows_the_table(real_plan, read, at):
    # As the count that leads here: a verified row without a figure is no verified result.
    due = [row for row in Figures(real_plan, 2024).rows if row.measurement.target is not None]
    values = {row.id: Realization.objects.filter(indicator=row.id, year=2024) for row in due}
    first, second, third = [row.id for row in due if row.measurement.realization is not None][:3]
    values[first].update(state="approved")
    values[second].update(state="approved", value=None, text="", absence="not_measured")
    values[third].get().save()

    page = read(at("indicator_list"), {"report": "verified"})

    assert len(names(page)) == 1


def test_status_badge_and_text_narrow_together(real_plan, read, at):
    page = read(at("indicator_list"), {"status": "achieved", "badge": "exceeded", "q": "sporcu"})

    assert names(page) == ["Desteklenen sporcu sayısı"]


@pytest.mark.parametrize("typed", ["DURAK", "durak", "Durak", " durak "])
def test_case_does_not_matter_to_a_search(real_plan, read, at, typed):
    assert set(names(read(at("indicator_list"), {"q": typed}))) == {
        "Ek durak aydınlatma sayısı",
        "Ek sokak aydınlatma sayısı",
        "Ek yürüyüş yolu aydınlatma sayısı",
        "Akıllı durak sayısı",
        "Durak sayısı",
        "Tanıtım materyali sayısı",  # its activity is about bus stops
    }


@pytest.mark.parametrize("typed", ["isik", "IŞIK", "ışık", "Işık", "ISIK", "İŞİK"])
def test_turkish_letters_do_not_matter_to_a_search(real_plan, read, at, typed):
    found = names(read(at("indicator_list"), {"q": typed}))

    assert "Sesli/görüntülü trafik sistemi bulunan ışık sayısı" in found
    assert len(found) == 1


def test_a_code_finds_its_activity(real_plan, read, at):
    page = read(at("indicator_list"), {"q": "4.4.3"})

    assert names(page) == [
        "Video yayınlanma sayısı",
        "Afiş asılma sayısı",
        "Dış giydirme asılma sayısı",
    ]


def test_words_are_found_in_any_order_within_a_row(real_plan, read, at):
    found = names(read(at("indicator_list"), {"q": "sayısı otobüs kamera"}))

    assert found == ["Kamera sistemi bulunan otobüs sayısı"]


def test_what_was_typed_stays_in_the_field(real_plan, read, at):
    page = read(at("indicator_list"), {"q": '"><b>İş'})

    assert page.by_id("f-q")["value"] == '"><b>İş'


def test_nothing_found_says_so_and_leads_back(real_plan, read, at):
    page = read(at("indicator_list"), {"q": "zürafa", "reading": "approved"})

    assert not page.all("table")
    empty = page.one("section", "empty")
    assert empty.one("a")["href"] == at("indicator_list") + "?reading=approved"


@pytest.mark.parametrize(
    "query",
    [
        {"status": "great"},
        {"badge": "gold"},
        {"ambition": "low"},
        {"status": ""},
        {"status": "' OR 1=1"},
    ],
)
def test_values_that_do_not_exist_narrow_nothing(real_plan, read, at, query):
    page = read(at("indicator_list"), query)

    assert len(names(page)) == 149
    assert not page.one("form", "filter").all("p")


def test_a_very_long_search_is_answered(real_plan, read, at):
    assert not names(read(at("indicator_list"), {"q": "ı" * 5000}))


def test_totals_are_those_of_all_rows_whatever_is_shown(real_plan, read, at):
    page = read(at("department", "7"), {"status": "low"})

    assert score_of(page) == "%55,0"
    assert len(names(page)) < 10


def test_the_approved_reading_stays_while_filtering(real_plan, read, at):
    page = read(at("indicator_list"), {"reading": "approved", "status": "unverified"})

    kept = [field for field in page.all("input") if field["name"] == "reading"]
    assert [field["value"] for field in kept] == ["approved"]
    assert len(names(page)) == 132


@pytest.mark.parametrize("many", [2, 20])
def test_the_list_costs_the_same_queries(at, signed_in, django_assert_num_queries, many):
    plan = factories.make_plan()
    for _each in range(many):
        factories.make_indicator(factories.make_activity(plan), target=4, realization="-")
    client = signed_in(factories.make_user())

    # session; user; plans; units; indicators; their unit cells; the targets of all years; the
    # plan's tags; the person's units and groups; answers, targets and responsible units for the
    # findings
    with django_assert_num_queries(12):
        response = client.get(at("indicator_list", slug=plan.slug))

    assert response.text.count('class="indicator"') == many
