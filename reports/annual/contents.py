"""What the annual report says, before it becomes a file: one tree that every writer reads.

Each figure comes from the roll-up (indicators.figures) and each question from
findings.year; numbers keep their value beside the text that people read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities import formats, revisions
from activities.models import Objective, Period
from activities.wording import say
from findings.year import RaisedFinding, YearFindings
from indicators.achievement import EMPTY_SUMMARY, Badge, Method, Reading, Rule, Status, Summary
from indicators.explanations import RULE_SENTENCES
from indicators.figures import Figure, Figures, Level, Unit
from indicators.labels import BADGE_LABELS, STATUS_LABELS, deviation_points, exceeded_above
from pages.plan_page import READINGS
from reports.annual.options import Options
from reports.exports import columns
from reports.exports.rows import Part, PrintedTable, Value, heading, language, realized
from reports.findings import groups
from reports.tables import Span, TableRow

MOST_NAMED = 3
"""Departments that one sentence names; more are counted."""


@dataclass(frozen=True, slots=True)
class Share:
    """A fraction to one decimal of a percent, as every page shows it; None where there is none."""

    value: Decimal | None
    text: str


@dataclass(frozen=True, slots=True)
class Fact:
    label: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class StatusCount:
    status: Status
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """A group's line in a table: a department, a branch or an objective."""

    number: str
    name: str
    short: str
    is_branch: bool
    score: Share
    indicators: int
    due: int
    reported: int
    statuses: tuple[StatusCount, ...]
    blocking: int = 0


@dataclass(frozen=True, slots=True)
class PublishedRow:
    """An indicator's row; a span is None where the cell above reaches down to it."""

    id: int
    code: str
    activity: Span | None
    responsible: Span | None
    supporting: Span | None
    indicator: str
    planned: tuple[Value, ...]
    realized: Value
    ratio: Share
    status: StatusCount
    badges: tuple[str, ...]
    deviation: str
    measure: str


@dataclass(frozen=True, slots=True)
class UnitTable:
    """A unit's rows; ``heading`` is empty for the department's own."""

    heading: str
    rows: tuple[PublishedRow, ...]


@dataclass(frozen=True, slots=True)
class ReasonLine:
    code: str
    indicator: str
    target: str
    realization: str
    ratio: str
    deviation: str
    measure: str


@dataclass(frozen=True, slots=True)
class DepartmentPart:
    """A department: its figures, its table, and what was said about deviations.

    ``unexplained`` names the codes whose deviation needs a reason and has none.
    """

    heading: str
    sentence: str
    part: Part
    tables: tuple[UnitTable, ...]
    reasons: tuple[ReasonLine, ...]
    unexplained: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FindingLine:
    where: tuple[str, ...]
    question: str
    answer: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class FindingGroup:
    label: str
    severity: str
    lines: tuple[FindingLine, ...]


@dataclass(frozen=True, slots=True)
class Report:
    title: str
    plan_name: str
    municipality: str
    year: int
    years: tuple[int, ...]
    language: str
    cover: tuple[Fact, ...]
    sentences: tuple[str, ...]
    facts: tuple[Fact, ...]
    statuses: tuple[StatusCount, ...]
    departments: tuple[ScoreLine, ...]
    objectives: tuple[ScoreLine, ...]
    total: ScoreLine
    headers: tuple[str, ...]
    parts: tuple[DepartmentPart, ...]
    has_reasons: bool
    has_findings: bool
    findings: tuple[FindingGroup, ...]
    findings_note: str
    method: tuple[Fact, ...]
    bands: tuple[Fact, ...]
    rules: tuple[Fact, ...]
    notes: tuple[str, ...]
    limits: tuple[Decimal, ...]
    counted: frozenset[int]
    """The indicators that the roll-up takes up in their own right."""
    printed: PrintedTable


def build(figures: Figures, options: Options) -> Report:
    """Return the report of a plan's year in the active language; some twelve queries."""
    return _Builder(figures, options).report()


