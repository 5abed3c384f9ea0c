"""Shapes in which other people keep such plans, each a few rows as a reader finds them."""

import pytest

from imports import layouts
from imports.readers import FileLine


def read(text, *, name=""):
    """Return the table of rows whose cells stand between "|"."""
    rows = [row.strip() for row in text.strip().splitlines()]
    lines = [
        FileLine(number, tuple(cell.strip() for cell in row.split("|")))
        for number, row in enumerate(rows, start=1)
        if row.replace("|", "").strip()
    ]
    return layouts.parse(lines, asked=layouts.Asked(name=name))


def rows(table):
    """Return unit, code, activity, indicator, baseline, targets and realizations of each row."""
    return [
        (
            activity.department.name,
            activity.code,
            activity.title,
            row.name,
            row.baseline.value,
            numbers(row.targets),
            numbers(row.realizations),
        )
        for activity in table.activities
        for row in activity.indicators
    ]


def numbers(cells):
    return {year: cell.value for year, cell in cells.items() if cell.value is not None}


def aims(table):
    return [[(aim.code, aim.title) for aim in activity.aims] for activity in table.activities]


def asked(table):
    return {question.code for question in table.questions}


def test_a_german_charter_plan():
    table = read(
        """
        Handlungsfeld|Nr.|Maßnahme|Federführung|Kooperationspartner|Indikator|Ausgangswert 2023|\
        Zielwert 2024|Ist 2024|Stand
        1 Bildung|1.1|Girls-Day|Schulamt|IHK|Teilnehmerinnen|1.250|1.500|1.480|läuft
        2 Gewalt|2.1|Frauenhaus|Sozialamt|Polizei|Anteil belegt (%)|12,5|50|48,5|läuft
        """
    )
    assert rows(table) == [
        ("Schulamt", "1.1", "Girls-Day", "Teilnehmerinnen", 1250, {2024: 1500}, {2024: 1480}),
        ("Sozialamt", "2.1", "Frauenhaus", "Anteil belegt (%)", 12.5, {2024: 50}, {2024: 48.5}),
    ]
    assert aims(table) == [[("1", "Bildung")], [("2", "Gewalt")]]
    assert [column.looks_like for column in table.unread_columns] == ["status"]


def test_a_spanish_plan_with_axes_and_objectives():
    table = read(
        """
        Eje|Objetivo|Código|Actuación|Área responsable|Agentes implicados|Indicador|\
        Valor inicial|Meta 2024|Resultado 2024
        Eje 1. Igualdad|Objetivo 1.1 Corresponsabilidad|1.1.1|Ludotecas|Juventud|AMPAS|\
        Ludotecas abiertas|2|6|3
        """
    )
    assert rows(table) == [
        ("Juventud", "1.1.1", "Ludotecas", "Ludotecas abiertas", 2, {2024: 6}, {2024: 3})
    ]
    assert aims(table) == [[("1", "Igualdad"), ("1.1", "Corresponsabilidad")]]


def test_a_french_plan_with_blanks_between_thousands():
    table = read(
        """
        Orientation|Action|Service pilote|Échéance|Indicateur|Unité|Situation initiale|\
        Objectif 2024|Réalisation 2024
        Éducation|Ateliers|Direction de la jeunesse|2025|Filles|nombre|1 200|1 500|1 350
        Éducation|Formation|Direction des sports|2024|Agents|%|38 %|50 %|46 %
        """
    )
    first, second = rows(table)
    assert first[4:] == (1200, {2024: 1500}, {2024: 1350})
    assert table.activities[1].indicators[0].is_percent
    assert second[1] == "1.1.2"


def test_an_italian_plan():
    table = read(
        """
        Asse|Obiettivo|N.|Azione|Ufficio responsabile|Soggetti coinvolti|Indicatore|\
        Unità di misura|Baseline|Valore atteso 2024|Valore raggiunto 2024
        1 Lavoro|1.1 Conciliazione|1.1.1|Lavoro agile|Settore Personale|Sindacati|Dipendenti|\
        numero|100|150|163
        """
    )
    assert rows(table) == [
        ("Settore Personale", "1.1.1", "Lavoro agile", "Dipendenti", 100, {2024: 150}, {2024: 163})
    ]


