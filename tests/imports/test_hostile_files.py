"""Damaged and hostile files: one sentence each that names the file, soon and in little memory."""

import io
import json
import subprocess
import sys
import time
import zipfile
import zlib
from functools import lru_cache
from pathlib import Path
from random import Random

import openpyxl
import pytest
from docx import Document
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from imports import layouts, readers
from imports.readers import UnreadableFile
from imports.readers.archives import CONTENT_TYPES
from tests.imports.files import HEADER, blocks, pdf, plan, with_shared_texts

ROOT = Path(__file__).resolve().parents[2]
MEGABYTE = 1_000_000
ROWS = (
    ("7. ULAŞIM DAİRESİ BAŞKANLIĞI",),
    HEADER,
    ("4.1.2. Taşımak", "Ulaşım", "Sağlık", "Otobüs sayısı", 427, 432, 437, 442, 5),
)
SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
DOCUMENT = "word/document.xml"


@lru_cache
def workbook():
    book = openpyxl.Workbook()
    for row in ROWS:
        book.active.append(row)
    data = io.BytesIO()
    book.save(data)
    return with_shared_texts(data.getvalue())


@lru_cache
def document():
    written = Document()
    written.add_paragraph(ROWS[0][0])
    table = written.add_table(0, len(HEADER))
    for row in ROWS[1:]:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = str(text)
    data = io.BytesIO()
    written.save(data)
    return data.getvalue()


@lru_cache
def printed(folder):
    return pdf(folder / "real.pdf", [next(iter(blocks(plan())))]).read_bytes()


def with_part(package, part, change):
    """Return an Office file with one part changed, or added."""
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(package)) as old,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == part else old.read(name))
        if part not in old.namelist():
            new.writestr(part, change(b""))
    return packed.getvalue()


def swap(old, new):
    def change(data):
        assert old in data
        return data.replace(old, new, 1)

    return change


def ole(content=b""):
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + content


def scan():
    data = io.BytesIO()
    Image.new("L", (600, 800), 255).save(data, "PDF")
    return data.getvalue()


def pdf_of(*objects, trailer=b""):
    body = b"".join(b"%d 0 obj\n%s\nendobj\n" % entry for entry in enumerate(objects, start=1))
    return b"%PDF-1.4\n" + body + b"trailer\n<</Root 1 0 R " + trailer + b">>\n%%EOF"


def pdf_bomb():
    packed = zlib.compress(bytes(350 * MEGABYTE), 9)
    return pdf_of(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>",
        b"<</Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (len(packed), packed),
    )


def pdf_with_password():
    secret = b"<</Filter/Standard/V 1/R 2/P -4/O(%s)/U(%s)>>" % (b"o" * 32, b"u" * 32)
    return pdf_of(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[]/Count 0>>",
        trailer=b"/ID[(a)(a)]/Encrypt " + secret,
    )


def zip_of(parts):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts:
            archive.writestr(name, data)
    return packed.getvalue()


def entities(before):
    declared = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    return lambda data: data.replace(before, declared + before, 1)


def external(data):
    return data.replace(
        b"<worksheet", b'<!DOCTYPE x SYSTEM "http://example.invalid/x.dtd"><worksheet', 1
    )


def utf16_entities(data):
    text = data.decode().replace("<worksheet", '<!DOCTYPE x [<!ENTITY a "b">]><worksheet', 1)
    return text.replace("UTF-8", "UTF-16").encode("utf-16")


def inline(text):
    return swap(b"<v>427</v>", b"<v>" + text + b"</v>")


LONG = Random(1).randbytes(5 * MEGABYTE).hex().encode()  # that packing does not make short
BOMB = b"<row>" + b" " * (100 * MEGABYTE) + b"</row>"
MANY_CELLS = b'<row r="9">' + b'<c r="A9"><v>1</v></c>' * 1_000_000 + b"</row></sheetData>"
MANY_STYLES = b"<xf/>" * 300_000 + b"</cellXfs>"
MANY_PARAGRAPHS = b"<w:p/>" * 2_600_000

