"""Open questions of one kind together, and what one answer to all of them would change."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from activities.sentences import Sentence
from findings import answers
from findings.checks.finding import (
    COUNTED_TWICE,
    INCREMENTS,
    Answer,
    Check,
    Severity,
)
from findings.plan_year import PlanYear
from findings.words import of_any_row
from findings.year import AnswerEffect, MeanChange, RaisedFinding
from indicators import kinds as kinds_of
from indicators.achievement import Measurement
from indicators.figures import Figure
from indicators.models import Indicator
from pages import answering

if TYPE_CHECKING:
    from accounts.models import User


def kind_of(check: Check) -> str:
    """Return under which kind a check asks; both increment checks ask the same."""
    return "increment" if check in INCREMENTS else check.value


@dataclass(frozen=True, slots=True)
class Offer:
    """An answer that can be given to several questions of a kind at once."""

    code: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Kind:
    """The open questions of one kind, with the answers that this person may give."""

    code: str
    findings: list[RaisedFinding]
    offers: list[Offer]

    @property
    def label(self) -> str:
        if self.code == "increment":
            return _("Increment or total?")
        return _(self.findings[0].check.label)

    @property
    def rows(self) -> int:
        return len({figure.id for finding in self.findings for figure in finding.figures})

    @property
    def codes(self) -> list[str]:
        """Return the codes of the activities that are asked about, each once."""
        return list(dict.fromkeys(row.code for one in self.findings for row in one.figures))

    @property
    def is_blocking(self) -> bool:
        return self.findings[0].severity is Severity.BLOCKING

    @property
    def is_countable(self) -> bool:
        """Whether a value can be counted once after it, which is looked at pair by pair."""
        return self.findings[0].check in answers.COUNTABLE


def kinds(here: PlanYear, person: User) -> list[Kind]:
    """Return the open questions by kind, those that hold values up first; no query of its own."""
    found: dict[str, list[RaisedFinding]] = {}
    for finding in here.findings.raised:
        if finding.is_open and finding.severity is not Severity.INFORMATION:
            found.setdefault(kind_of(finding.check), []).append(finding)
    listed = [Kind(code, own, list(_offers(here, own, person))) for code, own in found.items()]
    return sorted(listed, key=lambda kind: not kind.is_blocking)


def _offers(here: PlanYear, findings: Iterable[RaisedFinding], person: User) -> Iterator[Offer]:
    by_code: dict[str, list[Answer]] = {}
    for finding in findings:
        for answer in finding.answers:
            if _why_not(here, finding, answer, person) is None:
                by_code.setdefault(answer.code, []).append(answer)
    for code, own in by_code.items():
        if code != COUNTED_TWICE:
            yield Offer(code, of_any_row(own), len(own))


def _why_not(
    here: PlanYear, finding: RaisedFinding, answer: Answer, person: User
) -> Sentence | None:
    return answers.why_not_give(finding, answer, person, here.findings)


@dataclass(frozen=True, slots=True)
class AskedRow:
    """One row of a question, with its achievement before and after the answer, fractions."""

    figure: Figure
    before: Decimal | None
    after: Decimal | None


@dataclass(slots=True)
class Asked:
    """One question with what the answer does to it alone; ticked unless a person unticks it.

    ``changed`` says that it is not the one she saw any more.
    """

    finding: RaisedFinding
    rows: list[AskedRow]
    effect: AnswerEffect
    is_selected: bool = True
    is_changed: bool = False

    @property
    def token(self) -> str:
        """Return what a form sends to name the question as it was seen."""
        return f"{self.finding.digest}:{self.finding.figures[0].id}:{self.finding.key}"


class OneAnswer:
    """One answer to the open questions of a kind that have it and that the person may answer."""

    def __init__(self, here: PlanYear, kind: Kind, offer: Offer, person: User) -> None:
        self.here, self.kind, self.offer, self.person = here, kind, offer, person

    @cached_property
    def asked(self) -> list[Asked]:
        """Return the questions in printed order, each with what the answer does to it alone."""
        return [
            Asked(finding, self._rows(finding, answer), self.here.findings.effect(finding, answer))
            for finding, answer in self._answered
        ]

    @cached_property
    def _answered(self) -> list[tuple[RaisedFinding, Answer]]:
        return [
            (finding, answer)
            for finding in self.kind.findings
            for answer in finding.answers
            if answer.code == self.offer.code
            and _why_not(self.here, finding, answer, self.person) is None
        ]

    def _rows(self, finding: RaisedFinding, answer: Answer) -> list[AskedRow]:
        after = self.here.findings.reread(finding.figures, _proposal(answer))
        return [
            AskedRow(before, before.achievement.value, row.achievement.value)
            for before, row in zip(finding.figures, after, strict=True)
        ]

    @cached_property
    def together(self) -> dict[int, Measurement]:
        """Return how all the rows would be read if all the questions were answered this way."""
        return {
            row: read for _one, answer in self._answered for row, read in _proposal(answer).items()
        }

    @cached_property
    def shifts(self) -> list[MeanChange]:
        """Return the means of departments and plan with all the questions answered this way."""
        return self.here.findings.shifts(set(self.together), proposal=self.together)

    @cached_property
    def new_questions(self) -> list[RaisedFinding]:
        """Return the blocking questions that the answers would raise."""
        if not self.together:
            return []
        known = {finding.digest for finding in self.here.findings.raised}
        after = self.here.findings.supposing(self.together).raised
        return [one for one in after if one.blocks and one.digest not in known]

    @cached_property
    def reason_needed(self) -> str:
        """Return the sentence that asks for a reason, "" where no question needs one.

        One query, and a few more for each question that may need one until one does.
        """
        about = {row.id for finding, _answer in self._answered for row in finding.figures}
        settled = kinds_of.settled_years(Indicator.objects.filter(pk__in=about))
        for finding, answer in self._answered:
            if not self._may_need_one(finding, answer, settled):
                continue
            preview = answering.propose(
                self.here, finding, answer.code, self.person, with_means=False
            )
            if preview.reason_needed:
                return preview.reason_needed
        return ""

    def _may_need_one(
        self, finding: RaisedFinding, answer: Answer, settled: Container[int]
    ) -> bool:
        found = answers.changes(finding, answer)
        if answers.recounted(finding, once=False) or any(one.field == "target" for one in found):
            return True
        return bool(found) and any(
            row.id in settled or row.kind_confirmed for row in finding.figures
        )

    def select(self, keys: Iterable[str], *, changed: Iterable[str] = ()) -> None:
        """Tick the questions named by their keys and no others."""
        chosen, moved = set(keys), set(changed)
        for one in self.asked:
            one.is_changed = one.finding.key in moved
            one.is_selected = one.finding.key in chosen - moved


def _proposal(answer: Answer) -> dict[Any, Measurement]:
    return dict(answer.proposal)
