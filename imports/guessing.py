"""Proposing how a file is read: a layout, with a reason for every guess.

Nothing here imports Django. Only headers and a sample of the rows are looked at, so that it costs
a small part of reading the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from activities.names import fold
from activities.sentences import Sentence
from activities.sentences import noop as _
from imports import aims, codes, heads
from imports.headers import ColumnKind
from imports.headings import is_label
from imports.heads import PlacedHead
from imports.layout import CodesFrom, Layout, UnitFrom
from imports.meanings import meaning
from imports.readers import FileLine, text_of
from imports.totals import is_total
from imports.unit_names import is_sheet_of_unit

SAMPLE = 200
FEWEST_ROWS = 2
RANGE = re.compile(r"((?:19|20)\d\d)\s*[-–—/]\s*((?:19|20)\d\d)")
YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")

UNIT_REASONS = {
    UnitFrom.COLUMN: _("a column names the department of each row"),
    UnitFrom.HEADING: _("headings above the rows name the department"),
    UnitFrom.BLOCK: _("a label above the rows names the department"),
    UnitFrom.SHEET: _("the sheets are named like departments"),
    UnitFrom.RESPONSIBLE: _(
        "nothing else names a department: the (first) responsible unit is taken for it"
    ),
    UnitFrom.FILE: _("nothing names a department: the whole file is one unit's"),
}
CODE_REASONS = {
    CodesFrom.COLUMN: _("a column holds the codes"),
    CodesFrom.TITLE: _("the activities begin with their codes"),
    CodesFrom.INDICATOR: _("the indicators begin with their codes"),
    CodesFrom.ORDER: _("the file has no codes: they are proposed by order"),
}


@dataclass(frozen=True, slots=True)
class Guess:
    """A layout and where its heads stand in the file."""

    layout: Layout
    placed: list[PlacedHead]


def guess(
    lines: Sequence[FileLine], said: Mapping[str, str] | None = None, name: str = ""
) -> Guess:
    """Return the likeliest layout of a file; one without heads where no header is known.

    ``said`` is what a person said of headings, ``name`` what the file is called.
    """
    return of_heads(lines, heads.find(lines, said), name)


def of_heads(lines: Sequence[FileLine], placed: list[PlacedHead], name: str) -> Guess:
    """Return the layout of a file whose heads are known."""
    unique = {each.head.rows: each.head for each in placed}
    layout = Layout(heads=tuple(unique.values()))
    if not placed:
        return Guess(layout, placed)
    rows = list(_rows(lines, placed))
    unit = _unit_from(lines, placed, layout)
    code = _codes_from(layout, rows)
    first, last, year = years_told(_titles(lines, placed), name)
    why = {
        "unit": Sentence(UNIT_REASONS[unit]),
        "codes": Sentence(CODE_REASONS[code]),
    }
    if year:
        why["year"] = Sentence(_("the title or the sheet names %(year)s"), year=year)
    return Guess(
        replace(
            layout,
            unit_from=unit,
            codes_from=code,
            year=year,
            first_year=first,
            last_year=last,
            why=why,
        ),
        placed,
    )


@dataclass(frozen=True, slots=True)
class _Row:
    """A row below a head, for a sample."""

    line: FileLine
    placed: PlacedHead

    @property
    def is_label(self) -> bool:
        """Whether the row is a label with its value: two texts, the first of them understood."""
        texts = [text for text in self.line.texts if text]
        return len(texts) == 2 and meaning(texts[0].strip(" :")) is not None

    def texts(self, kind: ColumnKind) -> Iterator[str]:
        for at in self.placed.head.all(kind):
            if at < len(self.line.cells):
                yield text_of(self.line.cells[at])


def _rows(lines: Sequence[FileLine], placed: Sequence[PlacedHead]) -> Iterator[_Row]:
    """Yield a sample of the rows below each head."""
    for number, each in enumerate(placed):
        end = placed[number + 1].at if number + 1 < len(placed) else len(lines)
        first = lines[each.at]
        for line in lines[each.at + each.depth : min(end, each.at + each.depth + SAMPLE)]:
            if (line.sheet, line.title) != (first.sheet, first.title):
                break
            if sum(map(bool, line.texts)) > 1 and not is_total(line, each.head):
                row = _Row(line, each)
                if not row.is_label:
                    yield row


# --- where the unit stands ----------------------------------------------------------------------


def _unit_from(lines: Sequence[FileLine], placed: Sequence[PlacedHead], layout: Layout) -> UnitFrom:
    if ColumnKind.DEPARTMENT in layout.kinds:
        return UnitFrom.COLUMN
    if _has_unit_headings(lines, placed, layout):
        return UnitFrom.HEADING
    if _has_labels(lines, placed):
        return UnitFrom.BLOCK
    titles = {lines[each.at].title for each in placed}
    if titles and all(title and is_sheet_of_unit(title) for title in titles):
        return UnitFrom.SHEET
    if ColumnKind.RESPONSIBLE in layout.kinds:
        return UnitFrom.RESPONSIBLE
    return UnitFrom.FILE


def _has_unit_headings(
    lines: Sequence[FileLine], placed: Sequence[PlacedHead], layout: Layout
) -> bool:
    """Whether lines alone that name units stand above or between the rows of a table.

    Where a column names responsible units, only a heading that surely is one counts.
    """
    has_responsible = ColumnKind.RESPONSIBLE in layout.kinds
    names_unit = aims.surely_names_unit if has_responsible else aims.names_unit
    starts = {each.at: each for each in placed}
    has_heading, has_table = False, False
    for at, line in enumerate(lines):
        if at in starts:
            has_table = True
            continue
        texts = [text for text in line.texts if text]
        if len(texts) == 1:
            is_plain = ":" not in texts[0] or is_label(texts[0].partition(":")[0])
            has_heading = has_heading or (is_plain and names_unit(texts[0]))
        elif has_heading and has_table and len(texts) > 2:
            return True
    return False


def _has_labels(lines: Sequence[FileLine], placed: Sequence[PlacedHead]) -> bool:
    """Whether a label and a unit's name stand above a header."""
    for each in placed:
        for line in lines[max(0, each.at - 12) : each.at]:
            texts = [text for text in line.texts if text]
            if len(texts) == 2:
                found = meaning(texts[0].strip(" :"))
                if found is not None and found.kind in (
                    ColumnKind.DEPARTMENT,
                    ColumnKind.RESPONSIBLE,
                ):
                    return True
    return False


