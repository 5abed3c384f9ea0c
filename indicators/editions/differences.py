"""What an edition says that the one before it did not: frozen with it, in words of the data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import timezone

from indicators.changes import words_of
from indicators.editions.contents import Contents
from indicators.editions.corrections import errata
from indicators.editions.freezing import plain
from indicators.editions.frozen import FrozenFigures
from indicators.figures import BANDS
from indicators.suppression import PARTS

Told = dict[str, Any]

OF_PLAN = (
    "name", "short_name", "municipality", "first_year", "last_year", "method", "unreported", *BANDS,
)  # fmt: skip
OF_ROW = (
    "code", "title", "responsible_text", "own_responsible_text", "name", "measure", "kind",
    "kind_confirmed", "direction", "reported_as", "weight",
)  # fmt: skip
OF_VALUE = ("absence", "deviation_reason", "measure_to_take", *PARTS)


def changes_since(before: FrozenFigures, content: dict[str, Any]) -> list[Told]:
    """Return what differs between an edition and what is frozen next, in the order of the plan.

    Each is a field of a row (None: of the plan), its content before and after, and of a corrected
    number when and why. None is "nothing was there". Four queries.
    """
    after = Contents(before.plan, before.year, content)
    return [
        *_of_plan(before.content, content),
        *_of_named(before.content, content, "objectives", "code", "title", "objective"),
        *_of_named(before.content, content, "units", "number", "name", "unit"),
        *_corrected(before),
        *_of_rows(before, after),
    ]


def _told(field: str, before: Any, after: Any, row: int | None = None, **more: str) -> Told:
    return {"row": row, "field": field, "before": before, "after": after, **more}


def _of_plan(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterable[Told]:
    for name in OF_PLAN:
        if before["plan"][name] != after["plan"][name]:
            yield _told(f"plan.{name}", before["plan"][name], after["plan"][name])


def _of_named(
    before: Mapping[str, Any], after: Mapping[str, Any], what: str, key: str, name: str, field: str
) -> Iterable[Told]:
    """Return which units or objectives came, went or are called otherwise."""
    were = {each[key]: each[name] for each in before[what]}
    are = {each[key]: each[name] for each in after[what]}
    for each in {**were, **are}:
        if were.get(each) != are.get(each):
            yield _told(f"plan.{field}", were.get(each), are.get(each), key=each)


def _corrected(before: FrozenFigures) -> Iterable[Told]:
    """Return the errata of the edition before: from now on they are its successor's numbers."""
    for one in errata(before):
        yield _told(
            one.field,
            one.before_text if one.before is None else plain(one.before),
            one.after_text if one.after is None else plain(one.after),
            one.figure.id,
            when=timezone.localdate(one.when).isoformat() if one.when else "",
            reason=words_of(one.reason),
        )


def _of_rows(before: Contents, after: Contents) -> Iterable[Told]:
    statuses = [
        {row.id: row.achievement.status.value for row in one.rows} for one in (before, after)
    ]
    for id in {**before.frozen_rows, **after.frozen_rows}:
        was, is_now = before.frozen_rows.get(id), after.frozen_rows.get(id)
        if was is None or is_now is None:
            yield _told("row", was and was["name"], is_now and is_now["name"], id)
            continue
        said = [row["realization"] or {} for row in (was, is_now)]
        pairs = {
            "unit": (_unit(before, was), _unit(after, is_now)),
            **{name: (was[name], is_now[name]) for name in OF_ROW},
            **{name: (said[0].get(name), said[1].get(name)) for name in OF_VALUE},
            "status": (statuses[0][id], statuses[1][id]),
        }
        for name, (one, other) in pairs.items():
            if (one or "") != (other or ""):
                yield _told(name, one, other, id)


def _statuses(figures: Contents) -> dict[int, str]:
    return {row.id: row.achievement.status.value for row in figures.rows}


def _unit(figures: Contents, row: Mapping[str, Any]) -> str:
    unit = figures.units.get(row["unit"])
    return unit.name if unit else ""
