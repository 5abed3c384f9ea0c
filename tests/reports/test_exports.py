"""The plan's table as files: opened again with openpyxl, python-docx and the standard library."""

import csv
import io
import json
import zipfile
from decimal import Decimal as D

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from docx import Document
from docx.enum.section import WD_ORIENT
from openpyxl import load_workbook
from openpyxl.utils.escape import unescape

from activities.models import Plan
from imports.management.commands.demo import SLUG
from indicators.achievement import Reading
from indicators.figures import Figures, Level
from indicators.models import Realization
from indicators.row_keys import read_key
from reports.exports import FORMS, PrintedTable, file_name, template
from tests import factories

pytestmark = pytest.mark.django_db

HEADERS = [
    "Faaliyet",
    "Sorumlu birim",
    "Destekçi kurum-kuruluş",
    "Gösterge",
    "Mevcut",
    2024,
    2025,
    2026,
    "Gerçekleşme 2024",
]
FORMULAS = ["=1+1", "=HYPERLINK(A1)", "+1+1 kişi", "-2+3 kişi", "@TOPLA(A1)", "#DEĞER", "#N/A"]
MARKUP = "<b>Kalın</b> & ]]> \"tırnak\" 'kesme' _x000D_"


def written(figures, form, number=""):
    file = io.BytesIO()
    FORMS[form].write(PrintedTable(figures, number), file)
    file.seek(0)
    return file


def workbook(plan, year=2024, number="", **options):
    return load_workbook(written(Figures(plan, year, **options), "xlsx", number))


def rows_of(plan, year=2024, **options):
    text = written(Figures(plan, year, **options), "csv").read().decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))


def document(plan, year=2024):
    return Document(written(Figures(plan, year), "docx"))


def facts(plan, year=2024, **options):
    return json.load(written(Figures(plan, year, **options), "json"))


def line(sheet, name, column=4):
    """Return the cells of the row whose indicator has this name."""
    return next(row for row in sheet.iter_rows() if row[column - 1].value == name)


def plan_of(*cells, **given):
    """Return a plan of one activity with an indicator for each dictionary of its settings."""
    plan = factories.make_plan(**given)
    department = factories.make_department(plan, "4", name="Spor Dairesi Başkanlığı")
    activity = factories.make_activity(plan, department, "1.1.1", title="Faaliyet")
    for number, settings in enumerate(cells, start=1):
        factories.make_indicator(activity, **{"name": f"Gösterge {number}", **settings})
    return plan


# --- the workbook -------------------------------------------------------------------------------


def test_a_sheet_a_department_in_plan_order(real_plan):
    book = workbook(real_plan)

    assert len(book.sheetnames) == 13
    assert book.sheetnames[6] == "7 Ulaşım İşleri"
    assert all(len(name) <= 31 for name in book.sheetnames)


def test_title_department_and_header_stand_above_the_rows(real_plan):
    sheet = workbook(real_plan).worksheets[6]

    assert str(real_plan) in sheet["A1"].value
    assert sheet["A1"].value.count("2024") == 2  # the plan's first year, and the table's
    assert sheet["A2"].value == "7. Ulaşım İşleri Dairesi Başkanlığı"
    assert [cell.value for cell in sheet[3]][:9] == HEADERS
    assert len(sheet[3]) == 12


def test_branches_are_blocks_with_headings(real_plan):
    sheet = workbook(real_plan).worksheets[10]

    firsts = [row[0].value for row in sheet.iter_rows(min_row=4) if row[3].value is None]
    assert firsts == [
        "11.1. Aile ve Çocuk Şube Müdürlüğü",
        "11.2. Kadın Şube Müdürlüğü",
        "11.3. Gönüllüler Şube Müdürlüğü",
    ]


