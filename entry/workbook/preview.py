"""What a unit's file would write into the page's rows: each value beside its target, last year,
what is saved and what is asked. Nothing is written here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby

from django.conf import settings
from django.http import QueryDict
from django.utils import translation
from django.utils.translation import gettext as _

from activities import names
from activities.wording import say
from entry.actions import Entry, held_in
from entry.content import EMPTY, NAMES, PARTS, TEXTS, Content, Refused, explains, read, typed_in
from entry.fields import FIELD_LABELS
from entry.proposed import Proposed, ProposedLine
from entry.rows import EntryRow
from entry.workbook.matching import Match
from entry.workbook.reading import FileCell, FileRow
from findings.year import DeskFindings
from indicators.models import Realization

# Which of a value's contents each field says.
SAYS = {
    "written": {"value", "text", "absence"},
    "absence": {"value", "text", "absence"},
    **{name: {name} for name in (*TEXTS, *PARTS)},
}
FROM_FILE = "file"


@dataclass(frozen=True, slots=True)
class Choices:
    """What a person answered on the page: cells mended, versions chosen, rows named.

    ``rows`` is by the number of the file's row, the rest by indicator; a row that is not named
    there is still to be asked about.
    """

    mended: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    picked: Mapping[int, str] = field(default_factory=dict)
    rows: Mapping[int, int] = field(default_factory=dict)

    @classmethod
    def of(cls, post: QueryDict, pks: Sequence[int]) -> Choices:
        rows = {}
        for name, value in post.items():
            number = name.removeprefix("row-")
            if number != name and _is_whole(number) and _is_whole(str(value)):
                rows[int(number)] = int(str(value))
        return cls(
            {pk: typed for pk in pks if (typed := typed_in(post, pk))},
            {pk: str(post[f"pick-{pk}"]) for pk in pks if f"pick-{pk}" in post},
            rows,
        )


def _is_whole(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10


@dataclass(frozen=True, slots=True)
class Mend:
    """A field of a row that can be mended on the page."""

    name: str
    label: str
    text: str
    place: str
    is_wrong: bool


@dataclass(slots=True, kw_only=True)
class BookLine(ProposedLine):
    """One row of the file: what it would become.

    ``is_clash`` says that somebody wrote something else since the download, ``is_old`` that the
    file only holds what was downloaded, ``is_picked`` that the file's version was chosen.
    """

    match: Match
    typed: dict[str, str] = field(default_factory=dict)
    mended: Mapping[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    is_clash: bool = False
    is_picked: bool = False
    is_old: bool = False
    notes: list[str] = field(default_factory=list)

    @property
    def file(self) -> FileRow:
        return self.match.file

    @property
    def is_held(self) -> bool:
        """Whether what is saved stays, because another's newer value was not decided against."""
        return self.is_clash and not self.is_picked

    @property
    def is_quiet(self) -> bool:
        """Whether nothing becomes of the row and nothing is asked: it is folded away."""
        return self.row is not None and not (
            self.is_good or self.errors or self.is_clash or self.problem or self.notes
        )

    @property
    def is_left(self) -> bool:
        """Whether it waits for a person: unreadable, or nobody has said whose row it is."""
        return bool(self.errors) or self.match.is_asked

    @property
    def error(self) -> str:
        return " ".join(self.errors.values())

    @property
    def mends(self) -> list[Mend]:
        """Return the fields that can be mended, those that add up together where they do not."""
        wrong = {"written" if name == "absence" else name for name in self.errors}
        if wrong & set(PARTS):
            wrong |= {"written", *PARTS}
        return [
            Mend(
                name,
                str(label),
                self.typed.get(name, self.row.fields.text_of(name) if self.row else ""),
                self.file.cells[name].address if name in self.file.cells else "",
                name in self.errors,
            )
            for name, label in FIELD_LABELS.items()
            if name in wrong
        ]

    @property
    def carried(self) -> list[tuple[str, str]]:
        """Return what was mended before and is not asked any more: the form sends it again."""
        asked = {each.name for each in self.mends} | ({"absence"} if self.asks_absence else set())
        return [(name, text) for name, text in self.mended.items() if name not in asked]

    @property
    def asks_absence(self) -> bool:
        """Whether why there is no figure may be chosen in place of a cell that is no number."""
        return "written" in self.errors or "absence" in self.errors

    @property
    def absence(self) -> str:
        return self.typed.get("absence", "")

    @property
    def absence_label(self) -> str:
        absence = self.content.absence if self.content else ""
        return str(Realization.Absence(absence).label) if absence else ""

    @property
    def said(self) -> list[tuple[str, str]]:
        """Return what else would be saved beside the number: parts, reason, measure."""
        if self.row is None or self.content is None or self.is_same:
            return []
        return [
            (str(FIELD_LABELS[name]), self.content.shown(name, is_percent=False))
            for name in (*PARTS, *TEXTS)
            if getattr(self.content, name) != getattr(self.row.content, name)
            and getattr(self.content, name) not in ("", None)
        ]

    @property
    def stored_said(self) -> list[tuple[str, str]]:
        """Return what is saved beside the number, where two versions differ in it."""
        if self.row is None or self.content is None:
            return []
        stored = self.row.content
        return [
            (str(FIELD_LABELS[name]), stored.shown(name, is_percent=False) or "—")
            for name in (*PARTS, *TEXTS)
            if getattr(self.content, name) != getattr(stored, name)
        ]

    def entry(self, seen: int) -> Entry:
        """Return what is sent for saving; ``seen`` is the version that the page showed."""
        assert self.row is not None
        line = self.row.line
        figure = self.row.figure
        return Entry(line.pk, figure.is_percent, line.counts_people, line.door, self.typed, seen)


