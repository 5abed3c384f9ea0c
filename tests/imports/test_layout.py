"""A layout as plain data: what headings say, and the way to JSON and back."""

import json

import pytest

from imports import guessing, heads, layout, layouts, tabled
from imports.headers import ColumnKind
from imports.layout import BadLayout, CodesFrom, Layout, Numbers, UnitFrom
from imports.meanings import meaning
from imports.readers import MERGED, FileLine


def lines(*rows, sheet="", title=""):
    """Return the lines of rows whose cells stand between "|"; "^" is covered by a merged one."""
    cells = (tuple(MERGED if cell == "^" else cell for cell in row.split("|")) for row in rows)
    return [FileLine(number, row, sheet, title) for number, row in enumerate(cells, start=1)]


def columns(*rows):
    """Return what the columns of the first head hold, by their letters."""
    found = heads.find(lines(*rows))
    return {layout.letters(at): str(column) for at, column in found[0].head.columns.items()}


# --- headings -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("heading", "kind", "year"),
    [
        ("Sorumlu Kuruluş", ColumnKind.RESPONSIBLE, None),
        ("İlgili Kuruluşlar", ColumnKind.SUPPORTING, None),
        ("Lead department", ColumnKind.RESPONSIBLE, None),
        ("Direction pilote", ColumnKind.RESPONSIBLE, None),
        ("Federführung", ColumnKind.RESPONSIBLE, None),
        ("Área responsable", ColumnKind.RESPONSIBLE, None),
        ("Responsabile", ColumnKind.RESPONSIBLE, None),
        ("Maßnahme", ColumnKind.ACTIVITY, None),
        ("Acción", ColumnKind.ACTIVITY, None),
        ("Azione", ColumnKind.ACTIVITY, None),
        ("Indicateur de suivi", ColumnKind.INDICATOR, None),
        ("Kennzahl", ColumnKind.INDICATOR, None),
        ("Valeur initiale", ColumnKind.BASELINE, None),
        ("Ausgangswert", ColumnKind.BASELINE, None),
        ("Línea base", ColumnKind.BASELINE, None),
        ("Plan Dönemi Başlangıç Değeri (A)", ColumnKind.BASELINE, None),
        ("Cible 2024", ColumnKind.TARGET, 2024),
        ("Zielwert 2025", ColumnKind.TARGET, 2025),
        ("Meta 2024", ColumnKind.TARGET, 2024),
        ("Objectif 2024", ColumnKind.TARGET, 2024),
        ("Réalisé 2024", ColumnKind.REALIZATION, 2024),
        ("Ist 2024", ColumnKind.REALIZATION, 2024),
        ("Risultato 2024", ColumnKind.REALIZATION, 2024),
        ("2024 Gerçekleşme Kadın", ColumnKind.WOMEN, 2024),
        ("Men 2024", ColumnKind.MEN, 2024),
        ("Hedefe Etkisi (%)", ColumnKind.WEIGHT, None),
        ("Ölçü Birimi", ColumnKind.UNIT, None),
        ("Maßeinheit", ColumnKind.UNIT, None),
        ("Sapma Nedeni", ColumnKind.REASON, None),
        ("Hedefe İlişkin Alınacak Önlemler", ColumnKind.MEASURE, None),
        ("Performans (%) (C-A)/(B-A)", ColumnKind.RATIO, None),
        ("Handlungsfeld", ColumnKind.AIM, None),
        ("Stratejik Hedef", ColumnKind.AIM, None),
        ("N°", ColumnKind.CODE, None),
        ("Eylem No", ColumnKind.CODE, None),
    ],
)
def test_a_heading_says_what_its_column_holds(heading, kind, year):
    found = meaning(heading)
    assert (found.kind, found.year) == (kind, year)


@pytest.mark.parametrize(
    ("heading", "looks_like"),
    [
        ("Süre", "term"),
        ("Échéance", "term"),
        ("2024 1. Yarıyıl Gerçekleşme", "realization"),
        ("Q3 2024 Target", "target"),
        ("2024-2026 Hedef", "target"),
        ("Means of verification", "evidence"),
        ("Hedef kitle", "group"),
        ("Bütçe", "budget"),
        ("Gösterge Sayısı", "count"),
        ("Sıra No", "order"),
    ],
)
def test_what_has_no_home_is_told_by_its_likeness(heading, looks_like):
    found = meaning(heading)
    assert (found.kind, found.looks_like) == (None, looks_like)


@pytest.mark.parametrize(
    "heading", ["Toplantı sayısı", "Kadın ve Aile Hizmetleri Müdürlüğü", "Ortalama Gerçekleşme", ""]
)
def test_a_word_nobody_knows_makes_no_heading(heading):
    assert meaning(heading) is None


# --- heads of several rows ------------------------------------------------------------------------


