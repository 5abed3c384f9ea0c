"""What publishing a year would say, what still stands against it, and what it became."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from itertools import pairwise

from django.db.models import QuerySet
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from accounts.models import Membership, User
from accounts.rights import Right, roles_with
from activities import formats, revisions
from activities.models import Plan
from findings.plan_year import PlanYear
from imports.reasons import for_public
from indicators import editions, periods, since_sent, small_numbers
from indicators.achievement import Reading, Status, Summary, summarise
from indicators.editions import EditionBroken, Erratum, Fault, FrozenFigures, Unfit
from indicators.figures import Figures
from indicators.models import Edition
from indicators.progress import ENOUGH, Counts, is_percent_public
from indicators.publishing import ENOUGH_VERIFIED, HUNDRED, POINTS_APART, Comparison
from indicators.results import results_of
from indicators.suppression import Withheld
from pages.lines import Line
from pages.public_words import beside_public, first_sentence_html
from pages.since_words import since_line
from review.small_numbers import SmallNumbers
from review.whole_year import WholeYear


class Job(StrEnum):
    """What comes before publishing, in the order in which it is done."""

    ANSWER = "answer"
    VERIFY = "verify"
    EXPLAIN = "explain"
    DECIDE = "decide"
    REASON = "reason"
    ASK = "ask"


@dataclass(frozen=True, slots=True)
class Scored:
    """The scores of some values: ``n`` is over how many indicators the mean is."""

    label: str
    summary: Summary

    @property
    def n(self) -> int:
        return self.summary.scored


@dataclass(frozen=True, slots=True)
class Unshown:
    """A unit or an objective whose percent the public does not read."""

    label: str
    verified: int
    due: int


# The distance of two means is drawn on so many points.
APART_SCALE = Decimal(15)


class Desk:
    """A closed or published year before it is published; ``seen`` is the plan's revision.

    Costs, besides the year's figures, findings and progress: the approved figures, the small
    numbers and what was decided on them, and the number of the last edition.
    """

    def __init__(self, here: PlanYear, person: User) -> None:
        self.here, self.person = here, person
        # Read before any number, so that what is shown is never newer than its mark.
        self.seen = revisions.current(here.plan)

    @cached_property
    def reported(self) -> Figures:
        return self.here.findings.figures

    @cached_property
    def verified(self) -> Figures:
        return self.reported.under(Reading.APPROVED)

    @cached_property
    def comparison(self) -> Comparison:
        return periods.compared(self.reported, self.verified)

    @cached_property
    def counts(self) -> Counts:
        return self.here.progress.plan_counts

    @cached_property
    def unverified(self) -> Summary:
        """Return the figures of what was reported and is not verified."""
        standing = self.here.progress.by_id
        return summarise(
            row
            for row in self.reported.rows
            if (stands := standing.get(row.id)) and stands.is_due and stands.is_unverified
        )

    @property
    def scores(self) -> list[Scored]:
        return [
            Scored(_("What was reported"), self.reported.summary),
            Scored(_("What is verified"), self.verified.summary),
            Scored(_("Reported and not verified"), self.unverified),
        ]

    @property
    def honest(self) -> str:
        """Return what the published score hides, in one sentence."""
        n = self.unverified.reported
        if not n:
            return _("Everything that was reported is verified.")
        if not self.comparison.verified:
            return _("Nothing of what was reported is verified yet.")
        low = self.unverified.count(Status.LOW)
        values = {
            "n": n,
            "low": low,
            "apart": formats.amount(self.comparison.apart_shown, get_language() or "tr"),
        }
        words = _honest_words(self.comparison, n) if low else _none_low(self.comparison)
        return words % values

    @property
    def since_line(self) -> Line | None:
        """Return what moved of the reported values after they were sent; None for nothing."""
        return since_line(since_sent.since_sent(self.reported), self.reported.bands.limits)

    @cached_property
    def small(self) -> SmallNumbers:
        return SmallNumbers(self.here, self.verified)

    # --- What comes first ---

    @property
    def questions(self) -> int:
        """Return how many blocking questions are open."""
        return self.here.findings.marks.total

    @cached_property
    def in_doubt(self) -> int:
        """Return how many values that wait for a verdict are kept by a question."""
        return sum(row.awaits_verdict and row.is_in_doubt for row in self.here.progress.rows)

    @cached_property
    def whole(self) -> WholeYear:
        return WholeYear(self.here, self.person)

    @cached_property
    def verifiable(self) -> int:
        """Return how many values this person can verify now, as the page behind it lists them."""
        return len(self.whole.verifiable)

    @cached_property
    def unexplained(self) -> int:
        """Return how many sent deviations lack their reason, where that keeps any waiting value."""
        keeps = any(row.waits for row in self.whole.unexplained)
        return len(self.whole.unexplained) if keeps else 0

    @property
    def may_override(self) -> bool:
        """Whether this person can publish in spite of a condition, giving a reason."""
        return self.person.may(Right.PUBLISH_ANYWAY) and self.comparison.emptiness is None

    @property
    def first_job(self) -> Job | None:
        """Return what is to be done first; None where the year can be published as it is."""
        if not self.comparison.holds:
            if self.questions:
                return Job.ANSWER
            if self.verifiable:
                return Job.VERIFY
            if self.unexplained:
                return Job.EXPLAIN
        if self.small.is_blocking:
            return Job.DECIDE
        if self.comparison.holds:
            return None
        return Job.REASON if self.may_override else Job.ASK

    @property
    def needs_reason(self) -> bool:
        """Whether this person can publish only with a reason."""
        return not self.comparison.holds and self.may_override and not self.small.is_blocking

    @property
    def can_publish(self) -> bool:
        return self.first_job is None or self.needs_reason

    @cached_property
    def administrators(self) -> list[str]:
        """Return the names of those who can publish with a reason."""
        return [
            each.get_full_name() or each.username for each in administrators(self.here.plan)[:5]
        ]

    # --- What the public will read ---

    @property
    def sentence(self) -> str:
        """Return the first sentence of the public page, word for word."""
        return first_sentence_html(self.counts, self.here.year, self.here.plan.municipality.name)

    @cached_property
    def beside_public(self) -> str:
        """Return which mean the public would read in place of that of the verified, and why.

        Three queries, none before anything is verified.
        """
        if self.verified.summary.mean is None:
            return ""
        upcoming = small_numbers.PublicNumbers(self.here.plan, upcoming=self.here.year)
        return _beside_public(self.verified, upcoming.withheld())

    @property
    def units_unshown(self) -> list[Unshown]:
        by_unit = self.here.progress.by_unit
        return [
            Unshown(f"{unit.number}. {unit.short}", counts.verified_results, counts.due)
            for unit in self.here.figures.units.values()
            if (counts := by_unit.get(unit.id)) and _is_unshown(counts)
        ]

    @property
    def objectives_unshown(self) -> list[Unshown]:
        return [
            Unshown(_("Objective %(code)s") % {"code": code}, counts.verified_results, counts.due)
            for code, counts in sorted(self.here.progress.by_objective.items())
            if _is_unshown(counts)
        ]

    @cached_property
    def number(self) -> int:
        """Return the number of the edition that would be published."""
        found = editions.latest(self.here.plan, self.here.year)
        return found.number + 1 if found else 1

    # --- The two conditions, in words and as they are drawn ---

    # In percentage points.
    enough = ENOUGH_VERIFIED * HUNDRED
    limit = POINTS_APART * HUNDRED
    percent_from = ENOUGH * HUNDRED

    @property
    def share_width(self) -> str:
        return _width(self.comparison.share * HUNDRED)

    @property
    def apart_width(self) -> str:
        """Return the distance on its scale."""
        return _width(abs(self.comparison.apart or Decimal(0)) * HUNDRED / APART_SCALE * HUNDRED)

    enough_at = f"{enough:.2f}"
    apart_at = f"{limit / APART_SCALE * HUNDRED:.2f}"


def _beside_public(figures: Figures, withheld: Withheld) -> str:
    """Return why the public reads another mean than that of verified figures, all rows in."""
    hidden = withheld.values_of(figures.year)
    rows = figures.rows
    shown = [row for row in rows if row.id not in hidden or row.measurement.realization is None]
    if not results_of(rows).is_percent_public:
        return ""
    public = summarise(shown, unreported=figures.unreported)
    return beside_public(figures.summary, public, len(rows) - len(shown), figures.bands.limits)


def _width(percent: Decimal) -> str:
    """Write a width for an SVG attribute: within 0 to 100, with a dot."""
    return f"{min(max(percent, Decimal(0)), HUNDRED):.2f}"


def _is_unshown(counts: Counts) -> bool:
    return bool(counts.due) and not is_percent_public(counts.verified_results, counts.due)


def _honest_words(found: Comparison, n: int) -> str:
    if found.is_near or found.apart is None:
        return ngettext(
            "%(low)s of %(n)s unverified indicator is “Low”; the two scores lie %(apart)s points "
            "apart.",
            "%(low)s of %(n)s unverified indicators are “Low”; the two scores lie %(apart)s points "
            "apart.",
            n,
        )
    if found.apart > 0:
        return ngettext(
            "%(low)s of %(n)s unverified indicator is “Low”: the published score looks %(apart)s "
            "points higher than what was reported.",
            "%(low)s of %(n)s unverified indicators are “Low”: the published score looks "
            "%(apart)s points higher than what was reported.",
            n,
        )
    return ngettext(
        "%(low)s of %(n)s unverified indicator is “Low”: the published score looks %(apart)s "
        "points lower than what was reported.",
        "%(low)s of %(n)s unverified indicators are “Low”: the published score looks %(apart)s "
        "points lower than what was reported.",
        n,
    )


def _none_low(found: Comparison) -> str:
    if found.is_near or found.apart is None:
        return _(
            "None of the unverified indicators (%(n)s) is “Low”; the two scores lie %(apart)s "
            "points apart."
        )
    if found.apart > 0:
        return _(
            "None of the unverified indicators (%(n)s) is “Low”; even so the published score looks "
            "%(apart)s points higher than what was reported."
        )
    return _(
        "None of the unverified indicators (%(n)s) is “Low”: the published score looks %(apart)s "
        "points lower than what was reported."
    )


def administrators(plan: Plan) -> QuerySet[User]:
    """Return everybody of the plan's municipality who can publish with a reason."""
    own = Membership.objects.filter(
        municipality=plan.municipality_id, role__in=roles_with(Right.PUBLISH_ANYWAY)
    )
    active = User.objects.filter(pk__in=own.values("person"), is_active=True)
    return active.order_by("first_name", "last_name", "username")