HOSTILE = {
    "empty.xlsx": (lambda: b"", "is empty"),
    "blank.csv": (lambda: b" \r\n;;;\r\n", "is empty"),
    "no-rows.xlsx": (
        lambda: with_part(workbook(), SHEET, lambda _data: b"<worksheet><sheetData/></worksheet>"),
        "is empty",
    ),
    "picture.xlsx": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(100), "is a picture"),
    "page.xls": (lambda: b"<html><table><tr><td>1</td></tr></table>", "web page or XML"),
    "rich.docx": (lambda: b"{\\rtf1 x}", "rich text"),
    "packed.csv": (lambda: b"\x1f\x8b\x08" + bytes(99), "packed file"),
    "slides.pptx": (lambda: zip_of([(CONTENT_TYPES, "presentationml")]), "no .xlsx or .docx"),
    "plain.zip": (lambda: zip_of([("a.txt", "a")]), "no .xlsx or .docx"),
    "no-parts.xlsx": (lambda: zip_of([]), "no .xlsx or .docx"),
    "unknown.bin": (lambda: b"abc", "cannot be read. Known are"),
    "half.xlsx": (lambda: workbook()[: len(workbook()) // 2], "damaged or incomplete"),
    "half.docx": (lambda: document()[: len(document()) // 2], "damaged or incomplete"),
    "start.pdf": (lambda: b"%PDF-1.7\n%abc", "damaged|only pictures"),
    "secret.xlsx": (lambda: ole("EncryptedPackage".encode("utf-16-le")), "password"),
    "secret.pdf": (pdf_with_password, "password"),
    "old.xls": (ole, "old Office"),
    "macros.xlsm": (
        lambda: with_part(
            workbook(),
            CONTENT_TYPES,
            swap(
                b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
                b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
            ),
        ),
        "macros",
    ),
    "macros.xlsx": (
        lambda: with_part(
            workbook(),
            CONTENT_TYPES,
            swap(b"</Types>", b'<Override PartName="/xl/vbaProject.bin"/></Types>'),
        ),
        "macros",
    ),
    "binary.xlsb": (
        lambda: zip_of([(CONTENT_TYPES, "application/vnd.ms-excel.sheet.binary.macroEnabled")]),
        "binary workbook",
    ),
    "strict.xlsx": (
        lambda: with_part(
            workbook(),
            SHEET,
            swap(
                b"http://schemas.openxmlformats.org/spreadsheetml",
                b"http://purl.oclc.org/ooxml/spreadsheetml",
            ),
        ),
        "Strict",
    ),
    "bomb.xlsx": (
        lambda: with_part(workbook(), SHEET, swap(b"<sheetData>", b"<sheetData>" + BOMB)),
        "unpacks to far more",
    ),
    "parts.docx": (
        lambda: zip_of([(CONTENT_TYPES, "x"), *((f"{n}.xml", "<a/>") for n in range(3000))]),
        "unpacks to far more",
    ),
    "bomb.docx": (
        lambda: with_part(document(), "word/media/a.bin", lambda _data: bytes(200 * MEGABYTE)),
        "unpacks to far more",
    ),
    "bomb.pdf": (pdf_bomb, "too complicated|damaged"),
    "wide.xlsx": (lambda: with_part(workbook(), SHEET, swap(b'r="E3"', b'r="XFD3"')), "columns"),
    "cell.xlsx": (
        lambda: with_part(workbook(), STRINGS, swap(b"Faaliyet", LONG)),
        "far too long",
    ),
    "inline.xlsx": (
        lambda: with_part(workbook(), SHEET, inline(LONG)),
        "far too long",
    ),
    "cell.docx": (
        lambda: with_part(document(), DOCUMENT, swap(b"427", LONG)),
        "far too long",
    ),
    "cell.csv": (lambda: b"a;b;c\n" + b"a" * 10 * MEGABYTE + b";1;2\n", "characters|quotation"),
    "cell.txt": (lambda: b"a\tb\tc\n" + b"a" * 10 * MEGABYTE + b"\t1\t2\n", "characters"),
    "quote.csv": (lambda: b'a;b;c\n"' + b"a;b\n" * MEGABYTE, "quotation marks"),
    "entities.xlsx": (
        lambda: with_part(workbook(), SHEET, entities(b"<worksheet")),
        "XML entities",
    ),
    "entities.docx": (
        lambda: with_part(document(), DOCUMENT, entities(b"<w:document")),
        "XML entities",
    ),
    "utf16-entities.xlsx": (lambda: with_part(workbook(), SHEET, utf16_entities), "XML entities"),
    "external.xlsx": (lambda: with_part(workbook(), SHEET, external), "XML entities"),
    "encoding.xlsx": (
        lambda: with_part(
            workbook(), SHEET, lambda data: b'<?xml version="1.0" encoding="cp037"?>' + data
        ),
        "damaged",
    ),
    "cells.xlsx": (
        lambda: with_part(workbook(), SHEET, swap(b"</sheetData>", MANY_CELLS)),
        "cells|far more|damaged",
    ),
    "styles.xlsx": (
        lambda: with_part(workbook(), "xl/styles.xml", swap(b"</cellXfs>", MANY_STYLES)),
        "far more",
    ),
    "elements.docx": (
        lambda: with_part(document(), DOCUMENT, swap(b"<w:body>", b"<w:body>" + MANY_PARAGRAPHS)),
        "far more",
    ),
    "rows.txt": (lambda: b"a\tb\n" * 200_000, "more than 100000 rows"),
    "columns.csv": (lambda: b";".join([b"a"] * 1000), "more than 200 columns"),
    "scan.pdf": (scan, "only pictures"),
    "nul.csv": (lambda: b"a;b\x00;c\nd;e;f\n", "not a text file"),
    "noise.csv": (lambda: bytes(range(1, 256)) * 40, "letters cannot be read|web page|not a text"),
    "loop.pdf": (
        lambda: pdf_of(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[2 0 R]/Count 9>>"),
        "damaged|only pictures",
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_gets_one_sentence_soon(name, tmp_path):
    make, told = HOSTILE[name]
    path = tmp_path / name
    path.write_bytes(make())

    before = time.process_time()
    with pytest.raises(UnreadableFile, match=told) as caught:
        readers.read(path)

    assert str(caught.value).startswith(name)
    assert time.process_time() - before < 10


def test_hostile_files_take_little_memory(tmp_path):
    """One process reads the largest of them all; what it needs for it stays below 300 MB."""
    pytest.importorskip("resource")
    names = ["cells.xlsx", "elements.docx", "cell.xlsx", "inline.xlsx", "cell.csv", "quote.csv"]
    for name in names:
        (tmp_path / name).write_bytes(HOSTILE[name][0]())
    code = """
import resource, sys
from pathlib import Path
from imports import readers
from imports.readers import docx, xlsx
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
before = peak()
for name in sys.argv[1:]:
    try:
        readers.read(Path(name))
    except readers.UnreadableFile:
        print(round(peak() - before))
"""
    run = subprocess.run(
        [sys.executable, "-c", code, *(str(tmp_path / name) for name in names)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    peaks = list(map(int, run.stdout.split()))
    assert len(peaks) == len(names)
    assert max(peaks) < 300


# --- Harmless after all ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "make", "reader"),
    [
        pytest.param("plan.xlsx", document, "docx", id="Word named Excel"),
        pytest.param("plan.docx", workbook, "xlsx", id="Excel named Word"),
        pytest.param("plan", workbook, "xlsx", id="no extension"),
        pytest.param("plan.pdf", lambda: "\t".join(HEADER).encode(), "text", id="text named PDF"),
    ],
)
def test_a_wrong_extension_is_read_by_its_content(name, make, reader, tmp_path):
    (tmp_path / name).write_bytes(make())
    assert readers.read(tmp_path / name)[0] == reader


@pytest.mark.parametrize(
    ("part", "change"),
    [
        pytest.param(
            SHEET,
            lambda data: data.replace(b'ref="A1:I3"', b'ref="A1:XFD1048576"'),
            id="huge declared size",
        ),
        pytest.param(
            SHEET,
            swap(b"</sheetData>", b'<row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>'),
            id="an empty cell far out",
        ),
        pytest.param(
            "xl/_rels/workbook.xml.rels",
            swap(
                b"</Relationships>",
                b'<Relationship Id="x9" TargetMode="External" Target="http://example.invalid/"'
                b' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
                b'externalLink"/></Relationships>',
            ),
            id="external reference",
        ),
    ],
)
def test_what_is_only_declared_changes_nothing(part, change, tmp_path):
    (tmp_path / "plan.xlsx").write_bytes(with_part(workbook(), part, change))
    table = layouts.parse(readers.read(tmp_path / "plan.xlsx")[1])
    assert (table.rows, table.errors) == (1, [])


def test_an_uploaded_file_is_told_by_the_name_people_know(tmp_path):
    (tmp_path / "tmp1234.upload").write_bytes(b"{\\rtf")
    with pytest.raises(UnreadableFile, match=r"^Plan 2024\.docx is a rich text file"):
        readers.read(tmp_path / "tmp1234.upload", name="Plan 2024.docx")


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(UnreadableFile, match="could not be opened"):
        readers.read(tmp_path / "none.xlsx")


# --- Fuzzing -----------------------------------------------------------------------------------

MUTATIONS = st.lists(
    st.tuples(
        st.floats(0, 1, exclude_max=True),
        st.sampled_from(["set", "cut", "insert"]),
        st.binary(max_size=8),
    ),
    min_size=1,
    max_size=6,
)
FUZZ = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def mutated(data, mutations):
    changed = bytearray(data)
    for place, how, some in mutations:
        index = int(place * len(changed))
        end = index + (0 if how == "insert" else len(some) or 1)
        changed[index:end] = b"" if how == "cut" else some
    return bytes(changed)


def tried(path, data):
    """Read the bytes and make sense of them; anything but lines or UnreadableFile is a fault."""
    path.write_bytes(data)
    before = time.monotonic()
    try:
        _reader, lines = readers.read(path)
    except UnreadableFile as error:
        told = str(error)
    else:
        told = path.name
        table = layouts.parse(lines)
        json.dumps([problem.message for problem in table.errors + table.warnings])
    assert told.startswith(path.name)
    assert time.monotonic() - before < 20


@FUZZ
@given(
    st.binary(max_size=2000),
    st.sampled_from([".xlsx", ".docx", ".csv", ".txt"]),
    st.sampled_from([b"", b"PK\x03\x04", b"\xff\xfe"]),
)
def test_random_bytes_only_ever_raise_unreadable(tmp_path, data, suffix, start):
    tried(tmp_path / f"fuzz{suffix}", start + data)


@FUZZ
@given(st.sampled_from([workbook, document]), MUTATIONS)
def test_mutated_packages_only_ever_raise_unreadable(tmp_path, make, mutations):
    tried(tmp_path / "fuzz.xlsx", mutated(make(), mutations))


@FUZZ
@given(
    st.sampled_from(
        [
            (workbook, SHEET),
            (workbook, STRINGS),
            (workbook, "xl/styles.xml"),
            (workbook, "xl/workbook.xml"),
            (workbook, "xl/_rels/workbook.xml.rels"),
            (document, DOCUMENT),
            (document, CONTENT_TYPES),
        ]
    ),
    MUTATIONS,
)
def test_mutated_parts_only_ever_raise_unreadable(tmp_path, which, mutations):
    make, part = which
    tried(tmp_path / "fuzz.bin", with_part(make(), part, lambda data: mutated(data, mutations)))


@FUZZ
@given(st.text(alphabet='abİı1.,%-\t;"\r\n', max_size=400), st.sampled_from([".csv", ".txt"]))
def test_any_rows_only_ever_give_problems(tmp_path, text, suffix):
    header = "Birim;Kod;Faaliyet;Gösterge;Mevcut;2024\n"
    tried(tmp_path / f"fuzz{suffix}", (header + text).encode())


@settings(FUZZ, max_examples=6)
@given(MUTATIONS)
def test_mutated_pdfs_only_ever_raise_unreadable(tmp_path_factory, tmp_path, mutations):
    real = printed(tmp_path_factory.getbasetemp())
    tried(tmp_path / "fuzz.pdf", mutated(real, mutations))
