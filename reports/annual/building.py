"""Bring together what the annual report holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from activities.models import Objective, Period
from indicators.achievement import Badge, Summary
from indicators.figures import Figures, Level
from indicators.labels import BADGE_LABELS
from pages.plan_page import READINGS
from reports.annual import method
from reports.annual.contents import (
    DepartmentPart,
    Fact,
    PublishedRow,
    ReasonLine,
    Report,
    ScoreLine,
    StatusCount,
    UnitTable,
    published_columns,
    written,
)
from reports.annual.options import Options
from reports.annual.questions import findings_of
from reports.annual.summary import ReportSummary, status_counts
from reports.exports.rows import Part, PrintedTable, Value, heading, realized
from reports.tables import Span, TableRow


def build(figures: Figures, options: Options) -> Report:
    """Return the report of a plan's year in the active language; some twelve queries."""
    return _Builder(figures, options).report()


class _Builder(ReportSummary):
    """Brings together what the report holds beyond its overview."""

    def __init__(self, figures: Figures, options: Options) -> None:
        super().__init__(figures, options)
        self.plan, self.year = figures.plan, figures.year
        self.printed = PrintedTable(self.figures)

    def report(self) -> Report:
        departments = self.departments()
        summary = self.figures.summary
        findings, note = findings_of(self) if self.options.has_findings else ([], "")
        return Report(
            title=_("Annual monitoring report %(year)s") % {"year": self.year},
            plan_name=str(self.plan),
            municipality=self.plan.municipality,
            year=self.year,
            years=tuple(self.plan.years),
            language=self.language[:2],
            cover=tuple(self._cover(departments)),
            sentences=tuple(self.sentences(departments)),
            facts=tuple(self.facts()),
            statuses=status_counts(summary),
            departments=tuple(departments),
            objectives=tuple(self._objectives()),
            total=self._total(summary),
            headers=tuple(str(column.header) for column in published_columns(self.printed)),
            parts=tuple(self._part(part, departments) for part in self.printed.parts),
            has_reasons=self.options.has_reasons,
            has_findings=self.options.has_findings,
            findings=tuple(findings),
            findings_note=note,
            method=tuple(method.method(self.figures, self.language)),
            bands=tuple(method.bands(self.figures, self.language)),
            rules=tuple(method.rules(self.figures)),
            notes=tuple(method.notes()),
            limits=self.limits,
            counted=frozenset(row.id for row in self.figures.rows if row.counted_with is None),
            printed=self.printed,
        )

    def _total(self, summary: Summary) -> ScoreLine:
        name = _("Whole plan") if self.options.is_whole else _("All of the report")
        return replace(self.line("", name, name, summary), blocking=self.blocking)

    def _cover(self, departments: Sequence[ScoreLine]) -> Iterator[Fact]:
        period = Period.objects.filter(plan=self.plan, year=self.year).first()
        chosen = [line for line in departments if line.number in self.options.numbers]
        yield Fact(
            _("Departments"),
            _("all")
            if self.options.is_whole
            else ", ".join(f"{line.number}. {line.name}" for line in chosen),
        )
        yield Fact(_("With which values"), READINGS[self.figures.reading]())
        if period:
            yield Fact(_("Reporting period"), period.get_state_display())
        yield Fact(_("Prepared on"), method.today())

    def _objectives(self) -> Iterator[ScoreLine]:
        titled = dict(
            Objective.objects.filter(plan=self.plan, parent=None).values_list("code", "title")
        )
        for code, summary in self.figures.by(Level.OBJECTIVE).items():
            name = _("Objective %(code)s") % {"code": code}
            title = titled.get(code)
            yield self.line("", f"{name}. {title}" if title else name, name, summary)

    # --- departments ---

    def _part(self, part: Part, departments: Sequence[ScoreLine]) -> DepartmentPart:
        rows = [row for unit in part.units for block in unit.blocks for row in block.rows]
        reasons = [self._reason(row) for row in rows if self._has_said(row)]
        unexplained = [
            row.figure.code
            for row in rows
            if Badge.DEVIATION in row.badges and not self.printed.said(row).deviation
        ]
        return DepartmentPart(
            heading(part.department),
            self._part_sentence(part, departments),
            part,
            tuple(
                UnitTable(
                    "" if unit.unit is part.department else heading(unit.unit),
                    tuple(
                        self._row(
                            row,
                            None
                            if place
                            else Span(f"{block.code}. {block.title}", len(block.rows)),
                        )
                        for block in unit.blocks
                        for place, row in enumerate(block.rows)
                    ),
                )
                for unit in part.units
            ),
            tuple(reasons) if self.options.has_reasons else (),
            tuple(dict.fromkeys(unexplained)) if self.options.has_reasons else (),
        )

    def _part_sentence(self, part: Part, departments: Sequence[ScoreLine]) -> str:
        # A branch that was chosen alone stands for its department.
        branches = {unit.unit.number for unit in part.units}
        lines = [line for line in departments if line.number == part.department.number]
        lines = lines or [line for line in departments if line.number in branches]
        return " ".join(self._line_sentence(line) for line in lines)

    def _line_sentence(self, line: ScoreLine) -> str:
        return _("Score %(score)s; reported %(reported)s of %(due)s. %(counts)s.") % {
            "score": line.score.text,
            "reported": self.count(line.reported),
            "due": self.count(line.due),
            "counts": " · ".join(f"{one.label} {self.count(one.count)}" for one in line.statuses),
        }

    def _has_said(self, row: TableRow) -> bool:
        said = self.printed.said(row)
        return bool(said.deviation or said.measure)

    def _reason(self, row: TableRow) -> ReasonLine:
        said, figure = self.printed.said(row), row.figure
        target = Value(figure.measurement.target, figure.target_text, figure.is_percent)
        return ReasonLine(
            figure.code,
            figure.name,
            written(target, self.language),
            written(realized(figure), self.language),
            self.share(figure.achievement.value).text,
            said.deviation,
            said.measure,
        )

    def _row(self, row: TableRow, activity: Span | None) -> PublishedRow:
        figure, said = row.figure, self.printed.said(row)
        status = figure.achievement.status
        # That a reason is needed is said below the table, with the reason or for want of it.
        marks = [str(BADGE_LABELS[one]) for one in row.badges if one is not Badge.DEVIATION]
        if figure.id in self.findings.blocked:
            marks.append(_("Open question"))
        return PublishedRow(
            figure.id,
            figure.code,
            activity,
            row.responsible,
            row.supporting,
            figure.name,
            tuple(self.printed.planned(row)),
            realized(figure),
            self.share(figure.achievement.value),
            StatusCount(status, self.printed.status(row), 1),
            tuple(marks),
            said.deviation if self.options.has_reasons else "",
            said.measure if self.options.has_reasons else "",
        )
