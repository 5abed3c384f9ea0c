"""What an output must say of a year, and what differs in what it said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from html.parser import HTMLParser

from activities import formats
from indicators.achievement import Summary, summarise
from indicators.editions import PublicFigures
from indicators.figures import Figure, Figures, Level
from indicators.results import is_covered

# The elements of a page that show a mean name it: <b data-mean="11.2">%58,6</b>.
MEAN = "data-mean"
VOID = {"meta", "link", "input", "br", "img", "hr", "use", "line", "rect", "path", "circle"}

Means = Mapping[str, Decimal | None]
Texts = Mapping[str, str]
Ratios = Sequence[Decimal | None]


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure that an output gives otherwise; ``said`` is "" where it gives none at all."""

    what: str
    said: str
    expected: str

    def __str__(self) -> str:
        return f"{self.what}: {self.said or '·'} ≠ {self.expected or '·'}"


class Expected:
    """A year's figures by key ("plan", "7", "11.2", "objective 4") and by indicator.

    Of what the public reads a hidden row has no ratio, and a mean that too little of is verified
    is not shown.
    """

    def __init__(self, figures: Figures) -> None:
        self.figures = figures
        summaries = {"plan": figures.summary}
        for level in (Level.DEPARTMENT, Level.BRANCH):
            summaries |= figures.by(level)
        for code, each in figures.by(Level.OBJECTIVE).items():
            summaries[f"objective {code}"] = each
        self.means = {key: each.mean for key, each in summaries.items()}
        self._summaries = summaries

    @cached_property
    def percents(self) -> Texts:
        """Return the means as pages write them."""
        return {key: self.percent(mean) for key, mean in self.means.items()}

    @cached_property
    def of_own_rows(self) -> Texts:
        """Return the percents of the units' own rows, without their branches: "own 11"."""
        rows: dict[str, list[Figure]] = {}
        for row in self._rows:
            rows.setdefault(f"own {row.unit.number}", []).append(row)
        return {key: self.percent(self._summed(group).mean) for key, group in rows.items()}

    def _summed(self, rows: list[Figure]) -> Summary:
        figures = self.figures
        if isinstance(figures, PublicFigures):
            return figures.summarised(rows)
        return summarise(rows, unreported=figures.unreported)

    def may_be_held(self, key: str) -> bool:
        """Whether a page may hold a mean back, because too little of it is reported."""
        found = self._summaries.get(key)
        return found is not None and not is_covered(found.reporting_rate)

    @property
    def ratios(self) -> Ratios:
        """Return the unrounded ratios of all indicators in printed order."""
        return [row.achievement.value for row in self._rows]

    @property
    def ratios_by_unit(self) -> Ratios:
        """Return the same in the order of the plan's table, unit after unit."""
        order = {unit: place for place, unit in enumerate(self.figures.units)}
        rows = sorted(self._rows, key=lambda row: order[row.unit.id])
        return [row.achievement.value for row in rows]

    @property
    def _rows(self) -> list[Figure]:
        figures = self.figures
        return figures.printed_rows if isinstance(figures, PublicFigures) else figures.rows

    def is_due(self, key: str) -> bool:
        return self._summaries[key].due > 0

    def percent(self, value: Decimal | None) -> str:
        return formats.percent(value, limits=self.figures.bands.limits)

    def tenths(self, value: Decimal) -> Decimal:
        """Return a fraction with the decimal of a percent that is shown."""
        return Decimal(formats.tenths(value, self.figures.bands.limits)) / 1000


def differing(said: Mapping[str, object], expected: Mapping[str, object]) -> list[Difference]:
    """Return where two sets of figures part, those that only one of them has included."""
    keys = dict.fromkeys([*expected, *said])
    return [
        Difference(key, _written(said.get(key)), _written(expected.get(key)))
        for key in keys
        if said.get(key) != expected.get(key) or (key in said) != (key in expected)
    ]


def differing_rows(said: Ratios, expected: Ratios) -> list[Difference]:
    """Return the indicators, by their place in the table, whose ratios part."""
    return differing(
        {f"#{place}": value for place, value in enumerate(said, start=1)},
        {f"#{place}": value for place, value in enumerate(expected, start=1)},
    )


def _written(value: object) -> str:
    return "" if value is None else str(value)


class _Means(HTMLParser):
    """Collects the text of every element that names a mean; elements in it belong to it."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, set[str]] = {}
        self._open: list[str | None] = []
        self._texts: dict[int, list[str]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in VOID:
            return
        self._open.append(dict(attrs).get(MEAN))
        self._texts[len(self._open)] = []

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID or not self._open:
            return
        texts = self._texts.pop(len(self._open))
        key = self._open.pop()
        if key is not None:
            self.found.setdefault(key, set()).add(" ".join("".join(texts).split()))
        elif self._open:
            self._texts[len(self._open)] += texts

    def handle_data(self, data: str) -> None:
        if self._open:
            self._texts[len(self._open)].append(data)


def means_on(page: str) -> Mapping[str, set[str]]:
    """Return what a page says of each mean that it marks, once or more often.

    >>> means_on('<p>Mean: <b data-mean="plan"><a>%82,8</a> <small>n=132</small></b></p>')
    {'plan': {'%82,8 n=132'}}
    """
    reader = _Means()
    reader.feed(page)
    reader.close()
    return reader.found