def test_cells_are_merged_over_their_indicators_rows(real_plan):
    sheet = workbook(real_plan).worksheets[6]
    first = next(cell.row for cell in sheet["A"] if str(cell.value).startswith("4.4.2."))

    merged = {str(span) for span in sheet.merged_cells.ranges}
    assert {f"A{first}:A{first + 2}", f"B{first}:B{first + 2}", f"C{first}:C{first + 1}"} <= merged
    assert sheet.cell(first + 2, 3).value == "Bilgi İşlem Dairesi Başkanlığı"


def test_numbers_are_numbers_and_percentages_are_excels(real_plan):
    book = workbook(real_plan)

    stops = line(book.worksheets[6], "Durak sayısı")
    assert [cell.value for cell in stops[4:9]] == [4841, 4961, 4961, 4961, 120]
    assert {cell.number_format for cell in stops[4:9]} == {"#,##0"}
    share = line(book.worksheets[5], "Stratejik plan ekibindeki kadın oranı")
    assert [cell.value for cell in share[4:9]] == ["-", 0.5, 0.5, 0.5, 0.5555]
    assert [cell.number_format for cell in share[5:9]] == ["%#,##0"] * 3 + ["%#,##0.00"]


@pytest.mark.parametrize(
    ("cell", "value", "number_format"),
    [
        ("0", 0, "#,##0"),
        ("-5", -5, "#,##0"),
        ("1234,5", 1234.5, "#,##0.0"),
        ("0,0625", 0.0625, "#,##0.0000"),
        ("99999999999,9999", 99999999999.9999, "#,##0.0000"),
        ("-", "-", "General"),
        ("", None, "General"),
        ("belli olacak", "belli olacak", "General"),
    ],
)
def test_value_cells_stay_what_they_are(cell, value, number_format):
    plan = plan_of({"target": cell, "realization": 1})

    found = line(workbook(plan).active, "Gösterge 1")[5]

    assert (found.value, found.number_format) == (value, number_format)


def test_ratio_status_and_reason_are_appended(real_plan):
    Realization.objects.filter(indicator__name="Durak sayısı").update(
        deviation_reason="İhale ertelendi."
    )

    sheet = workbook(real_plan).worksheets[6]

    ratio, status, reason = line(sheet, "Durak sayısı")[9:]
    assert (ratio.value, ratio.number_format) == (0.024, "%#,##0.0")
    assert (status.value, reason.value) == ("Düşük", "İhale ertelendi.")


def test_a_ratio_just_below_a_limit_does_not_read_as_reaching_it():
    plan = plan_of({"target": 10000, "realization": 9996})

    ratio = line(workbook(plan).active, "Gösterge 1")[9]

    assert (ratio.value, rows_of(plan)[1][14]) == (0.999, "%99,9")


def test_without_a_ratio_the_cell_is_empty():
    plan = plan_of({"target": "-", "realization": 3})

    ratio, status = line(workbook(plan).active, "Gösterge 1")[9:11]

    assert (ratio.value, status.value) == (None, "Hedefsiz gerçekleşme")


@pytest.mark.parametrize("text", [*FORMULAS, MARKUP])
def test_texts_never_become_formulas_errors_or_markup(text):
    plan = plan_of({"name": text, "target": 5, "realization": 5}, municipality=text)
    Realization.objects.update(deviation_reason=text)

    row = workbook(plan).active[4]

    assert [cell.data_type for cell in (row[3], row[11])] == ["s", "s"]
    # As Excel does and openpyxl does not.
    assert [unescape(cell.value) for cell in (row[3], row[11])] == [text, text]
    assert row[3].quotePrefix is text.startswith(("=", "+", "-", "@"))
    assert document(plan).tables[0].cell(1, 3).text == text
    assert facts(plan)["indicators"][0]["indicator"] == text


def test_what_files_cannot_hold_is_left_out():
    plan = plan_of({"name": "Sayı\x0b", "target": 1, "realization": 1})
    long = "ş" * 40_000
    Realization.objects.update(deviation_reason=f"bir\x1b\r\niki {long}")

    cells = line(workbook(plan).active, "Sayı")

    assert cells[11].value.startswith("bir\niki ş")
    assert len(cells[11].value) == 32_767
    assert document(plan).tables[0].cell(1, 11).text.startswith("bir\niki ş")