class ReportSummary:
    """The part of the report that the page shows beforehand: sentences and headline figures."""

    def __init__(self, figures: Figures, options: Options) -> None:
        self.options = options
        self.whole = figures
        rows = [row for row in figures.rows if options.covers_row(row)]
        self.figures = figures if options.is_whole else _narrowed(figures, rows)
        self.limits = figures.bands.limits
        self.language = language()
        reported = figures.reading is Reading.REPORTED
        self.findings = YearFindings(figures if reported else figures.under(Reading.REPORTED))
        self.ids = {row.id for row in rows}

    @property
    def blocking(self) -> int:
        return self.findings.marks.among(self.ids)

    def count(self, number: int) -> str:
        return formats.amount(Decimal(number), self.language)

    def share(self, fraction: Decimal | None) -> Share:
        text = formats.percent(fraction, self.language, limits=self.limits)
        if fraction is None:
            return Share(None, text)
        return Share(Decimal(formats.tenths(fraction, self.limits)) / 1000, text)

    def line(
        self, number: str, name: str, short: str, summary: Summary, *, is_branch: bool = False
    ) -> ScoreLine:
        return ScoreLine(
            number,
            name,
            short,
            is_branch,
            self.share(summary.mean),
            summary.indicators,
            summary.due,
            summary.reported,
            status_counts(summary),
            self.findings.blocking[number] if number else 0,
        )

    def departments(self) -> list[ScoreLine]:
        """Return the chosen departments, each followed by its branches, in plan order."""
        summaries = {**self.figures.by(Level.DEPARTMENT), **self.figures.by(Level.BRANCH)}
        units = self.figures.units
        chosen = [
            unit
            for unit in units.values()
            if self.options.covers(unit, units.get(unit.parent_id or 0, unit))
        ]
        return [
            self.line(
                unit.number,
                unit.name,
                unit.short,
                summaries.get(unit.number, EMPTY_SUMMARY),
                is_branch=unit.parent_id in units,
            )
            for unit in sorted(chosen, key=self._place)
        ]

    def _place(self, unit: Unit) -> tuple[int, bool]:
        order = list(self.figures.units)
        above = unit.parent_id if unit.parent_id in self.figures.units else unit.id
        return order.index(above or unit.id), above != unit.id

    def facts(self) -> list[Fact]:
        summary = self.figures.summary
        return [
            Fact(
                _("Plan score") if self.options.is_whole else _("Score"),
                self.share(summary.mean).text,
                "" if self.options.is_whole else self._of_the_plan(),
            ),
            Fact(
                _("Reporting rate"),
                f"{self.count(summary.reported)}/{self.count(summary.due)}",
                self.share(summary.reporting_rate).text if summary.due else "",
            ),
            Fact(_("Median score"), self.share(summary.median).text),
            Fact(_("With the unreported as 0"), self.share(summary.mean_unreported_zero).text),
            Fact(
                _("Exceeding the target"),
                self.count(summary.exceeded),
                _("(above %(above)s)") % {"above": exceeded_above()},
            ),
            Fact(
                _("Deviations that need a reason"),
                self.count(summary.deviations),
                _("more than %(points)s points") % {"points": deviation_points()},
            ),
            Fact(_("Open findings that keep from approval"), self.count(self.blocking)),
        ]

    def _of_the_plan(self) -> str:
        mean = self.share(self.whole.summary.mean).text
        return _("whole plan: %(score)s") % {"score": mean}

    # --- sentences ---

    def sentences(self, departments: Sequence[ScoreLine]) -> list[str]:
        """Return the summary as sentences; nothing in them is worked out here."""
        return [
            *self._coverage(),
            *self._scores(),
            *self._best_and_worst([line for line in departments if not line.is_branch]),
            self._open_questions(),
        ]

    def _coverage(self) -> Iterator[str]:
        summary, figures = self.figures.summary, self.figures
        values = {"year": figures.year, "n": self.count(summary.indicators)}
        yield (
            ngettext(
                "This report covers %(n)s indicator of %(year)s.",
                "This report covers %(n)s indicators of %(year)s.",
                summary.indicators,
            )
            % values
        )
        if not summary.due:
            yield _("No indicator has a target this year.")
            return
        yield _(
            "A target for the year is set for %(due)s of them, and %(reported)s of these were "
            "reported (reporting rate %(rate)s)."
        ) % {
            "due": self.count(summary.due),
            "reported": self.count(summary.reported),
            "rate": self.share(summary.reporting_rate).text,
        }
        if figures.reading is Reading.APPROVED:
            yield _(
                "Under this reading, values that were sent but not approved count as not reported."
            )

    def _scores(self) -> Iterator[str]:
        summary = self.figures.summary
        if summary.mean is None:
            return
        yield _(
            "The mean score is %(mean)s and the median %(median)s; with the unreported as 0 the "
            "mean would be %(zero)s."
        ) % {
            "mean": self.share(summary.mean).text,
            "median": self.share(summary.median).text,
            "zero": self.share(summary.mean_unreported_zero).text,
        }
        counted = (f"{one.label} {self.count(one.count)}" for one in status_counts(summary))
        yield _("By status: %(counts)s.") % {"counts": ", ".join(counted)}
        yield _(
            "Exceeding the target (above %(above)s): %(exceeded)s. Deviating by more than "
            "%(points)s points, upwards or downwards, so that a reason is needed: %(deviations)s."
        ) % {
            "above": exceeded_above(),
            "points": deviation_points(),
            "exceeded": self.count(summary.exceeded),
            "deviations": self.count(summary.deviations),
        }

    def _best_and_worst(self, lines: Sequence[ScoreLine]) -> Iterator[str]:
        scored = [(line.score.value, line) for line in lines if line.score.value is not None]
        if len(scored) > 1:
            high, low = max(value for value, _line in scored), min(value for value, _ in scored)
            if high != low:
                top = [line for value, line in scored if value == high]
                bottom = [line for value, line in scored if value == low]
                yield _(
                    "The highest department score is %(high)s (%(best)s), the lowest %(low)s "
                    "(%(worst)s)."
                ) % {
                    "high": top[0].score.text,
                    "best": self._named(top),
                    "low": bottom[0].score.text,
                    "worst": self._named(bottom),
                }
        idle = [line for line in lines if not line.due]
        if idle and len(lines) > 1:
            yield _("Departments without a target this year: %(names)s.") % {
                "names": ", ".join(line.short for line in idle)
            }

    def _named(self, lines: Sequence[ScoreLine]) -> str:
        if len(lines) <= MOST_NAMED:
            return ", ".join(line.short for line in lines)
        counted = ngettext("%(n)s department", "%(n)s departments", len(lines))
        return counted % {"n": self.count(len(lines))}

    def _open_questions(self) -> str:
        count = self.blocking
        if not count:
            return _("No question that keeps a value from approval is open.")
        return ngettext(
            "%(n)s question about these numbers is open and keeps values from approval; its "
            "answer may change the figures.",
            "%(n)s questions about these numbers are open and keep values from approval; their "
            "answers may change the figures.",
            count,
        ) % {"n": self.count(count)}


