"""One official correction of a published value, number by number over every output.

The real plan with every value verified and 2024 published (82,8 %); then 5 becomes 432 in a row
of 4.1.2, which alone makes the plan's mean 83,6 %. What is official stays at the edition and
lists the erratum; the working state has the corrected numbers and says that it is no edition.
"""

import csv
import io
import json
from decimal import Decimal as D

import pypdfium2
import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone, translation
from docx import Document
from openpyxl import load_workbook

from activities import formats
from activities.models import Plan
from indicators import editions, steps
from indicators.figures import Figures, Level
from indicators.models import Realization
from reports.annual import FORMS as REPORT_FORMS
from reports.annual import pdf
from reports.official import OutputState, published_on, read_state, source_of
from tests import factories, rulebook
from tests.factories import import_plan, make_user

pytestmark = pytest.mark.django_db
YEAR = 2024
REASON = "Yıl içinde eklenen yazılmış, toplam 432."
OFFICIAL, WORKING = "%82,8", "%83,6"


@pytest.fixture(scope="module")
def plan(real_plan, django_db_blocker):
    """The real plan, published whole; its one correction came the moment after."""
    with django_db_blocker.unblock():
        Realization.objects.filter(indicator__activity__plan=real_plan, year=YEAR).update(
            state="approved"
        )
        real_plan.is_public = True
        real_plan.save()
        real_plan.periods.filter(year=YEAR).update(state="closed")
        factories.make_published_year(real_plan, YEAR)
        value = corrected_value(real_plan)
        administrator = make_user("administrator", username="düzelten")
        period = real_plan.periods.get(year=YEAR)
        steps.correct(value, D(432), administrator, period, REASON)
    return real_plan


def corrected_value(plan):
    return Realization.objects.get(
        indicator__activity__plan=plan,
        indicator__activity__code="4.1.2",
        indicator__baseline=427,
        year=YEAR,
    )


@pytest.fixture(autouse=True)
def unthrottled(settings):
    settings.API_ANONYMOUS_RATE = "100000/m"
    cache.clear()


@pytest.fixture
def edition(plan):
    return editions.published(plan, YEAR)


@pytest.fixture
def now(plan):
    return Figures(plan, YEAR)


def somebody(role):
    """Return a person of the municipality whose plan was made last."""
    municipality = Plan.objects.order_by("pk").last().municipality
    return make_user("" if role == "reader" else role, municipality=municipality)


def ask(address, who="", query=None):
    client = Client()
    if who:
        client.force_login(somebody(who))
    response = client.get(address, query)
    assert response.status_code == 200, (address, response.status_code)
    return response, b"".join(response) if response.streaming else response.content


def read(address, who="", query=None):
    return ask(address, who, query)[1]


def plan_file(plan, form, **query):
    return read(f"/plans/{plan.slug}/{YEAR}/plan.{form}", "reviewer", query)


def report_file(plan, form, **query):
    return read(f"/plans/{plan.slug}/{YEAR}/report.{form}", "reviewer", query)


def public_report(plan, form, **query):
    return read(f"/public/{plan.slug}/{YEAR}/report.{form}", "", query)


def words_of(form, content):
    """Return everything that a report says, blanks and breaks made one."""
    file = io.BytesIO(content)
    if form == "pdf":
        with pypdfium2.PdfDocument(file) as pages:
            text = "\n".join(page.get_textpage().get_text_range() for page in pages)
    elif form == "docx":
        document = Document(file)
        parts = [each.text for each in document.paragraphs]
        parts += [cell.text for t in document.tables for row in t.rows for cell in row.cells]
        parts += [each.text for s in document.sections for each in s.footer.paragraphs]
        text = "\n".join(parts)
    else:
        book = load_workbook(file)
        cells = (cell for sheet in book for row in sheet.iter_rows() for cell in row)
        text = "\n".join(str(cell.value) for cell in cells if cell.value is not None)
    return " ".join(text.replace("\u00ad", "").split())


def percents(figures):
    limits = figures.bands.limits
    found = {"plan": figures.summary.mean}
    for level in (Level.DEPARTMENT, Level.BRANCH):
        found |= {number: each.mean for number, each in figures.by(level).items()}
    return {key: formats.percent(mean, limits=limits) for key, mean in found.items()}


def test_the_correction_moves_the_plan_and_one_department(edition, now):
    before, after = percents(edition), percents(now)

    assert (before["plan"], after["plan"]) == (OFFICIAL, WORKING)
    assert {key for key in before if before[key] != after[key]} == {"plan", "7"}


