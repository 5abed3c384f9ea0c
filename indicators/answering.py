"""Answering a finding: the answer is recorded, and what it changes is changed.

An answer changes only what it says beforehand: ``changes`` lists it for the page that asks.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, cast

from django.db import transaction
from django.utils import timezone

from activities import names
from activities.models import Period, Plan
from activities.sentences import Sentence
from activities.sentences import noop as _
from indicators import values
from indicators.figures import Figure
from indicators.findings import COUNTED_TWICE, Answer, Check
from indicators.models import FindingAnswer, Indicator, Realization, Target
from indicators.questions import Asked

if TYPE_CHECKING:
    from accounts.models import User

SETTINGS = ("kind", "direction", "reported_as")
PLANNED = ("baseline", "target")
# Questions after which a value can be set to count once.
COUNTABLE = (Check.TWIN_ROWS, Check.SHARED_ACTIVITY)
FIELDS = (*SETTINGS, *PLANNED, "realization")


@dataclass(frozen=True, slots=True)
class Change:
    """One field of one indicator that an answer would change."""

    figure: Figure
    field: str
    before: object
    after: object


def chosen(asked: Asked, code: str) -> Answer:
    """Return the answer of that code; raise Sentence if the question has none such."""
    for answer in asked.finding.answers:
        if answer.code == code:
            return answer
    raise Sentence(_("This question has no such answer."))


def changes(asked: Asked, answer: Answer) -> list[Change]:
    """Return what an answer would change, field by field; empty if it is only recorded."""
    found = []
    for figure in asked.figures:
        after = answer.proposal.get(figure.id)
        if after is None:
            continue
        for name in FIELDS:
            old, new = getattr(figure.measurement, name), getattr(after, name)
            if old != new:
                found.append(Change(figure, name, old, new))
    return found


def may_give(asked: Asked, answer: Answer, person: User) -> bool:
    """Whether a person may give an answer; what was planned is the reviewers' to change."""
    if person.is_reviewer:
        return True
    own = all(figure.unit.id in person.unit_ids for figure in asked.figures)
    return own and not any(change.field in PLANNED for change in changes(asked, answer))


def give(
    plan: Plan,
    year: int,
    asked: Asked,
    code: str,
    *,
    person: User,
    digest: str,
    note: str = "",
    count_once: bool = False,
) -> list[Change]:
    """Record a person's answer and change what it says; return the changes.

    ``digest`` is that of the question the person saw: if its numbers changed meanwhile, or if
    something may not be changed, Sentence is raised and nothing is written. ``note`` is the
    reason where a value is approved or its year published.
    """
    answer = chosen(asked, code)
    if digest != asked.finding.digest:
        raise Sentence(_("The numbers changed meanwhile. Look at the question again."))
    if not may_give(asked, answer, person):
        raise Sentence(_("What was planned is changed by the reviewers."))
    found = changes(asked, answer)
    with transaction.atomic():
        _record(plan, year, asked, code, person=person, note=note)
        _change_settings(found)
        _change_targets(found, year, note)
        _change_realizations(plan, year, found, note, person)
        if asked.finding.check in COUNTABLE:
            _count(asked, once=count_once and code == COUNTED_TWICE)
    return found


def _record(
    plan: Plan, year: int, asked: Asked, code: str, *, person: User, note: str
) -> FindingAnswer:
    finding = asked.finding
    answer, _new = FindingAnswer.objects.update_or_create(
        plan=plan,
        year=year,
        finding=finding.key,
        defaults={
            "code": finding.check,
            "asked": finding.digest,
            "answer": code,
            "note": note,
            "answered_by": person,
        },
    )
    answer.indicators.set([figure.id for figure in asked.figures])
    return answer


def _of(found: Iterable[Change], fields: Collection[str]) -> dict[int, list[Change]]:
    by_row: dict[int, list[Change]] = {}
    for change in found:
        if change.field in fields:
            by_row.setdefault(change.figure.id, []).append(change)
    return by_row


def _change_settings(found: Iterable[Change]) -> None:
    by_row = _of(found, (*SETTINGS, "baseline"))
    for indicator in Indicator.objects.select_for_update().filter(pk__in=by_row).order_by("pk"):
        for change in by_row[indicator.pk]:
            setattr(indicator, change.field, change.after)
            if change.field == "baseline":
                indicator.baseline_text = ""
        if any(change.field in SETTINGS for change in by_row[indicator.pk]):
            indicator.kind_confirmed = True
        indicator.save()


def _change_targets(found: Iterable[Change], year: int, reason: str) -> None:
    by_row = _of(found, ("target",))
    if not by_row:
        return
    if not reason.strip():
        raise Sentence(_("A target changes: say why."))
    targets = Target.objects.select_for_update().filter(indicator__in=by_row, year=year)
    for target in targets.order_by("pk"):
        [change] = by_row[target.indicator_id]
        target.value, target.text = cast("Decimal", change.after), ""
        target.change_reason = target._change_reason = reason.strip()  # type: ignore[attr-defined]
        target.save()


def _change_realizations(
    plan: Plan, year: int, found: Iterable[Change], reason: str, person: User
) -> None:
    by_row = _of(found, ("realization",))
    if not by_row:
        return
    period = Period.objects.filter(plan=plan, year=year).first()
    stored = {
        value.indicator_id: value
        for value in Realization.objects.select_for_update()
        .filter(indicator__in=by_row, year=year)
        .order_by("pk")
    }
    for indicator_id, [change] in by_row.items():
        value = stored.get(indicator_id) or Realization(indicator_id=indicator_id, year=year)
        if value.state not in values.EDITABLE and not person.is_reviewer:
            raise Sentence(_("The value was sent; the reviewers change it or return it."))
        value.value, value.text = cast("Decimal | None", change.after), ""
        value.absence, value.women, value.men, value.others = "", None, None, None
        value.entered_by, value.entered_at = person, timezone.now()
        values.correct(value, period, reason)


def _count(asked: Asked, *, once: bool) -> None:
    """Let each value count with its partner, or by itself again."""
    partners = partners_of(asked)
    rows = Indicator.objects.select_for_update().filter(pk__in=partners)
    for indicator in rows.order_by("pk"):
        partner = partners[indicator.pk]
        if once:
            indicator.counted_with_id = partner
        elif indicator.counted_with_id == partner:
            indicator.counted_with_id = None
        indicator.save()


def partners_of(asked: Asked) -> dict[int, int]:
    """Return the row that would count each other one: of twins the first, else its namesake.

    A shared activity may have several indicators; each is counted with that of the same name.
    """
    first_of: dict[str, int] = {}
    partners = {}
    for figure in asked.figures:
        key = "" if asked.finding.check is Check.TWIN_ROWS else names.fold(figure.name)
        first = first_of.setdefault(key, figure.id)
        if first != figure.id:
            partners[figure.id] = first
    return partners
