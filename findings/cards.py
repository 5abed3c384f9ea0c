"""Findings as pages show them: their sentence, their answers as buttons, what these would do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from activities.sentences import Sentence
from activities.wording import say
from findings import answers
from findings.checks.finding import COUNTED_TWICE, Answer, Severity
from findings.year import AnswerEffect, RaisedFinding, YearFindings
from indicators.figures import Figure

if TYPE_CHECKING:
    from accounts.models import User

SEVERITY_LABELS = {
    Severity.BLOCKING: _("Keeps from approval"),
    Severity.QUESTION: _("Question"),
    Severity.INFORMATION: _("For information"),
}


@dataclass(frozen=True, slots=True)
class AnswerButton:
    """One answer as a button; ``effect`` is None where nobody asked for it."""

    answer: Answer
    effect: AnswerEffect | None
    is_given: bool


@dataclass(frozen=True, slots=True)
class FindingCard:
    """One finding as pages show it; ``offers`` are the answers that the reader may give."""

    finding: RaisedFinding
    sentence: str
    effects: list[AnswerEffect]
    buttons: tuple[AnswerButton, ...] = ()

    @property
    def first(self) -> Figure:
        return self.finding.figures[0]

    @property
    def given_label(self) -> Sentence | None:
        """Return the words of the answer that was given; None without one."""
        if self.finding.given is None:
            return None
        labels = {answer.code: answer.label for answer in self.finding.answers}
        return labels.get(self.finding.given.answer)


def card_of(
    findings: YearFindings, finding: RaisedFinding, person: User | None = None
) -> FindingCard:
    """Return a finding for a page, with buttons for the answers that the person may give."""
    # What would change is worked out where a person must choose between readings.
    blocking = finding.severity is Severity.BLOCKING
    effects = findings.effects(finding) if blocking else []
    buttons = () if person is None else tuple(_buttons(finding, effects, person))
    return FindingCard(finding, say(finding.sentence), effects, buttons)


def _buttons(
    finding: RaisedFinding, effects: list[AnswerEffect], person: User
) -> list[AnswerButton]:
    by_code = {effect.answer.code: effect for effect in effects}
    given = finding.given.answer if finding.given else ""
    return [
        AnswerButton(answer, by_code.get(answer.code), answer.code == given)
        for answer in finding.answers
        if answers.may_give(finding, answer, person)
    ]


def needs_asking(finding: RaisedFinding, answer: Answer) -> bool:
    """Whether a person is shown what an answer changes, and asked, before it is given."""
    return bool(
        answers.changes(finding, answer)
        or answers.recounted(finding, once=False)
        or (finding.check in answers.COUNTABLE and answer.code == COUNTED_TWICE)
    )
