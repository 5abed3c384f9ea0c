"""A workbook to report a year in: what is planned stands there locked, the year's cells are open.

It has the printed form, so our readers take it as that year's realizations.
"""

from __future__ import annotations

from typing import IO

from django.utils.translation import gettext as _

from indicators.labels import deviation_points
from reports.exports import columns, sheets, workbook
from reports.exports.columns import Column
from reports.exports.rows import Part, PrintedTable, Value, heading, language, realized
from reports.exports.sheets import PartSheet
from reports.exports.workbook import Cell, Sheet, Style, letters
from reports.tables import TableRow

OPEN = "FFF8DC"
NUMBER = Style(fill=OPEN, align="right", indent=1, is_locked=False)
# Excel's own percent format, the one it is sure to take a typed 50 as 50 % in.
PERCENT = Style(number_format="0.00%", fill=OPEN, align="right", indent=1, is_locked=False)
WORDS = Style(fill=OPEN, is_locked=False)


def write(printed: PrintedTable, target: IO[bytes]) -> None:
    """Write the template of the printed's year, with the year before beside it.

    The printed is of all departments or of one unit.
    """
    template = _Template(printed)
    workbook.write(
        [template.sheet(part) for part in printed.parts] or [template.empty()],
        target,
        title=template.title,
        author=printed.plan.municipality.name,
        language=language(),
    )


class _Template:
    """The columns and cells of an printed's template; the year before costs one more query."""

    def __init__(self, printed: PrintedTable) -> None:
        self.printed = printed
        self.previous: dict[int, Value] | None = None
        if printed.year - 1 in printed.years:
            before = printed.figures.of_year(printed.year - 1)
            self.previous = {figure.id: realized(figure) for figure in before.rows}

    @property
    def title(self) -> str:
        values = {"plan": self.printed.plan, "year": self.printed.year}
        return _("%(plan)s: to be filled in for %(year)s") % values

    @property
    def lines(self) -> list[str]:
        return [
            self.title,
            _(
                "Fill in the yellow cells only. Write a number, 0 if nothing was done, or - if "
                "there is nothing to report."
            ),
        ]

    def columns(self) -> list[Column]:
        year = self.printed.year
        return [
            columns.activity(),
            *columns.units(),
            columns.indicator(),
            *columns.planned(self.printed.years),
            *([columns.previous(year - 1)] if self.previous is not None else []),
            columns.realization(year),
            columns.reason(),
            columns.measure(),
        ]

    def sheet(self, part: Part) -> Sheet:
        layout = PartSheet(part, self.columns(), self._tail, self.lines)
        sheet = layout.sheet()
        sheet.is_protected = True
        sheet.footer = f"{self.title} · {heading(part.department)}"
        sheet.hints = self._hints(layout.header_row + 1, layout.last_row)
        return sheet

    def empty(self) -> Sheet:
        shown = self.columns()
        rows = [sheets.title_row(self.title), sheets.header_row(shown)]
        return Sheet(
            str(self.printed.plan),
            [column.width for column in shown],
            rows,
            header_row=2,
            is_protected=True,
        )

    def _tail(self, row: TableRow) -> list[Cell]:
        figure = row.figure
        known = self.printed.planned(row)
        if self.previous is not None:
            known.append(self.previous.get(figure.id, Value(None)))
        return [
            *map(sheets.value_cell, known),
            Cell(None, PERCENT if figure.is_percent else NUMBER),
            Cell(None, WORDS),
            Cell(None, WORDS),
        ]

    def _hints(self, first: int, last: int) -> list[tuple[str, str, str]]:
        count = len(self.columns())
        texts = (
            (
                columns.realization(self.printed.year).header,
                _(
                    "A number like 1234 or 12,5; in the rows with percentages like 55,5. "
                    "0: nothing was done. -: there is nothing to report. "
                    "Empty: not reported yet."
                ),
            ),
            (
                columns.reason().header,
                _("Why the target was missed or exceeded by more than %(points)s points.")
                % {"points": deviation_points()},
            ),
            (columns.measure().header, _("What will be done so that the target is reached.")),
        )
        return [
            (f"{letters(column)}{first}:{letters(column)}{last}", str(title), text)
            for column, (title, text) in enumerate(texts, start=count - 2)
        ]
