"""Following a layout down the lines of a file: from heads, bands, labels and rows to a table.

The layout says what the columns hold, where the unit stands and where codes do; nothing is decided
here that a person could not change there. Every cell that holds anything is read, asked about, a
check, or told as not read with the reason. Nothing here imports Django.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from activities import names
from activities.sentences import Sentence
from activities.sentences import noop as _
from imports import aims, heads, totals
from imports.headers import ColumnKind
from imports.headings import read_heading, without_label
from imports.heads import PlacedHead
from imports.layout import Layout, UnitFrom
from imports.meanings import meaning
from imports.readers import MERGED, FileLine, text_of
from imports.row_building import Context, RowBuilder
from imports.table import FileTable, IgnoredRow
from imports.unit_names import unit_of, whole_sheet_name
from imports.value_cells import PLAIN, Style

LABELS = {
    ColumnKind.DEPARTMENT,
    ColumnKind.BRANCH,
    ColumnKind.RESPONSIBLE,
    ColumnKind.SUPPORTING,
    ColumnKind.AIM,
    ColumnKind.REASON,
    ColumnKind.MEASURE,
    ColumnKind.RATIO,
    ColumnKind.TARGET,
}

# What is no aim waits beside the aims' levels, which begin with 0.
UNIT_LEVEL, BRANCH_LEVEL, SUPPORT_LEVEL = -1, -2, -3

BY_PERSON = _("A person said that this row is none.")
BESIDE = _("It stands outside of every table.")
REMARK = _("It stands alone in its row and no row follows below it: a remark.")
NO_TABLE = _("The sheet holds no plan table: no header row with activities or indicators.")
LABELLED = _("It is said of the whole block and has no place in a plan.")


def parse(
    lines: Sequence[FileLine],
    layout: Layout,
    placed: Sequence[PlacedHead] | None = None,
    style: Style = PLAIN,
    year: int | None = None,
) -> FileTable:
    """Return the plan that lines state by a layout.

    ``placed`` is where its heads stand, where that is known already; ``year`` whose value a
    column without a year holds, where a person said so.
    """
    where = heads.place(lines, layout) if placed is None else placed
    return _Walk(lines, layout, where, style, year).run()


@dataclass(slots=True)
class _Alone:
    """A line with one text, until the next row tells what it was."""

    line: FileLine
    text: str
    is_before: bool
    """Whether it stands above the header of its table."""


class _Walk:
    """Goes through the lines, keeping what those above a row established."""

    def __init__(
        self,
        lines: Sequence[FileLine],
        layout: Layout,
        placed: Sequence[PlacedHead],
        style: Style,
        year: int | None,
    ) -> None:
        self.lines = lines
        self.layout = layout
        self.placed = {each.at: each for each in placed}
        self.table = FileTable(form=layout.name or "layout")
        self.builder = RowBuilder(self.table, layout, style, year)
        self.context = Context()
        self.sheet: tuple[str, str] | None = None
        self.has_head = False
        self.pending: list[_Alone] = []
        self.sheets_with_head = {lines[each.at].sheet for each in placed}
        self.told_sheets: set[str] = set()
        has_responsible = ColumnKind.RESPONSIBLE in layout.kinds
        self.names_unit = aims.surely_names_unit if has_responsible else aims.names_unit
        self.has_rows = False
        """Whether a row was read below the head in force."""
        self.unused: list[tuple[FileLine, int]] = []
        """Headings, bands and labels that no row below them has used yet, with their level."""

    def run(self) -> FileTable:
        skip = 0
        for at, line in enumerate(self.lines):
            self._note(line)
            if (line.sheet, line.title) != self.sheet:
                self._start_sheet(line)
            if at < skip:
                continue
            head = self.placed.get(at)
            if head is not None:
                self._start_head(head, line)
                skip = at + head.depth
            else:
                self._take(line)
        self._drop_pending()
        self.builder.finish()
        return self.table

    def _note(self, line: FileLine) -> None:
        for sentence in line.notes:
            self.builder.warn(line, "", "", sentence)

    # --- sheets and heads ---

    def _start_sheet(self, line: FileLine) -> None:
        is_new_sheet = self.sheet is None or line.title != self.sheet[1] or bool(line.title)
        self.sheet = line.sheet, line.title
        if not is_new_sheet and self.has_head:
            head = self.builder.head
            width = max((len(row) for row in head.rows), default=0) if head else 0
            if len(line.cells) <= 1 or len(line.cells) == width:
                return
        if is_new_sheet:
            self._drop_pending()
            self.context = Context()
            if self.layout.unit_from is UnitFrom.SHEET and line.title:
                whole = whole_sheet_name(line.title, heads.all_texts(self.lines))
                self.context.department = read_heading(whole).unit
        self.has_head = self.has_rows = False

    def _start_head(self, placed: PlacedHead, line: FileLine) -> None:
        self.has_head, self.has_rows = True, False
        for each in self.pending:
            each.is_before = True
        self.builder.start_head(placed.head, line)
        self.context.start_table()

    # --- lines ---

    def _take(self, line: FileLine) -> None:
        filled = [at for at, text in enumerate(line.texts) if text]
        if not filled:
            return
        if line.place in self.layout.no_rows:
            self._ignore(line, BY_PERSON)
        elif line.sheet and line.sheet not in self.sheets_with_head and line.title:
            self._tell_sheet(line)
        elif len(filled) == 1 and not self._is_continued(line, filled[0]):
            self.pending.append(_Alone(line, line.texts[filled[0]], not self.has_head))
        elif self._take_label(line, filled):
            return
        elif not self.has_head:
            self._ignore(line, BESIDE)
        elif totals.is_total(line, self.builder.head):
            self.builder.take_total(line)
        else:
            self._settle_pending()
            self.has_rows = True
            if self.builder.take_row(line, self.context):
                self.unused = []

    def _is_continued(self, line: FileLine, at: int) -> bool:
        """Whether a line with one text is a row that only names an indicator or an activity."""
        head = self.builder.head
        if not self.has_head or head is None:
            return False
        if sum(cell is MERGED for cell in line.cells) >= max(2, len(line.cells) // 2):
            return at in head.columns and at > 0
        column = head.columns.get(at)
        return (
            column is not None
            and column.kind in (ColumnKind.INDICATOR, ColumnKind.ACTIVITY)
            and at > 0
            and at == head.index(column.kind)
        )

    def _tell_sheet(self, line: FileLine) -> None:
        if line.sheet not in self.told_sheets:
            self.told_sheets.add(line.sheet)
            self.table.ignored.append(IgnoredRow(line.sheet, line.sheet, Sentence(NO_TABLE)))

    def _ignore(self, line: FileLine, why: str) -> None:
        text = " · ".join(filter(None, line.texts))[:200]
        self.table.ignored.append(IgnoredRow(line.place, text, Sentence(why)))

    # --- lines alone ---

    def _settle_pending(self) -> None:
        """Before a row: the lines alone above it are headings of units, aims, or nothing."""
        pending, self.pending = self.pending, []
        for each in pending:
            if self._take_heading(each):
                self._wait(each.line, UNIT_LEVEL)
            elif self._take_aim(each):
                self._wait(each.line, aims.level_of(each.text))
            else:
                self._ignore(each.line, BESIDE)

    def _wait(self, line: FileLine, level: int) -> None:
        """Keep a line until a row uses it; those of its level that none used are told."""
        kept = []
        for other, known in self.unused:
            is_replaced = known >= level if level >= 0 else known == level
            if is_replaced:
                self._ignore(other, BESIDE)
            else:
                kept.append((other, known))
        self.unused = [*kept, (line, level)]

    def _take_heading(self, each: _Alone) -> bool:
        if self.layout.unit_from is not UnitFrom.HEADING:
            return False
        heading = read_heading(each.text)
        if not self.names_unit(each.text):
            return False
        if aims.is_said(each.text):
            return False
        self.context.start_unit(heading.unit)
        return True

    def _take_aim(self, each: _Alone) -> bool:
        if each.is_before and (not aims.is_said(each.text) or aims.is_title_of_file(each.text)):
            return False
        self.context.start_aim(aims.level_of(each.text), aims.read(each.text), each.text)
        return True

    def _drop_pending(self) -> None:
        """Nothing follows: the lines alone were remarks."""
        for each in self.pending:
            self._ignore(each.line, REMARK if self.has_rows else BESIDE)
        for line, _level in self.unused:
            self._ignore(line, BESIDE)
        self.pending, self.unused = [], []

    # --- labels and values: "Hedef | H3.1: …", "Sorumlu Birim | …" ---

    def _take_label(self, line: FileLine, filled: Sequence[int]) -> bool:
        if len(filled) != 2 or filled[0] > 1:
            return False
        label, value = (line.texts[at].strip(" :") for at in filled)
        found = meaning(label)
        if found is None or found.kind not in LABELS or len(label) > 60:
            return False
        if self.has_head and not self._is_no_row(line, filled):
            return False
        self._take_labelled(line, found.kind, label, value)
        return True

    def _is_no_row(self, line: FileLine, filled: Sequence[int]) -> bool:
        """Whether a line with two texts cannot be a row: its value spans what columns divide."""
        spans = sum(cell is MERGED for cell in line.cells) >= max(1, len(line.cells) - 3)
        head = self.builder.head
        column = head.columns.get(filled[1]) if head else None
        is_value = column is not None and column.kind not in (None, ColumnKind.INDICATOR)
        text = text_of(line.cells[filled[1]])
        return spans or (is_value and not any(map(str.isdigit, text)) and len(text) > 8)

    def _take_labelled(self, line: FileLine, kind: ColumnKind, label: str, value: str) -> None:
        if kind in (ColumnKind.REASON, ColumnKind.MEASURE):
            if not self.builder.say_of_block(kind, value):
                self._ignore(line, BESIDE)
            return
        if kind in (ColumnKind.AIM, ColumnKind.TARGET):
            if self.has_rows:
                self._end_block()
            level = aims.level_of(label)
            level = max(1, level) if kind is ColumnKind.TARGET else level
            self._wait(line, level)
            self.context.start_aim(level, aims.read(value), value)
        elif kind is ColumnKind.SUPPORTING:
            self._wait(line, SUPPORT_LEVEL)
            self.context.supporting = value
        elif kind is ColumnKind.RATIO:
            self._ignore(line, LABELLED)
        else:
            if self.has_rows:
                self._end_block()
            self._wait(line, BRANCH_LEVEL if kind is ColumnKind.BRANCH else UNIT_LEVEL)
            self._take_unit(kind, value)

    def _take_unit(self, kind: ColumnKind, value: str) -> None:
        unit = unit_of(without_label(value))
        if unit is None:
            return
        if kind is ColumnKind.BRANCH:
            self.context.branch = unit
            return
        self.context.start_unit(unit)
        self.context.responsible = names.repair(value)

    def _end_block(self) -> None:
        """A label after rows begins the next block."""
        self.builder.end_block()
        self.has_rows = False
