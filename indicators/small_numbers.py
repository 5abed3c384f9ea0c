"""What of a plan is withheld from the public, and what the person who publishes should look at.

``suppression`` judges plain numbers; here they come from a plan: every edition of every year, as
it was published, and the approved values of today, which the errata print. Whether a row hides
small numbers is asked of today and of every edition: it hides as soon as one of them says so.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Any

from activities import names
from activities.models import Plan
from indicators.achievement import Direction, Kind, Measurement, Method, Reading, ReportedAs, rate
from indicators.figures import bands_from
from indicators.integrity import content_of
from indicators.models import COUNTED_STATES, Edition, Indicator, Realization
from indicators.people_words import ends_in_people
from indicators.suppression import (
    BASELINE,
    EVERY_YEAR,
    PARTS,
    VALUE,
    Cell,
    Row,
    Withheld,
    cells_of,
    is_small,
    protect,
)

# What of an indicator decides which rows it stands beside.
KNOWN = ("id", "activity_id", "name", "measure", "counted_with_id", "hides_small_numbers")
OTHER_BASELINES = tuple(map(Decimal, range(6)))


def withheld(plan: Plan, *, unsaved: Edition | None = None) -> Withheld:
    """Return which numbers of a plan the public does not see, in any year; three queries.

    With an ``unsaved`` edition: which it would not see once that one is published. Raise
    EditionBroken where an edition of the plan does not fit: it may hide what it should not.
    """
    return PublicNumbers(plan, unsaved=unsaved).withheld()


class PublicNumbers:
    """The numbers of a plan that are public, or would be; three queries.

    ``upcoming`` is a year that is about to be published: its counted values of ``reading`` stand
    beside the editions. ``unsaved`` is an edition that stands beside them, too.
    """

    def __init__(
        self,
        plan: Plan,
        *,
        upcoming: int | None = None,
        reading: Reading = Reading.APPROVED,
        unsaved: Edition | None = None,
    ) -> None:
        self.plan = plan
        stored = list(Edition.objects.filter(plan=plan).order_by("year", "number"))
        if unsaved is not None:
            stored.append(unsaved)
        self.editions = [(edition.year, content_of(edition)) for edition in stored]
        years = {year for year, _content in self.editions} | ({upcoming} if upcoming else set())
        self.indicators = {
            each["id"]: {**each, "code": each["activity__code"], "title": each["activity__title"]}
            for each in Indicator.objects.of_plan(plan).values(
                *KNOWN, "baseline", "retired_on", "counts_people",
                "activity__code", "activity__title",
            )
        }  # fmt: skip
        self.today = dict(self._today(years, reading))

    def _today(self, years: Collection[int], reading: Reading) -> Iterable[tuple[Cell, Decimal]]:
        in_use = {id for id, each in self.indicators.items() if each["retired_on"] is None}
        for id in in_use:
            if (baseline := self.indicators[id]["baseline"]) is not None:
                yield Cell(id, BASELINE, EVERY_YEAR), baseline
        values = Realization.objects.filter(
            indicator__in=in_use, year__in=years, state__in=COUNTED_STATES[reading]
        )
        for id, year, *numbers in values.values_list("indicator_id", "year", VALUE, *PARTS):
            for what, number in zip((VALUE, *PARTS), numbers, strict=True):
                if number is not None:
                    yield Cell(id, what, year), number

    @cached_property
    def states(self) -> list[dict[Cell, Decimal]]:
        """Return the numbers of each edition, and those of today."""
        frozen = [dict(_frozen(year, content)) for year, content in self.editions]
        return [*frozen, self.today]

    @cached_property
    def rows(self) -> dict[int, Row]:
        """Return every indicator that is or was public, as it is today if it still is."""
        found: dict[int, Row] = {}
        guarded: set[int] = set()
        for _year, content in self.editions:
            found.update((row["id"], _row(row)) for row in content["rows"])
            guarded |= {row["id"] for row in content["rows"] if row["hides_small_numbers"]}
        found.update((id, _row(each)) for id, each in self.indicators.items())
        return {
            id: replace(row, is_guarded=row.is_guarded or id in guarded)
            for id, row in found.items()
        }

    def withheld(self, *, also: Collection[int] = ()) -> Withheld:
        """Return what is hidden, or would be if ``also`` further rows hid their small numbers."""
        guarded = {id: replace(self.rows[id], is_guarded=True) for id in also if id in self.rows}
        rows = {**self.rows, **guarded}
        return protect(rows, self.states, told_by=self._told_by)

    def _told_by(self, cell: Cell) -> list[Cell]:
        """Return the values whose ratio, rule or status would tell a hidden baseline."""
        if cell.what != BASELINE:
            return []
        return [
            Cell(cell.row, VALUE, year)
            for year, content in self.editions
            for row in content["rows"]
            if row["id"] == cell.row and _tells_its_baseline(content, row, year)
        ]


def _frozen(year: int, content: dict[str, Any]) -> Iterable[tuple[Cell, Decimal]]:
    for row in content["rows"]:
        said = {**(row["realization"] or {}), BASELINE: row["baseline"]}
        for cell in cells_of(row["id"], year):
            if said.get(cell.what) is not None:
                yield cell, Decimal(said[cell.what])


def _row(known: Mapping[str, Any]) -> Row:
    return Row(
        id=known["id"],
        activity=known["activity_id"],
        is_percent=known["measure"] == Indicator.Measure.PERCENT,
        is_guarded=known["hides_small_numbers"],
        counted_with=known["counted_with_id"],
        likeness=(known["code"], names.fold(known["title"]), names.fold(known["name"])),
    )


def _tells_its_baseline(content: dict[str, Any], row: dict[str, Any], year: int) -> bool:
    """Whether another baseline would have given a row another ratio, rule or status."""
    if row["baseline"] is None or not row["realization"]:
        return False
    target, _text = row["targets"].get(str(year), (None, ""))
    value = row["realization"]["value"]
    true = Decimal(row["baseline"])
    outcomes = {
        rate(
            Measurement(
                baseline,
                None if target is None else Decimal(target),
                None if value is None else Decimal(value),
                Kind(row["kind"]),
                Direction(row["direction"]),
                ReportedAs(row["reported_as"]),
            ),
            method=Method(content["plan"]["method"]),
            bands=bands_from(content["plan"]),
        )
        for baseline in (true, true + 1, true - 1, 2 * true, *OTHER_BASELINES)
    }
    return len(outcomes) > 1


# --- For the person who publishes ---


class Sureness(StrEnum):
    """How sure it is that a small number counts people."""

    PEOPLE = "people"
    PERHAPS = "perhaps"
    UNMARKED = "unmarked"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A number of 1 to 4 nobody has decided on: hide it, or show it because …

    ``besides`` are the further numbers that hiding its row would hide.
    """

    cell: Cell
    value: Decimal
    besides: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Candidates:
    """Small numbers by how sure it is that they count people.

    ``people``: the indicator is marked as counting people, or one of its values is split into
    women, men and others. ``perhaps``: nobody marked it, but its name asks for a number of people.
    ``unmarked``: neither; a count of 1 to 4 that only a person can tell. A percent counts nobody.
    """

    people: tuple[Candidate, ...]
    perhaps: tuple[Candidate, ...]
    unmarked: tuple[Candidate, ...]


