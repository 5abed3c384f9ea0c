"""How findings are asked: their words, their answers as buttons, and what these would change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from activities.sentences import Sentence
from activities.wording import say
from findings import answers
from findings.checks.finding import COUNTED_TWICE, Answer, Severity
from findings.year import Asked, Effect, Questions
from indicators.figures import Figure

if TYPE_CHECKING:
    from accounts.models import User

SEVERITY_LABELS = {
    Severity.BLOCKING: _("Keeps from approval"),
    Severity.QUESTION: _("Question"),
    Severity.INFORMATION: _("For information"),
}


@dataclass(frozen=True, slots=True)
class Offer:
    """One answer as a button; ``effect`` is None where nobody asked for it."""

    answer: Answer
    effect: Effect | None
    is_given: bool


@dataclass(frozen=True, slots=True)
class Question:
    """One finding as pages show it; ``offers`` are the answers that the reader may give."""

    asked: Asked
    sentence: str
    effects: list[Effect]
    offers: tuple[Offer, ...] = ()

    @property
    def first(self) -> Figure:
        return self.asked.figures[0]

    @property
    def given_label(self) -> Sentence | None:
        """Return the words of the answer that was given; None without one."""
        if self.asked.answer is None:
            return None
        labels = {answer.code: answer.label for answer in self.asked.finding.answers}
        return labels.get(self.asked.answer.answer)


def question(questions: Questions, asked: Asked, person: User | None = None) -> Question:
    """Return a finding for a page, with buttons for the answers that the person may give."""
    # What would change is worked out where a person must choose between readings.
    blocking = asked.finding.severity is Severity.BLOCKING
    effects = questions.effects(asked) if blocking else []
    offers = () if person is None else tuple(_offers(asked, effects, person))
    return Question(asked, say(asked.finding.sentence), effects, offers)


def _offers(asked: Asked, effects: list[Effect], person: User) -> list[Offer]:
    by_code = {effect.answer.code: effect for effect in effects}
    given = asked.answer.answer if asked.answer else ""
    return [
        Offer(answer, by_code.get(answer.code), answer.code == given)
        for answer in asked.finding.answers
        if answers.may_give(asked, answer, person)
    ]


def needs_asking(asked: Asked, answer: Answer) -> bool:
    """Whether a person is shown what an answer changes, and asked, before it is given."""
    return bool(
        answers.changes(asked, answer)
        or answers.recounted(asked, once=False)
        or (asked.finding.check in answers.COUNTABLE and answer.code == COUNTED_TWICE)
    )
