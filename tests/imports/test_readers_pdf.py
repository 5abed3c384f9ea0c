import pytest
import typst

from imports import layouts, readers
from imports.readers import Limits, UnreadableFile
from tests.imports.files import HEADER, PAGE, quoted

ROW = ("4.1.2. Taşımak", "Ulaşım", "Sağlık", "Otobüs sayısı", "427", "432", "437", "442", "5")
NEXT = ("", "", "", "Durak sayısı", "1", "2", "3", "4", "%5,5")
HEADING = "7. ULAŞIM İŞLERİ DAİRESİ BAŞKANLIĞI"


def table_of(*rows, header=HEADER, options=""):
    cells = [f"table.header({', '.join(f'text({quoted(text)})' for text in header)})"]
    cells += [
        cell if cell.startswith("[") else f"text({quoted(cell)})" for row in rows for cell in row
    ]
    return f"#table(columns: 9, {options} {', '.join(cells)})\n"


def read(tmp_path, source, limits=None):
    path = tmp_path / "plan.pdf"
    path.write_bytes(typst.compile((PAGE + source).encode()))
    reader, lines = readers.read(path, limits or Limits())
    assert reader == "pdf"
    return layouts.parse(lines)


def test_a_place_names_the_page_and_the_row(tmp_path):
    table = read(tmp_path, f"{HEADING}\n\n{table_of(ROW, NEXT)}")

    [activity] = table.activities
    assert activity.department.name == "ULAŞIM İŞLERİ DAİRESİ BAŞKANLIĞI"
    assert [row.where for row in activity.indicators] == ["Sayfa 1:4", "Sayfa 1:5"]
    assert [cell.text for cell in activity.indicators[1].cells] == ["1", "2", "3", "4", "%5,5"]
    assert not table.errors + table.warnings


@pytest.mark.parametrize(
    "cell",
    [
        pytest.param("[432#super[1]]", id="a footnote's mark"),
        pytest.param("[427 432]", id="two numbers"),
        pytest.param("[43 \\ 2]", id="two lines"),
    ],
)
def test_a_number_in_doubt_is_refused(cell, tmp_path):
    table = read(tmp_path, f"{HEADING}\n\n{table_of((*ROW[:5], cell, *ROW[6:]))}")
    assert [problem.column for problem in table.errors] == ["2024"]


def test_a_number_that_runs_into_the_next_column_is_refused(tmp_path):
    widths = ", ".join(["3cm"] * 5 + ["0.6cm"] * 3 + ["3cm"])
    row = (*ROW[:5], "123456", "437", "442", "5")
    cells = ", ".join(f"text({quoted(text)})" for text in (*HEADER, *row))
    source = f"{HEADING}\n\n#table(columns: ({widths}), inset: 1pt, {cells})"
    table = read(tmp_path, source)
    assert not any(
        cell.value == 123456 or cell.value == 437123456
        for activity in table.activities
        for indicator in activity.indicators
        for cell in indicator.cells
    )
    assert table.errors


def test_a_page_break_within_a_text_is_stitched_with_a_note(tmp_path):
    title = "4.1.2. " + " ".join(["Taşımak", "ve", "götürmek"] * 30)
    source = f"#v(14cm)\n{HEADING}\n\n{table_of((title, *ROW[1:]), (*NEXT,))}"
    table = read(tmp_path, source)

    [activity] = table.activities
    assert f"{activity.code}. {activity.title}" == title
    assert [cell.text for cell in activity.indicators[0].cells] == list(ROW[4:])
    assert len(activity.indicators) == 2
    assert any("page break" in warning.message for warning in table.warnings)


def test_a_heading_of_two_lines_is_one(tmp_path):
    name = "5. TARIMSAL VE VETERİNERLİK HİZMETLERİ İLE MUHTARLIK İŞLERİ DAİRESİ BAŞKANLIĞI"
    title = f"#set page(width: 18cm)\n#text(size: 14pt, {quoted(name)})"
    source = f"{title}\n\n#text(size: 5pt)[{table_of(ROW)}]"
    table = read(tmp_path, source)
    assert table.activities[0].department.name == name[3:]


@pytest.mark.parametrize(
    ("source", "told"),
    [
        pytest.param("Yalnız bir yazı.", "no table with ruled lines", id="no table"),
        pytest.param(table_of(ROW, options="stroke: none,"), "no table with ruled", id="no rules"),
        pytest.param("#rect(width: 5cm, height: 5cm)", "only pictures", id="no text"),
        pytest.param(
            "#page(header: none, footer: none)[#rotate(90deg, reflow: true)["
            + "yan yatmış bir sayfa " * 5
            + "]]",
            "on their side",
            id="rotated",
        ),
    ],
)
def test_a_pdf_without_a_readable_table_is_refused(source, told, tmp_path):
    source = "#set page(header: none, footer: none)\n" + source
    with pytest.raises(UnreadableFile, match=told):
        read(tmp_path, source)


def test_more_pages_than_allowed_are_refused(tmp_path):
    with pytest.raises(UnreadableFile, match="more than 1 pages"):
        read(tmp_path, "a #pagebreak() b", Limits(pages=1))


def test_a_page_that_takes_too_long_is_given_up(tmp_path):
    with pytest.raises(UnreadableFile, match="takes too long"):
        read(tmp_path, table_of(ROW), Limits(page_seconds=0.01))