class WorkbookPreview(Proposed[BookLine]):
    """A file's rows over a page's; two queries, a third where rows changed since the download."""

    def __init__(
        self,
        rows: Sequence[EntryRow],
        findings: DeskFindings,
        matches: Sequence[Match],
        choices: Choices | None = None,
    ) -> None:
        self.rows, self.choices = rows, choices or Choices()
        self.downloaded = _downloaded(matches)
        super().__init__(findings, [self._line(match) for match in matches])
        self.missing = [row for row in rows if row.pk not in self._met]

    @property
    def _met(self) -> set[int]:
        return {line.row.pk for line in self.lines if line.row is not None}

    @property
    def shown(self) -> list[BookLine]:
        """Return the rows that something becomes of, or that are asked about."""
        return [line for line in self.lines if line.match.is_asked or self._is_shown(line)]

    @staticmethod
    def _is_shown(line: BookLine) -> bool:
        return line.row is not None and not line.is_quiet

    @property
    def quiet(self) -> list[BookLine]:
        return [line for line in self.lines if line.is_quiet]

    @property
    def foreign(self) -> list[tuple[str, list[str]]]:
        """Return the rows that are not taken, by why, each with its name and place."""
        left = [line for line in self.lines if line.match.why_not]
        by_why = groupby(
            sorted(left, key=lambda line: line.match.why_not), key=lambda line: line.match.why_not
        )
        return [(why, [_named(line.file) for line in lines]) for why, lines in by_why]

    @property
    def unread(self) -> list[BookLine]:
        return [line for line in self.lines if line.errors]

    @property
    def asked_rows(self) -> list[BookLine]:
        return [line for line in self.lines if line.match.is_asked]

    @property
    def clashes(self) -> list[BookLine]:
        return [line for line in self.lines if line.is_clash]

    @property
    def left(self) -> list[BookLine]:
        return [line for line in self.lines if line.is_left]

    @property
    def named_rows(self) -> list[tuple[int, int]]:
        """Return which rows were named by a person, for the form to send again."""
        asked = {line.file.number for line in self.asked_rows}
        return [each for each in self.choices.rows.items() if each[0] not in asked]

    @property
    def questions(self) -> int:
        return sum(len(line.questions) for line in self.lines if not line.is_quiet)

    @property
    def slips(self) -> list[str]:
        return [say(one.sentence) for one in self.slipped]

    # --- one row ---

    def _line(self, match: Match) -> BookLine:
        cell = match.file.cells.get("written")
        line = BookLine(match=match, row=match.row, new=cell.text if cell else "")
        if match.row is not None:
            self._read(line, match.row)
        return line

    def _read(self, line: BookLine, row: EntryRow) -> None:
        line.mended = self.choices.mended.get(row.pk, {})
        line.is_picked = self.choices.picked.get(row.pk) == FROM_FILE
        line.typed, line.errors = _typed(line.file, line.mended)
        line.new = line.typed.get("written", "")
        if not row.line.counts_people:
            self._drop_parts(line)
        base = self._base(line, row)
        if base is not None and base != row.content:
            self._against(line, row, base)
        _drop_same_words(line, row.content)
        try:
            content = _content(line, row, row.content) if line.typed else None
        except Refused as refused:
            line.errors = {**refused.errors, **line.errors}
            return
        if line.errors or content is None:
            return
        line.content, line.is_same = content, content == row.content
        line.is_clash = line.is_clash and not line.is_same
        line.new = content.shown("written", is_percent=row.figure.is_percent)
        if not line.is_same and not _may_write(row, content):
            line.problem, line.content = _("The row cannot be written on now."), None
            line.is_clash = False

    def _drop_parts(self, line: BookLine) -> None:
        if any(line.typed.pop(name, "") for name in PARTS):
            line.notes.append(_("Women, men and others are not taken: this row counts no people."))
        for name in PARTS:
            line.errors.pop(name, None)

    def _base(self, line: BookLine, row: EntryRow) -> Content | None:
        """Return what the row held when it was downloaded; None where that is not known."""
        key = line.file.key
        if key is None or key.version == row.seen:
            return None
        if key.version == 0 or row.value is None:
            return EMPTY
        return self.downloaded.get(row.value.pk)

    def _against(self, line: BookLine, row: EntryRow, base: Content) -> None:
        """Keep of the file what was changed in it since the download; see whether that clashes."""
        _drop_same_words(line, base)
        try:
            meant = _content(line, row, base)
        except Refused:
            line.is_clash = bool(line.typed)
            return
        own = {name for name in NAMES if getattr(meant, name) != getattr(base, name)}
        had = bool(line.typed)
        line.typed = {name: text for name, text in line.typed.items() if SAYS[name] & own}
        line.is_old = had and not line.typed
        line.is_clash = any(
            getattr(row.content, name) not in (getattr(base, name), getattr(meant, name))
            for name in own
        )


