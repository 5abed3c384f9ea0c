"""What a pasted block would write: each value beside its target and last year, before it is saved.

The block is looked at as if it were saved: what would be asked of each number, and whether the
column has slipped by a row. Nothing is written here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property

from django.utils.translation import gettext as _

from activities.wording import say
from entry import paste
from entry.content import Content, Refused, read
from entry.rows import EntryRow
from findings.checks import slips
from findings.checks.finding import Check
from findings.year import DeskFindings, RaisedFinding
from indicators.achievement import Measurement

# A block is moved this often at most; nobody corrects one in more steps.
MOST_SHIFTS = 5


@dataclass(frozen=True, slots=True)
class Shift:
    """Moving the values by rows, down if positive: of all lines, or from one row of the page on."""

    by: int
    first: int = 0

    def __str__(self) -> str:
        return f"{self.by}:{self.first}"


def shifts_in(text: str) -> list[Shift]:
    """Return the moves that a form names ("-1:0,1:55"); nonsense is left out."""
    found = []
    for part in text.split(",")[:MOST_SHIFTS]:
        by, _colon, first = part.partition(":")
        if by in ("1", "-1") and first.isascii() and first.isdigit() and len(first) < 10:
            found.append(Shift(int(by), int(first)))
    return found


@dataclass(slots=True)
class PastedLine:
    """One line of the block: where it goes, what it would become, and what is asked about it."""

    line: paste.Pasted
    row: EntryRow | None
    new: str
    problem: str = ""
    content: Content | None = None
    is_same: bool = False
    ratio: Decimal | None = None
    questions: list[RaisedFinding] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        """Whether it would be saved."""
        return self.content is not None and not self.is_same

    @property
    def is_empty(self) -> bool:
        return self.row is not None and not self.line.value

    @property
    def asked(self) -> list[str]:
        return [say(one.sentence) for one in self.questions]

    @property
    def holds(self) -> bool:
        """Whether a question would keep the value from being verified."""
        return any(one.blocks for one in self.questions)


@dataclass(frozen=True, slots=True)
class SlipOffer:
    """What would be asked of the column once it is saved, and the moves that would mend it."""

    sentence: str
    moves: list[tuple[str, str]]  # what the form sends, and what the button says


class PastePreview:
    """A block over a page's rows; two queries."""

    def __init__(
        self,
        rows: Sequence[EntryRow],
        findings: DeskFindings,
        block: str,
        start: int,
        shifts: Sequence[Shift] = (),
    ) -> None:
        self.rows, self.findings, self.shifts = rows, findings, list(shifts)
        places = [paste.Place(row.pk, row.figure.code, row.figure.name) for row in rows]
        found = paste.match(block, places, start or None)
        for shift in self.shifts:
            found = paste.shifted(found, places, shift.by, shift.first or None)
        by_pk = {row.pk: row for row in rows}
        self.lines = [
            _line(one, by_pk[one.place.pk] if one.place is not None else None) for one in found
        ]
        self._ask()

    @property
    def good(self) -> int:
        return sum(line.is_good for line in self.lines)

    @property
    def written(self) -> dict[int, PastedLine]:
        """Return the lines that would stand in rows, changed or not, by row."""
        return {
            line.row.pk: line
            for line in self.lines
            if line.row is not None and line.content is not None
        }

    @cached_property
    def supposed(self) -> DeskFindings:
        """Return what would be asked if the block were saved."""
        return self.findings.supposing(self._proposal())

    def _proposal(self) -> dict[int, Measurement]:
        return {
            pk: replace(line.row.figure.measurement, realization=line.content.value)
            for pk, line in self.written.items()
            if line.row is not None and line.content is not None
        }

    def _ask(self) -> None:
        """Give each line its ratio and what is asked about its number alone."""
        written = self.written
        if not written:
            return
        for figure in self.supposed.figures.rows:
            if (line := written.get(figure.id)) is None:
                continue
            line.ratio = figure.achievement.value
            line.questions = [
                one
                for one in self.supposed.by_indicator.get(figure.id, ())
                if one.is_open and len(one.figures) == 1
            ]

    @cached_property
    def slips(self) -> list[SlipOffer]:
        """Return what says that the column slipped, with the moves that would mend it."""
        written = self.written
        return [
            SlipOffer(say(one.sentence), self._moves(one))
            for one in (self.supposed.raised if written else ())
            if one.check is Check.ROW_SLIP
            and one.is_open
            and any(figure.id in written for figure in one.figures)
        ]

    def _moves(self, slip: RaisedFinding) -> list[tuple[str, str]]:
        """Return the move of the whole block, and that from the slip on where lines fit before."""
        numbers: Mapping[int, Decimal | None] = {
            row.id: row.measurement.realization for row in self.supposed.figures.rows
        }
        by = -slips.step_of(list(numbers), numbers, slip.answers[0].proposal)
        up = by < 0
        whole = _("Move it all up by one row") if up else _("Move it all down by one row")
        moves = [(self._with(Shift(by)), whole)]
        first = slip.figures[0]
        before = list(self.written).index(first.id) if first.id in self.written else 0
        if before > 1:
            words = (
                _("Move up by one row, from %(code)s on")
                if up
                else _("Move down by one row, from %(code)s on")
            )
            moves.insert(0, (self._with(Shift(by, first.id)), words % {"code": first.code}))
        return moves

    def _with(self, shift: Shift) -> str:
        return ",".join(str(each) for each in (*self.shifts, shift))


def _line(line: paste.Pasted, row: EntryRow | None) -> PastedLine:
    told = PastedLine(line, row, line.value)
    if row is None:
        told.problem = _("No row of this page fits.")
    elif not line.value:
        pass
    elif not row.is_editable:
        told.problem = _("The row cannot be written on now.")
    else:
        _read(told, row)
    return told


def _read(told: PastedLine, row: EntryRow) -> None:
    is_percent = row.figure.is_percent
    # A number takes the place of a reason for none.
    typed = {"written": told.line.value, **({"absence": ""} if row.content.absence else {})}
    try:
        content = read(
            typed, row.content, is_percent=is_percent, counts_people=row.line.counts_people
        )
    except Refused as refused:
        told.problem = " ".join(refused.errors.values())
        return
    told.content, told.is_same = content, content == row.content
    told.new = content.shown("written", is_percent=is_percent)
