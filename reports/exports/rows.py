"""The plan's table in one year, ready to be written into any form of file.

The figures come from the one roll-up (indicators.figures and reports.tables); here is only what
the files add to it: headers, the order by department, and how a number is spelled in a file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache
from itertools import groupby
from typing import Any, Self

from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from activities import formats
from indicators.achievement import Status
from indicators.editions import PublicFigures
from indicators.explanations import added_words
from indicators.figures import Figure, Figures, Unit
from indicators.labels import STATUS_LABELS
from indicators.models import COUNTED_STATES, Realization
from indicators.suppression import PARTS
from indicators.tags import TagChoice, tags_of
from pages.public_words import withheld_sentence
from reports.errata import ErratumLine, told
from reports.official import Source
from reports.tables import TableRow, UnitBlocks, unit_blocks

# XML has no place for these, and nobody can see them.
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Value:
    """One value cell: a number (a percentage in points), else the text as written."""

    number: Decimal | None
    text: str = ""
    is_percent: bool = False

    def __str__(self) -> str:
        """Return the cell as the plan prints it and as our readers read it."""
        if self.number is None:
            return self.text
        return spelled(self.number, percent=self.is_percent)


@dataclass(frozen=True, slots=True)
class Reasons:
    """What was said about a deviation from the target."""

    deviation: str = ""
    measure: str = ""
    waiver: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A department's part of the table: its own activities, then those of its branches."""

    department: Unit
    units: Sequence[UnitBlocks]


@dataclass(frozen=True, slots=True)
class Split:
    """Of a value that counts people, how many are women, men and others; None where not said."""

    women: Decimal | None = None
    men: Decimal | None = None
    others: Decimal | None = None


NOT_SPLIT = Split()


class PrintedTable:
    """A plan's table in one year; six queries, however long it is, none for an edition's.

    ``unit_number`` narrows it to one department with its branches, or to one branch. ``tag``
    names the tag that the figures were narrowed to. ``source`` says what the figures are, where
    the table has to say it.
    """

    def __init__(
        self,
        figures: Figures,
        unit_number: str = "",
        *,
        tag: TagChoice | None = None,
        source: Source | None = None,
    ) -> None:
        self.figures = figures
        self.unit_number = unit_number
        self.tag = tag
        self.source = source
        self.plan = source.plan if source else figures.plan
        self.year = figures.year
        self.years = list(self.plan.years)

    @classmethod
    def of(cls, source: Source, *, tag: TagChoice | None = None) -> Self:
        """Return the table of an official output or of the working state."""
        return cls(source.figures, tag=tag, source=source)

    @property
    def title(self) -> str:
        """Return what stands above the table; readers know by the years that it is no unit."""
        name = " · ".join(filter(None, (self.plan.municipality.name, str(self.plan))))
        title = _("%(plan)s: realizations of %(year)s") % {"plan": name, "year": self.year}
        parts = [title, str(self.tag or ""), self.source.name if self.source else ""]
        return " · ".join(filter(None, parts))

    @property
    def notes(self) -> list[str]:
        """Return what a reader has to know of the figures, above the table."""
        if self.source is None:
            return []
        found = [self.source.imprint or self.source.notice]
        hidden = len({row.id for row in self.rows if self.is_hidden(row)})
        return [*found, withheld_sentence(hidden)] if hidden else found

    @cached_property
    def errata(self) -> list[ErratumLine]:
        """Return the corrections since the edition, of the rows that are printed."""
        ids = {row.id for row in self.rows}
        found = self.source.errata if self.source else []
        return [told(each, language()) for each in found if each.figure.id in ids]

    @cached_property
    def rows(self) -> list[Figure]:
        """Return the indicators in plan order: by unit, and in each unit as printed."""
        rows = [row for row in self.figures.printed_rows if self._holds(row)]
        order = {unit_id: place for place, unit_id in enumerate(self.figures.units)}
        return sorted(rows, key=lambda row: order.get(row.unit.id, len(order)))

    def _holds(self, row: Figure) -> bool:
        numbers = (row.unit.number, row.department.number)
        return not self.unit_number or self.unit_number in numbers

    @cached_property
    def parts(self) -> list[Part]:
        """Return the departments that have activities, in plan order."""
        rows = {row.unit.id: row.department for row in self.rows}
        blocks = unit_blocks(self.figures, self.rows) if self.rows else []
        return [
            Part(department, list(units))
            for department, units in groupby(blocks, key=lambda unit: rows[unit.unit.id])
        ]

    @cached_property
    def reasons(self) -> dict[int, Reasons]:
        """Return by indicator what was said about the realizations that count."""
        return {key: Reasons(*said) for key, *said, _women, _men, _others in self._told}

    @cached_property
    def splits(self) -> dict[int, Split]:
        """Return by indicator how the realizations that count are split by sex."""
        return {key: Split(*split) for key, _deviation, _measure, _waiver, *split in self._told}

    @cached_property
    def _told(self) -> list[tuple[Any, ...]]:
        """Return what the realizations that count hold besides their number; one query."""
        if isinstance(self.figures, PublicFigures):
            return [_told_in_public(self.figures, row) for row in self.rows]
        nothing_said = Q(deviation_reason="", measure_to_take="", reason_waived="")
        not_split = Q(women=None, men=None, others=None)
        told = Realization.objects.filter(
            indicator__activity__plan=self.plan,
            year=self.year,
            state__in=COUNTED_STATES[self.figures.reading],
        ).exclude(nothing_said & not_split)
        columns = ("deviation_reason", "measure_to_take", "reason_waived", *PARTS)
        return list(told.values_list("indicator_id", *columns))

    @cached_property
    def tags(self) -> dict[int, set[str]]:
        """Return the tags of each indicator, as "sdg:5.1"; two queries."""
        if isinstance(self.figures, PublicFigures):
            return {key: set(row["tags"]) for key, row in self.figures.frozen_rows.items()}
        return tags_of(self.plan)

    # --- the cells of a row ---

    def planned(self, row: TableRow) -> list[Value]:
        """Return the baseline and the target of every year."""
        figure = row.figure
        return [
            Value(figure.measurement.baseline, figure.baseline_text, figure.is_percent),
            *(Value(target.value, target.text, figure.is_percent) for target in row.targets),
        ]

    def ratio(self, row: TableRow) -> Decimal | None:
        """Return the achievement to one decimal of a percent, as every page shows it."""
        value = row.figure.achievement.value
        if value is None:
            return None
        return Decimal(formats.tenths(value, self.figures.bands.limits)) / 1000

    def ratio_text(self, row: TableRow) -> str:
        """Return the achievement in words; "" where there is none."""
        value = row.figure.achievement.value
        limits = self.figures.bands.limits
        return "" if value is None else formats.percent(value, language(), limits=limits)

    def is_hidden(self, row: Figure) -> bool:
        """Whether the row's realization, ratio and status could identify people."""
        return isinstance(self.figures, PublicFigures) and row.id in self.figures.hidden

    def realized(self, row: Figure) -> Value:
        """Return the year's realization; what stands for it where it is hidden."""
        if isinstance(self.figures, PublicFigures) and self.is_hidden(row):
            return Value(None, self.figures.hidden_text(row))
        return realized(row)

    def status_of(self, row: Figure) -> Status | None:
        """Return the status; None where it is hidden."""
        return None if self.is_hidden(row) else row.achievement.status

    def status(self, row: TableRow) -> str:
        """Return the status in words."""
        found = self.status_of(row.figure)
        return _("not shown") if found is None else self._statuses[found]

    @cached_property
    def _statuses(self) -> dict[str, str]:
        # Looked up once: translating a word for every row takes as long as writing the row.
        return {status: str(label) for status, label in STATUS_LABELS.items()}

    def added(self, row: TableRow) -> str:
        """Return which total a number makes that is only what the year added; "" of any other."""
        figure = row.figure
        return added_words(figure.measurement, is_percent=figure.is_percent)

    def remarked_status(self, row: TableRow) -> str:
        """Return the status, with the total that the ratio is over where that is not printed."""
        return " · ".join(filter(None, (self.status(row), self.added(row))))

    def total(self, row: TableRow) -> Decimal | None:
        """Return that total; None where the number itself is it, and of what is hidden."""
        measurement = row.figure.measurement
        return measurement.total if measurement.adds_to_baseline else None

    def said(self, row: TableRow) -> Reasons:
        return self.reasons.get(row.figure.id, Reasons())

    def split(self, row: TableRow) -> Split:
        return self.splits.get(row.figure.id, NOT_SPLIT)


