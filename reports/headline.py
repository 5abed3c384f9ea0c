"""What may be said of a year's score: the sentences that stand with it, wherever it stands.

Coverage comes first while a year is open or little is reported; then the score, between which
means it lies while questions are open, what it would be had nothing moved, and how hard the
targets were. The arithmetic is in ``indicators.progress``, ``indicators.ambition`` and
``findings.doubt``; here it is put into words, each number with the address of its rows.
Source: docs/domain.md, "Coverage and the headline".
"""

from __future__ import annotations

import datetime
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities import formats
from findings.doubt import RangeOfDoubt, YearDoubt
from findings.plan_year import PlanYear
from indicators import ambition, since_sent
from indicators.achievement import Reading, Status, Summary, Unreported, summarise
from indicators.ambition import NEAR_BASELINE, Ambition, NothingMoved, Sign, Tally
from indicators.editions import PublicFigures
from indicators.figures import Figure, Figures, Unit
from indicators.labels import exceeded_above
from indicators.progress import ENOUGH, Counts, count, is_covered
from indicators.since_sent import SinceSent
from pages.lines import Line, Piece, line
from pages.since_words import since_line
from reports.exports.rows import language

# What is reported and verified is that of the year, whatever the page's own reading.
AS_REPORTED = "reading=reported"


