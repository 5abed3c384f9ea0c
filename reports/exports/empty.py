"""An empty table to write a plan in: the heads that our reader knows, each with what goes below."""

from __future__ import annotations

from collections.abc import Sequence
from typing import IO

from django.utils.translation import gettext as _

from reports.exports import columns, sheets, workbook
from reports.exports.columns import Column
from reports.exports.rows import language
from reports.exports.workbook import Cell, Hint, Sheet, SheetRow, Style, letters

ROWS = 400
"""How many rows are ruled; more can be written below them."""
WORDS = Style(is_locked=False)
NUMBER = Style(align="right", indent=1, is_locked=False)


def write(years: Sequence[int], target: IO[bytes], *, author: str) -> None:
    """Write the table of a plan of these years, one row for each indicator."""
    shown = _columns(years)
    blank = SheetRow([Cell(None, NUMBER if column.is_number else WORDS) for column in shown])
    sheet = Sheet(
        title=_("Plan"),
        widths=[column.width for column in shown],
        rows=[sheets.header_row(shown), *([blank] * ROWS)],
        header_row=1,
        hints=_hints(shown, years),
    )
    workbook.write(
        [sheet],
        target,
        title=_("Equality action plan %(first)s–%(last)s") % _ends(years),
        author=author,
        language=language(),
    )


def _ends(years: Sequence[int]) -> dict[str, int]:
    return {"first": years[0], "last": years[-1]}


def _columns(years: Sequence[int]) -> list[Column]:
    return [
        Column(_("Department"), 28),
        Column(_("Branch"), 22),
        Column(_("Activity code"), 10),
        columns.activity(),
        *columns.units(),
        columns.indicator(),
        *columns.planned(list(years)),
    ]


def _hints(shown: Sequence[Column], years: Sequence[int]) -> list[Hint]:
    target = _("The target of the year: a number, or a percentage such as 55 %. Empty: none.")
    texts = [
        _("The department that reports, such as 9. Sağlık İşleri Dairesi Başkanlığı."),
        _("Only where a branch reports by itself; otherwise empty."),
        _("Such as 4.1.2: objective 4, goal 4.1, second activity."),
        _("What is done. Empty for a further indicator of the activity above."),
        _("Who carries it out; several are separated by commas."),
        _("Who helps; several are separated by commas."),
        _("What is counted, such as: number of women who took part."),
        _("How it stands before the plan begins. - or empty: not known."),
        *(target for _year in years),
    ]
    return [
        Hint(f"{letters(place)}2:{letters(place)}{ROWS + 1}", str(column.header), text)
        for place, (column, text) in enumerate(zip(shown, texts, strict=True), start=1)
    ]
