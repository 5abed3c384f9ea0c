"""The flat form of a plan: one row per indicator, which brings its department with it.

Columns come in any order. Where a cell of the unit or the activity is blank or merged, what
stands above it holds.
"""

from __future__ import annotations

from collections.abc import Iterable

from activities import names
from activities.sentences import noop as _
from imports import headers
from imports.building import Builder
from imports.headers import ColumnKind, Header, Mapped
from imports.headings import read_heading
from imports.readers import MERGED, FileLine
from imports.table import CODE, CODED, ActivityRow, FileTable, PrintedUnit
from imports.value_cells import PLAIN, Style
from indicators.cells import DASHES

REQUIRED = (ColumnKind.DEPARTMENT, ColumnKind.ACTIVITY, ColumnKind.INDICATOR)


def parse(
    lines: Iterable[FileLine], mapped: Mapped | None = None, style: Style = PLAIN
) -> FileTable:
    """Return the plan that the rows of a flat table state, with all its problems."""
    parser = _Parser(mapped, style)
    for line in lines:
        parser.take(line)
    return parser.finish()


class _Parser:
    """Walks down the rows, keeping what the cells above a row established."""

    def __init__(self, mapped: Mapped | None, style: Style) -> None:
        self.builder = Builder("flat", style)
        self.reader = headers.Reader[FileLine](mapped)
        self.title = ""
        self.units: dict[tuple[str, str], PrintedUnit] = {}
        self.department: PrintedUnit | None = None
        self.branch: PrintedUnit | None = None
        self.activity: ActivityRow | None = None

    def take(self, line: FileLine) -> None:
        self.builder.take_notes(line)
        if line.title != self.title:
            self._start_sheet(line)
        texts = line.texts
        if not any(texts):
            return
        for header, place in self.reader.take(texts, line):
            self._start_table(header, place)
        if self.reader.took_row:
            return
        if self.builder.header is None:
            self._take_unruled(texts, line)
        elif self.builder.is_total(line):
            self.builder.take_total(line)
        else:
            self._take_row(texts, line)

    def finish(self) -> FileTable:
        for header, place in self.reader.finish():
            self._start_table(header, place)
        return self.builder.table

    def _start_sheet(self, line: FileLine) -> None:
        for header, place in self.reader.finish():
            self._start_table(header, place)
        self.title = line.title
        self.builder.header = self.department = self.branch = self.activity = None

    def _start_table(self, header: Header, line: FileLine) -> None:
        self.builder.take_header(header, line, REQUIRED)

    def _take_unruled(self, texts: tuple[str, ...], line: FileLine) -> None:
        """Take a row above any header: rows of the plan are missed, a letterhead is not."""
        filled = [text for text in texts if text]
        if len(filled) > 1 and any(CODED.fullmatch(names.repair(text)) for text in filled):
            message = _("This row stands above any header row.")
            self.builder.fail(line, "", filled[0], message)
        elif len(filled) > 1:
            message = _("“%(text)s” stands above the table and was not read.")
            self.builder.warn(line, "", filled[0], message, text=filled[0])

    # --- rows ---

    def _take_row(self, texts: tuple[str, ...], line: FileLine) -> None:
        if self._is_remark(texts):
            text = next(filter(None, texts))
            message = _("“%(text)s” stands below the table and was not read.")
            self.builder.warn(line, "", text, message, text=text)
            return
        self.builder.check_strays(line)
        self._take_units(line)
        named = self.builder.split_activity(line)
        if self.department is None:
            message = _("This row names no department.")
            self.builder.fail(line, ColumnKind.DEPARTMENT, "", message)
        elif named is None:
            self.activity = None
        elif any(named):
            self._start_activity(*named, line)
        elif self.activity is None:
            message = _("This row continues no activity above it.")
            self.builder.fail(line, ColumnKind.ACTIVITY, "", message)
        if self.department is not None and self.activity is not None:
            self.builder.indicator(self.activity, line)

    def _is_remark(self, texts: tuple[str, ...]) -> bool:
        """Whether a row has one filled cell, and that is no indicator's name."""
        header = self.builder.header
        filled = [index for index, text in enumerate(texts) if text]
        return (
            len(filled) == 1
            and header is not None
            and filled[0] != header.index(ColumnKind.INDICATOR)
        )

    def _start_activity(self, code: str, title: str, line: FileLine) -> None:
        assert self.department is not None
        above, self.activity = self.activity, None
        owner = self.branch or self.department
        if not code and above is not None and names.fold(above.title) == names.fold(title):
            self.activity = above
        elif not CODE.fullmatch(code):
            message = _("An activity needs its code, like 4.1.2.")
            self.builder.fail(line, ColumnKind.CODE, f"{code} {title}".strip(), message)
        elif not title and (owner, code) not in self.builder.known:
            message = _("The activity %(code)s has no title.")
            self.builder.fail(line, ColumnKind.ACTIVITY, code, message, code=code)
        else:
            self.activity = self.builder.activity(line, self.department, self.branch, code, title)

    # --- departments and branches ---

    def _take_units(self, line: FileLine) -> None:
        """Set department and branch to what the row says, or leave what stands above it."""
        before = self.department, self.branch
        text = self.builder.text(line, ColumnKind.DEPARTMENT)
        if text:
            self._start_department(
                text, self.builder.text(line, ColumnKind.DEPARTMENT_NUMBER), line
            )
        branch = self.builder.text(line, ColumnKind.BRANCH)
        if branch and branch not in DASHES:
            self.branch = self._unit(branch, self.builder.text(line, ColumnKind.BRANCH_NUMBER))
        elif branch or (
            self._has_branches and text and not self._is_merged(line, ColumnKind.BRANCH)
        ):
            self.branch = None
        if before != (self.department, self.branch):
            self.activity = None

    @property
    def _has_branches(self) -> bool:
        header = self.builder.header
        return header is not None and ColumnKind.BRANCH in header.kinds

    def _is_merged(self, line: FileLine, kind: ColumnKind) -> bool:
        return self.builder.raw(line, kind) == MERGED

    def _start_department(self, text: str, number: str, line: FileLine) -> None:
        unit = self._unit(text, number)
        if "." not in unit.number:
            if unit != self.department:
                self.department, self.branch = unit, None
            return
        parent = unit.number.partition(".")[0]
        known = (known for known in self.units.values() if known.number == parent)
        self.department, self.branch = next(known, None), unit
        if self.department is None:
            message = _("A branch stands here before any department.")
            self.builder.fail(line, ColumnKind.DEPARTMENT, text, message)

    def _unit(self, text: str, number: str) -> PrintedUnit:
        """Return the unit of a cell, the same for every spelling that differs in case only."""
        unit = read_heading(text).unit
        number = number.strip(" .") or unit.number
        return self.units.setdefault(
            (number, names.fold(unit.name)), PrintedUnit(number, unit.name)
        )