# --- codes and years ----------------------------------------------------------------------------


def _codes_from(layout: Layout, rows: Sequence[_Row]) -> CodesFrom:
    coded = [text for row in rows for text in row.texts(ColumnKind.CODE)]
    # One row without a code is no evidence that the file has none.
    if ColumnKind.CODE in layout.kinds and (any(coded) or len(coded) < FEWEST_ROWS):
        return CodesFrom.COLUMN
    titles = [text for row in rows for text in row.texts(ColumnKind.ACTIVITY) if text]
    if titles and codes.are_leading(titles):
        return CodesFrom.TITLE
    indicators = [text for row in rows for text in row.texts(ColumnKind.INDICATOR) if text]
    if not titles and codes.are_leading(indicators):
        return CodesFrom.INDICATOR
    return CodesFrom.ORDER


def _titles(lines: Sequence[FileLine], placed: Sequence[PlacedHead]) -> Iterator[str]:
    """Yield what may name the file's years: lines above the first head, and sheets' names."""
    for line in lines[: placed[0].at]:
        texts = [text for text in line.texts if text]
        if len(texts) <= 2 and texts:
            yield texts[-1]
    yield from dict.fromkeys(lines[each.at].title for each in placed if lines[each.at].title)


def years_told(titles: Iterable[str], name: str = "") -> tuple[int | None, int | None, int | None]:
    """Return a plan's first and last year and the one year that is reported, as titles tell them.

    >>> years_told(["2024-2027 Eylem Planı – 2024 Yılı İzleme Raporu"])
    (2024, 2027, 2024)
    """
    first = last = None
    single: list[int] = []
    for title in [*titles, name]:
        for found in RANGE.finditer(title):
            begin, end = int(found[1]), int(found[2])
            if first is None and begin <= end <= begin + 15:
                first, last = begin, end
        single += [int(each) for each in YEAR.findall(RANGE.sub(" ", title))]
    told = set(single)
    return first, last, told.pop() if len(told) == 1 else None


def shape_key(head_texts: Sequence[str]) -> str:
    """Return what files of one shape have in common."""
    return "\t".join(fold(text) for text in head_texts)
