"""The plan's table as an Excel workbook: the printed form, one sheet a department."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from django.utils.translation import gettext as _

from reports.errata import no_errata
from reports.exports import columns, sheets, workbook
from reports.exports.rows import PrintedTable, language
from reports.exports.sheets import PartSheet
from reports.exports.workbook import Cell, Sheet, SheetRow
from reports.tables import TableRow


def write(printed: PrintedTable, target: IO[bytes]) -> None:
    """Write the workbook; a plan without indicators is a sheet with a header row."""
    parts = [part.sheet() for part in _parts(printed)] or [_empty(printed)]
    workbook.write(
        [*parts, *_about(printed)],
        target,
        title=printed.title,
        author=printed.plan.municipality.name,
        language=language(),
    )


def _columns(printed: PrintedTable) -> list[columns.Column]:
    return [
        columns.activity(),
        *columns.units(),
        columns.indicator(),
        *columns.planned(printed.years),
        columns.realization(printed.year),
        *columns.rated(),
    ]


def _parts(printed: PrintedTable) -> Iterator[PartSheet]:
    shown = _columns(printed)

    def tail(row: TableRow) -> list[Cell]:
        values = [*printed.planned(row), printed.realized(row.figure)]
        return [
            *map(sheets.value_cell, values),
            sheets.ratio_cell(printed.ratio(row)),
            Cell(printed.remarked_status(row), sheets.TEXT),
            Cell(printed.said(row).deviation, sheets.TEXT),
        ]

    for part in printed.parts:
        yield PartSheet(part, shown, tail, [printed.title, *printed.notes])


def _about(printed: PrintedTable) -> Iterator[Sheet]:
    """Yield the sheet that says which edition it is and what was corrected since.

    A line a cell: a table would be read back as a part of the plan's.
    """
    if printed.source is None or not printed.source.is_official:
        return
    lines = [*printed.notes, *(map(str, printed.errata) if printed.errata else [no_errata()])]
    rows = [sheets.title_row(printed.title)]
    rows += [SheetRow([Cell(line, sheets.LINE)]) for line in lines]
    yield Sheet(_("Edition and corrections"), [120], rows, 1, printed.title)


def _empty(printed: PrintedTable) -> Sheet:
    shown = _columns(printed)
    rows = [sheets.title_row(printed.title), sheets.header_row(shown)]
    return Sheet(str(printed.plan), [column.width for column in shown], rows, header_row=2)
