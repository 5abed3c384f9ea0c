"""How much of a year's target was achieved, and what that makes of a whole plan.

Plain functions on plain values: nothing here imports Django. Amounts are in the indicator's
own unit (a percent in percentage points). Ratios, achievements and scores are fractions, so
``Decimal("0.85")`` is 85 %. ``None`` means "not known" and is never read as zero.

A is the baseline, B the year's target, C the year's realization.
Source of the rules R1-R8: docs/domain.md, "Achievement of one indicator in one year".
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from enum import StrEnum
from statistics import median
from typing import Protocol, TypeVar

ZERO, ONE = Decimal(0), Decimal(1)
# Scores carry 28 digits; at this precision adding up a plan of any real size loses none,
# so a mean does not depend on the order of its rows.
SUM_PRECISION = 80


class Kind(StrEnum):
    COUNT = "count"
    LEVEL = "level"
    RATIO = "ratio"
    DELIVERABLE = "deliverable"


class Direction(StrEnum):
    INCREASE = "increase"
    DECREASE = "decrease"
    MAINTAIN = "maintain"


class ReportedAs(StrEnum):
    TOTAL = "total"
    INCREMENT = "increment"


class Method(StrEnum):
    BY_KIND = "by_kind"
    TARGET_RATIO = "target_ratio"
    PROGRESS = "progress"


class Reading(StrEnum):
    """Which realizations count: all that were sent, or only the approved ones."""

    REPORTED = "reported"
    APPROVED = "approved"


class Result(StrEnum):
    """Where the number of an indicator stands in a year, whatever the reading counts."""

    VERIFIED = "verified"
    REPORTED = "reported"  # and not verified
    NOT_REPORTED = "not_reported"


class Unreported(StrEnum):
    """What an unreported indicator does to a mean: nothing, or count as 0."""

    SKIP = "skip"
    ZERO = "zero"


class Status(StrEnum):
    ACHIEVED = "achieved"
    MOSTLY = "mostly"
    PARTLY = "partly"
    LOW = "low"
    UNVERIFIED = "unverified"
    NOT_REPORTED = "not_reported"
    NO_TARGET = "no_target"
    UNPLANNED = "unplanned"
    UNANSWERED = "unanswered"


RATED = (Status.ACHIEVED, Status.MOSTLY, Status.PARTLY, Status.LOW)


class Badge(StrEnum):
    EXCEEDED = "exceeded"
    BEHIND_BASELINE = "behind_baseline"
    DEVIATION = "deviation"


class Rule(StrEnum):
    R1 = "R1"
    R2 = "R2"
    R3 = "R3"
    R4 = "R4"
    R5 = "R5"
    R6 = "R6"
    R7 = "R7"
    R8 = "R8"


class Formula(StrEnum):
    """The arithmetic a rule ended in, to be written out beside the percent."""

    RATIO = "C/B"
    PROGRESS = "(C-A)/(B-A)"
    REDUCTION = "(A-C)/(A-B)"
    WITHIN_LIMIT = "C<=B"
    OVER_LIMIT = "B/C"


EXCEEDED_ABOVE = Decimal("1.1")
# The Court of Accounts asks for the reason of a deviation in both directions.
DEVIATION_ABOVE = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Bands:
    """Where each status band begins, as a fraction; a value on the edge is inside."""

    achieved: Decimal = ONE
    mostly: Decimal = Decimal("0.8")
    partly: Decimal = Decimal("0.5")

    def status(self, achievement: Decimal) -> Status:
        if achievement >= self.achieved:
            return Status.ACHIEVED
        if achievement >= self.mostly:
            return Status.MOSTLY
        if achievement >= self.partly:
            return Status.PARTLY
        return Status.LOW

    @property
    def limits(self) -> tuple[Decimal, Decimal, Decimal]:
        return self.achieved, self.mostly, self.partly


DEFAULT_BANDS = Bands()


@dataclass(frozen=True, slots=True)
class Measurement:
    """One indicator in one year: its numbers, and what kind of number they are.

    ``is_unverified`` says that a number was reported which this reading does not count, because
    nobody has verified it; ``realization`` is then None.
    """

    baseline: Decimal | None
    target: Decimal | None
    realization: Decimal | None
    kind: Kind = Kind.COUNT
    direction: Direction = Direction.INCREASE
    reported_as: ReportedAs = ReportedAs.TOTAL
    is_unverified: bool = False

    @property
    def adds_to_baseline(self) -> bool:
        """Whether C is only what the year added, so that the total is A + C."""
        return (
            self.kind == Kind.LEVEL
            and self.reported_as == ReportedAs.INCREMENT
            and self.baseline is not None
        )

    @property
    def total(self) -> Decimal | None:
        """Return C as a total: for a level reported as increment A + C, else C as it is."""
        if self.realization is None or not self.adds_to_baseline:
            return self.realization
        assert self.baseline is not None
        return self.baseline + self.realization


@dataclass(frozen=True, slots=True)
class Achievement:
    """What a rule says of a measurement.

    ``value`` is neither rounded nor capped; None where the rule gives no rating.
    """

    rule: Rule
    status: Status
    value: Decimal | None = None
    formula: Formula | None = None

    @property
    def score(self) -> Decimal | None:
        """Return the achievement within 0…1; only scores are averaged."""
        if self.value is None:
            return None
        return min(max(self.value, ZERO), ONE)


def rate(
    measurement: Measurement, *, method: Method = Method.BY_KIND, bands: Bands = DEFAULT_BANDS
) -> Achievement:
    """Return the achievement of one indicator in one year under the plan's method."""
    unrated = _without_rating(measurement, method)
    if unrated is not None:
        return unrated
    rule, formula = _choose(measurement, method)
    value = _compute(formula, measurement)
    return Achievement(rule, bands.status(value), value, formula)


