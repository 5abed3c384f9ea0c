"""A file in which no header row is understood: guessed by what the columns hold, or one sentence.

What columns of numbers mean nobody can see in the numbers, so they stay unread, and the command
applies nothing before a person has said what they are. Nothing here imports Django.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from activities.sentences import Sentence
from activities.sentences import noop as _
from imports import contents, guessing, heads
from imports.guessing import Guess
from imports.headers import ColumnKind
from imports.heads import PlacedHead
from imports.layout import Column, Head, stripped
from imports.meanings import meaning
from imports.readers import FileLine, text_of
from imports.table import FileProblem

FEWEST_COLUMNS, FEWEST_ROWS, SAMPLE = 3, 2, 60
LONG_TEXT = 12
BY_CONTENT = _("its cells look like it; nobody knows the heading “%(text)s”")
SEEN = 8


def guess(lines: Sequence[FileLine]) -> Guess | None:
    """Return a layout by what columns hold; None where nothing looks like a table of a plan."""
    for at, line in enumerate(lines):
        rows = _rows_below(lines, at)
        filled = sum(map(bool, line.texts))
        if filled < FEWEST_COLUMNS or len(rows) < FEWEST_ROWS or not heads.may_be_head(line):
            continue
        columns = _columns(line, rows)
        kinds = {column.kind for column in columns.values()}
        if ColumnKind.ACTIVITY in kinds:
            head = Head((stripped(line.texts),), columns)
            return _laid_out(lines, PlacedHead(at, 1, head))
    return None


def _laid_out(lines: Sequence[FileLine], placed: PlacedHead) -> Guess:
    known = guessing.of_heads(lines, [placed], "")
    why = {**known.layout.why, "header": Sentence(_("it is the first row that looks like one"))}
    return Guess(replace(known.layout, why=why), [placed])


def _rows_below(lines: Sequence[FileLine], at: int) -> list[FileLine]:
    first, rows = lines[at], []
    for line in lines[at + 1 : at + 1 + SAMPLE]:
        if (line.sheet, line.title) != (first.sheet, first.title):
            break
        if sum(map(bool, line.texts)) >= FEWEST_COLUMNS:
            rows.append(line)
    return rows


def _columns(line: FileLine, rows: Sequence[FileLine]) -> dict[int, Column]:
    columns: dict[int, Column] = {}
    taken: set[ColumnKind] = set()
    texts: list[tuple[float, int]] = []
    for at, heading in enumerate(line.texts):
        cells = [text for row in rows if at < len(row.cells) and (text := text_of(row.cells[at]))]
        column = _column(heading, cells, taken)
        columns[at] = column
        if column.kind is not None:
            taken.add(column.kind)
        elif contents.are_texts(cells):
            texts.append((sum(map(len, cells)) / len(cells), at))
    _take_texts(columns, line, sorted(at for length, at in texts if length >= LONG_TEXT))
    return columns


def _column(heading: str, cells: list[str], taken: set[ColumnKind]) -> Column:
    found = meaning(heading)
    why = Sentence(BY_CONTENT, text=heading)
    if found is not None and found.kind is not None and found.kind not in taken:
        understood = Sentence(heads.UNDERSTOOD, text=heading)
        return Column(found.kind, found.year, found.ordinal, why=understood)
    if contents.are_codes(cells) and ColumnKind.CODE not in taken:
        return Column(ColumnKind.CODE, why=why)
    if contents.are_units(cells) and ColumnKind.RESPONSIBLE not in taken:
        return Column(ColumnKind.RESPONSIBLE, why=why)
    if contents.are_measures(cells) and ColumnKind.UNIT not in taken:
        return Column(ColumnKind.UNIT, why=why)
    if contents.are_numbers(cells) and not contents.are_years(cells):
        return Column(None, looks_like="target", why=why)
    return Column(None, why=Sentence(heads.UNKNOWN, text=heading))


def _take_texts(columns: dict[int, Column], line: FileLine, places: list[int]) -> None:
    """Of the columns of texts the first is the activity, the next one the indicator."""
    kinds = {column.kind for column in columns.values()}
    wanted = [kind for kind in (ColumnKind.ACTIVITY, ColumnKind.INDICATOR) if kind not in kinds]
    for kind, at in zip(wanted, places, strict=False):
        columns[at] = Column(kind, why=Sentence(BY_CONTENT, text=line.texts[at]))


def problem(lines: Sequence[FileLine]) -> FileProblem:
    """Return the one sentence for a file in which nothing is understood."""
    best, known = max(
        ((line, _understood(line)) for line in lines[:500]),
        key=lambda pair: len(pair[1]),
        default=(FileLine(1, ()), []),
    )
    headings = ", ".join([text for text in best.texts if text][:SEEN])
    if len(known) >= 2:
        message = _(
            "No column is understood as an activity or an indicator. The headings seen in row "
            "%(row)s: %(headings)s. Say with a layout what they hold."
        )
        sentence = Sentence(message, row=best.place, headings=headings)
    else:
        sentence = Sentence(
            _(
                "No row of the file is understood as the header of a plan's table; it needs "
                "columns for the activity or the indicator. Say with a layout which row it is."
            )
        )
    return FileProblem(best.place if known else "1", "", "", sentence, stops=True)


def _understood(line: FileLine) -> list[str]:
    return [text for text in line.texts if text and meaning(text) is not None]
