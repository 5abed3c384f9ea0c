"""An indicator's page: the formula with its numbers, the years, the history."""

import datetime
import re

import pytest

from accounts.models import User
from imports.models import ImportBatch
from indicators.models import Indicator, Realization
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def indicator(real_plan):
    def find(name, number="", code=""):
        return Indicator.objects.get(
            name=name,
            activity__code__startswith=code,
            activity__department__places__number__startswith=number,
        )

    return find


@pytest.fixture
def sport(indicator):
    return indicator("Desteklenen sporcu sayısı")


def test_the_formula_is_written_out(read, at, sport):
    page = read(at("indicator", sport.pk))

    assert page.one("h1").text == "Desteklenen sporcu sayısı"
    headline = page.one("section", "headline")
    assert headline.one("strong").text == "%301,9"
    assert headline.one("p", "equation").text == "163 ÷ 54 = %301,9"
    assert "Kural R4 · Yapılanın hedefe bölümüdür." in headline.text
    assert "Mevcut değer (109)" in headline.text


def test_the_formula_in_english(read, at, sport):
    page = read(at("indicator", sport.pk), language="en")

    headline = page.one("section", "headline")
    assert headline.one("p", "equation").text == "163 ÷ 54 = 301.9%"
    assert "Rule R4" in headline.text


def test_every_year_has_its_row(read, at, sport):
    years = read(at("indicator", sport.pk)).all("table", "stack")[0]

    assert years.one("thead").texts("th")[:4] == ["Yıl", "Mevcut", "Hedef", "Gerçekleşme"]
    assert [row.texts("td")[:3] for row in years.one("tbody").all("tr")] == [
        ["109", "54", "163"],
        ["109", "60", "henüz yok"],
        ["109", "70", "henüz yok"],
    ]
    assert years.row("2024").texts("td")[3:] == ["%301,9", "Gerçekleşti"]
    assert years.row("2025").texts("td")[3:] == ["—", "bildirilecek"]


def test_the_picture_has_one_scale_and_a_bar_for_each_number(read, at, sport):
    chart = read(at("indicator", sport.pk)).one("svg", "chart")

    heights = {bar.classes[0]: float(bar["height"]) for bar in chart.all("rect")[:3]}
    assert heights["realization"] / heights["target"] == pytest.approx(163 / 54, rel=0.01)
    assert chart.texts("text", "val") == ["109", "54", "163", "60", "70"]
    assert chart.texts("text", "lab") == ["Mevcut", "2024", "2025", "2026"]


def test_an_indicator_without_numbers_has_no_picture(read, at, real_plan):
    activity = factories.make_activity(real_plan, code="9.9.9")
    textual = factories.make_indicator(activity, baseline="-", target="belli değil")

    page = read(at("indicator", textual.pk))

    assert not page.all("svg", "chart")
    assert "belli değil" in page.text
    assert page.one("section", "headline").one("strong").text == "—"


def test_a_percent_indicator_keeps_its_sign(read, at, indicator):
    page = read(at("indicator", indicator("MBB kadın yönetici oranı").pk))

    assert page.one("p", "equation").text == "%35 ÷ %33 = %106,1"


def test_a_shared_activity_names_the_other_unit(read, at, indicator):
    page = read(at("indicator", indicator("İleri yaş bireylere yönelik etkinlik sayısı", "9").pk))

    assert "Sosyal Hizmetler Dairesi Başkanlığı" in page.one("dl", "props").text
    assert "aynı faaliyet" in page.one("dl", "props").text


def test_a_row_with_a_unit_of_its_own_names_it(read, at, indicator):
    page = read(at("indicator", indicator("Stratejik plan ekibindeki kadın oranı").pk))

    assert "Strateji Şube Müdürlüğü" in page.one("dl", "props").text


def test_a_retired_indicator_has_no_page(signed_in, at, sport):
    sport.retired_on = datetime.date(2025, 6, 1)
    sport.save()

    assert signed_in().get(at("indicator", sport.pk)).status_code == 404


# Who sees what happened


def has_history(page):
    return any(head["id"] == "h-history" for head in page.all("h2"))