def test_an_indicator_tracking_table_counts_its_years():
    table = read(
        """
        Equality plan 2024-2026
        Outcome|Activity|Responsible|Indicator|Baseline|Year 1||Year 2|
        |||||Target|Actual|Target|Actual
        Safe city|Street lights|Public Works Department|Streets lit|310|340|350|370|
        """
    )
    [row] = rows(table)
    assert row[4:] == (310, {2024: 340, 2025: 370}, {2024: 350})


def test_a_row_for_each_year_is_one_indicator():
    table = read(
        """
        Birim|Eylem No|Eylem|Gösterge|Yıl|Hedef|Gerçekleşen
        Zabıta Müdürlüğü|1.1|Pazar|Stant sayısı|2023|5|4
        Zabıta Müdürlüğü|1.1|Pazar|Stant sayısı|2024|10|12
        Fen İşleri Müdürlüğü|1.2|Işık|Sokak sayısı|2024|340|
        """
    )
    assert [row[5:] for row in rows(table)] == [
        ({2023: 5, 2024: 10}, {2023: 4, 2024: 12}),
        ({2024: 340}, {}),
    ]
    assert not table.errors


def test_a_performance_programme_with_its_label_block():
    table = read(
        """
        İDARE PERFORMANS PROGRAMI 2024
        Amaç|A1 Toplumsal eşitlik
        Hedef|H1.1 Kadın istihdamı
        Performans Hedefi|PH1 İstihdamı artırmak
        Sorumlu Birim|Kadın ve Aile Hizmetleri Müdürlüğü
        Performans Göstergeleri|Ölçü Birimi|2023 Gerçekleşme|2024 Hedef|2025 Tahmin
        1. Kursa katılan kadın|Kişi|120|150|180
        2. İşe yerleşme oranı|Yüzde|40|45|50
        """
    )
    assert [row[3:] for row in rows(table)] == [
        ("Kursa katılan kadın", None, {2024: 150, 2025: 180}, {2023: 120}),
        ("İşe yerleşme oranı", None, {2024: 45, 2025: 50}, {2023: 40}),
    ]
    assert aims(table)[0] == [
        ("A1", "Toplumsal eşitlik"),
        ("H1.1", "Kadın istihdamı"),
        ("PH1", "İstihdamı artırmak"),
    ]


def test_subtotals_and_totals_are_checks():
    table = read(
        """
        Müdürlük|Kod|Faaliyet|Gösterge|Mevcut|2024 Hedef|2024 Gerçekleşme
        A Müdürlüğü|1.1.1|x|a sayısı|1|10|9
        A Müdürlüğü|1.1.2|y|b sayısı|2|20|21
        Ara Toplam||||3|30|30
        B Müdürlüğü|1.2.1|z|c sayısı|5|5|4
        Genel Toplam||||8|36|34
        """
    )
    assert [row[3] for row in rows(table)] == ["a sayısı", "b sayısı", "c sayısı"]
    [check] = table.checks
    assert (check.equal, check.differ) == (5, [("6 2024", "36", "5")])


def test_an_indicator_called_total_of_something_is_none():
    table = read(
        """
        Müdürlük|Kod|Faaliyet|Gösterge|2024 Hedef
        A Müdürlüğü|1.1.1|x|Kadın katılımcı|1
        A Müdürlüğü|1.1.1|x|Erkek katılımcı|2
        A Müdürlüğü|1.1.1|x|Toplam katılımcı|3
        """
    )
    assert table.rows == 3


def test_women_and_men_under_bare_years():
    table = read(
        """
        Birim|Kod|Faaliyet|Gösterge|2024|||2025||
        ||||Kadın|Erkek|Toplam|Kadın|Erkek|Toplam
        A Müdürlüğü|1.1|x|Katılan|10|5|15|20|6|27
        """
    )
    [row] = table.activities[0].indicators
    assert numbers(row.realizations) == {2024: 15, 2025: 27}
    assert set(row.parts) == {2024}
    assert table.checks[0].differ == [("3", "27 (20 + 6)", "26")]


def test_periods_within_a_year_are_not_the_year():
    table = read(
        """
        Birim|Kod|Faaliyet|Gösterge|Mevcut|Hedef|Gerçekleşme|
        |||||2024|I. Dönem|II. Dönem
        A Müdürlüğü|1.1|x|Katılan|1|10|5|6
        """
    )
    [row] = rows(table)
    assert row[5:] == ({2024: 10}, {})
    assert [column.is_value for column in table.unread_columns] == [True, True]


