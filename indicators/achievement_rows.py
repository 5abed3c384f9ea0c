"""The figures of a level as plain values, for the command and for the API alike.

Ratios are fractions as decimal strings, unrounded; None where there is none.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from indicators.achievement import Reading, Status, Summary
from indicators.figures import Figure, Figures, Level


def entries(figures: Figures, level: Level) -> list[dict[str, Any]]:
    """Return what ``manage.py achievement`` lists at a level."""
    if level is Level.INDICATOR:
        return [indicator_entry(row) for row in figures.rows]
    called = figures.names_of(level)
    return [
        {"key": key, "name": called.get(key, key), **_summary(summary, figures.reading)}
        for key, summary in figures.by(level).items()
    ]


def indicator_entry(row: Figure) -> dict[str, Any]:
    measurement, achievement = row.measurement, row.achievement
    return {
        "key": row.key,
        "department": row.department.number,
        "branch": row.branch.number if row.branch else None,
        "code": row.code,
        "activity": row.title,
        "indicator": row.name,
        "baseline": plain(measurement.baseline),
        "target": plain(measurement.target),
        "realization": plain(measurement.realization),
        "achievement": plain(achievement.value),
        "score": plain(achievement.score),
        "status": achievement.status.value,
        "rule": achievement.rule.value,
    }


def statuses_of(reading: Reading) -> list[Status]:
    """Return the statuses a reading can give; all that is reported counts under "reported"."""
    return [one for one in Status if reading is Reading.APPROVED or one is not Status.UNVERIFIED]


def _summary(summary: Summary, reading: Reading) -> dict[str, Any]:
    return {
        "indicators": summary.indicators,
        "due": summary.due,
        "reported": summary.reported,
        "mean": plain(summary.mean),
        "mean_uncapped": plain(summary.mean_uncapped),
        "median": plain(summary.median),
        "statuses": {status.value: summary.count(status) for status in statuses_of(reading)},
    }


def plain(value: Decimal | None) -> str | None:
    """Return a number unrounded, without trailing zeros or an exponent."""
    if value is None:
        return None
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