# --- the report ---------------------------------------------------------------------------------


@pytest.mark.parametrize("form", REPORT_FORMS)
@pytest.mark.parametrize("of", [report_file, public_report])
def test_the_official_report_is_the_edition_with_its_errata(plan, edition, now, form, of):
    told = words_of(form, of(plan, form))

    day = published_on(edition.edition).strftime("%d.%m.%Y")
    assert "Baskı 1" in told and day in told
    assert edition.public_checksum in told.replace(" ", "")
    assert "ortalama puanı %82,8" in told and WORKING not in told
    assert "Yayımdan sonraki düzeltmeler" in told or "Düzeltmeler" in told
    assert REASON in told and "4.1.2" in told
    assert "Sorular ve yanıtlar" not in told and "Engelleyen" not in told
    for number, percent in percents(edition).items():
        if form != "xlsx":  # which holds numbers
            assert percent in told, number
    if form != "xlsx":
        assert percents(now)["7"] not in told


@pytest.mark.parametrize("form", REPORT_FORMS)
def test_the_working_report_says_what_it_is(plan, now, form):
    told = words_of(form, report_file(plan, form, state="working"))

    assert "Çalışma hâli" in told and "yayımlanan baskı (1) değildir" in told
    assert "ortalama puanı %83,6" in told and f"ortalama puanı {OFFICIAL}" not in told
    assert f"1 satır düzeltildi; sonuçlar değişti. Ortalama önce {OFFICIAL}" in told
    assert REASON not in told
    assert "Sorular ve yanıtlar" in told


@pytest.mark.parametrize("form", REPORT_FORMS)
def test_the_report_says_the_sentences_of_the_headline(plan, form):
    told = words_of(form, public_report(plan, form))

    for sentence in (
        "Hedefi olan 136 göstergeden 132 tanesi bildirildi (%97,1), 132 tanesi doğrulandı",
        "132 göstergenin ortalama puanı %82,8.",
        "Hiçbir şey değişmeseydi başlangıcı bilinen 124 göstergenin ortalama puanı %83,2 olurdu; "
        "gerçekleşen puan %82,7.",
        "Başlangıcı bilinen 124 hedeften 31 tanesi plan başlamadan karşılanmıştı.",
        "Puanı olan 132 göstergeden 44 tanesi 2026 hedefine şimdiden ulaştı.",
        "Puanı olan 132 göstergeden 60 tanesinin gerçekleşme oranı %110 üstünde.",
    ):
        assert sentence in told


@pytest.mark.parametrize("form", REPORT_FORMS)
def test_the_errata_of_the_report_are_those_of_the_page(plan, form):
    page = read(f"/public/{plan.slug}/{YEAR}/").decode()
    told = words_of(form, public_report(plan, form))

    assert REASON in page
    assert told.count(REASON) == page.count(REASON) == 1
    moment = corrected_value(plan).history.latest().history_date
    when = timezone.localdate(moment).strftime("%d.%m.%Y")
    if form != "pdf":
        place = told.index(REASON)
        assert f"gerçekleşme 5 432 {when}" in told[place - 60 : place + 5]


def test_a_report_of_a_department_is_official_too(plan, edition):
    told = words_of("docx", report_file(plan, "docx", departments="7"))

    assert percents(edition)["7"] in told and "Baskı 1" in told and REASON in told
    other = words_of("docx", report_file(plan, "docx", departments="9"))
    assert "O günden beri düzeltilen bir şey yok." in other


def test_the_file_names_say_what_is_in_them(plan):
    base = f"/plans/{plan.slug}/{YEAR}/"
    for address, query, name in (
        (f"{base}report.docx", {}, "rapor-baski-1.docx"),
        (f"{base}report.docx", {"state": "working"}, "rapor-calisma-hali.docx"),
        (f"{base}plan.csv", {}, "2024-baski-1.csv"),
        (f"{base}plan.csv", {"state": "working"}, "2024-calisma-hali.csv"),
        (f"/plans/{plan.slug}/2025/plan.csv", {}, "2025-taslak.csv"),
        (f"/plans/{plan.slug}/2025/report.docx", {}, "rapor-taslak.docx"),
    ):
        assert name in ask(address, "reviewer", query)[0]["Content-Disposition"]


