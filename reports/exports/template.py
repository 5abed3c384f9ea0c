"""A workbook to report a year in: what is planned stands there locked, the year's cells are open.

It has the printed form, so our readers take it as that year's realizations. What is saved so far
stands in it, drafts included: it is for who may see them. A key beside each row finds it again
when the unit gives the workbook back on its entry page, sorted and cut as it may be.
"""

from __future__ import annotations

from functools import cached_property
from typing import IO

from django.utils.translation import gettext as _

from indicators.figures import Figure
from indicators.labels import deviation_points
from indicators.models import Indicator, Realization
from indicators.row_keys import RowKey
from indicators.suppression import PARTS
from reports.exports import columns, sheets, workbook
from reports.exports.columns import Column
from reports.exports.rows import Part, PrintedTable, Value, heading, language, realized
from reports.exports.sheets import PartSheet
from reports.exports.workbook import Cell, Hint, Sheet, Style, letters
from reports.tables import TableRow

Absence = Realization.Absence
OPEN = "FFF8DC"
NUMBER = Style(fill=OPEN, align="right", indent=1, is_locked=False)
# Excel's own percent format, the one it is sure to take a typed 50 as 50 % in.
PERCENT = Style(number_format="0.00%", fill=OPEN, align="right", indent=1, is_locked=False)
WORDS = Style(fill=OPEN, is_locked=False)
SHUT = Style(fill="E9E9E9")
KEY = Style(size=6, is_wrapped=False)


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
    """The columns and cells of a template; three queries, one of them for the year before."""

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
                "Fill in the yellow cells only. Write a number, 0 if nothing was done; where there "
                "is no figure, choose why from the cell's list. Give the file back on the entry "
                "page."
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
            *(columns.parts() if self.people else []),
            columns.reason(),
            columns.measure(),
            columns.key(),
        ]

    @cached_property
    def people(self) -> set[int]:
        """Return the indicators that count people; one query."""
        rows = Indicator.objects.of_plan(self.printed.plan).filter(counts_people=True)
        counting = set(rows.order_by().values_list("id", flat=True))
        return {row.id for row in self.printed.rows} & counting

    @cached_property
    def saved(self) -> dict[int, Realization]:
        """Return what is stored of the year, in any state; one query."""
        found = Realization.objects.filter(
            indicator__activity__plan=self.printed.plan,
            indicator__activity__department__in={row.unit.id for row in self.printed.rows},
            year=self.printed.year,
        )
        return {value.indicator_id: value for value in found}

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
            self._realization(figure),
            *self._parts(figure),
            *self._words(figure),
            Cell(self._key(figure), KEY),
        ]

    def _realization(self, figure: Figure) -> Cell:
        value = self.saved.get(figure.id)
        style = PERCENT if figure.is_percent else NUMBER
        if value is None:
            return Cell(None, style)
        if value.value is not None:
            return Cell(value.value / 100 if figure.is_percent else value.value, style)
        return Cell(str(Absence(value.absence).label) if value.absence else value.text, style)

    def _parts(self, figure: Figure) -> list[Cell]:
        if not self.people:
            return []
        if figure.id not in self.people:
            return [Cell(None, SHUT)] * len(PARTS)
        value = self.saved.get(figure.id)
        return [Cell(getattr(value, name, None), NUMBER) for name in PARTS]

    def _words(self, figure: Figure) -> list[Cell]:
        value = self.saved.get(figure.id)
        said = (value.deviation_reason, value.measure_to_take) if value else (None, None)
        return [Cell(text, WORDS) for text in said]

    def _key(self, figure: Figure) -> str:
        value = self.saved.get(figure.id)
        year, plan = self.printed.year, self.printed.plan.pk
        return str(RowKey(plan, year, figure.unit.id, figure.id, value.version if value else 0))

    def _hints(self, first: int, last: int) -> list[Hint]:
        told = {
            columns.realization(self.printed.year): (
                _(
                    "A number like 1234 or 12,5; in the rows with percentages like 55,5. "
                    "0: nothing was done. Empty: not reported yet. "
                    "If there is no figure, choose why."
                ),
                [str(label) for label in Absence.labels],
            ),
            **dict.fromkeys(
                columns.parts(),
                (_("Of the figure, how many; together they make it. Empty: not known."), []),
            ),
            columns.reason(): (
                _("Why the target was missed or exceeded by more than %(points)s points.")
                % {"points": deviation_points()},
                [],
            ),
            columns.measure(): (_("What will be done so that the target is reached."), []),
        }
        found = []
        for place, column in enumerate(self.columns(), start=1):
            if column in told:
                below = f"{letters(place)}{first}:{letters(place)}{last}"
                found.append(Hint(below, str(column.header), *told[column]))
        return found