def test_a_reviewer_sees_the_history(read, at, sport):
    value = sport.realizations.get(year=2024)
    value.value = 54
    value._history_user = User.objects.get(username="inceleme")
    value._change_reason = "Sayım düzeltildi"
    value.save()

    page = read(at("indicator", sport.pk))

    newest = page.all("table", "stack")[1].one("tbody").all("tr")[0]
    assert newest.texts("td") == [
        "Kadın ve Aile Hizmetleri",
        "Gerçekleşme 2024",
        "gerçekleşme: 163 → 54",
        "Sayım düzeltildi",
    ]


def test_the_history_names_the_file_that_was_read_in(read, at, sport):
    oldest = read(at("indicator", sport.pk)).all("table", "stack")[1].one("tbody").all("tr")[-1]

    who, _what, _values, why = oldest.texts("td")
    assert who == "sistem"
    assert re.fullmatch(r"İçe aktarma \d+: yeap-2024-2026\.txt", why)


@pytest.mark.parametrize(
    ("kept", "told"),
    [
        ("import {}: Tutanak geldi", "İçe aktarma {}: plan.csv · Tutanak geldi"),
        ("undo of import {}", "İçe aktarma {} geri alındı: plan.csv"),
        ("import 999999", "import 999999"),
        ("Önemli: import {}", "Önemli: import {}"),
    ],
)
def test_an_imports_reason_is_put_into_words(read, at, sport, kept, told):
    batch = ImportBatch.objects.create(plan=sport.activity.plan, year=2024, file_name="plan.csv")
    value = sport.realizations.get(year=2024)
    value.value, value._change_reason = 54, kept.format(batch.pk)
    value.save()

    newest = read(at("indicator", sport.pk)).all("table", "stack")[1].one("tbody").all("tr")[0]
    assert newest.texts("td")[-1] == told.format(batch.pk)


def test_the_units_coordinator_sees_its_history(read, at, indicator):
    own = indicator("Tamirat hizmeti sayısı", "9")

    assert has_history(read(at("indicator", own.pk), who="koordinator"))


def test_a_departments_coordinator_sees_the_history_of_its_branches(read, at, indicator):
    department = indicator("Video sayısı", "11.2").activity.department.parent
    coordinator = factories.make_user(departments=[department])

    page = read(at("indicator", indicator("Video sayısı", "11.2").pk), who=coordinator)

    assert has_history(page)


@pytest.mark.parametrize("who", ["koordinator", "okur"])
def test_others_do_not_see_the_history(read, at, sport, who):
    page = read(at("indicator", sport.pk), who=who)

    assert page.one("section", "headline").one("strong").text == "%301,9"
    assert not has_history(page)


def test_a_branchs_coordinator_does_not_see_the_other_branches(read, at, indicator):
    branch = indicator("Video sayısı", "11.2").activity.department
    other = indicator("Standarta satış yapan kadın sayısı", "11.3")

    page = read(at("indicator", other.pk), who=factories.make_user(departments=[branch]))

    assert not has_history(page)


def test_only_who_may_use_it_is_led_to_the_administration(read, at, sport):
    assert "/admin/" not in str([a["href"] for a in read(at("indicator", sport.pk)).all("a")])


# What it costs


@pytest.mark.parametrize("many", [2, 20])
def test_an_indicator_costs_sixteen_queries(at, signed_in, django_assert_num_queries, many):
    plan = factories.make_plan()
    activity = factories.make_activity(plan)
    for _each in range(many):
        found = factories.make_indicator(activity, baseline=1, target=4, realization=2)
    value = found.realizations.get()
    for number in range(many):
        value.value = number
        value.save()
    client = signed_in(factories.make_user("reviewer"))

    # session; user; plan; the indicator with its activity; units; indicators of the year; the
    # indicator's cells of the other years; groups; periods; answers, targets and responsible
    # units for the findings; histories of indicator, targets and realizations; who verified it
    with django_assert_num_queries(16):
        response = client.get(at("indicator", found.pk, slug=plan.slug))

    assert response.text.count("<time") == many + 3


def test_realizations_of_other_states_are_no_number_of_the_page(read, at, sport):
    sport.realizations.update(state=Realization.State.RETURNED)

    page = read(at("indicator", sport.pk), who="okur")

    assert page.one("section", "headline").one("strong").text == "—"
    assert page.one("section", "headline").text.count("163") == 0