def candidates(
    plan: Plan,
    year: int,
    *,
    reading: Reading = Reading.APPROVED,
    decided: Collection[int] = (),
) -> Candidates:
    """Return the small values, parts and baselines of a year that may have to be hidden.

    Rows that hide small numbers are decided, and so are those in ``decided``. Three queries.
    """
    public = PublicNumbers(plan, upcoming=year, reading=reading)
    found: dict[Sureness, list[Candidate]] = {each: [] for each in Sureness}
    before = public.withheld().cells
    for id, small in _small_rows(public, year, decided):
        more = public.withheld(also=(id,)).cells - before
        found[_sureness(public, id)] += [
            Candidate(cell, public.today[cell], tuple(sorted(more - set(small)))) for cell in small
        ]
    return Candidates(**{each.value: tuple(rows) for each, rows in found.items()})


def people_in_small_numbers(plan: Plan, year: int, *, decided: Collection[int]) -> list[int]:
    """Return the rows with small approved numbers of people, marked or not, nobody decided on."""
    public = PublicNumbers(plan, upcoming=year)
    return [
        id
        for id, _small in _small_rows(public, year, decided)
        if _sureness(public, id) is not Sureness.UNMARKED
    ]


def _small_rows(
    public: PublicNumbers, year: int, decided: Collection[int]
) -> Iterable[tuple[int, list[Cell]]]:
    """Yield the rows that show a small number, and those numbers."""
    for id in sorted({cell.row for cell in public.today}):
        row = public.rows[id]
        small = [cell for cell in cells_of(id, year) if is_small(public.today.get(cell))]
        if small and not (row.is_guarded or row.is_percent or id in decided):
            yield id, small


def _sureness(public: PublicNumbers, id: int) -> Sureness:
    known = public.indicators[id]
    is_split = any(cell.row == id and cell.what in PARTS for cell in public.today)
    if known["counts_people"] or is_split:
        return Sureness.PEOPLE
    return Sureness.PERHAPS if ends_in_people(known["name"]) else Sureness.UNMARKED


@dataclass(frozen=True, slots=True)
class Hiding:
    """What hiding the small numbers of rows takes out of a year: those, and what would tell them.

    Baselines are of every year and counted with each.
    """

    year: int
    small: int
    besides: int


def hiding(plan: Plan, year: int, rows: Collection[int]) -> Hiding:
    """Return what the public would not see of a year if rows hid their small numbers.

    Of the numbers that were sent or verified. Three queries.
    """
    public = PublicNumbers(plan, upcoming=year, reading=Reading.REPORTED)
    more = public.withheld(also=rows).cells - public.withheld().cells
    of_year = [cell for cell in more if cell.year in (year, EVERY_YEAR)]
    small = [cell for cell in of_year if cell.row in rows and is_small(public.today.get(cell))]
    return Hiding(year, len(small), len(of_year) - len(small))
