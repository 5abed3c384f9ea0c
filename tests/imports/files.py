"""The real plan as a table, and real files of it: Excel, Word, PDF and comma-separated values."""

import csv
import io
import re
import zipfile
from functools import lru_cache
from pathlib import Path

import openpyxl
import typst
from docx import Document
from openpyxl.styles import Alignment

from imports import layouts, readers
from imports.table import FileTable
from indicators.cells import CellKind

PLAN = Path(__file__).resolve().parents[2] / "fixtures" / "yeap-2024-2026.txt"
HEADER = (
    "Faaliyet",
    "Sorumlu Birim",
    "Destekçi Kurum/Kuruluş",
    "Gösterge",
    "Mevcut",
    "2024",
    "2025",
    "2026",
    "Gerçekleşme",
)
FLAT_HEADER = (
    "2024 Hedef",
    "HEDEF 2025",
    "2026 yılı hedefi",
    "Gerceklesme",
    "Gösterge Adı",
    "Mevcut Durum",
    "Kod",
    "Faaliyet",
    "Sorumlu Birim",
    "Destekci Kurum/Kuruluslar",
    "Şube",
    "Birim",
)


@lru_cache(1)
def plan() -> FileTable:
    """Return the real plan as the text reader reads it."""
    return read(PLAN)


def read(path, **kwargs):
    """Return the table of a file."""
    _reader, lines = readers.read(path)
    return layouts.parse(lines, **kwargs)


def rows_of(table):
    """Return what every row of a table says, without its place and the spelling of numbers."""
    return [
        (
            (activity.department.number, activity.department.name),
            activity.branch and (activity.branch.number, activity.branch.name),
            activity.code,
            activity.title,
            (activity.responsible, activity.supporting),
            row.name,
            (row.responsible, row.supporting),
            [said(cell) for cell in (row.baseline, *row.targets.values(), row.realization)],
            sorted(row.targets),
        )
        for activity in table.activities
        for row in activity.indicators
    ]


def said(cell):
    """Return what a value cell says, however it is spelt."""
    text = "" if cell.kind is CellKind.NUMBER else cell.text
    return cell.kind, cell.value, cell.is_percent, text


# --- the published form as blocks ---------------------------------------------------------------


def heading(unit):
    return f"{unit.number}. {unit.name}" if unit.number else unit.name


def blocks(table):
    """Yield the units with rows in their order: department, branch or None, activities."""
    last = None
    for activity in table.activities:
        if last is None or (activity.department, activity.branch) != last[:2]:
            if last is not None:
                yield last
            last = (activity.department, activity.branch, [])
        last[2].append(activity)
    yield last


def printed(activity):
    """Yield the rows of an activity as printed: merged cells are blank below their first."""
    above = (None, None)
    for number, row in enumerate(activity.indicators):
        units = (row.responsible, row.supporting)
        first = f"{activity.code}. {activity.title}" if number == 0 else ""
        shown = [unit if unit != before else "" for unit, before in zip(units, above, strict=True)]
        above = units
        cells = (row.baseline, *row.targets.values(), row.realization)
        yield [first, *shown, row.name, *cells]


def texts(row):
    return [cell if isinstance(cell, str) else cell.text for cell in row]


# --- Excel --------------------------------------------------------------------------------------


def put(sheet, place, cell):
    """Write a cell as a person's Excel holds it: numbers as numbers, percentages formatted."""
    target = sheet.cell(*place)
    if isinstance(cell, str):
        target.value = cell or None
    elif cell.value is None:
        target.value = cell.text or None
    elif cell.is_percent:
        target.value = float(cell.value / 100)
        target.number_format = "0.00%"
    else:
        target.value = float(cell.value)


def put_rows(sheet, activities, row):
    """Write activities below a row, merging the cells of each; return the next free row."""
    for activity in activities:
        first = row
        for cells in printed(activity):
            for column, cell in enumerate(cells, start=1):
                put(sheet, (row, column), cell)
            row += 1
        merge_blanks(sheet, first, row - 1)
    return row