def test_a_year_that_is_not_published_is_a_draft(plan):
    told = words_of("docx", read(f"/plans/{plan.slug}/2025/report.docx", "reviewer"))

    assert "Taslak · Taslak: bu yıl henüz yayımlanmadı." in told
    client = Client()
    client.force_login(make_user("reviewer"))
    address = f"/plans/{plan.slug}/2025/report.docx"
    assert client.get(address, {"state": "official"}).status_code == 404


def test_the_page_of_the_report_lets_choose(plan):
    base = f"/plans/{plan.slug}/{YEAR}/report/"
    official = read(base, "reader").decode()
    working = read(base, "reader", {"state": "working"}).decode()

    assert OFFICIAL in official and WORKING not in official
    assert WORKING in working and "yayımlanan baskı (1) değildir" in working
    assert 'name="state" value="official" checked' in official
    assert 'name="state" value="working" checked' in working
    assert 'name="state"' not in read(f"/plans/{plan.slug}/2025/report/", "reader").decode()


@pytest.mark.parametrize("form", REPORT_FORMS)
def test_a_further_edition_says_what_it_changed(form):
    plan = factories.make_plan(is_public=True)
    factories.make_period(plan, state="closed")
    activity = factories.make_activity(plan, code="4.1.2")
    row = factories.make_indicator(
        activity, name="Otobüs", target=10, realization=5, state="approved"
    )
    factories.make_indicator(activity, target=10, realization=7, state="approved")
    factories.make_published_year(plan, YEAR)
    assert "Baskı 1 sonrasındaki değişiklikler" not in words_of(form, public_report(plan, form))

    row.realizations.update(value=8, text="8")
    editions.freeze(plan, YEAR, person=None, reason="Düzeltmeler işlendi.")
    told = words_of(form, public_report(plan, form))

    assert "Baskı 2" in told and "Düzeltmeler işlendi." in told
    assert "Baskı 1 sonrasındaki değişiklikler" in told
    assert "O günden beri düzeltilen bir şey yok." in told
    assert "4.1.2 Otobüs gerçekleşme 5 8" in told
    assert "ortalama puanı %75,0" in told and "ortalama puanı %60,0" not in told
    assert "Ortalama önce %60,0, şimdi %75,0." in told


# --- the public report --------------------------------------------------------------------------


@pytest.mark.parametrize("form", REPORT_FORMS)
def test_strangers_get_the_report_of_published_public_years_only(plan, form):
    private = factories.make_plan()
    factories.make_period(private, state="closed")
    factories.make_published_year(private, YEAR)

    for slug, year in ((plan.slug, 2025), (plan.slug, 2030), (private.slug, YEAR), ("yok", YEAR)):
        assert Client().get(f"/public/{slug}/{year}/report.{form}").status_code == 404
    # The working state is no stranger's, whatever the address asks for.
    assert WORKING not in words_of(form, public_report(plan, form, state="working"))
    assert Client().get(f"/public/{plan.slug}/{YEAR}/report.json").status_code == 404


def test_the_public_report_is_for_any_cache(plan):
    address = f"/public/{plan.slug}/{YEAR}/report.docx"
    response, _content = ask(address)

    assert response["Cache-Control"] == "public, max-age=300"
    assert "Vary" not in response
    again = Client().get(address, headers={"If-None-Match": response["ETag"]})
    assert (again.status_code, again["ETag"]) == (304, response["ETag"])
    english, content = ask(address, query={"lang": "en"})
    assert english["ETag"] != response["ETag"]
    assert "Edition 1" in words_of("docx", content)


def test_an_address_that_asks_too_often_waits(plan, settings):
    settings.API_ANONYMOUS_RATE = "1/m"
    address = f"/public/{plan.slug}/{YEAR}/report.xlsx"

    first, second = Client().get(address), Client().get(address)

    assert (first.status_code, second.status_code) == (200, 429)
    assert second["Retry-After"] and second["Cache-Control"] == "no-store"
    assert "Bir dakika sonra yeniden deneyin" in second.text


def test_a_public_report_that_cannot_be_set_is_a_plain_page(plan, monkeypatch, tmp_path):
    broken = tmp_path / "typeset.py"
    broken.write_text("raise SystemExit('no fonts')")
    monkeypatch.setattr(pdf, "TYPESETTER", broken)

    response = Client().get(f"/public/{plan.slug}/{YEAR}/report.pdf")

    assert response.status_code == 503
    assert "no fonts" not in response.text
    assert f"/public/{plan.slug}/{YEAR}/" in response.text


# --- the plan's table ---------------------------------------------------------------------------


