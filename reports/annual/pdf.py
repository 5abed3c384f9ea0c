"""The annual report as PDF/UA, set by typst from ``report.typ``."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from activities import formats
from indicators.achievement import Status
from indicators.labels import STATUS_LABELS
from reports.annual import ReportFailed
from reports.annual.contents import (
    DepartmentPart,
    Fact,
    PublishedRow,
    Report,
    ScoreLine,
    StatusCount,
    written,
)
from reports.errata import ErratumLine, no_changes, no_errata
from reports.exports.rows import clean
from reports.tables import Span

logger = logging.getLogger(__name__)

TYPESETTER = Path(__file__).with_name("typeset.py")
SECONDS = 25
"""How long typst may take; a plan of thirteen departments takes one."""


def write(report: Report, target: IO[bytes]) -> None:
    """Write the PDF; raise ReportFailed where typst does not make one."""
    target.write(_typeset(json.dumps(_data(report), ensure_ascii=False)))


def _typeset(data: str) -> bytes:
    try:
        # Isolated: nothing beside the typesetter can stand in for a module it imports.
        done = subprocess.run(
            [sys.executable, "-I", str(TYPESETTER)],
            input=data.encode(),
            capture_output=True,
            timeout=SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ReportFailed(str(error)) from error
    said = done.stderr.decode(errors="replace").strip()
    if done.returncode or not done.stdout.startswith(b"%PDF"):
        raise ReportFailed(said)
    if said:
        logger.warning("The report was set, but: %s", said)
    return done.stdout


# --- the data of the template: texts, and lengths from 0 to 1 for what is drawn -----------------


def _data(report: Report) -> dict[str, Any]:
    return {
        "title": clean(report.title),
        "full_title": clean(report.full_title),
        "state": clean(report.state),
        "notice": clean(report.notice),
        "official": report.is_official,
        "plan": clean(report.plan_name),
        "municipality": clean(report.municipality),
        "year": str(report.year),
        "lang": report.language,
        "words": _words(report),
        "cover": _facts(report.cover),
        "sentences": report.sentences,
        "facts": _facts(report.facts),
        "composition": _composition(report.statuses),
        "composition_alt": _("Statuses: %(counts)s.") % {"counts": _counted(report.statuses)},
        "limits": [float(limit) for limit in reversed(report.limits)],
        "statuses": [{"key": key, "label": str(STATUS_LABELS[key])} for key in _columns(report)],
        "departments": [_line(line, report) for line in report.departments],
        "objectives": [_line(line, report) for line in report.objectives],
        "total": _line(report.total, report),
        "headers": report.headers,
        "targets": len(report.years),
        "own_year": report.years.index(report.year),
        "parts": [_part(part, report) for part in report.parts],
        "has_reasons": report.has_reasons,
        "has_findings": report.has_findings,
        "findings": [
            {
                "label": group.label,
                "severity": group.severity,
                "lines": [
                    {
                        "where": [clean(place) for place in line.where],
                        "question": clean(line.question),
                        "answer": clean(line.answer),
                        "open": line.is_open,
                    }
                    for line in group.lines
                ],
            }
            for group in report.findings
        ],
        "findings_note": report.findings_note,
        "errata": [_erratum(line) for line in report.errata],
        "changes_title": report.changes_title,
        "changes": [_erratum(line) for line in report.changes],
        "method": _facts(report.method),
        "bands": _facts(report.bands),
        "rules": _facts(report.rules),
        "notes": report.notes,
    }


def _words(report: Report) -> dict[str, str]:
    year = {"year": report.year}
    return {
        "contents": _("Contents"),
        "summary": _("Summary"),
        "status_of": _("Statuses of the indicators"),
        "departments": _("Departments"),
        "number": pgettext("number", "No"),
        "department": _("Department"),
        "objectives": _("Strategic objectives"),
        "objective": _("Strategic objective"),
        "score": report.score_header,
        "score_bar": _("Score as a bar"),
        "reported": report.reported_header.replace("/ ", "/"),
        "blocking": _("Blocking questions"),
        "bar_note": _("The lines in a bar are the limits of the statuses."),
        "published": _("Published table") if report.is_official else _("Table of the plan"),
        "published_note": _(
            "In the order of the published table; the realization is that of %(year)s."
        )
        % year,
        "reasons": _("Deviation reasons and measures"),
        "no_reasons": _("No reason has been given."),
        "unexplained": _("A reason is still missing for:"),
        "code": _("Code"),
        "indicator": _("Indicator"),
        "target": _("Target"),
        "realization": _("Realization"),
        "ratio": _("Ratio"),
        "deviation": _("Deviation reason"),
        "measure": _("Measure to take"),
        "errata": _("Corrections since publication"),
        "errata_lead": _(
            "The published numbers stay as they were; what was corrected stands here."
        ),
        "no_errata": no_errata(),
        "no_changes": no_changes(),
        "field": _("Cell"),
        "before": pgettext("value", "Published"),
        "after": pgettext("value", "Corrected"),
        "earlier": _("Before"),
        "now": _("Now"),
        "when": _("When"),
        "why": _("Reason"),
        "findings": _("Questions and answers"),
        "findings_lead": _("A question marks a value and changes none; a person decides."),
        "no_findings": _("Nothing was found."),
        "where": _("Where"),
        "question": _("Question"),
        "answer": _("Answer"),
        "method": _("Method and settings"),
        "setting": _("Setting"),
        "value": _("Value"),
        "bands": _("Statuses and their limits"),
        "status": _("Status"),
        "limits": _("Limits"),
        "rules": _("Rules"),
        "rule": _("Rule"),
        "meaning": _("Meaning"),
        "reading": _("How to read these numbers"),
        "no_rows": _("There are no indicators."),
    }


def _columns(report: Report) -> list[Status]:
    """Return the statuses that a table of counts has columns for."""
    occurring = {one.status for one in report.statuses}
    return [Status(key) for key in STATUS_LABELS if Status(key) in occurring]


def _facts(facts: Iterable[Fact]) -> list[dict[str, str]]:
    return [{"label": one.label, "value": clean(one.value), "note": one.note} for one in facts]


def _composition(statuses: Iterable[StatusCount]) -> list[dict[str, Any]]:
    return [{"key": one.status, "label": one.label, "count": one.count} for one in statuses]


def _counted(statuses: Iterable[StatusCount]) -> str:
    return ", ".join(f"{one.label} {one.count}" for one in statuses)


def _line(line: ScoreLine, report: Report) -> dict[str, Any]:
    counts = {one.status: one.count for one in line.statuses}

    def number(count: int) -> str:
        return formats.amount(Decimal(count), report.language)

    return {
        "number": line.number,
        "name": clean(line.name),
        "branch": line.is_branch,
        "score": line.score.text,
        "length": None if line.score.value is None else float(line.score.value),
        "reported": f"{number(line.reported)}/{number(line.due)}",
        "counts": [number(counts.get(status, 0)) for status in _columns(report)],
        "composition": _composition(line.statuses),
        "blocking": number(line.blocking),
    }


def _part(part: DepartmentPart, report: Report) -> dict[str, Any]:
    return {
        "heading": clean(part.heading),
        "sentence": part.sentence,
        "tables": [
            {
                "heading": clean(table.heading),
                "alt": _("Indicators of %(unit)s") % {"unit": clean(table.heading or part.heading)},
                "rows": [_row(row, report) for row in table.rows],
            }
            for table in part.tables
        ],
        "reasons": [
            [
                clean(text)
                for text in (
                    one.code,
                    one.indicator,
                    one.target,
                    one.realization,
                    one.ratio,
                    one.deviation,
                    one.measure,
                )
            ]
            for one in part.reasons
        ],
        "unexplained": ", ".join(part.unexplained),
        "waived": [clean(sentence) for sentence in part.waived],
    }


def _row(row: PublishedRow, report: Report) -> dict[str, Any]:
    return {
        "activity": _span(row.activity),
        "responsible": _span(row.responsible),
        "supporting": _span(row.supporting),
        "indicator": clean(row.indicator),
        "planned": [clean(written(value, report.language)) for value in row.planned],
        "realized": clean(written(row.realized, report.language)),
        "ratio": row.ratio.text,
        "status": row.status_label,
        "key": row.status,
        "badges": row.badges,
    }


def _erratum(line: ErratumLine) -> dict[str, str]:
    return {
        name: clean(getattr(line, name))
        for name in ("where", "field", "before", "after", "when", "reason")
    }


def _span(span: Span | None) -> dict[str, Any] | None:
    return None if span is None else {"text": clean(span.text), "rows": span.rows}