def merge_blanks(sheet, first, last):
    """Merge in the first three columns every filled cell with the blank ones below it."""
    for column in (1, 2, 3):
        start = first
        for row in range(first + 1, last + 2):
            if row > last or sheet.cell(row, column).value:
                if row - 1 > start:
                    sheet.merge_cells(
                        start_row=start, end_row=row - 1, start_column=column, end_column=column
                    )
                start = row


def put_header(sheet, row):
    for column, text in enumerate(HEADER, start=1):
        sheet.cell(row, column, int(text) if text.isdigit() else text).alignment = Alignment(
            wrap_text=True
        )
    return row + 1


def xlsx_on_one_sheet(path):
    """Write the plan with title rows, a heading merged over the columns and repeated headers."""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "Sayfa1"
    sheet["A1"] = "MERSİN BÜYÜKŞEHİR BELEDİYESİ YEREL EŞİTLİK EYLEM PLANI 2024-2026"
    sheet.merge_cells("A1:I1")
    row, last = 3, None
    for department, branch, activities in blocks(plan()):
        for unit in (department, branch):
            if unit is not None and unit != last:
                sheet.cell(row, 1, heading(unit))
                sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=9)
                row += 1
        last = department
        row = put_rows(sheet, activities, put_header(sheet, row)) + 1
    workbook.save(path)
    path.write_bytes(with_shared_texts(path.read_bytes()))
    return path


