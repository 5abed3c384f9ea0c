"""The shape of what the API asks for and answers; ratios are fractions as decimal strings."""

from __future__ import annotations

from datetime import date
from typing import Literal

from ninja import Field, Schema

from activities.models import Period
from indicators.achievement import (
    Direction,
    Kind,
    Method,
    Reading,
    ReportedAs,
    Result,
    Rule,
    Unreported,
)
from indicators.achievement import Status as RatedStatus
from indicators.figures import Level
from indicators.models import Indicator
from reports.official import OutputState

PAGE_LENGTH, LONGEST_PAGE = 200, 500
LONGEST_TEXT = 100

Fraction = str
"""A fraction as a decimal string, unrounded: "0.8281" is 82.81 %."""


WITHOUT_WITHHELD = (
    "{}. Of an edition without the withheld; the public page and the report count these, too."
)

# --- What is asked ---


class Paged(Schema):
    limit: int = Field(PAGE_LENGTH, ge=1, le=LONGEST_PAGE, description="Items of one answer.")
    offset: int = Field(0, ge=0, description="Items to leave out from the beginning.")


class OfYear(Paged):
    year: int = Field(description="A year of the plan.")
    state: OutputState | None = Field(
        None,
        description="The published edition (`official`), or what stands in the records now "
        "(`working`), which takes an account. Without it: the edition of a published year, else "
        "the working state.",
    )
    reading: Reading | None = Field(
        None,
        description="Which realizations of the working state count: all that were sent "
        "(`reported`), or the verified ones only (`approved`). An edition holds verified values; "
        "`reported` is refused there.",
    )
    unreported: Unreported | None = Field(
        None, description="Leave the unreported out of a mean, or count them as 0; else the plan's."
    )


class AchievementQuery(OfYear):
    by: Level = Field(Level.PLAN, description="What to sum up to.")


class IndicatorQuery(OfYear):
    department: str | None = Field(
        None, max_length=12, description="A unit's number as printed: `7`, `11.2`."
    )
    objective: str | None = Field(
        None, max_length=20, description="An objective's or a goal's code: `4`, `4.4`."
    )
    status: RatedStatus | None = None
    q: str | None = Field(
        None, max_length=LONGEST_TEXT, description="Words in code, activity or indicator."
    )
    tag: str | None = Field(
        None, max_length=40, description="A tag with or without its scheme: `sdg:5.2`, `5.2`."
    )


# --- What is answered ---


class Problem(Schema):
    detail: str = Field(description="What is wrong, in a sentence.")


class Page(Schema):
    count: int = Field(description="Items in all.")
    limit: int
    offset: int
    next: str | None = Field(description="Where the next items are.")
    previous: str | None


class PlanItem(Schema):
    slug: str
    name: str
    short_name: str
    municipality: str
    first_year: int
    last_year: int
    years: list[int] = Field(description="The years whose figures the caller can read.")
    url: str


class Plans(Page):
    items: list[PlanItem]


class PeriodItem(Schema):
    year: int
    state: Period.State
    opens_on: date | None
    closes_on: date | None


class UnitItem(Schema):
    number: str
    name: str
    short_name: str
    parent: str | None = Field(description="The department's number, where this is a branch.")


class Bands(Schema):
    """Where each status begins; lower bound inclusive."""

    achieved: Fraction
    mostly: Fraction
    partly: Fraction


class PlanDetail(PlanItem):
    method: Method
    unreported: Unreported
    bands: Bands
    periods: list[PeriodItem]
    units: list[UnitItem]


class EditionItem(Schema):
    number: int
    published_on: date
    checksum: str = Field(description="SHA-256 of the edition's public document, edition.json.")
    url: str = Field(description="The public page of the year.")


class ErratumItem(Schema):
    """A number that was corrected after the edition; the edition itself stays as it was."""

    id: int
    key: str
    indicator: str
    field: Literal["baseline", "target", "realization"]
    before: str | None
    before_text: str
    after: str | None
    after_text: str
    corrected_on: date | None
    reason: str


class YearPage(Page):
    plan: str
    year: int
    state: OutputState
    reading: Reading
    method: Method
    unreported: Unreported
    edition: EditionItem | None = Field(
        description="The frozen edition these figures come from; null for the working state."
    )
    errata: list[ErratumItem] = Field(
        description="What was corrected since the edition; empty for the working state, which "
        "holds the corrections."
    )


class Statuses(Schema):
    achieved: int
    mostly: int
    partly: int
    low: int
    unverified: int = Field(
        0, description="Reported, not verified: a state only of what counts the verified alone."
    )
    not_reported: int
    no_target: int
    unplanned: int
    unanswered: int


