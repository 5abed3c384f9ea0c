import datetime
import io
import re
import zipfile
from decimal import Decimal as D

import openpyxl
import pytest

from imports import layouts, readers
from imports.readers import MERGED, UnreadableFile, xlsx
from indicators.cells import CellKind
from tests.imports.files import HEADER, with_shared_texts

HEADING = "7. ULAŞIM İŞLERİ DAİRESİ BAŞKANLIĞI"
ROW = ("4.1.2. Taşımak", "Ulaşım", "Sağlık", "Otobüs sayısı", 427, 432, 437, 442, 5)
NEXT = (None, None, None, "Durak sayısı", 1, 2, 3, 4, 5)


def sheet_of(*rows, title="Sayfa1"):
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    return sheet


def lines_of(sheet, tmp_path):
    path = tmp_path / "plan.xlsx"
    sheet.parent.save(path)
    return readers.read(path)[1]


def read(sheet, tmp_path):
    return layouts.parse(lines_of(sheet, tmp_path))


def value(tmp_path, cell, number_format="General", column=6):
    """Return the table whose 2024 target is this cell."""
    sheet = sheet_of((HEADING,), HEADER, ROW)
    target = sheet.cell(3, column)
    target.value = cell
    target.number_format = number_format
    return read(sheet, tmp_path)


# --- Cells -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "number_format", "number", "is_percent", "text"),
    [
        (0.5, "0%", D(50), True, "%50"),
        (0.5555, "0.00%", D("55.55"), True, "%55,55"),
        (0.07, "0.0%", D(7), True, "%7"),
        (1.2, '0%;-0%;"-"', D(120), True, "%120"),
        (50, '"%"0', D(50), True, "%50"),
        (50, r"\%0.00", D(50), True, "%50"),
        (7.88, "General", D("7.88"), False, "7,88"),
        (0.1 + 0.2, "General", D("0.3"), False, "0,3"),
        (1234567.5, "#,##0.0", D("1234567.5"), False, "1234567,5"),
        (1234, '0 "adet"', D(1234), False, "1234"),
        (-5, "0", D(-5), False, "-5"),
        (0, "0", D(0), False, "0"),
    ],
)
def test_numbers_keep_their_value_and_percentages_come_in_points(
    cell, number_format, number, is_percent, text, tmp_path
):
    table = value(tmp_path, cell, number_format)
    target = table.activities[0].indicators[0].targets[2024]

    assert not table.errors + table.warnings
    assert (target.value, target.is_percent, target.text) == (number, is_percent, text)
    assert not target.is_ambiguous


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        ("-", CellKind.DASH),
        (None, CellKind.EMPTY),
        ("belli değil", CellKind.TEXT),
        ("%50", CellKind.NUMBER),
    ],
)
def test_texts_go_through_the_one_cell_parser(cell, kind, tmp_path):
    table = value(tmp_path, cell)
    assert table.activities[0].indicators[0].targets[2024].kind is kind


def test_a_computed_number_is_rounded_with_a_warning(tmp_path):
    table = value(tmp_path, 39 / 45, "0%")
    assert table.activities[0].indicators[0].targets[2024].value == D("86.6667")
    assert [warning.column for warning in table.warnings] == ["2024"]


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        pytest.param(datetime.date(2002, 1, 4), "04.01.2002", id="date"),
        pytest.param(datetime.datetime(2002, 1, 4, 5, 6), "04.01.2002", id="moment"),
        pytest.param(datetime.time(4, 1, 2), "04:01:02", id="time"),
        pytest.param(True, "DOĞRU", id="boolean"),
        pytest.param("#DIV/0!", "#DIV/0!", id="Excel error"),
        pytest.param("=A1+B1", "=A1+B1", id="formula without a value"),
        pytest.param(1e300, "1e+300", id="huge"),
    ],
)
def test_what_is_no_number_or_text_is_an_error(cell, told, tmp_path):
    sheet = sheet_of((HEADING,), HEADER, ROW)
    sheet.cell(3, 6).value = cell
    table = read(sheet, tmp_path)

    [problem] = table.errors
    assert (problem.where, problem.column) == ("Sayfa1:3", "2024")
    assert told in problem.message


def test_a_code_turned_into_a_date_is_refused_with_that_explanation(tmp_path):
    sheet = sheet_of(
        ("Birim", "Kod", "Faaliyet", "Gösterge"),
        ("Ulaşım", datetime.datetime(2002, 1, 4), "Taşımak", "Sayı"),
    )
    table = read(sheet, tmp_path)

    [problem] = table.errors
    assert (problem.where, problem.column) == ("Sayfa1:2", "code")
    assert "date" in problem.message
    assert not table.activities