def xlsx_by_department(path):
    """Write the plan with a sheet per department, some of them named by their title alone."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    sheets = {}
    for department, branch, activities in blocks(plan()):
        title = heading(department)
        sheet, row = sheets.get(department, (None, 1))
        if sheet is None:
            sheet = workbook.create_sheet(title[:31].strip())
            if len(title) > 31:
                sheet.cell(row, 1, title)
                row += 1
        if branch is not None:
            sheet.cell(row, 1, heading(branch))
            row += 1
        row = put_rows(sheet, activities, put_header(sheet, row))
        sheets[department] = (sheet, row)
    workbook.save(path)
    return path


INLINE = re.compile(rb'(<c [^>]*?)t="inlineStr"([^>]*)><is><t[^>]*>(.*?)</t></is></c>', re.DOTALL)
SHARED = (
    b'<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.'
    b'openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
)


def with_shared_texts(package):
    """Return a workbook's bytes with its texts shared, as Excel's are."""
    texts, packed = [], io.BytesIO()

    def share(found):
        texts.append(found[3])
        return b'%st="s"%s><v>%d</v></c>' % (found[1], found[2], len(texts) - 1)

    with (
        zipfile.ZipFile(io.BytesIO(package)) as old,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            data = INLINE.sub(share, old.read(name)) if "worksheets/" in name else old.read(name)
            new.writestr(name, data.replace(b"</Types>", SHARED))
        items = b"".join(b'<si><t xml:space="preserve">%s</t></si>' % text for text in texts)
        namespace = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        new.writestr("xl/sharedStrings.xml", b'<sst xmlns="%s">%s</sst>' % (namespace, items))
    return packed.getvalue()


# --- Word ---------------------------------------------------------------------------------------


def docx(path):
    """Write the plan with headings as paragraphs and vertically merged cells."""
    document = Document()
    document.add_paragraph("Yerel Eşitlik Eylem Planı İzleme Raporu")
    document.add_paragraph("Bu rapor, planın ilk yılında yapılanları birimlere göre anlatır.")
    last = None
    for number, (department, branch, activities) in enumerate(blocks(plan())):
        if department != last:
            document.add_paragraph(heading(department), style="Heading 1" if number % 2 else None)
        if branch is not None:
            document.add_paragraph(f"{heading(branch)} Hedef Gerçekleşmeleri")
        last = department
        cut = len(activities) // 2
        add_table(document, activities[:cut])
        document.add_paragraph("")
        add_table(document, activities[cut:], repeated=number % 3 == 0, header=number % 2 == 0)
    document.save(path)
    return path


def add_table(document, activities, *, header=True, repeated=False):
    if not activities:
        return
    table = document.add_table(0, len(HEADER))
    if header:
        fill(table.add_row(), HEADER)
    for activity in activities:
        rows = []
        for cells in printed(activity):
            rows.append(table.add_row())
            fill(rows[-1], texts(cells))
        merge_down(rows)
        if repeated:
            fill(table.add_row(), HEADER)


def fill(row, cells):
    for cell, text in zip(row.cells, cells, strict=True):
        cell.text = text


def merge_down(rows):
    """Merge in the first three columns every filled cell with the blank ones below it."""
    for column in range(3):
        start = rows[0].cells[column]
        for row in rows[1:]:
            cell = row.cells[column]
            if cell.text:
                start = cell
            else:
                start = start.merge(cell)
                for paragraph in start.paragraphs[1:]:
                    paragraph._p.getparent().remove(paragraph._p)


# --- PDF ----------------------------------------------------------------------------------------

PAGE = """
#set page(paper: "a4", flipped: true, margin: 1.5cm, header: [Yerel Eşitlik Eylem Planı],
  footer: context [Sayfa #counter(page).display()])
#set text(size: 8pt, lang: "tr", font: "DejaVu Sans")
"""


def pdf(path, blocks_of_plan=None, page=PAGE):
    """Write the plan as a PDF whose tables break across pages."""
    path.write_bytes(typst.compile(typst_source(blocks_of_plan, page).encode()))
    return path


def typst_source(blocks_of_plan=None, page=PAGE):
    last, source = None, [page]
    for department, branch, activities in blocks_of_plan or blocks(plan()):
        if department != last:
            source.append(f'#text(weight: "bold", {quoted(heading(department))})\n\n')
        if branch is not None:
            source.append(f"#text({quoted(heading(branch))})\n\n")
        last = department
        source.append(typst_table(activities))
    return "\n".join(source)


def typst_table(activities):
    cells = [f"table.header({', '.join(f'text({quoted(text)})' for text in HEADER)})"]
    for activity in activities:
        rows = list(printed(activity))
        for number, row in enumerate(rows):
            for column, text in enumerate(texts(row)):
                if column > 2:
                    cells.append(f"text({quoted(text)})")
                elif text or number == 0:
                    span = 1
                    while number + span < len(rows) and not rows[number + span][column]:
                        span += 1
                    cells.append(f"table.cell(rowspan: {span}, text({quoted(text)}))")
    widths = "(3fr, 2fr, 2fr, 2.4fr, 1.2cm, 1.2cm, 1.2cm, 1.2cm, 2.2cm)"
    return f"#table(columns: {widths}, {', '.join(cells)})\n\n"


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


# --- comma-separated values ---------------------------------------------------------------------


def published_csv(path, delimiter=";", encoding="utf-8"):
    """Write the plan's own table as a spreadsheet program saves it."""
    lines = [line.split("\t") for line in PLAN.read_text(encoding="utf-8").split("\n")]
    return write_csv(path, lines, delimiter, encoding)


def flat_csv(path, delimiter=";", encoding="utf-8"):
    """Write one row per indicator, the columns in an order of their own."""
    return write_csv(path, [FLAT_HEADER, *map(texts, flat_rows())], delimiter, encoding)


def flat_rows():
    for activity in plan().activities:
        for row in activity.indicators:
            yield [
                *row.targets.values(),
                row.realization,
                row.name,
                row.baseline,
                activity.code,
                activity.title,
                row.responsible,
                row.supporting,
                heading(activity.branch) if activity.branch else "",
                heading(activity.department),
            ]


def write_csv(path, rows, delimiter, encoding):
    written = io.StringIO()
    csv.writer(written, delimiter=delimiter).writerows(rows)
    # The plan's printed text holds letters of OCR damage that no Turkish eight-bit file has.
    data = written.getvalue().encode(
        encoding, errors="replace" if "utf" not in encoding else "strict"
    )
    path.write_bytes(data)
    return path


def flat_xlsx(path):
    """Write the flat form as a workbook with real numbers."""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.append(FLAT_HEADER)
    for row, cells in enumerate(flat_rows(), start=2):
        for column, cell in enumerate(cells, start=1):
            put(sheet, (row, column), cell)
    workbook.save(path)
    return path
