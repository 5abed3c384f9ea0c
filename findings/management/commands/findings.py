"""Print the questions about a plan's numbers: docs/domain.md, "Findings"."""

from __future__ import annotations

import argparse
import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from activities.models import Plan
from activities.sentences import Sentence
from activities.wording import say
from findings.year import RaisedFinding, YearFindings
from indicators.figures import Figures, plan_of


class Command(BaseCommand):
    help = "Print the findings of a plan's year; they mark numbers and change none."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--plan", required=True, metavar="SLUG")
        parser.add_argument("--year", required=True, type=int)
        parser.add_argument("--format", choices=("table", "json"), default="table")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            plan: Plan = plan_of(options["plan"], options["year"])
        except Sentence as error:
            raise CommandError(say(error)) from error
        raised = YearFindings(Figures(plan, options["year"])).raised
        if options["format"] == "json":
            entries = [_entry(one) for one in raised]
            self.stdout.write(json.dumps(entries, ensure_ascii=False, indent=1))
            return
        for one in raised:
            row = one.figures[0]
            place = f"{row.unit.number} {row.code} {row.name}"
            mark = " " if one.is_open else "✓"
            self.stdout.write(
                f"{mark} {one.severity:<11} {one.check.words:<22} {place}: {say(one.sentence)}"
            )


def _entry(finding: RaisedFinding) -> dict[str, Any]:
    return {
        "check": finding.check.words,
        "severity": finding.severity.value,
        "question": say(finding.sentence),
        "indicators": [
            {
                "department": row.department.number,
                "branch": row.branch.number if row.branch else None,
                "code": row.code,
                "indicator": row.name,
            }
            for row in finding.figures
        ],
        "answered": not finding.is_open,
    }
