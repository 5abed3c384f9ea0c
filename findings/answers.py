"""Answering a finding: the answer is recorded, and what it changes is changed.

An answer changes only what it says beforehand: ``changes`` lists it for the page that asks.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, cast

from django.conf import settings
from django.db import transaction
from django.utils import translation

from accounts.rights import Right
from activities import names
from activities.models import Period, Plan
from activities.sentences import Sentence
from activities.sentences import noop as _
from activities.wording import say
from findings.checks.finding import COUNTED_TWICE, Answer, Check
from findings.year import Ground, RaisedFinding, YearFindings
from indicators import confirming, kinds, steps
from indicators.figures import Figure
from indicators.models import FindingAnswer, Indicator, Realization, Target
from indicators.progress import reviewers

if TYPE_CHECKING:
    from accounts.models import User

SETTINGS = ("kind", "direction", "reported_as")
PLANNED = ("baseline", "target")
# Questions after which a value can be set to count once.
COUNTABLE = (Check.TWIN_ROWS, Check.SHARED_ACTIVITY)
FIELDS = (*SETTINGS, *PLANNED, "realization")


@dataclass(frozen=True, slots=True)
class AnswerChange:
    """One field of one indicator that an answer would change."""

    figure: Figure
    field: str
    before: object
    after: object


def chosen(finding: RaisedFinding, code: str) -> Answer:
    """Return the answer of that code; raise Sentence if the question has none such."""
    for answer in finding.answers:
        if answer.code == code:
            return answer
    raise Sentence(_("This question has no such answer."))


def changes(finding: RaisedFinding, answer: Answer) -> list[AnswerChange]:
    """Return what an answer would change, field by field; empty if it is only recorded."""
    found = []
    for figure in finding.figures:
        after = answer.proposal.get(figure.id)
        if after is None:
            continue
        for name in FIELDS:
            old, new = getattr(figure.measurement, name), getattr(after, name)
            if old != new:
                found.append(AnswerChange(figure, name, old, new))
    return found


def resettled(
    plan: Plan, finding: RaisedFinding, answer: Answer, person: User
) -> list[confirming.Look]:
    """Return what the settings that an answer changes make of every year; four queries if any.

    So that what may not be, or asks for a reason, is said before the answer is confirmed.
    """
    wanted = {}
    for row, changed in _of(changes(finding, answer), SETTINGS).items():
        now = changed[0].figure.measurement
        settings = kinds.Settings(now.kind, now.direction, now.reported_as)
        wanted[row] = replace(settings, **{each.field: str(each.after) for each in changed})
    return confirming.look(plan, wanted, person) if wanted else []


def is_hers(finding: RaisedFinding, person: User) -> bool:
    """Whether a person answers for all rows of a question."""
    return all(person.may(Right.ANSWER, figure.unit.id) for figure in finding.figures)


def why_not_give(
    finding: RaisedFinding, answer: Answer, person: User, ground: Ground | YearFindings
) -> Sentence | None:
    """Return why a person may not give an answer now; None if she may."""
    if not is_hers(finding, person):
        return Sentence(steps.NOT_YOURS)
    return why_closed(finding, answer, ground, reviews=person.may(Right.CHANGE_PLANNED))


def why_closed(
    finding: RaisedFinding, answer: Answer, ground: Ground | YearFindings, *, reviews: bool
) -> Sentence | None:
    """Return why an answer is closed to who may answer at all; None if it stands open.

    What a reviewer answered, what was planned and what is verified or closed is the reviewers'
    to change; of a value that its unit is still writing nobody says that it is missing.
    """
    ids = {figure.id for figure in finding.figures}
    if finding.check is Check.MISSING and any(
        ground.states.get(one) in steps.EDITABLE for one in ids
    ):
        return Sentence(STILL_WRITING)
    if reviews:
        return None
    if finding.given is not None and finding.given.by_reviewer:
        return Sentence(REVIEWER_ANSWERED)
    found = changes(finding, answer)
    if any(change.field in PLANNED for change in found):
        return Sentence(PLANNED_BY_REVIEWERS)
    if not found and not recounted(finding, once=False):
        return None
    for figure in finding.figures:
        if figure.unit.id in ground.shut:
            return ground.shut[figure.unit.id]
    if any(ground.states.get(one) == Realization.State.APPROVED for one in ids):
        return Sentence(steps.REVIEWERS_CHANGE)
    for change in found:
        if change.field == "realization" and ground.states.get(change.figure.id) in steps.SENT:
            return Sentence(steps.REVIEWERS_CHANGE)
        if change.field in SETTINGS and change.figure.kind_confirmed:
            return Sentence(kinds.CONFIRMED)
    return None


def give(
    plan: Plan,
    year: int,
    finding: RaisedFinding,
    code: str,
    *,
    person: User,
    digest: str,
    note: str = "",
    count_once: bool = False,
) -> list[AnswerChange]:
    """Record a person's answer and change what it says; return the changes.

    ``digest`` is that of the question the person saw: if its numbers changed meanwhile, or if
    something may not be changed, Sentence is raised and nothing is written. ``note`` is the
    reason where a value is approved or its year published.
    """
    answer = chosen(finding, code)
    if digest != finding.digest:
        raise Sentence(CHANGED_MEANWHILE)
    found = changes(finding, answer)
    once = count_once and code == COUNTED_TWICE
    with transaction.atomic():
        held = _hold(finding, year)
        ground = Ground({row: value.state for row, value in held.realizations.items()}, {})
        why = why_not_give(finding, answer, person, ground)
        if why is not None:
            raise why
        if not person.may(Right.CHANGE_PLANNED) and _answered_meanwhile(plan, year, finding):
            raise Sentence(REVIEWER_ANSWERED)
        if any(held.of(change) != change.before for change in found):
            raise Sentence(CHANGED_MEANWHILE)
        period = Period.objects.filter(plan=plan, year=year).first()
        if found or recounted(finding, once=once):
            why = steps.why_not_change(held.realizations.values(), person, period, year, note)
            if why is not None:
                raise why
        _record(
            plan,
            year,
            finding,
            code,
            person=person,
            note=note,
            changes=bool(found or recounted(finding, once=once)),
        )
        _change_settings(found, held, note, person)
        _change_targets(found, held, note)
        _change_realizations(period, year, found, held, note or _told(finding, answer), person)
        if finding.check in COUNTABLE:
            _count(finding, held, once=once, reason=note)
    return found


REVIEWER_ANSWERED = _("A reviewer answered it. Leave a comment on the row if it is not right.")
STILL_WRITING = _("The unit has not sent this value yet. Once it does, nothing is asked here.")
PLANNED_BY_REVIEWERS = _("What was planned is changed by the reviewers.")
CHANGED_MEANWHILE = _("The numbers changed meanwhile. Look at the question again.")


@dataclass(slots=True)
class Held:
    """The stored rows that a finding is about, by indicator, held until the transaction ends."""

    indicators: dict[int, Indicator] = field(default_factory=dict)
    targets: dict[int, Target] = field(default_factory=dict)
    realizations: dict[int, Realization] = field(default_factory=dict)

    def of(self, change: AnswerChange) -> object:
        """Return what is stored now where a change would write."""
        if change.field in ("target", "realization"):
            rows = self.targets if change.field == "target" else self.realizations
            row = rows.get(change.figure.id)
            return None if row is None else row.value
        return getattr(self.indicators[change.figure.id], change.field)


def _hold(finding: RaisedFinding, year: int) -> Held:
    """Lock the rows, values first: whoever writes one value holds it before anything else."""
    ids = [figure.id for figure in finding.figures]
    of_year = {"indicator__in": ids, "year": year}
    realizations = Realization.objects.select_for_update().filter(**of_year).order_by("pk")
    targets = Target.objects.select_for_update().filter(**of_year).order_by("pk")
    held = Held()
    held.realizations = {row.indicator_id: row for row in realizations}
    indicators = Indicator.objects.select_for_update().filter(pk__in=ids).order_by("pk")
    held.indicators = {row.pk: row for row in indicators}
    held.targets = {row.indicator_id: row for row in targets}
    return held


def _answered_meanwhile(plan: Plan, year: int, finding: RaisedFinding) -> bool:
    """Whether a reviewer answered since the question was read; one query."""
    given = FindingAnswer.objects.filter(plan=plan, year=year, finding=finding.key)
    answered = given.filter(
        asked__in=("", finding.digest), answered_by__in=reviewers(plan.municipality_id)
    )
    return answered.exists()


def _record(
    plan: Plan,
    year: int,
    finding: RaisedFinding,
    code: str,
    *,
    person: User,
    note: str,
    changes: bool,
) -> FindingAnswer:
    answer, _new = FindingAnswer.objects.update_or_create(
        plan=plan,
        year=year,
        finding=finding.key,
        defaults={
            # What an earlier answer to the question changed stays changed until it is corrected.
            **({"changed": True} if changes else {}),
            "code": finding.check,
            "asked": finding.digest,
            "answer": code,
            "note": note,
            "answered_by": person,
        },
    )
    answer.indicators.set([figure.id for figure in finding.figures])
    return answer


def _of(found: Iterable[AnswerChange], fields: Collection[str]) -> dict[int, list[AnswerChange]]:
    by_row: dict[int, list[AnswerChange]] = {}
    for change in found:
        if change.field in fields:
            by_row.setdefault(change.figure.id, []).append(change)
    return by_row


def _change_settings(found: Iterable[AnswerChange], held: Held, reason: str, person: User) -> None:
    for indicator_id, changed in _of(found, ("baseline",)).items():
        indicator = held.indicators[indicator_id]
        indicator.baseline, indicator.baseline_text = cast("Decimal", changed[0].after), ""
        _save_indicator(indicator, reason)
    for indicator_id, changed in _of(found, SETTINGS).items():
        wanted = _wanted(held.indicators[indicator_id], changed)
        kinds.confirm(indicator_id, wanted, person, reason=reason)
        held.indicators[indicator_id].refresh_from_db()


def _wanted(indicator: Indicator, changed: Iterable[AnswerChange]) -> kinds.Settings:
    """Return how an indicator would be read with what an answer changes of its settings."""
    after = {change.field: str(change.after) for change in changed}
    return replace(kinds.settings_of(indicator), **after)


def why_not_read_so(found: Iterable[AnswerChange], person: User, plan: Plan) -> Sentence | None:
    """Return what a reviewer is asked before rows are read differently; None for nothing.

    One query, three more for each row that would be.
    """
    by_row = _of(found, SETTINGS)
    if not by_row:
        return None
    indicators = Indicator.objects.in_bulk(by_row)
    for pk, changed in by_row.items():
        indicator, unit = indicators[pk], changed[0].figure.unit.id
        wanted = _wanted(indicator, changed)
        settled = kinds.settled(kinds.effects(indicator, wanted, plan))
        why = kinds.why_not(indicator, wanted, person, unit=unit, changed=settled, reason="")
        if why is not None:
            return why
    return None


def _save_indicator(indicator: Indicator, reason: str) -> None:
    if reason.strip():
        indicator._change_reason = reason.strip()  # type: ignore[attr-defined]
    indicator.save()


def _change_targets(found: Iterable[AnswerChange], held: Held, reason: str) -> None:
    by_row = _of(found, ("target",))
    if by_row and not reason.strip():
        raise Sentence(TARGET_REASON)
    for indicator_id, [change] in by_row.items():
        target = held.targets[indicator_id]
        target.value, target.text = cast("Decimal", change.after), ""
        target.change_reason = target._change_reason = reason.strip()  # type: ignore[attr-defined]
        target.save()


TARGET_REASON = _("A target changes: say why.")


def _told(finding: RaisedFinding, answer: Answer) -> str:
    """Return question and answer, which are why a number changes where a person adds nothing.

    Kept in a history that all read, they are in the municipality's language.
    """
    with translation.override(settings.LANGUAGE_CODE):
        return f"{say(finding.sentence)} — {say(answer.label)}"


def _change_realizations(
    period: Period | None,
    year: int,
    found: Iterable[AnswerChange],
    held: Held,
    reason: str,
    person: User,
) -> None:
    for indicator_id, [change] in _of(found, ("realization",)).items():
        value = held.realizations.get(indicator_id) or Realization(
            indicator_id=indicator_id, year=year
        )
        steps.rewrite(value, cast("Decimal | None", change.after), person, period, reason)


def recounted(finding: RaisedFinding, *, once: bool) -> dict[int, int | None]:
    """Return the rows that would count elsewhere than now: at their partner, or by themselves.

    Empty for a question after which nothing is counted once.
    """
    if finding.check not in COUNTABLE:
        return {}
    now = {figure.id: cast("int | None", figure.counted_with) for figure in finding.figures}
    return {
        row: partner if once else None
        for row, partner in partners_of(finding).items()
        if (now[row] != partner if once else now[row] == partner)
    }


def _count(finding: RaisedFinding, held: Held, *, once: bool, reason: str) -> None:
    """Let each value count with its partner, or by itself again."""
    for row, partner in partners_of(finding).items():
        indicator = held.indicators[row]
        wanted = partner if once else None
        if indicator.counted_with_id != wanted and (once or indicator.counted_with_id == partner):
            indicator.counted_with_id = wanted
            _save_indicator(indicator, reason)


def partners_of(finding: RaisedFinding) -> dict[int, int]:
    """Return the row that would count each other one: the first of twins, or the first unit's.

    A shared activity may have several indicators. Each is counted with its namesake; where units
    name them differently but have equally many, with the one at the same place.
    """
    first, *others = finding.figures
    if finding.check is Check.TWIN_ROWS:
        return {figure.id: first.id for figure in others}
    by_unit: dict[int, list[Figure]] = {}
    for figure in finding.figures:
        by_unit.setdefault(figure.unit.id, []).append(figure)
    counting, *counted = by_unit.values()
    namesakes = {names.fold(figure.name): figure.id for figure in reversed(counting)}
    partners: dict[int, int] = {}
    for rows in counted:
        known = [namesakes.get(names.fold(figure.name)) for figure in rows]
        if not any(known) and len(rows) == len(counting):
            known = [figure.id for figure in counting]
        partners |= {
            figure.id: partner
            for figure, partner in zip(rows, known, strict=True)
            if partner is not None
        }
    return partners