def test_prints_on_a4_with_repeated_headers_and_page_numbers(real_plan):
    for sheet in workbook(real_plan):
        assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.print_title_rows == "$3:$3"
        assert sheet.freeze_panes == "A4"
        assert sheet.oddFooter.right.text == "&P / &N"
        assert sheet.column_dimensions["A"].width > 30
        assert sheet["A4"].alignment.wrap_text or sheet["A4"].value.startswith("11.1.")


def test_sheet_names_are_excels_whatever_the_units_are_called():
    plan = factories.make_plan()
    for name in ("A/B: [Birim] * ? \\ ", "Çok " * 20 + "a", "Çok " * 20 + "b", "'"):
        # Without a place in the plan a unit has no number, so that names alone must differ.
        department = factories.make_department(name=name)
        factories.make_indicator(factories.make_activity(plan, department))

    titles = workbook(plan).sheetnames

    assert len(set(map(str.casefold, titles))) == 4
    assert all(len(title) <= 31 and not set(title) & set(r"[]:*?/\\") for title in titles)


def test_an_empty_plan_is_a_header_row():
    plan = factories.make_plan()

    assert [cell.value for cell in workbook(plan).active[2]][:9] == HEADERS
    assert len(rows_of(plan)) == 1
    assert document(plan).tables == []
    assert facts(plan)["indicators"] == []


def test_a_workbook_in_english(real_plan, settings):
    from django.utils import translation

    with translation.override("en"):
        sheet = workbook(real_plan).worksheets[5]

    assert [cell.value for cell in sheet[3]][:5] == [
        "Activity",
        "Responsible unit",
        "Supporting institution",
        "Indicator",
        "Baseline",
    ]
    share = line(sheet, "Stratejik plan ekibindeki kadın oranı")
    assert share[5].number_format == "#,##0%"


# --- Word, CSV, JSON ----------------------------------------------------------------------------


def test_a_document_has_a_heading_and_a_table_a_unit(real_plan):
    found = document(real_plan)

    headings = [p.text for p in found.paragraphs if p.style.name.startswith("Heading")]
    assert len(found.tables) == 15
    assert headings[6] == "7. Ulaşım İşleri Dairesi Başkanlığı"
    assert "11.2. Kadın Şube Müdürlüğü" in headings
    section = found.sections[0]
    assert section.orientation == WD_ORIENT.LANDSCAPE
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (297, 210)
    assert [cell.text for cell in found.tables[6].rows[0].cells][:9] == list(map(str, HEADERS))


def test_a_documents_cells_span_and_its_header_is_repeated(real_plan):
    table = document(real_plan).tables[6]
    texts = [[cell.text for cell in row.cells] for row in table.rows]

    assert table.rows[0]._tr.trPr.xpath("w:tblHeader")
    assert texts[3][0] == texts[5][0] == "4.4.2. Otobüslerde güvenli ulaşım sağlamak"
    assert table.cell(3, 0)._tc is table.cell(5, 0)._tc
    assert texts[-1][3:11] == [
        "Durak sayısı",
        "4841",
        "4961",
        "4961",
        "4961",
        "120",
        "%2,4",
        "Düşük",
    ]


def test_csv_is_flat_with_one_row_an_indicator(real_plan):
    head, *rows = rows_of(real_plan)

    assert len(rows) == 149
    assert {len(row) for row in rows} == {len(head)} == {21}
    last = next(row for row in rows if row[8] == "İzleme cihazı bulunan otobüs sayısı")
    assert last[:2] == ["7", "Ulaşım İşleri Dairesi Başkanlığı"]
    assert last[2:5] == ["", "", "4.4.2"]
    assert last[6:8] == ["Ulaşım Dairesi Başkanlığı", "Bilgi İşlem Dairesi Başkanlığı"]
    assert last[9:16] == ["455", "455", "460", "465", "455", "%100,0", "Gerçekleşti"]


