"""What of a year is due, said, sent, late, returned, verified, in doubt and missing.

Every page, mail, command and export that says one of these words asks here and nothing else.
``Standing`` and ``count`` are plain; ``YearProgress`` brings what is stored, in two queries.
Source of the words: docs/domain.md, "Words of progress".
"""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Any, TypeVar

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import Membership, User
from accounts.rights import Right, roles_with
from activities.models import Period, Plan
from indicators import periods
from indicators.achievement import Reading, Result, counted_once, is_due
from indicators.cells import DASHES
from indicators.figures import Figure, goal_of, objective_of
from indicators.models import (
    COUNTED_STATES,
    Comment,
    FindingAnswer,
    Realization,
    Target,
    is_corrected_since,
    is_own_approval,
    result_of,
)
from indicators.periods import Door
from indicators.results import ENOUGH as ENOUGH
from indicators.results import is_covered as is_covered
from indicators.results import is_percent_public as is_percent_public

State = Realization.State
SENT = COUNTED_STATES[Reading.REPORTED]
# Years that are over: what has not come is late, whether or not there was a deadline.
OVER = (Period.State.CLOSED, Period.State.PUBLISHED)


def is_said(value: Decimal | None, absence: str) -> bool:
    """Whether anything was said: a number, also 0, or why there is none.

    A dash, an empty cell and a text say nothing that counts; a text is asked about.
    """
    return value is not None or bool(absence)


