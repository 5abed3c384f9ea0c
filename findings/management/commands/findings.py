"""Print the questions about a plan's numbers: docs/domain.md, "Findings"."""

from __future__ import annotations

import argparse
import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from activities.models import Plan
from activities.sentences import Sentence
from activities.wording import say
from findings.year import Asked, Questions
from indicators.figures import Figures, plan_year


class Command(BaseCommand):
    help = "Print the findings of a plan's year; they mark numbers and change none."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--plan", required=True, metavar="SLUG")
        parser.add_argument("--year", required=True, type=int)
        parser.add_argument("--format", choices=("table", "json"), default="table")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            plan: Plan = plan_year(options["plan"], options["year"])
        except Sentence as error:
            raise CommandError(say(error)) from error
        asked = Questions(Figures(plan, options["year"])).asked
        if options["format"] == "json":
            entries = [_entry(one) for one in asked]
            self.stdout.write(json.dumps(entries, ensure_ascii=False, indent=1))
            return
        for one in asked:
            row = one.figures[0]
            place = f"{row.unit.number} {row.code} {row.name}"
            mark = " " if one.is_open else "✓"
            self.stdout.write(
                f"{mark} {one.finding.severity:<11} {one.finding.check.words:<22} {place}: "
                f"{say(one.finding.sentence)}"
            )


def _entry(asked: Asked) -> dict[str, Any]:
    return {
        "check": asked.finding.check.words,
        "severity": asked.finding.severity.value,
        "question": say(asked.finding.sentence),
        "indicators": [
            {
                "department": row.department.number,
                "branch": row.branch.number if row.branch else None,
                "code": row.code,
                "indicator": row.name,
            }
            for row in asked.figures
        ],
        "answered": not asked.is_open,
    }
