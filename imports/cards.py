"""Cards: one block of labels and values for each activity, turned into rows of one table.

Nothing here imports Django.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from activities.names import fold
from imports.headers import ColumnKind
from imports.meanings import Meaning, meaning
from imports.readers import FileLine, RawCell, text_of

LONGEST_LABEL = 60
FEWEST_LABELS = 3
STARTS = {ColumnKind.CODE, ColumnKind.ACTIVITY}
AGAIN = {ColumnKind.INDICATOR}


@dataclass(slots=True)
class _Card:
    """A card so far: its place, and its rows of values by label."""

    line: FileLine
    rows: list[dict[str, RawCell]] = field(default_factory=lambda: [{}])

    @property
    def labels(self) -> set[str]:
        return {label for row in self.rows for label in row}


def are_cards(lines: Sequence[FileLine]) -> bool:
    """Whether most rows of a file are labels with their values, an activity's among them."""
    pairs = [pair for line in lines for pair in _pairs(line)]
    kinds = {found.kind for _label, found, _value in pairs}
    rows = sum(sum(map(bool, line.texts)) > 1 for line in lines)
    return (
        ColumnKind.ACTIVITY in kinds
        and len(kinds - {None}) >= FEWEST_LABELS
        and len(pairs) >= 0.6 * max(rows, 1)
    )


def unfolded(lines: Sequence[FileLine]) -> list[FileLine]:
    """Return a table with the cards' labels as its header and their values as its rows."""
    cards = list(_cards(lines))
    labels: dict[str, str] = {}
    for card in cards:
        for row in card.rows:
            for label in row:
                labels.setdefault(fold(label), label)
    keys = list(labels)
    head = FileLine(cards[0].line.number, tuple(labels.values())) if cards else FileLine(1, ())
    rows = [head]
    for card in cards:
        for values in card.rows:
            by_key = {fold(label): value for label, value in values.items()}
            cells = tuple(by_key.get(key, "") for key in keys)
            rows.append(FileLine(card.line.number, cells, card.line.sheet))
    # One table, so that the header holds for every card; the place keeps the card's own sheet.
    return rows


def _cards(lines: Sequence[FileLine]) -> Iterator[_Card]:
    card: _Card | None = None
    starting = ""
    for line in lines:
        for label, found, value in _pairs(line):
            is_start = found.kind in STARTS and (not starting or fold(label) == starting)
            if (
                card is None
                or (is_start and fold(label) in map(fold, card.labels))
                or (card.line.sheet != line.sheet and found.kind in STARTS)
            ):
                if card is not None:
                    yield card
                card = _Card(line)
                starting = fold(label) if found.kind in STARTS else starting
            if found.kind in AGAIN and label in card.rows[-1]:
                card.rows.append({})
            row = card.rows[-1]
            if label not in row:
                row[label] = value
    if card is not None:
        yield card


def _pairs(line: FileLine) -> Iterator[tuple[str, Meaning, RawCell]]:
    """Yield the labels of a line, what they say, and the values beside them."""
    cells = [cell for cell in line.cells if text_of(cell)]
    if len(cells) == 1:
        label, colon, value = text_of(cells[0]).partition(":")
        found = _label(label)
        if colon and found is not None and value.strip():
            yield label.strip(), found, value.strip()
        return
    at = 0
    while at + 1 < len(cells):
        found = _label(text_of(cells[at]))
        if found is None:
            at += 1
            continue
        yield text_of(cells[at]).strip(" :"), found, cells[at + 1]
        at += 2


def _label(text: str) -> Meaning | None:
    clean = text.strip(" :")
    return meaning(clean) if 0 < len(clean) <= LONGEST_LABEL else None
