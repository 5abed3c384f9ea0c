"""Which row of the page each row of a unit's file is.

By its key where that survived, else by code and name, twins in the order in which they stand.
What is doubtful is asked, and what belongs to another unit or year is named and not taken.
"""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from activities import names
from activities.sentences import Sentence
from activities.sentences import noop as _
from activities.wording import say
from entry.rows import EntryRow
from entry.workbook.reading import FileRow, FileTable

LONGEST_NAME = 200
ALIKE = 0.8
"""From which likeness on a name is offered as a guess, as ``difflib`` counts it."""


@dataclass(slots=True)
class Match:
    """A row of the file with its row of the page; without one, a guess or why there is none."""

    file: FileRow
    row: EntryRow | None = None
    guess: EntryRow | None = None
    is_asked: bool = False
    why_not: str = ""


@dataclass(slots=True)
class Matching:
    """The rows of a page, being found in a file.

    ``units`` names the plan's units by id, ``chosen`` says what a person answered: the page's row
    by the number of the file's row, 0 for none of them.
    """

    rows: Sequence[EntryRow]
    plan: int
    year: int
    units: Mapping[int, str]
    chosen: Mapping[int, int] = field(default_factory=dict)

    def match(self, table: FileTable) -> list[Match]:
        """Return a match for every row of the file; raise Sentence if it is another's file."""
        self._refuse(table)
        found = [Match(row) for row in table.rows]
        by_pk = {row.pk: row for row in self.rows}
        for each in found:
            key = each.file.key
            if key is None:
                continue
            if (key.plan, key.year) != (self.plan, self.year):
                each.why_not = say(Sentence(OTHER_YEAR, year=key.year))
            elif key.indicator in by_pk:
                self._take(each, by_pk[key.indicator], found)
            else:
                each.why_not = say(Sentence(OTHER_UNIT, unit=self.units.get(key.unit, "—")))
        self._by_name([each for each in found if each.file.key is None], found)
        if not any(each.row or each.is_asked for each in found):
            raise Sentence(NO_ROWS)
        return found

    def _refuse(self, table: FileTable) -> None:
        """Raise Sentence for the workbook of another plan, year or unit."""
        keys = [row.key for row in table.rows if row.key is not None]
        years = {key.year for key in keys} or table.other_years
        if keys and all(key.plan != self.plan for key in keys):
            raise Sentence(ANOTHER_PLAN)
        if years and self.year not in years and (keys or not table.rows):
            raise Sentence(ANOTHER_YEAR, years=", ".join(map(str, sorted(years))), year=self.year)
        if not table.rows:
            raise Sentence(NO_ROWS)
        here = {row.pk for row in self.rows}
        if keys and not any(key.indicator in here for key in keys):
            unit = next((self.units[key.unit] for key in keys if key.unit in self.units), "—")
            raise Sentence(ANOTHER_UNIT, unit=unit)

    def _take(self, match: Match, row: EntryRow, found: Sequence[Match]) -> None:
        if any(each.row is row for each in found):
            match.why_not = say(Sentence(TWICE))
        else:
            match.row = row

    # --- without a key ---

    def _by_name(self, left: Sequence[Match], found: Sequence[Match]) -> None:
        by_pk = {row.pk: row for row in self.rows}
        for each in left:
            if each.file.number in self.chosen:
                row = by_pk.get(self.chosen[each.file.number])
                if row is None:
                    each.why_not = say(Sentence(NO_ROW))
                else:
                    self._take(each, row, found)
        groups: defaultdict[tuple[str, str], list[Match]] = defaultdict(list)
        for each in left:
            if each.file.number not in self.chosen:
                groups[names.fold(each.file.name), each.file.code].append(each)
        for group in groups.values():
            self._place(group, found)

    def _place(self, group: Sequence[Match], found: Sequence[Match]) -> None:
        """Give rows of one name and code their places, in order where all of them are there."""
        places, is_sure = self._candidates(group[0].file)
        taken = {each.row.pk for each in found if each.row is not None}
        free = [row for row in places if row.pk not in taken]
        if places and not free:
            for each in group:
                each.why_not = say(Sentence(TWICE))
        elif is_sure and len(free) == len(group):
            for each, row in zip(group, free, strict=True):
                each.row = row
        elif free:
            for each in group:
                each.is_asked, each.guess = True, free[0] if len(free) == 1 else None
        else:
            for each in group:
                each.why_not = say(Sentence(NO_ROW))

    def _candidates(self, file: FileRow) -> tuple[list[EntryRow], bool]:
        """Return the rows that it may be, and whether name and code leave no doubt."""
        folded = names.fold(file.name)
        known = any(row.figure.code == file.code for row in self.rows)
        named = [row for row in self.rows if folded and names.fold(row.figure.name) == folded]
        coded = [row for row in self.rows if known and row.figure.code == file.code]
        both = [row for row in named if row in coded]
        if both:
            return both, True
        if named:
            return named, not file.code
        if not folded:
            return coded, len(coded) == 1
        alike = [row for row in coded or self.rows if _is_alike(folded, row)]
        return alike or (coded if len(coded) == 1 else []), False


def _is_alike(folded: str, row: EntryRow) -> bool:
    # What is longer than any name is cut: comparing takes the product of both lengths.
    own = names.fold(row.figure.name)[:LONGEST_NAME]
    alike = difflib.SequenceMatcher(None, folded[:LONGEST_NAME], own)
    return alike.quick_ratio() >= ALIKE and alike.ratio() >= ALIKE


ANOTHER_PLAN = _("This is the workbook of another plan. Download the one of this page.")
ANOTHER_YEAR = _("The file holds %(years)s; on this page %(year)s is entered.")
ANOTHER_UNIT = _("This is the workbook of another unit: %(unit)s.")
NO_ROWS = _(
    "No row of this unit is in the file. Download the workbook of this page and fill it in."
)
OTHER_YEAR = _("of another plan or year: %(year)s")
OTHER_UNIT = _("of another unit: %(unit)s")
TWICE = _("stands in the file a second time; the first one is taken")
NO_ROW = _("no row of this page")
