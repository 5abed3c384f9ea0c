"""Two sides of a plan beside each other: two years, two departments or two readings."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import partial

from django.utils.translation import gettext as _

from activities import names
from findings import confidence
from findings.confidence import Confidence, Mark, YearConfidence
from findings.year import YearFindings
from imports.reasons import imported_on
from indicators.achievement import Reading, Status, Summary, summarise
from indicators.cumulative import StoredFigures
from indicators.figures import Figure, Figures
from indicators.labels import STATUS_LABELS
from pages.plan_page import READINGS, PlanPage
from reports.arrival import TRUST_LABELS
from reports.headline import AS_REPORTED, comparable, not_compared

# A page of this many indicators.
PAGE_LENGTH = 200
UNIT = "unit-"


class Sort(StrEnum):
    """How the indicators can be ordered, besides as printed."""

    RISE = "-difference"
    FALL = "difference"


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: its rows and figures, and where its rows are listed.

    ``reported`` is the summary of all that was reported, where the side is of the verified alone.
    """

    key: str
    label: str
    rows: list[Figure]
    summary: Summary
    confidence: Confidence
    list_url: str
    year: int
    reported: Summary | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """A line of shares; the difference is B less A, None where one of them is unknown.

    ``is_held`` where the difference would say something that the sides do not carry; ``n`` over how
    many indicators each mean is.
    """

    label: str
    a: Decimal | None
    b: Decimal | None
    query: str = ""
    is_held: bool = False
    n: tuple[int, int] | None = None

    @property
    def difference(self) -> Decimal | None:
        if self.is_held or self.a is None or self.b is None:
            return None
        return self.b - self.a


@dataclass(frozen=True, slots=True)
class Count:
    """A line of counts."""

    label: str
    a: int
    b: int
    query: str = ""
    status: str = ""

    @property
    def difference(self) -> int:
        return self.b - self.a


@dataclass(frozen=True, slots=True)
class Pair:
    """An indicator on both sides, or on the one that has it."""

    a: Figure | None
    b: Figure | None

    @property
    def row(self) -> Figure:
        found = self.a or self.b
        assert found is not None
        return found

    @property
    def difference(self) -> Decimal | None:
        """Return B's achievement less A's; None where one of them is not rated."""
        before = self.a.achievement.value if self.a else None
        after = self.b.achievement.value if self.b else None
        return None if before is None or after is None else after - before


@dataclass(frozen=True, slots=True)
class Option:
    key: str
    label: str


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be set side by side with one form."""

    name: str
    label: str
    options: list[Option]
    a: str
    b: str


def offers(here: PlanPage, chosen: tuple[str, str]) -> list[Offer]:
    """Return the three kinds of comparison, each with two sides to begin with."""
    years = [Option(str(year), str(year)) for year in here.plan.years]
    units = [
        Option(f"{UNIT}{unit.number}", f"{unit.number}. {unit.short}")
        for unit in here.figures.units.values()
        if unit.number
    ]
    readings = [Option(reading.value, label()) for reading, label in READINGS.items()]
    kinds = (
        ("years", _("Two years"), years),
        ("units", _("Two departments"), units),
        ("readings", _("Two readings"), readings),
    )
    found = []
    for name, label, options in kinds:
        if len(options) < 2:
            continue
        keys = [option.key for option in options]
        sides = chosen if set(chosen) <= set(keys) else _first_two(here, keys)
        found.append(Offer(name, label, options, *sides))
    return found


def _first_two(here: PlanPage, keys: list[str]) -> tuple[str, str]:
    """Return the first two; of years the page's own and the one before it."""
    own = str(here.year)
    if own in keys:
        place = max(keys.index(own), 1)
        return keys[place - 1], keys[place]
    return keys[0], keys[1]


def chosen(here: PlanPage, a: str, b: str) -> tuple[Offer, list[Offer]]:
    """Return the comparison an address asks for, and all; an impossible one is the first."""
    found = offers(here, (a, b))
    for offer in found:
        if {a, b} <= {option.key for option in offer.options}:
            return offer, found
    return found[0], found


def sides(here: PlanPage, offer: Offer) -> tuple[Side, Side]:
    """Return both sides; they share what is loaded."""
    make = {"years": _years, "units": _units, "readings": _readings}[offer.name]
    first, second = make(here, [offer.a, offer.b])
    return first, second


def _years(here: PlanPage, keys: list[str]) -> list[Side]:
    start = StoredFigures(here.plan, int(keys[0]), reading=here.reading)
    start.units = here.figures.units
    found = []
    for key in keys:
        figures = start if key == keys[0] else start.of_year(int(key))
        trust = _confidence(here, figures)
        url = here.url_in(figures.year, "indicator_list")
        reported = _reported(here, figures, lambda _row: True)
        found.append(_side(key, key, figures, figures.rows, trust.plan, url, reported))
    return found


def _units(here: PlanPage, keys: list[str]) -> list[Side]:
    figures = StoredFigures(here.plan, here.year, reading=here.reading)
    figures.units = here.figures.units
    trust = _confidence(here, figures)
    found = []
    for key in keys:
        unit = here.units_by_number[key.removeprefix(UNIT)]
        number = unit.number
        belongs = partial(_belongs, number)
        rows = [row for row in figures.rows if belongs(row)]
        own = trust.by_unit.get(number, confidence.NOTHING_REPORTED)
        label = f"{number}. {unit.short}"
        reported = _reported(here, figures, belongs)
        url = here.url("department", number)
        found.append(_side(key, label, figures, rows, own, url, reported))
    return found


def _belongs(number: str, row: Figure) -> bool:
    return number in (row.unit.number, row.department.number)


