"""What one line of the entry page shows, ready for its template."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from activities import formats
from activities.wording import say
from entry.actions import Outcome, Result
from entry.content import OTHER, PARTS, TEXTS, Content, of
from entry.desk import Desk, Line
from findings import answers
from findings.cards import FindingCard, buttons_of
from findings.checks.finding import Answer
from findings.year import RaisedFinding
from indicators import kinds, steps
from indicators.achievement import Badge, Kind, Status, badges, needs_reason, rate
from indicators.choices import DIRECTIONS
from indicators.explanations import Explanation, explain
from indicators.figures import Figure, Figures
from indicators.labels import deviation_points
from indicators.models import Realization
from indicators.progress import Counts, Standing, count, standing_of
from pages.answering import AnswerPreview

State = Realization.State
PART_LABELS = {
    "women": gettext_lazy("Women"),
    "men": gettext_lazy("Men"),
    "others": gettext_lazy("Others"),
}
FIELD_LABELS = {
    "written": gettext_lazy("Figure"),
    "absence": gettext_lazy("Why there is no figure"),
    "deviation_reason": gettext_lazy("Deviation reason"),
    "measure_to_take": gettext_lazy("Measure to take"),
    **PART_LABELS,
}
KIND_LABELS = {
    "count": gettext_lazy("Counted from zero each year"),
    "level": gettext_lazy("Total (cumulative)"),
    "added": gettext_lazy("Cumulative; only what this year added is reported"),
    "ratio": gettext_lazy("Ratio"),
    "deliverable": gettext_lazy("A single output"),
}


@dataclass(frozen=True, slots=True)
class KindChoice:
    """One way to read an indicator's number, as a button."""

    code: str
    label: str
    effect: str
    is_given: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of which two people have written different things."""

    label: str
    mine: str
    stored: str


@dataclass
class Row:
    """One line; ``result`` is what became of what was just sent."""

    desk: Desk
    line: Line
    figures: Figures
    raised: list[RaisedFinding] = field(default_factory=list)
    result: Result | None = None
    confirming: AnswerPreview | None = None
    # Why the kind that was just chosen is not stored, and the page that says more.
    kind_problem: str = ""
    kind_url: str = ""

    # The template asks for these often.
    figure: Figure = field(init=False)
    value: Realization | None = field(init=False)
    content: Content = field(init=False)
    is_editable: bool = field(init=False)
    findings: list[FindingCard] = field(init=False)

    def __post_init__(self) -> None:
        self.figure, self.value = self.line.figure, self.line.value
        self.content = of(self.value)
        self.is_editable = steps.why_not_save(self.line.door, self.value) is None
        self.findings = [self.ask(finding) for finding in self.raised]

    @property
    def pk(self) -> int:
        return self.figure.id

    @property
    def seen(self) -> int:
        return self.value.version if self.value else 0

    @property
    def url(self) -> str:
        return f"{self.desk.url}cells/{self.pk}/"

    # --- the field ---

    def field_text(self, name: str) -> str:
        """Return what a field shows: what was typed and not kept, else what is stored."""
        if self.result is not None and not self.result.is_kept and name in self.result.typed:
            return self.result.typed[name]
        return self.content.shown(name, is_percent=self.figure.is_percent)

    @property
    def written(self) -> str:
        return self.field_text("written")

    @property
    def absence(self) -> str:
        return self.field_text("absence")

    @property
    def deviation_reason(self) -> str:
        return self.field_text("deviation_reason")

    @property
    def measure_to_take(self) -> str:
        return self.field_text("measure_to_take")

    @property
    def parts(self) -> list[tuple[str, str, str]]:
        """Return name, label and text of women, men and others; none where nobody is counted."""
        if not self.line.counts_people:
            return []
        return [(name, str(PART_LABELS[name]), self.field_text(name)) for name in PARTS]

    @property
    def errors(self) -> dict[str, str]:
        return self.result.errors if self.result else {}

    @property
    def error(self) -> str:
        return " ".join(self.errors.values())

    @property
    def is_invalid(self) -> bool:
        return bool(self.result and self.result.outcome is Outcome.REFUSED)

    @property
    def has_conflict(self) -> bool:
        return bool(self.result and self.result.outcome is Outcome.CONFLICT)

    @property
    def differences(self) -> list[Difference]:
        """Return what this person wrote beside what is stored now, where they differ."""
        if self.result is None or self.result.mine is None:
            return []
        mine, is_percent = self.result.mine, self.figure.is_percent
        found = []
        for name, label in FIELD_LABELS.items():
            pair = [
                _absence_label(each.absence)
                if name == "absence"
                else each.shown(name, is_percent=is_percent)
                for each in (mine, self.content)
            ]
            if pair[0] != pair[1]:
                found.append(Difference(str(label), pair[0], pair[1]))
        return found

    @property
    def written_by(self) -> str:
        """Return who wrote what is stored, and when."""
        if self.value is None:
            return ""
        person = self.value.entered_by
        name = (person.get_full_name() or person.get_username()) if person else ""
        when = moment(self.value.entered_at)
        return f"{name}, {when}" if name else when

    # --- what it comes to ---

    @cached_property
    def standing(self) -> Standing:
        """Return where the row stands in the words that every page counts in."""
        return standing_of(
            self.figure, self.value, in_doubt=any(each.blocks for each in self.raised)
        )

    @property
    def is_entered(self) -> bool:
        return self.standing.is_said

    @property
    def counts_as_entered(self) -> bool:
        """Whether the row is one of those that the page counts: due, and something said."""
        return self.standing.is_due and self.standing.is_said

    @property
    def is_awaited(self) -> bool:
        """Whether the value is simply still to come."""
        return self.figure.achievement.status is Status.NOT_REPORTED

    @property
    def badges(self) -> list[Badge]:
        """Return the badges; that of a deviation is told by the fields that ask for its reason."""
        found = badges(self.figure.measurement, self.figure.achievement)
        return [badge for badge in found if badge is not Badge.DEVIATION]

    @property
    def needs_reason(self) -> bool:
        value = self.figure.achievement.value
        return value is not None and needs_reason(value)

    @property
    def achievement(self) -> Decimal | None:
        return self.figure.achievement.value

    @property
    def lacks_reason(self) -> bool:
        """Whether the deviation asks for a reason, or for a measure, that is not there."""
        return steps.lacks_reason(self.value, self.achievement) or steps.lacks_measure(
            self.value, self.achievement
        )

    @property
    def may_explain(self) -> bool:
        """Whether reason and measure can be written now, be it after the number was sent."""
        return steps.why_not_explain(self.line.door, self.value) is None

    @property
    def is_reason_asked(self) -> bool:
        return self.value is not None and self.value.reason_asked_at is not None

    @property
    def shows_reason(self) -> bool:
        """Whether the row asks for the reason of a deviation, or holds one."""
        return (
            self.needs_reason
            or bool(self.content.deviation_reason or self.content.measure_to_take)
            or any(name in self.errors for name in TEXTS)
            or self.absence == OTHER
        )

    @property
    def reason_hint(self) -> str:
        if not self.needs_reason:
            return ""
        ratio = formats.percent(
            self.figure.achievement.value, get_language() or "tr", limits=self.desk.limits
        )
        return _(
            "More than %(points)s points off the target (%(ratio)s). The reason is asked for both "
            "ways; without it the row cannot be sent."
        ) % {"points": deviation_points(), "ratio": ratio}

    @property
    def has_more(self) -> bool:
        """Whether anything stands below the line itself; most rows are one line."""
        return bool(
            self.findings
            or self.confirming
            or self.line.counts_people
            or self.returned_note
            or (self.result is not None and not self.result.is_kept)
            or self.shows_reason
        )

    @property
    def is_other(self) -> bool:
        return self.absence == OTHER

    @property
    def absence_label(self) -> str:
        return _absence_label(self.content.absence)

    @property
    def explanation(self) -> Explanation:
        return explain(
            self.figure.measurement,
            self.figure.achievement,
            is_percent=self.figure.is_percent,
            kind_confirmed=self.figure.kind_confirmed,
            limits=self.desk.limits,
        )

    # --- its state ---

    @property
    def open_questions(self) -> int:
        return sum(card.finding.is_open for card in self.findings)

    @property
    def is_kept_back(self) -> bool:
        """Whether an open question keeps the value from being approved."""
        return any(card.finding.blocks for card in self.findings)

    @property
    def css(self) -> str:
        if self.result is not None and not self.result.is_kept:
            return "unsaved"
        if self.open_questions:
            return "asked"
        if self.waits_at_desk:
            return "returned"
        return "saved" if self.is_entered else ""

    @property
    def saved(self) -> tuple[str, str]:
        """Return the icon and the words of what became of the value; empty for none."""
        if self.result is not None and not self.result.is_kept:
            return "x", _("Not saved")
        value = self.value
        if value is None or not self.is_entered:
            return "", ""
        if value.state == State.SUBMITTED:
            return "mail", _("Sent %(when)s") % {"when": moment(value.submitted_at)}
        if value.state == State.APPROVED:
            return "met", _("Approved")
        if self.waits_at_desk:
            return "back", _("Returned")
        return "check", _("Saved %(when)s") % {"when": moment(value.entered_at)}

    @property
    def waits_at_desk(self) -> bool:
        """Whether the value was returned and nobody has written on it since."""
        value = self.value
        if value is None or value.state != State.RETURNED:
            return False
        return value.decided_at is None or value.entered_at <= value.decided_at

    @property
    def returned_note(self) -> str:
        value = self.value
        return value.note if value is not None and value.state == State.RETURNED else ""

    @property
    def returned_by(self) -> str:
        value = self.value
        if value is None or value.decided_by is None:
            return ""
        name = value.decided_by.get_full_name() or value.decided_by.get_username()
        return f"{name}, {moment(value.decided_at)}"

    # --- how its number is read ---

    @property
    def kind_question(self) -> str:
        """Return the one question that settles the kind, with the row's own numbers."""
        figure = self.figure
        measured = figure.measurement
        a, b = (
            formats.amount(each, get_language() or "tr", percent=figure.is_percent)
            for each in (measured.baseline, measured.target)
        )
        if figure.is_percent and b:
            return _(
                "Target: %(target)s. Is it a ratio that is measured anew each year, or something "
                "that grows over the years?"
            ) % {"target": b}
        if a and b:
            return _(
                "Baseline: %(baseline)s, target: %(target)s. Should the number stand at "
                "%(target)s in all at the end of the year, or does counting start from zero each "
                "year, so that %(target)s are to be reached in this year alone?"
            ) % {"baseline": a, "target": b}
        if b:
            return _(
                "Target: %(target)s. Is it counted from zero each year, or does it grow over the "
                "years?"
            ) % {"target": b}
        return _("Is it counted from zero each year, or does it grow over the years?")

    @property
    def kind_choices(self) -> list[KindChoice]:
        measured = self.figure.measurement
        now = (measured.kind, measured.reported_as)
        return [
            KindChoice(
                code,
                str(KIND_LABELS[code]),
                self._effect(replace(measured, kind=kind, reported_as=reported_as)),
                self.figure.kind_confirmed and now == (kind, reported_as),
            )
            for code, (kind, reported_as) in kinds.CHOICES.items()
            # A percent is not an output, and a count is no ratio unless somebody says so.
            if (kind is Kind.RATIO) == self.figure.is_percent
            or kind == measured.kind
            or (self.figure.is_percent and kind is Kind.LEVEL)
        ]

    @property
    def directions(self) -> list[tuple[str, str, bool]]:
        now = self.figure.measurement.direction
        return [(each.value, str(label), each == now) for each, label in DIRECTIONS.items()]

    # --- its questions ---

    def ask(self, finding: RaisedFinding) -> FindingCard:
        """Return a finding with its answers as buttons, each with what it makes of the ratio."""
        # An answer that reads the row as it is leaves its ratio where it is.
        rereads = any(answer.proposal for answer in finding.answers)

        def ratio(answer: Answer) -> str:
            measured = answer.proposal.get(self.pk) or self.figure.measurement
            return self._effect(measured) if rereads else ""

        def allowed(answer: Answer) -> bool:
            return answers.allows(finding, answer, changes_planned=self.desk.reviews)

        buttons = buttons_of(finding, allowed, ratio)
        return FindingCard(finding, say(finding.sentence), buttons=buttons)

    def _effect(self, measured: object) -> str:
        """Return the ratio now and under another reading: "%23,3 → %100,0"; "" for no ratio."""
        figures = self.figures
        after = rate(measured, method=figures.method, bands=figures.bands).value  # type: ignore[arg-type]
        return _shift(self.figure.achievement.value, after, self.desk.limits)


