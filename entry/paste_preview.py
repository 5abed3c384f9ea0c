"""What a pasted block would write: each value beside its target and last year, before it is saved.

The block is looked at as if it were saved: what would be asked of each number, and whether the
column has slipped by a row. Nothing is written here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.utils.translation import gettext as _

from activities.wording import say
from entry import paste
from entry.content import Refused, read
from entry.proposed import Proposed, ProposedLine
from entry.rows import EntryRow
from findings.checks import slips
from findings.year import DeskFindings, RaisedFinding

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


@dataclass(slots=True, kw_only=True)
class PastedLine(ProposedLine):
    """One line of the block: where it goes, what it would become, and what is asked about it."""

    line: paste.Pasted

    @property
    def is_empty(self) -> bool:
        return self.row is not None and not self.line.value


@dataclass(frozen=True, slots=True)
class SlipOffer:
    """What would be asked of the column once it is saved, and the moves that would mend it."""

    sentence: str
    moves: list[tuple[str, str]]  # what the form sends, and what the button says


class PastePreview(Proposed[PastedLine]):
    """A block over a page's rows; two queries."""

    def __init__(
        self,
        rows: Sequence[EntryRow],
        findings: DeskFindings,
        block: str,
        start: int,
        shifts: Sequence[Shift] = (),
    ) -> None:
        self.rows, self.shifts = rows, list(shifts)
        places = [paste.Place(row.pk, row.figure.code, row.figure.name) for row in rows]
        found = paste.match(block, places, start or None)
        for shift in self.shifts:
            found = paste.shifted(found, places, shift.by, shift.first or None)
        by_pk = {row.pk: row for row in rows}
        lines = [
            _line(one, by_pk[one.place.pk] if one.place is not None else None) for one in found
        ]
        super().__init__(findings, lines)

    @cached_property
    def slips(self) -> list[SlipOffer]:
        """Return what says that the column slipped, with the moves that would mend it."""
        return [SlipOffer(say(one.sentence), self._moves(one)) for one in self.slipped]

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
    told = PastedLine(line=line, row=row, new=line.value)
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
