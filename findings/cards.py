"""Findings as pages show them: their sentence, their answers as buttons, what these would do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
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
    why_not: Sentence | None = None
    ratio: str = ""


@dataclass(frozen=True, slots=True)
class FindingCard:
    """One finding as pages show it, with the answers that the reader may give as buttons."""

    finding: RaisedFinding
    sentence: str
    effects: list[AnswerEffect] = field(default_factory=list)
    buttons: tuple[AnswerButton, ...] = ()
    refused: tuple[AnswerButton, ...] = ()

    @property
    def why_not(self) -> list[str]:
        """Return why some answers cannot be given, each sentence once."""
        return list(dict.fromkeys(say(each.why_not) for each in self.refused if each.why_not))

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
        if person is None or not answers.is_hers(finding, person)
        else buttons_of(
            finding, lambda answer: answers.why_not_give(finding, answer, person, findings)
        )
    )
    buttons = tuple(replace(one, effect=by_code.get(one.answer.code)) for one in buttons)
    return card_with(finding, buttons, effects)


def card_with(
    finding: RaisedFinding, buttons: Iterable[AnswerButton], effects: Sequence[AnswerEffect] = ()
) -> FindingCard:
    """Return a card with its buttons, those that the reader may not press apart."""
    given: list[AnswerButton] = []
    refused: list[AnswerButton] = []
    for button in buttons:
        (given if button.why_not is None else refused).append(button)
    return FindingCard(finding, say(finding.sentence), list(effects), tuple(given), tuple(refused))


def buttons_of(
    finding: RaisedFinding,
    why_not: Callable[[Answer], Sentence | None],
    ratio: Callable[[Answer], str] = lambda answer: "",
) -> tuple[AnswerButton, ...]:
    """Return every answer to a finding as a button."""
    given = finding.given.answer if finding.given else ""
    return tuple(
        AnswerButton(answer, None, answer.code == given, why_not(answer), ratio(answer))
        for answer in finding.answers
    )


def needs_asking(finding: RaisedFinding, answer: Answer) -> bool:
    """Whether a person is shown what an answer changes, and asked, before it is given."""
    return bool(
        answers.changes(finding, answer)
        or answers.recounted(finding, once=False)
        or (finding.check in answers.COUNTABLE and answer.code == COUNTED_TWICE)
    )
