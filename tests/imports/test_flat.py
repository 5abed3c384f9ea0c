from decimal import Decimal as D

import pytest

from imports import headers
from imports.headers import ColumnKind, FileColumn, recognise
from imports.layouts import parse
from imports.readers import FileLine, Raw
from imports.table import PrintedUnit

HEADER = "Birim|Şube|Kod|Faaliyet|Gösterge|Mevcut|2024 Hedef|Gerçekleşme"
ROW = "7. Ulaşım Dairesi||4.1.2|Taşımak|Otobüs sayısı|427|432|5"


def lines(*rows, sheet="", title=""):
    return [
        FileLine(number, tuple(row.split("|")), sheet, title)
        for number, row in enumerate(rows, start=1)
    ]


def read(*rows, mapped=None):
    return parse(lines(*rows), mapped)


def problems(table):
    return [(problem.where, problem.column) for problem in table.errors]


# --- Headers -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("2024", FileColumn(ColumnKind.TARGET, 2024)),
        ("2024 Hedef", FileColumn(ColumnKind.TARGET, 2024)),
        ("Hedef 2024", FileColumn(ColumnKind.TARGET, 2024)),
        ("HEDEF (2024)", FileColumn(ColumnKind.TARGET, 2024)),
        ("2024 YILI HEDEFİ", FileColumn(ColumnKind.TARGET, 2024)),
        ("2024 yil sonu hedef degeri", FileColumn(ColumnKind.TARGET, 2024)),
        ("Target 2024", FileColumn(ColumnKind.TARGET, 2024)),
        ("Gerceklesme 2024", FileColumn(ColumnKind.REALIZATION, 2024)),
        ("GERÇEKLEŞME", FileColumn(ColumnKind.REALIZATION)),
        ("2025 Gerçekleşen", FileColumn(ColumnKind.REALIZATION, 2025)),
        ("Birim", FileColumn(ColumnKind.DEPARTMENT)),
        ("Müdürlük", FileColumn(ColumnKind.DEPARTMENT)),
        ("DAİRE BAŞKANLIĞI", FileColumn(ColumnKind.DEPARTMENT)),
        ("Daire Baskanligi", FileColumn(ColumnKind.DEPARTMENT)),
        ("Şube", FileColumn(ColumnKind.BRANCH)),
        ("Sube Mudurlugu", FileColumn(ColumnKind.BRANCH)),
        ("Kod", FileColumn(ColumnKind.CODE)),
        ("FAALİYET KODU", FileColumn(ColumnKind.CODE)),
        ("Faaliyet", FileColumn(ColumnKind.ACTIVITY)),
        ("Gösterge Adı", FileColumn(ColumnKind.INDICATOR)),
        ("PERFORMANS GÖSTERGESİ", FileColumn(ColumnKind.INDICATOR)),
        ("Mevcut Durum", FileColumn(ColumnKind.BASELINE)),
        ("Mevcut (2023)", FileColumn(ColumnKind.BASELINE)),
        ("Baz değer", FileColumn(ColumnKind.BASELINE)),
        ("Sorumlu Birim", FileColumn(ColumnKind.RESPONSIBLE)),
        ("Sorumlu birim / müdürlük", FileColumn(ColumnKind.RESPONSIBLE)),
        ("Destekçi", FileColumn(ColumnKind.SUPPORTING)),
        ("Destekçi Kurum/Kuruluő", FileColumn(ColumnKind.SUPPORTING)),
        ("İş birliği yapılacak kurum ve kuruluşlar", FileColumn(ColumnKind.SUPPORTING)),
    ],
)
def test_usual_spellings_are_recognised(text, column):
    assert recognise(text) == column


@pytest.mark.parametrize(
    "text",
    [
        "Gerçekleşme (%)",
        "2024 Gerçekleşme %",
        "Durum",
        "Oran",
        "Hedef",
        "2024-2026 Hedef",
        "2024 1. çeyrek gerçekleşme",
        "Ölçü birimi",
        "Gösterge türü",
        "Sorumlu kişi",
        "Baz yıl",
        "Sıra No",
        "Stratejik Amaç",
        "",
        "x" * 500,
    ],
)
def test_what_is_not_surely_known_is_not_read(text):
    # Our own exports' computed columns are known, and left alone.
    assert recognise(text) in (None, FileColumn(ColumnKind.IGNORED))