def _shift(before: Decimal | None, after: Decimal | None, limits: tuple[Decimal, ...]) -> str:
    if before is None and after is None:
        return ""
    language = get_language() or "tr"
    old, new = (formats.percent(each, language, limits=limits) for each in (before, after))
    return _("stays %(ratio)s") % {"ratio": old} if old == new else f"{old} → {new}"


def _absence_label(code: str) -> str:
    return str(Realization.Absence(code).label) if code in Realization.Absence.values else ""


def moment(when: datetime.datetime | None) -> str:
    """Return a time of today as "14.32", another day as "5 Kasım"; "" for none."""
    if when is None:
        return ""
    local = timezone.localtime(when)
    today = timezone.localdate()
    if local.date() == today:
        return date_format(local, "H.i")
    return date_format(local, "j F" if local.year == today.year else "j F Y")


@dataclass(frozen=True, slots=True)
class Group:
    """The lines of one activity; ``unit`` is named where another unit's begin."""

    unit: str
    code: str
    title: str
    rows: list[Row]


def grouped(rows: Iterable[Row]) -> list[Group]:
    """Return the rows by activity, in printed order."""
    groups: list[Group] = []
    last: tuple[int, int] | None = None
    unit = None
    for row in rows:
        key = (row.figure.unit.id, row.figure.activity_id)
        if key != last:
            own = row.figure.unit
            heading = f"{own.number}. {own.name}" if own.id != unit else ""
            groups.append(Group(heading, row.figure.code, row.figure.title, []))
            last, unit = key, own.id
        groups[-1].rows.append(row)
    return groups