def test_csv_begins_with_a_byte_order_mark(real_plan):
    assert written(Figures(real_plan, 2024), "csv").read(3) == b"\xef\xbb\xbf"


def test_csv_guards_formulas_and_leaves_dashes_and_negative_numbers(db):
    texts = [*FORMULAS, "-", "Şöyle"]
    plan = plan_of(*({"target": "-5", "realization": "-", "baseline": "-0,5"} for _text in texts))
    for indicator, text in zip(plan.activities.get().indicators.all(), texts, strict=True):
        indicator.name = text
        indicator.save()

    rows = rows_of(plan)[1:]

    assert [row[8] for row in rows] == [
        "'=1+1",
        "'=HYPERLINK(A1)",
        "'+1+1 kişi",
        "'-2+3 kişi",
        "'@TOPLA(A1)",
        "#DEĞER",
        "#N/A",
        "-",
        "Şöyle",
    ]
    assert {(row[9], row[10], row[13]) for row in rows} == {("-0,5", "-5", "-")}


@pytest.mark.parametrize(
    ("written_as", "spelled"),
    [("1.234", "1234"), ("1234,567", "1234,5670"), ("0,5", "0,5"), ("7.88", "7,88"), ("1e", "1e")],
)
def test_csv_numbers_can_be_read_in_one_way_only(written_as, spelled):
    plan = plan_of({"target": written_as})

    assert rows_of(plan)[1][10] == spelled


def test_json_holds_the_figures_exactly(real_plan):
    figures = Figures(real_plan, 2024)

    found = facts(real_plan)

    summary = figures.by(Level.DEPARTMENT)["7"]
    department = next(each for each in found["departments"] if each["key"] == "7")
    assert D(department["mean"]) == summary.mean
    assert (found["summary"]["due"], found["summary"]["reported"]) == (136, 132)
    assert [entry["achievement"] and D(entry["achievement"]) for entry in found["indicators"]] == [
        row.achievement.value for row in figures.rows
    ]
    stops = next(each for each in found["indicators"] if each["indicator"] == "Durak sayısı")
    assert stops["targets"]["2026"] == {"value": "4961", "text": "4961"}
    assert stops["achievement"] == "0.02418867163878250352751461399"
    assert (stops["status"], stops["rule"], stops["badges"]) == (
        "low",
        "R4",
        ["behind_baseline", "deviation"],
    )


def test_the_reading_decides_which_values_are_there(real_plan):
    approved = {"reading": Reading.APPROVED}

    sheet = workbook(real_plan, **approved).worksheets[6]

    assert line(sheet, "Durak sayısı")[8].value is None
    assert facts(real_plan, **approved)["summary"]["reported"] == 0


def test_drafts_and_their_reasons_stay_out():
    plan = plan_of({"target": 5, "realization": 3, "state": Realization.State.DRAFT})
    Realization.objects.update(deviation_reason="gizli")

    assert line(workbook(plan).active, "Gösterge 1")[8].value is None
    assert "gizli" not in written(Figures(plan, 2024), "json").read().decode()


def test_activities_added_later_stand_with_their_unit():
    plan = factories.make_plan()
    first = factories.make_department(plan, "1", name="Bir Dairesi")
    second = factories.make_department(plan, "2", name="İki Dairesi")
    for department, code in ((first, "1.1.1"), (second, "1.1.2"), (first, "1.1.3")):
        factories.make_indicator(factories.make_activity(plan, department, code))

    assert [row[4] for row in rows_of(plan)[1:]] == ["1.1.1", "1.1.3", "1.1.2"]
    assert len(workbook(plan).sheetnames) == 2


# --- the template -------------------------------------------------------------------------------


def blank(plan, year=2025, number=""):
    file = io.BytesIO()
    template.write(PrintedTable(Figures(plan, year), number), file)
    file.seek(0)
    return load_workbook(file)


