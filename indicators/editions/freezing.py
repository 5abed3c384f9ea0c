"""What is frozen of a plan's year: the cells and settings, not the ratios."""

from __future__ import annotations

import json
from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Max
from django.utils import timezone

from activities.models import Objective, Plan
from indicators.achievement import ZERO, Reading, Result, counted_once, weighted_mean
from indicators.editions.integrity import checksum
from indicators.figures import BANDS, Figures
from indicators.models import (
    COUNTED_STATES,
    Edition,
    Indicator,
    Realization,
    Target,
    result_of,
)
from indicators.suppression import PARTS
from indicators.tags import tags_of

if TYPE_CHECKING:
    from accounts.models import User

# Since 2 a row holds where its number stood ("result"), and the year what the unverified rows
# made together.
FORMAT = 2
# What of an indicator's row is frozen as it is stored.
SETTINGS = (
    "name",
    "position",
    "measure",
    "kind",
    "kind_confirmed",
    "direction",
    "reported_as",
    "baseline_text",
    "counted_with_id",
    "hides_small_numbers",
    "counts_people",
    "own_responsible_text",
)
OF_ACTIVITY = ("activity_id", "code", "title", "responsible_text", "supporting_text")
SAID = ("text", "absence", "deviation_reason", "measure_to_take")


def freeze(
    plan: Plan,
    year: int,
    *,
    person: User | None,
    reason: str = "",
    override_reason: str = "",
) -> Edition:
    """Store a new edition of a plan's year; run this inside a transaction."""
    edition = would_be(plan, year)
    edition.reason, edition.override_reason = reason, override_reason
    edition.published_by = person
    edition.save()
    return edition


def would_be(plan: Plan, year: int) -> Edition:
    """Return the edition that freezing would store now, without storing it."""
    content = json.dumps(_content(plan, year), ensure_ascii=False, sort_keys=True, indent=None)
    last = Edition.objects.filter(plan=plan, year=year).aggregate(last=Max("number"))["last"] or 0
    return Edition(
        plan=plan,
        year=year,
        number=last + 1,
        content=content,
        checksum=checksum(content),
        published_at=timezone.now(),
    )


def _content(plan: Plan, year: int) -> dict[str, Any]:
    figures = Figures(plan, year)
    units = figures.units
    numbers = {unit.id: unit.number for unit in units.values()}
    return {
        "format": FORMAT,
        "year": year,
        "plan": {
            "slug": plan.slug,
            "name": plan.name,
            "short_name": plan.short_name,
            "municipality": plan.municipality,
            "first_year": plan.first_year,
            "last_year": plan.last_year,
            "method": plan.method,
            "unreported": plan.unreported,
            **{band: str(getattr(plan, band)) for band in BANDS},
        },
        "units": [
            {
                "id": unit.id,
                "number": unit.number,
                "name": unit.name,
                "short": unit.short,
                "parent": numbers.get(unit.parent_id or 0),
            }
            for unit in units.values()
        ],
        "objectives": [
            {"code": objective.code, "title": objective.title}
            for objective in Objective.objects.filter(plan=plan).order_by("code_key")
        ],
        "rows": list(_rows(plan, year)),
        "unverified": _unverified(figures),
    }


def _unverified(figures: Figures) -> dict[str, Any]:
    """Return what the reported, not verified rows make together, as plain figures of that day.

    No number of a single row is kept: with the verified ones these give the mean of all that was
    reported. ``mean`` is their weighted mean score, None where none has a score.
    """
    rows = [
        row
        for row in counted_once(figures.rows)
        if row.result is Result.REPORTED and row.achievement.score is not None
    ]
    mean = weighted_mean((row.achievement.score or ZERO, row.weight) for row in rows)
    return {
        "count": len(rows),
        "weight": _plain(sum((row.weight for row in rows), ZERO)),
        "mean": _plain(mean),
    }


def _rows(plan: Plan, year: int) -> Iterable[dict[str, Any]]:
    targets: dict[int, dict[str, Any]] = {}
    for owner, of_year, value, text in Target.objects.filter(
        indicator__activity__plan=plan
    ).values_list("indicator_id", "year", "value", "text"):
        targets.setdefault(owner, {})[str(of_year)] = [_plain(value), text]
    stored = {
        value.indicator_id: value
        for value in Realization.objects.filter(indicator__activity__plan=plan, year=year)
    }
    tags = tags_of(plan)
    for indicator in (
        Indicator.objects.of_plan(plan).in_use().select_related("activity").in_printed_order()
    ):
        activity, value = indicator.activity, stored.get(indicator.pk)
        is_verified = value is not None and value.state in COUNTED_STATES[Reading.APPROVED]
        result = result_of(value.value, value.state) if value else Result.NOT_REPORTED
        yield {
            "id": indicator.pk,
            "unit": activity.department_id,
            **{name: getattr(indicator, name) for name in SETTINGS},
            "weight": _plain(indicator.weight),
            "baseline": _plain(indicator.baseline),
            "activity_id": activity.pk,
            **{name: getattr(activity, name) for name in OF_ACTIVITY[1:]},
            "targets": targets.get(indicator.pk, {}),
            "tags": sorted(tags.get(indicator.pk, ())),
            "result": result.value,
            "realization": _frozen_value(value) if value and is_verified else None,
        }


def _frozen_value(value: Realization) -> dict[str, Any]:
    frozen: dict[str, Any] = {
        "value": _plain(value.value),
        **{name: getattr(value, name) for name in SAID},
        **{name: _plain(getattr(value, name)) for name in PARTS},
    }
    # Written only where it is so: what was frozen before says the same by saying nothing.
    if value.reason_waived:
        frozen["reason_waived"] = value.reason_waived
    if value.is_own_approval:
        # Who that was is not the public's.
        frozen["is_own"] = True
    return frozen


def _plain(value: Decimal | None) -> str | None:
    """Return a stored amount as text without the zeros a column adds."""
    if value is None:
        return None
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