# --- After publishing ---


@dataclass(slots=True)
class Stored:
    """An edition, the checksum the public reads, "" where it fits no longer, and why it is refused.

    ``noted_by`` is the edition after it where that one noted another checksum of this one, which
    was written anew since.
    """

    edition: Edition
    public_checksum: str
    unfit: Unfit | None = None
    noted_by: int | None = None

    @property
    def is_served(self) -> bool:
        return self.unfit is None

    @property
    def is_intact(self) -> bool:
        """Whether the edition itself fits, be it served or not."""
        return (self.unfit is None or not self.unfit.is_own) and self.noted_by is None


@dataclass(frozen=True, slots=True)
class Published:
    """A published year's editions, the newest first, what was corrected since it, and its mean.

    ``since_line`` says what of it had moved after it was sent, None for nothing; ``beside_public``
    why the public reads another mean. Nothing is read of a newest edition that does not fit.
    """

    stored: list[Stored]
    errata: list[Erratum]
    mean: Decimal | None
    since_line: Line | None = None
    beside_public: str = ""


def _fitting(here: PlanYear, edition: Edition) -> tuple[FrozenFigures, Withheld] | Unfit:
    """Return an edition's figures and what of them nobody sees; why where it is refused."""
    try:
        frozen = FrozenFigures(here.plan, edition)
        return frozen, frozen.vouch()
    except EditionBroken as refused:
        return refused.of(edition)