class _Builder(ReportSummary):
    """Brings together what the report holds beyond its overview."""

    def __init__(self, figures: Figures, options: Options) -> None:
        super().__init__(figures, options)
        self.plan, self.year = figures.plan, figures.year
        self.printed = PrintedTable(self.figures)

    def report(self) -> Report:
        departments = self.departments()
        summary = self.figures.summary
        findings, note = self._findings() if self.options.has_findings else ([], "")
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
            method=tuple(self._method()),
            bands=tuple(self._bands()),
            rules=tuple(self._rules()),
            notes=tuple(self._notes()),
            limits=self.limits,
            counted=frozenset(row.id for row in self.figures.rows if row.counted_with is None),
            printed=self.printed,
        )

    def _total(self, summary: Summary) -> ScoreLine:
        name = _("Whole plan") if self.options.is_whole else _("All of the report")
        line = self.line("", name, name, summary)
        return ScoreLine(
            line.number,
            line.name,
            line.short,
            line.is_branch,
            line.score,
            line.indicators,
            line.due,
            line.reported,
            line.statuses,
            self.blocking,
        )

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
        yield Fact(_("Prepared on"), self._today())

    def _today(self) -> str:
        today: date = timezone.localdate()
        return date_format(today, "DATE_FORMAT")

    def _objectives(self) -> Iterator[ScoreLine]:
        titled = dict(
            Objective.objects.filter(plan=self.plan, parent=None).values_list("code", "title")
        )
        for code, summary in self.figures.by(Level.OBJECTIVE).items():
            name = _("Objective %(code)s") % {"code": code}
            title = titled.get(code)
            line = self.line("", f"{name}. {title}" if title else name, name, summary)
            yield line

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

    # --- findings ---

    def _findings(self) -> tuple[list[FindingGroup], str]:
        """Return the findings by check, and how many were left out for telling too much.

        A finding speaks of what was reported; under the approved reading only those stay whose
        realizations count there, too.
        """
        raised = [
            one for one in self.findings.raised if any(row.id in self.ids for row in one.figures)
        ]
        told = [one for one in raised if self._counts_here(one)]
        note = ""
        if len(told) < len(raised):
            left_out = len(raised) - len(told)
            note = ngettext(
                "%(n)s finding about a value that is not approved yet is left out.",
                "%(n)s findings about values that are not approved yet are left out.",
                left_out,
            ) % {"n": self.count(left_out)}
        by_check = [
            FindingGroup(
                group.label,
                group.severity,
                tuple(self._finding(card.finding) for card in group.cards),
            )
            for group in groups(self.findings, told)
        ]
        return by_check, note

    def _counts_here(self, finding: RaisedFinding) -> bool:
        if self.figures.reading is Reading.REPORTED:
            return True
        here = {row.id: row for row in self.whole.rows}
        return all(
            (row.measurement.realization, row.realization_text)
            == (here[row.id].measurement.realization, here[row.id].realization_text)
            for row in finding.figures
        )

    def _finding(self, finding: RaisedFinding) -> FindingLine:
        where = (
            f"{row.unit.number} {row.unit.short} · {row.code} {row.name}" for row in finding.figures
        )
        return FindingLine(tuple(where), say(finding.sentence), _answer(finding), finding.is_open)

    # --- method ---

    def _method(self) -> Iterator[Fact]:
        plan, figures = self.plan, self.figures
        methods = dict(plan._meta.get_field("method").flatchoices)
        unreported = dict(plan._meta.get_field("unreported").flatchoices)
        yield Fact(_("How achievement is worked out"), str(methods[figures.method]))
        yield Fact(_("Unreported indicators"), str(unreported[figures.unreported]))
        yield Fact(_("With which values"), READINGS[figures.reading]())
        unconfirmed = sum(not row.kind_confirmed for row in figures.rows)
        yield Fact(_("Kinds of indicators not confirmed by a person yet"), self.count(unconfirmed))
        number = self.count(revisions.current(plan))
        changed = _("change %(number)s of the plan") % {"number": number}
        yield Fact(_("State of the data"), changed, self._today())

    def _bands(self) -> Iterator[Fact]:
        high, middle, low = (
            formats.amount(limit * 100, self.language, percent=True) for limit in self.limits
        )
        label = STATUS_LABELS
        yield Fact(str(label["achieved"]), _("%(limit)s and above") % {"limit": high})
        for status, lower, upper in (("mostly", middle, high), ("partly", low, middle)):
            yield Fact(
                str(label[status]),
                _("from %(lower)s up to, not including, %(upper)s")
                % {"lower": lower, "upper": upper},
            )
        yield Fact(str(label["low"]), _("below %(limit)s") % {"limit": low})
        yield Fact(str(label["not_reported"]), _("has a target, has no number"))
        yield Fact(str(label["no_target"]), _("no target and no number"))
        yield Fact(str(label["unplanned"]), _("has a number, has no target"))
        if self.figures.method is Method.BY_KIND:
            yield Fact(str(label["unanswered"]), str(RULE_SENTENCES[Rule.R7]))

    def _rules(self) -> Iterator[Fact]:
        if self.figures.method is Method.BY_KIND:
            yield from (Fact(rule.value, str(text)) for rule, text in RULE_SENTENCES.items())

    def _notes(self) -> list[str]:
        return [
            _(
                "An unreported indicator is not counted as zero; it lowers the reporting rate. "
                "An indicator without a target is not scored."
            ),
            _(
                "Achievement is shown as it is, however high. Only scores are averaged, and a "
                "score ends at 100%%."
            ).replace("%%", "%"),
            _("A finding marks a value and changes none; a person decides."),
        ]


