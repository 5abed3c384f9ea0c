"""What the report says in short: its sentences and headline figures, which its page shows too.

Each figure comes from the roll-up (indicators.figures) and each question from findings.year.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities import formats
from findings.year import YearFindings
from indicators.achievement import EMPTY_SUMMARY, Reading, Status, Summary
from indicators.figures import Figure, Figures, Level, Unit
from indicators.labels import STATUS_LABELS, deviation_points, exceeded_above
from reports.annual.contents import Fact, ScoreLine, Share, StatusCount
from reports.annual.options import Options
from reports.exports.rows import language

MOST_NAMED = 3
"""Departments that one sentence names; more are counted."""


class ReportSummary:
    """The figures of what was chosen, and what is said of them."""

    def __init__(self, figures: Figures, options: Options) -> None:
        self.options = options
        self.whole = figures
        rows = [row for row in figures.rows if options.covers_row(row)]
        self.figures = figures if options.is_whole else _narrowed(figures, rows)
        self.limits = figures.bands.limits
        self.language = language()
        reported = figures.reading is Reading.REPORTED
        self.findings = YearFindings(figures if reported else figures.under(Reading.REPORTED))
        self.ids = {row.id for row in rows}

    @property
    def blocking(self) -> int:
        return self.findings.marks.among(self.ids)

    def count(self, number: int) -> str:
        return formats.amount(Decimal(number), self.language)

    def share(self, fraction: Decimal | None) -> Share:
        text = formats.percent(fraction, self.language, limits=self.limits)
        if fraction is None:
            return Share(None, text)
        return Share(Decimal(formats.tenths(fraction, self.limits)) / 1000, text)

    def line(
        self, number: str, name: str, short: str, summary: Summary, *, is_branch: bool = False
    ) -> ScoreLine:
        return ScoreLine(
            number,
            name,
            short,
            is_branch,
            self.share(summary.mean),
            summary.indicators,
            summary.due,
            summary.reported,
            status_counts(summary),
            self.findings.blocking[number] if number else 0,
        )

    def departments(self) -> list[ScoreLine]:
        """Return the chosen departments, each followed by its branches, in plan order."""
        summaries = {**self.figures.by(Level.DEPARTMENT), **self.figures.by(Level.BRANCH)}
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
                is_branch=unit.parent_id in units,
            )
            for unit in sorted(chosen, key=self._place)
        ]

    def _place(self, unit: Unit) -> tuple[int, bool]:
        order = list(self.figures.units)
        above = unit.parent_id if unit.parent_id in self.figures.units else unit.id
        return order.index(above or unit.id), above != unit.id

    def facts(self) -> list[Fact]:
        summary = self.figures.summary
        return [
            Fact(
                _("Plan score") if self.options.is_whole else _("Score"),
                self.share(summary.mean).text,
                "" if self.options.is_whole else self._of_the_plan(),
            ),
            Fact(
                _("Reporting rate"),
                f"{self.count(summary.reported)}/{self.count(summary.due)}",
                self.share(summary.reporting_rate).text if summary.due else "",
            ),
            Fact(_("Median score"), self.share(summary.median).text),
            Fact(_("With the unreported as 0"), self.share(summary.mean_unreported_zero).text),
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
            Fact(_("Open questions that keep from verification"), self.count(self.blocking)),
        ]

    def _of_the_plan(self) -> str:
        mean = self.share(self.whole.summary.mean).text
        return _("whole plan: %(score)s") % {"score": mean}

    # --- sentences ---

    def sentences(self, departments: Sequence[ScoreLine]) -> list[str]:
        """Return the summary as sentences; nothing in them is worked out here."""
        return [
            *self._coverage(),
            *self._scores(),
            *self._best_and_worst([line for line in departments if not line.is_branch]),
            self._open_questions(),
        ]

    def _coverage(self) -> Iterator[str]:
        summary, figures = self.figures.summary, self.figures
        values = {"year": figures.year, "n": self.count(summary.indicators)}
        yield (
            ngettext(
                "This report covers %(n)s indicator of %(year)s.",
                "This report covers %(n)s indicators of %(year)s.",
                summary.indicators,
            )
            % values
        )
        if not summary.due:
            yield _("No indicator has a target this year.")
            return
        yield _(
            "A target for the year is set for %(due)s of them, and %(reported)s of these were "
            "reported (reporting rate %(rate)s)."
        ) % {
            "due": self.count(summary.due),
            "reported": self.count(summary.reported),
            "rate": self.share(summary.reporting_rate).text,
        }
        if figures.reading is Reading.APPROVED:
            yield _(
                "Under this reading, values that were sent but not verified count as not reported."
            )

    def _scores(self) -> Iterator[str]:
        summary = self.figures.summary
        if summary.mean is None:
            return
        yield _(
            "The mean score is %(mean)s and the median %(median)s; with the unreported as 0 the "
            "mean would be %(zero)s."
        ) % {
            "mean": self.share(summary.mean).text,
            "median": self.share(summary.median).text,
            "zero": self.share(summary.mean_unreported_zero).text,
        }
        counted = (f"{one.label} {self.count(one.count)}" for one in status_counts(summary))
        yield _("By status: %(counts)s.") % {"counts": ", ".join(counted)}
        yield _(
            "Exceeding the target (above %(above)s): %(exceeded)s. Deviating by more than "
            "%(points)s points, upwards or downwards, so that a reason is needed: %(deviations)s."
        ) % {
            "above": exceeded_above(),
            "points": deviation_points(),
            "exceeded": self.count(summary.exceeded),
            "deviations": self.count(summary.deviations),
        }

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


def _narrowed(figures: Figures, rows: list[Figure]) -> Figures:
    """Return the same figures of some rows only, so that the roll-up sums up just these."""
    other = figures.under(figures.reading)
    other.rows = rows
    return other


def status_counts(summary: Summary) -> tuple[StatusCount, ...]:
    """Return the statuses that occur, in the order of bars and legends."""
    return tuple(
        StatusCount(Status(status), str(label), summary.count(Status(status)))
        for status, label in STATUS_LABELS.items()
        if summary.count(Status(status))
    )
