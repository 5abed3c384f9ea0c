"""From a file's lines to the plan they state: the layout is guessed or given, and followed.

The two forms of the plan's own (as published, and flat) keep their parsers where every column of
a file is one of theirs; everything else is read by its layout. Nothing here imports Django.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from activities.sentences import Sentence
from activities.sentences import noop as _
from imports import (
    cards,
    flat,
    guessing,
    headless,
    heads,
    numbering,
    old_percents,
    published,
    tabled,
)
from imports.headers import ColumnKind, Mapped, read_header
from imports.heads import PlacedHead
from imports.layout import CodesFrom, Layout, Numbers, UnitFrom
from imports.questions import Questions
from imports.readers import FileLine, Raw, text_of
from imports.row_values import says_percent
from imports.table import FileProblem, FileTable
from imports.value_cells import Style

VALUES = {
    ColumnKind.BASELINE,
    ColumnKind.TARGET,
    ColumnKind.REALIZATION,
    ColumnKind.WOMEN,
    ColumnKind.MEN,
    ColumnKind.OTHERS,
}
OWN = {
    ColumnKind.DEPARTMENT,
    ColumnKind.DEPARTMENT_NUMBER,
    ColumnKind.BRANCH,
    ColumnKind.BRANCH_NUMBER,
    ColumnKind.CODE,
    ColumnKind.ACTIVITY,
    ColumnKind.RESPONSIBLE,
    ColumnKind.SUPPORTING,
    ColumnKind.INDICATOR,
    ColumnKind.BASELINE,
    ColumnKind.TARGET,
    ColumnKind.REALIZATION,
    ColumnKind.IGNORED,
}
"""What the published and the flat form know."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was said of a file beforehand: its columns, its layout, its year, and what odd cells
    become (``keeps_odd``: texts with a question). ``name`` is what the file is called.
    """

    mapped: Mapped | None = None
    layout: Layout | None = None
    year: int | None = None
    keeps_odd: bool = False
    name: str = ""


def parse(
    lines: Sequence[FileLine], mapped: Mapped | None = None, asked: Asked | None = None
) -> FileTable:
    """Return the plan that the lines state.

    ``mapped`` says what headers hold that nobody knows, as in headers.Mapped.
    """
    told = asked or Asked(mapped=mapped)
    read = _Reading(list(lines), told)
    return read.table()


class _Reading:
    """One file on its way through a layout."""

    def __init__(self, lines: Sequence[FileLine], asked: Asked) -> None:
        self.asked = asked
        self.lines = lines
        self.is_headless = False
        """Whether no header was understood, so that the columns are guessed by what they hold."""
        self.placed, self.layout = self._laid_out()
        holder = FileTable()
        self.questions = holder.questions
        asks = Questions(holder.questions)
        self.lines = old_percents.mended(self.lines, self.placed, asks)
        self.style = self._style(asks)

    def table(self) -> FileTable:
        """Return the table, by the form that reads the file best."""
        if self.asked.layout is not None or (self.placed and not self._is_own_form()):
            table = self._by_layout()
            if self.asked.layout is None and not table.activities:
                return self._better(table, self._by_form())
            return self._finished(table)
        table = self._by_form()
        if self.placed and (table.errors or not table.activities):
            return self._better(self._by_layout(), table)
        if not self.placed and not table.activities and table.errors and self._has_rows():
            # One sentence instead of one for each row.
            table.errors = [headless.problem(self.lines)]
        if not self.placed and not table.activities:
            table.errors = [replace(problem, stops=True) for problem in table.errors]
        return self._finished(table)

    def _has_rows(self) -> bool:
        """Whether any line has several cells, as a table's have."""
        return any(sum(map(bool, line.texts)) > 1 for line in self.lines)

    # --- the layout ---

    def _laid_out(self) -> tuple[list[PlacedHead], Layout]:
        layout = self.asked.layout
        if layout is not None:
            if layout.cards and cards.are_cards(self.lines):
                self.lines = cards.unfolded(self.lines)
            return heads.place(self.lines, layout), layout
        found = guessing.guess(self.lines, self.asked.mapped, self.asked.name)
        if found.placed:
            return found.placed, found.layout
        if cards.are_cards(self.lines):
            rows = cards.unfolded(self.lines)
            of_cards = guessing.guess(rows, self.asked.mapped, self.asked.name)
            if of_cards.placed:
                self.lines = rows
                return of_cards.placed, replace(of_cards.layout, cards=True)
        by_contents = headless.guess(self.lines)
        if by_contents is not None:
            self.is_headless = True
            return by_contents.placed, by_contents.layout
        return [], found.layout

    def _style(self, asks: Questions) -> Style:
        if self.asked.layout is not None:
            return Style(self.asked.layout.numbers, True, self.asked.keeps_odd)
        found = numbering.evidence(_value_texts(self.lines, self.placed))
        if found.numbers is Numbers.ENGLISH or (found.doubtful_count and found.is_clear):
            _ask_style(asks, found)
        numbers = found.numbers
        self.layout = replace(self.layout, numbers=numbers)
        is_decided = found.is_clear or numbers is Numbers.ENGLISH
        return Style(numbers, is_decided, self.asked.keeps_odd)

    # --- the forms ---

    def _is_own_form(self) -> bool:
        """Whether every column of every header is one that the plan's own forms know."""
        return not self.layout.cards and all(
            all(column.kind in OWN for column in each.head.columns.values())
            and self._is_known(each)
            for each in self.placed
        )

    def _is_known(self, each: PlacedHead) -> bool:
        rows = each.head.rows
        if len(rows) > 1:
            return read_header(each.head.texts, self.asked.mapped) is not None
        header = read_header(rows[0], self.asked.mapped)
        return header is not None and not header.unread

    def _by_layout(self) -> FileTable:
        return tabled.parse(self.lines, self.layout, self.placed, self.style, self.asked.year)

    def _by_form(self) -> FileTable:
        mapped = self.asked.mapped
        for line in self.lines:
            header = read_header(line.texts, mapped)
            if header is not None and header.index(ColumnKind.DEPARTMENT) is not None:
                return flat.parse(self.lines, mapped, self.style)
            if header is not None:
                break
        return published.parse(self.lines, mapped, self.style)

    def _better(self, one: FileTable, other: FileTable) -> FileTable:
        """Return the table that reads more, with fewer errors; the plan's own form in doubt."""
        if not one.activities and not other.activities:
            if not one.errors:
                where = self.lines[self.placed[0].at].place
                message = Sentence(_("No row of the plan stands below the header."))
                one.errors.append(FileProblem(where, "", "", message))
            return self._finished(one)

        def worth(table: FileTable) -> tuple[int, int, int]:
            return table.rows, len(table.activities), -len(table.errors)

        best = max((other, one), key=worth)
        return self._finished(best)

    def _finished(self, table: FileTable) -> FileTable:
        table.questions[:0] = self.questions
        for activity in table.activities:
            for row in activity.indicators:
                row.says_percent = row.says_percent or says_percent(row.unit, row.name)
        _ask_direction(table)
        if table.form not in ("published", "flat"):
            self._tell_layout(table)
        table.layout = self.layout
        table.told_year = self.layout.year
        if self.layout.first_year and self.layout.last_year:
            table.plan_years = self.layout.first_year, self.layout.last_year
        return table

    def _tell_layout(self, table: FileTable) -> None:
        """Say once what was guessed of the whole file and is not plain to see in it."""
        asks = Questions(table.questions)
        layout = self.layout
        if self.is_headless:
            row = self.placed[0].at
            asks.ask(
                "header",
                "",
                Sentence(_("No header row is understood; the columns are guessed.")),
                proposal=Sentence(
                    _("Texts are read by what they look like; numbers are not read.")
                ),
                where=self.lines[row].place,
                text=" · ".join(filter(None, self.lines[row].texts))[:200],
            )
        first = table.activities[0] if table.activities else None
        where, title = (first.where, first.title) if first else ("", "")
        if layout.unit_from is UnitFrom.RESPONSIBLE:
            asks.ask(
                "unit",
                "responsible",
                Sentence(_("Nothing in the file names a department.")),
                proposal=Sentence(_("The first responsible unit of a row is its department.")),
                where=where,
                text=first.department.name if first else "",
            )
        if layout.codes_from is CodesFrom.ORDER and first is not None:
            asks.ask(
                "no codes",
                "code",
                Sentence(_("The activities of this file have no codes.")),
                proposal=Sentence(
                    _("Codes are proposed by order; the next file finds them by their titles.")
                ),
                where=where,
                text=f"{first.code} {title}",
            )
        if first is not None and not (table.years or table.realization_years):
            asks.ask(
                "no values",
                "",
                Sentence(
                    _("No column holds targets or realizations. The headings seen: %(headings)s."),
                    headings=", ".join(filter(None, table.headers)),
                ),
                proposal=Sentence(_("The indicators come in without numbers.")),
                where=where,
            )