def _reported(
    here: PlanPage, figures: StoredFigures, belongs: Callable[[Figure], bool]
) -> Summary | None:
    """Return the summary of a side as reported, where the page counts the verified alone."""
    if here.reading is not Reading.APPROVED:
        return None
    rows = [row for row in figures.under(Reading.REPORTED).rows if belongs(row)]
    return summarise(rows, unreported=figures.unreported)


def _readings(here: PlanPage, keys: list[str]) -> list[Side]:
    start = StoredFigures(here.plan, here.year)
    start.units = here.figures.units
    findings = YearFindings(start)
    found = []
    for key in keys:
        reading = Reading(key)
        figures = start.under(reading)
        trust = _confidence(here, figures, findings)
        url = here.reading_url(reading, "indicator_list")
        found.append(_side(key, READINGS[reading](), figures, figures.rows, trust.plan, url))
    return found


def _confidence(
    here: PlanPage, figures: StoredFigures, findings: YearFindings | None = None
) -> YearConfidence:
    """Return a side's confidence; its questions are those of the year as reported."""
    findings = findings or YearFindings(figures.under(Reading.REPORTED))
    return confidence.of_year(figures, findings, here.handling(figures.year))


def _side(
    key: str,
    label: str,
    figures: Figures,
    rows: list[Figure],
    trust: Confidence,
    url: str,
    reported: Summary | None = None,
) -> Side:
    summary = summarise(rows, unreported=figures.unreported)
    return Side(key, label, rows, summary, trust, url, figures.year, reported)


def shares(a: Side, b: Side, *, with_confidence: bool = True) -> list[Share]:
    """Return score, median, reporting rate and confidence of both sides.

    Scores have no difference where too little of a side is reported. Without ``with_confidence``
    nothing is said of how the values came in.
    """
    held = not comparable(a.summary, b.summary)
    n = a.summary.scored, b.summary.scored
    lines = [
        Share(_("Score"), a.summary.mean, b.summary.mean, "report=scored", held, n),
        *_reported_scores(a, b),
        Share(_("Median score"), a.summary.median, b.summary.median, "report=scored", held),
        Share(
            _("With the unreported as 0"),
            a.summary.mean_unreported_zero,
            b.summary.mean_unreported_zero,
            "report=due",
            held,
        ),
        Share(
            _("Reporting rate"),
            a.summary.reporting_rate,
            b.summary.reporting_rate,
            "report=reported",
        ),
    ]
    for mark, label in TRUST_LABELS.items() if with_confidence else ():
        which = Mark(mark) if mark else None
        words = str(label) if mark else _("Data confidence (all four)")
        pair = a.confidence.share(which), b.confidence.share(which)
        lines.append(Share(words, *pair, f"trust={mark or 'all'}"))
    return lines


def _reported_scores(a: Side, b: Side) -> Iterator[Share]:
    """Yield the scores as reported, beside those of the verified alone."""
    if a.reported is None or b.reported is None:
        return
    yield Share(
        _("Score, as reported"),
        a.reported.mean,
        b.reported.mean,
        f"report=scored&{AS_REPORTED}",
        not comparable(a.reported, b.reported),
        (a.reported.scored, b.reported.scored),
    )


def why_not(a: Side, b: Side) -> str:
    """Return why the sides' scores have no difference; "" where they have."""
    if comparable(a.summary, b.summary):
        return ""
    return not_compared((a.label, a.summary), (b.label, b.summary))


def imported(here: PlanPage, *sides: Side) -> dict[int, datetime.date]:
    """Return the day on which each year of the sides came in with imports; a query for each.

    A year that came in otherwise is left out.
    """
    days = {year: imported_on(here.plan, year) for year in sorted({side.year for side in sides})}
    return {year: day for year, day in days.items() if day is not None}


def counts(a: Side, b: Side) -> list[Count]:
    """Return how many indicators each side has, and in which statuses."""
    lines = [
        Count(_("Indicators"), a.summary.indicators, b.summary.indicators),
        Count(_("Due"), a.summary.due, b.summary.due, "report=due"),
        Count(_("Reported"), a.summary.reported, b.summary.reported, "report=reported"),
    ]
    for status, label in STATUS_LABELS.items():
        pair = a.summary.count(Status(status)), b.summary.count(Status(status))
        if any(pair):
            lines.append(Count(str(label), *pair, f"status={status}", status))
    return lines


def pairs(offer: Offer, a: Side, b: Side, sort: str) -> list[Pair]:
    """Return the indicators of both sides, in printed order or by difference.

    Departments have different indicators: only those of one code and name stand side by side,
    and they come first. What has no difference comes last when sorted.
    """
    key = _same_words if offer.name == "units" else _same_row
    found = _matched(a.rows, b.rows, key)
    if offer.name == "units":
        found.sort(key=lambda pair: pair.a is None or pair.b is None)
    if sort not in set(Sort):
        return found
    known = [pair for pair in found if pair.difference is not None]
    known.sort(key=lambda pair: pair.difference or Decimal(0), reverse=sort == Sort.RISE)
    return known + [pair for pair in found if pair.difference is None]


def _matched(
    first: Iterable[Figure], second: Iterable[Figure], key: Callable[[Figure], object]
) -> list[Pair]:
    others: dict[object, list[Figure]] = {}
    for row in second:
        others.setdefault(key(row), []).append(row)
    found = []
    for row in first:
        same = others.get(key(row))
        found.append(Pair(row, same.pop(0) if same else None))
    return found + [Pair(None, row) for rows in others.values() for row in rows]


def _same_row(row: Figure) -> object:
    return row.id


def _same_words(row: Figure) -> object:
    return row.code, names.fold(row.name)