class SummaryItem(Schema):
    key: str
    name: str
    indicators: int
    due: int = Field(description=WITHOUT_WITHHELD.format("Indicators with a target in the year"))
    reported: int = Field(
        description=WITHOUT_WITHHELD.format("Those of the due that the reading counts")
    )
    mean: Fraction | None = Field(
        description="The weighted mean of the indicators' scores. Of an edition only where at "
        "least 80 percent of what is due is verified."
    )
    mean_uncapped: Fraction | None
    median: Fraction | None
    statuses: Statuses


class Suppressible(Schema):
    suppressed: bool = Field(
        False,
        description="Only where true: the number could identify people; status and rule are null.",
    )


class Standing(Schema):
    standing: Result | None = Field(
        description="Where the number stands: verified, reported (and not verified) or "
        "not_reported. Null where an old edition did not record it."
    )


class IndicatorFigureItem(Suppressible, Standing):
    key: str
    department: str
    branch: str | None
    code: str
    activity: str
    indicator: str
    baseline: str | None
    target: str | None
    realization: str | None
    achievement: Fraction | None
    score: Fraction | None
    status: RatedStatus | None
    rule: Rule | None


class Range(Schema):
    """Between which scores the answers to the open blocking questions leave the mean."""

    low: Fraction | None
    high: Fraction | None
    questions: int


class NothingMoved(Schema):
    """The mean had each indicator with a baseline stayed there, beside its real one."""

    supposed: Fraction | None
    real: Fraction | None
    n: int


class SinceSent(Schema):
    """What moved after it was sent, and the mean of the same rows before and after it.

    The means are null where nothing moved, and where one could tell a hidden number.
    """

    answers: int = Field(description="Answers to questions that changed a figure.")
    other_rows: int = Field(description="Rows that were corrected otherwise.")
    mean_before: Fraction | None
    mean_after: Fraction | None


class Tally(Schema):
    count: int
    of: int


class Ambition(Schema):
    """How hard the targets were; null where it is not asked."""

    met: Tally = Field(description="Targets that the baseline had met, of those with a baseline.")
    near: Tally = Field(description="Targets at most 10 % beyond the baseline, those met included.")
    reached: Tally | None = Field(description="Indicators already at the plan's last target.")
    exceeded: Tally = Field(description="Indicators above 110 %.")


class HeadlineItem(Schema):
    """What has to be said beside a year's score."""

    is_provisional: bool = Field(
        description="The year is open, or less than 80 % is in: do not compare its score."
    )
    due: int = Field(description=WITHOUT_WITHHELD.format("Indicators with a target in the year"))
    reported: int | None = Field(description="Null for an edition, which holds the verified alone.")
    verified: int
    n: int = Field(description="Over how many indicators the score is a mean.")
    withheld: int = Field(
        description="Rows that are not shown, so that nobody can be recognised; none in the "
        "working state. They are in no count and no mean here."
    )
    score: Fraction | None
    range: Range | None = Field(
        description="Null without a blocking question. Of an edition it is of the mean of all that "
        "was reported, by the questions that were open when it was published."
    )
    since_sent: SinceSent
    nothing_moved: NothingMoved
    ambition: Ambition
    sentences: dict[str, dict[str, str]] = Field(
        description="The same in sentences, by language (`tr`, `en`) and by what they are about."
    )


class Achievements(YearPage):
    by: Level
    headline: HeadlineItem | None = Field(None, description="Of the whole plan only.")
    items: list[SummaryItem] | list[IndicatorFigureItem]


class Texts(Schema):
    """The cells as they were written."""

    baseline: str
    targets: dict[str, str]
    realization: str


class IndicatorItem(Suppressible, Standing):
    id: int
    key: str
    department: str
    branch: str | None
    code: str
    activity: str
    indicator: str
    measure: Indicator.Measure
    kind: Kind
    kind_confirmed: bool
    direction: Direction
    reported_as: ReportedAs
    weight: str
    baseline: str | None
    targets: dict[str, str | None] = Field(description="By year; null where no number is set.")
    realization: str | None
    absence: str = Field(description="Why there is no realization: not_due, not_measured, other.")
    texts: Texts
    achievement: Fraction | None
    score: Fraction | None
    status: RatedStatus | None
    rule: Rule | None
    tags: list[str]


class Indicators(YearPage):
    items: list[IndicatorItem]


class TargetItem(Schema):
    id: int
    key: str
    department: str
    branch: str | None
    code: str
    indicator: str
    year: int
    value: str | None
    text: str


class Targets(YearPage):
    items: list[TargetItem]


class RealizationItem(TargetItem, Suppressible, Standing):
    absence: str


class Realizations(YearPage):
    items: list[RealizationItem]
