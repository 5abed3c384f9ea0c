"""The plan's table as comma-separated values, the flat form: one row an indicator.

UTF-8 with a byte order mark and semicolons, as Excel opens and writes it in Turkey.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import IO

from django.utils.translation import gettext as _

from reports.exports.rows import PrintedTable, Split, Value, spelled, with_units
from reports.tables import TableRow, UnitBlocks

STARTS_FORMULA = ("=", "+", "@", "-", "\t", "\r", "\n")


def write(printed: PrintedTable, target: IO[bytes]) -> None:
    text = io.TextIOWrapper(target, encoding="utf-8-sig", newline="")
    writer = csv.writer(text, delimiter=";")
    writer.writerow(_headers(printed))
    for part in printed.parts:
        department = [part.department.number, safe(part.department.name)]
        for unit in part.units:
            is_branch = unit.unit is not part.department
            branch = [unit.unit.number, safe(unit.unit.name)] if is_branch else ["", ""]
            writer.writerows([*department, *branch, *row] for row in _rows(printed, unit))
    text.flush()
    text.detach()  # the caller's file stays open


def _headers(printed: PrintedTable) -> list[str]:
    return [
        _("Department number"),
        _("Department"),
        _("Branch number"),
        _("Branch"),
        _("Activity code"),
        _("Activity"),
        _("Responsible unit"),
        _("Supporting institution"),
        _("Indicator"),
        _("Baseline"),
        *(_("Target %(year)s") % {"year": year} for year in printed.years),
        _("Realization %(year)s") % {"year": printed.year},
        _("Achievement ratio"),
        _("Status"),
        _("Deviation reason"),
        _("Women"),
        _("Men"),
        _("Others"),
        _("Total with baseline"),
        *([_("Edition"), _("Corrected since")] if _is_official(printed) else []),
    ]


def _is_official(printed: PrintedTable) -> bool:
    return printed.source is not None and printed.source.is_official


def _rows(printed: PrintedTable, unit: UnitBlocks) -> Iterator[list[str]]:
    for block in unit.blocks:
        activity = [block.code, safe(block.title)]
        for row, responsible, supporting in with_units(block.rows):
            yield [
                *activity,
                safe(responsible),
                safe(supporting),
                safe(row.figure.name),
                *_values(printed, row),
            ]


def _values(printed: PrintedTable, row: TableRow) -> list[str]:
    return [
        *map(_value, [*printed.planned(row), printed.realized(row.figure)]),
        printed.ratio_text(row),
        printed.status(row),
        safe(printed.said(row).deviation),
        *_split(printed.split(row)),
        "" if (total := printed.total(row)) is None else spelled(total),
        *(_edition(printed, row) if _is_official(printed) else []),
    ]


def _edition(printed: PrintedTable, row: TableRow) -> list[str]:
    """Return the edition of a row and what was corrected in it since; a CSV has no other place."""
    assert printed.source is not None
    corrected = (str(line) for line in printed.errata if line.key == row.figure.key)
    return [printed.source.imprint, safe(" ".join(corrected))]


def _split(split: Split) -> list[str]:
    return [
        "" if part is None else spelled(part) for part in (split.women, split.men, split.others)
    ]


def _value(value: Value) -> str:
    return str(value) if value.number is not None else safe(value.text)


def safe(text: str) -> str:
    """Return a text that a spreadsheet does not take for a formula; "-" alone is none.

    >>> safe("=1+1"), safe("-1+1"), safe("-")
    ("'=1+1", "'-1+1", '-')
    """
    text = text.replace("\0", "")
    return f"'{text}" if text.startswith(STARTS_FORMULA) and text != "-" else text
