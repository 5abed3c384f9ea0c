"""The plan's table as an Excel workbook: the printed form, one sheet a department."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from reports.exports import columns, sheets, workbook
from reports.exports.rows import Edition, language, realized
from reports.exports.sheets import PartSheet
from reports.exports.workbook import Cell, Sheet
from reports.tables import TableRow


def write(edition: Edition, target: IO[bytes]) -> None:
    """Write the workbook; a plan without indicators is a sheet with a header row."""
    workbook.write(
        [part.sheet() for part in _parts(edition)] or [_empty(edition)],
        target,
        title=edition.title,
        author=edition.plan.municipality,
        language=language(),
    )


def _columns(edition: Edition) -> list[columns.Column]:
    return [
        columns.activity(),
        *columns.units(),
        columns.indicator(),
        *columns.planned(edition.years),
        columns.realization(edition.year),
        *columns.rated(),
    ]


def _parts(edition: Edition) -> Iterator[PartSheet]:
    shown = _columns(edition)

    def tail(row: TableRow) -> list[Cell]:
        values = [*edition.planned(row), realized(row.figure)]
        return [
            *map(sheets.value_cell, values),
            sheets.ratio_cell(edition.ratio(row)),
            Cell(edition.status(row), sheets.TEXT),
            Cell(edition.said(row).deviation, sheets.TEXT),
        ]

    for part in edition.parts:
        yield PartSheet(part, shown, tail, [edition.title])


def _empty(edition: Edition) -> Sheet:
    shown = _columns(edition)
    rows = [sheets.title_row(edition.title), sheets.header_row(shown)]
    return Sheet(str(edition.plan), [column.width for column in shown], rows, header_row=2)
