from decimal import Decimal as D

import pytest

from imports.published import parse
from imports.readers import FileLine
from imports.table import PrintedUnit
from indicators.cells import CellKind

HEADING = "6.MALİ HİZMETLER DAİRESİ BAŞKANLIĞI"
MALI = PrintedUnit("6", "MALİ HİZMETLER DAİRESİ BAŞKANLIĞI")
HEADER = "Faaliyet|Sorumlu Birim|Destekçi Kurum/Kuruluş|Gösterge|Mevcut|2024|2025|2026|Gerçekleşme"
ROW = "3.1.8. Bütçeleme uygulamak|Mali Hizmetler|Kadın ve Aile|Uygulama sayısı|1|2|3|4|5"


def read(*rows):
    """Return the table of rows whose cells stand between "|"; the first row is line 1."""
    return parse(
        FileLine(number, tuple(cell.strip() for cell in row.split("|")))
        for number, row in enumerate(rows, start=1)
    )


def problems(table):
    return [(problem.where, problem.column) for problem in table.errors]


def told(table):
    return [problem.message for problem in table.errors]


# --- Headings ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("heading", "unit"),
    [
        pytest.param("6.MALİ HİZMETLER", PrintedUnit("6", "MALİ HİZMETLER"), id="number and dot"),
        pytest.param("7. ULAŞIM", PrintedUnit("7", "ULAŞIM"), id="number, dot and blank"),
        pytest.param("7) ULAŞIM", PrintedUnit("7", "ULAŞIM"), id="number and bracket"),
        pytest.param("7 ULAŞIM", PrintedUnit("7", "ULAŞIM"), id="number and blank"),
        pytest.param("KARİYER MERKEZİ", PrintedUnit("", "KARİYER MERKEZİ"), id="no number"),
        pytest.param(
            "2.FEN İŐLERİ BAŐKANLIĐI", PrintedUnit("2", "FEN İŞLERİ BAŞKANLIĞI"), id="OCR"
        ),
    ],
)
def test_a_line_with_one_cell_names_a_department(heading, unit):
    [activity] = read(heading, HEADER, ROW).activities
    assert (activity.department, activity.branch, activity.owner) == (unit, None, unit)


def test_a_heading_may_stand_in_any_column():
    [activity] = read(f"||{HEADING}|", HEADER, ROW).activities
    assert activity.department == MALI


@pytest.mark.parametrize(
    "heading",
    [
        "6.1. Gelir Şube Müdürlüğü Hedef Gerçekleşmeleri",
        "6.1.Gelir Şube Müdürlüğü",
        "6.1 Gelir Şube Müdürlüğü HEDEF GERÇEKLEŞMELERİ",
    ],
)
def test_a_heading_with_two_numbers_names_a_branch(heading):
    [activity] = read(HEADING, heading, HEADER, ROW).activities

    assert activity.department == MALI
    assert activity.branch == activity.owner == PrintedUnit("6.1", "Gelir Şube Müdürlüğü")


def test_the_next_department_ends_a_branch():
    table = read(HEADING, "6.1. Gelir", HEADER, ROW, "7. ULAŞIM", HEADER, ROW)
    assert [activity.owner.number for activity in table.activities] == ["6.1", "7"]


def test_a_branch_before_any_department_is_an_error():
    table = read("6.1. Gelir Şube Müdürlüğü", HEADER, ROW)
    assert problems(table)[0] == ("1", "")


def test_one_code_under_two_units_is_two_activities():
    table = read(HEADING, HEADER, ROW, "7. ULAŞIM", HEADER, ROW)

    assert [(row.owner.number, row.code) for row in table.activities] == [
        ("6", "3.1.8"),
        ("7", "3.1.8"),
    ]
    assert not table.errors


# --- Headers -----------------------------------------------------------------------------------


def test_columns_are_found_in_any_order_and_spelling():
    table = read(
        HEADING,
        "GÖSTERGE|2024|faaliyet|Gerçekleşme|Mevcut Durum|Destekçi kurum /kuruluő",
        "Uygulama sayısı|2|3.1.8 Uygulamak|5|1|Paydaşlar",
    )
    [activity] = table.activities
    [row] = activity.indicators

    assert (activity.code, activity.title, activity.supporting) == (
        "3.1.8",
        "Uygulamak",
        "Paydaşlar",
    )
    assert (row.name, row.baseline.value, row.realization.value) == ("Uygulama sayısı", 1, 5)
    assert {year: cell.value for year, cell in row.targets.items()} == {2024: 2}


def test_years_are_those_of_the_columns():
    table = read(HEADING, HEADER, ROW)
    assert (table.years, table.has_realization) == ([2024, 2025, 2026], True)


def test_a_file_need_not_have_realizations():
    table = read(HEADING, HEADER.removesuffix("|Gerçekleşme"), ROW.removesuffix("|5"))
    assert not table.has_realization
    assert table.activities[0].indicators[0].realization.kind is CellKind.EMPTY