def test_years_under_a_target():
    assert columns(
        "Eylem|Gösterge|Sorumlu|Hedef|^|^|Gerçekleşme",
        "^|^|^|2024|2025|2026|2024",
        "Yürümek|Yol sayısı|Fen İşleri Müdürlüğü|1|2|3|4",
    ) == {
        "A": "activity",
        "B": "indicator",
        "C": "responsible",
        "D": "target 2024",
        "E": "target 2025",
        "F": "target 2026",
        "G": "realization 2024",
    }


def test_women_men_and_total_under_a_year():
    found = columns(
        "Eylem|Gösterge|Sorumlu|2024 Hedef|2024|^|^",
        "|||^|Kadın|Erkek|Toplam",
        "Yürümek|Katılan|Fen İşleri Müdürlüğü|9|1|2|3",
    )
    assert [found[letter] for letter in "DEFG"] == [
        "target 2024",
        "women 2024",
        "men 2024",
        "realization 2024",
    ]


def test_target_and_actual_under_the_years_of_a_plan():
    found = columns(
        "Action|Indicator|Lead|Year 1|^|Year 2|^",
        "|||Target|Actual|Target|Actual",
        "Walk|Number of walks|Youth Service|1|2|3|4",
    )
    assert [found[letter] for letter in "DEFG"] == [
        "target year 1",
        "realization year 1",
        "target year 2",
        "realization year 2",
    ]


def test_three_rows():
    found = columns(
        "Eylem|Gösterge|Sorumlu|2024|^|^|^",
        "^|^|^|Hedef|Gerçekleşme|^|^",
        "^|^|^|^|Kadın|Erkek|Toplam",
        "Yürümek|Katılan|Fen İşleri Müdürlüğü|9|1|2|3",
    )
    assert [found[letter] for letter in "DEFG"] == [
        "target 2024",
        "women 2024",
        "men 2024",
        "realization 2024",
    ]


def test_the_years_of_a_plan_are_counted_from_the_first_one_of_its_title():
    table = read(
        "Equality plan 2025-2027",
        "",
        "Action|Indicator|Lead|Year 1|^",
        "|||Target|Actual",
        "Walk|Number of walks|Youth Service|1|2",
    )
    assert (table.years, table.realization_years) == ([2025], [2025])


def read(*rows):
    found = guessing.guess(lines(*rows))
    return tabled.parse(lines(*rows), found.layout, found.placed)


# --- what is guessed ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "unit"),
    [
        (("Birim|Eylem|Gösterge|2024", "Fen|Yürümek|Yol|1"), UnitFrom.COLUMN),
        (
            ("Fen İşleri Müdürlüğü", "Eylem|Gösterge|Destek|2024", "Yürümek|Yol|a|1"),
            UnitFrom.HEADING,
        ),
        (
            ("Sorumlu Birim|Fen İşleri", "Eylem|Gösterge|Destek|2024", "Yürümek|Yol|a|1"),
            UnitFrom.BLOCK,
        ),
        (("Eylem|Gösterge|Sorumlu Birim|2024", "Yürümek|Yol|Fen|1"), UnitFrom.RESPONSIBLE),
        (("Eylem|Gösterge|Destek|2024", "Yürümek|Yol|a|1"), UnitFrom.FILE),
    ],
)
def test_where_the_unit_stands_is_guessed_with_a_reason(rows, unit):
    found = guessing.guess(lines(*rows)).layout
    assert found.unit_from is unit
    assert str(found.why["unit"])


def test_a_sheet_may_name_the_unit_be_its_name_cut_short():
    title = "Kadın ve Aile Hizmetleri Müdürl"
    rows = lines("Eylem|Gösterge|Destek|2024", "Yürümek|Yol|a|1", sheet=title, title=title)
    found = guessing.guess(rows)
    [activity] = tabled.parse(rows, found.layout, found.placed).activities
    assert activity.department.name == "Kadın ve Aile Hizmetleri Müdürlüğü"


@pytest.mark.parametrize(
    ("cells", "codes"),
    [
        (("A.1.1", "A.1.2"), ["A.1.1", "A.1.2"]),
        (("PG3.1.1", "PG3.1.2"), ["PG3.1.1", "PG3.1.2"]),
        (("1-1-1", "1/1"), ["1-1-1", "1/1"]),
        (("101", "102"), ["101", "102"]),
        (("", ""), ["1.1.1", "1.1.2"]),
        (("1.1", "1.1"), ["1.1", "1.1b"]),
    ],
)
def test_any_short_text_is_a_code(cells, codes):
    table = read(
        "Birim|Kod|Eylem|Gösterge|2024",
        f"Fen|{cells[0]}|Yürümek|Yol|1",
        f"Fen|{cells[1]}|Koşmak|Yol|1",
    )
    assert [activity.code for activity in table.activities] == codes
    assert not table.errors