@dataclass(frozen=True, slots=True)
class Headline:
    """A year's score of the plan or a part of it, with what has to be said beside it.

    ``is_early`` while nobody can miss a realization yet. ``doubt`` is None without an open
    question. ``limits`` are the plan's bands; ``reading`` says what the score counts; ``since`` is
    what moved after it had been sent. ``reported`` are the figures of all that was reported, where
    the score counts the verified alone.
    """

    counts: Counts
    summary: Summary
    is_early: bool
    doubt: RangeOfDoubt | None
    moved: NothingMoved
    ambition: Ambition
    last_year: int
    unreported: Unreported
    limits: Sequence[Decimal]
    reading: Reading = Reading.REPORTED
    since: SinceSent = since_sent.NOTHING
    reported: Summary | None = None

    @property
    def coverage(self) -> Decimal | None:
        """Return the share of what is due that the score rests on; None where nothing is due."""
        if self.reading is Reading.APPROVED:
            return self.counts.verified_share
        return self.counts.coverage

    @property
    def is_complete(self) -> bool:
        """Whether the year is over and enough of it counted for its score to stand alone."""
        return not self.is_early and is_covered(self.coverage)

    @property
    def is_provisional(self) -> bool:
        """Whether the coverage is the headline, and the score stands beside it, smaller."""
        return not self.is_complete

    @property
    def scored(self) -> int:
        """Return over how many indicators the score is a mean."""
        return self.summary.scored

    @property
    def _counts_zeros(self) -> bool:
        """Whether the mean holds indicators that were not reported."""
        is_asked = self.unreported == Unreported.ZERO
        return is_asked and self.summary.count(Status.NOT_REPORTED) > 0

    # --- sentences ---

    @property
    def coverage_line(self) -> Line:
        counts = self.counts
        if not counts.due:
            return line(_("No indicator has a target this year."))
        return line(
            ngettext(
                "Reported for %(reported)s of %(due)s indicator with a target "
                "(%(reported_share)s), verified for %(verified)s (%(verified_share)s).",
                "Reported for %(reported)s of %(due)s indicators with a target "
                "(%(reported_share)s), verified for %(verified)s (%(verified_share)s).",
                counts.due,
            ),
            due=_number(counts.due, f"report=due&{AS_REPORTED}"),
            reported=_number(counts.reported, f"report=reported&{AS_REPORTED}"),
            reported_share=self._share(counts.coverage),
            verified=_number(counts.verified_results, f"report=verified&{AS_REPORTED}"),
            verified_share=self._share(counts.verified_share),
        )

    @property
    def score_line(self) -> Line:
        if self.summary.mean is None:
            return line(_("Nothing has a score yet."))
        return line(
            self._score_words(),
            n=_number(self.scored, "report=scored"),
            score=self._share(self.summary.mean),
            enough=_enough(),
        )

    def _score_words(self) -> str:
        if self.is_early:
            return ngettext(
                "So far the score of %(n)s indicator is %(score)s; it is provisional while the "
                "year is open.",
                "So far the mean score of %(n)s indicators is %(score)s; it is provisional while "
                "the year is open.",
                self.scored,
            )
        if self.is_provisional and self.reading is Reading.APPROVED:
            return ngettext(
                "The score of %(n)s verified indicator is %(score)s; it is provisional until "
                "%(enough)s of what is due has been verified.",
                "The mean score of %(n)s verified indicators is %(score)s; it is provisional until "
                "%(enough)s of what is due has been verified.",
                self.scored,
            )
        if self.is_provisional:
            return ngettext(
                "The score of %(n)s indicator is %(score)s; it is provisional until %(enough)s of "
                "what is due has been reported.",
                "The mean score of %(n)s indicators is %(score)s; it is provisional until "
                "%(enough)s of what is due has been reported.",
                self.scored,
            )
        if self._counts_zeros:
            return ngettext(
                "The score of %(n)s indicator is %(score)s with the unreported counted as 0.",
                "The mean score of %(n)s indicators is %(score)s with the unreported counted as 0.",
                self.scored,
            )
        return ngettext(
            "The score of %(n)s indicator is %(score)s.",
            "The mean score of %(n)s indicators is %(score)s.",
            self.scored,
        )

    @property
    def reported_line(self) -> Line | None:
        """Return the mean of all that was reported, beside that of the verified alone.

        None where the score is that mean, or nothing that was reported has a score.
        """
        if self.reported is None or self.reported.mean is None:
            return None
        n = self.reported.scored
        return line(
            ngettext(
                "As reported, the score of %(n)s indicator is %(score)s.",
                "As reported, the mean score of %(n)s indicators is %(score)s.",
                n,
            ),
            n=_number(n, f"report=scored&{AS_REPORTED}"),
            score=self._share(self.reported.mean),
        )

    @property
    def range_line(self) -> Line | None:
        """Return between what the score lies; None without an open question or a score."""
        if self.doubt is None or self.doubt.low is None:
            return None
        questions = _number(self.doubt.questions, "finding=blocking")
        if not self.doubt.is_open:
            return line(
                ngettext(
                    "The answer to %(n)s blocking question leaves the score as it is.",
                    "The answers to %(n)s blocking questions leave the score as it is.",
                    self.doubt.questions,
                ),
                n=questions,
            )
        return line(
            ngettext(
                "Depending on the answer to %(n)s blocking question, the score lies between "
                "%(low)s and %(high)s.",
                "Depending on the answers to %(n)s blocking questions, the score lies between "
                "%(low)s and %(high)s.",
                self.doubt.questions,
            ),
            n=questions,
            low=self._share(self.doubt.low),
            high=self._share(self.doubt.high),
        )

    @property
    def moved_line(self) -> Line | None:
        """Return what the score would be had nothing moved; None without a baseline."""
        if self.moved.supposed is None:
            return None
        return line(
            ngettext(
                "Had nothing moved, the score of %(n)s indicator with a baseline would be "
                "%(supposed)s; it is %(real)s.",
                "Had nothing moved, the mean score of %(n)s indicators with a baseline would be "
                "%(supposed)s; it is %(real)s.",
                len(self.moved.ids),
            ),
            n=_number(len(self.moved.ids), f"ambition={ambition.KNOWN}"),
            supposed=self._share(self.moved.supposed),
            real=self._share(self.moved.real),
        )

    @property
    def since_line(self) -> Line | None:
        """Return what moved after sending, and what that made of the mean; None for nothing."""
        return since_line(self.since, self.limits)

    @property
    def ambition_lines(self) -> dict[Sign, Line]:
        """Return one sentence for each sign of an easy target that could be looked for."""
        tallies = {sign: self.ambition.tally(sign) for sign in Sign}
        return {
            sign: self._ambition_line(sign, tally)
            for sign, tally in tallies.items()
            if tally is not None and tally.of
        }

    def _ambition_line(self, sign: Sign, tally: Tally) -> Line:
        asked = f"ambition={ambition.KNOWN}" if sign in OVER_BASELINES else "report=scored"
        return line(
            _sign_words(sign, tally.of),
            of=_number(tally.of, asked),
            n=_number(tally.count, f"ambition={sign}"),
            year=str(self.last_year),
            near=_points(NEAR_BASELINE),
            above=exceeded_above(),
        )

    def _share(self, fraction: Decimal | None) -> str:
        return formats.percent(fraction, language(), limits=self.limits)


OVER_BASELINES = (Sign.MET, Sign.NEAR)


def _sign_words(sign: Sign, of: int) -> str:
    """Return a sign's sentence; it is told of one or more, found at any number of them."""
    if sign is Sign.MET:
        return ngettext(
            "Of %(of)s target with a baseline, %(n)s had been met before the plan began.",
            "Of %(of)s targets with a baseline, %(n)s had been met before the plan began.",
            of,
        )
    if sign is Sign.NEAR:
        return ngettext(
            "Of %(of)s target with a baseline, %(n)s lay at most %(near)s beyond it (those "
            "already met included).",
            "Of %(of)s targets with a baseline, %(n)s lay at most %(near)s beyond it (those "
            "already met included).",
            of,
        )
    if sign is Sign.REACHED:
        return ngettext(
            "Of %(of)s indicator with a score, %(n)s already reached the target of %(year)s.",
            "Of %(of)s indicators with a score, %(n)s already reached the target of %(year)s.",
            of,
        )
    return ngettext(
        "Of %(of)s indicator with a score, the achievement of %(n)s was above %(above)s.",
        "Of %(of)s indicators with a score, the achievement of %(n)s was above %(above)s.",
        of,
    )


