"""Corrections of a published year, as people read them: row, field, before and after, when, why."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from activities import formats
from indicators.achievement_rows import plain
from indicators.editions import Erratum
from indicators.figures import Figure
from reports.public.changes import ToldChange

EMPTY_CELL = "—"
FIELDS = {
    "baseline": lambda: _("baseline"),
    "target": lambda: _("target"),
    "realization": lambda: _("realization"),
}


@dataclass(frozen=True, slots=True)
class ErratumLine:
    """A correction in words; ``number`` is the unit's, ``when`` a day. Empty cells are "—"."""

    key: str
    number: str
    code: str
    indicator: str
    field: str
    before: str
    after: str
    when: str
    reason: str

    @property
    def where(self) -> str:
        row = f"{self.code} {self.indicator}".strip()
        return f"{self.number} · {row}" if self.number else row

    def __str__(self) -> str:
        """Return the correction in one line, for files that have no table for it."""
        line = _("Corrected on %(when)s: %(where)s, %(field)s %(before)s → %(after)s.") % {
            "when": self.when,
            "where": self.where,
            "field": self.field,
            "before": self.before,
            "after": self.after,
        }
        return f"{line} {self.reason}".rstrip()


def told(erratum: Erratum, language: str) -> ErratumLine:
    """Return a correction in the active language."""
    row = erratum.figure
    return ErratumLine(
        row.key,
        row.unit.number,
        row.code,
        row.name,
        FIELDS[erratum.field](),
        written(row, erratum.before, erratum.before_text, language),
        written(row, erratum.after, erratum.after_text, language),
        date_format(timezone.localtime(erratum.when), "d.m.Y") if erratum.when else EMPTY_CELL,
        erratum.reason,
    )


def entry_of(erratum: Erratum) -> dict[str, Any]:
    """Return a correction for programs: numbers as exact text, None where there is none.

    The day is None where the history does not know it.
    """
    row = erratum.figure
    return {
        "id": row.id,
        "key": row.key,
        "indicator": row.name,
        "field": erratum.field,
        "before": plain(erratum.before),
        "before_text": erratum.before_text,
        "after": plain(erratum.after),
        "after_text": erratum.after_text,
        "corrected_on": erratum.when and timezone.localdate(erratum.when).isoformat(),
        "reason": erratum.reason,
    }


def no_errata() -> str:
    return _("Nothing has been corrected since.")


def no_changes() -> str:
    return _("No number differs from those of the edition before.")


def told_change(change: ToldChange) -> ErratumLine:
    """Return what a further edition changed in the form of a correction."""
    return ErratumLine(
        key="",
        number="",
        code=change.code,
        indicator=change.name,
        field=change.what,
        before=change.before or EMPTY_CELL,
        after=change.after or EMPTY_CELL,
        when=date_format(change.when, "d.m.Y") if change.when else EMPTY_CELL,
        reason=change.reason,
    )


def written(row: Figure, number: Decimal | None, text: str, language: str) -> str:
    """Return a cell for people; "—" where it is empty."""
    if number is None:
        return text or EMPTY_CELL
    return formats.amount(number, language, percent=row.is_percent)
