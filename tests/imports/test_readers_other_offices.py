"""OpenDocument, rich text and old Excel files: what other offices save."""

import io
import zipfile
from decimal import Decimal as D
from pathlib import Path

import pytest

from imports import readers
from imports.readers import UnreadableFile
from imports.readers.limits import Limits

FIELD = Path(__file__).parent / "field"
ROWS = [
    "Birim",
    "Kadın ve Aile Hizmetleri Müdürlüğü",
    "Kadın ve Aile Hizmetleri Müdürlüğü",
    "Zabıta Müdürlüğü",
    "Fen İşleri Müdürlüğü",
]
SPREADSHEET = b"application/vnd.oasis.opendocument.spreadsheet"
NAMES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
)


def sheet(tmp_path, rows, *, styles="", table="", mimetype=SPREADSHEET, manifest=b"<m/>"):
    """Write an .ods of a table's inner XML."""
    content = (
        f"<office:document-content {NAMES}>{styles}<office:body><office:spreadsheet>"
        f'<table:table table:name="Plan" {table}>{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    path = tmp_path / "plan.ods"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", mimetype)
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", manifest)
    return path


def row(*cells, more=""):
    return f"<table:table-row {more}>{''.join(cells)}</table:table-row>"


def text(said, more=""):
    return (
        f'<table:table-cell office:value-type="string" {more}><text:p>{said}</text:p>'
        "</table:table-cell>"
    )


def number(value, kind="float"):
    return (
        f'<table:table-cell office:value-type="{kind}" office:value="{value}"><text:p>x</text:p>'
        "</table:table-cell>"
    )


@pytest.mark.parametrize(("name", "kind"), [("F33_kontrol.ods", "ods"), ("F33_kontrol.xls", "xls")])
def test_the_same_sheet_is_read_from_both(name, kind):
    reader, lines = readers.read(FIELD / name)
    assert reader == kind
    filled = [line for line in lines if line.cells]
    assert [line.texts[0] for line in filled] == ROWS
    assert [line.number for line in filled] == [1, 2, 3, 4, 5]
    assert filled[1].cells[6].number == D(850)


def test_open_documents_tell_their_percentages():
    lines = readers.read(FIELD / "F33_kontrol.ods")[1]
    assert (lines[2].cells[9].number, lines[2].cells[9].is_percent) == (D("77.5"), True)


def test_old_excel_does_not_and_says_so():
    lines = readers.read(FIELD / "F33_kontrol.xls")[1]
    assert lines[3].cells[9].hides_format
    assert "percentages" in str(lines[0].notes[0])


def test_a_text_documents_tables_and_paragraphs_are_read():
    reader, lines = readers.read(FIELD / "F21_eylem_kartlari.odt")
    assert reader == "odt"
    assert lines[0].texts == ("Eylem Kartları",)
    assert (lines[1].sheet, lines[1].texts) == ("Tablo 1", ("Eylem No", "1.1.1"))
    assert {line.sheet for line in lines[1:]} == {"Tablo 1", "Tablo 2", "Tablo 3"}


def test_what_is_not_read_has_its_one_sentence():
    with pytest.raises(UnreadableFile, match=r"F21_eylem_kartlari\.doc .*\.docx"):
        readers.read(FIELD / "F21_eylem_kartlari.doc")


def test_a_rich_text_file_reads_as_the_other_forms_of_it():
    rich = readers.read(FIELD / "F21_eylem_kartlari.rtf")
    assert rich[0] == "rtf"
    assert rich[1] == readers.read(FIELD / "F21_eylem_kartlari.odt")[1]


@pytest.mark.parametrize(
    ("data", "rows"),
    [
        (rb"{\rtf1\ansicpg1254 \trowd\intbl \'fe\cell b\cell\row}", [("ş", "b")]),
        (
            rb"{\rtf1\uc1 \trowd\intbl \u351?a\cell{\*\x gizli}\cell c\cell\row}",
            [("şa", "", "c")],
        ),
        (rb"{\rtf1 \trowd\clvmrg\cellx1\cellx2\intbl\cell a\par b\cell\row}", [("", "a\nb")]),
    ],
)
def test_rich_text_is_read_by_its_control_words(tmp_path, data, rows):
    path = tmp_path / "plan.rtf"
    path.write_bytes(data)
    assert [line.texts for line in readers.read(path)[1]] == rows


@pytest.mark.parametrize("data", [b"{" * 5_000 + rb"\row", rb"{\rtf1 \row}", rb"{\rtf1 a"])
def test_rich_text_that_is_none_is_refused(tmp_path, data):
    path = tmp_path / "plan.rtf"
    path.write_bytes(b"{\\rtf1" + data)
    with pytest.raises(UnreadableFile, match=r"plan\.rtf"):
        readers.read(path)


def test_repeated_cells_and_rows_stand_as_often_as_they_say(tmp_path):
    rows = (
        row(text("a", 'table:number-columns-repeated="2"'), text("b"))
        + row(text(""), more='table:number-rows-repeated="3"')
        + row(text("c"), more='table:number-rows-repeated="2"')
    )
    lines = readers.read(sheet(tmp_path, rows))[1]
    assert [(line.number, line.texts) for line in lines] == [
        (1, ("a", "a", "b")),
        (5, ("c",)),
        (6, ("c",)),
    ]


def test_merged_cells_blanks_and_breaks(tmp_path):
    words = text("iki<text:s text:c='2'/>kelime<text:line-break/>satır")
    rows = row(words, "<table:covered-table-cell/>", text("son"))
    [line] = readers.read(sheet(tmp_path, rows))[1]
    assert line.texts == ("iki  kelime\nsatır", "", "son")
    assert line.cells[1].is_merged


def test_comments_are_no_text(tmp_path):
    note = "<office:annotation><text:p>gizli</text:p></office:annotation>"
    cell = text("a").replace("<text:p>", f"{note}<text:p>", 1)
    [line] = readers.read(sheet(tmp_path, row(cell)))[1]
    assert line.texts == ("a",)


@pytest.mark.parametrize("kind", ["date", "boolean"])
def test_dates_and_truths_are_not_used(tmp_path, kind):
    cell = (
        f'<table:table-cell office:value-type="{kind}" office:{kind}-value="2024-01-05">'
        "<text:p>05.01.24</text:p></table:table-cell>"
    )
    [line] = readers.read(sheet(tmp_path, row(cell)))[1]
    assert line.cells[0].problem is not None


def test_a_hidden_sheet_is_told(tmp_path):
    styles = (
        '<office:automatic-styles><style:style style:name="ta2">'
        '<style:table-properties table:display="false"/></style:style></office:automatic-styles>'
    )
    path = sheet(tmp_path, row(text("a")), styles=styles, table='table:style-name="ta2"')
    with pytest.raises(UnreadableFile, match="empty"):
        readers.read(path)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"mimetype": b"application/vnd.oasis.opendocument.presentation"}, "archive"),
        ({"manifest": b"<m><manifest:encryption-data/></m>"}, "password"),
        ({"styles": "<x"}, "damaged"),
    ],
)
def test_other_archives_are_refused(tmp_path, change, told):
    with pytest.raises(UnreadableFile, match=told):
        readers.read(sheet(tmp_path, row(text("a")), **change))


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (row(text("a"), more='table:number-rows-repeated="1000000"'), "rows"),
        (row(text("a", 'table:number-columns-repeated="16000"')), "columns"),
        (row(text("a"), more='table:number-rows-repeated="90"') * 2, "cells"),
    ],
)
def test_what_is_repeated_too_often_is_refused(tmp_path, rows, told):
    with pytest.raises(UnreadableFile, match=told):
        readers.read(sheet(tmp_path, rows), Limits(rows=1000, cells=150))


def test_a_broken_old_workbook_is_refused(tmp_path):
    data = bytearray((FIELD / "F33_kontrol.xls").read_bytes())
    data[512:4096] = b"\xff" * (4096 - 512)
    path = tmp_path / "plan.xls"
    path.write_bytes(data)
    with pytest.raises(UnreadableFile, match=r"plan\.xls"):
        readers.read(path)


def test_nothing_of_an_archive_is_read_before_it_is_judged(tmp_path):
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", SPREADSHEET)
        archive.writestr("content.xml", b"<a>" + b" " * 90_000_000)
    path = tmp_path / "plan.ods"
    path.write_bytes(bomb.getvalue())
    with pytest.raises(UnreadableFile, match="unpacks"):
        readers.read(path)
