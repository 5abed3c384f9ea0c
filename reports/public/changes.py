"""What an edition changed, in words."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from activities import formats
from activities.models import Activity, Plan
from indicators.editions import PublicFigures
from indicators.figures import BANDS
from indicators.labels import STATUS_LABELS
from indicators.models import Indicator, Realization

Words = Callable[[Any], Any]
# Of these a number is written as an amount, where it is one.
NUMBERS = ("baseline", "target", "realization", "women", "men", "others", "weight")
CAME, WENT = gettext_lazy("new in this edition"), gettext_lazy("no longer in the plan")


def _field(model: type[models.Model], name: str) -> Any:
    return model._meta.get_field(name)


def _labels(model: type[models.Model], *fields: str) -> dict[str, Any]:
    return {name: _field(model, name).verbose_name for name in fields}


FIELDS: dict[str, Any] = {
    **_labels(Indicator, "baseline", "name", "measure", "kind", "kind_confirmed", "direction"),
    **_labels(Indicator, "reported_as", "weight", "own_responsible_text"),
    **_labels(Activity, "code", "title", "responsible_text"),
    **_labels(Realization, "absence", "women", "men", "others"),
    **_labels(Realization, "deviation_reason", "measure_to_take"),
    "target": gettext_lazy("target"),
    "realization": gettext_lazy("realization"),
    "status": gettext_lazy("result"),
    "unit": gettext_lazy("department"),
    "plan.unit": gettext_lazy("department"),
    "plan.objective": gettext_lazy("objective or goal"),
    **{
        f"plan.{name}": label
        for name, label in _labels(
            Plan, "name", "short_name", "municipality", "first_year", "last_year", "method",
            "unreported", *BANDS,
        ).items()
    },
}  # fmt: skip


def _choice(model: type[models.Model], field: str) -> Words:
    known = dict(_field(model, field).flatchoices)
    return lambda value: known.get(value, value)


def _amount(written: str, *, is_percent: bool = False) -> str:
    """Write an amount as people do; a dash or a text in its place stays what it is."""
    try:
        number = Decimal(written)
    except ArithmeticError:
        return written
    return formats.amount(number, get_language() or "en", percent=is_percent)


WORDS: dict[str, Words] = {
    "status": lambda value: STATUS_LABELS.get(value, value),
    "kind": _choice(Indicator, "kind"),
    "direction": _choice(Indicator, "direction"),
    "reported_as": _choice(Indicator, "reported_as"),
    "measure": _choice(Indicator, "measure"),
    "absence": _choice(Realization, "absence"),
    "kind_confirmed": lambda value: _("yes") if value else _("no"),
    "plan.method": _choice(Plan, "method"),
    "plan.unreported": _choice(Plan, "unreported"),
    **{f"plan.{name}": lambda value: _amount(value) for name in BANDS},
}


@dataclass(frozen=True, slots=True)
class ToldChange:
    """One change of an edition; without a ``name`` it concerns the whole plan.

    ``before`` and ``after`` are as they are read, "" is "nothing was there"; ``is_words`` says
    that they are the municipality's own words, which are Turkish on every page.
    """

    code: str
    name: str
    what: str
    before: str
    after: str
    when: datetime.date | None
    reason: str
    is_words: bool


def told_changes(figures: PublicFigures) -> list[ToldChange]:
    """Return an edition's changes as a page tells them, in the reader's language."""
    return [_told(change, figures.frozen_rows.get(change["row"], {})) for change in figures.changes]


def _told(change: Mapping[str, Any], row: Mapping[str, Any]) -> ToldChange:
    field, day = change["field"], change.get("when")
    is_percent = row.get("measure") == Indicator.Measure.PERCENT and field != "weight"
    before, after = (_said(field, change[side], is_percent) for side in ("before", "after"))
    is_row = field == "row"
    return ToldChange(
        code=row.get("code", ""),
        name=row.get("name", "") or (before if is_row else ""),
        what=_called(change),
        before="" if is_row else before,
        after="" if is_row else after,
        when=datetime.date.fromisoformat(day) if day else None,
        reason=change.get("reason", ""),
        is_words=field not in WORDS and field not in NUMBERS,
    )


def _called(change: Mapping[str, Any]) -> str:
    field = change["field"]
    if field == "row":
        return str(CAME if change["before"] is None else WENT)
    if key := change.get("key"):
        return f"{FIELDS[field]} {key}"
    return str(FIELDS[field])


def _said(field: str, written: Any, is_percent: bool) -> str:
    if written is None or written == "":
        return ""
    if field in NUMBERS:
        return _amount(written, is_percent=is_percent)
    words = WORDS.get(field)
    return str(words(written)) if words else str(written)