def test_numbers_with_signs_are_read_with_one_question_for_a_kind():
    table = read(
        """
        Birim|Kod|Faaliyet|Gösterge|Mevcut|2024 Hedef|2024 Gerçekleşme
        A Müdürlüğü|1.1|x|a|(5)|≥ 10|12*
        A Müdürlüğü|1.2|y|b|~100|yüzde 150|%148
        A Müdürlüğü|1.3|z|c|5-6|31.12.2024|%10 artış
        """
    )
    assert [row[4:] for row in rows(table)] == [
        (5, {2024: 10}, {2024: 12}),
        (100, {2024: 150}, {2024: 148}),
        (None, {}, {}),
    ]
    assert asked(table) >= {"signs", "words", "range", "date", "relative"}
    assert len(table.questions) == 5


def test_english_thousands_without_any_decimal():
    table = read(
        """
        Ref|Action|Lead|Indicator|Baseline|Target 2024|Actual 2024
        1.1|Workshops|Youth Service|Girls|1,200|1,500|1,750
        """
    )
    assert rows(table)[0][4:] == (1200, {2024: 1500}, {2024: 1750})
    assert "number style" in asked(table)


def test_several_lines_in_a_cell_are_several_indicators_where_the_values_fit():
    lines = [
        FileLine(1, ("Birim", "Kod", "Faaliyet", "Göstergeler", "2024 Hedef")),
        FileLine(2, ("A Müdürlüğü", "1.1", "x", "1) Eğitim\n2) Katılan", "5\n100")),
        FileLine(3, ("A Müdürlüğü", "1.2", "y", "uzun bir\ngösterge", "5")),
    ]
    table = layouts.parse(lines)
    assert [(row[3], row[5]) for row in rows(table)] == [
        ("Eğitim", {2024: 5}),
        ("Katılan", {2024: 100}),
        ("uzun bir gösterge", {2024: 5}),
    ]


def test_goals_over_the_rows_and_units_in_a_column():
    table = read(
        """
        Hedef 1: Güvenli kent
        Sıra|Faaliyet|Sorumlu Müdürlük|Gösterge|2024 Hedefi
        1|Aydınlatma|Fen İşleri Müdürlüğü|Sokak|5
        Hedef 2: Eğitim
        1|Kurs|Kültür İşleri Müdürlüğü|Kurs|6
        """
    )
    assert [row[:3] for row in rows(table)] == [
        ("Fen İşleri Müdürlüğü", "1.1.1", "Aydınlatma"),
        ("Kültür İşleri Müdürlüğü", "2.1.1", "Kurs"),
    ]
    assert aims(table) == [[("1", "Güvenli kent")], [("2", "Eğitim")]]


def test_the_first_of_several_responsible_units_owns_the_row():
    table = read(
        """
        Kod|Eylem|Sorumlu Birim|Gösterge|2024 Hedef
        1.1|x|Basın, Yayın ve Halkla İlişkiler Müdürlüğü|a|1
        1.2|y|Fen İşleri Müdürlüğü ve Zabıta Müdürlüğü|b|1
        1.3|z|Zabıta Müdürlüğü, Fen İşleri Müdürlüğü|c|1
        """
    )
    assert [row[0] for row in rows(table)] == [
        "Basın, Yayın ve Halkla İlişkiler Müdürlüğü",
        "Fen İşleri Müdürlüğü",
        "Zabıta Müdürlüğü",
    ]
    assert table.activities[1].responsible == "Fen İşleri Müdürlüğü ve Zabıta Müdürlüğü"


def test_a_file_that_names_no_unit_says_so_once():
    table = read(
        """
        id|title/es|category/name/es|scope|status|progress
        12|Abrir ludotecas|Igualdad|Centro|ongoing|45
        13|Campañas de calle|Igualdad|Centro|completed|100
        """
    )
    [problem] = table.errors
    assert problem.stops
    assert "unit" in problem.message


@pytest.mark.parametrize("heading", ["2025 Tahmin", "Sonuçlanan 2024", "2024 Xyz"])
def test_numbers_of_a_year_are_never_lost_unseen(heading):
    table = read(
        f"""
        Birim|Kod|Faaliyet|Gösterge|2024 Hedef|{heading}
        A Müdürlüğü|1.1|x|a|1|5
        """
    )
    said = [numbers({**row.targets, **row.realizations}) for row in table.activities[0].indicators]
    is_read = any(5 in each.values() for each in said)
    assert is_read or [column.is_value for column in table.unread_columns] == [True]