def _told_in_public(figures: PublicFigures, row: Figure) -> tuple[Any, ...]:
    reasons, parts = figures.reasons_of(row), figures.parts_of(row)
    said = (reasons["deviation_reason"], reasons["measure_to_take"], figures.waiver_of(row))
    return row.id, *said, *(parts[name] for name in PARTS)


def realized(figure: Figure) -> Value:
    """Return the year's realization."""
    return Value(figure.measurement.realization, figure.realization_text, figure.is_percent)


def with_units(rows: Sequence[TableRow]) -> Iterator[tuple[TableRow, str, str]]:
    """Yield an activity's rows with the unit cells that hold for each, merged ones filled in."""
    responsible = supporting = ""
    for row in rows:
        responsible = row.responsible.text if row.responsible else responsible
        supporting = row.supporting.text if row.supporting else supporting
        yield row, responsible, supporting


def heading(unit: Unit) -> str:
    """Return a unit's name with its number in the plan, as printed above its table."""
    return f"{unit.number}. {unit.name}" if unit.number else unit.name


def language() -> str:
    return get_language() or "tr"


def is_turkish() -> bool:
    return language().startswith("tr")


# --- numbers and texts --------------------------------------------------------------------------


@lru_cache(maxsize=16_384)
def digits(value: Decimal) -> str:
    """Return a number exactly, without trailing zeros or an exponent.

    >>> digits(Decimal("55.5500")), digits(Decimal("1E+3"))
    ('55.55', '1000')
    """
    text = f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def decimals(value: Decimal) -> int:
    """Return how many decimals a number needs."""
    return len(digits(value).partition(".")[2])


def spelled(value: Decimal, *, percent: bool = False) -> str:
    """Return a number as the plan spells it, so that it can be read in one way only.

    Nothing stands between thousands, and a third decimal is followed by a zero: "1.234" and
    "1,234" are questions for whoever reads them back.

    >>> spelled(Decimal("7.88"), percent=True), spelled(Decimal("1.234"))
    ('%7,88', '1,2340')
    """
    whole, _point, places = digits(value).partition(".")
    if len(places) == 3:
        places += "0"
    text = f"{whole},{places}" if places else whole
    return f"%{text}" if percent else text


def clean(text: str) -> str:
    """Return a text that XML can hold; Word and Excel know no other line break than this."""
    if text.isprintable():
        return text
    return UNWRITABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