def test_a_template_has_the_year_before_and_empty_cells_to_fill(real_plan):
    sheet = blank(real_plan, number="7").active

    assert [cell.value for cell in sheet[4]][:8] == HEADERS[:8]
    assert [cell.value for cell in sheet[4]][9] == "Gerçekleşme 2025"
    row = line(sheet, "Durak sayısı")
    assert [cell.value for cell in row[4:12]] == [4841, 4961, 4961, 4961, 120, None, None, None]


def test_only_the_cells_to_fill_are_open(real_plan):
    sheet = blank(real_plan, number="7").active

    assert sheet.protection.sheet
    assert not sheet.protection.password
    row = line(sheet, "Durak sayısı")
    assert [cell.protection.locked for cell in row] == [True] * 9 + [False] * 3 + [True]
    assert all(cell.protection.locked for cell in sheet[4])


def test_cells_to_fill_say_what_belongs_there_and_take_anything(real_plan):
    sheet = blank(real_plan, number="7").active

    hints = sheet.data_validations.dataValidation
    assert [str(hint.sqref) for hint in hints] == ["J5:J14", "K5:K14", "L5:L14"]
    assert hints[0].promptTitle == "Gerçekleşme 2025"
    assert all(hint.showInputMessage and not hint.showErrorMessage for hint in hints)
    assert hints[0].formula1 == '"Henüz zamanı gelmedi,Ölçülmedi,Başka bir neden"'
    assert all(0 < len(hint.prompt) <= 255 for hint in hints)


def test_what_is_saved_so_far_stands_in_the_template_drafts_included():
    plan = factories.make_plan(slug="p")
    unit = factories.make_department(plan, "9", name="Sağlık İşleri")
    activity = factories.make_activity(plan, unit, "1.5.1")
    people = factories.make_indicator(activity, name="Kişi", counts_people=True)
    factories.make_indicator(
        activity, name="Oran", target="%50", realization="%12,5", measure="percent"
    )
    factories.make_indicator(activity, name="Hiç")
    nothing = factories.make_indicator(activity, name="Yok")
    factories.make_realization(
        people, 12, state=Realization.State.DRAFT, women=7, men=5, others=0,
        deviation_reason="=Geç başladı", measure_to_take="Ekim", version=3,
    )  # fmt: skip
    factories.make_realization(nothing, "", state="draft", absence="not_measured")

    sheet = blank(plan, 2024, "9").active

    heads = [cell.value for cell in sheet[4]]
    assert heads[8:] == [
        "Gerçekleşme 2024", "Kadın", "Erkek", "Diğer", "Sapma nedeni", "Alınacak önlem",
        "Satır anahtarı",
    ]  # fmt: skip
    row = line(sheet, "Kişi")
    assert [cell.value for cell in row[8:14]] == [12, 7, 5, 0, "=Geç başladı", "Ekim"]
    assert row[12].data_type == "s"
    assert [cell.protection.locked for cell in row[8:]] == [False] * 6 + [True]
    key = read_key(row[14].value)
    assert (key.plan, key.year, key.unit) == (plan.pk, 2024, unit.pk)
    assert (key.indicator, key.version) == (people.pk, 3)
    assert line(sheet, "Oran")[8].value == 0.125
    assert line(sheet, "Yok")[8].value == "Ölçülmedi"
    empty = line(sheet, "Hiç")
    assert [cell.value for cell in empty[8:14]] == [None] * 6
    # Nobody is counted there, so nothing is asked of women and men.
    assert [cell.protection.locked for cell in empty[8:]] == [
        False,
        *[True] * 3,
        False,
        False,
        True,
    ]
    assert read_key(empty[14].value).version == 0


def test_percent_rows_are_filled_in_as_percentages(real_plan):
    sheet = blank(real_plan, number="6").active

    assert line(sheet, "Bütçe ekibindeki kadın oranı")[9].number_format == "0.00%"
    assert line(sheet, "Uygulama Sayısı")[9].number_format == "General"


