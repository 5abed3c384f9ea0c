"""A unit's page: the table as it was published, with ratio and status beside it."""

import pytest

from tests import factories
from tests.reports.html import score_of

pytestmark = pytest.mark.django_db


def published(page):
    return page.one("table", "pub")


def codes(page):
    return [head.one("b").text for head in published(page).all("th", "act")]


def test_a_department_shows_its_score_and_its_rows(real_plan, read, at):
    page = read(at("department", "7"))

    assert page.one("h1").text == "7. Ulaşım İşleri Dairesi Başkanlığı"
    assert score_of(page) == "%55,0"
    assert codes(page) == ["4.1.1", "4.1.2", "4.4.2", "4.4.3", "4.4.4", "4.4.5"]
    assert len(published(page).all("th", "indicator")) == 10


def test_a_department_can_be_read_in_english(real_plan, read, at):
    page = read(at("department", "7"), language="en")

    assert score_of(page) == "55.0%"
    assert published(page).row("Durak sayısı").texts("td")[-7:-2] == [
        "4,841",
        "4,961",
        "4,961",
        "4,961",
        "120",
    ]


def test_columns_stand_as_they_were_published(real_plan, read, at):
    heads = published(read(at("department", "7"))).one("thead").texts("th")

    assert heads == [
        "Faaliyet",
        "Sorumlu birim",
        "Destekçi kurum-kuruluş",
        "Gösterge",
        "Mevcut",
        "2024 hedef",
        "2025 hedef",
        "2026 hedef",
        "Gerçekleşme 2024",
        "Oran",
        "Durum",
    ]


def test_cells_span_the_rows_that_shared_them(real_plan, read, at):
    page = read(at("department", "7"))
    block = next(body for body in page.all("tbody", "grp") if "4.4.2" in body.text)

    assert block.one("th", "act")["rowspan"] == "3"
    units = [(cell.text, cell["rowspan"]) for cell in block.all("td", "owner")]
    assert units == [
        ("Ulaşım Dairesi Başkanlığı", "3"),
        ("Kadın ve Aile Hizmetleri D.B", "2"),
        ("Bilgi İşlem Dairesi Başkanlığı", "1"),
    ]


def test_a_ratio_opens_its_arithmetic(real_plan, read, at):
    row = published(read(at("department", "4"))).row("Desteklenen sporcu sayısı")

    how = row.one("details")
    assert how.one("summary").text == "%301,9"
    assert how.one("span", "equation").text == "163 ÷ 54 = %301,9"
    assert "Kural R4" in how.text
    assert "Puan: %100,0" in how.text
    assert how.one("a")["href"].startswith(at("indicator_list"))


def test_status_and_badges_stand_in_words(real_plan, read, at):
    row = published(read(at("department", "4"))).row("Desteklenen sporcu sayısı")

    assert row.one("span", "status").text == "Gerçekleşti"
    assert row.texts("span", "badge") == ["Hedef aşıldı", "Sapma açıklaması gerekli"]


def test_number_zero_dash_empty_and_text_look_different(real_plan, read, at):
    table = published(read(at("department", "11.2")))

    def realization(name, code=""):
        [row] = [
            row
            for row in table.all("tr")
            if row.all("th", "indicator")
            and row.one("th", "indicator").text == name
            and code in row.text
        ]
        return row.one("td", "realization")

    assert realization("Video sayısı").one("span", "blank").text == "boş"
    assert realization("Hazırlanacak rehber sayısı").one("span", "dash").text == "-bildirilmedi"
    assert (
        realization("Katılımcı STK sayısı").one("span", "raw").text
        == "Katılımcı sayısı ogun belli olacak"
    )
    zero = realization("Açılacak danışma merkezi sayısı")
    assert zero.text == "0"
    assert not zero.all("span")


def test_text_in_a_cell_is_never_markup(read, at):
    plan = factories.make_plan()
    activity = factories.make_activity(plan, title="<b>Faaliyet</b>", responsible_text="<i>x</i>")
    factories.make_indicator(
        activity, name="<script>1</script>", baseline="<s>a</s>", target=1, realization="<u>b</u>"
    )
    client_page = read(at("department", "1", slug=plan.slug), who=factories.make_user())

    table = published(client_page)
    assert not [each for tag in ("script", "i", "s", "u") for each in table.all(tag)]
    assert "<script>1</script>" in table.text
    assert "<u>b</u>" in table.text


def test_a_department_shows_its_branches(real_plan, read, at):
    page = read(at("department", "11"))

    branches = page.one("table", "units").one("tbody").all("tr")
    assert [row.one("td", "score").text for row in branches] == [
        "%93,8 n=16",
        "%58,6 n=32",
        "%100,0 n=6",
    ]
    parts = [body.text for body in page.all("tbody", "unit")]
    assert parts == [
        "11.1. Aile ve Çocuk Şube Müdürlüğü",
        "11.2. Kadın Şube Müdürlüğü",
        "11.3. Gönüllüler Şube Müdürlüğü",
    ]


def test_a_branch_leads_back_to_its_department(real_plan, read, at):
    page = read(at("department", "11.2"))

    assert score_of(page) == "%58,6"
    facts = page.one("dl", "facts").texts("dd")
    assert facts[0] == "32/36 %88,9"
    assert facts[2] == "%52,1"
    crumbs = {a.text: a["href"] for a in page.one("p", "crumb").all("a")}
    assert crumbs["11. Kadın ve Aile Hizmetleri"] == at("department", "11")


def test_a_department_without_targets_has_a_dash(real_plan, read, at):
    page = read(at("department", "2"))

    assert score_of(page) == "—"
    assert "Bu yıl hedefi olan gösterge yok" in page.text
    assert {cell.text for cell in published(page).all("td", "ratio")} and all(
        cell.one("summary").text == "—" for cell in published(page).all("td", "ratio")
    )
    assert "%0" not in published(page).text


def test_a_department_without_indicators_says_so(read, at):
    plan = factories.make_plan()
    factories.make_department(plan, "5", name="Boş Daire")

    page = read(at("department", "5", slug=plan.slug), who=factories.make_user())

    assert "Bu birimin planda göstergesi yok" in page.text
    assert not page.all("table")


def test_two_activities_of_one_code_stay_apart(real_plan, read, at):
    page = read(at("indicator_list"), {"q": "4.2.8"})

    blocks = page.all("tbody", "grp")
    assert [block.one("th", "act").text for block in blocks] == [
        "4.2.8 Kadın sporcuları desteklemek",
        "4.2.8 Kadınlara özel fotoğrafçılık kursu düzenlemek",
    ]


@pytest.mark.parametrize("many", [2, 20])
def test_a_department_costs_the_same_queries(at, signed_in, django_assert_num_queries, many):
    plan = factories.make_plan()
    department = factories.make_department(plan, "3")
    for _each in range(many):
        activity = factories.make_activity(plan, department)
        factories.make_indicator(activity, baseline=1, target=4, realization=2)
    client = signed_in(factories.make_user())

    # session; user; plans; units; indicators; the cells of all years; their unit cells; the plan's
    # tags; periods; the person's units and groups; answers, targets and responsible units for the
    # findings; targets and values for the progress; what moved after sending
    with django_assert_num_queries(16):
        response = client.get(at("department", "3", slug=plan.slug))

    assert response.text.count("%50,0") >= many