def _stored(edition: Edition, found: tuple[FrozenFigures, Withheld] | Unfit) -> Stored:
    """Return an edition with what is told of it; one query for one that is refused."""
    if not isinstance(found, Unfit):
        return Stored(edition, found[0].public_checksum)
    return Stored(edition, "" if found.is_own else edition.public_checksum, found)


def published(here: PlanYear) -> Published | None:
    """Return the year's editions; None before it is published."""
    found = list(
        Edition.objects.filter(plan=here.plan, year=here.year)
        .select_related("published_by")
        .order_by("-number")
    )
    if not found:
        return None
    fitting = [_fitting(here, each) for each in found]
    stored = [_stored(each, fits) for each, fits in zip(found, fitting, strict=True)]
    for after, each in pairwise(stored):
        if after.unfit is not None and after.unfit.fault is Fault.BEFORE:
            each.noted_by = after.edition.number
    newest = fitting[0]
    if isinstance(newest, Unfit):
        return Published(stored, [], None)
    frozen, withheld = newest
    since = since_sent.compared(frozen, frozen.rows, frozen.recorded)
    return Published(
        stored,
        for_public(editions.errata(frozen)),
        frozen.summary.mean,
        since_line(since, frozen.bands.limits),
        _beside_public(frozen, withheld),
    )