class Progress:
    """How far the entry has come, over the lines of a page."""

    def __init__(self, rows: list[Row], wide: int = 0) -> None:
        self.rows = rows
        self.wide = wide

    @cached_property
    def counts(self) -> Counts:
        """Return the words of progress of these lines, as the list and the review say them."""
        return count(row.standing for row in self.rows)

    @property
    def percent(self) -> str:
        """Return the width of the bar for an SVG attribute."""
        counts = self.counts
        return str(round(100 * counts.said / counts.due)) if counts.due else "0"

    @cached_property
    def findings(self) -> int:
        """Count the open questions, with those that are about several rows at once."""
        return self.wide + sum(row.open_questions for row in self.rows)

    @property
    def unconfirmed(self) -> int:
        return sum(not row.figure.kind_confirmed and row.is_editable for row in self.rows)

    @property
    def returned(self) -> list[Row]:
        return [row for row in self.rows if row.is_editable and row.waits_at_desk]

    @property
    def asking(self) -> list[Row]:
        return [row for row in self.rows if row.open_questions]

    @property
    def lacking(self) -> list[Row]:
        return [row for row in self.rows if row.is_editable and row.lacks_reason]

    @property
    def missing(self) -> list[Row]:
        return [row for row in self.rows if row.is_editable and row.standing.is_missing]

    @property
    def ready(self) -> list[Row]:
        """Return what can be sent."""
        return [
            row
            for row in self.rows
            if steps.why_not_send(row.value, row.line.door, row.achievement) is None
        ]
