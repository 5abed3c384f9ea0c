"""The findings of a stored plan: its rows as the checks see them, and what people answered.

The checks themselves are in ``findings.checks``; nothing here changes a value.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Container, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any, TypeVar, cast

from django.db.models import Exists, F, OuterRef, Value

from activities import revisions
from activities.models import ActivityUnit, Period, Plan, Role
from activities.sentences import Sentence
from findings.checks.finding import AT_DESK, Answer, Check, CheckedRow, Finding, Severity, as_cell
from findings.checks.run import find
from indicators import periods
from indicators.achievement import Measurement, Summary, rate, summarise
from indicators.cells import EMPTY, Cell
from indicators.figures import Figure, Figures, Unit
from indicators.models import FindingAnswer, Indicator, IndicatorUnit, Realization, Target
from indicators.progress import SENT, is_said, reviewers

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class AnswerEffect:
    """What an answer would change: the mean of the unit's department and of the plan."""

    answer: Answer
    department: tuple[Decimal | None, Decimal | None]
    plan: tuple[Decimal | None, Decimal | None]

    @property
    def changes_anything(self) -> bool:
        return self.department[0] != self.department[1] or self.plan[0] != self.plan[1]


@dataclass(frozen=True, slots=True)
class MeanChange:
    """A mean before and after a change; ``department`` is None for the plan's own."""

    department: Unit | None
    before: Decimal | None
    after: Decimal | None

    @property
    def is_one(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class RaisedFinding:
    """A finding with its rows and, if somebody answered it, the answer."""

    found: Finding
    figures: tuple[Figure, ...]
    given: GivenAnswer | None

    # What the check found, so that nobody has to ask for it in two steps.

    @property
    def key(self) -> str:
        return self.found.key

    @property
    def check(self) -> Check:
        return self.found.check

    @property
    def severity(self) -> Severity:
        return self.found.severity

    @property
    def sentence(self) -> Sentence:
        return self.found.sentence

    @property
    def answers(self) -> tuple[Answer, ...]:
        """Return the answers that can be given; ``given`` is the one that was."""
        return self.found.answers

    @property
    def digest(self) -> str:
        return self.found.digest

    @property
    def is_open(self) -> bool:
        """Whether nobody has settled it; some answers only say that a correction will come."""
        if self.given is None:
            return True
        answer = {answer.code: answer for answer in self.answers}.get(self.given.answer)
        return answer is not None and not answer.settles

    @property
    def blocks(self) -> bool:
        return self.is_open and self.severity is Severity.BLOCKING


@dataclass(frozen=True, slots=True)
class OpenQuestions:
    """How many questions are open, each counted once, and how many of them hold a value up.

    ``questions`` are asked of the unit, too, ``in_review`` of the reviewers alone.
    """

    questions: int
    blocking: int
    in_review: int


def is_asked_of_unit(one: RaisedFinding) -> bool:
    """Whether a question is open and its unit is asked it, too: an *open question* on pages."""
    return one.is_open and one.severity is not Severity.INFORMATION and one.check in AT_DESK


def open_among(raised: Iterable[RaisedFinding]) -> OpenQuestions:
    """Count what is open as every page says it; what is only for information asks nothing."""
    asking = {
        one.key: one for one in raised if one.is_open and one.severity is not Severity.INFORMATION
    }.values()
    at_desk = sum(is_asked_of_unit(one) for one in asking)
    return OpenQuestions(at_desk, sum(one.blocks for one in asking), len(asking) - at_desk)


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """What somebody answered, without the database row it is kept in."""

    finding: str
    digest: str
    answer: str
    person: str
    when: datetime | None = None
    note: str = ""
    by_reviewer: bool = False


@dataclass(frozen=True, slots=True)
class Marks:
    """The open blocking findings as every page marks them: each one's indicators and units."""

    findings: tuple[tuple[tuple[int, ...], str, str], ...]

    @property
    def total(self) -> int:
        return len(self.findings)

    def among(self, indicators: Container[int]) -> int:
        """Count the findings that concern any of the indicators."""
        return sum(any(one in indicators for one in ids) for ids, _unit, _over in self.findings)


@dataclass(frozen=True, slots=True)
class Ground:
    """What decides who may answer now: the states of values, drafts too, and closed units.

    ``states`` are by indicator; ``shut`` says by unit why it cannot write.
    """

    states: Mapping[int, str]
    shut: Mapping[int, Sentence]


class YearFindings:
    """The findings of a plan's year.

    What the checks found is kept until the plan's revision grows; finding it runs four queries
    besides those of the figures.
    """

    alone = False
    is_kept = True

    def __init__(self, figures: Figures) -> None:
        self.figures = figures
        # Read before any number, so that what is kept is never newer than its mark.
        plan = figures.plan
        self.key = f"findings:{plan.pk}:{figures.year}:{revisions.counted(plan)}"

    @cached_property
    def raised(self) -> list[RaisedFinding]:
        """Return every finding from the top of the printed table to its bottom."""
        by_id = {row.id: row for row in self.figures.rows}
        return [
            RaisedFinding(finding, tuple(by_id[cast("int", one)] for one in finding.rows), answer)
            for finding, answer in self._found
            if all(one in by_id for one in finding.rows)
        ]

    @cached_property
    def _found(self) -> list[tuple[Finding, GivenAnswer | None]]:
        return self._kept(self.key, lambda: list(self._find()))

    def _find(self) -> Iterable[tuple[Finding, GivenAnswer | None]]:
        answers = {answer.finding: answer for answer in self._answers()}
        dismissed = {key for key, answer in answers.items() if answer.answer in KEEPS_READING}
        explained = {row.id for row in self.figures.rows if row.absence}
        for finding in find(list(self._rows()), dismissed=dismissed, alone=self.alone):
            # Somebody already said why there is no figure.
            if finding.check is Check.MISSING and explained.issuperset(finding.rows):
                continue
            yield finding, _fitting(answers.get(finding.key), finding)

    @cached_property
    def marks(self) -> Marks:
        """Return what pages mark; kept apart, because it is all that most of them need."""
        return self._kept(f"{self.key}:marks", self._mark)

    def _kept(self, key: str, make: Callable[[], T]) -> T:
        return revisions.kept(key, make) if self.is_kept else make()

    def _mark(self) -> Marks:
        return Marks(
            tuple(
                (
                    tuple(row.id for row in one.figures),
                    one.figures[0].unit.number,
                    one.figures[0].department.number,
                )
                for one in self.raised
                if one.blocks
            )
        )

    @cached_property
    def states(self) -> Mapping[int, str]:
        """Return the states of what is said or sent, as in Ground; one query."""
        plan, year = self.figures.plan, self.figures.year
        values = Realization.objects.filter(indicator__activity__plan=plan, year=year).order_by()
        rows = values.values_list("indicator_id", "value", "absence", "state")
        return {pk: state for pk, *said, state in rows if is_said(*said) or state in SENT}

    @cached_property
    def shut(self) -> Mapping[int, Sentence]:
        """Return why units cannot write, as in Ground; two queries at most."""
        plan, year = self.figures.plan, self.figures.year
        units = {row.unit.id: row.unit.parent_id for row in self.figures.rows}
        period = Period.objects.filter(plan=plan, year=year).first()
        doors = periods.doors(period, year, units.items())
        return {unit: door.why for unit, door in doors.items() if door.why}

    @cached_property
    def by_indicator(self) -> Mapping[int, list[RaisedFinding]]:
        found: defaultdict[int, list[RaisedFinding]] = defaultdict(list)
        for finding in self.raised:
            for figure in finding.figures:
                found[figure.id].append(finding)
        return found

    @cached_property
    def open_by_unit(self) -> Mapping[str, OpenQuestions]:
        """Return what is open by unit number, a department's with its branches; "" of the plan."""
        groups: defaultdict[str, list[RaisedFinding]] = defaultdict(list)
        for one in self.raised:
            for number in {
                "", *(unit.number for row in one.figures for unit in (row.unit, row.department))
            }:  # fmt: skip
                groups[number].append(one)
        return {number: open_among(raised) for number, raised in groups.items()}

    @cached_property
    def blocking(self) -> Counter[str]:
        """Count the open blocking findings by unit number, branch and department apart."""
        counts: Counter[str] = Counter()
        for _ids, unit, department in self.marks.findings:
            counts.update({unit, department})
        return counts

    @cached_property
    def blocked(self) -> frozenset[int]:
        """Return the indicators that an open blocking finding concerns."""
        return frozenset(one for ids, _unit, _over in self.marks.findings for one in ids)

    def effects(self, finding: RaisedFinding) -> list[AnswerEffect]:
        """Return what each answer would change; an answer without a proposal changes nothing."""
        return [self.effect(finding, answer) for answer in finding.answers]

    def effect(self, finding: RaisedFinding, answer: Answer) -> AnswerEffect:
        """Return what one answer would change."""
        department = finding.figures[0].department
        own = [row for row in self.figures.rows if row.department is department]
        before = self.summary_of(own).mean, self.figures.summary.mean
        if not answer.proposal:
            return AnswerEffect(answer, (before[0], before[0]), (before[1], before[1]))
        proposal = cast("Mapping[int, Measurement]", answer.proposal)
        after = (
            self.summary_of(self.reread(own, proposal)).mean,
            self.summary_of(self.reread(self.figures.rows, proposal)).mean,
        )
        return AnswerEffect(answer, (before[0], after[0]), (before[1], after[1]))

    def shifts(
        self,
        ids: Collection[int],
        *,
        proposal: Mapping[Any, Measurement] | None = None,
        counted: Mapping[int, int | None] | None = None,
    ) -> list[MeanChange]:
        """Return what the rows' departments and the plan would come to.

        ``proposal`` reads rows differently; ``counted`` says with which row others count.
        """
        counted = counted or {}
        before = self.figures.rows
        after = [
            replace(row, counted_with=counted[row.id]) if row.id in counted else row
            for row in self.reread(before, proposal or {})
        ]
        touched = dict.fromkeys(row.department for row in before if row.id in ids)
        found = []
        for department in touched:
            means = [
                self.summary_of(row for row in rows if row.department is department).mean
                for rows in (before, after)
            ]
            found.append(MeanChange(department, *means))
        found.append(MeanChange(None, self.figures.summary.mean, self.summary_of(after).mean))
        return found

    def supposing(
        self, proposal: Mapping[Any, Measurement], texts: Mapping[int, str] | None = None
    ) -> YearFindings:
        """Return the findings there would be if rows held other numbers; nothing is kept.

        ``texts`` holds their realizations as written, by row; a plain number needs none.
        """
        texts = texts or {}
        figures = self.figures.under(self.figures.reading)
        figures.rows = [
            replace(row, realization_text=texts.get(row.id, "")) if row.id in proposal else row
            for row in self.reread(self.figures.rows, proposal)
        ]
        return _SupposedFindings(figures)

    def reread(
        self, rows: Iterable[Figure], proposal: Mapping[int, Measurement]
    ) -> Iterable[Figure]:
        """Yield the rows, those that the proposal names read and rated as it says."""
        for row in rows:
            if row.id in proposal:
                changed = proposal[row.id]
                figures = self.figures
                rated = rate(changed, method=figures.method, bands=figures.bands)
                yield replace(row, measurement=changed, achievement=rated)
            else:
                yield row

    def summary_of(self, rows: Iterable[Figure]) -> Summary:
        """Return the figures of any rows as the plan counts the unreported."""
        return summarise(rows, unreported=self.figures.unreported)

    # --- rows as the checks see them ---

    def _answers(self) -> Iterable[GivenAnswer]:
        plan, year = self.figures.plan, self.figures.year
        given = (
            FindingAnswer.objects.filter(plan=plan, year=year)
            .select_related("answered_by")
            .annotate(
                by_reviewer=Exists(
                    reviewers(plan.municipality_id).filter(pk=OuterRef("answered_by"))
                )
            )
        )
        for answer in given:
            person = answer.answered_by.get_full_name() if answer.answered_by else ""
            yield GivenAnswer(
                answer.finding,
                answer.asked,
                answer.answer,
                person,
                answer.answered_at,
                answer.note,
                answer.by_reviewer,
            )

    def _rows(self) -> Iterable[CheckedRow]:
        plan = self.figures.plan
        targets, last = self._beside()
        years = list(plan.years)
        unknown, elsewhere = self._misplaced()
        for row in self.figures.rows:
            measured = row.measurement
            yield CheckedRow(
                id=row.id,
                unit=row.unit.number,
                department=row.department.number,
                code=row.code,
                position=row.position,
                title=row.title,
                name=row.name,
                year=self.figures.year,
                baseline=as_cell(measured.baseline, row.baseline_text, is_percent=row.is_percent),
                targets={year: targets.get((row.id, year), EMPTY) for year in years},
                realization=as_cell(
                    measured.realization, row.realization_text, is_percent=row.is_percent
                ),
                responsible=row.responsible,
                unit_unknown=row.id in unknown,
                unit_elsewhere=row.id in elsewhere,
                kind=measured.kind,
                kind_confirmed=row.kind_confirmed,
                direction=measured.direction,
                reported_as=measured.reported_as,
                is_count=row.measure == Indicator.Measure.COUNT,
                last=last.get(row.id, EMPTY),
            )

    def _beside(self) -> tuple[dict[tuple[int, int], Cell], dict[int, Cell]]:
        """Return the targets by indicator and year, and what the year before brought; one query.

        What was not sent yet is nobody else's to read, so it does not count as last year's.
        """
        percents = {row.id: row.is_percent for row in self.figures.rows}
        columns = ("indicator_id", "year", "value", "text", "is_target")
        planned = Target.objects.filter(**self._scope()).annotate(is_target=Value(1))
        sent = Realization.objects.filter(
            **self._scope(), year=self.figures.year - 1, state__in=SENT
        ).annotate(is_target=Value(0))
        targets: dict[tuple[int, int], Cell] = {}
        last: dict[int, Cell] = {}
        rows = planned.order_by().values_list(*columns)
        for indicator, year, value, text, is_target in rows.union(
            sent.order_by().values_list(*columns), all=True
        ):
            cell = as_cell(value, text, is_percent=percents.get(indicator, False))
            if is_target:
                targets[indicator, year] = cell
            else:
                last[indicator] = cell
        return targets, last

    def _scope(self) -> dict[str, Any]:
        """Return which indicators' targets and values are read."""
        return {"indicator__activity__plan": self.figures.plan}

    def _misplaced(self) -> tuple[set[int], set[int]]:
        """Return the rows whose responsible units are unknown, and those not of their section.

        A unit is elsewhere when none of those named is the section's unit or its department.
        """
        plan = self.figures.plan
        of_activity, own = _responsible_units(plan)
        unknown, elsewhere = set(), set()
        for row in self.figures.rows:
            named = own.get(row.id) or of_activity.get(row.activity_id) or []
            if any(to_check for _unit, _parent, to_check in named):
                unknown.add(row.id)
            units = {unit for unit, _parent, _check in named}
            parents = {parent for _unit, parent, _check in named}
            if named and not (units | parents) & {row.unit.id, row.department.id}:
                elsewhere.add(row.id)
        return unknown, elsewhere


class DeskFindings(YearFindings):
    """What a unit's own rows raise while it enters them, drafts included; nothing is kept.

    Only what the person at the desk can settle is asked; what the plan's rows tell together is
    asked in review.
    """

    alone = True
    is_kept = False

    def __init__(self, figures: Figures) -> None:
        self.figures = figures
        self.key = ""

    def supposing(
        self, proposal: Mapping[Any, Measurement], texts: Mapping[int, str] | None = None
    ) -> DeskFindings:
        """Return what the unit would be asked if its rows held other numbers."""
        return DeskFindings(super().supposing(proposal, texts).figures)

    def _scope(self) -> dict[str, Any]:
        return {"indicator__in": [row.id for row in self.figures.rows]}

    def _misplaced(self) -> tuple[set[int], set[int]]:
        """Return nothing: whose row it is, is asked in review."""
        return set(), set()


class _SupposedFindings(YearFindings):
    """What numbers would raise that are not stored, so that nothing of it is kept."""


# Answers after which the rows of a slip are read as they stand, one by one.
KEEPS_READING = ("correct_as_written",)


def _fitting(answer: GivenAnswer | None, finding: Finding) -> GivenAnswer | None:
    """Return the answer if it was given to these very numbers; else the question is open again."""
    if answer is None or answer.digest not in ("", finding.digest):
        return None
    return answer


Units = defaultdict[int, list[tuple[int | None, int | None, bool]]]


def _responsible_units(plan: Plan) -> tuple[Units, Units]:
    """Return the responsible units by activity, and by indicator where its row brought its own.

    Each is the department's id, that of the one above it, and whether it is to be checked.
    """
    columns = ("owner", "parent", "department_id", "department__parent_id", "to_check")
    activities = ActivityUnit.objects.filter(activity__plan=plan, role=Role.RESPONSIBLE).annotate(
        owner=Value("activity"), parent=F("activity_id"), to_check=F("institution__to_check")
    )
    indicators = IndicatorUnit.objects.filter(
        indicator__activity__plan=plan, role=Role.RESPONSIBLE
    ).annotate(
        owner=Value("indicator"), parent=F("indicator_id"), to_check=F("institution__to_check")
    )
    found: dict[str, Units] = {"activity": defaultdict(list), "indicator": defaultdict(list)}
    rows = activities.order_by().values_list(*columns)
    for owner, key, department, above, to_check in rows.union(
        indicators.order_by().values_list(*columns), all=True
    ):
        found[owner][key].append((department, above, bool(to_check)))
    return found["activity"], found["indicator"]
