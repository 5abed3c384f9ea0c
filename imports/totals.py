"""Rows that sum up the rows above them: never indicators, but a check of what was read.

Nothing here imports Django.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from activities.names import fold
from activities.sentences import noop as _
from imports.headers import ColumnKind
from imports.layout import Head
from imports.readers import FileLine
from imports.table import ProofCheck
from indicators.cells import Cell, CellKind

_SUMS = (
    "toplam toplami toplamlar total totals subtotal gesamt gesamtsumme summe zwischensumme "
    "insgesamt somme totale totali subtotale subtotales totaux"
)
_BESIDE = (
    "genel ara alt grand sub general generale sous partiel birim mudurluk daire sayfa bolum amac "
    "hedef faaliyet gosterge yili yil of the de des du del all overall ve tum in per unit"
)
TOTAL_ROW = _("It sums up the rows above it.")
SUMS, BESIDE = frozenset(_SUMS.split()), frozenset(_BESIDE.split())
VALUE_KINDS = {
    ColumnKind.BASELINE,
    ColumnKind.TARGET,
    ColumnKind.REALIZATION,
    ColumnKind.WOMEN,
    ColumnKind.MEN,
    ColumnKind.OTHERS,
    ColumnKind.WEIGHT,
    ColumnKind.RATIO,
}


def is_word(text: str) -> bool:
    """Whether a text says nothing but that numbers are summed up.

    >>> is_word("GENEL TOPLAM"), is_word("Toplam katılımcı sayısı")
    (True, False)
    """
    words = fold(text).split()
    return (
        0 < len(words) <= 5
        and not SUMS.isdisjoint(words)
        and all(word in SUMS or word in BESIDE or word.isdigit() for word in words)
    )


def is_total(line: FileLine, head: Head | None) -> bool:
    """Whether a row sums up those above it, by the word in it."""
    if head is None:
        return False
    values = {at for at, column in head.columns.items() if column.kind in VALUE_KINDS}
    return is_total_row(line.texts, values)


def is_total_row(texts: Iterable[str], values: Collection[int]) -> bool:
    """Whether the only words of a row, outside of its value columns, are those of a total."""
    texts = tuple(texts)
    if sum(map(bool, texts)) < 2:
        return False
    labels = [text for at, text in enumerate(texts) if text and at not in values]
    return (
        0 < len(labels) <= 2
        and all(is_word(label) or not any(map(str.isalpha, label)) for label in labels)
        and any(is_word(label) for label in labels)
    )


@dataclass(slots=True)
class Sums:
    """The running sums of a table's value columns: since the last total, and in all."""

    section: dict[str, Decimal] = field(default_factory=dict)
    whole: dict[str, Decimal] = field(default_factory=dict)
    percents: set[str] = field(default_factory=set)
    rows: int = 0

    def add(self, cells: Iterable[tuple[str, Cell]]) -> None:
        self.rows += 1
        for column, cell in cells:
            if cell.is_percent:
                self.percents.add(column)
            if cell.value is not None:
                for sums in (self.section, self.whole):
                    sums[column] = sums.get(column, Decimal(0)) + cell.value

    def are(self, cells: Iterable[tuple[str, Cell]]) -> bool:
        """Whether all numbers of a row are sums of several rows above, and at least two are."""
        typed = [(column, cell.value) for column, cell in cells if cell.value is not None]
        return (
            len(typed) > 1
            and self.rows > 1
            and all(
                value and value in (self.section.get(column), self.whole.get(column))
                for column, value in typed
            )
        )

    def compare(self, cells: Iterable[tuple[str, Cell]], where: str, check: ProofCheck) -> None:
        """Compare a total row with the sums above it, and begin the next section."""
        for column, cell in cells:
            if cell.kind is not CellKind.NUMBER or column in self.percents:
                continue
            if column not in self.whole:
                continue
            if cell.value in (self.section.get(column), self.whole[column]):
                check.equal += 1
            else:
                ours = self.section.get(column, self.whole[column])
                check.differ.append((f"{where} {column}", cell.text, f"{ours:f}"))
        self.section = {}
