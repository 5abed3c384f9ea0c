"""The published form of a plan: department headings, merged cells, repeated headers.

Headings stand on lines of their own, a blank cell continues the one above it, and a header row
is repeated wherever a page broke. In a workbook a sheet's own title names its department where
no heading does.
"""

from __future__ import annotations

from collections.abc import Iterable

from activities import names
from activities.sentences import Sentence
from activities.sentences import noop as _
from imports import headers
from imports.building import Builder
from imports.headers import ColumnKind, Header, Mapped
from imports.headings import Heading, Rank, is_label, names_activity, read_heading
from imports.readers import FileLine
from imports.table import CODE, CODED, ActivityRow, FileTable, IgnoredRow, PrintedUnit
from imports.value_cells import PLAIN, Style


def parse(
    lines: Iterable[FileLine], mapped: Mapped | None = None, style: Style = PLAIN
) -> FileTable:
    """Return the plan that the lines of a published table state, with all its problems."""
    parser = _Parser(mapped, style)
    for line in lines:
        parser.take(line)
    return parser.finish()


class _Parser:
    """Walks down the lines, keeping what the cells above a line established."""

    def __init__(self, mapped: Mapped | None, style: Style) -> None:
        self.builder = Builder("published", style)
        self.reader = headers.Reader[FileLine](mapped)
        self.sheet: tuple[str, str] | None = None
        self.departments: dict[str, PrintedUnit] = {}
        self.department: PrintedUnit | None = None
        self.branch: PrintedUnit | None = None
        self.activity: ActivityRow | None = None
        # Of the lines alone since the last row: the surest heading, and one that may be one.
        self.rank = Rank.REMARK
        self.maybe: tuple[Heading, FileLine] | None = None
        self.unused: tuple[str, FileLine] | None = None
        """The heading of a unit that no row has stood below yet."""

    def take(self, line: FileLine) -> None:
        self.builder.take_notes(line)
        if (line.sheet, line.title) != self.sheet:
            self._start_sheet(line)
        texts = line.texts
        filled = sum(map(bool, texts))
        if not filled:
            return
        for header, place in self.reader.take(texts, line):
            self._start_table(header, place)
        if self.reader.took_row:
            return
        if filled == 1 and not self._is_continuation(texts):
            self._take_alone(next(filter(None, texts)), line)
        elif filled == 2 and is_label(next(filter(None, texts))):
            self._take_alone(next(filter(None, reversed(texts))), line)
        elif self.builder.header is None:
            self._take_unruled(texts, line)
        elif self.builder.is_total(line):
            self.builder.take_total(line)
        else:
            self._take_row(line)

    def finish(self) -> FileTable:
        for header, place in self.reader.finish():
            self._start_table(header, place)
        table = self.builder.table
        if table.activities:
            self._tell_unused()
        if not table.activities and not table.errors:
            where = FileLine(1, ())
            message = _("The file holds no plan table with a header row.")
            self.builder.fail(where, "", "", message)
        return table

    def _is_continuation(self, texts: tuple[str, ...]) -> bool:
        """Whether a line with one filled cell is a row with only an indicator's name."""
        header = self.builder.header
        place = next(index for index, text in enumerate(texts) if text)
        return place > 0 and header is not None and header.index(ColumnKind.INDICATOR) == place

    # --- sheets, headings and headers ---

    def _start_sheet(self, line: FileLine) -> None:
        """Start a sheet afresh; a table or page goes on where its columns are the same ones."""
        for complete, place in self.reader.finish():
            self._start_table(complete, place)
        header = self.builder.header
        self.sheet = (line.sheet, line.title)
        if line.title:
            self.builder.header = self.department = self.branch = self.activity = None
            self.maybe, self.rank = None, Rank.REMARK
        elif header is not None and len(line.cells) > 1 and len(line.cells) != len(header.texts):
            self.builder.header = None

    def _take_alone(self, text: str, line: FileLine) -> None:
        """Take a line with one filled cell: a heading, an activity, or nothing to read."""
        has_table = self.builder.header is not None
        if names_activity(text, self.department if self.activity else None):
            if has_table:
                self._start_activity_alone(text, line)
            else:
                self._take_unruled((text,), line)
            return
        heading = read_heading(text)
        if heading.rank is Rank.MAYBE and self.rank is Rank.REMARK:
            self.maybe = heading, line
        elif heading.rank > Rank.MAYBE and self._outranks(heading):
            self.rank, self.maybe = heading.rank, None
            self._start_unit(heading.unit, text, line)
        elif heading.rank is Rank.REMARK and has_table and (line.title or len(line.cells) > 1):
            # A row of a table; a paragraph between tables is not worth a word.
            message = _("“%(text)s” was taken for a remark and not read.")
            self.builder.warn(line, "", text, message, text=text)

    def _outranks(self, heading: Heading) -> bool:
        """Whether a heading counts beside those above it with no row between them."""
        number = heading.unit.number
        belongs = self.department is not None and number.startswith(f"{self.department.number}.")
        return heading.rank >= self.rank or belongs

    def _start_unit(self, unit: PrintedUnit, text: str, line: FileLine) -> None:
        self.activity = None
        if "." not in unit.number:
            self._tell_unused()
            self.unused = text, line
            self.department, self.branch = unit, None
            self.departments[unit.number] = unit
            return
        parent = self._parent(unit)
        if parent is None:
            message = _("A branch stands here before any department.")
            self.builder.fail(line, "", text, message)
            return
        self.department, self.branch = parent, unit

    def _tell_unused(self) -> None:
        """Tell a unit's heading below which no row stands."""
        if self.unused is not None:
            text, line = self.unused
            why = Sentence(_("It may be a unit's heading, and no row stands below it."))
            self.builder.table.ignored.append(IgnoredRow(line.place, text, why))
        self.unused = None

    def _parent(self, branch: PrintedUnit) -> PrintedUnit | None:
        """Return the department a branch's number names; one without a number is its own."""
        if self.department is not None and not self.department.number:
            return self.department
        return self.departments.get(branch.number.partition(".")[0])

    def _settle_unit(self, line: FileLine) -> None:
        """Before a row: decide what the lines alone above it meant."""
        if self.department is None and line.title:
            heading = read_heading(line.title)
            if heading.rank > Rank.MAYBE:
                self.maybe = None
                self._start_unit(heading.unit, line.title, line)
        if self.maybe is not None:
            heading, place = self.maybe
            message = _("“%(text)s” was taken for the name of a department.")
            self.builder.warn(place, "", heading.unit.name, message, text=heading.unit.name)
            self._start_unit(heading.unit, heading.unit.name, place)
        self.maybe, self.rank = None, Rank.REMARK

    def _start_table(self, header: Header, line: FileLine) -> None:
        self.builder.take_header(header, line)

    # --- rows ---

    def _take_unruled(self, texts: tuple[str, ...], line: FileLine) -> None:
        """Take a row above any header: rows of the plan are missed, a letterhead is not."""
        first = next(filter(None, texts))
        if any(CODED.fullmatch(names.repair(text)) for text in texts):
            message = _("This row stands above any header row.")
            self.builder.fail(line, "", first, message)
        else:
            message = _("“%(text)s” stands above the table and was not read.")
            self.builder.warn(line, "", first, message, text=first)

    def _take_row(self, line: FileLine) -> None:
        self._settle_unit(line)
        self.unused = None
        self.builder.check_strays(line)
        named = self.builder.split_activity(line)
        if named is None:
            self.activity = None
        elif any(named):
            self._start_activity(*named, line)
        elif self.activity is None:
            message = _("This row continues no activity above it.")
            self.builder.fail(line, ColumnKind.ACTIVITY, "", message)
        if self.activity is not None:
            self.builder.indicator(self.activity, line)

    def _start_activity_alone(self, text: str, line: FileLine) -> None:
        self._settle_unit(line)
        self.unused = None
        found = CODED.fullmatch(names.repair(text))
        assert found is not None
        self._start_activity(found["code"], found["title"], line)

    def _start_activity(self, code: str, title: str, line: FileLine) -> None:
        self.activity = None
        text = f"{code} {title}".strip()
        if self.department is None:
            message = _("This activity stands under no department heading.")
            self.builder.fail(line, ColumnKind.ACTIVITY, text, message)
        elif not CODE.fullmatch(code) or not title:
            message = _("An activity begins with its code, like 4.1.2.")
            self.builder.fail(line, ColumnKind.ACTIVITY, text, message)
        else:
            self.activity = self.builder.activity(line, self.department, self.branch, code, title)