@pytest.mark.parametrize(
    ("titles", "codes"),
    [
        (("F1.1 Yürümek", "F1.2 Koşmak"), ["F1.1", "F1.2"]),
        (("Eylem 1: Yürümek", "Eylem 2: Koşmak"), ["1", "2"]),
        (("3 yol yapmak", "2 yol yapmak"), ["1.1.1", "1.1.2"]),
        (("2024 yılında yürümek", "2025 yılında koşmak"), ["1.1.1", "1.1.2"]),
    ],
)
def test_a_code_may_lead_the_title(titles, codes):
    table = read("Birim|Eylem|Gösterge|2024", *(f"Fen|{title}|Yol|1" for title in titles))
    assert [activity.code for activity in table.activities] == codes


# --- JSON -----------------------------------------------------------------------------------------


HEAD = ("Birim|Kod|Eylem|Gösterge|Süre|Hedef|^", "|||||2024|2025")


def a_layout():
    return guessing.guess(lines(*HEAD, "Fen|1.1|Yürümek|Yol|a|1|2")).layout


def test_a_layout_comes_back_from_json():
    before = a_layout()
    after = layout.loads(json.dumps(layout.to_json(before), ensure_ascii=False))
    assert after == before
    assert layout.to_json(after)["heads"][0]["columns"]["E"] == "unread term"


def test_a_layout_given_back_finds_its_head_in_another_file():
    told = layout.from_json(layout.to_json(a_layout()))
    rows = lines("Başka bir yıl", *HEAD, "Su|1.1|A|B|c|7|8")
    [activity] = tabled.parse(rows, told).activities
    assert {year: cell.value for year, cell in activity.indicators[0].targets.items()} == {
        2024: 7,
        2025: 8,
    }


def test_a_person_may_say_that_a_row_is_none():
    rows = ("Birim|Eylem|Gösterge|2024", "Fen|Yürümek|Yol|1", "Fen|Koşmak|Yol|2")
    found = guessing.guess(lines(*rows))
    told = layout.from_json({**layout.to_json(found.layout), "no_rows": ["3"]})
    table = tabled.parse(lines(*rows), told)
    assert [activity.title for activity in table.activities] == ["Yürümek"]
    assert [row.where for row in table.ignored] == ["3"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"heads": 3}, "heads"),
        ({"heads": [{"rows": [["a"]], "columns": {"A": "nonsense"}}]}, "nonsense"),
        ({"heads": [{"rows": [["a"]], "columns": {"1": "target 2024"}}]}, "names nothing"),
        ({"heads": [{"rows": [], "columns": {}}]}, "rows"),
        ({"unit": {"from": "moon"}}, "moon"),
        ({"numbers": "roman"}, "roman"),
        ({"year": "2024"}, "year"),
    ],
)
def test_a_wrong_layout_is_told_by_its_part(change, told):
    with pytest.raises(BadLayout, match=told):
        layout.from_json({**layout.to_json(a_layout()), **change})


@pytest.mark.parametrize("text", ["", "[1]", "{", "3"])
def test_what_is_no_layout_is_refused(text):
    with pytest.raises(BadLayout):
        layout.loads(text)


def test_an_empty_layout_is_the_plainest_one():
    assert layout.loads("{}") == Layout(
        codes_from=CodesFrom.COLUMN, numbers=Numbers.TURKISH, unit_from=UnitFrom.COLUMN
    )


# --- no header that anybody knows -----------------------------------------------------------------

STRANGE = (
    "Ne|Nasıl ölçülür|Kim|Kaç",
    "Sokakları aydınlatmak|Aydınlatılan sokak|Fen İşleri Müdürlüğü|40",
    "Parkları yenilemek|Yenilenen park sayısı|Park ve Bahçeler Müdürlüğü|6",
)


def test_without_a_known_header_texts_are_guessed_by_what_they_are_and_numbers_are_not():
    table = layouts.parse(lines(*STRANGE))

    assert [(row.department.name, row.title) for row in table.activities] == [
        ("Fen İşleri Müdürlüğü", "Sokakları aydınlatmak"),
        ("Park ve Bahçeler Müdürlüğü", "Parkları yenilemek"),
    ]
    [column] = table.unread_columns
    assert (column.header, column.is_value, column.examples) == ("Kaç", True, ["40", "6"])
    assert "header" in [question.code for question in table.questions]


def test_a_file_without_a_table_is_one_sentence():
    table = layouts.parse(lines("Bir|iki|üç", "dört|beş|altı", "1|2|3", "4|5|6"))
    [problem] = table.errors
    assert problem.stops
    assert "header" in problem.message


def test_what_is_missing_is_named_with_the_headings_that_were_seen():
    table = layouts.parse(lines("Sorumlu Birim|Durum|2024 Hedef", "Fen İşleri|Bitti|5"))
    [problem] = table.errors
    assert "Sorumlu Birim, Durum, 2024 Hedef" in problem.message