def test_the_json_is_the_edition_or_the_working_state(plan, edition, now):
    official = json.loads(plan_file(plan, "json"))
    working = json.loads(plan_file(plan, "json", state="working"))

    assert D(official["summary"]["mean"]) == edition.summary.mean
    assert D(working["summary"]["mean"]) == now.summary.mean
    assert (official["state"], working["state"]) == ("official", "working")
    assert (official["edition"]["number"], working["edition"]) == (1, None)
    [erratum] = official["errata"]
    assert (erratum["field"], erratum["before"], erratum["after"]) == ("realization", "5", "432")
    assert (erratum["reason"], working["errata"]) == (REASON, [])
    told = [each["achievement"] and D(each["achievement"]) for each in official["indicators"]]
    assert told == [row.achievement.value for row in edition.rows]


def test_the_csv_names_the_edition_and_what_was_corrected(plan, edition):
    def rows(**query):
        text = plan_file(plan, "csv", **query).decode("utf-8-sig")
        return list(csv.DictReader(text.splitlines(), delimiter=";"))

    official, working = rows(), rows(state="working")
    limits = edition.bands.limits
    assert [row["Gerçekleşme oranı"] for row in official] == [
        ""
        if row.achievement.value is None
        else formats.percent(row.achievement.value, limits=limits)
        for row in edition.rows
    ]
    assert all(row["Baskı"].startswith("Baskı 1 · ") for row in official)
    assert [row["Faaliyet kodu"] for row in official if row["Sonradan düzeltilenler"]] == ["4.1.2"]
    assert "Baskı" not in working[0]


@pytest.mark.parametrize("form", ["xlsx", "docx"])
def test_the_tables_say_what_they_are(plan, form):
    official = words_of(form, plan_file(plan, form))
    working = words_of(form, plan_file(plan, form, state="working"))

    assert "Baskı 1 · " in official and official.count(REASON) == 1
    assert "5 → 432" in official
    assert "Çalışma hâli" in working and "yayımlanan baskı (1) değildir" in working
    assert REASON not in working


@pytest.mark.parametrize("form", ["xlsx", "docx", "csv"])
def test_the_working_state_is_read_back_whole(plan, tmp_path, form):
    path = tmp_path / f"geri.{form}"
    path.write_bytes(plan_file(plan, form, state="working"))

    told = import_plan(path, plan=plan.slug)

    assert (told["unchanged"], told["changes"], told["errors"], told["missing"]) == (149, [], [], 0)
    assert len(told["warnings"]) == 1  # the one text among the value cells


@pytest.mark.parametrize("form", ["xlsx", "docx", "csv"])
def test_an_edition_is_read_back_as_it_was_published(plan, edition, tmp_path, form):
    path = tmp_path / f"geri.{form}"
    path.write_bytes(plan_file(plan, form))

    told = import_plan(path, plan=f"kopya-{form}", apply=True)

    assert (told["errors"], told["new"], len(told["warnings"])) == ([], 149, 1)
    [copy] = Realization.objects.filter(
        indicator__activity__plan__slug=f"kopya-{form}",
        indicator__activity__code="4.1.2",
        indicator__baseline=427,
    )
    assert copy.value == 5
    figures = Figures(copy.indicator.activity.plan, YEAR)
    assert [row.achievement.value for row in figures.rows] == [
        row.achievement.value for row in edition.rows
    ]


def test_the_command_says_which(plan, tmp_path, edition, now):
    def export(name, **options):
        out, err = io.StringIO(), io.StringIO()
        to = tmp_path / name
        given = {"plan": plan.slug, "year": YEAR, **options}
        call_command("export_plan", to=str(to), stdout=out, stderr=err, **given)
        return to, err.getvalue()

    path, told = export("a.json")
    assert D(json.loads(path.read_text("utf-8"))["summary"]["mean"]) == edition.summary.mean
    assert "Baskı 1" in told
    path, told = export("b.json", state="working")
    assert D(json.loads(path.read_text("utf-8"))["summary"]["mean"]) == now.summary.mean
    assert "Çalışma hâli" in told
    assert "Taslak" in export("c.csv", year=2025)[1]
    assert OFFICIAL in words_of("pdf", export("d.pdf")[0].read_bytes())
    for options in ({"year": 2025, "state": "official"}, {"reading": "reported"}):
        with pytest.raises(CommandError):
            export("e.csv", **options)


# --- API and open data --------------------------------------------------------------------------


def api(plan, name, who="", **query):
    address = f"/api/v1/plans/{plan.slug}/{name}"
    return json.loads(read(address, who, {"year": YEAR, "limit": 500, **query}))