def _downloaded(matches: Sequence[Match]) -> dict[int, Content]:
    """Return what rows held when they were downloaded, of those that changed since, by value."""
    return held_in(
        {
            match.row.value.pk: match.file.key.version
            for match in matches
            if match.row is not None
            and match.row.value is not None
            and match.file.key is not None
            and match.file.key.version not in (0, match.row.seen)
        }
    )


def _typed(file: FileRow, mended: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Return what a row's cells say, as a form would send it, and which cannot be used.

    An empty cell says nothing: what is saved stays.
    """
    cells: dict[str, FileCell] = file.cells
    typed = {name: cell.text for name, cell in cells.items() if cell.text}
    errors = {name: cell.problem for name, cell in cells.items() if cell.problem}
    for name, text in mended.items():
        typed[name] = text
        errors.pop(name, None)
        if not text:
            del typed[name]
    absence = typed.get("absence") or absences().get(names.fold(typed.get("written", "")), "")
    if absence:
        errors.pop("written", None)
        typed |= {"written": "", "absence": absence}
    elif typed.get("written"):
        typed["absence"] = ""  # a number takes the place of a reason for none
    return typed, errors


@cache
def absences() -> dict[str, str]:
    """Return why there is no figure by its words, folded, in every language of the pages."""
    found: dict[str, str] = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found |= {names.fold(str(each.label)): each.value for each in Realization.Absence}
    return found


def _drop_same_words(line: BookLine, content: Content) -> None:
    """Leave out reasons that differ in their line breaks alone: readers keep none."""
    for name in TEXTS:
        if name in line.typed and line.typed[name].split() == getattr(content, name).split():
            del line.typed[name]


def _content(line: BookLine, row: EntryRow, stored: Content) -> Content:
    is_percent, counts = row.figure.is_percent, row.line.counts_people
    return read(line.typed, stored, is_percent=is_percent, counts_people=counts)


def _may_write(row: EntryRow, content: Content) -> bool:
    if row.is_editable:
        return True
    return explains(content, row.content) and row.reason.can_be_written


def _named(file: FileRow) -> str:
    label = " ".join(filter(None, (file.code if file.name else "", file.name or file.code)))
    return f"{label[:120] or file.label.text[:120]} ({file.place})"