def _narrowed(figures: Figures, rows: list[Figure]) -> Figures:
    """Return the same figures of some rows only, so that the roll-up sums up just these."""
    other = figures.under(figures.reading)
    other.rows = rows
    return other


def status_counts(summary: Summary) -> tuple[StatusCount, ...]:
    """Return the statuses that occur, in the order of bars and legends."""
    return tuple(
        StatusCount(Status(status), str(label), summary.count(Status(status)))
        for status, label in STATUS_LABELS.items()
        if summary.count(Status(status))
    )


def published_columns(printed: PrintedTable) -> list[columns.Column]:
    """Return the columns of the published table with the ratio and the status beside it."""
    ratio, status, _reason = columns.rated()
    return [
        columns.activity(),
        *columns.units(),
        columns.indicator(),
        *columns.planned(printed.years),
        columns.realization(printed.year),
        ratio,
        status,
    ]


def written(value: Value, language: str) -> str:
    """Return a cell for people: a number with its thousands, else what was written."""
    if value.number is None:
        return value.text
    return formats.amount(value.number, language, percent=value.is_percent)


def _answer(finding: RaisedFinding) -> str:
    """Return what somebody answered, in words; a finding without an answer is open."""
    if finding.given is None:
        return _("open")
    labels = {answer.code: answer.label for answer in finding.answers}
    label = labels.get(finding.given.answer)
    words = say(label) if label else finding.given.answer
    return _("%(answer)s (still open)") % {"answer": words} if finding.is_open else words
