"""What is frozen of a plan's year: the cells and settings, not the ratios."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from activities.models import Objective, Plan
from indicators import since_sent
from indicators.achievement import ZERO, Reading, Result, counted_once, weighted_mean
from indicators.figures import BANDS, Figure, Figures
from indicators.models import (
    COUNTED_STATES,
    Indicator,
    Realization,
    Target,
    result_of,
)
from indicators.since_sent import First, Recorded
from indicators.suppression import PARTS
from indicators.tags import tags_of

# Since 2 a row holds where its number stood ("result"), and the year what the unverified rows
# made together. Since 3 a verified row that moved after it was sent holds how it was ("first"), and
# the year which rows each answer moved, and where a question was open what the unverified rows make
# together with it answered either way ("doubt").
FORMAT = 3
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


def content_now(plan: Plan, year: int) -> dict[str, Any]:
    """Return what an edition of the year would hold now."""
    figures = Figures(plan, year)
    units = figures.units
    moved = _moved(plan, year)
    numbers = {unit.id: unit.number for unit in units.values()}
    return {
        "format": FORMAT,
        "year": year,
        "plan": {
            "slug": plan.slug,
            "name": plan.name,
            "short_name": plan.short_name,
            "municipality": plan.municipality.name,
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
        "rows": list(_rows(plan, year, moved.firsts)),
        "since_sent": {"answers": [sorted(ids) for ids in moved.answers]},
        "unverified": unverified(figures.rows),
        **_in_doubt(figures),
    }


def unverified(rows: Iterable[Figure]) -> dict[str, Any]:
    """Return what the reported, not verified rows make together, as plain figures of that day.

    No number of a single row is kept: with the verified ones these give the mean of all that was
    reported. ``mean`` is their weighted mean score, None where none has a score.
    """
    counted = [
        row
        for row in counted_once(rows)
        if row.result is Result.REPORTED and row.achievement.score is not None
    ]
    mean = weighted_mean((row.achievement.score or ZERO, row.weight) for row in counted)
    return {
        "count": len(counted),
        "weight": plain(sum((row.weight for row in counted), ZERO)),
        "mean": plain(mean),
    }


Doubt = Callable[[Figures], dict[str, Any] | None]
_doubts: list[Doubt] = []  # at most one


def ask_doubt(doubt: Doubt) -> None:
    """Let an edition hold what is open about its numbers, which is known on a floor above."""
    _doubts[:] = [doubt]


def _in_doubt(figures: Figures) -> dict[str, Any]:
    """Return what is open about the year's numbers; nothing is written where nothing is."""
    found = _doubts[0](figures) if _doubts else None
    return {} if found is None else {"doubt": found}


def _moved(plan: Plan, year: int) -> Recorded:
    """Return how verified rows that moved had been sent, and by which answers they moved."""
    verified = Figures(plan, year, reading=Reading.APPROVED)
    recorded = since_sent.recorded_of(plan, year)
    moved = since_sent.compared(verified, verified.rows, recorded).moved
    return since_sent.of_ids(recorded, moved)


def _rows(plan: Plan, year: int, firsts: Mapping[int, First]) -> Iterable[dict[str, Any]]:
    targets: dict[int, dict[str, Any]] = {}
    for owner, of_year, value, text in Target.objects.filter(
        indicator__activity__plan=plan
    ).values_list("indicator_id", "year", "value", "text"):
        targets.setdefault(owner, {})[str(of_year)] = [plain(value), text]
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
            "weight": plain(indicator.weight),
            "baseline": plain(indicator.baseline),
            "activity_id": activity.pk,
            **{name: getattr(activity, name) for name in OF_ACTIVITY[1:]},
            **_own_supporting(indicator),
            "targets": targets.get(indicator.pk, {}),
            "tags": sorted(tags.get(indicator.pk, ())),
            "result": result.value,
            "realization": _frozen_value(value) if value and is_verified else None,
            **({"first": firsts[indicator.pk].frozen()} if indicator.pk in firsts else {}),
        }


def _own_supporting(indicator: Indicator) -> dict[str, str]:
    """Return the institutions of a row that names others than its activity."""
    own = indicator.own_supporting_text
    return {"own_supporting_text": own} if own else {}


def _frozen_value(value: Realization) -> dict[str, Any]:
    frozen: dict[str, Any] = {
        "value": plain(value.value),
        **{name: getattr(value, name) for name in SAID},
        **{name: plain(getattr(value, name)) for name in PARTS},
    }
    # Written only where it is so: what was frozen before says the same by saying nothing.
    if value.reason_waived:
        frozen["reason_waived"] = value.reason_waived
    if value.is_own_approval:
        # Who that was is not the public's.
        frozen["is_own"] = True
    if value.is_corrected_since:
        frozen["is_corrected"] = True
    return frozen


def plain(value: Decimal | None) -> str | None:
    """Return a stored amount as text without the zeros a column adds."""
    if value is None:
        return None
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