def _without_rating(m: Measurement, method: Method) -> Achievement | None:
    """Return the outcome of R1, R2, R3 and R7, which rate nothing; None if none applies."""
    no_target = Status.NO_TARGET if m.realization is None else Status.UNPLANNED
    if m.target is None:
        return Achievement(Rule.R1, no_target)
    if not is_due(m.target, m.direction):
        return Achievement(Rule.R3, no_target)
    if m.realization is None:
        is_known = m.is_unverified
        return Achievement(Rule.R2, Status.UNVERIFIED if is_known else Status.NOT_REPORTED)
    if method == Method.BY_KIND and _target_below_baseline(m):
        return Achievement(Rule.R7, Status.UNANSWERED)
    return None


def is_due(target: Decimal | None, direction: str) -> bool:
    """Whether a year's target expects a realization: R1 and R3 say when it does not.

    A zero target is met by doing nothing; only a decrease can mean it. Keeping a zero level has
    no ratio either, so it is treated alike.
    """
    return target is not None and (target != 0 or direction == Direction.DECREASE)


def reaches(value: Decimal, target: Decimal, direction: str) -> bool:
    """Whether a value stands where a target wants it: at or below it where less is better."""
    return value <= target if direction == Direction.DECREASE else value >= target


def _target_below_baseline(m: Measurement) -> bool:
    return (
        m.kind == Kind.LEVEL
        and m.direction == Direction.INCREASE
        and m.baseline is not None
        and m.target is not None
        and m.target < m.baseline
    )


def _choose(m: Measurement, method: Method) -> tuple[Rule, Formula]:
    """Return the rule that applies to a measurement with both B and C, and its formula."""
    assert m.target is not None and m.total is not None
    has_way_to_go = m.baseline is not None and m.baseline != m.target
    if method == Method.PROGRESS and has_way_to_go:
        return Rule.R5, Formula.PROGRESS
    if m.direction == Direction.DECREASE:
        if method == Method.BY_KIND and m.baseline is not None and m.baseline > m.target:
            return Rule.R8, Formula.REDUCTION
        within = reaches(m.total, m.target, m.direction)
        return Rule.R8, Formula.WITHIN_LIMIT if within else Formula.OVER_LIMIT
    if method != Method.BY_KIND:
        return Rule.R4, Formula.RATIO
    if m.direction == Direction.MAINTAIN:
        return Rule.R6, Formula.RATIO
    if m.kind == Kind.LEVEL and m.baseline is not None:
        return (Rule.R5, Formula.PROGRESS) if has_way_to_go else (Rule.R6, Formula.RATIO)
    return Rule.R4, Formula.RATIO


def _compute(formula: Formula, m: Measurement) -> Decimal:
    a, b, c = m.baseline, m.target, m.total
    assert b is not None and c is not None
    if formula is Formula.RATIO:
        return c / b
    if formula is Formula.WITHIN_LIMIT:
        return ONE
    if formula is Formula.OVER_LIMIT:
        # C > B here, so C is 0 or less only under a negative limit, which nothing met.
        return max(b, ZERO) / c if c > 0 else ZERO
    assert a is not None
    # (A−C)/(A−B) is the same quotient as (C−A)/(B−A), written for a way that leads down.
    return (c - a) / (b - a)


def badges(measurement: Measurement, achievement: Achievement) -> tuple[Badge, ...]:
    """Return the badges beside the status; they never change it."""
    found = []
    value = achievement.value
    if value is not None and is_exceeded(value):
        found.append(Badge.EXCEEDED)
    if _behind_baseline(measurement):
        found.append(Badge.BEHIND_BASELINE)
    if value is not None and needs_reason(value):
        found.append(Badge.DEVIATION)
    return tuple(found)


def is_exceeded(value: Decimal) -> bool:
    """Whether an achievement lies so far above 100 % that the target counts as exceeded."""
    return value > EXCEEDED_ABOVE


def needs_reason(value: Decimal) -> bool:
    """Whether an achievement lies so far off 100 %, either way, that it has to be explained."""
    return abs(value - ONE) > DEVIATION_ABOVE


def _behind_baseline(m: Measurement) -> bool:
    a, b, c = m.baseline, m.target, m.total
    if a is None or b is None or c is None:
        return False
    if m.direction == Direction.DECREASE:
        return c > a >= b
    return c < a <= b


