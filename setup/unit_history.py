"""What was changed of a unit last: its names, its numbers, its spellings."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from activities.models import Alias, Department, PlanDepartment
from indicators.changes import words_of
from mail.recipients import called

SHOWN = 10


@dataclass(frozen=True, slots=True)
class UnitChange:
    """One change: when, by whom ("" for a command), what, and the reason if one was given."""

    when: datetime.datetime
    who: str
    what: str
    reason: str


def of_unit(unit: Department) -> list[UnitChange]:
    """Return the last changes of a unit, the newest first; six queries."""
    found = [
        *_names(unit),
        *_others(PlanDepartment, unit, _number),
        *_others(Alias, unit, _spelling),
    ]
    return sorted(found, key=lambda change: change.when, reverse=True)[:SHOWN]


def _names(unit: Department) -> Iterator[UnitChange]:
    records = list(_records(Department, id=unit.pk))
    parents = Department.objects.in_bulk({each.parent_id for each in records} - {None})
    for before, record in zip([None, *records], records, strict=False):
        yield _change(record, "; ".join(_changed_names(before, record, parents)))


def _changed_names(before: Any, record: Any, parents: dict[int, Department]) -> Iterable[str]:
    if before is None:
        return [_("Added: “%(name)s”") % {"name": record.name}]
    found = []
    for column in ("name", "short_name", "parent_id"):
        old, new = (getattr(each, column) for each in (before, record))
        if old == new:
            continue
        if column == "parent_id":
            old, new = (parents.get(key, _("(gone)")) if key else "" for key in (old, new))
        label = Department._meta.get_field(column.removesuffix("_id")).verbose_name  # type: ignore[union-attr]
        found.append(f"{capfirst(str(label))}: {old or '—'} → {new or '—'}")
    # A unit went into it: the reason says which.
    return found or [_("Merged")]


def _others(model: Any, unit: Department, told: Any) -> Iterator[UnitChange]:
    """Yield the changes of the rows that are or were the unit's, while they were."""
    mine = _records(model, department_id=unit.pk)
    previous: dict[int, Any] = {}
    for record in mine:
        yield _change(record, told(record, previous.get(record.id)))
        previous[record.id] = record


def _number(record: Any, before: Any) -> str:
    values = {"plan": record.plan, "number": record.number, "before": before and before.number}
    if record.history_type == "-":
        return _("No longer number %(number)s in “%(plan)s”") % values
    if before is None:
        return _("Number %(number)s in “%(plan)s”") % values
    return _("In “%(plan)s” number %(number)s instead of %(before)s") % values


def _spelling(record: Any, before: Any) -> str:
    values = {"text": record.text, "before": before and before.text}
    if record.history_type == "-":
        return _("Spelling forgotten: “%(text)s”") % values
    if before is None:
        return _("New spelling: “%(text)s”") % values
    return _("Spelling “%(text)s” instead of “%(before)s”") % values


def _records(model: Any, **of: Any) -> Any:
    found = model.history.filter(**of).select_related("history_user").order_by("history_id")
    return found.select_related("history_user", "plan") if model is PlanDepartment else found


def _change(record: Any, what: str) -> UnitChange:
    person = record.history_user
    return UnitChange(
        record.history_date,
        called(person) if person else "",
        what,
        words_of(record.history_change_reason or ""),
    )
