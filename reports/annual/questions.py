"""The questions that the report shows, by the check that asks them, with their answers."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities.wording import say
from findings.year import RaisedFinding
from indicators.achievement import Reading
from reports.annual.contents import FindingGroup, FindingLine
from reports.annual.summary import ReportSummary
from reports.findings import groups


def findings_of(summary: ReportSummary) -> tuple[list[FindingGroup], str]:
    """Return the findings by check, and how many were left out for telling too much.

    A finding speaks of what was reported; under the approved reading only those stay whose
    realizations count there, too.
    """
    raised = [
        one for one in summary.findings.raised if any(row.id in summary.ids for row in one.figures)
    ]
    told = [one for one in raised if _counts_here(one, summary)]
    note = ""
    if len(told) < len(raised):
        left_out = len(raised) - len(told)
        note = ngettext(
            "%(n)s question about a value that is not verified yet is left out.",
            "%(n)s questions about values that are not verified yet are left out.",
            left_out,
        ) % {"n": summary.count(left_out)}
    by_check = [
        FindingGroup(
            group.label,
            group.severity,
            tuple(_line(card.finding) for card in group.cards),
        )
        for group in groups(summary.findings, told)
    ]
    return by_check, note


def _counts_here(finding: RaisedFinding, summary: ReportSummary) -> bool:
    if summary.figures.reading is Reading.REPORTED:
        return True
    here = {row.id: row for row in summary.whole.rows}
    return all(
        (row.measurement.realization, row.realization_text)
        == (here[row.id].measurement.realization, here[row.id].realization_text)
        for row in finding.figures
    )


def _line(finding: RaisedFinding) -> FindingLine:
    where = (
        f"{row.unit.number} {row.unit.short} · {row.code} {row.name}" for row in finding.figures
    )
    return FindingLine(tuple(where), say(finding.sentence), _answer(finding), finding.is_open)


def _answer(finding: RaisedFinding) -> str:
    """Return what somebody answered, in words; a finding without an answer is open."""
    if finding.given is None:
        return _("open")
    labels = {answer.code: answer.label for answer in finding.answers}
    label = labels.get(finding.given.answer)
    words = say(label) if label else finding.given.answer
    return _("%(answer)s (still open)") % {"answer": words} if finding.is_open else words
