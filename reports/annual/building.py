"""Bring together what the annual report holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from indicators.achievement import Badge, Summary
from indicators.editions import PublicFigures
from indicators.figures import Level
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
    UnitTable,
    published_columns,
    written,
)
from reports.annual.options import Options
from reports.annual.questions import findings_of
from reports.annual.summary import ReportSummary, status_counts
from reports.errata import ErratumLine, told_change
from reports.exports.rows import Part, PrintedTable, Value, heading
from reports.official import Source
from reports.public.changes import told_changes
from reports.tables import Span, TableRow


def build(source: Source, options: Options | None = None) -> Report:
    """Return the report of a plan's year in the active language; some twelve queries.

    Without options it is the whole plan's with everything in it.
    """
    return _Builder(source, options or Options(reading=source.figures.reading)).report()


class _Builder(ReportSummary):
    """Brings together what the report holds beyond its overview."""

    def __init__(self, source: Source, options: Options) -> None:
        super().__init__(source, options)
        self.plan, self.year = source.plan, source.figures.year
        self.printed = PrintedTable(self.figures, source=source)

    def report(self) -> Report:
        departments = self.departments()
        summary = self.figures.summary
        has_findings = self.options.has_findings and not self.is_official
        findings, note = findings_of(self) if has_findings else ([], "")
        changes_title, changes = self._changes()
        return Report(
            title=_("Annual monitoring report %(year)s") % {"year": self.year},
            state=self.source.name,
            notice=self.source.colophon,
            is_official=self.is_official,
            counts_verified=self.counts_verified,
            score_header=self.score_name(_("Score")),
            plan_name=str(self.plan),
            municipality=self.plan.municipality.name,
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
            has_findings=has_findings,
            findings=tuple(findings),
            findings_note=note,
            errata=tuple(self.printed.errata),
            changes_title=changes_title,
            changes=tuple(changes),
            method=tuple(method.method(self.source, self.figures, self.language)),
            bands=tuple(method.bands(self.figures, self.language)),
            rules=tuple(method.rules(self.figures)),
            notes=tuple(method.notes(is_official=self.is_official)),
            limits=self.limits,
            counted=frozenset(row.id for row in self.figures.rows if row.counted_with is None),
            printed=self.printed,
        )

    def _total(self, summary: Summary) -> ScoreLine:
        name = _("Whole plan") if self.options.is_whole else _("All of the report")
        return replace(self.line("", name, name, summary, self.results), blocking=self.blocking)

    def _cover(self, departments: Sequence[ScoreLine]) -> Iterator[Fact]:
        chosen = [line for line in departments if line.number in self.options.numbers]
        yield Fact(
            _("Departments"),
            _("all")
            if self.options.is_whole
            else ", ".join(f"{line.number}. {line.name}" for line in chosen),
        )
        yield Fact(_("With which values"), READINGS[self.figures.reading]())
        if self.source.edition is not None:
            yield from method.reasons(self.source.edition)
            return
        period = self.now.period
        if period:
            yield Fact(_("Reporting period"), period.get_state_display())
        yield Fact(_("Prepared on"), method.today())

    def _changes(self) -> tuple[str, list[ErratumLine]]:
        """Return the title of the annex on what a further edition changed, and its lines."""
        edition, figures = self.source.edition, self.figures
        if edition is None or edition.number == 1 or not self.options.is_whole:
            return "", []
        assert isinstance(figures, PublicFigures)
        title = _("Changes since edition %(number)s") % {"number": edition.number - 1}
        return title, [told_change(each) for each in told_changes(figures)]

    def _objectives(self) -> Iterator[ScoreLine]:
        titles = self.figures.names_of(Level.OBJECTIVE)
        results = self.results_by(Level.OBJECTIVE)
        for code, summary in self.figures.by(Level.OBJECTIVE).items():
            name = _("Objective %(code)s") % {"code": code}
            yield self.line("", titles.get(code, name), name, summary, results.get(code))

    # --- departments ---

    def _part(self, part: Part, departments: Sequence[ScoreLine]) -> DepartmentPart:
        rows = [row for unit in part.units for block in unit.blocks for row in block.rows]
        reasons = [self._reason(row) for row in rows if self._has_said(row)]
        unexplained = []
        waived: dict[str, dict[str, None]] = {}
        for row in rows:
            said = self.printed.said(row)
            if Badge.DEVIATION not in row.badges or said.deviation:
                continue
            if said.waiver:
                waived.setdefault(said.waiver, {})[row.figure.code] = None
            else:
                unexplained.append(row.figure.code)
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
            tuple(_waived(why, codes) for why, codes in waived.items())
            if self.options.has_reasons
            else (),
        )

    def _part_sentence(self, part: Part, departments: Sequence[ScoreLine]) -> str:
        # A branch that was chosen alone stands for its department.
        branches = {unit.unit.number for unit in part.units}
        lines = [line for line in departments if line.number == part.department.number]
        lines = lines or [line for line in departments if line.number in branches]
        return " ".join(self._line_sentence(line) for line in lines)

    def _line_sentence(self, line: ScoreLine) -> str:
        text = (
            _("%(name)s %(score)s; verified %(reported)s of %(due)s. %(counts)s.")
            if self.counts_verified
            else _("%(name)s %(score)s; reported %(reported)s of %(due)s. %(counts)s.")
        )
        return text % {
            "name": self.score_name(_("Score")),
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
            written(self.printed.realized(figure), self.language),
            self.share(figure.achievement.value).text,
            said.deviation,
            said.measure,
        )

    def _row(self, row: TableRow, activity: Span | None) -> PublishedRow:
        figure, said = row.figure, self.printed.said(row)
        # That a reason is needed is said below the table, with the reason or for want of it.
        marks = [str(BADGE_LABELS[one]) for one in row.badges if one is not Badge.DEVIATION]
        if added := self.printed.added(row):
            marks.insert(0, added)
        if not self.is_official and figure.id in self.findings.blocked:
            marks.append(_("Open question"))
        return PublishedRow(
            figure.id,
            figure.code,
            activity,
            row.responsible,
            row.supporting,
            figure.name,
            tuple(self.printed.planned(row)),
            self.printed.realized(figure),
            self.share(figure.achievement.value),
            self.printed.status_of(figure),
            self.printed.status(row),
            tuple(marks),
            said.deviation if self.options.has_reasons else "",
            said.measure if self.options.has_reasons else "",
        )


def _waived(why: str, codes: Iterable[str]) -> str:
    told = _("No reason was asked for %(codes)s, because: %(why)s")
    return told % {"codes": ", ".join(codes), "why": why}
