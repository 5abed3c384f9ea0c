"""The history of one indicator, told as changes: who, when, what, from, to, why."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from activities import formats
from activities.models import Activity, Plan
from indicators.models import Indicator, Realization, Target

# What identifies or derives a row and is no change that a person made.
UNTOLD = {"id", "indicator", "year", "version", "entered_at", "name_key", "position"}
WRITTEN = {"text", "baseline_text"}
# The reason an import leaves in the history; undoing compares it, so it is put into words later.
BY_IMPORT = "import "
KEPT = re.compile(r"(?P<undone>undo of )?import (?P<batch>\d{1,9})(?:: (?P<why>.*))?", re.DOTALL)


def words_of(reason: str) -> str:
    """Return what a person wrote as a reason, without the number of an import; "" if nothing."""
    kept = KEPT.fullmatch(reason)
    return reason if kept is None else kept["why"] or ""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field before and after; ``is_words`` where people write sentences or names in it."""

    label: str
    before: str
    after: str
    is_words: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """One saved change of an indicator, a target or a realization.

    ``is_told`` says that the reason is a sentence of ours, in the page's language. ``person_id`` is
    None where nobody was signed in, as with a command.
    """

    when: datetime.datetime
    who: str
    what: str
    year: int | None
    reason: str
    is_new: bool
    is_deletion: bool
    fields: list[FieldChange]
    is_told: bool = False
    indicator_id: int = 0
    person_id: int | None = None


def of_indicator(indicator: Indicator) -> list[Change]:
    """Return everything that happened to an indicator, newest first; three queries."""
    found = [
        *_told(Indicator, Indicator.history.filter(id=indicator.pk)),
        *_told(Target, Target.history.filter(indicator_id=indicator.pk)),
        *_told(Realization, Realization.history.filter(indicator_id=indicator.pk)),
    ]
    return sorted(found, key=lambda change: change.when, reverse=True)


def of_value(indicator_id: int, year: int) -> list[Change]:
    """Return everything that happened to the value of one year, newest first; one query."""
    records = Realization.history.filter(indicator_id=indicator_id, year=year)
    return sorted(_told(Realization, records), key=lambda change: change.when, reverse=True)


def of_plan(plan: Plan) -> list[Change]:
    """Return everything that happened to a plan's indicators, oldest first; three queries.

    Those that were taken away since are among them.
    """
    activities = Activity.history.filter(plan_id=plan.pk).order_by().values("id")
    ids = Indicator.history.filter(activity_id__in=activities).order_by().values("id")
    found = [
        *_told(Indicator, Indicator.history.filter(id__in=ids)),
        *_told(Target, Target.history.filter(indicator_id__in=ids)),
        *_told(Realization, Realization.history.filter(indicator_id__in=ids)),
    ]
    return sorted(found, key=lambda change: change.when)


def _told(model: type[models.Model], records: Any) -> Iterator[Change]:
    ordered = records.select_related("history_user").order_by("id", "history_date", "history_id")
    for _row, group in groupby(ordered, key=lambda record: record.id):
        before = None
        for record in group:
            fields = list(_changed(model, before, record))
            if fields or record.history_type == "-":
                yield _change(model, record, fields)
            before = record


def _change(model: type[models.Model], record: Any, fields: list[FieldChange]) -> Change:
    person = record.history_user
    return Change(
        when=record.history_date,
        who=(person.get_full_name() or person.get_username()) if person else "",
        what=str(model._meta.verbose_name),
        year=getattr(record, "year", None),
        reason=record.history_change_reason or "",
        is_new=record.history_type == "+",
        is_deletion=record.history_type == "-",
        fields=fields,
        indicator_id=record.id if model is Indicator else record.indicator_id,
        person_id=record.history_user_id,
    )


def _changed(model: type[models.Model], before: Any, after: Any) -> Iterator[FieldChange]:
    for field in model._meta.concrete_fields:
        if field.name in UNTOLD or field.is_relation or field.name.endswith("_at"):
            continue
        new = _shown(after, field)
        old = _shown(before, field) if before is not None else ""
        # What an entry left as it is by default is nothing that somebody said.
        if old != new and (before is not None or not _is_default(after, field)):
            yield FieldChange(str(field.verbose_name), old, new, _holds_words(field))


def _holds_words(field: models.Field[Any, Any]) -> bool:
    return isinstance(field, models.CharField | models.TextField) and not field.choices


def _is_default(record: Any, field: models.Field[Any, Any]) -> bool:
    return field.has_default() and getattr(record, field.attname) == field.get_default()


def _shown(record: Any, field: models.Field[Any, Any]) -> str:
    if field.choices:
        return str(getattr(record, f"get_{field.name}_display")())
    value = getattr(record, field.attname)
    if value is None or (field.name in WRITTEN and _has_number(record)):
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Decimal):
        return formats.amount(value, get_language() or "tr")
    return str(value)


def _has_number(record: Any) -> bool:
    """Whether the number itself is told, so that its cell as written need not be."""
    return getattr(record, "value", None) is not None or (
        getattr(record, "baseline", None) is not None
    )