# --- From indicators to branches, departments, objectives and the plan ---


@dataclass(frozen=True, slots=True, kw_only=True)
class Rated:
    """One indicator's contribution to a roll-up.

    ``counted_with`` names the row that already counts the same value; in a group that holds
    both, only the other one counts.
    """

    achievement: Achievement
    weight: Decimal = ONE
    id: Hashable = None
    counted_with: Hashable = None


class CountedOnce(Protocol):
    """What may stand twice in a group: a row, and the one that already counts the same."""

    @property
    def id(self) -> Hashable: ...

    @property
    def counted_with(self) -> Hashable: ...


Row = TypeVar("Row", bound=Rated)
Counted = TypeVar("Counted", bound=CountedOnce)


@dataclass(frozen=True, slots=True)
class Summary:
    """The figures of a group of indicators; fractions, None where nothing can be said.

    ``reported`` is what this reading counts: under "approved" the verified alone.
    """

    indicators: int = 0
    due: int = 0
    reported: int = 0
    mean: Decimal | None = None
    mean_unreported_zero: Decimal | None = None
    mean_uncapped: Decimal | None = None
    median: Decimal | None = None
    exceeded: int = 0
    deviations: int = 0
    statuses: Mapping[Status, int] = field(default_factory=dict)

    @property
    def reporting_rate(self) -> Decimal | None:
        """Return reported ÷ due; None where nothing is due."""
        return Decimal(self.reported) / self.due if self.due else None

    @property
    def scored(self) -> int:
        """Return over how many indicators with a score of their own the mean is."""
        return sum(self.count(status) for status in RATED)

    def count(self, status: Status) -> int:
        return self.statuses.get(status, 0)


EMPTY_SUMMARY = Summary()


def summarise(group: Iterable[Rated], *, unreported: Unreported = Unreported.SKIP) -> Summary:
    """Return the figures of one group: weighted means of scores, median and counts.

    ``mean``, ``mean_uncapped`` and ``median`` follow ``unreported``;
    ``mean_unreported_zero`` always counts the unreported as 0. Only what is missing is 0: what was
    reported and is not verified yet has a number, which is just not counted here.
    """
    group = counted_once(group)
    statuses: Counter[Status] = Counter()
    rated: list[tuple[Decimal, Decimal]] = []
    unreported_weights: list[Decimal] = []
    for item in group:
        achievement = item.achievement
        statuses[achievement.status] += 1
        if achievement.value is not None:
            rated.append((achievement.value, item.weight))
        elif achievement.status is Status.NOT_REPORTED:
            unreported_weights.append(item.weight)

    zeros = [(ZERO, weight) for weight in unreported_weights]
    scored = [(min(max(value, ZERO), ONE), weight) for value, weight in rated]
    counted, uncapped = (
        (scored, rated) if unreported == Unreported.SKIP else (scored + zeros, rated + zeros)
    )
    indicators = statuses.total()
    due = indicators - statuses[Status.NO_TARGET] - statuses[Status.UNPLANNED]
    return Summary(
        indicators=indicators,
        due=due,
        reported=due - statuses[Status.NOT_REPORTED] - statuses[Status.UNVERIFIED],
        mean=weighted_mean(counted),
        mean_unreported_zero=weighted_mean(scored + zeros),
        mean_uncapped=weighted_mean(uncapped),
        median=median([score for score, _ in counted]) if counted else None,
        exceeded=sum(is_exceeded(value) for value, _ in rated),
        deviations=sum(needs_reason(value) for value, _ in rated),
        statuses={status: statuses[status] for status in Status},
    )


def counted_once(group: Iterable[Counted]) -> list[Counted]:
    """Return the group without the rows that another row of it counts."""
    group = list(group)
    if all(item.counted_with is None for item in group):
        return group
    present = {item.id for item in group if item.counted_with is None}
    return [item for item in group if item.counted_with not in present]


def weighted_mean(values: Iterable[tuple[Decimal, Decimal]]) -> Decimal | None:
    """Return Σ value·weight ÷ Σ weight; None without any weight."""
    with localcontext() as context:
        context.prec = SUM_PRECISION
        total = weights = ZERO
        for value, weight in values:
            total += value * weight
            weights += weight
    return total / weights if weights else None


Key = TypeVar("Key", bound=Hashable)


def roll_up(
    rows: Iterable[Row],
    key: Callable[[Row], Key | None],
    *,
    unreported: Unreported = Unreported.SKIP,
) -> dict[Key, Summary]:
    """Return a summary per key, in order of first appearance; rows whose key is None stay out."""
    groups = grouped(rows, key)
    return {value: summarise(group, unreported=unreported) for value, group in groups.items()}


def grouped(rows: Iterable[Row], key: Callable[[Row], Key | None]) -> dict[Key, list[Row]]:
    """Return the rows by key, in order of first appearance; those whose key is None stay out."""
    groups: defaultdict[Key, list[Row]] = defaultdict(list)
    for row in rows:
        value = key(row)
        if value is not None:
            groups[value].append(row)
    return dict(groups)
