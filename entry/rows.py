"""One line of the entry page, ready for its template."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from activities import formats
from activities.sentences import Sentence
from entry.actions import Result
from entry.content import Content, of
from entry.desk import Desk, Line
from entry.fields import RowFields
from entry.kind_question import KindQuestion
from entry.reason import RowReason
from entry.state import RowState
from findings import answers
from findings.cards import FindingCard, buttons_of, card_with
from findings.checks.finding import Answer
from findings.year import Ground, RaisedFinding
from indicators import steps
from indicators.achievement import Badge, Measurement, Status, badges, rate
from indicators.explanations import Explanation, explain
from indicators.figures import Figure, Figures
from indicators.models import Realization
from indicators.progress import Standing, standing_of
from pages.answering import AnswerPreview


@dataclass
class EntryRow:
    """One line; ``result`` is what became of what was just sent.

    What its fields, its reason, its state and its kind show is told by its parts.
    """

    desk: Desk
    line: Line
    figures: Figures
    raised: list[RaisedFinding] = field(default_factory=list)
    result: Result | None = None
    confirming: AnswerPreview | None = None

    # The template asks for these often.
    figure: Figure = field(init=False)
    value: Realization | None = field(init=False)
    content: Content = field(init=False)
    is_editable: bool = field(init=False)
    findings: list[FindingCard] = field(init=False)
    fields: RowFields = field(init=False)
    state: RowState = field(init=False)

    def __post_init__(self) -> None:
        self.figure, self.value = self.line.figure, self.line.value
        self.content = of(self.value)
        self.is_editable = steps.why_not_save(self.line.door, self.value) is None
        self.findings = [self.ask(finding) for finding in self.raised]
        self.fields = RowFields(self.line, self.content, self.result)
        self.state = RowState(self.value, self.standing, self.result, self.open_questions)

    @property
    def pk(self) -> int:
        return self.figure.id

    @property
    def seen(self) -> int:
        return self.value.version if self.value else 0

    @property
    def url(self) -> str:
        return f"{self.desk.url}cells/{self.pk}/"

    @cached_property
    def reason(self) -> RowReason:
        return RowReason(self.line, self.fields, self.desk.limits)

    @cached_property
    def kind(self) -> KindQuestion:
        ratio = self.ratio_words if self.desk.reviews else None
        return KindQuestion(self.figure, self.pk, self.desk.year, ratio)

    @cached_property
    def standing(self) -> Standing:
        """Return where the row stands in the words that every page counts in."""
        return standing_of(
            self.figure,
            self.value,
            in_doubt=any(each.blocks for each in self.raised),
            looked_at=bool(self.line.is_looked_at),
        )

    @property
    def can_be_recalled(self) -> bool:
        """Whether this person can take back now what her unit sent."""
        return self.why_not_recall is None

    @property
    def why_not_recall(self) -> Sentence | None:
        return steps.why_not_recall(
            self.value,
            self.desk.person,
            self.figure.unit.id,
            self.line.door,
            is_looked_at=self.line.is_looked_at is not False,
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
    def has_more(self) -> bool:
        """Whether anything stands below the line itself; most rows are one line."""
        return bool(
            self.findings
            or self.confirming
            or self.line.counts_people
            or self.line.correction
            or self.state.returned_note
            or (self.result is not None and not self.result.is_kept)
            or self.reason.is_shown
        )

    @property
    def explanation(self) -> Explanation:
        return explain(
            self.figure.measurement,
            self.figure.achievement,
            is_percent=self.figure.is_percent,
            kind_confirmed=self.figure.kind_confirmed,
            limits=self.desk.limits,
        )

    @property
    def open_questions(self) -> int:
        return sum(card.finding.is_open for card in self.findings)

    @property
    def is_returned(self) -> bool:
        """Whether the value came back and waits to be looked at again."""
        return self.is_editable and self.state.waits_at_desk

    @property
    def is_lacking(self) -> bool:
        """Whether a reason is asked that is not given, and can be given."""
        return self.is_editable and self.reason.is_lacking

    @property
    def is_reason_awaited(self) -> bool:
        """Whether a reviewer waits for the reason, which can be written beside a sent number."""
        return not self.is_editable and self.reason.is_requested and self.reason.can_be_written

    @property
    def takes_anything(self) -> bool:
        """Whether anything can be written on the row now: the number, or its reason alone."""
        return self.is_editable or self.reason.can_be_written

    @property
    def is_sent(self) -> bool:
        return self.standing.is_sent

    @property
    def is_missing(self) -> bool:
        """Whether nothing is said that is due, and can be said."""
        return self.is_editable and self.standing.is_missing

    @property
    def is_unconfirmed(self) -> bool:
        """Whether nobody has said how the indicator is counted, and it can be said."""
        return self.is_editable and not self.figure.kind_confirmed

    @property
    def is_kept_back(self) -> bool:
        """Whether an open question keeps the value from being approved."""
        return any(card.finding.blocks for card in self.findings)

    def ask(self, finding: RaisedFinding) -> FindingCard:
        """Return a finding with its answers as buttons, each with what it makes of the ratio."""
        # An answer that reads the row as it is leaves its ratio where it is.
        rereads = any(answer.proposal for answer in finding.answers)

        def ratio(answer: Answer) -> str:
            measured = answer.proposal.get(self.pk) or self.figure.measurement
            return self.ratio_words(measured) if rereads else ""

        ground = Ground(
            {self.pk: self.value.state} if self.value else {},
            {self.figure.unit.id: self.line.door.why} if self.line.door.why else {},
        )

        def why_not(answer: Answer) -> Sentence | None:
            return answers.why_closed(finding, answer, ground, reviews=self.desk.reviews)

        return card_with(finding, buttons_of(finding, why_not, ratio))

    def ratio_words(self, measured: Measurement) -> str:
        """Return the ratio now and under another reading: "%23,3 → %100,0"; "" for no ratio."""
        figures = self.figures
        after = rate(measured, method=figures.method, bands=figures.bands).value
        return _shift(self.figure.achievement.value, after, self.desk.limits)


def _shift(before: Decimal | None, after: Decimal | None, limits: tuple[Decimal, ...]) -> str:
    if before is None and after is None:
        return ""
    language = get_language() or "tr"
    old, new = (formats.percent(each, language, limits=limits) for each in (before, after))
    return _("stays %(ratio)s") % {"ratio": old} if old == new else f"{old} → {new}"
