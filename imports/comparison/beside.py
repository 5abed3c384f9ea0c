"""What a file says beside a realization's number: women, men, others, reason and measure."""

from __future__ import annotations

from typing import TypeVar

from activities.formats import amount
from imports.table import IndicatorRow, Parts
from indicators import steps
from indicators.models import Realization

Value = TypeVar("Value")
Said = tuple[str, str, str]
"""A field, what stood in it and what the file says."""


def said_beside(value: Realization, row: IndicatorRow, year: int) -> list[Said]:
    """Set what a row says beside a realization's number and return what changed."""
    found = [*_parts(value, _of_year(row.parts, year)), *_words(value, row, year)]
    for name, _before, after in found:
        if name not in steps.PARTS:
            setattr(value, FIELDS[name], after)
    parts = _of_year(row.parts, year)
    if parts is not None:
        value.women, value.men, value.others = parts.women, parts.men, parts.others
    return found


def would_say(value: Realization, row: IndicatorRow, year: int) -> bool:
    """Whether a row says anything else beside the same number."""
    return bool(_parts(value, _of_year(row.parts, year)) or _words(value, row, year))


FIELDS = {"reason": "deviation_reason", "measure": "measure_to_take"}


def _parts(value: Realization, parts: Parts | None) -> list[Said]:
    if parts is None:
        return []
    pairs = ((name, getattr(value, name), getattr(parts, name)) for name in steps.PARTS)
    return [
        (name, amount(before) if before is not None else "", amount(after))
        for name, before, after in pairs
        if before != after
    ]


def _words(value: Realization, row: IndicatorRow, year: int) -> list[Said]:
    told = {"reason": _of_year(row.reasons, year), "measure": _of_year(row.measures, year)}
    return [
        (name, before, text)
        for name, text in told.items()
        if text and _on_a_line(text) != _on_a_line(before := getattr(value, FIELDS[name]))
    ]


def _on_a_line(text: str) -> str:
    """Return a text without its lines: a cell of a file does not keep them."""
    return " ".join(text.split())


def _of_year(found: dict[int | None, Value], year: int) -> Value | None:
    """Return what is said of a year, else of the column without one."""
    return found.get(year, found.get(None))