def test_a_repeated_header_is_no_row_and_ends_nothing():
    table = read(HEADING, HEADER, ROW, HEADER, "|||Toplantı sayısı|1|1|1|1|1")

    [activity] = table.activities
    assert [row.name for row in activity.indicators] == ["Uygulama sayısı", "Toplantı sayısı"]


def test_a_header_may_change_the_columns_for_the_rows_below_it():
    swapped = HEADER.replace("Mevcut|2024", "2024|Mevcut")
    table = read(HEADING, HEADER, ROW, swapped, "|||Toplantı sayısı|10|20|1|1|1")

    row = table.activities[0].indicators[1]
    assert (row.baseline.value, row.targets[2024].value) == (20, 10)


def test_a_header_without_a_needed_column_is_an_error():
    table = read(HEADING, HEADER.replace("Gösterge", "Ölçü"), ROW)
    assert problems(table)[0] == ("2", "")
    assert not table.activities


def test_rows_above_any_header_are_errors():
    table = read(HEADING, ROW, HEADER, ROW)

    assert problems(table) == [("2", "")]
    assert len(table.activities) == 1


@pytest.mark.parametrize("rows", [(), ("", "|||"), (HEADING,)], ids=["none", "blank", "heading"])
def test_a_file_without_a_table_says_so(rows):
    assert told(read(*rows)) == ["The file holds no plan table with a header row."]


# --- Rows --------------------------------------------------------------------------------------


def test_a_row_without_an_activity_continues_the_one_above():
    table = read(HEADING, HEADER, ROW, "|||Toplantı sayısı|6|7|8|9|10")

    [activity] = table.activities
    row = activity.indicators[1]
    assert (activity.where, row.where) == ("3", "4")
    assert (row.responsible, row.supporting) == ("Mali Hizmetler", "Kadın ve Aile")
    assert [cell.value for cell in row.cells] == [6, 7, 8, 9, 10]


def test_a_continuation_may_bring_a_unit_of_its_own_which_then_holds():
    table = read(
        HEADING,
        HEADER,
        ROW,
        "|Strateji Şube Müdürlüğü||Toplantı sayısı|1|1|1|1|1",
        "||Paydaşlar|Rapor sayısı|1|1|1|1|1",
    )
    units = [(row.responsible, row.supporting) for row in table.activities[0].indicators]

    assert units == [
        ("Mali Hizmetler", "Kadın ve Aile"),
        ("Strateji Şube Müdürlüğü", "Kadın ve Aile"),
        ("Strateji Şube Müdürlüğü", "Paydaşlar"),
    ]


def test_units_do_not_pass_on_to_the_next_activity():
    table = read(HEADING, HEADER, ROW, "3.1.9. Eğitmek|||Eğitim sayısı|1|1|1|1|1")
    assert (table.activities[1].responsible, table.activities[1].supporting) == ("", "")
    assert table.activities[1].indicators[0].responsible == ""


def test_a_row_with_only_an_indicators_name_is_an_indicator():
    table = read(HEADING, HEADER, ROW, "|||Toplantı sayısı|||||")

    row = table.activities[0].indicators[1]
    assert {cell.kind for cell in row.cells} == {CellKind.EMPTY}
    assert not table.errors


def test_cells_that_a_short_row_lacks_are_empty():
    table = read(HEADING, HEADER, "3.1.8. Uygulamak|Mali Hizmetler||Uygulama sayısı|1|2")

    cells = table.activities[0].indicators[0].cells
    assert [cell.kind.value for cell in cells] == ["number", "number", "empty", "empty", "empty"]


def test_0_dash_empty_and_text_stay_apart():
    table = read(HEADING, HEADER, "3.1.8. Uygulamak|||Uygulama sayısı|0|-||belli olacak|%0")
    [row] = table.activities[0].indicators

    assert [cell.kind.value for cell in row.cells] == ["number", "dash", "empty", "text", "number"]
    assert [cell.value for cell in row.cells] == [D(0), None, None, None, D(0)]


@pytest.mark.parametrize(
    ("cells", "is_percent"),
    [("%50|%50|%50|%50|%40", True), ("20|%30|35|40|26", True), ("20|30|35|40|26", False)],
)
def test_a_row_is_in_percent_where_one_cell_is(cells, is_percent):
    table = read(HEADING, HEADER, f"3.1.6. Temsil|||Kadın oranı|{cells}")
    assert table.activities[0].indicators[0].is_percent is is_percent