@pytest.mark.parametrize("who", ["", "reader", "administrator"])
def test_the_api_answers_from_the_edition_for_everybody(plan, edition, who):
    told = api(plan, "achievement", who)
    [whole] = told["items"]
    rows = api(plan, "indicators", who)

    assert D(whole["mean"]) == edition.summary.mean
    assert (told["state"], told["reading"], told["edition"]["number"]) == (
        "official",
        "approved",
        1,
    )
    assert told["edition"]["url"].endswith(f"/public/{plan.slug}/{YEAR}/")
    assert [each["reason"] for each in told["errata"]] == [REASON]
    assert rows["errata"] == told["errata"]
    told = [each["achievement"] and D(each["achievement"]) for each in rows["items"]]
    assert told == [row.achievement.value for row in edition.rows]


def test_the_api_gives_the_working_state_to_who_may_see_it(plan, now):
    told = api(plan, "achievement", "reader", state="working")

    assert D(told["items"][0]["mean"]) == now.summary.mean
    assert (told["state"], told["edition"], told["errata"]) == ("working", None, [])
    assert api(plan, "achievement", "reader", state="working", reading="approved")


@pytest.mark.parametrize(
    ("who", "query", "status"),
    [
        ("", {"state": "working"}, 404),
        ("", {"reading": "reported"}, 404),
        ("", {"state": "official"}, 200),
        ("", {"reading": "approved"}, 200),
        ("reader", {"reading": "reported"}, 404),
        ("reader", {"state": "official", "year": 2025}, 404),
        ("reader", {"state": "taslak"}, 422),
    ],
)
def test_what_the_api_does_not_have_is_a_sentence(plan, who, query, status):
    client = Client()
    if who:
        client.force_login(somebody(who))

    response = client.get(f"/api/v1/plans/{plan.slug}/achievement", {"year": YEAR, **query})

    assert response.status_code == status
    assert status == 200 or len(response.json()["detail"]) > 20


def test_open_data_holds_the_edition_and_its_errata(plan, edition):
    base = f"/public/{plan.slug}/{YEAR}/data/"
    told = json.loads(read(f"{base}data.json"))
    [erratum] = csv.DictReader(read(f"{base}errata.csv").decode("utf-8-sig").splitlines())

    assert D(told["summary"][0]["mean"]) == edition.summary.mean
    assert told["edition"]["number"] == 1
    assert [each["reason"] for each in told["errata"]] == [REASON]
    assert (erratum["before"], erratum["after"], erratum["reason"]) == ("5", "432", REASON)
    assert erratum["id"] == str(corrected_value(plan).indicator_id)
    package = json.loads(read(f"{base}datapackage.json"))
    assert package["edition"] == told["edition"]
    [resource] = [each for each in package["resources"] if each["name"] == "errata"]
    assert [each["name"] for each in resource["schema"]["fields"]] == list(erratum)


def test_nothing_prints_the_checksum_of_what_is_hidden(plan, edition):
    inner = edition.edition.checksum
    for path in ("data/data.json", "data/datapackage.json", "report.docx"):
        content = read(f"/public/{plan.slug}/{YEAR}/{path}")
        told = words_of("docx", content) if path == "report.docx" else content.decode()
        assert inner not in told
    assert inner not in json.dumps(api(plan, "achievement"))
    assert inner not in plan_file(plan, "json").decode()


# --- what an output is made from ----------------------------------------------------------------


@pytest.mark.parametrize("line", rulebook.lines("What an output is made from", "who asks"))
def test_who_gets_what(plan, line):
    year = YEAR if line["the year is"] == "published" else YEAR + 1
    person = make_user() if line["who asks"] == "reader" else None
    asked = None if line["asked for"] == "nothing" else OutputState(line["asked for"])

    source = source_of(plan, year, person, state=asked)

    called = {"edition": "Edition 1", "working": "Working state", "draft": "Draft"}
    with translation.override("en"):
        assert (source and source.name) == called.get(line["what comes"])


def test_a_plan_that_is_not_public_is_official_for_its_readers():
    plan = factories.make_plan()
    factories.make_period(plan, state="closed")
    factories.make_published_year(plan, YEAR)

    assert source_of(plan, YEAR, None) is None
    assert source_of(plan, YEAR, make_user()).is_official


def test_an_unknown_state_is_none():
    assert [read_state(text) for text in ("official", "working", "", "taslak")] == [
        OutputState.OFFICIAL,
        OutputState.WORKING,
        None,
        None,
    ]


