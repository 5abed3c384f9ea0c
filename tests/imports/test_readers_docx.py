from docx import Document
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn

from imports import layouts, readers
from imports.readers import MERGED
from indicators.cells import CellKind
from tests.imports.files import HEADER, fill

HEADING = "7. ULAŞIM İŞLERİ DAİRESİ BAŞKANLIĞI"
ROW = ("4.1.2. Taşımak", "Ulaşım", "Sağlık", "Otobüs sayısı", "427", "432", "437", "442", "%5,5")
NEXT = ("", "", "", "Durak sayısı", "1", "2", "3", "4", "5")


def document_of(*rows, heading=HEADING):
    document = Document()
    document.add_paragraph(heading)
    add(document, rows)
    return document


def add(document, rows):
    table = document.add_table(0, len(HEADER))
    for row in rows:
        fill(table.add_row(), row)
    return table


def lines_of(document, tmp_path):
    document.save(tmp_path / "plan.docx")
    reader, lines = readers.read(tmp_path / "plan.docx")
    assert reader == "docx"
    return lines


def read(document, tmp_path):
    return layouts.parse(lines_of(document, tmp_path))


def test_a_place_names_the_table_and_the_row(tmp_path):
    table = read(document_of(HEADER, ROW, NEXT), tmp_path)
    [activity] = table.activities
    assert [row.where for row in activity.indicators] == ["Tablo 1:2", "Tablo 1:3"]


def test_a_table_continued_without_a_heading_or_header_goes_on(tmp_path):
    document = document_of(HEADER, ROW)
    document.add_paragraph("")
    add(document, [NEXT])
    [activity] = read(document, tmp_path).activities
    assert len(activity.indicators) == 2


def test_another_table_with_other_columns_is_not_read_as_the_plan(tmp_path):
    document = document_of(HEADER, ROW)
    contacts = document.add_table(1, 2)
    fill(contacts.rows[0], ("Ayşe", "0324 000 00 00"))
    table = read(document, tmp_path)

    assert table.rows == 1
    assert not table.errors
    assert [warning.where for warning in table.warnings] == ["Tablo 2:1"]


def test_narrative_and_captions_are_no_departments(tmp_path):
    document = Document()
    for text in (
        "Yerel Eşitlik Eylem Planı 2024-2026",
        "1. Giriş",
        "Bu bölüm, birimlerin 2024 yılında yaptıklarını anlatır.",
        HEADING,
        "Tablo 4. Gerçekleşmeler",
        "Birim, faaliyetlerini zamanında yürütmüştür.",
        "12",
    ):
        document.add_paragraph(text)
    add(document, [HEADER, ROW])
    table = read(document, tmp_path)

    assert table.activities[0].department.number == "7"
    assert not table.errors + table.warnings


def test_a_short_line_without_a_sign_of_a_unit_is_taken_with_a_warning(tmp_path):
    table = read(document_of(HEADER, ROW, heading="Zabıta"), tmp_path)
    assert table.activities[0].department.name == "Zabıta"
    assert len(table.warnings) == 1


def test_a_heading_within_the_table_starts_a_unit(tmp_path):
    document = document_of(HEADER, ROW)
    row = document.tables[0].add_row()
    row.cells[0].merge(row.cells[-1]).text = "8. SAĞLIK İŞLERİ DAİRESİ BAŞKANLIĞI"
    fill(document.tables[0].add_row(), ROW)
    table = read(document, tmp_path)
    assert [activity.department.number for activity in table.activities] == ["7", "8"]


def test_an_activity_over_the_whole_width_holds_for_the_rows_below(tmp_path):
    document = document_of(HEADER)
    row = document.tables[0].add_row()
    row.cells[0].merge(row.cells[-1]).text = "4.1.2. Taşımak"
    fill(document.tables[0].add_row(), NEXT)
    [activity] = read(document, tmp_path).activities
    assert [indicator.name for indicator in activity.indicators] == ["Durak sayısı"]


def test_vertically_merged_values_are_not_guessed(tmp_path):
    document = document_of(HEADER, ROW, (*NEXT[:5], "", *NEXT[6:]))
    cells = document.tables[0].columns[5].cells
    cells[1].merge(cells[2])
    table = read(document, tmp_path)

    assert table.activities[0].indicators[1].targets[2024].kind is CellKind.EMPTY
    assert ["merged" in warning.message for warning in table.warnings] == [True]


def test_cells_with_shifted_borders_find_their_column(tmp_path):
    document = document_of(HEADER, ROW)
    # Every cell now spans three grid columns; the second row's border lies one to the right.
    for place, row in enumerate(document.tables[0].rows):
        for index, cell in enumerate(row._tr.tc_lst):
            cell.grid_span = 3 + (place == 1) * ((index == 0) - (index == 1))
    assert read(document, tmp_path).activities[0].indicators[0].targets[2024].value == 432


def test_a_row_whose_columns_are_unclear_is_an_error(tmp_path):
    document = document_of(HEADER, ROW)
    cells = document.tables[0].rows[1]._tr.tc_lst
    for cell in document.tables[0].rows[0]._tr.tc_lst:
        cell.grid_span = 4
    for index, cell in enumerate(cells):
        cell.grid_span = 1 if index < 8 else 28
    table = read(document, tmp_path)
    assert table.errors
    assert not table.rows


def test_revisions_count_as_printed(tmp_path):
    document = document_of(HEADER, ROW)
    paragraph = document.tables[0].cell(1, 3).paragraphs[0]._p
    for tag, text_tag, text in (("w:ins", "w:t", " yeni"), ("w:del", "w:delText", " eski")):
        revision = OxmlElement(tag)
        run = OxmlElement("w:r")
        written = OxmlElement(text_tag)
        written.text = text
        written.set(qn("xml:space"), "preserve")
        run.append(written)
        revision.append(run)
        paragraph.append(revision)
    assert read(document, tmp_path).activities[0].indicators[0].name == "Otobüs sayısı yeni"


def test_a_table_inside_a_content_control_is_read(tmp_path):
    document = document_of(HEADER, ROW)
    table = document.tables[0]._tbl
    control = parse_xml(f"<w:sdt {nsdecls('w')}><w:sdtContent/></w:sdt>")
    table.addprevious(control)
    control[0].append(table)
    assert read(document, tmp_path).rows == 1


def test_line_breaks_in_a_cell_become_blanks(tmp_path):
    document = document_of(HEADER, (*ROW[:2], "STK'lar\nPaydaşlar", *ROW[3:]))
    assert read(document, tmp_path).activities[0].supporting == "STK'lar Paydaşlar"


def test_merged_cells_are_marked(tmp_path):
    document = document_of(HEADER, ROW)
    row = document.tables[0].rows[1]
    row.cells[5].merge(row.cells[6])
    lines = lines_of(document, tmp_path)
    assert lines[2].cells[6] is MERGED
