"""Print the figures of a plan at one level, for scripts and for checking by hand."""

from __future__ import annotations

import argparse
import json
from decimal import Decimal
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from activities.sentences import Sentence
from indicators.achievement import Method, Reading, Status, Summary, Unreported
from indicators.figures import Figure, Figures, Level, plan_year
from indicators.formats import percent


class Command(BaseCommand):
    help = "Print achievement figures: a table, or JSON with unrounded fractions."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--plan", required=True, metavar="SLUG")
        parser.add_argument("--year", required=True, type=int)
        parser.add_argument("--by", choices=list(Level), default=Level.PLAN, type=str)
        parser.add_argument("--reading", choices=list(Reading), default=Reading.REPORTED)
        parser.add_argument("--unreported", choices=list(Unreported), help="else the plan's")
        parser.add_argument("--method", choices=list(Method), help="else the plan's")
        parser.add_argument("--format", choices=("table", "json"), default="table")

    def handle(self, *args: Any, **options: Any) -> None:
        figures = _figures(options)
        level = Level(options["by"])
        entries = (
            [_indicator(row) for row in figures.rows]
            if level is Level.INDICATOR
            else _summaries(figures, level)
        )
        if options["format"] == "json":
            self.stdout.write(json.dumps(entries, ensure_ascii=False, indent=1))
        else:
            for entry in entries:
                self.stdout.write(_line(entry, figures.bands.limits))


def _figures(options: dict[str, Any]) -> Figures:
    try:
        plan = plan_year(options["plan"], options["year"])
    except Sentence as error:
        raise CommandError(_(error.text) % error.values) from error
    return Figures(
        plan,
        options["year"],
        reading=Reading(options["reading"]),
        method=Method(options["method"]) if options["method"] else None,
        unreported=Unreported(options["unreported"]) if options["unreported"] else None,
    )


def _summaries(figures: Figures, level: Level) -> list[dict[str, Any]]:
    called = figures.names_of(level)
    return [
        {"key": key, "name": called.get(key, key), **_summary(summary)}
        for key, summary in figures.by(level).items()
    ]


def _summary(summary: Summary) -> dict[str, Any]:
    return {
        "indicators": summary.indicators,
        "due": summary.due,
        "reported": summary.reported,
        "mean": _fraction(summary.mean),
        "mean_uncapped": _fraction(summary.mean_uncapped),
        "median": _fraction(summary.median),
        "statuses": {status.value: summary.count(status) for status in Status},
    }


def _indicator(row: Figure) -> dict[str, Any]:
    measurement, achievement = row.measurement, row.achievement
    return {
        "key": row.key,
        "department": row.department.number,
        "branch": row.branch.number if row.branch else None,
        "code": row.code,
        "activity": row.title,
        "indicator": row.name,
        "baseline": _fraction(measurement.baseline),
        "target": _fraction(measurement.target),
        "realization": _fraction(measurement.realization),
        "achievement": _fraction(achievement.value),
        "score": _fraction(achievement.score),
        "status": achievement.status.value,
        "rule": achievement.rule.value,
    }


def _fraction(value: Decimal | None) -> str | None:
    """Return a number unrounded, without trailing zeros or an exponent."""
    if value is None:
        return None
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _line(entry: dict[str, Any], limits: tuple[Decimal, ...]) -> str:
    if "rule" in entry:
        value = Decimal(entry["achievement"]) if entry["achievement"] else None
        shown = percent(value, limits=limits)
        return f"{entry['key']:<16} {shown:>12} {entry['rule']} {entry['indicator']}"
    mean = Decimal(entry["mean"]) if entry["mean"] else None
    counted = f"{entry['reported']}/{entry['due']}"
    return f"{entry['key']:<16} {percent(mean, limits=limits):>8} {counted:>9}  {entry['name']}"
