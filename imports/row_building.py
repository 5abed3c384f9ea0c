"""Building a table from the rows that a layout's columns divide.

``tabled`` walks down the lines and hands every row in, with what the lines above established.
Nothing here imports Django.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from activities import names
from activities.names import fold
from activities.sentences import Sentence
from activities.sentences import noop as _
from imports import aims, codes, indicator_cells
from imports.contents import are_numbers
from imports.headers import ColumnKind, FileColumn
from imports.headings import read_heading
from imports.layout import CodesFrom, Column, Head, Layout, UnitFrom, WithoutIndicator, letters
from imports.proofs import TOTALS, Proofs
from imports.questions import Questions
from imports.readers import MERGED, FileLine, Raw, RawCell, text_of
from imports.row_values import RowValues
from imports.table import (
    EXAMPLES,
    ActivityRow,
    Aim,
    FileProblem,
    FileTable,
    IgnoredRow,
    IndicatorRow,
    PrintedUnit,
    UnreadColumn,
)
from imports.totals import TOTAL_ROW, Sums
from imports.unit_names import pieces, unit_of
from imports.value_cells import Style, ValueCells
from indicators.cells import DASHES


@dataclass(slots=True)
class Context:
    """What stands above a row and holds for it."""

    department: PrintedUnit | None = None
    branch: PrintedUnit | None = None
    responsible: str = ""
    supporting: str = ""
    bands: list[tuple[int, Aim, str]] = field(default_factory=list)
    """The aims above the rows from the highest down: level, aim, and its text as printed."""
    columns: list[tuple[Aim, str]] = field(default_factory=list)
    """The aims that columns name, below those of the bands."""
    activity: ActivityRow | None = None
    above: dict[ColumnKind, str] = field(default_factory=dict)
    """The last text of the columns whose merged or blank cells go on."""

    def start_unit(self, unit: PrintedUnit) -> None:
        is_branch = "." in unit.number and self.department is not None
        if is_branch:
            self.branch = unit
        else:
            self.department, self.branch = unit, None
        self.activity, self.responsible, self.supporting = None, "", ""

    @property
    def aims(self) -> list[tuple[Aim, str]]:
        return [*((aim, text) for _level, aim, text in self.bands), *self.columns]

    def start_aim(self, level: int, aim: Aim, text: str) -> None:
        while self.bands and self.bands[-1][0] >= level:
            self.bands.pop()
        self.bands.append((level, aim, text))
        self.columns, self.activity = [], None

    def start_table(self) -> None:
        self.above = {}


class RowBuilder:
    """Takes rows and keeps what they state, and every problem with its place."""

    def __init__(self, table: FileTable, layout: Layout, style: Style, year: int | None) -> None:
        self.table, self.layout = table, layout
        self.cells = ValueCells(table, style)
        self.proofs = Proofs(table)
        self.questions = Questions(table.questions)
        self.values = RowValues(table, layout, self.cells, self.proofs, year)
        self.sums = Sums()
        self.head: Head | None = None
        self.known: dict[tuple[PrintedUnit, str], ActivityRow] = {}
        self.titled: dict[tuple[PrintedUnit, str], ActivityRow] = {}
        self.units: dict[str, PrintedUnit] = {}
        self.proposals = codes.Proposals()
        self.unread: dict[tuple[str, str], UnreadColumn] = {}
        self.block: list[IndicatorRow] = []
        self.indicator_names: dict[int, set[str]] = {}
        self.strays: dict[int, tuple[UnreadColumn, list[tuple[FileLine, str]]]] = {}
        self.rows = 0
        self.has_no_unit = False
        self.alone: set[str] = set()
        """Folded unit names that stand alone in a cell somewhere."""

    # --- heads ---

    def start_head(self, head: Head, line: FileLine) -> None:
        self.table.headers = self.table.headers or head.texts
        self.head = head
        self.sums = Sums()
        self.values.start_head(head)
        kinds = {str(kind) for kind in head.kinds}
        if self.layout.unit_from is UnitFrom.RESPONSIBLE:
            kinds.add(str(ColumnKind.DEPARTMENT))
        self.table.kinds |= kinds
        for at, column in sorted(head.columns.items()):
            text = head.texts[at] if at < len(head.texts) else ""
            if column.says_twice:
                message = Sentence(_("Two columns say the same: “%(text)s”."), text=text)
                self.fail(line, "", text, message)
            if not self._is_used(column):
                self._unread(at, text, line).why = column.why
                looks = column.looks_like or str(column.kind or "")
                self._unread(at, text, line).looks_like = looks

    def _is_used(self, column: Column) -> bool:
        if column.kind is ColumnKind.STATUS or column.looks_like == "progress":
            return self.values.keeps_status
        return column.kind is not None

    def _unread(self, at: int, text: str, line: FileLine) -> UnreadColumn:
        key = (fold(text) or letters(at), letters(at) if not text else "")
        if key not in self.unread:
            self.unread[key] = UnreadColumn(text or letters(at), line.place)
            self.table.unread_columns.append(self.unread[key])
        return self.unread[key]

    # --- rows ---

    def take_row(self, line: FileLine, context: Context) -> bool:
        """Take a row of the table, with what stands above it; False where it is none."""
        assert self.head is not None
        self.rows += 1
        self._note_unread(line)
        self._take_units(line, context)
        self._take_aims(line, context)
        named = self._named(line, context)
        if named is None:
            context.activity = None
            return False
        if not any(named) and not self.text(line, ColumnKind.INDICATOR):
            self._take_nameless(line, context)
            return False
        if not self._start_activity(line, context, *named) or context.activity is None:
            return False
        self._take_indicators(line, context, context.activity)
        return True

    def _note_unread(self, line: FileLine) -> None:
        assert self.head is not None
        for at, cell in enumerate(line.cells):
            text = text_of(cell)
            if not text:
                continue
            column = self.head.columns.get(at)
            if column is not None and self._is_used(column):
                continue
            heading = self.head.texts[at] if at < len(self.head.texts) else ""
            found = self._unread(at, heading, line)
            found.filled += 1
            if column is None:
                self.strays.setdefault(id(found), (found, []))[1].append((line, text))
            if len(found.examples) < EXAMPLES and text not in found.examples:
                found.examples.append(text)

    # --- units ---

    def _take_units(self, line: FileLine, context: Context) -> None:
        source = self.layout.unit_from
        if source is UnitFrom.COLUMN:
            self._take_unit_column(line, context)
        elif source is UnitFrom.RESPONSIBLE or (
            source is not UnitFrom.FILE and context.department is None
        ):
            self._take_responsible(line, context)
        elif source is UnitFrom.FILE and context.department is None and self.layout.unit_name:
            context.department = read_heading(self.layout.unit_name).unit
        if source is not UnitFrom.COLUMN:
            self._take_branch(line, context)

    def _take_unit_column(self, line: FileLine, context: Context) -> None:
        text = self.text(line, ColumnKind.DEPARTMENT)
        if text and text not in DASHES:
            number = self.text(line, ColumnKind.DEPARTMENT_NUMBER)
            unit = self._unit(text, number)
            if unit != context.department:
                context.start_unit(unit)
        self._take_branch(line, context)

    def _take_branch(self, line: FileLine, context: Context) -> None:
        branch = self.text(line, ColumnKind.BRANCH)
        if branch and branch not in DASHES:
            unit = self._unit(branch, self.text(line, ColumnKind.BRANCH_NUMBER))
            if unit != context.branch:
                context.branch, context.activity = unit, None

    def _take_responsible(self, line: FileLine, context: Context) -> None:
        assert self.head is not None
        place = self.head.index(ColumnKind.RESPONSIBLE)
        text = self._cell_text(line, place) if place is not None else ""
        if not text or text in DASHES:
            return
        named = unit_of(text, self.alone)
        if named is None:
            return
        if len(pieces(text, self.alone)) == 1:
            self.alone.add(fold(text))
        else:
            self.questions.ask(
                "several units",
                str(ColumnKind.RESPONSIBLE),
                Sentence(_("These cells name several units. Whose row is it?")),
                proposal=Sentence(
                    _("The first unit owns the row, the others are responsible with it.")
                ),
                where=line.place,
                text=text,
            )
        unit = self._unit(named.name, named.number)
        if unit != context.department:
            context.department, context.branch = unit, None
            if self.text(line, ColumnKind.ACTIVITY) or self.text(line, ColumnKind.CODE):
                context.activity = None

    def _unit(self, text: str, number: str) -> PrintedUnit:
        """Return the unit of a text, the same for spellings that differ in case only."""
        unit = read_heading(text).unit
        number = number.strip(" .") or unit.number
        return self.units.setdefault(f"{number}|{fold(unit.name)}", PrintedUnit(number, unit.name))

    # --- aims ---

    def _take_aims(self, line: FileLine, context: Context) -> None:
        assert self.head is not None
        places = self.head.all(ColumnKind.AIM)
        for level, at in enumerate(places):
            text = self._cell_text(line, at)
            if not text or text in DASHES:
                continue
            known = context.columns[level][1] if level < len(context.columns) else ""
            if known != text:
                del context.columns[level:]
                context.columns.append((aims.read(text), text))
                if self._cell_text(line, self.head.index(ColumnKind.ACTIVITY)):
                    context.activity = None
                elif context.activity is not None:
                    message = _("“%(text)s” stands in a row that goes on with the activity above.")
                    self.warn(line, ColumnKind.AIM, text, Sentence(message, text=text))

    # --- activities ---

    def _named(self, line: FileLine, context: Context) -> tuple[str, str] | None:
        """Return the code and the title of a row; both "" where it continues the one above."""
        if self._is_spoilt(line, ColumnKind.CODE) or self._is_spoilt(line, ColumnKind.ACTIVITY):
            self.text(line, ColumnKind.CODE, tells=True)
            self.text(line, ColumnKind.ACTIVITY, tells=True)
            return None
        code = codes.cleaned(self._code(line))
        title = self.text(line, ColumnKind.ACTIVITY)
        if title in DASHES:
            title = ""
        source = self.layout.codes_from
        if source is CodesFrom.INDICATOR and not title:
            found = codes.leading(self.text(line, ColumnKind.INDICATOR))
            if found is not None:
                return found[0], self._goal_text(context) or found[1]
        if not code and title and source in (CodesFrom.TITLE, CodesFrom.COLUMN):
            found = codes.leading(title)
            if found is not None:
                return found
        elif code and title:
            found = codes.leading(title)
            if found is not None and found[0] == code:
                title = found[1]
        if self.head is not None and self.head.index(ColumnKind.ACTIVITY) is None and not title:
            indicator = self.text(line, ColumnKind.INDICATOR)
            title = (self._goal_text(context) or indicator) if indicator else ""
        return code, title

    def _goal_text(self, context: Context) -> str:
        return context.aims[-1][1] if context.aims else ""

    def _code(self, line: FileLine) -> str:
        cell = self._cell(line, ColumnKind.CODE)
        if isinstance(cell, Raw) and cell.number is not None:
            if cell.number != cell.number.to_integral_value():
                message = Sentence(
                    _("The code %(code)s is a number in Excel; is it %(code)s or %(code)s0?"),
                    code=str(cell.number),
                )
                self.warn(line, ColumnKind.CODE, cell.text, message)
            return f"{cell.number:f}"
        return self.text(line, ColumnKind.CODE)

    def _start_activity(self, line: FileLine, context: Context, code: str, title: str) -> bool:
        """Set the row's activity; False where it cannot be used."""
        if context.department is None and self.layout.unit_from is UnitFrom.FILE:
            self._tell_no_unit(line)
            return False
        if context.department is None:
            context.activity = None
            message = Sentence(_("This row names no unit, and none stands above it."))
            self.fail(line, ColumnKind.DEPARTMENT, f"{code} {title}".strip(), message)
            return False
        if not code and not title:
            if context.activity is None:
                message = Sentence(_("This row continues no activity above it."))
                self.fail(line, ColumnKind.ACTIVITY, "", message)
            return context.activity is not None
        above = context.activity
        is_same = above is not None and title and fold(above.title) == fold(title)
        if is_same and code in ("", above.code if above else ""):
            return True
        context.activity = None
        owner = context.branch or context.department
        if code:
            return self._start_coded(line, context, owner, code, title)
        if self.layout.codes_from is not CodesFrom.ORDER:
            message = Sentence(_("The other activities have codes and this one has none."))
            self.fail(line, ColumnKind.CODE, title, message)
            return False
        known = self.titled.get((owner, fold(title)))
        context.activity = known or self._new_activity(
            line, context, self._proposed(context), title, is_proposed=True
        )
        return True

    def _tell_no_unit(self, line: FileLine) -> None:
        """Say once that nothing in the file names a unit."""
        if not self.has_no_unit:
            self.has_no_unit = True
            message = Sentence(
                _("Nothing in the file names a unit. Say with a layout whose file it is.")
            )
            problem = FileProblem(line.place, "department", "", message, stops=True)
            self.table.errors.append(problem)

    def _start_coded(
        self, line: FileLine, context: Context, owner: PrintedUnit, code: str, title: str
    ) -> bool:
        if not codes.is_code(code):
            message = Sentence(_("“%(code)s” is too long or too odd for a code."), code=code[:40])
            self.fail(line, ColumnKind.CODE, f"{code} {title}".strip(), message)
            return False
        known = self.known.get((owner, code))
        if known is not None and (not title or fold(known.title) == fold(title)):
            context.activity = known
            return True
        if known is None and not title:
            message = Sentence(_("The activity %(code)s has no title."), code=code)
            self.fail(line, ColumnKind.ACTIVITY, code, message)
            return False
        if known is not None:
            again = self.titled.get((owner, fold(title)))
            if again is not None:
                context.activity = again
                return True
            code = self._told_apart(line, owner, code, title)
        context.activity = self._new_activity(line, context, code, title, is_proposed=False)
        return True

    def _told_apart(self, line: FileLine, owner: PrintedUnit, code: str, title: str) -> str:
        """Return a code of its own for a second activity of one code in one unit."""
        self.questions.ask(
            "code twice",
            str(ColumnKind.CODE),
            Sentence(_("Several activities of one unit have the same code.")),
            proposal=Sentence(_("All are kept; a letter behind the code tells them apart.")),
            where=line.place,
            text=f"{code} {title}",
        )
        taken = (
            letter
            for letter in "bcdefghijklmnopqrstuvwxyz"
            if (owner, code + letter) not in self.known
        )
        return f"{code}{next(taken, line.number)}"

    def _proposed(self, context: Context) -> str:
        texts = [text for _aim, text in context.aims]
        aim = texts[0] if texts else ""
        return self.proposals.next(aim, " / ".join(texts[1:]))

    def _new_activity(
        self, line: FileLine, context: Context, code: str, title: str, *, is_proposed: bool
    ) -> ActivityRow:
        assert context.department is not None
        row = ActivityRow(
            context.department,
            context.branch,
            code,
            title,
            self._joined(line, ColumnKind.RESPONSIBLE) or context.responsible,
            self._joined(line, ColumnKind.SUPPORTING) or context.supporting,
            line.place,
            aims=tuple(aim for aim, _text in context.aims),
            is_code_proposed=is_proposed,
        )
        self.known[row.owner, code] = row
        self.titled.setdefault((row.owner, fold(title)), row)
        self.table.activities.append(row)
        return row

    def _joined(self, line: FileLine, kind: ColumnKind) -> str:
        """Return the texts of all columns of a kind."""
        assert self.head is not None
        texts = (self._cell_text(line, at) for at in self.head.all(kind))
        return "; ".join(dict.fromkeys(filter(None, texts)))

    # --- indicators ---

    def _take_indicators(self, line: FileLine, context: Context, activity: ActivityRow) -> None:
        assert self.head is not None
        responsible = self._joined(line, ColumnKind.RESPONSIBLE) or self._above(activity, 0)
        supporting = self._joined(line, ColumnKind.SUPPORTING) or self._above(activity, 1)
        name = self.text(line, ColumnKind.INDICATOR, tells=True)
        if self._is_spoilt(line, ColumnKind.INDICATOR):
            return
        if self.head.index(ColumnKind.INDICATOR) is None or name in DASHES:
            name = ""
        if not name:
            self._take_without_indicator(line, activity, responsible, supporting)
            return
        found = codes.leading(name)
        if found is not None and self.layout.codes_from is CodesFrom.INDICATOR:
            name = found[1]
        for number, each in enumerate(indicator_cells.split(line, self.head, name)):
            row = self.values.row(each.line, each.name, responsible, supporting, line)
            if each.is_one_of_several and not number:
                self.questions.ask(
                    "several indicators",
                    str(ColumnKind.INDICATOR),
                    Sentence(_("These cells hold several indicators.")),
                    proposal=Sentence(_("Each becomes an indicator of its own.")),
                    where=line.place,
                    text=name,
                )
            self._add(line, context, activity, row)

    def _above(self, activity: ActivityRow, which: int) -> str:
        last = activity.indicators[-1] if activity.indicators else None
        if which:
            return last.supporting if last else activity.supporting
        return last.responsible if last else activity.responsible

    def _take_without_indicator(
        self, line: FileLine, activity: ActivityRow, responsible: str, supporting: str
    ) -> None:
        assert self.head is not None
        has_column = self.head.index(ColumnKind.INDICATOR) is not None
        if has_column and self.values.has_numbers(line):
            message = Sentence(_("The indicator has no name."))
            self.fail(line, ColumnKind.INDICATOR, "", message)
            return
        is_deliverable = self.layout.without_indicator is WithoutIndicator.DELIVERABLE
        self.questions.ask(
            "no indicator",
            str(ColumnKind.INDICATOR),
            Sentence(_("These activities have no indicator. How are they measured?")),
            proposal=Sentence(
                _("By one deliverable each, named like the activity: done or not done.")
                if is_deliverable
                else _("Not at all; they come in without an indicator.")
            ),
            answers=(Sentence(_("One deliverable each")), Sentence(_("Without an indicator"))),
            where=line.place,
            text=activity.title,
        )
        if is_deliverable and not activity.indicators:
            row = self.values.row(line, activity.title, responsible, supporting, line)
            row.is_deliverable = not self.values.has_numbers(line)
            activity.indicators.append(row)

    def _add(
        self, line: FileLine, context: Context, activity: ActivityRow, row: IndicatorRow
    ) -> None:
        known = self.indicator_names.setdefault(id(activity), set())
        key = fold(row.name)
        if key in known and self.values.has_rows_of_years:
            first = next(each for each in activity.indicators if fold(each.name) == key)
            if self.values.merge(first, row):
                return
        if key in known:
            message = Sentence(_("This activity already has an indicator of this name."))
            self.fail(line, ColumnKind.INDICATOR, row.name, message)
            return
        known.add(key)
        activity.indicators.append(row)
        self.block.append(row)
        self.sums.add(self.values.summed(row))
        if row.weight is not None:
            aim = (str(activity.owner), *(text for _aim, text in context.aims))
            self.proofs.weight(aim, line.place, row.weight)

    # --- what is no row ---

    def _take_nameless(self, line: FileLine, context: Context) -> None:
        """Take a row with neither activity nor indicator: a sum, or a problem."""
        cells = list(self.values.cells_of(line))
        if self.sums.are(cells):
            self.take_total(line)
        elif any(cell.text for _column, cell in cells):
            message = Sentence(_("The indicator has no name."))
            self.fail(line, ColumnKind.INDICATOR, "", message)
        else:
            text = " · ".join(filter(None, line.texts))[:200]
            why = Sentence(_("It has neither an activity nor an indicator."))
            self.table.ignored.append(IgnoredRow(line.place, text, why))

    def take_total(self, line: FileLine) -> None:
        """Compare a total row with the sums of the rows above it."""
        self.sums.compare(self.values.cells_of(line), line.place, self.proofs.check(TOTALS))
        text = " · ".join(filter(None, line.texts))[:200]
        self.table.ignored.append(IgnoredRow(line.place, text, Sentence(TOTAL_ROW)))

    def say_of_block(self, kind: ColumnKind, text: str) -> bool:
        """Keep a reason or a measure below the rows of its block; False where there are none."""
        if text in DASHES:
            return True
        for row in self.block:
            said = row.reasons if kind is ColumnKind.REASON else row.measures
            said.setdefault(self.values.realization_year, text)
        return bool(self.block)

    def end_block(self) -> None:
        self.block = []

    def finish(self) -> None:
        self._tell_strays()
        self.proofs.finish()
        self.values.finish()

    def _tell_strays(self) -> None:
        """Cells under no header are a slip where they are few, else a column without a heading."""
        for column, cells in self.strays.values():
            if len(cells) * 2 >= self.rows > 1:
                if are_numbers([text for _line, text in cells]):
                    column.looks_like = "target"
                continue
            self.table.unread_columns.remove(column)
            for line, text in cells:
                message = Sentence(_("This cell stands under no column header."))
                self.fail(line, "", text, message)

    # --- cells ---

    def _cell(self, line: FileLine, kind: ColumnKind) -> RawCell:
        at = self.head.index(kind) if self.head else None
        return line.cells[at] if at is not None and at < len(line.cells) else ""

    def _cell_text(self, line: FileLine, at: int | None) -> str:
        cell = line.cells[at] if at is not None and at < len(line.cells) else ""
        if isinstance(cell, Raw) and cell.problem is not None:
            return ""
        text = text_of(cell)
        return names.repair(text) if text else ""

    def text(self, line: FileLine, kind: ColumnKind, *, tells: bool = False) -> str:
        """Return a text cell on one line; "" where it has a problem, which ``tells`` keeps."""
        cell = self._cell(line, kind)
        if isinstance(cell, Raw) and tells:
            if cell.problem is not None:
                self.table.errors.append(
                    FileProblem(line.place, str(kind), cell.text, cell.problem)
                )
            elif cell.note is not None:
                self.warn(line, kind, cell.text, cell.note)
        return self._cell_text(line, self.head.index(kind) if self.head else None)

    def _is_spoilt(self, line: FileLine, kind: ColumnKind) -> bool:
        cell = self._cell(line, kind)
        return isinstance(cell, Raw) and cell.problem is not None and cell is not MERGED

    # --- problems ---

    def fail(self, line: FileLine, column: object, value: str, sentence: Sentence) -> None:
        self.table.errors.append(FileProblem(line.place, str(column), value, sentence))

    def warn(self, line: FileLine, column: object, value: str, sentence: Sentence) -> None:
        self.table.warnings.append(FileProblem(line.place, str(column), value, sentence))


def column_name(column: FileColumn) -> str:
    return str(column)


def columns_of(head: Head, kinds: Iterable[ColumnKind]) -> Sequence[int]:
    """Return where columns of any of these kinds stand."""
    wanted = set(kinds)
    return [at for at, column in sorted(head.columns.items()) if column.kind in wanted]
