"""Findings as pages show them: their sentence, their answers as buttons, what these would do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
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
    Severity.BLOCKING: _("Keeps from verification"),
    Severity.QUESTION: _("Question"),
    Severity.INFORMATION: _("For information"),
}


@dataclass(frozen=True, slots=True)
class AnswerButton:
    """One answer as a button.

    ``effect`` is what it does to the means, None where nobody asked for it; ``ratio`` what it
    does to the row's own ratio, in words. One that the reader may not give is told as such.
    """

    answer: Answer
    effect: AnswerEffect | None
    is_given: bool
    may_give: bool = True
    ratio: str = ""


@dataclass(frozen=True, slots=True)
class FindingCard:
    """One finding as pages show it, with the answers that the reader may give as buttons."""

    finding: RaisedFinding
    sentence: str
    effects: list[AnswerEffect] = field(default_factory=list)
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
    by_code = {effect.answer.code: effect for effect in effects}
    buttons = (
        ()
        if person is None
        else buttons_of(finding, lambda answer: answers.may_give(finding, answer, person))
    )
    return FindingCard(
        finding,
        say(finding.sentence),
        effects,
        tuple(
            replace(button, effect=by_code.get(button.answer.code))
            for button in buttons
            if button.may_give
        ),
    )


def buttons_of(
    finding: RaisedFinding,
    may_give: Callable[[Answer], bool],
    ratio: Callable[[Answer], str] = lambda answer: "",
) -> tuple[AnswerButton, ...]:
    """Return every answer to a finding as a button."""
    given = finding.given.answer if finding.given else ""
    return tuple(
        AnswerButton(answer, None, answer.code == given, may_give(answer), ratio(answer))
        for answer in finding.answers
    )


def needs_asking(finding: RaisedFinding, answer: Answer) -> bool:
    """Whether a person is shown what an answer changes, and asked, before it is given."""
    return bool(
        answers.changes(finding, answer)
        or answers.recounted(finding, once=False)
        or (finding.check in answers.COUNTABLE and answer.code == COUNTED_TWICE)
    )
