"""The plan's table as JSON, for programs: every number exactly, as a string; null is none."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import IO, Any

from indicators.achievement import Status, Summary
from indicators.editions import PublicFigures
from indicators.figures import Level, Unit
from reports.errata import entry_of
from reports.exports.rows import Part, PrintedTable, Value, digits, with_units
from reports.official import edition_entry
from reports.tables import Block, TableRow, UnitBlocks

LEVELS = {
    "departments": Level.DEPARTMENT,
    "branches": Level.BRANCH,
    "objectives": Level.OBJECTIVE,
    "goals": Level.GOAL,
}


def write(printed: PrintedTable, target: IO[bytes]) -> None:
    """Write one object; its indicators one by one, for there may be many."""
    head = json.dumps(_head(printed), ensure_ascii=False, indent=1)
    target.write(f'{head.removesuffix("}").rstrip()},\n "indicators": ['.encode())
    separator = "\n  "
    for entry in _indicators(printed):
        target.write(f"{separator}{json.dumps(entry, ensure_ascii=False)}".encode())
        separator = ",\n  "
    target.write(b"\n ]\n}\n")


def _head(printed: PrintedTable) -> dict[str, Any]:
    plan, figures = printed.plan, printed.figures
    return {
        "plan": {
            "slug": plan.slug,
            "name": plan.name,
            "short_name": plan.short_name,
            "municipality": plan.municipality.name,
            "first_year": plan.first_year,
            "last_year": plan.last_year,
        },
        "year": printed.year,
        **_about(printed),
        "reading": figures.reading.value,
        "tag": printed.tag.key if printed.tag else None,
        "method": figures.method.value,
        "unreported": figures.unreported.value,
        "bands": dict(
            zip(("achieved", "mostly", "partly"), map(exact, figures.bands.limits), strict=True)
        ),
        "summary": _summary(figures.summary),
        **{name: _summaries(printed, level) for name, level in LEVELS.items()},
    }


def _about(printed: PrintedTable) -> dict[str, Any]:
    """Return whether this is the edition or the working state, and what was corrected since."""
    source = printed.source
    if source is None:
        return {}
    figures = source.figures
    return {
        "state": source.state.value,
        "notice": source.notice,
        "edition": edition_entry(figures) if isinstance(figures, PublicFigures) else None,
        "errata": [entry_of(each) for each in source.errata],
    }


def _summaries(printed: PrintedTable, level: Level) -> list[dict[str, Any]]:
    called = printed.figures.names_of(level)
    return [
        {"key": key, "name": called.get(key, key), **_summary(summary)}
        for key, summary in printed.figures.by(level).items()
    ]


def _summary(summary: Summary) -> dict[str, Any]:
    return {
        "indicators": summary.indicators,
        "due": summary.due,
        "reported": summary.reported,
        "reporting_rate": exact(summary.reporting_rate),
        "mean": exact(summary.mean),
        "mean_unreported_zero": exact(summary.mean_unreported_zero),
        "median": exact(summary.median),
        "statuses": {status.value: summary.count(status) for status in Status},
    }


def _indicators(printed: PrintedTable) -> Iterator[dict[str, Any]]:
    for part in printed.parts:
        for unit in part.units:
            place = _place(part, unit)
            for block in unit.blocks:
                for row, responsible, supporting in with_units(block.rows):
                    units = {"responsible": responsible, "supporting": supporting}
                    yield {**place, **_indicator(printed, block, row, units)}


def _place(part: Part, unit: UnitBlocks) -> dict[str, Any]:
    is_branch = unit.unit is not part.department
    return {
        "department": _unit(part.department),
        "branch": _unit(unit.unit) if is_branch else None,
    }


def _unit(unit: Unit) -> dict[str, str]:
    return {"number": unit.number, "name": unit.name}


def _indicator(
    printed: PrintedTable, block: Block, row: TableRow, units: dict[str, str]
) -> dict[str, Any]:
    figure = row.figure
    measurement, achievement = figure.measurement, figure.achievement
    is_hidden = printed.is_hidden(figure)
    baseline, *targets = printed.planned(row)
    return {
        "key": figure.key,
        "code": block.code,
        "activity": block.title,
        **units,
        "indicator": figure.name,
        "is_percent": figure.is_percent,
        "kind": measurement.kind.value,
        "kind_confirmed": figure.kind_confirmed,
        "direction": measurement.direction.value,
        "reported_as": measurement.reported_as.value,
        "weight": exact(figure.weight),
        "baseline": _cell(baseline),
        "targets": {
            str(year): _cell(target) for year, target in zip(printed.years, targets, strict=True)
        },
        "realization": _cell(printed.realized(figure)),
        "total": exact(printed.total(row)),
        "women": exact(printed.split(row).women),
        "men": exact(printed.split(row).men),
        "others": exact(printed.split(row).others),
        "achievement": exact(achievement.value),
        "score": exact(achievement.score),
        "status": None if is_hidden else achievement.status.value,
        "rule": None if is_hidden else achievement.rule.value,
        **({"suppressed": True} if is_hidden else {}),
        "badges": [badge.value for badge in row.badges],
        "deviation_reason": printed.said(row).deviation,
        "measure_to_take": printed.said(row).measure,
        "reason_waived": printed.said(row).waiver,
        "tags": sorted(printed.tags.get(figure.id, ())),
    }


def _cell(value: Value) -> dict[str, str | None]:
    return {"value": exact(value.number), "text": value.text}


def exact(value: Decimal | None) -> str | None:
    return None if value is None else digits(value)
