"""Value cells on their way into a table: read, with what is doubtful asked once for a column.

Nothing here imports Django.
"""

from __future__ import annotations

from dataclasses import dataclass

from activities.sentences import Sentence
from activities.sentences import noop as _
from imports import written
from imports.layout import Numbers
from imports.questions import Questions
from imports.readers import FileLine, Raw, RawCell, text_of
from imports.table import FileProblem, FileTable
from imports.written import Written
from indicators.cells import EMPTY, Cell, CellKind

MERGED_VALUE = _("This cell is merged with another one; it was read as empty.")


@dataclass(frozen=True, slots=True)
class Style:
    """How a file's value cells are read.

    ``is_decided`` says that the file's style of numbers is known, so that 1.234 needs no word of
    its own; with ``keeps_odd`` what cannot be read stays as a text with a question.
    """

    numbers: Numbers = Numbers.TURKISH
    is_decided: bool = False
    keeps_odd: bool = False


PLAIN = Style()


class ValueCells:
    """Reads value cells; keeps warnings, errors and questions in the table."""

    def __init__(self, table: FileTable, style: Style = PLAIN) -> None:
        self.table = table
        self.style = style
        self.questions = Questions(table.questions)

    def read(self, line: FileLine, column: str, raw: RawCell) -> Cell:
        """Return a value cell; one that cannot be read is empty and an error."""
        if raw == "":
            return EMPTY
        if isinstance(raw, Raw) and (raw.problem or raw.note or raw.is_merged):
            spoilt = self._spoilt(line, column, raw)
            if spoilt is not None:
                return spoilt
        try:
            found = written.read(raw, self.style.numbers)
        except Sentence as sentence:
            return self._odd(line, column, text_of(raw), sentence)
        self._ask(line, column, found)
        if isinstance(raw, Raw) and raw.number is not None and found.cell.value != raw.number:
            message = Sentence(_("“%(text)s” was rounded."), text=raw.text)
            self._warn(line, column, raw.text, message)
        return found.cell

    def _spoilt(self, line: FileLine, column: str, raw: Raw) -> Cell | None:
        """Note what is wrong with a cell; return what stands for it where it is not used."""
        if raw.is_merged:
            self._warn(line, column, "", Sentence(MERGED_VALUE))
            return EMPTY
        if raw.problem is not None:
            return self._odd(line, column, raw.text, raw.problem)
        if raw.note is not None:
            self._warn(line, column, raw.text, raw.note)
        return None

    def _odd(self, line: FileLine, column: str, text: str, sentence: Sentence) -> Cell:
        if not self.style.keeps_odd:
            self.table.errors.append(FileProblem(line.place, column, text, sentence))
            return EMPTY
        self.questions.ask(
            "unreadable",
            column,
            Sentence(_("These cells look like numbers and cannot be read.")),
            proposal=Sentence(_("Keep them as texts; somebody corrects them later.")),
            where=line.place,
            text=text,
        )
        return Cell(CellKind.TEXT, text)

    def _warn(self, line: FileLine, column: str, text: str, sentence: Sentence) -> None:
        self.table.warnings.append(FileProblem(line.place, column, text, sentence))

    def _ask(self, line: FileLine, column: str, found: Written) -> None:
        cell = found.cell
        if cell.is_ambiguous and not self.style.is_decided:
            message = Sentence(
                _("“%(text)s” can be read two ways; it was read as %(value)s."),
                text=cell.text,
                value=str(cell.value).replace(".", ","),
            )
            self._warn(line, column, cell.text, message)
        if not found.asks:
            return
        if found.asks == "text":
            message = Sentence(
                _("“%(text)s” is a text, not a number; kept as it is."), text=cell.text
            )
            self._warn(line, column, cell.text, message)
            return
        about, proposal = ASKED[found.asks]
        code = f"{found.asks} {found.words}".strip()
        self.questions.ask(
            code,
            column,
            Sentence(about, words=found.words)
            if found.words and "%(" in about
            else Sentence(about),
            proposal=Sentence(proposal),
            answers=ANSWERS.get(found.asks, ()),
            where=line.place,
            text=cell.text,
        )


# What is asked, and what holds until it is answered.
ASKED = {
    "words": (
        _("Words stand beside these numbers. Are they read right?"),
        _("Take the number, keep the words as they are written."),
    ),
    "signs": (
        _("Signs stand beside these numbers. Are they read right?"),
        _("Take the number, keep the sign as it is written."),
    ),
    "relative": (
        _("These cells say a change, not a number. From what is it counted?"),
        _("Keep them as texts; somebody writes the number."),
    ),
    "range": (
        _("These cells hold a range. Which number counts?"),
        _("Keep them as texts; somebody writes the number."),
    ),
    "date": (
        _("These cells hold a date. Is it the day by which something is to be done?"),
        _("Keep them as texts."),
    ),
    "tick": (
        _("Ticks stand in this column. Do they mean that something is planned for the year?"),
        _("Keep them as texts: planned, without a number."),
    ),
    "yes or no": (
        _("Yes or no stands in these cells. Is it something that is done once?"),
        _("Keep them as texts."),
    ),
}
ANSWERS = {
    "words": (Sentence(_("Take the number")), Sentence(_("Keep the text"))),
    "signs": (Sentence(_("Take the number")), Sentence(_("Keep the text"))),
    "range": (
        Sentence(_("Take the lower number")),
        Sentence(_("Take the upper number")),
        Sentence(_("Keep the text")),
    ),
    "tick": (Sentence(_("Planned, without a number")), Sentence(_("The number 1"))),
    "yes or no": (Sentence(_("Keep the text")), Sentence(_("Yes is 1, no is 0"))),
}