@pytest.mark.parametrize(
    ("cell", "code", "title"),
    [
        ("3.1.8. Uygulamak", "3.1.8", "Uygulamak"),
        ("3.1.8 Uygulamak", "3.1.8", "Uygulamak"),
        ("3.1.8.Uygulamak", "3.1.8", "Uygulamak"),
        ("8.1 Paylaşmak", "8.1", "Paylaşmak"),
        ("1.1.10. 3 kurs açmak", "1.1.10", "3 kurs açmak"),
    ],
)
def test_an_activity_begins_with_its_code(cell, code, title):
    [activity] = read(HEADING, HEADER, f"{cell}|||Sayı|1|1|1|1|1").activities
    assert (activity.code, activity.title) == (code, title)


@pytest.mark.parametrize("headings", [(HEADING,), (HEADING, "6.1. Gelir Şube Müdürlüğü")])
def test_an_activity_repeated_in_its_unit_goes_on(headings):
    table = read(*headings, HEADER, ROW, HEADER, ROW.replace("Uygulama", "Toplantı"))

    [activity] = table.activities
    assert len(activity.indicators) == 2
    assert not table.errors


# --- Problems ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        pytest.param(
            (HEADING, HEADER, "Bütçeleme uygulamak|||Sayı|1|1|1|1|1"),
            ("3", "activity"),
            id="code missing",
        ),
        pytest.param(
            (HEADING, HEADER, "3.1.8.|||Sayı|1|1|1|1|1"), ("3", "activity"), id="title missing"
        ),
        pytest.param(
            (HEADING, HEADER, "3. Uygulamak|||Sayı|1|1|1|1|1"), ("3", "activity"), id="short code"
        ),
        pytest.param((HEADER, ROW), ("2", "activity"), id="no department above"),
        pytest.param(
            (HEADING, HEADER, "|||Sayı|1|1|1|1|1"), ("3", "activity"), id="no activity above"
        ),
        pytest.param(
            (HEADING, HEADER, ROW, "7. ULAŞIM", HEADER, "|||Sayı|1|1|1|1|1"),
            ("6", "activity"),
            id="a heading ends the activity above",
        ),
        pytest.param(
            (HEADING, HEADER, ROW, ROW.replace("Bütçeleme", "Eğitim")),
            ("4", "activity"),
            id="two titles of one code",
        ),
        pytest.param(
            (HEADING, HEADER, ROW, "|||UYGULAMA SAYISI|1|1|1|1|1"),
            ("4", "indicator"),
            id="duplicate indicator",
        ),
        pytest.param(
            (HEADING, HEADER, "3.1.8. Uygulamak|||  |1|1|1|1|1"),
            ("3", "indicator"),
            id="indicator without a name",
        ),
        pytest.param((HEADING, HEADER, f"{ROW}|99"), ("3", ""), id="stray cell"),
        pytest.param((HEADING, HEADER, ROW.replace("|2|", "|1e5|")), ("3", "2024"), id="no number"),
        pytest.param(
            (HEADING, HEADER, ROW.replace("|1|", "|½|")), ("3", "baseline"), id="no baseline"
        ),
        pytest.param(
            (HEADING, HEADER, ROW.removesuffix("5") + "1_0"),
            ("3", "realization"),
            id="no realization",
        ),
    ],
)
def test_a_problem_is_told_with_row_and_column(rows, problem):
    assert problems(read(*rows)) == [problem]


def test_all_problems_come_back_at_once():
    table = read(
        "6.1. Gelir Şube Müdürlüğü",
        HEADING,
        ROW,
        HEADER,
        "Kodsuz|||Sayı|1|1|1|1|1",
        ROW.replace("|1|2|", "|1e5|1_000|"),
        "|||UYGULAMA SAYISI|1|1|1|1|1|fazla",
        ROW.replace("Bütçeleme", "Eğitim"),
    )

    assert sorted(problems(table)) == [
        ("1", ""),
        ("3", ""),
        ("5", "activity"),
        ("6", "2024"),
        ("6", "baseline"),
        ("7", ""),
        ("7", "indicator"),
        ("8", "activity"),
    ]


def test_a_problem_quotes_what_was_written():
    [problem] = read(HEADING, HEADER, ROW.replace("|2|", "|1,234.56|")).errors
    assert problem.value == "1,234.56"
    assert "1,234.56" in problem.message


def test_problems_of_a_workbook_name_the_sheet():
    lines = [
        FileLine(number, tuple(row.split("|")), sheet="Mali")
        for number, row in enumerate((HEADING, HEADER, "Kodsuz|||Sayı|1|1|1|1|1"), start=4)
    ]
    assert [problem.where for problem in parse(lines).errors] == ["Mali:6"]


@pytest.mark.parametrize(
    ("cell", "column"),
    [
        pytest.param("1.234", "2024", id="two readings"),
        pytest.param("belli olacak", "2024", id="text"),
    ],
)
def test_a_doubtful_cell_is_kept_with_a_warning(cell, column):
    table = read(HEADING, HEADER, ROW.replace("|2|", f"|{cell}|"))

    assert not table.errors
    [warning] = table.warnings
    assert (warning.where, warning.column, warning.value) == ("3", column, cell)
    assert cell in warning.message
