"""Any grid: no exception, and every cell that holds anything is accounted for."""

import json
import re

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imports import layout, layouts
from imports.readers import MERGED, FileLine

FUZZ = settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
HEADINGS = [
    "Birim",
    "Kod",
    "Eylem",
    "Faaliyet",
    "Gösterge",
    "Sorumlu Birim",
    "Mevcut",
    "2024 Hedef",
    "2025",
    "Hedef",
    "Gerçekleşme",
    "2024 Gerçekleşme",
    "Kadın",
    "Erkek",
    "Toplam",
    "Süre",
    "Durum",
    "Sapma Nedeni",
    "Ağırlık",
    "Ölçü Birimi",
    "Amaç",
    "Action",
    "Indicateur",
    "Cible 2024",
    "Year 1",
    "Performans (%)",
    "Bilinmeyen",
    "",
]
VALUES = [
    "",
    "",
    "5",
    "%50",
    "1.200",
    "1,200",
    "5 adet",
    "en az 12",
    "-",
    "✓",
    "Evet",
    "1,234.56",
    "5-6",
    "TOPLAM",
    "1.1.1",
    "A.1",
    "Fen İşleri Müdürlüğü",
    "Zabıta Müdürlüğü, Fen İşleri Müdürlüğü",
    "Eğitim vermek",
    "Eğitim sayısı; katılan kişi sayısı",
    "1. KENTSEL HİZMETLER",
    "Hedef 2: Şiddetle mücadele",
    "Not: bir not",
    "01.02.2024",
    "x" * 200,
    MERGED,
]
CELL = st.one_of(st.sampled_from(VALUES), st.text(max_size=12))
ROW = st.lists(CELL, min_size=1, max_size=9).map(tuple)
HEAD = st.lists(st.sampled_from([*HEADINGS, MERGED]), min_size=3, max_size=9).map(tuple)
SHEETS = st.sampled_from(["", "Plan", "Fen İşleri Müdürlüğü"])


@st.composite
def grids(draw):
    """Return lines of a file: rows and heads in any order, on one or two sheets."""
    rows = draw(st.lists(st.one_of(HEAD, ROW, ROW, ROW), max_size=14))
    sheet = draw(SHEETS)
    return [FileLine(number, cells, sheet, sheet) for number, cells in enumerate(rows, start=1)]


@FUZZ
@given(grids())
def test_any_grid_is_read_or_told(lines):
    table = layouts.parse(lines)
    texts = [
        str(sentence)
        for sentence in [
            *(problem.sentence for problem in table.errors + table.warnings),
            *(row.why for row in table.ignored),
            *(question.about for question in table.questions),
        ]
    ]
    assert all(texts)
    json.dumps(layout.to_json(table.layout))


@FUZZ
@given(grids())
def test_a_guessed_layout_is_its_own_json_and_reads_the_same(lines):
    before = layouts.parse(lines)
    told = layout.loads(json.dumps(layout.to_json(before.layout)))
    assert told == before.layout
    again = layouts.parse(lines, asked=layouts.Asked(layout=told))
    is_guessed_by_contents = "header" in [question.code for question in before.questions]
    if before.form == "layout" and not told.cards and not is_guessed_by_contents:
        assert again.rows == before.rows


@st.composite
def marked_grids(draw):
    """Return a head and rows in which every filled cell holds a number of its own."""
    head = draw(HEAD)
    count = draw(st.integers(0, 3))
    number = 1000
    rows = []
    for _row in range(draw(st.integers(1, 3))):
        cells = []
        for _cell in range(draw(st.integers(1, len(head) + 1))):
            number += 7
            cells.append(draw(st.sampled_from(SHAPES)).format(number))
        rows.append(tuple(cells))
    alone = [(f"{1 + place}. başlık {3000 + place}",) for place in range(count)]
    above = draw(st.booleans())
    all_rows = [*alone, head, *rows] if above else [head, *rows[:1], *alone, *rows[1:]]
    sheet = draw(SHEETS)
    return [FileLine(n, cells, sheet, sheet) for n, cells in enumerate(all_rows, start=1)]


SHAPES = [
    "{}",
    "{}",
    "",
    "{} adet",
    "≥ {}",
    "%{}",
    "metin {}",
    "Fen{} İşleri Müdürlüğü",
    "{}.1.1 Yürümek",
    "A.{}",
    "{0} - {0}",
    "TOPLAM",
]


@FUZZ
@given(marked_grids(), st.booleans())
def test_no_cell_vanishes(lines, keeps_odd):
    table = layouts.parse(lines, asked=layouts.Asked(keeps_odd=keeps_odd))
    if any(problem.stops for problem in table.errors) or not table.activities:
        return  # one sentence for a file in which no table is understood
    told = repr(table).replace(".", "")
    failed = {problem.where for problem in table.errors}
    for line in lines:
        if line.place in failed:
            continue  # told by its place
        for place, text in enumerate(line.texts):
            if _is_unread(table, lines, place):
                continue  # told by its heading, with the first of its cells
            for number in re.findall(r"\d{4}", text):
                assert number in told, (line, text)


def _is_unread(table, lines, place):
    """Whether a column is told as not read, by its heading or its letters."""
    headers = {column.header for column in table.unread_columns}
    named = {line.texts[place] for line in lines if place < len(line.texts)}
    return layout.letters(place) in headers or bool(named & headers)