# --- small numbers ------------------------------------------------------------------------------


@pytest.fixture
def hiding():
    """A published plan whose one row of two holds a number that could identify people."""
    plan = factories.make_plan(is_public=True, slug="p", name="Plan", municipality="Örnek")
    factories.make_period(plan, state="closed")
    unit = factories.make_department(plan, "1")
    for code, value, hides in (("4.1.1", 3, True), ("4.2.1", 45, False)):
        activity = factories.make_activity(plan, unit, code)
        name = f"Sığınan kadın {code}"
        row = factories.make_indicator(
            activity, target=50, name=name, hides_small_numbers=hides, baseline=97
        )
        split = {"women": value, "men": 0, "others": 0}
        factories.make_realization(
            row, value, state="approved", deviation_reason=f"Neden {value}", **split
        )
    factories.make_published_year(plan, YEAR)
    return plan


@pytest.mark.parametrize("form", ["pdf", "docx", "xlsx"])
@pytest.mark.parametrize("of", [report_file, public_report])
def test_a_small_number_is_in_no_official_report(hiding, form, of):
    told = words_of(form, of(hiding, form))

    assert "<5" in told and "gösterilmiyor" in told
    assert "1 sayı gösterilmiyor" in told
    assert "Neden 45" in told and "Neden 3" not in told
    # 3/50 is 6 %, both together 48 %.
    assert "%6,0" not in told and "%48,0" not in told


def test_a_small_number_is_in_no_official_table(hiding):
    official = json.loads(plan_file(hiding, "json"))
    hidden, shown = official["indicators"]

    assert hidden["realization"] == {"value": None, "text": "<5"}
    assert [hidden[name] for name in ("achievement", "score", "status", "rule", "women")] == [
        None
    ] * 5
    assert (hidden["suppressed"], hidden["deviation_reason"]) == (True, "")
    assert shown["achievement"] == official["summary"]["mean"] == "0.9"
    assert official["summary"]["due"] == 1
    for form in ("xlsx", "docx"):
        told = words_of(form, plan_file(hiding, form))
        assert "<5" in told and "gösterilmiyor" in told and "Neden 3" not in told
    assert "<5" in plan_file(hiding, "csv").decode("utf-8-sig")


def test_who_may_read_the_plan_reads_it_in_the_working_state(hiding):
    working = json.loads(plan_file(hiding, "json", state="working"))

    assert working["indicators"][0]["realization"]["value"] == "3"
    assert D(working["summary"]["mean"]) == D("0.48")


def test_the_table_of_an_edition_keeps_the_years_it_was_published_with(hiding):
    hiding.last_year = YEAR + 5
    hiding.name = "Başka plan"
    hiding.save()

    told = json.loads(plan_file(hiding, "json"))

    assert list(told["indicators"][0]["targets"]) == ["2024", "2025", "2026"]
    assert told["plan"]["name"] == "Plan"
    assert "Başka plan" not in words_of("docx", report_file(hiding, "docx"))


def test_an_edition_prints_the_institutions_it_was_published_with():
    plan = factories.make_plan(is_public=True)
    factories.make_period(plan, state="closed")
    activity = factories.make_activity(plan, supporting_text="STK")
    factories.make_indicator(activity, target=1)
    own = factories.make_indicator(activity, target=1, own_supporting_text="Üniversite")
    factories.make_published_year(plan, YEAR)
    own.own_supporting_text = "Valilik"
    own.save()

    told = json.loads(plan_file(plan, "json"))
    assert [each["supporting"] for each in told["indicators"]] == ["STK", "Üniversite"]


def test_an_edition_is_narrowed_to_a_tag_as_it_was_tagged():
    plan = factories.make_plan()
    factories.make_period(plan, state="closed")
    tag = factories.make_tag(scheme="group", code="x1")
    for target in (10, 20):
        row = factories.make_indicator(
            factories.make_activity(plan), target=target, realization=10, state="approved"
        )
    row.tag_rows.create(tag=tag)
    factories.make_published_year(plan, YEAR)
    row.tag_rows.all().delete()

    told = json.loads(plan_file(plan, "json", tag="group:x1"))

    assert (told["state"], told["tag"]) == ("official", "group:x1")
    assert [each["achievement"] for each in told["indicators"]] == ["0.5"]
    assert told["summary"]["mean"] == "0.5"
    bare = json.loads(plan_file(plan, "json", tag="none"))
    assert [each["achievement"] for each in bare["indicators"]] == ["1"]