def test_a_code_that_is_a_number_is_asked_about(tmp_path):
    sheet = sheet_of(("Birim", "Kod", "Faaliyet", "Gösterge"), ("Ulaşım", 8.1, "Taşımak", "Sayı"))
    table = read(sheet, tmp_path)

    assert table.activities[0].code == "8.1"
    assert [warning.column for warning in table.warnings] == ["code"]


def test_a_formula_gives_its_stored_value(tmp_path):
    sheet = sheet_of((HEADING,), HEADER, ROW)
    sheet["F3"] = "=400+32"
    table = layouts.parse(_with_xml(sheet, tmp_path, b"<v></v>", b"<v>432</v>", b"<v/>"))
    assert table.activities[0].indicators[0].targets[2024].value == 432


def _with_xml(sheet, tmp_path, old, new, other):
    """Return the lines of a workbook whose sheet's XML was changed as Excel would write it."""
    path = tmp_path / "plan.xlsx"
    sheet.parent.save(path)
    rewrite(path, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(old, new).replace(other, new))
    return readers.read(path)[1]


def rewrite(path, part, change):
    """Change one part of an Office file in place."""
    packed = io.BytesIO(path.read_bytes())
    with zipfile.ZipFile(packed) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, change(data) if name == part else data)


def test_escaped_characters_are_read(tmp_path):
    lines = lines_of(sheet_of(("Ulaşım_x000D_\nDairesi _x005F_x0041_",)), tmp_path)
    assert lines[0].texts == ("Ulaşım\r\nDairesi _x0041_",)


# --- Merged, hidden ----------------------------------------------------------------------------


def test_merged_cells_of_units_hold_for_the_rows_below(tmp_path):
    sheet = sheet_of((HEADING,), HEADER, ROW, NEXT)
    for column in "ABC":
        sheet.merge_cells(f"{column}3:{column}4")
    [activity] = read(sheet, tmp_path).activities
    assert [row.responsible for row in activity.indicators] == ["Ulaşım", "Ulaşım"]


def test_shared_texts_are_put_together_without_their_phonetic_guide(tmp_path):
    path = tmp_path / "plan.xlsx"
    sheet_of(("Ulas",), ("Sağlık",)).parent.save(path)
    path.write_bytes(with_shared_texts(path.read_bytes()))
    text = "<r><t>Ula</t></r><r><rPr><b/></rPr><t>ştır</t></r><rPh sb='0' eb='1'><t>x</t></rPh>"
    rewrite(
        path,
        "xl/sharedStrings.xml",
        lambda xml: re.sub("<t [^>]*>Ulas</t>", text, xml.decode()).encode(),
    )
    assert [line.texts for line in readers.read(path)[1]] == [("Ulaştır",), ("Sağlık",)]


@pytest.mark.parametrize("merged", ["F3:F4", "F3:G3"])
def test_a_merged_value_is_not_guessed_for_the_other_cells(merged, tmp_path):
    sheet = sheet_of((HEADING,), HEADER, ROW, NEXT)
    sheet.merge_cells(merged)
    table = read(sheet, tmp_path)

    assert not table.errors
    [warning] = table.warnings
    assert "merged" in warning.message
    rows = table.activities[0].indicators
    assert rows[0].targets[2024].value == 432
    assert EMPTY_ONES[merged](rows).kind is CellKind.EMPTY


EMPTY_ONES = {
    "F3:F4": lambda rows: rows[1].targets[2024],
    "F3:G3": lambda rows: rows[0].targets[2025],
}


def test_merged_ranges_far_larger_than_the_table_cost_nothing(tmp_path):
    sheet = sheet_of((HEADING,), HEADER, ROW)
    sheet.parent.save(tmp_path / "plan.xlsx")
    ranges = "".join(f'<mergeCell ref="A{row}:XFD1048576"/>' for row in range(1, 2000))
    rewrite(
        tmp_path / "plan.xlsx",
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace(
            b"</sheetData>", f"</sheetData><mergeCells>{ranges}</mergeCells>".encode()
        ),
    )
    lines = readers.read(tmp_path / "plan.xlsx")[1]
    assert lines[0].cells[1] is MERGED


def test_a_merged_header_of_two_rows(tmp_path):
    sheet = sheet_of(
        (HEADING,),
        (
            "Faaliyet",
            "Sorumlu",
            "Destekçi",
            "Gösterge",
            "Mevcut",
            "Hedef",
            None,
            None,
            "Gerçekleşme",
        ),
        (None, None, None, None, None, 2024, 2025, 2026, None),
        ROW,
    )
    for merged in ("A2:A3", "B2:B3", "C2:C3", "D2:D3", "E2:E3", "F2:H2", "I2:I3"):
        sheet.merge_cells(merged)
    table = read(sheet, tmp_path)

    row = table.activities[0].indicators[0]
    assert {year: cell.value for year, cell in row.targets.items()} == {
        2024: 432,
        2025: 437,
        2026: 442,
    }
    assert row.realization.value == 5


