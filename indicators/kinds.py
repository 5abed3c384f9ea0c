"""How an indicator's number is read: its kind, its direction and how it is reported.

What it starts from and what it weighs is part of the same results, and changes by the same rules.

Until it is confirmed its unit says so; afterwards it is the reviewers' to change. What it changes
in a year that is closed, published or approved is never changed in silence: such a change takes a
reviewer and a reason. Source: docs/domain.md, "The steps of a value".
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from accounts.rights import Right
from activities.models import Period, Plan
from activities.sentences import Sentence
from activities.sentences import noop as _
from indicators.achievement import (
    Achievement,
    Direction,
    Kind,
    Measurement,
    Method,
    Reading,
    ReportedAs,
    rate,
)
from indicators.figures import bands_of
from indicators.models import COUNTED_STATES, Indicator, Realization, Target

if TYPE_CHECKING:
    from accounts.models import User

# What a coordinator chooses from: the kind, and whether the total or the year's addition is told.
CHOICES: Mapping[str, tuple[Kind, ReportedAs]] = {
    "count": (Kind.COUNT, ReportedAs.TOTAL),
    "level": (Kind.LEVEL, ReportedAs.TOTAL),
    "added": (Kind.LEVEL, ReportedAs.INCREMENT),
    "ratio": (Kind.RATIO, ReportedAs.TOTAL),
    "deliverable": (Kind.DELIVERABLE, ReportedAs.TOTAL),
}
OVER = (Period.State.CLOSED, Period.State.PUBLISHED)
# Stands where it is only asked whether a reason would do.
ANY_REASON = "."

CONFIRMED = _(
    "How this indicator is counted was confirmed before. The reviewers change it, with a reason."
)
SETTLED = _(
    "It would change the result of %(years)s, which is closed or verified. The reviewers change "
    "it, with a reason."
)
WHY = _("Say why it is counted differently: the result of %(years)s changes.")
WHY_AGAIN = _("How this indicator is counted was confirmed before: say why it changes.")
PUBLISHED = _("It would change the published year %(years)s. Only an administrator does that.")
WHY_BASELINE = _("Say why the baseline changes: the results of %(years)s rest on it.")
WHY_COUNTED = _("Say why this changes: the results of %(years)s rest on it.")
WHY_WEIGHT = _("Say why the weight changes: the results of %(years)s rest on it.")
ONE_BY_ONE = _(
    "%(count)s of them were not confirmed, as their years are closed or verified (%(years)s). "
    "Look at each on its own page."
)
NOT_YOURS = _("This indicator is not yours.")


class _Confirmable(Protocol):
    @property
    def kind_confirmed(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Settings:
    """How a number is read."""

    kind: str
    direction: str
    reported_as: str

    def of(self, measurement: Measurement) -> Measurement:
        return replace(
            measurement,
            kind=Kind(self.kind),
            direction=Direction(self.direction),
            reported_as=ReportedAs(self.reported_as),
        )


@dataclass(frozen=True, slots=True)
class YearEffect:
    """What other settings or targets make of one year's achievement.

    ``is_settled`` years are not silent; one that ``has_begun`` is open, closed or published.
    """

    year: int
    before: Achievement
    after: Achievement
    was: Measurement
    becomes: Measurement
    is_settled: bool
    is_published: bool
    has_begun: bool

    @property
    def changes(self) -> bool:
        return (self.before.value, self.before.status) != (self.after.value, self.after.status)

    @property
    def is_running(self) -> bool:
        """Whether the year has begun and the row has a target or a report in it."""
        held = (self.was.target, self.becomes.target, self.was.realization)
        return self.has_begun and any(each is not None for each in held)


def settings_of(indicator: Indicator) -> Settings:
    return Settings(indicator.kind, indicator.direction, indicator.reported_as)


def choice_of(kind: str, reported_as: str) -> str:
    """Return which of CHOICES settings are; "" for a reading that nobody can choose."""
    return next((code for code, pair in CHOICES.items() if pair == (kind, reported_as)), "")


def unconfirmed(rows: Iterable[_Confirmable]) -> int:
    """Count the rows of which no person has said how they are counted; no query.

    Takes figures as well as indicators, so that every page counts by the same rule.
    """
    return sum(not row.kind_confirmed for row in rows)


def unconfirmed_of(plan: Plan) -> int:
    """Count a plan's unconfirmed indicators in use; one query."""
    return unconfirmed(Indicator.objects.of_plan(plan).in_use().only("kind_confirmed"))


