"""Show what a plan file would change, or apply it: docs/domain.md, "Imports"."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext as translate

from activities.sentences import Sentence
from activities.wording import say
from imports import actions, layout
from imports.comparison import compare
from imports.difference import Difference, ImportChoices
from imports.models import ImportBatch
from imports.plans import Source, find_plan, municipality_of, read_source, realization_year
from imports.proofs import NAMES
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
        parser.add_argument(
            "--layout",
            type=Path,
            metavar="FILE.json",
            help="how the file is read: its header, what each column holds, where the unit stands",
        )
        parser.add_argument(
            "--write-layout",
            type=Path,
            metavar="FILE.json",
            help="write how the file was read, to be changed and given back with --layout",
        )
        parser.add_argument(
            "--ignore-columns",
            action="store_true",
            help="apply though columns that look like targets or realizations are not read",
        )
        parser.add_argument(
            "--skip-errors",
            action="store_true",
            help="apply the rows that can be read; odd cells come in as texts, the rest is listed",
        )
        parser.add_argument("--format", choices=("table", "json"), default="table")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            source = read_source(
                options["file"],
                layout=_layout(options["layout"]),
                year=options["year"],
                keeps_odd=options["skip_errors"],
            )
            self._progress(source, _("read, now comparing …"))
        except UnreadableFile as error:
            raise CommandError(say(error), returncode=UNREADABLE) from error
        if options["write_layout"] and source.table.layout is not None:
            told = json.dumps(layout.to_json(source.table.layout), ensure_ascii=False, indent=1)
            options["write_layout"].write_text(told + "\n", encoding="utf-8")
        difference, batch = self._work(source, options)
        report = describe(source, difference, batch_id=batch)
        self._print(report, options["format"])
        if self._holds_back(difference, options) or (
            options["apply"] and self._loses_values(source, options)
        ):
            sys.exit(ROW_ERRORS)

    def _holds_back(self, difference: Difference, options: dict[str, Any]) -> bool:
        """Whether errors keep the file from being applied."""
        return bool(difference.errors) and (not options["skip_errors"] or difference.stops)

    def _loses_values(self, source: Source, options: dict[str, Any]) -> bool:
        """Whether columns that look like targets or realizations would be lost unseen."""
        columns = source.table.unread_columns
        return not options["ignore_columns"] and any(column.is_value for column in columns)

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
        if (
            not options["apply"]
            or self._holds_back(difference, options)
            or self._loses_values(source, options)
        ):
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
        "unread_columns": [
            {
                "where": column.where,
                "heading": column.header,
                "examples": column.examples,
                "looks_like": column.looks_like,
                "reason": say(column.why) if column.why else "",
            }
            for column in table.unread_columns
        ],
        "questions": [
            {
                "about": say(question.about),
                "columns": question.columns,
                "count": question.count,
                "cells": [{"where": where, "value": value} for where, value in question.places],
                "proposal": say(question.proposal) if question.proposal else "",
                "answers": [say(answer) for answer in question.answers],
            }
            for question in table.questions
        ],
        "checks": [
            {
                "about": translate(NAMES[check.code]),
                "equal": check.equal,
                "of": check.of,
                "not_compared": [{"where": where, "typed": typed} for where, typed in check.apart],
                "differ": [
                    {"where": where, "typed": typed, "ours": ours}
                    for where, typed, ours in check.differ
                ],
            }
            for check in table.checks
            if check.of or check.apart
        ],
        "ignored": [
            {"where": row.where, "text": row.text, "reason": say(row.why)} for row in table.ignored
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


def _layout(path: Path | None) -> layout.Layout | None:
    """Return the layout of a file; None where none is given."""
    if path is None:
        return None
    try:
        return layout.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeError) as error:
        raise CommandError(
            _("The layout %(file)s could not be opened.") % {"file": path}, returncode=UNREADABLE
        ) from error
    except Sentence as error:
        raise CommandError(say(error), returncode=UNREADABLE) from error


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
    lines += list(_told_beside(report))
    if report["applied"]:
        lines.append(_("Applied as import %(batch)s.") % report)
    elif report["errors"]:
        lines.append(
            _("Nothing was written; mend the errors first, or leave those rows: --skip-errors.")
        )
    elif report["new"] or report["changed"]:
        lines.append(_("Nothing was written; --apply writes it."))
    else:
        lines.append(_("The plan already holds all of this; nothing to write."))
    return lines


def _told_beside(report: dict[str, Any]) -> Iterator[str]:
    """Yield what is asked, proved, and not read."""
    for question in report["questions"]:
        places = ", ".join(f"{each['where']}: {each['value']}" for each in question["cells"][:3])
        columns = ", ".join(question["columns"])
        told = _("QUESTION (%(count)s cells, %(columns)s) %(about)s → %(proposal)s [%(places)s]")
        yield told % {**question, "columns": columns or "–", "places": places}
    for check in report["checks"]:
        yield _("CHECK %(about)s: %(equal)s of %(of)s equal ours.") % check
        for each in check["not_compared"]:
            yield _("  not compared, and not kept, at %(where)s: %(typed)s") % each
        for each in check["differ"]:
            yield _("  differs at %(where)s: %(typed)s typed, %(ours)s ours") % each
    for column in report["unread_columns"]:
        examples = ", ".join(column["examples"])
        told = _("NOT READ %(where)s “%(heading)s” (%(looks_like)s): %(examples)s. %(reason)s")
        yield told % {**column, "looks_like": column["looks_like"] or "?", "examples": examples}
    for row in report["ignored"]:
        yield _("LEFT OUT %(where)s “%(text)s”: %(reason)s") % row
