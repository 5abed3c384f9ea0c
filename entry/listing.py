"""A unit's sheet as pages list it: its rows, and the questions about several rows at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from activities.wording import say
from entry.actions import Result
from entry.desk import UnitSheet, Year
from entry.rows import EntryRow
from findings.year import RaisedFinding


@dataclass(frozen=True, slots=True)
class WideLine:
    """A question about several rows, and where it is answered."""

    finding: RaisedFinding
    sentence: str
    url: str


def rows_of(sheet: UnitSheet[Year], results: Mapping[int, Result] | None = None) -> list[EntryRow]:
    """Return a row for each line; ``results`` says what became of those that were just sent."""
    raised = sheet.findings.by_indicator
    results = results or {}
    return [
        EntryRow(
            sheet.desk,
            line,
            sheet.figures,
            [each for each in raised.get(line.pk, ()) if len(each.figures) == 1],
            results.get(line.pk),
        )
        for line in sheet.lines()
    ]


def wide_findings(sheet: UnitSheet[Year]) -> list[RaisedFinding]:
    return [each for each in sheet.findings.raised if len(each.figures) > 1]


def wide_lines(sheet: UnitSheet[Year]) -> list[WideLine]:
    """Return the questions about several rows at once, which stand above them."""
    return [
        WideLine(
            each,
            say(each.sentence),
            f"{sheet.desk.url}questions/?{urlencode({'finding': each.key})}",
        )
        for each in wide_findings(sheet)
    ]