# --- Rows --------------------------------------------------------------------------------------


def test_every_row_brings_its_unit():
    table = read(HEADER, ROW, "11. Kadın|11.2. Kadın Şubesi|4.1.2|Gezmek|Gezi sayısı|1|2|3")

    first, second = table.activities
    assert (first.department, first.branch) == (PrintedUnit("7", "Ulaşım Dairesi"), None)
    assert (second.department, second.branch) == (
        PrintedUnit("11", "Kadın"),
        PrintedUnit("11.2", "Kadın Şubesi"),
    )
    assert first.indicators[0].targets[2024].value == D(432)


def test_blank_cells_of_unit_and_activity_continue_the_row_above():
    table = read(HEADER, ROW, "||||Durak sayısı|1|2|3", "||4.1.3|Yürümek|Yol sayısı|1|2|3")

    assert [activity.code for activity in table.activities] == ["4.1.2", "4.1.3"]
    assert len(table.activities[0].indicators) == 2
    assert {activity.department.number for activity in table.activities} == {"7"}


def test_an_activity_repeated_in_every_row_is_one():
    table = read(HEADER, ROW, ROW.replace("Otobüs", "Durak"), ROW.replace("Otobüs", "Yol"))
    [activity] = table.activities
    assert len(activity.indicators) == 3


def test_one_department_in_two_cases_is_one():
    table = read(
        HEADER, ROW, ROW.replace("Ulaşım Dairesi", "ULAŞIM DAİRESİ").replace("Otobüs", "Yol")
    )
    assert len(table.activities) == 1


def test_the_code_may_stand_in_the_title():
    table = read(
        "Müdürlük|Faaliyet|Gösterge|Mevcut", "Ulaşım|4.1.2. Taşımak|Sayı|1", "Ulaşım|4.1 Tek|Sayı|1"
    )
    assert [(row.code, row.title) for row in table.activities] == [
        ("4.1.2", "Taşımak"),
        ("4.1", "Tek"),
    ]


def test_mudurluk_beside_daire_is_the_branch():
    table = read(
        "Daire Başkanlığı|Müdürlük|Kod|Faaliyet|Gösterge", "Kadın|Aile Şube|1.1.1|Eğitmek|Sayı"
    )
    [activity] = table.activities
    assert (activity.department.name, activity.branch.name) == ("Kadın", "Aile Şube")


def test_numbers_of_units_may_have_columns_of_their_own():
    table = read("Birim|Birim No|Kod|Faaliyet|Gösterge", "Ulaşım|7|4.1.2|Taşımak|Sayı")
    assert table.activities[0].department == PrintedUnit("7", "Ulaşım")


def test_every_realization_column_is_kept_by_its_year():
    table = read(
        "Birim|Kod|Faaliyet|Gösterge|Gerçekleşme|Gerçekleşme 2025", "U|4.1.2|Taşımak|Sayı|5|%6"
    )
    row = table.activities[0].indicators[0]
    assert {year: cell.value for year, cell in row.realizations.items()} == {None: 5, 2025: 6}
    assert row.realization.value == 5
    assert row.is_percent
    assert table.realization_years == [None, 2025]


def test_a_header_of_two_rows_is_put_together():
    table = read(
        "Birim|Kod|Faaliyet|Gösterge|Mevcut|Hedef|||Gerçekleşme|",
        "|||||2024|2025|2026|2024|2025",
        "U|4.1.2|Taşımak|Sayı|1|2|3|4|5|6",
    )
    row = table.activities[0].indicators[0]
    assert {year: cell.value for year, cell in row.targets.items()} == {2024: 2, 2025: 3, 2026: 4}
    assert {year: cell.value for year, cell in row.realizations.items()} == {2024: 5, 2025: 6}


def test_groups_above_the_header_tell_its_years_apart():
    table = read(
        "||||Hedefler||Gerçekleşmeler|",
        "Birim|Kod|Faaliyet|Gösterge|2024|2025|2024|2025",
        "U|4.1.2|Taşımak|Sayı|1|2|3|4",
    )
    row = table.activities[0].indicators[0]
    assert {year: cell.value for year, cell in row.targets.items()} == {2024: 1, 2025: 2}
    assert {year: cell.value for year, cell in row.realizations.items()} == {2024: 3, 2025: 4}


