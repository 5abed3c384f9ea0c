"""The figures of an edition as the public reads them: without what could identify people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from functools import cached_property
from typing import Any

from activities.models import Plan
from indicators import small_numbers
from indicators.achievement import Summary, grouped, summarise
from indicators.editions import means
from indicators.editions.contents import Contents
from indicators.editions.document import corrected_since, document, own_approvals
from indicators.editions.frozen import FrozenFigures
from indicators.editions.means import ToldDoubt, ToldMean
from indicators.editions.veil import Veil
from indicators.figures import KEYS, Figure, Level
from indicators.integrity import content_of
from indicators.models import Edition
from indicators.results import Results, results_of
from indicators.since_sent import SinceSent
from indicators.suppression import Withheld


class PublicFigures(FrozenFigures):
    """The figures of an edition without the numbers that could identify people.

    ``printed_rows`` holds every row, those with a hidden value without it and without what could
    be reckoned back to it. ``rows`` and every roll-up leave these out, so that no total gives one
    away.

    Another edition of the plan may hide too little once it was tampered with. So what is withheld
    is asked at once, before a reader is told that nothing changed: raise EditionBroken where any
    edition of the plan does not fit. Four queries beside those of ``Figures``.
    """

    def __init__(self, plan: Plan, edition: Edition) -> None:
        super().__init__(plan, edition)
        _asked_at_once = self.withheld

    @cached_property
    def rows(self) -> list[Figure]:
        return [row for row in self.printed_rows if row.id not in self.hidden]

    @cached_property
    def printed_rows(self) -> list[Figure]:
        return [self._as_shown(row) for row in self._load()]

    @cached_property
    def withheld(self) -> Withheld:
        """Return the numbers that are hidden in every edition of the plan; three queries.

        Raise EditionBroken where the edition is sealed with other numbers hidden.
        """
        return self.vouch()

    @cached_property
    def veil(self) -> Veil:
        return Veil(self.content, self.year, self.withheld)

    @cached_property
    def summary(self) -> Summary:
        return self.summarised(self.printed_rows)

    def by(self, level: Level) -> dict[str, Summary]:
        """Return the summaries of a level, percents only where enough of it is verified."""
        found = super().by(level)
        results = {} if level is Level.PLAN else self.results_by(level)
        return {key: _public(summary, results.get(key)) for key, summary in found.items()}

    def results_by(self, level: Level) -> dict[str, Results]:
        """Return where the numbers of a level stand, by key, the hidden ones included."""
        groups = grouped(self.printed_rows, KEYS[level])
        return {key: results_of(rows) for key, rows in groups.items()}

    def summarised(self, rows: Iterable[Figure]) -> Summary:
        """Return the figures of some rows: hidden ones left out, a percent only where it is public.

        Whether it is, the hidden ones decide too: that a number was verified tells nothing of it.
        """
        rows = list(rows)
        shown = [row for row in rows if row.id not in self.hidden]
        return _public(summarise(shown, unreported=self.unreported), results_of(rows))

    @cached_property
    def results(self) -> Results:
        """Return where the numbers of the plan stand, the hidden ones included."""
        return results_of(self.printed_rows)

    @cached_property
    def reported_mean(self) -> ToldMean | None:
        """Return the mean of all that was reported, as ``editions.means`` tells it."""
        return means.reported_mean(self.content, self.printed_rows, self.hidden, self.withheld.near)

    @cached_property
    def is_reported_mean_withheld(self) -> bool:
        """Whether the mean of all that was reported could tell a hidden number."""
        return means.is_reported_withheld(self.printed_rows, self.withheld.near)

    @cached_property
    def doubt(self) -> ToldDoubt | None:
        """Return what was open on the day of publishing, as ``editions.means`` tells it."""
        return means.doubt_of(self.content, self.printed_rows, self.hidden, self.withheld.near)

    def since_sent(self, rows: Iterable[Figure]) -> SinceSent:
        """Return what moved of some printed rows after sending, as ``editions.means`` tells it."""
        return means.moved_since_sent(self, rows, self.hidden, self.withheld.near)

    @property
    def told(self) -> dict[str, Any]:
        """Return the means that its public document tells, as they were worked out on sealing."""
        return self.seals[-1].told

    @property
    def means_told(self) -> dict[str, Any]:
        """Return the means that the public document should tell."""
        contents = Contents(self.plan, self.year, self.content)
        return means.public_means(contents, self.hidden, self.withheld.near)

    @property
    def hidden(self) -> frozenset[int]:
        """Return the ids of the rows whose realization, ratio and status stay hidden."""
        return self.veil.hidden

    @property
    def document(self) -> str:
        """Return the public document of the edition, whose SHA-256 is its public checksum.

        Nothing is in it that is hidden now: raise EditionBroken where it was not sealed so.
        """
        veil = self.veil
        return document(self.edition, self.content, veil, self.seals)

    @property
    def changes(self) -> list[dict[str, Any]]:
        """Return what the edition says that the one before it did not, as it was frozen."""
        return self.veil.changes

    def is_withheld(self, row_id: int, what: str) -> bool:
        """Whether the "realization" or "baseline" of a row is hidden, in the edition or since."""
        return self.veil.hides(row_id, what)

    def hidden_text(self, row: Figure) -> str:
        """Return what stands in place of a hidden realization: "<5", or nothing about its size."""
        return self.veil.value_text(row.id)

    def _as_shown(self, row: Figure) -> Figure:
        if row.measurement.baseline is not None and self.is_withheld(row.id, "baseline"):
            row = replace(
                row,
                measurement=replace(row.measurement, baseline=None),
                baseline_text=self.veil.baseline_text(row.id),
            )
        if row.id in self.hidden:
            row = replace(
                row,
                measurement=replace(row.measurement, realization=None),
                achievement=replace(row.achievement, value=None),
                realization_text="",
            )
        return row

    def parts_of(self, row: Figure) -> dict[str, Decimal | None]:
        """Return a value's women, men and others; all of them or none."""
        return self.veil.parts_of(row.id)

    @property
    def own_approvals(self) -> int:
        """Return how many values were verified by who entered them; 0 where it was not frozen."""
        return own_approvals(self.content)

    @property
    def corrected_since(self) -> int:
        """Return how many values were corrected after they were verified."""
        return corrected_since(self.content)

    def reasons_of(self, row: Figure) -> dict[str, str]:
        """Return why a value deviates and what is to be done; nothing of a hidden one."""
        return self.veil.reasons_of(row.id)

    def waiver_of(self, row: Figure) -> str:
        """Return why no reason was asked for a deviation; nothing of a hidden one."""
        return self.veil.waiver_of(row.id)


def _public(summary: Summary, results: Results | None) -> Summary:
    """Return a summary without its percents where too little of it is verified."""
    if results is None or results.is_percent_public:
        return summary
    return replace(summary, mean=None, mean_unreported_zero=None, mean_uncapped=None, median=None)


class PreviewFigures(PublicFigures):
    """The figures of an edition that is not stored, as the public would read them."""

    def __init__(self, plan: Plan, edition: Edition) -> None:
        self.edition = edition
        self.seals = ()
        Contents.__init__(self, plan, edition.year, content_of(edition))

    @cached_property
    def withheld(self) -> Withheld:
        return small_numbers.withheld(self.plan, unsaved=self.edition)


def published(plan: Plan, year: int, number: int | None = None) -> PublicFigures | None:
    """Return the figures the public reads, of the newest edition or of the one asked for.

    None for a year that is not published; raise EditionBroken where the edition does not fit.
    """
    found = Edition.objects.filter(
        plan=plan, year=year, plan__periods__year=year, plan__periods__state="published"
    )
    if number is not None:
        found = found.filter(number=number)
    edition = found.order_by("-number").first()
    return PublicFigures(plan, edition) if edition is not None and plan.is_public else None