def effects(indicator: Indicator, wanted: Settings, plan: Plan) -> list[YearEffect]:
    """Return what settings would make of every year of the plan; three queries."""
    after = copy(indicator)
    for name in Settings.__dataclass_fields__:
        setattr(after, name, getattr(wanted, name))
    return effects_of(indicator, after, plan)


def effects_of(
    indicator: Indicator,
    after: Indicator,
    plan: Plan,
    *,
    targets: Mapping[int, Decimal | None] | None = None,
) -> list[YearEffect]:
    """Return what an indicator's other settings and baseline make of every year; three queries.

    ``targets`` are those that become others, by year.
    """
    stored = dict(Target.objects.filter(indicator=indicator).values_list("year", "value"))
    return effects_among(
        indicator,
        after,
        plan,
        targets=stored,
        targets_after={**stored, **(targets or {})},
        values={row.year: row for row in Realization.objects.filter(indicator=indicator)},
        states=dict(Period.objects.filter(plan=plan).values_list("year", "state")),
    )


def effects_among(
    indicator: Indicator,
    after: Indicator,
    plan: Plan,
    *,
    targets: Mapping[int, Decimal | None],
    values: Mapping[int, Realization],
    states: Mapping[int, str],
    targets_after: Mapping[int, Decimal | None] | None = None,
) -> list[YearEffect]:
    """Return the same from targets, values and the states of periods by year; no query."""
    wanted = targets if targets_after is None else targets_after
    counted = COUNTED_STATES[Reading.REPORTED]
    stored = {year: value for year, value in values.items() if value.state in counted}
    method, bands = Method(plan.method), bands_of(plan)
    found = []
    for year in plan.years:
        value = stored.get(year)
        reported = value.value if value is not None else None
        was, becomes = (
            settings_of(each).of(Measurement(each.baseline, planned.get(year), reported))
            for each, planned in ((indicator, targets), (after, wanted))
        )
        is_approved = value is not None and value.state == Realization.State.APPROVED
        found.append(
            YearEffect(
                year,
                rate(was, method=method, bands=bands),
                rate(becomes, method=method, bands=bands),
                was,
                becomes,
                is_settled=is_approved or states.get(year) in OVER,
                is_published=states.get(year) == Period.State.PUBLISHED,
                has_begun=states.get(year, Period.State.PLANNED) != Period.State.PLANNED,
            )
        )
    return found


def why_not(
    indicator: Indicator,
    wanted: Settings,
    person: User,
    *,
    unit: int,
    changed: Sequence[YearEffect],
    reason: str,
) -> Sentence | None:
    """Return why a person may not read an indicator's numbers so; None if she may.

    ``unit`` is the one that owns it. ``changed`` are the effects on settled years.
    """
    if not person.may(Right.ENTER, unit):
        return Sentence(NOT_YOURS)
    years = ", ".join(str(each.year) for each in changed)
    again = indicator.kind_confirmed and wanted != settings_of(indicator)
    if not person.may(Right.CORRECT):
        if again:
            return Sentence(CONFIRMED)
        return Sentence(SETTLED, years=years) if changed else None
    if not person.may(Right.CORRECT_PUBLISHED) and any(each.is_published for each in changed):
        return Sentence(PUBLISHED, years=years)
    if reason.strip():
        return None
    if changed:
        return Sentence(WHY, years=years)
    return Sentence(WHY_AGAIN) if again else None


def settled(found: Sequence[YearEffect]) -> list[YearEffect]:
    """Return the effects that may not happen in silence."""
    return [each for each in found if each.changes and each.is_settled]


