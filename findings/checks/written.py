"""Checks of one row: what is written in its cells."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from activities.sentences import Sentence
from activities.sentences import noop as _
from findings.checks.finding import (
    CORRECT,
    Answer,
    Check,
    CheckedRow,
    Finding,
    as_written,
    finding_of,
    line_up,
    number_of,
    of_row,
    reread,
    trimmed,
)
from indicators.achievement import Kind, Measurement, ReportedAs
from indicators.cells import Cell, CellKind


@of_row(at_desk=True)
def check_text(row: CheckedRow) -> Finding | None:
    """A value cell is neither number, dash nor empty."""
    if CellKind.TEXT not in [cell.kind for cell in row.cells]:
        return None
    return finding_of(Check.TEXT, [row], _text_sentence(row), (WRITE_NUMBER, NO_NUMBER))


WRITE_NUMBER = Answer("typo", Sentence(_("The number will be written")), settles=False)


NO_NUMBER = Answer("no_number", Sentence(_("There is no number to give")))


def _text_sentence(row: CheckedRow) -> Sentence:
    if row.realization.kind is CellKind.TEXT:
        return Sentence(
            _("Instead of a realization, “%(text)s” is written. Which number belongs there?"),
            text=row.realization.text,
        )
    if row.baseline.kind is CellKind.TEXT:
        return Sentence(
            _("Instead of a baseline, “%(text)s” is written. Which number belongs there?"),
            text=row.baseline.text,
        )
    year = min(year for year, cell in row.targets.items() if cell.kind is CellKind.TEXT)
    return Sentence(
        _("Instead of a target for %(year)s, “%(text)s” is written. Which number belongs there?"),
        year=str(year),
        text=row.targets[year].text,
    )


@of_row()
def check_missing(row: CheckedRow) -> Finding | None:
    """B a number, C empty or dash."""
    if row.b is None or row.realization.kind not in (CellKind.EMPTY, CellKind.DASH):
        return None
    sentence = Sentence(
        _("The target is %(target)s and nothing is reported. Was nothing done, or is it to come?"),
        target=number_of(row.target),
    )
    is_total = row.kind == Kind.LEVEL and row.reported_as == ReportedAs.TOTAL
    nothing = row.a if is_total and row.a is not None else Decimal(0)
    after = replace(row.measurement, realization=nothing)
    label = Sentence(_("Nothing was done: %(number)s"), number=trimmed(nothing))
    answers = (
        reread("nothing_done", label, row, after),
        Answer("to_come", Sentence(_("The number is to come")), settles=False),
        Answer("not_measured", Sentence(_("It was not measured this year"))),
    )
    return finding_of(Check.MISSING, [row], sentence, answers)


@of_row()
def check_unplanned(row: CheckedRow) -> Finding | None:
    """No B, C a number."""
    if row.b is not None or row.c is None:
        return None
    sentence = Sentence(
        _("There is no target for %(year)s, but %(realization)s is reported. Is that right?"),
        year=str(row.year),
        realization=number_of(row.realization),
    )
    none = replace(row.measurement, realization=None)
    answers = (CORRECT, reread("no_value", Sentence(_("There is nothing to report")), row, none))
    return finding_of(Check.UNPLANNED, [row], sentence, answers)


# "oran", "oranı", "yüzdesi", "ORANI": none of the letters has a Turkish case of its own.
SAYS_PERCENT = re.compile(r"\b(?:oran|yüzde|yuzde)|%", re.IGNORECASE)


@of_row(at_desk=True)
def check_mixed_units(row: CheckedRow) -> Finding | None:
    """Some numbers of a row with %, some without; or the name says otherwise than the numbers.

    A kind that a person has confirmed settles what the name leaves open.
    """
    says_percent = bool(SAYS_PERCENT.search(row.name))
    if not row.is_percent and not says_percent:
        return None
    signs = {cell.is_percent for cell in row.cells if cell.value is not None}
    if not signs:
        return None
    if len(signs) == 2:
        template = _(
            "Some numbers of this row have a percent sign, some do not: %(cells)s. "
            "Are they all percents?"
        )
    elif row.is_percent == says_percent or (
        row.kind_confirmed and row.is_percent == (row.kind == Kind.RATIO)
    ):
        return None
    elif row.is_percent:
        template = _(
            "The numbers are percents, but the name does not speak of a ratio: %(cells)s. "
            "Are they percents?"
        )
    else:
        template = _(
            "The name speaks of a ratio, but the numbers have no percent sign: %(cells)s. "
            "Are they percents?"
        )
    sentence = Sentence(template, cells=line_up(row.cells, " · "))
    now = row.measurement
    counted = Kind.COUNT if now.kind == Kind.RATIO else now.kind
    answers = (
        reread("percent", Sentence(_("All are percents")), row, replace(now, kind=Kind.RATIO)),
        reread("number", Sentence(_("None is a percent")), row, replace(now, kind=counted)),
    )
    return finding_of(Check.MIXED_UNITS, [row], sentence, answers)


@of_row(at_desk=True)
def check_ambiguous_number(row: CheckedRow) -> Finding | None:
    """Separators that can be read two ways: 1.234 may be 1234 or 1,234."""
    cells = [cell for cell in row.cells if cell.is_ambiguous and cell.value is not None]
    if not cells:
        return None
    whole, decimal = _both_readings(cells[0])
    sentence = Sentence(
        _("“%(text)s” can be read as %(whole)s or as %(decimal)s. Which one is meant?"),
        text=as_written(cells[0]),
        whole=trimmed(whole),
        decimal=trimmed(decimal),
    )
    answers = tuple(
        reread(code, Sentence(label), row, _read_as(row, reading))
        for reading, (code, label) in enumerate(
            (
                ("thousands", _("The mark separates thousands")),
                ("decimal", _("The mark is a decimal one")),
            )
        )
    )
    return finding_of(Check.AMBIGUOUS_NUMBER, [row], sentence, answers)


def _both_readings(cell: Cell) -> tuple[Decimal, Decimal]:
    """Return an ambiguous cell read with a thousands mark, and with a decimal one."""
    assert cell.value is not None
    is_whole = cell.value == cell.value.to_integral() and "," not in cell.text
    whole = cell.value if is_whole else cell.value * 1000
    return whole, whole / 1000


def _read_as(row: CheckedRow, reading: int) -> Measurement:
    a, b, c = (
        _both_readings(cell)[reading]
        if cell.is_ambiguous and cell.value is not None
        else cell.value
        for cell in (row.baseline, row.target, row.realization)
    )
    return replace(row.measurement, baseline=a, target=b, realization=c)
