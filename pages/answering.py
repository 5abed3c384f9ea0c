"""Giving an answer to a finding: what it would change is shown and asked first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.http import Http404

from accounts.rights import Right
from activities import names, revisions
from activities.models import Plan
from activities.sentences import Sentence
from activities.sentences import noop as _
from activities.wording import say
from findings import answers
from findings.answers import AnswerChange
from findings.cards import needs_asking
from findings.checks.finding import COUNTED_TWICE, Answer
from findings.plan_year import PlanYear
from findings.year import MeanChange, RaisedFinding
from indicators import periods, steps
from indicators.figures import Figure
from indicators.models import Realization

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True, slots=True)
class AnswerPreview:
    """One answer to one finding as a person is about to give it.

    One that ``is_refused`` is only told with its ``error``; nothing can be confirmed.
    """

    finding: RaisedFinding
    answer: Answer
    changes: list[AnswerChange]
    shifts: list[MeanChange]
    counts_once: bool
    is_countable: bool
    reason_needed: str
    note: str = ""
    error: str = ""
    is_refused: bool = False

    @property
    def sentence(self) -> str:
        return say(self.finding.sentence)

    @property
    def must_be_asked(self) -> bool:
        return needs_asking(self.finding, self.answer)


def find(here: PlanYear, key: str, person: User) -> RaisedFinding:
    """Return a finding that exists for the person: a reviewer's all, a coordinator's own."""
    for finding in here.findings.raised:
        own = (person.may(Right.ANSWER, figure.unit.id) for figure in finding.figures)
        if finding.key == key and all(own):
            return finding
    raise Http404


def propose(
    here: PlanYear,
    finding: RaisedFinding,
    code: str,
    person: User,
    *,
    note: str = "",
    count_once: bool = False,
    with_means: bool = True,
) -> AnswerPreview:
    """Return what an answer would change; raise Sentence if the person may not give it.

    Without ``with_means`` nobody works out what it does to department and plan.
    """
    answer = answers.chosen(finding, code)
    why = answers.why_not_give(finding, answer, person, here.findings)
    if why is not None:
        raise why
    looks = answers.resettled(here.plan, finding, answer, person)
    for look in looks:
        if look.why_not is not None:
            raise look.why_not
    is_countable = finding.check in answers.COUNTABLE and answer.code == COUNTED_TWICE
    once = is_countable and count_once
    changes = answers.changes(finding, answer)
    recounted = answers.recounted(finding, once=once)
    # Also what ticking the box would do, so that nobody ticks it blindly.
    shown = recounted or (answers.recounted(finding, once=True) if is_countable else {})
    ids = {figure.id for figure in finding.figures}
    return AnswerPreview(
        finding,
        answer,
        changes,
        here.findings.shifts(ids, proposal=answer.proposal, counted=shown)
        if with_means and (changes or shown)
        else [],
        once,
        is_countable,
        _reason_needed(here, changes, bool(shown), ids, person)
        or next((say(look.asks) for look in looks if look.asks is not None), ""),
        note[:1000],
    )


def refused(finding: RaisedFinding, code: str, why: Sentence) -> AnswerPreview:
    """Return an answer that the person may not give, with why."""
    answer = answers.chosen(finding, code)
    return AnswerPreview(
        finding,
        answer,
        [],
        [],
        counts_once=False,
        is_countable=False,
        reason_needed="",
        error=say(why),
        is_refused=True,
    )


def give(here: PlanYear, preview: AnswerPreview, person: User, digest: str) -> None:
    """Record the answer and change what it says; raise Sentence where it may not be."""
    answers.give(
        here.plan,
        here.year,
        preview.finding,
        preview.answer.code,
        person=person,
        digest=digest,
        note=preview.note,
        count_once=preview.counts_once,
    )


NONE_GIVEN = _("%(row)s: %(why)s None of the answers is recorded.")
NO_LONGER_ASKED = _("Its numbers changed meanwhile, and it is asked no more.")


@dataclass(frozen=True, slots=True)
class Seen:
    """A question as a page showed it: the mark of what was asked, and its first row."""

    digest: str
    row: int


def give_many(
    here: PlanYear, seen: Mapping[str, Seen], code: str, person: User, note: str = ""
) -> list[RaisedFinding]:
    """Give one answer to several questions in one transaction, to all of them or to none.

    ``seen`` is by the questions' keys. Their values are held first and the plan after them, as
    everybody who saves does; then they are asked anew. Where one cannot be answered as it was
    seen, Sentence is raised that names its row, and nothing is written.
    """
    known = {finding.key: finding for finding in here.findings.raised}
    ids = {row.id for key in seen if key in known for row in known[key].figures}
    with transaction.atomic():
        steps.locked_of(ids, here.year)
        revisions.bump(Plan.objects.filter(pk=here.plan.pk))
        fresh = PlanYear(Plan.objects.get(pk=here.plan.pk), here.year)
        asked = {finding.key: finding for finding in fresh.findings.raised}
        for key, one in seen.items():
            try:
                _give_one(fresh, asked.get(key), one, code, person, note)
            except Sentence as why:
                row = fresh.findings.figures.row(one.row)
                raise Sentence(NONE_GIVEN, row=_named(row), why=say(why)) from why
    return [asked[key] for key in seen]


def _give_one(
    here: PlanYear,
    finding: RaisedFinding | None,
    seen: Seen,
    code: str,
    person: User,
    note: str,
) -> None:
    if finding is None:
        raise Sentence(NO_LONGER_ASKED)
    preview = propose(here, finding, code, person, note=note, with_means=False)
    refuse_closed(here, finding, preview, person)
    give(here, preview, person, seen.digest)


def _named(row: Figure) -> str:
    return f"{row.code} {names.repair(row.name)}"


def _reason_needed(
    here: PlanYear, changes: list[AnswerChange], recounts: bool, ids: set[int], person: User
) -> str:
    """Return the sentence that asks for a reason, "" where none is needed."""
    if not changes and not recounts:
        return ""
    period = here.periods.get(here.year)
    held = Realization.objects.filter(indicator__in=ids, year=here.year)
    missing = steps.reason_needed(period, set(held.values_list("state", flat=True)))
    if missing is None and any(change.field == "target" for change in changes):
        missing = Sentence(answers.TARGET_REASON)
    if missing is None and person.may(Right.CORRECT):
        missing = answers.why_not_read_so(changes, person, here.plan)
    return say(missing) if missing is not None else ""


def refuse_closed(
    here: PlanYear, finding: RaisedFinding, preview: AnswerPreview, person: User
) -> None:
    """Raise Sentence where an answer changes something a unit cannot write any more."""
    if person.may(Right.CORRECT) or not preview.must_be_asked:
        return
    units = [(figure.unit.id, figure.unit.parent_id) for figure in finding.figures]
    for door in periods.doors(here.periods.get(here.year), here.year, units).values():
        if door.why is not None:
            raise Sentence(door.why.text, **door.why.values)
