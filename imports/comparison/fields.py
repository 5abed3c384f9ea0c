"""One field beside its stored value: whether it differs, and the change as it is told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, cast

from django.db import models

from activities.formats import amount
from activities.models import Activity
from activities.sentences import Sentence
from activities.sentences import noop as _
from imports.difference import Difference, PlanChange, RowPlace
from imports.table import FileProblem
from indicators.cells import Cell, CellKind
from indicators.models import Indicator

UNIT_CELLS = frozenset({"responsible", "supporting"})


def same_value(cell: Cell, value: Decimal | None, text: str) -> bool:
    """Whether a cell says what is stored: numbers as numbers, the rest as written."""
    if cell.kind is CellKind.NUMBER or value is not None:
        return cell.value == value
    return cell.text == text


def as_told(value: Decimal | None, text: str, indicator: Indicator) -> str:
    """Return a stored cell as it was written, or as tables write its number where it was typed."""
    return text or amount(value, percent=indicator.is_percent)


def said(stated: Mapping[str, str], kinds: Iterable[str]) -> dict[str, str]:
    """Leave out the unit cells of columns that the file does not have."""
    absent = UNIT_CELLS.difference(kinds)
    return {name: text for name, text in stated.items() if _told_name(name) not in absent}


def set_texts(
    stored: Activity | Indicator, stated: Mapping[str, str], place: RowPlace
) -> list[PlanChange]:
    """Set the texts that differ on the loaded row and return them as changes."""
    changes = []
    for name, text in stated.items():
        before = getattr(stored, name)
        if before != text:
            setattr(stored, name, text)
            changes.append(place.changed(_told_name(name), before, text))
    return changes


def names_units(changes: Iterable[PlanChange]) -> bool:
    """Whether a cell that names units is among the changes."""
    return any(change.field in UNIT_CELLS for change in changes)


def check_length(
    difference: Difference, row: models.Model, name: str, where: str, column: str
) -> None:
    """Refuse a text that its column cannot hold; PostgreSQL would stop the whole import."""
    text, limit = getattr(row, name), cast(Any, row._meta.get_field(name)).max_length
    if len(text) > limit:
        sentence = Sentence(
            _("“%(text)s…” is longer than the %(limit)s letters there is room for."),
            text=text[:40],
            limit=limit,
        )
        difference.errors.append(FileProblem(where, column, text, sentence, stops=True))


def _told_name(name: str) -> str:
    """Return what a column is called in a change: "responsible" for own_responsible_text."""
    return name.removeprefix("own_").removesuffix("_text")