def test_hidden_rows_and_columns_are_read_and_told(tmp_path):
    sheet = sheet_of((HEADING,), HEADER, ROW, NEXT)
    sheet.row_dimensions[4].hidden = True
    sheet.column_dimensions["F"].hidden = True
    table = read(sheet, tmp_path)

    assert table.rows == 2
    assert [warning.message[-2:] for warning in table.warnings] == ["4.", "F."]


def test_a_hidden_sheet_is_not_read_and_told(tmp_path):
    sheet = sheet_of((HEADING,), HEADER, ROW)
    hidden = sheet.parent.create_sheet("eski")
    hidden.append(("8. ESKİ DAİRE",))
    hidden.append(HEADER)
    hidden.append(ROW)
    hidden.sheet_state = "hidden"
    table = read(sheet, tmp_path)

    assert table.rows == 1
    assert ["eski" in warning.message for warning in table.warnings] == [True]


# --- Sheets ------------------------------------------------------------------------------------


def test_a_sheets_title_names_its_department_where_no_heading_does(tmp_path):
    sheet = sheet_of(HEADER, ROW, title="7. Ulaşım Dairesi Başkanlığı")
    other = sheet.parent.create_sheet("Sağlık İşleri")
    other.append(("YEREL EŞİTLİK EYLEM PLANI",))
    other.append(HEADER)
    other.append(ROW)
    table = read(sheet, tmp_path)

    assert [(row.department.number, row.department.name) for row in table.activities] == [
        ("7", "Ulaşım Dairesi Başkanlığı"),
        ("", "Sağlık İşleri"),
    ]
    assert not table.errors


def test_a_sheet_named_by_nobody_is_its_responsible_units_and_says_so(tmp_path):
    table = read(sheet_of(HEADER, ROW, title="Sayfa1"), tmp_path)
    assert not table.errors
    assert table.activities[0].department.name == table.activities[0].responsible
    assert "unit" in [question.code for question in table.questions]


def test_branches_on_sheets_of_their_own_find_their_department(tmp_path):
    sheet = sheet_of((HEADING,), HEADER, ROW, title="Ulaşım")
    branch = sheet.parent.create_sheet("7.1. Otobüs")
    branch.append(HEADER)
    branch.append(ROW)
    second = read(sheet, tmp_path).activities[1]
    assert (second.department.number, second.branch.name) == ("7", "Otobüs")


@pytest.mark.parametrize(
    "row",
    [
        ("ULAŞIM DAİRESİ BAŞKANLIĞI 2024 YILI HEDEF GERÇEKLEŞMELERİ",),
        ("Birim: ULAŞIM DAİRESİ BAŞKANLIĞI",),
        ("Daire Başkanlığı:", "ULAŞIM DAİRESİ BAŞKANLIĞI"),
        ("Tablo 3. ULAŞIM DAİRESİ BAŞKANLIĞI",),
    ],
)
def test_headings_with_words_around_the_name(row, tmp_path):
    table = read(sheet_of(row, HEADER, ROW), tmp_path)
    assert table.activities[0].department.name == "ULAŞIM DAİRESİ BAŞKANLIĞI"
    assert not table.errors


def test_a_letterhead_and_signatures_are_told_not_read(tmp_path):
    sheet = sheet_of(("Hazırlayan:", "Ayşe"), (HEADING,), HEADER, ROW)
    table = read(sheet, tmp_path)
    assert not table.errors
    assert [warning.where for warning in table.warnings] == ["Sayfa1:1"]


# --- Too much ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("limits", "told"),
    [
        (readers.Limits(rows=2), "more than 2 rows"),
        (readers.Limits(columns=5), "more than 5 columns"),
        (readers.Limits(cells=20), "more than 20 cells"),
        (readers.Limits(cell_characters=10), "far too long"),
        (readers.Limits(file_bytes=100), "too large"),
        (readers.Limits(parts=3), "unpacks to far more"),
        (readers.Limits(unpacked_bytes=1000), "unpacks to far more"),
    ],
)
def test_limits_come_from_the_caller(limits, told, tmp_path):
    path = tmp_path / "plan.xlsx"
    sheet_of((HEADING,), HEADER, ROW, NEXT).parent.save(path)
    with pytest.raises(UnreadableFile, match=told):
        readers.read(path, limits)


@pytest.mark.parametrize(
    ("number_format", "kind"),
    [
        ("General", xlsx.NO_FORMAT),
        ("0%", xlsx.PER_CENT),
        ("[Red]0.0%", xlsx.PER_CENT),
        ('0"%"', xlsx.PER_CENT_AS_TEXT),
        (r"\%0", xlsx.PER_CENT_AS_TEXT),
    ],
)
def test_percent_formats_are_told_apart(number_format, kind):
    assert xlsx.percent_format(number_format) == kind