def why_not_rewrite(
    before: Indicator, after: Indicator, person: User, found: Sequence[YearEffect], reason: str
) -> Sentence | None:
    """Return why a person may not change what results rest on so; None if she may.

    ``found`` are the effects of the change.
    """
    unit = before.activity.department_id
    wanted = settings_of(after)
    if wanted != settings_of(before):
        changed = settled(found)
        why = why_not(before, wanted, person, unit=unit, changed=changed, reason=reason)
        if why is not None:
            return why
    # What is not confirmed any more is asked again, and the unit may answer it.
    if before.kind_confirmed and not after.kind_confirmed and not reason.strip():
        return Sentence(WHY_AGAIN)
    if rests := resting(before, after, found):
        years = ", ".join(str(each.year) for each in rests)
        if not person.may(Right.CORRECT):
            return Sentence(SETTLED, years=years)
        if not person.may(Right.CORRECT_PUBLISHED) and any(each.is_published for each in rests):
            return Sentence(PUBLISHED, years=years)
    running = [each for each in found if each.is_running and _rests_on(before, after, each)]
    if reason.strip() or not (asking := rests or running):
        return None
    years = ", ".join(str(each.year) for each in asking)
    return Sentence(_question(before, after), years=years)


def _question(before: Indicator, after: Indicator) -> str:
    """Return the sentence that asks why, by what changes."""
    if _counts_otherwise(before, after):
        return WHY_COUNTED
    return WHY_WEIGHT if before.weight != after.weight else WHY_BASELINE


def _counts_otherwise(before: Indicator, after: Indicator) -> bool:
    """Whether an indicator is measured otherwise, retired, back, or counted at another one."""
    return (before.measure, before.counted_with_id, before.retired_on is None) != (
        after.measure,
        after.counted_with_id,
        after.retired_on is None,
    )


def resting(before: Indicator, after: Indicator, found: Sequence[YearEffect]) -> list[YearEffect]:
    """Return the settled years that rest on what changes besides the reading of the number."""
    return [each for each in found if each.is_settled and _rests_on(before, after, each)]


def _rests_on(before: Indicator, after: Indicator, effect: YearEffect) -> bool:
    """Whether a year's results or its edition hold what changes.

    What is retired or counted elsewhere is missing or due in every settled year, rated or not.
    """
    if _counts_otherwise(before, after):
        return True
    is_rated = effect.before.value is not None or effect.after.value is not None
    stands = (before.baseline, before.baseline_text) == (after.baseline, after.baseline_text)
    return (before.weight != after.weight and is_rated) or (
        not stands and (effect.changes or effect.is_published)
    )


def settled_years(indicators: Collection[Indicator]) -> dict[int, list[int]]:
    """Return the years in which an indicator has a settled value, by its id; one query."""
    over = Period.objects.filter(
        plan=OuterRef("indicator__activity__plan"), year=OuterRef("year"), state__in=OVER
    )
    rows = Realization.objects.filter(
        Q(state=Realization.State.APPROVED) | Exists(over),
        indicator__in=indicators,
        state__in=COUNTED_STATES[Reading.REPORTED],
    )
    found: dict[int, list[int]] = {}
    for indicator, year in rows.order_by("year").values_list("indicator_id", "year"):
        found.setdefault(indicator, []).append(year)
    return found


@transaction.atomic
def confirm(
    indicator_id: int, wanted: Settings, person: User, *, reason: str = "", told: str = ""
) -> bool:
    """Store how an indicator's numbers are read; return False where all of it stood already.

    ``told`` is the history's word where nobody gave a reason. Raise Sentence where it may not be.
    """
    indicator = Indicator.objects.select_for_update().get(pk=indicator_id)
    activity = indicator.activity
    if indicator.kind_confirmed and wanted == settings_of(indicator):
        return False
    changed = settled(effects(indicator, wanted, activity.plan))
    why = why_not(
        indicator, wanted, person, unit=activity.department_id, changed=changed, reason=reason
    )
    if why is not None:
        raise why
    put(wanted, indicator, reason.strip() or told)
    indicator.save()
    return True


def put(wanted: Settings, indicator: Indicator, note: str) -> None:
    """Let an indicator be read so, confirmed, with a note for its history; nothing is saved."""
    for name in Settings.__dataclass_fields__:
        setattr(indicator, name, getattr(wanted, name))
    indicator.kind_confirmed = True
    if note:
        indicator._change_reason = note  # type: ignore[attr-defined]