class Stage(StrEnum):
    """How far a row that is due has come: of each group the five add up to what is due."""

    VERIFIED = "verified"
    SENT = "sent"
    RETURNED = "returned"
    DRAFT = "draft"
    MISSING = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where one indicator stands in one year; ``unit`` owns it, ``department`` is above both.

    ``state`` is None where nothing is stored. ``is_over`` says that the time for it has passed,
    ``is_own`` that who entered it verified it, ``is_corrected`` that it was written over after it
    was verified.
    """

    id: int
    unit: int
    department: int
    code: str
    is_due: bool
    value: Decimal | None = None
    text: str = ""
    absence: str = ""
    state: str | None = None
    is_over: bool = False
    is_in_doubt: bool = False
    was_looked_at: bool = False
    is_own: bool = False
    is_corrected: bool = False
    counted_with: Hashable = None

    @property
    def is_said(self) -> bool:
        return is_said(self.value, self.absence)

    @property
    def result(self) -> Result:
        return result_of(self.value, self.state)

    @property
    def is_reported(self) -> bool:
        """Whether a number was sent: what every roll-up counts as reported."""
        return self.result is not Result.NOT_REPORTED

    @property
    def is_sent(self) -> bool:
        return self.is_said and self.state in SENT

    @property
    def is_returned(self) -> bool:
        return self.state == State.RETURNED

    @property
    def is_verified(self) -> bool:
        return self.is_said and self.state == State.APPROVED

    @property
    def is_unverified(self) -> bool:
        """Whether a number was sent that is not verified: reported, and a state of its own."""
        return self.result is Result.REPORTED

    @property
    def is_looked_at(self) -> bool:
        """Whether a reviewer has begun with what was sent, and not verified it."""
        return self.is_sent and not self.is_verified and self.was_looked_at

    @property
    def is_missing(self) -> bool:
        """Whether nothing was said of what is due."""
        return self.is_due and not self.is_said

    @property
    def is_at_desk(self) -> bool:
        """Whether its unit said something and has not sent it, or has it back."""
        return self.is_said and self.state not in SENT

    @property
    def is_late(self) -> bool:
        """Whether it is due, the time has passed and it has not been sent."""
        return self.is_due and self.is_over and not self.is_sent

    @property
    def stage(self) -> Stage:
        """Return the one of the five that it is; one that came back empty is missing."""
        if self.is_verified:
            return Stage.VERIFIED
        if self.is_sent:
            return Stage.SENT
        if not self.is_said:
            return Stage.MISSING
        return Stage.RETURNED if self.is_returned else Stage.DRAFT

    @property
    def awaits_verdict(self) -> bool:
        """Whether it was sent and somebody must judge it, due or not; a text must be judged too.

        A dash that came in with a file says nothing, so there is nothing to judge.
        """
        return self.state == State.SUBMITTED and (self.is_said or is_text(self.text))

    @property
    def awaits_besides(self) -> bool:
        """Whether it must be judged and is not counted as sent: not due, or a text."""
        return self.awaits_verdict and not (self.is_due and self.is_sent)


def standing_of(
    figure: Figure,
    stored: Realization | None,
    *,
    is_over: bool = False,
    in_doubt: bool = False,
    looked_at: bool = False,
) -> Standing:
    """Return where a row stands whose figure and stored value are at hand; no query."""
    return Standing(
        id=figure.id,
        unit=figure.unit.id,
        department=figure.department.id,
        code=figure.code,
        is_due=is_due(figure.measurement.target, figure.measurement.direction),
        value=stored.value if stored else None,
        text=stored.text if stored else "",
        absence=stored.absence if stored else "",
        state=stored.state if stored else None,
        is_over=is_over,
        is_in_doubt=in_doubt,
        was_looked_at=looked_at,
        is_own=stored is not None and stored.is_own_approval,
        is_corrected=stored is not None and stored.is_corrected_since,
        counted_with=figure.counted_with,
    )


def is_text(text: str) -> bool:
    """Whether a cell holds words: neither nothing nor a dash."""
    written = text.strip()
    return bool(written) and written not in DASHES


@dataclass(frozen=True, slots=True)
class Counts:
    """The words of a group, each over what is due; ``to_verify`` and ``at_desk`` over all rows.

    Of what is due every row is one of three: ``verified_results``, ``unverified`` (a number each)
    and ``not_reported``.
    ``to_verify_besides`` counts those of ``to_verify`` that are not ``sent``: nothing is due of
    them, or a text stands in place of a number.
    ``own`` counts those of the verified that were verified by who entered them, ``corrected``
    those that were written over after they were verified.
    """

    due: int = 0
    said: int = 0
    reported: int = 0
    sent: int = 0
    late: int = 0
    returned: int = 0
    looked_at: int = 0
    verified: int = 0
    unverified: int = 0
    own: int = 0
    corrected: int = 0
    in_doubt: int = 0
    missing: int = 0
    to_verify: int = 0
    to_verify_besides: int = 0
    at_desk: int = 0

    @property
    def to_send(self) -> int:
        """Return how many that are due have not been sent, said or not."""
        return self.due - self.sent

    @property
    def to_verify_due(self) -> int:
        """Return how many of ``sent`` must be judged."""
        return self.to_verify - self.to_verify_besides

    @property
    def in_line(self) -> int:
        """Return how many were sent that no reviewer has begun with."""
        return self.sent - self.verified - self.looked_at

    @property
    def is_all_sent(self) -> bool:
        """Whether something was due and nothing is left to send, be it due or not."""
        return bool(self.due) and not self.to_send and not self.at_desk

    @property
    def verified_results(self) -> int:
        """Return how many numbers were verified: ``verified`` without what has no figure."""
        return self.reported - self.unverified

    @property
    def not_reported(self) -> int:
        """Return of how many no number was sent, whatever else was said."""
        return self.due - self.reported

    @property
    def coverage(self) -> Decimal | None:
        """Return reported ÷ due as a fraction; None where nothing is due."""
        return Decimal(self.reported) / self.due if self.due else None

    @property
    def verified_share(self) -> Decimal | None:
        """Return verified results ÷ due as a fraction; None where nothing is due."""
        return Decimal(self.verified_results) / self.due if self.due else None


NOTHING = Counts()


def count(rows: Iterable[Standing]) -> Counts:
    """Return the counts of a group; a row that another one of it counts is left out."""
    group = counted_once(rows)
    due = [row for row in group if row.is_due]
    return Counts(
        due=len(due),
        said=sum(row.is_said for row in due),
        reported=sum(row.is_reported for row in due),
        sent=sum(row.is_sent for row in due),
        late=sum(row.is_late for row in due),
        returned=sum(row.is_returned for row in due),
        looked_at=sum(row.is_looked_at for row in due),
        verified=sum(row.is_verified for row in due),
        unverified=sum(row.is_unverified for row in due),
        own=sum(row.is_verified and row.is_own for row in due),
        corrected=sum(row.is_verified and row.is_corrected for row in due),
        in_doubt=sum(row.is_in_doubt for row in due),
        missing=sum(row.is_missing for row in due),
        to_verify=sum(row.awaits_verdict for row in group),
        to_verify_besides=sum(row.awaits_besides for row in group),
        at_desk=sum(row.is_at_desk for row in group),
    )


def stages(rows: Iterable[Standing]) -> dict[Stage, int]:
    """Return how many of what is due are in each stage, in the order of the way back."""
    found = Counter(row.stage for row in counted_once(rows) if row.is_due)
    return {stage: found[stage] for stage in Stage}


# --- What is stored ---


def reviewers(municipality: int | OuterRef) -> QuerySet[User]:
    """Return everybody who may review in a municipality, the operator included."""
    own = Membership.objects.filter(
        municipality=municipality, role__in=roles_with(Right.REVIEW)
    ).order_by()
    return User.objects.filter(Q(pk__in=own.values("person")) | Q(is_superuser=True)).order_by()


def looked_at() -> Q:
    """Return the SQL of whether a reviewer left a mark on a value since it was sent.

    A mark is a comment, an answer to a question about it, that its reason was asked for, or that
    it was verified and this taken back; a verdict that stands shows in the state.
    """
    since = OuterRef("submitted_at")
    of_plan = OuterRef(OuterRef(OuterRef("indicator__activity__plan__municipality")))
    by_reviewers = reviewers(of_plan).values("pk")
    commented = Comment.objects.filter(
        realization=OuterRef("pk"), written_at__gte=since, written_by__in=by_reviewers
    )
    # Of the history, because the unit may have answered anew since.
    about = FindingAnswer.objects.filter(
        indicators=OuterRef(OuterRef("indicator")), year=OuterRef(OuterRef("year"))
    )
    answered = FindingAnswer.history.filter(
        id__in=about.order_by().values("pk"),
        answered_at__gte=since,
        answered_by__in=by_reviewers,
    )
    # Of the history, because the reason may have come meanwhile, or the verdict been taken back.
    was_marked = Q(reason_asked_at__isnull=False) | Q(state=State.APPROVED)
    judged = Realization.history.filter(was_marked, id=OuterRef("pk"), submitted_at=since)
    return Q(Exists(commented.order_by())) | Q(Exists(answered.order_by())) | Q(Exists(judged))


Key = TypeVar("Key", bound=Hashable)
_OF_INDICATOR = (
    "indicator_id",
    "indicator__activity__plan_id",
    "year",
    "indicator__activity__department_id",
    "indicator__activity__department__parent_id",
    "indicator__activity__code",
    "indicator__counted_with_id",
)


def _of(model: type[Target] | type[Realization], years: Mapping[int, set[int]]) -> Any:
    """Return a model's rows of the plans' years, of indicators that are in use."""
    wanted = Q(pk__in=())
    for year in sorted({year for each in years.values() for year in each}):
        plans = [plan for plan, each in years.items() if year in each]
        wanted |= Q(year=year, indicator__activity__plan__in=plans)
    return model._default_manager.filter(wanted, indicator__retired_on=None).order_by("pk")


def standings(pairs: Iterable[tuple[int, int]]) -> dict[tuple[int, int], list[Standing]]:
    """Return where every indicator stands that has a target or a value, by plan id and year.

    Two queries, however many plans and years. Nobody knows here what is in doubt or over.
    """
    years: defaultdict[int, set[int]] = defaultdict(set)
    for plan, year in pairs:
        years[plan].add(year)
    targets = _of(Target, years).filter(value__isnull=False)
    places: dict[tuple[int, int], tuple[Any, ...]] = {}
    due = set()
    for *place, value, direction in targets.values_list(
        *_OF_INDICATOR, "value", "indicator__direction"
    ):
        key = place[0], place[2]
        places[key] = tuple(place)
        if is_due(value, direction):
            due.add(key)
    stored: dict[tuple[int, int], tuple[Any, ...]] = {}
    for *place, value, text, absence, state, by, at, decided_by, decided_at in _of(
        Realization, years
    ).values_list(
        *_OF_INDICATOR,
        *("value", "text", "absence", "state"),
        *("entered_by_id", "entered_at", "decided_by_id", "decided_at"),
    ):
        key = place[0], place[2]
        places.setdefault(key, tuple(place))
        is_corrected = is_corrected_since(state, at, decided_at)
        is_own = is_own_approval(state, by, decided_by) and not is_corrected
        stored[key] = value, text, absence, state, is_own, is_corrected
    found: dict[tuple[int, int], list[Standing]] = {
        (plan, year): [] for plan, each in years.items() for year in each
    }
    for key in sorted(places):
        indicator, plan, year, unit, parent, code, counted_with = places[key]
        value, text, absence, state, is_own, is_corrected = stored.get(
            key, (None, "", "", None, False, False)
        )
        found[plan, year].append(
            Standing(
                id=indicator,
                unit=unit,
                department=parent or unit,
                code=code,
                is_due=key in due,
                value=value,
                text=text,
                absence=absence,
                state=state,
                is_own=is_own,
                is_corrected=is_corrected,
                counted_with=counted_with,
            )
        )
    return found


class YearProgress:
    """The words of progress of a plan's year, for its rows and every group of them.

    Loading runs two queries, and one more in a closed year, whose extensions decide what is
    late. ``in_doubt`` holds the indicators that an open blocking finding concerns; who has no
    findings at hand leaves it out and asks for no doubt. ``given`` are standings loaded for
    several plans together (``standings``).
    """

    def __init__(
        self,
        plan: Plan,
        year: int,
        period: Period | None,
        *,
        in_doubt: Collection[int] = (),
        today: datetime.date | None = None,
        given: Sequence[Standing] | None = None,
        granted: Mapping[int, datetime.date] | None = None,
    ) -> None:
        self.plan, self.year, self.period = plan, year, period
        self.in_doubt = in_doubt
        self.today = today or timezone.localdate()
        self.given, self.granted = given, granted

    @cached_property
    def rows(self) -> list[Standing]:
        """Return every indicator that has a target or a value in the year."""
        found = self.given
        if found is None:
            key = self.plan.pk, self.year
            found = standings([key])[key]
        units = {
            (row.unit, row.department if row.department != row.unit else None) for row in found
        }
        doors = periods.doors(self.period, self.year, units, today=self.today, granted=self.granted)
        return [
            replace(
                row,
                is_over=is_over(doors[row.unit], self.period, self.today),
                is_in_doubt=row.id in self.in_doubt,
            )
            for row in found
        ]

    @cached_property
    def by_id(self) -> dict[int, Standing]:
        """Return the rows by indicator; one without target and value is not among them."""
        return {row.id: row for row in self.rows}

    @cached_property
    def plan_counts(self) -> Counts:
        return count(self.rows)

    @cached_property
    def by_unit(self) -> dict[int, Counts]:
        """Return the counts of each unit's own rows, those of its branches apart."""
        return self.by(lambda row: row.unit)

    @cached_property
    def by_objective(self) -> dict[str, Counts]:
        return self.by(lambda row: objective_of(row.code))

    @cached_property
    def by_goal(self) -> dict[str, Counts]:
        return self.by(lambda row: goal_of(row.code))

    def by(self, key: Callable[[Standing], Key]) -> dict[Key, Counts]:
        """Return the counts of each group that a key makes."""
        groups: defaultdict[Key, list[Standing]] = defaultdict(list)
        for row in self.rows:
            groups[key(row)].append(row)
        return {each: count(rows) for each, rows in groups.items()}

    def of(self, unit: int) -> Counts:
        """Return what a unit's page counts: its own rows with those of its branches."""
        return self._with_branches.get(unit, NOTHING)

    @cached_property
    def _with_branches(self) -> dict[int, Counts]:
        groups: defaultdict[int, list[Standing]] = defaultdict(list)
        for row in self.rows:
            for unit in {row.unit, row.department}:
                groups[unit].append(row)
        return {unit: count(rows) for unit, rows in groups.items()}


def progress_of_many(
    found: Iterable[Period], today: datetime.date | None = None
) -> dict[int, YearProgress]:
    """Return the progress of several periods by id; three queries, whatever their number.

    The periods come with their plans. Nobody knows here what is in doubt.
    """
    several = {period.pk: period for period in found}
    rows = standings((period.plan_id, period.year) for period in several.values())
    closed = [one for one in several.values() if one.state == Period.State.CLOSED]
    granted = periods.running(closed, today) if closed else {}
    return {
        pk: YearProgress(
            period.plan,
            period.year,
            period,
            today=today,
            given=rows[period.plan_id, period.year],
            granted=granted.get(pk, {}),
        )
        for pk, period in several.items()
    }


def is_over(door: Door, period: Period | None, today: datetime.date) -> bool:
    """Whether a unit's time has passed: after its deadline, or in a closed year without its own.

    A year that has not begun is not over, and neither is one without a deadline while it is open.
    """
    if door.is_open:
        return door.days_late(today) > 0
    return period is not None and period.state in OVER
