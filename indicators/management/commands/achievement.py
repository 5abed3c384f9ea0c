"""Print the figures of a plan at one level, for scripts and for checking by hand."""

from __future__ import annotations

import argparse
import json
from decimal import Decimal
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from activities.formats import percent
from activities.sentences import Sentence
from activities.wording import say
from indicators.achievement import Method, Reading, Unreported
from indicators.achievement_rows import entries
from indicators.figures import Figures, Level, plan_of


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
        found = entries(figures, Level(options["by"]))
        if options["format"] == "json":
            self.stdout.write(json.dumps(found, ensure_ascii=False, indent=1))
        else:
            for entry in found:
                self.stdout.write(_line(entry, figures.bands.limits))


def _figures(options: dict[str, Any]) -> Figures:
    try:
        plan = plan_of(options["plan"], options["year"])
    except Sentence as error:
        raise CommandError(say(error)) from error
    return Figures(
        plan,
        options["year"],
        reading=Reading(options["reading"]),
        method=Method(options["method"]) if options["method"] else None,
        unreported=Unreported(options["unreported"]) if options["unreported"] else None,
    )


def _line(entry: dict[str, Any], limits: tuple[Decimal, ...]) -> str:
    if "rule" in entry:
        value = Decimal(entry["achievement"]) if entry["achievement"] else None
        shown = percent(value, limits=limits)
        return f"{entry['key']:<16} {shown:>12} {entry['rule']} {entry['indicator']}"
    mean = Decimal(entry["mean"]) if entry["mean"] else None
    counted = f"{entry['reported']}/{entry['due']}"
    return f"{entry['key']:<16} {percent(mean, limits=limits):>8} {counted:>9}  {entry['name']}"
