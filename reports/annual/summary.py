"""What the report says in short: its sentences and headline figures, which its page shows too.

Each figure comes from the roll-up (indicators.figures), each sentence about the score from
reports.headline, and each question from findings.year; an edition has none of the last.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities import formats
from findings.doubt import YearDoubt
from findings.plan_year import PlanYear
from findings.year import YearFindings
from indicators.achievement import EMPTY_SUMMARY, Reading, Status, Summary
from indicators.editions import PublicFigures
from indicators.figures import Level, Unit
from indicators.labels import STATUS_LABELS, deviation_points, exceeded_above
from indicators.progress import count
from indicators.results import Results
from pages.lines import Line, Piece
from pages.public_words import means_sentence, withheld_sentence
from reports.annual.contents import Fact, ScoreLine, Share, StatusCount
from reports.annual.options import Options
from reports.exports.rows import language
from reports.headline import Headline, of_edition, of_rows
from reports.official import Source

MOST_NAMED = 3
"""Departments that one sentence names; more are counted."""


class ReportSummary:
    """The figures of what was chosen, and what is said of them."""

    def __init__(self, source: Source, options: Options) -> None:
        self.source = source
        self.options = options
        self.whole = source.figures
        self.ids = {row.id for row in self.whole.printed_rows if options.covers_row(row)}
        self.figures = self.whole if options.is_whole else self.whole.narrowed(self.ids)
        self.limits = self.whole.bands.limits
        self.language = language()

    @property
    def is_official(self) -> bool:
        return self.source.is_official

    @cached_property
    def now(self) -> PlanYear:
        """Return the plan's year as it stands, which the working state speaks of."""
        year = PlanYear(self.whole.plan, self.whole.year, reading=self.whole.reading)
        year.figures = year.yearly = self.whole  # loaded once
        return year

    @property
    def findings(self) -> YearFindings:
        return self.now.findings

    @cached_property
    def headline(self) -> Headline:
        """Return what is said of the score, as the pages say it.

        Of an edition it costs no query, of the working state those of findings and progress.
        """
        figures = self.figures
        if isinstance(figures, PublicFigures):
            return of_edition(figures)
        rows = [row for row in self.now.progress.rows if row.id in self.ids]
        return of_rows(
            figures,
            figures.rows,
            count(rows),
            is_early=self.now.is_early(figures.year),
            doubt=YearDoubt(self.findings).of(figures.rows),
            reported=self.findings.figures,
        )

    @property
    def counts_verified(self) -> bool:
        """Whether scores and counts are of the verified alone."""
        return self.figures.reading is Reading.APPROVED

    @property
    def is_provisional(self) -> bool:
        """Whether the scores are provisional, as the pages say it; those of an edition stand."""
        return not self.is_official and self.headline.is_provisional

    def score_name(self, name: str) -> str:
        """Return what heads a score, in tables as in figures: whether it is provisional, too."""
        return _("%(score)s (provisional)") % {"score": name} if self.is_provisional else name

    @property
    def blocking(self) -> int:
        """Return how many questions keep values from being verified; an edition holds none."""
        return 0 if self.is_official else self.findings.marks.among(self.ids)

    def count(self, number: int) -> str:
        return formats.amount(Decimal(number), self.language)

    def share(self, fraction: Decimal | None) -> Share:
        text = formats.percent(fraction, self.language, limits=self.limits)
        if fraction is None:
            return Share(None, text)
        return Share(Decimal(formats.tenths(fraction, self.limits)) / 1000, text)

    def line(
        self,
        number: str,
        name: str,
        short: str,
        summary: Summary,
        results: Results | None,
        *,
        is_branch: bool = False,
    ) -> ScoreLine:
        """Return a group's line; what is due and verified of an edition is in ``results``."""
        return ScoreLine(
            number,
            name,
            short,
            is_branch,
            self.share(summary.mean),
            summary.indicators,
            results.due if results else summary.due,
            results.verified_results if results else summary.reported,
            status_counts(summary),
            self.findings.blocking[number] if number and not self.is_official else 0,
        )

    @property
    def results(self) -> Results | None:
        """Return where an edition's numbers stand, the hidden ones included, as on its page.

        None of the working state, in which nothing is hidden.
        """
        return self.figures.results if isinstance(self.figures, PublicFigures) else None

    def results_by(self, level: Level) -> Mapping[str, Results]:
        figures = self.figures
        return figures.results_by(level) if isinstance(figures, PublicFigures) else {}

    def departments(self) -> list[ScoreLine]:
        """Return the chosen departments, each followed by its branches, in plan order."""
        summaries = {**self.figures.by(Level.DEPARTMENT), **self.figures.by(Level.BRANCH)}
        results = {**self.results_by(Level.DEPARTMENT), **self.results_by(Level.BRANCH)}
        units = self.figures.units
        chosen = [
            unit
            for unit in units.values()
            if self.options.covers(unit, units.get(unit.parent_id or 0, unit))
        ]
        return [
            self.line(
                unit.number,
                unit.name,
                unit.short,
                summaries.get(unit.number, EMPTY_SUMMARY),
                results.get(unit.number),
                is_branch=unit.parent_id in units,
            )
            for unit in sorted(chosen, key=self._place)
        ]

    def _place(self, unit: Unit) -> tuple[int, bool]:
        order = list(self.figures.units)
        above = unit.parent_id if unit.parent_id in self.figures.units else unit.id
        return order.index(above or unit.id), above != unit.id

    def facts(self) -> list[Fact]:
        summary, results = self.figures.summary, self.results
        due = results.due if results else summary.due
        said = results.verified_results if results else summary.reported
        return [
            Fact(
                self.score_name(_("Plan score") if self.options.is_whole else _("Score")),
                self.share(summary.mean).text,
                "" if self.options.is_whole else self._of_the_plan(),
            ),
            Fact(
                _("Verified of what is due") if self.counts_verified else _("Reporting rate"),
                f"{self.count(said)}/{self.count(due)}",
                self.share(Decimal(said) / due).text if due else "",
            ),
            Fact(self.score_name(_("Median score")), self.share(summary.median).text),
            Fact(
                self.score_name(_("With the unreported as 0")),
                self.share(summary.mean_unreported_zero).text,
            ),
            Fact(
                _("Exceeding the target"),
                self.count(summary.exceeded),
                _("(above %(above)s)") % {"above": exceeded_above()},
            ),
            Fact(
                _("Deviations that need a reason"),
                self.count(summary.deviations),
                _("more than %(points)s points") % {"points": deviation_points()},
            ),
            *self._open_facts(),
        ]

    def _open_facts(self) -> Iterator[Fact]:
        if not self.is_official:
            yield Fact(_("Open questions that keep from verification"), self.count(self.blocking))

    def _of_the_plan(self) -> str:
        mean = self.share(self.whole.summary.mean).text
        return _("whole plan: %(score)s") % {"score": mean}

    # --- sentences ---

    def sentences(self, departments: Sequence[ScoreLine]) -> list[str]:
        """Return the summary as sentences; nothing in them is worked out here."""
        return [
            *self._about(),
            *(str(line) for line in self._headline()),
            *self._counts(),
            *self._best_and_worst([line for line in departments if not line.is_branch]),
            *([] if self.is_official else [self._open_questions()]),
        ]

    def _about(self) -> Iterator[str]:
        figures, indicators = self.figures, len(self.ids)
        yield ngettext(
            "This report covers %(n)s indicator of %(year)s.",
            "This report covers %(n)s indicators of %(year)s.",
            indicators,
        ) % {"year": figures.year, "n": self.count(indicators)}
        if hidden := sum(self.source.is_hidden(row) for row in figures.printed_rows):
            yield withheld_sentence(hidden)
        if figures.reading is Reading.APPROVED and not self.is_official:
            yield _("Under this reading, scores hold verified values only.")

    def _headline(self) -> Iterator[Line]:
        """Yield the sentences of the headline, in the order of the pages."""
        told = self.headline
        yield told.coverage_line
        if self.figures.summary.mean is not None:
            yield told.score_line
        if told.reported_line is not None:
            yield told.reported_line
        yield from self._means()
        if told.since_line is not None:
            yield told.since_line
        if self.figures.summary.mean is None:
            return
        yield from filter(None, (told.range_line, told.moved_line))
        yield from told.ambition_lines.values()

    def _means(self) -> Iterator[Line]:
        """Yield what the public page says of the mean of all that was reported, or why of none."""
        figures = self.figures
        if (
            isinstance(figures, PublicFigures)
            and self.options.is_whole
            and (figures.results.unverified or figures.summary.mean is None)
        ):
            yield Line((Piece(means_sentence(figures)),))

    def _counts(self) -> Iterator[str]:
        summary = self.figures.summary
        if summary.mean is None:
            return
        counted = (f"{one.label} {self.count(one.count)}" for one in status_counts(summary))
        yield _("By status: %(counts)s.") % {"counts": ", ".join(counted)}
        yield _(
            "Deviating by more than %(points)s points, upwards or downwards, so that a reason is "
            "needed: %(deviations)s."
        ) % {"points": deviation_points(), "deviations": self.count(summary.deviations)}

    def _best_and_worst(self, lines: Sequence[ScoreLine]) -> Iterator[str]:
        scored = [(line.score.value, line) for line in lines if line.score.value is not None]
        if len(scored) > 1:
            high, low = max(value for value, _line in scored), min(value for value, _ in scored)
            if high != low:
                top = [line for value, line in scored if value == high]
                bottom = [line for value, line in scored if value == low]
                yield _(
                    "The highest department score is %(high)s (%(best)s), the lowest %(low)s "
                    "(%(worst)s)."
                ) % {
                    "high": top[0].score.text,
                    "best": self._named(top),
                    "low": bottom[0].score.text,
                    "worst": self._named(bottom),
                }
        idle = [line for line in lines if not line.due]
        if idle and len(lines) > 1:
            yield _("Departments without a target this year: %(names)s.") % {
                "names": ", ".join(line.short for line in idle)
            }

    def _named(self, lines: Sequence[ScoreLine]) -> str:
        if len(lines) <= MOST_NAMED:
            return ", ".join(line.short for line in lines)
        counted = ngettext("%(n)s department", "%(n)s departments", len(lines))
        return counted % {"n": self.count(len(lines))}

    def _open_questions(self) -> str:
        count = self.blocking
        if not count:
            return _("No question that keeps a value from being verified is open.")
        return ngettext(
            "%(n)s question about these numbers is open and keeps values from being verified; its "
            "answer may change the figures.",
            "%(n)s questions about these numbers are open and keep values from being verified; "
            "their answers may change the figures.",
            count,
        ) % {"n": self.count(count)}


def status_counts(summary: Summary) -> tuple[StatusCount, ...]:
    """Return the statuses that occur, in the order of bars and legends."""
    return tuple(
        StatusCount(Status(status), str(label), summary.count(Status(status)))
        for status, label in STATUS_LABELS.items()
        if summary.count(Status(status))
    )