# --- Bringing the figures together ---


def of_rows(
    figures: Figures,
    rows: Iterable[Figure],
    counts: Counts,
    *,
    is_early: bool,
    doubt: RangeOfDoubt | None = None,
    hidden: Container[int] = (),
    reported: Figures | None = None,
) -> Headline:
    """Return what is said of some rows of a year's figures.

    ``reported`` are the same figures as reported; of these the mean is told where the others count
    the verified alone.

    ``hidden`` are the rows whose numbers the public must not see; of an edition no percent is told
    either where too little is verified. One query for the last year's
    targets, none where the figures hold them; one for what moved of stored figures.
    """
    rows = list(rows)
    shown = [row for row in rows if row.id not in hidden]
    moved = ambition.nothing_moved(shown, method=figures.method, bands=figures.bands)
    if isinstance(figures, PublicFigures):
        summary = figures.summarised(rows)
        if summary.mean is None:
            # Its real mean is the one that too little coverage keeps from the public.
            moved = NothingMoved(None, None, ())
        since = figures.since_sent(rows)
    else:
        summary = summarise(shown, unreported=figures.unreported)
        since = since_sent.since_sent(figures, shown)
    return Headline(
        counts,
        summary,
        is_early,
        doubt,
        moved,
        ambition.ambition(shown, figures.last_targets()),
        figures.plan.last_year,
        figures.unreported,
        figures.bands.limits,
        figures.reading,
        since,
        _as_reported(figures, shown, reported),
    )


def _as_reported(
    figures: Figures, rows: Iterable[Figure], reported: Figures | None
) -> Summary | None:
    """Return the summary of the same rows as reported; None where the figures are that reading."""
    if reported is None or figures.reading is Reading.REPORTED:
        return None
    ids = {row.id for row in rows}
    same = (row for row in reported.rows if row.id in ids)
    return summarise(same, unreported=figures.unreported)


def of_edition(figures: PublicFigures) -> Headline:
    """Return what is said of an edition, over the rows whose numbers are shown; no query."""
    results = figures.results
    reported = results.verified_results + (results.unverified or 0)
    counts = Counts(
        due=results.due,
        reported=reported,
        verified=results.verified_results,
        unverified=results.unverified or 0,
    )
    return of_rows(figures, figures.printed_rows, counts, is_early=False, hidden=figures.hidden)


def of_year(year: PlanYear, unit: Unit | None = None) -> Headline:
    """Return the headline of the year alone: of the plan, its tag, or one unit with its branches.

    Costs the queries of the figures, the findings and the progress, and one for last targets.
    """
    return of_part(
        year,
        [
            row
            for row in year.yearly.rows
            if unit is None or unit.id in (row.unit.id, row.department.id)
        ],
    )


def of_part(year: PlanYear, rows: Sequence[Figure]) -> Headline:
    """Return the headline of some of the year's rows, at the same cost."""
    ids = {row.id for row in rows}
    return of_rows(
        year.yearly,
        rows,
        count(row for row in year.progress.rows if row.id in ids),
        is_early=year.is_early(year.year),
        doubt=YearDoubt(year.findings).of(rows),
        reported=year.findings.figures,
    )


# --- Comparing ---


def comparable(a: Summary, b: Summary) -> bool:
    """Whether two years, units or readings may be compared by their score."""
    return all(is_covered(one.reporting_rate) for one in (a, b))


def not_compared(a: tuple[str, Summary], b: tuple[str, Summary]) -> str:
    """Return what is said instead of a difference; each side comes with what it is called."""
    text = _(
        "Scores are not compared (covered: %(a)s %(in_a)s, %(b)s %(in_b)s); that needs at least "
        "%(enough)s on both sides."
    )
    return text % {
        "a": a[0], "in_a": _part(a[1]), "b": b[0], "in_b": _part(b[1]), "enough": _enough()
    }  # fmt: skip


# --- A year that came in with a file ---


def why_no_arrival(year: int, day: datetime.date) -> str:
    """Return why a year says nothing of how it came in, from ``imports.reasons.imported_on``."""
    text = _(
        "Because all values of %(year)s came in with an import on %(day)s, a day that says nothing "
        "about when they were reported, data confidence and the line of reports are not shown."
    )
    return text % {"year": year, "day": date_format(day, "d.m.Y")}


def _part(summary: Summary) -> str:
    return f"{_amount(summary.reported)}/{_amount(summary.due)}"


def _amount(number: int) -> str:
    return formats.amount(Decimal(number), language())


def _number(number: int, query: str) -> Piece:
    return Piece(_amount(number), query)


def _points(fraction: Decimal) -> str:
    return formats.amount(fraction * 100, language(), percent=True)


def _enough() -> str:
    return _points(ENOUGH)