def test_a_template_for_all_units_or_for_a_branch(real_plan):
    assert len(blank(real_plan).sheetnames) == 13
    branch = blank(real_plan, number="11.3").active
    assert branch["A5"].value == "11.3. Gönüllüler Şube Müdürlüğü"
    assert "11.2." not in {str(cell.value)[:5] for cell in branch["A"]}


def test_the_first_years_template_has_no_year_before(real_plan):
    heads = [cell.value for cell in blank(real_plan, 2024, "7").active[4]]

    assert heads[8] == "Gerçekleşme 2024"


# --- the command --------------------------------------------------------------------------------


def export(path, plan=SLUG, year=2024, **options):
    out = io.StringIO()
    call_command("export_plan", plan=plan, year=year, to=str(path), stdout=out, **options)
    return out.getvalue()


@pytest.mark.parametrize("form", FORMS)
def test_the_command_writes_every_form(real_plan, tmp_path, form):
    target = tmp_path / f"plan.{form}"

    told = export(target)

    assert "149" in told
    assert [file.name for file in tmp_path.iterdir()] == [f"plan.{form}"]
    assert target.stat().st_size > 10_000
    assert target.stat().st_mode & 0o400


def test_the_command_takes_a_reading(real_plan, tmp_path):
    export(tmp_path / "plan.json", reading="approved")

    found = json.loads((tmp_path / "plan.json").read_text("utf-8"))
    assert (found["reading"], found["summary"]["reported"]) == ("approved", 0)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"plan": "yok"}, SLUG),
        ({"year": 2030}, "2030"),
        ({"name": "plan.odt"}, ".xlsx, .docx, .csv, .json, .pdf"),
        ({"name": "plan"}, ".xlsx"),
        ({"name": "yok/plan.xlsx"}, "yok/plan.xlsx"),
    ],
)
def test_what_cannot_be_written_is_one_sentence_and_no_file(real_plan, tmp_path, given, told):
    name = given.pop("name", "plan.xlsx")

    with pytest.raises(CommandError) as error:
        export(tmp_path / name, **given)

    assert told in str(error.value)
    assert error.value.returncode == 1
    assert "\n" not in str(error.value)
    assert list(tmp_path.iterdir()) == []