def _value_texts(
    lines: Sequence[FileLine], placed: Sequence[PlacedHead]
) -> Iterator[tuple[str, str]]:
    """Yield the typed texts of the value columns, each with its place."""
    starts = {each.at: each for each in placed}
    values: list[int] = []
    for at, line in enumerate(lines):
        if at in starts:
            columns = starts[at].head.columns
            values = [place for place, column in columns.items() if column.kind in VALUES]
            continue
        for place in values:
            if place < len(line.cells):
                cell = line.cells[place]
                if not isinstance(cell, Raw) or cell.number is None:
                    text = text_of(cell)
                    if text:
                        yield line.place, text


def _ask_direction(table: FileTable) -> None:
    """Ask whether less is better where every target is below the baseline."""
    asks = Questions(table.questions)
    for activity in table.activities:
        for row in activity.indicators:
            targets = [cell.value for cell in row.targets.values() if cell.value is not None]
            if row.baseline.value is not None and targets and max(targets) < row.baseline.value:
                asks.ask(
                    "direction",
                    "",
                    Sentence(_("The targets are below the baseline. Is less better here?")),
                    proposal=Sentence(
                        _("The direction stays “increase” until somebody says otherwise.")
                    ),
                    where=row.where,
                    text=f"{row.name}: {row.baseline.text} → {max(targets)}",
                )


def _ask_style(asks: Questions, found: numbering.Evidence) -> None:
    is_english = found.numbers is Numbers.ENGLISH
    about = (
        _("The numbers of this file look English: 1,200.50. Are they?")
        if is_english
        else _("Points stand between thousands, as other numbers of the file show. Is that right?")
    )
    proposal = (
        _("Read 1,200 as one thousand two hundred and 27.4 as 27,4.")
        if is_english
        else _("Read 1.200 as one thousand two hundred.")
    )
    answers = (Sentence(_("English numbers")), Sentence(_("Turkish numbers")))
    places = found.doubtful or [("", found.shown)]
    for where, text in places:
        asks.ask(
            "number style",
            "",
            Sentence(about),
            proposal=Sentence(proposal),
            answers=answers if is_english else answers[::-1],
            where=where,
            text=text,
        )
