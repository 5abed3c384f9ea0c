"""Show what a plan file would change, or apply it: docs/domain.md, "Imports"."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from activities.sentences import Sentence
from activities.wording import say
from imports import actions
from imports.comparison import compare
from imports.difference import Difference, ImportChoices
from imports.models import ImportBatch
from imports.plans import Source, find_plan, municipality_of, read_source, realization_year
from imports.readers import UnreadableFile
from imports.table import FileProblem
from indicators.cells import CellKind

ROW_ERRORS, UNREADABLE = 1, 2


class Command(BaseCommand):
    help = "Show what a plan file would change; with --apply, write it in one transaction."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--plan", metavar="SLUG", help="made if there is none of this name")
        parser.add_argument(
            "--municipality",
            metavar="NAME",
            help="whose plan it is; made if it is new, the only one there is if left out",
        )
        parser.add_argument(
            "--year", type=int, help="the year of a realization column that names none"
        )
        parser.add_argument("--apply", action="store_true", help="write; else only show")
        parser.add_argument("--create-departments", action="store_true")
        parser.add_argument(
            "--reason", default="", help="why sent or verified values and closed years may change"
        )
        parser.add_argument(
            "--leave-out",
            action="append",
            default=[],
            metavar="GROUP",
            help="a closed year whose cells stay as they are, or “sent” for what was sent",
        )
        parser.add_argument("--format", choices=("table", "json"), default="table")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            source = read_source(options["file"])
            self._progress(source, _("read, now comparing …"))
        except UnreadableFile as error:
            raise CommandError(say(error), returncode=UNREADABLE) from error
        difference, batch = self._work(source, options)
        report = describe(source, difference, batch_id=batch)
        self._print(report, options["format"])
        if difference.errors:
            sys.exit(ROW_ERRORS)

    def _work(self, source: Source, options: dict[str, Any]) -> tuple[Difference, int | None]:
        try:
            municipality = municipality_of(options["municipality"], options["plan"])
            plan = find_plan(options["plan"], source, municipality)
        except Sentence as error:
            raise CommandError(say(error)) from error
        year = realization_year(source, plan, options["year"])
        reason = options["reason"].strip()
        choices = ImportChoices(
            overwrite_reason=reason,
            create_departments=options["create_departments"],
            leave_out=frozenset(options["leave_out"]),
        )
        difference = compare(source.table, plan, year, choices=choices)
        if not options["apply"] or difference.errors:
            return difference, None
        self._progress(source, _("compared, now writing …"))
        try:
            batch = ImportBatch(
                file_name=source.name, year=year, choices={"overwrite_reason": reason}
            )
            applied = actions.apply(difference, source, user=None, batch=batch)
        except actions.PlanChanged as error:
            raise CommandError(say(error)) from error
        return difference, applied.pk if applied else None

    def _progress(self, source: Source, step: str) -> None:
        """Tell a waiting person how far a large file is, where it is in no script's way."""
        if source.table.rows > settings.IMPORT_PREVIEW_ROWS:
            rows = _("%(rows)s rows:") % {"rows": source.table.rows}
            self.stderr.write(f"{rows} {step}")

    def _print(self, report: dict[str, Any], form: str) -> None:
        if form == "json":
            self.stdout.write(json.dumps(report, ensure_ascii=False, indent=1))
            return
        for line in _lines(report):
            self.stdout.write(line)


def describe(source: Source, difference: Difference, *, batch_id: int | None) -> dict[str, Any]:
    """Return the report that scripts read; its keys are fixed in docs/domain.md."""
    table = source.table
    rows = [row for activity in table.activities for row in activity.indicators]
    return {
        "file": source.name,
        "reader": source.reader,
        "plan": difference.plan.slug,
        "year": difference.year,
        "rows": len(rows),
        "departments": len({activity.department for activity in table.activities}),
        "activities": len(table.activities),
        "indicators": len(rows),
        "targets": {
            str(year): sum(
                row.targets[year].kind is CellKind.NUMBER for row in rows if year in row.targets
            )
            for year in table.years
        },
        "realizations": sum(
            cell.kind is CellKind.NUMBER
            for row in rows
            for year, cell in row.realizations.items()
            if year in (None, difference.year)
        ),
        "new": difference.new,
        "changed": difference.changed,
        "unchanged": difference.unchanged,
        "missing": difference.missing,
        "left_out": dict(difference.left_out),
        "changes": [change.as_json() for change in difference.changes],
        "unmatched": [
            {
                "text": name.text,
                "where": name.where,
                "guesses": [guess.name for guess in name.guesses],
            }
            for name in difference.unmatched
        ],
        "errors": [_problem(problem) for problem in difference.errors],
        "warnings": [_problem(problem) for problem in difference.warnings],
        "applied": batch_id is not None,
        "batch": batch_id,
    }


def _problem(problem: FileProblem) -> dict[str, str]:
    return {
        "where": problem.where,
        "column": problem.column,
        "value": problem.value,
        "message": say(problem.sentence),
    }


def _lines(report: dict[str, Any]) -> list[str]:
    """Return the report for a person."""
    counts = _(
        "%(file)s: %(departments)s departments, %(activities)s activities, "
        "%(indicators)s indicators, %(realizations)s realizations (%(year)s)"
    )
    result = _("new %(new)s, changed %(changed)s, unchanged %(unchanged)s, missing %(missing)s")
    lines = [counts % report, result % report]
    for change in report["changes"]:
        if change["kind"] != "new":
            place = change["branch"] or change["department"]
            told = f"{place} {change['code']} {change['indicator'] or ''}".rstrip()
            values = f": {change['field']}: {change['from']} → {change['to']}"
            lines.append(f"  {change['kind']}: {told}{values if change['field'] else ''}")
    for group, cells in report["left_out"].items():
        told = _("left out of %(group)s: %(cells)s cells")
        lines.append(told % {"group": group, "cells": cells})
    for name in ("errors", "warnings"):
        for problem in report[name]:
            told = ", ".join(filter(None, (problem["where"], problem["column"])))
            lines.append(f"{name[:-1].upper()} {told}: {problem['message']}")
    lines += [f"? {item['text']} ({item['where']})" for item in report["unmatched"]]
    if report["applied"]:
        lines.append(_("Applied as import %(batch)s.") % report)
    elif report["errors"]:
        lines.append(_("Nothing was written; mend the errors first."))
    elif report["new"] or report["changed"]:
        lines.append(_("Nothing was written; --apply writes it."))
    else:
        lines.append(_("The plan already holds all of this; nothing to write."))
    return lines