def test_a_failed_export_leaves_the_old_file(real_plan, tmp_path, monkeypatch):
    target = tmp_path / "plan.json"
    target.write_text("eski")
    monkeypatch.setattr("reports.exports.json._indicators", lambda printed: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        export(target)

    assert target.read_text() == "eski"
    assert [file.name for file in tmp_path.iterdir()] == ["plan.json"]


# --- downloads ----------------------------------------------------------------------------------


def body(response):
    return io.BytesIO(b"".join(response.streaming_content))


@pytest.mark.parametrize("form", FORMS)
def test_anybody_signed_in_downloads_the_plan(real_plan, signed_in, at, form):
    response = signed_in("okur").get(at("plan_export", form))

    assert response.status_code == 200
    assert response["Content-Type"] == FORMS[form].content_type
    disposition = response["Content-Disposition"]
    assert f'attachment; filename="yeap-{SLUG}-2024-taslak.{form}"' in disposition
    assert "filename*=UTF-8''Yerel%20E%C5%9Fitlik" in disposition
    assert response["Content-Length"] == str(len(body(response).getvalue()))


def test_a_downloaded_workbook_is_the_plan_under_the_pages_reading(real_plan, signed_in, at):
    address = at("plan_export", "xlsx")

    for query, value in (({}, 120), ({"reading": "approved"}, None)):
        response = signed_in().get(address, query)
        sheet = load_workbook(body(response)).worksheets[6]
        assert line(sheet, "Durak sayısı")[8].value == value
    assert "-taslak-yalniz-dogrulanmis.xlsx" in response["Content-Disposition"]


@pytest.mark.parametrize(
    ("args", "settings"),
    [(["pdf"], {}), (["xlsx"], {"year": 2030}), (["xlsx"], {"slug": "yok"})],
)
def test_what_does_not_exist_is_not_found(real_plan, signed_in, at, args, settings):
    assert signed_in().get(at("plan_export", *args, **settings)).status_code == 404


def test_files_are_for_people_who_signed_in(real_plan, client, at):
    for address in (at("plan_export", "xlsx"), at("department_template", "9")):
        assert client.get(address).status_code == 302
        assert client.post(address).status_code in (302, 405)


def test_coordinators_get_the_templates_of_their_own_units_only(real_plan, signed_in, at):
    client = signed_in("koordinator")

    own = client.get(at("department_template", "9", year=2025))

    assert load_workbook(body(own)).active["A3"].value == "9. Sağlık İşleri Dairesi Başkanlığı"
    assert f'filename="yeap-{SLUG}-2025-9-saglik-isleri' in own["Content-Disposition"]
    for number in ("7", "11.2", "99"):
        assert client.get(at("department_template", number, year=2025)).status_code == 404


def test_a_branchs_coordinator_does_not_get_the_department(real_plan, signed_in, at):
    branch = real_plan.units.get(number="11.2").department
    client = signed_in(factories.make_user(departments=[branch]))

    assert client.get(at("department_template", "11.2")).status_code == 200
    assert client.get(at("department_template", "11")).status_code == 404
    assert client.get(at("department_template", "11.1")).status_code == 404


def test_reviewers_get_every_template_and_readers_none(real_plan, signed_in, at):
    for number in ("7", "11", "11.2"):
        address = at("department_template", number, year=2025)
        assert signed_in("inceleme").get(address).status_code == 200
        assert signed_in("okur").get(address).status_code == 404


@pytest.mark.parametrize("form", FORMS)
def test_a_plan_of_any_size_costs_the_same_queries(
    real_plan, signed_in, django_assert_num_queries, form
):
    small = plan_of({"target": 5, "realization": 3}, slug="kucuk")

    # session; user; plan; the person's groups; the edition, of which there is none; units;
    # indicators with their values; printed units of activities and indicators; targets; reasons.
    # JSON also names objectives and goals, and the tags of
    # indicators and of activities. At last the log.
    for plan in (small, real_plan):
        client = signed_in()
        with django_assert_num_queries(15 if form == "json" else 11):
            client.get(reverse("plan_export", args=[plan.slug, 2024, form]))


def test_a_template_costs_the_same_queries(real_plan, signed_in, at, django_assert_num_queries):
    client = signed_in()

    # As the plan's, without reasons; the person's groups; the values of the year before; which
    # rows count people; what is saved of the year; the log.
    with django_assert_num_queries(12):
        client.get(at("department_template", "7", year=2025))


def test_a_name_in_the_plan_can_not_break_the_header(signed_in):
    plan = plan_of({"target": 5}, name='Plan"\r\nX: ş', slug="p", short_name='"\r\nX: ş')
    unit = plan.units.get().department
    unit.short_name = 'Ş"; x\n'
    unit.save()
    factories.make_user("reviewer", username="bakan")

    response = signed_in("bakan").get(reverse("department_template", args=["p", 2024, "4"]))

    assert response["Content-Disposition"].startswith(
        'attachment; filename="x-s-p-2024-4-s-x.xlsx"'
    )


def test_file_names_do_not_repeat_the_short_name():
    plan = Plan(short_name="YEEP", slug="yeep-2025")

    assert file_name(plan, 2025, "11.2", "Kadın Şube") == "yeep-2025-2025-11-2-kadin-sube"


def test_workbooks_hold_no_live_parts(real_plan):
    names = zipfile.ZipFile(written(Figures(real_plan, 2024), "xlsx")).namelist()

    assert not [name for name in names if "macro" in name.lower() or "external" in name.lower()]