def test_birim_may_be_the_unit_of_measure():
    table = read(
        "7. ULAŞIM DAİRESİ",
        "Faaliyet|Sorumlu Birim|Gösterge|Birim|Mevcut|2024",
        "4.1.2. Taşımak|Ulaşım|Otobüs sayısı|Adet|427|432",
        "||Kadın oranı|%|%5|%6",
    )
    assert (table.rows, table.activities[0].department.number) == (2, "7")
    first, second = table.activities[0].indicators
    assert (first.unit, first.is_percent) == ("adet", False)
    assert (second.unit, second.is_percent) == ("%", True)
    assert not table.unread_columns
    assert not table.errors


# --- Columns nobody knows ------------------------------------------------------------------------


def test_unread_columns_are_listed_with_examples():
    table = read(
        f"{HEADER}|Notlar", *(f"{ROW}|not {n}".replace("Otobüs", f"{n}.") for n in range(5))
    )

    [column] = table.unread_columns
    assert (column.header, column.where) == ("Notlar", "1")
    assert column.examples == ["not 0", "not 1", "not 2"]
    assert not table.errors


def test_a_mapping_reads_what_was_unread():
    header = "Birim|Kod|Faaliyet|Ölçüt|Hedef|Sonuç|Not"
    mapped = {
        "ÖLÇÜT": "indicator",
        "Hedef": "target 2024",
        "Sonuç": "realization 2024",
        "Not": "ignored",
    }
    table = read(header, "U|4.1.2|Taşımak|Sayı|7|8|bir not", mapped=mapped)

    row = table.activities[0].indicators[0]
    assert (row.name, row.targets[2024].value, row.realizations[2024].value) == ("Sayı", 7, 8)
    assert not table.unread_columns


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("target 2024", FileColumn(ColumnKind.TARGET, 2024)),
        ("2024", FileColumn(ColumnKind.TARGET, 2024)),
        ("realization", FileColumn(ColumnKind.REALIZATION)),
        ("realization 2025", FileColumn(ColumnKind.REALIZATION, 2025)),
        ("branch number", FileColumn(ColumnKind.BRANCH_NUMBER)),
        ("target", None),
        ("nonsense", None),
    ],
)
def test_a_mapping_names_columns(text, column):
    assert headers.from_mapping(text) == column


def test_two_columns_of_one_meaning_are_an_error():
    table = read(f"{HEADER}|Hedef 2024", f"{ROW}|9")
    assert problems(table) == [("1", "")]


def test_the_shape_of_the_file_is_its_first_header():
    assert read("Plan", HEADER, ROW).headers == tuple(HEADER.split("|"))


# --- Problems ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        pytest.param("||4.1.2|Taşımak|Sayı|1|2|3", ("2", "department"), id="no department"),
        pytest.param("U|||Taşımak|Sayı|1|2|3", ("2", "code"), id="no code"),
        pytest.param("U||4,1,2|Taşımak|Sayı|1|2|3", ("2", "code"), id="odd code"),
        pytest.param("U||4.1.2||Sayı|1|2|3", ("2", "activity"), id="no title"),
        pytest.param("U||||Sayı|1|2|3", ("2", "activity"), id="no activity"),
        pytest.param("U||4.1.2|Taşımak||1|2|3", ("2", "indicator"), id="no indicator"),
        pytest.param("U||4.1.2|Taşımak|Sayı|1|1e5|3", ("2", "2024"), id="no number"),
        pytest.param(f"{ROW}|x", ("2", ""), id="stray cell"),
    ],
)
def test_a_problem_is_told_with_row_and_column(row, problem):
    assert problems(read(HEADER, row)) == [problem]


def test_a_cell_with_a_problem_is_not_used():
    cells = [*ROW.split("|")]
    cells[2] = Raw("04.01.2002", problem=headers_problem())
    table = parse([*lines(HEADER), FileLine(2, tuple(cells))])
    assert problems(table) == [("2", "code")]
    assert not table.activities


def headers_problem():
    from activities.sentences import Sentence

    return Sentence("a date")


def test_a_remark_below_the_table_is_told_not_dropped():
    table = read(HEADER, ROW, "Kaynak: birimlerin bildirimleri")
    assert not table.errors
    assert [warning.where for warning in table.warnings] == ["3"]
