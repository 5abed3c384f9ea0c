"""The one question that settles how an indicator's number is read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from activities import formats
from indicators import kinds
from indicators.achievement import Kind, Measurement
from indicators.choices import DIRECTIONS
from indicators.figures import Figure
from pages.kind_rows import KIND_LABELS, example_of


@dataclass(frozen=True, slots=True)
class KindChoice:
    """One way to read an indicator's number, as a button.

    ``note`` is what it makes of the ratio, for reviewers; for the unit what would be typed.
    """

    code: str
    label: str
    note: str
    is_given: bool


@dataclass(slots=True)
class KindQuestion:
    """How a row is counted; ``ratio`` says what another reading makes of its ratio.

    It is None where who answers is rated by it: she says what the number means, not what it brings.
    ``problem`` is why the kind that was just chosen is not stored, ``url`` the page that shows
    what it would change.
    """

    figure: Figure
    pk: int
    year: int
    ratio: Callable[[Measurement], str] | None
    problem: str = ""
    url: str = ""

    @property
    def words(self) -> str:
        """Return the one question that settles the kind, with the row's own numbers."""
        figure = self.figure
        measured = figure.measurement
        a, b = (
            formats.amount(each, get_language() or "tr", percent=figure.is_percent)
            for each in (measured.baseline, measured.target)
        )
        if figure.is_percent and b:
            return _(
                "Target: %(target)s. Is it a ratio that is measured anew each year, or something "
                "that grows over the years?"
            ) % {"target": b}
        if a and b:
            return _(
                "Baseline: %(baseline)s, target: %(target)s. Should the number stand at "
                "%(target)s in all at the end of the year, or does counting start from zero each "
                "year, so that %(target)s are to be reached in this year alone?"
            ) % {"baseline": a, "target": b}
        if b:
            return _(
                "Target: %(target)s. Is it counted from zero each year, or does it grow over the "
                "years?"
            ) % {"target": b}
        return _("Is it counted from zero each year, or does it grow over the years?")

    @property
    def choices(self) -> list[KindChoice]:
        measured = self.figure.measurement
        now = (measured.kind, measured.reported_as)
        return [
            KindChoice(
                code,
                str(KIND_LABELS[code]),
                self._note(code, replace(measured, kind=kind, reported_as=reported_as)),
                self.figure.kind_confirmed and now == (kind, reported_as),
            )
            for code, (kind, reported_as) in kinds.CHOICES.items()
            # A percent is not an output, and a count is no ratio unless somebody says so.
            if (kind is Kind.RATIO) == self.figure.is_percent
            or kind == measured.kind
            or (self.figure.is_percent and kind is Kind.LEVEL)
        ]

    def _note(self, code: str, measured: Measurement) -> str:
        if self.ratio is not None:
            return self.ratio(measured)
        typed, words = example_of(code, self.figure, self.year)
        return (
            _("%(number)s is written: %(why)s") % {"number": typed, "why": words} if typed else ""
        )

    @property
    def directions(self) -> list[tuple[str, str, bool]]:
        now = self.figure.measurement.direction
        return [(each.value, str(label), each == now) for each, label in DIRECTIONS.items()]
