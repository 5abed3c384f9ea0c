"""Finding the header rows of a file, and what their columns say, in any language we know.

A header may be of up to three rows, of which the upper ones group columns ("Hedef | 2024 2025",
"2024 | Kadın Erkek Toplam", "Year 1 | Target Actual"). Nothing here imports Django.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from activities.names import fold, repair
from activities.sentences import Sentence
from activities.sentences import noop as _
from imports.headers import YEAR, ColumnKind
from imports.layout import Column, Head, Layout, stripped
from imports.meanings import Meaning, glance, meaning
from imports.readers import MERGED, FileLine, Raw, RawCell, text_of

DEEPEST = 3
FEWEST = 3
OF_GROUPS = 3
LONGEST = 120
CORE = {ColumnKind.ACTIVITY, ColumnKind.INDICATOR}
MORE_THAN_ONCE = {
    ColumnKind.AIM,
    ColumnKind.RESPONSIBLE,
    ColumnKind.SUPPORTING,
    ColumnKind.REASON,
    ColumnKind.MEASURE,
    ColumnKind.RATIO,
    ColumnKind.IGNORED,
}
TEXTS = {
    ColumnKind.CODE,
    ColumnKind.ACTIVITY,
    ColumnKind.INDICATOR,
    ColumnKind.RESPONSIBLE,
    ColumnKind.SUPPORTING,
    ColumnKind.AIM,
    ColumnKind.REASON,
    ColumnKind.MEASURE,
    ColumnKind.STATUS,
    ColumnKind.UNIT,
    ColumnKind.DEPARTMENT,
    ColumnKind.BRANCH,
}

UNDERSTOOD = _("the heading says so: “%(text)s”")
GLANCED = _("some words of the heading say so: “%(text)s”")
SAID = _("a person said so")
NO_HOME = _("there is no place for it in a plan: “%(text)s”")
UNKNOWN = _("no word of the heading is known: “%(text)s”")
TWICE = _("another column says the same: “%(text)s”")


@dataclass(frozen=True, slots=True)
class PlacedHead:
    """A head where it stands in a file: the line it begins on, and how many it takes."""

    at: int
    depth: int
    head: Head


class KnownHeads:
    """Heads by the first text in them, to find them in a file."""

    def __init__(self, heads: Iterable[Head] = ()) -> None:
        self._heads: dict[str, list[Head]] = {}
        for head in heads:
            self.add(head)

    def add(self, head: Head) -> None:
        of_text = self._heads.setdefault(_first(head.rows[0]), [])
        of_text.append(head)
        # Of two that begin alike the one with more rows is looked for first.
        of_text.sort(key=lambda each: -len(each.rows))

    def at(self, lines: Sequence[FileLine], at: int) -> PlacedHead | None:
        """Return the head that begins at a line."""
        for head in self._heads.get(_first(lines[at].texts), ()) if self._heads else ():
            if _fits(lines, at, head):
                return PlacedHead(at, len(head.rows), head)
        return None

    def places(self, lines: Sequence[FileLine]) -> list[PlacedHead]:
        """Return where these heads stand in a file, from top to bottom."""
        found: list[PlacedHead] = []
        skip = 0
        for at in range(len(lines)):
            placed = self.at(lines, at) if at >= skip else None
            if placed is not None:
                found.append(placed)
                skip = at + placed.depth
        return found


def find(lines: Sequence[FileLine], said: Mapping[str, str] | None = None) -> list[PlacedHead]:
    """Return the header rows of a file, from top to bottom."""
    known = KnownHeads()
    skip = 0
    for at, line in enumerate(lines):
        if at < skip or len(line.cells) < FEWEST:
            continue
        placed = known.at(lines, at)
        if placed is None and _may_begin(lines, at):
            placed = _best(lines, at, said or {})
            if placed is not None:
                known.add(placed.head)
        if placed is not None:
            skip = at + placed.depth
    # A row above the first that was surely a header may be the same one.
    return known.places(lines)


def place(lines: Sequence[FileLine], layout: Layout) -> list[PlacedHead]:
    """Return where the heads of a layout stand in a file."""
    return KnownHeads(layout.heads).places(lines)


def _first(texts: Iterable[str]) -> str:
    return fold(next(filter(None, texts), ""))


def _key(row: Sequence[str]) -> tuple[str, ...]:
    return tuple(fold(text) for text in row)


def _fits(lines: Sequence[FileLine], at: int, head: Head) -> bool:
    rows = lines[at : at + len(head.rows)]
    return len(rows) == len(head.rows) and all(
        _key(stripped(line.texts)) == _key(row) for line, row in zip(rows, head.rows, strict=True)
    )


def _may_begin(lines: Sequence[FileLine], at: int) -> bool:
    """Whether a header may begin here: not in the midst of a table, and not with values."""
    line = lines[at]
    if at:
        above = lines[at - 1]
        same = (above.sheet, above.title) == (line.sheet, line.title)
        if same and _filled(above) > 2 and line.number == above.number + 1:
            return _is_repeated_kind(line)
    return may_be_head(line)


def _is_repeated_kind(line: FileLine) -> bool:
    """Whether a row right below other rows is surely a header: every cell of it is understood."""
    texts = [text for text in line.texts if text]
    return may_be_head(line) and all(meaning(text) is not None for text in texts)


def may_be_head(line: FileLine) -> bool:
    """Whether a row holds nothing that no header does: numbers, percents, long texts."""
    for cell in line.cells:
        if isinstance(cell, Raw) and cell.number is not None and not YEAR.fullmatch(cell.text):
            return False
        text = text_of(cell)
        if len(text) > LONGEST or text[:1] == "%" or (text.isdigit() and not YEAR.fullmatch(text)):
            return False
    return True


def _filled(line: FileLine) -> int:
    return sum(map(bool, line.texts))


# --- one head -----------------------------------------------------------------------------------


def _best(lines: Sequence[FileLine], at: int, said: Mapping[str, str]) -> PlacedHead | None:
    """Return the head that begins at a line, of as many rows as make it say the most."""
    best: tuple[float, PlacedHead] | None = None
    above = 0.0
    for depth in range(1, DEEPEST + 1):
        window = lines[at : at + depth]
        if len(window) < depth or not _is_window(window):
            break
        head = read(window, lines[at + depth :], said)
        score = _score(head)
        if score and above and _groups(window[-1]):
            score += OF_GROUPS  # such a row below a header is no row of the table
        above = _score(head)
        if head is not None and score and (best is None or score > best[0]):
            best = score, PlacedHead(at, depth, head)
    return best[1] if best else None


def _is_window(window: Sequence[FileLine]) -> bool:
    """Whether rows may make one head: of the same table, and all but one only group columns."""
    first = window[0]
    if len(window) > 1 and sum(map(bool, first.texts)) == 1 and first.texts[0]:
        return False  # a heading or a title over the whole width
    for line in window[1:]:
        if (line.sheet, line.title) != (first.sheet, first.title) or not may_be_head(line):
            return False
    return sum(not _groups(line) for line in window) <= 1


def _groups(line: FileLine) -> bool:
    texts = [text for text in line.texts if text]
    return bool(texts) and all(_is_group(text) for text in texts)


def _is_group(text: str) -> bool:
    found = meaning(text)
    if found is None:
        return False
    return (
        found.is_value
        or found.looks_like in ("total", "part", "realization", "target")
        or (found.kind in (ColumnKind.WOMEN, ColumnKind.MEN, ColumnKind.OTHERS, ColumnKind.RATIO))
    )


def _score(head: Head | None) -> float:
    """Return how much a head says; 0 for what is none."""
    if head is None:
        return 0
    kinds = head.kinds - {ColumnKind.IGNORED}
    read_ = {column.key for column in head.columns.values() if column.kind is not None}
    if not kinds & CORE or len(read_) < FEWEST or len(kinds) < 2:
        return 0
    values = [column for column in head.columns.values() if column.kind is None]
    unclear = sum(column.looks_like in ("target", "realization") for column in values)
    bare = sum(
        column.kind is ColumnKind.TARGET and column.year is None and column.ordinal is None
        for column in head.columns.values()
    )
    return len(read_) - 0.6 * unclear - 0.5 * bare


def read(
    window: Sequence[FileLine], below: Sequence[FileLine], said: Mapping[str, str]
) -> Head | None:
    """Return the head that rows make, its columns checked against a sample of what is below."""
    rows = tuple(stripped(line.texts) for line in window)
    width = max((len(row) for row in rows), default=0)
    if not width:
        return None
    stacks = _stacks([line.cells for line in window], width)
    sample = _sample(window[0], below)
    known = {fold(heading): word for heading, word in said.items()}
    columns: dict[int, Column] = {}
    for at, stack in enumerate(stacks):
        if stack:
            columns[at] = _column(stack, [row[at] for row in sample if at < len(row)], known)
    return Head(rows, _settled(columns, stacks, sample))


SAMPLE = 40


def _sample(first: FileLine, below: Sequence[FileLine]) -> list[tuple[str, ...]]:
    """Return the texts of the first rows of the table."""
    rows = []
    for line in below[: 2 * SAMPLE]:
        if (line.sheet, line.title) != (first.sheet, first.title):
            break
        if _filled(line) > 2:
            rows.append(line.texts)
            if len(rows) == SAMPLE:
                break
    return rows


def _stacks(rows: Sequence[Sequence[RawCell]], width: int) -> list[tuple[str, ...]]:
    """Return for each column its texts from top to bottom, a group's carried to the right."""
    stacks: list[list[str]] = [[] for _at in range(width)]
    for depth, cells in enumerate(rows):
        below = rows[depth + 1 :]
        carried = ""
        for at in range(width):
            cell = cells[at] if at < len(cells) else ""
            text = text_of(cell).strip()
            if text:
                carried = text
            elif cell is not MERGED and not _has_below(below, at):
                carried = ""
                continue
            elif not _has_below(below, at):
                continue
            if carried and (text or _has_below(below, at)) and carried not in stacks[at]:
                stacks[at].append(carried)
    return [tuple(stack) for stack in stacks]


def _has_below(rows: Sequence[Sequence[RawCell]], at: int) -> bool:
    return any(at < len(row) and bool(text_of(row[at])) for row in rows)


def _column(stack: Sequence[str], cells: Sequence[str], said: Mapping[str, str]) -> Column:
    from imports.layout import column_from

    text = " ".join(stack)
    told = said.get(fold(text)) or said.get(fold(stack[-1]))
    if told is not None:
        column = column_from(told)
        if column is not None:
            return Column(*column.key, column.looks_like, Sentence(SAID))
    found = _meaning_of(stack)
    if found is None:
        return _seen_as_value(_glanced(text), text, cells)
    return _borne_out(found, text, cells)


def _meaning_of(stack: Sequence[str]) -> Meaning | None:
    """Return what the texts of a column say together, else the lowest that says anything."""
    together = meaning(repair(" ".join(stack)))
    if together is not None or len(stack) == 1:
        return together
    for text in (" ".join(stack[-2:]), stack[-1], stack[0]):
        found = meaning(text)
        if found is not None:
            return found
    return None


def _glanced(text: str) -> Column:
    found = glance(text)
    if found is None:
        return Column(None, why=Sentence(UNKNOWN, text=text))
    if found.kind in TEXTS:
        return Column(None, None, None, f"maybe {found.kind}", Sentence(GLANCED, text=text))
    looks = found.looks_like or (str(found.kind) if found.kind else "")
    return Column(None, found.year, None, looks, Sentence(GLANCED, text=text))


def _seen_as_value(column: Column, text: str, cells: Sequence[str]) -> Column:
    """Return an unread column that says a year and holds numbers as what must not be lost."""
    from imports import contents

    has_year = any(YEAR.fullmatch(word) for word in fold(text).split())
    filled = [cell for cell in cells if cell]
    if column.looks_like or not has_year or not contents.are_numbers(filled):
        return column
    return Column(None, looks_like="target", why=column.why)


def _borne_out(found: Meaning, text: str, cells: Sequence[str]) -> Column:
    """Return the column, where what it holds bears its heading out."""
    from imports import contents

    why = Sentence(UNDERSTOOD, text=text)
    kind, looks = found.kind, found.looks_like
    filled = [cell for cell in cells if cell]
    if kind is ColumnKind.DEPARTMENT and contents.are_measures(filled):
        kind = ColumnKind.UNIT
    elif kind is ColumnKind.RESPONSIBLE and found.is_unsure and not contents.are_units(filled):
        kind, looks = None, "note"
    elif kind is ColumnKind.YEAR and not contents.are_years(filled):
        kind, looks = None, "year"
    elif kind is ColumnKind.STATUS and found.year and contents.are_numbers(filled):
        kind, looks = None, "realization"
    elif kind is ColumnKind.TARGET and found.is_bare and filled and contents.are_texts(filled):
        kind = ColumnKind.AIM
    if kind is None:
        return Column(None, found.year, found.ordinal, looks, Sentence(NO_HOME, text=text))
    progress = looks if kind is ColumnKind.RATIO else ""
    return Column(kind, found.year, found.ordinal, progress, why)


# --- columns together ---------------------------------------------------------------------------


def _settled(
    columns: dict[int, Column], stacks: Sequence[Sequence[str]], sample: Sequence[Sequence[str]]
) -> dict[int, Column]:
    """Return the columns where no two say the same that only one can say."""
    _settle_activities(columns)
    _settle_departments(columns, stacks)
    _settle_parts(columns)
    _take_glances(columns)
    seen: set[object] = set()
    for at, column in columns.items():
        if column.kind is None or column.kind in MORE_THAN_ONCE:
            continue
        if column.key in seen:
            looks = str(column.kind)
            text = " ".join(stacks[at])
            why = Sentence(TWICE, text=text)
            columns[at] = Column(None, column.year, None, looks, why, says_twice=True)
        seen.add(column.key)
    return columns


def _settle_activities(columns: dict[int, Column]) -> None:
    """Of several columns of actions the last one is the activity, those before it are aims."""
    places = [at for at, column in columns.items() if column.kind is ColumnKind.ACTIVITY]
    for at in places[:-1]:
        columns[at] = Column(ColumnKind.AIM, why=columns[at].why)


def _settle_departments(columns: dict[int, Column], stacks: Sequence[Sequence[str]]) -> None:
    """Read a second column of departments as the branch."""
    places = [at for at, column in columns.items() if column.kind is ColumnKind.DEPARTMENT]
    if len(places) < 2 or any(column.kind is ColumnKind.BRANCH for column in columns.values()):
        return
    branch = next(
        (at for at in places if "mudur" in fold(" ".join(stacks[at]))),
        places[1],
    )
    columns[branch] = Column(ColumnKind.BRANCH, why=columns[branch].why)


def _settle_parts(columns: dict[int, Column]) -> None:
    """Women and men of a year, and the total beside them."""
    parts = [
        at for at, column in columns.items() if column.kind in (ColumnKind.WOMEN, ColumnKind.MEN)
    ]
    if not parts:
        return
    taken = {other.year for other in columns.values() if other.kind is ColumnKind.REALIZATION}
    for at, column in columns.items():
        if column.kind is not None or column.looks_like != "total":
            continue
        nearest = min(parts, key=lambda part: abs(at - part))
        year = column.year or columns[nearest].year
        if year not in taken:
            columns[at] = Column(ColumnKind.REALIZATION, year, why=column.why)
            taken.add(year)
    # "2024 | Kadın Erkek Toplam": the bare year above a total is no target beside women and men.
    for at, column in columns.items():
        beside = any(abs(at - part) <= 3 and columns[part].year == column.year for part in parts)
        if column.kind is ColumnKind.TARGET and beside and column.why is not None:
            text = str(column.why.values.get("text", ""))
            found = set(fold(text).split())
            if found & {"toplam", "total", "gesamt", "totale", "ensemble"} and not found & {
                "hedef",
                "target",
                "cible",
                "meta",
                "ziel",
                "zielwert",
                "hedefi",
            }:
                columns[at] = Column(ColumnKind.REALIZATION, column.year, why=column.why)


def _take_glances(columns: dict[int, Column]) -> None:
    """Take headings of which only some words are known, where nothing else says the same."""
    kinds = {column.kind for column in columns.values()}
    for at, column in columns.items():
        if column.kind is None and column.looks_like.startswith("maybe "):
            kind = ColumnKind(column.looks_like.removeprefix("maybe "))
            is_needed = kind not in kinds and kind in CORE | {ColumnKind.RESPONSIBLE}
            columns[at] = (
                Column(kind, why=column.why)
                if is_needed
                else Column(None, looks_like=str(kind), why=column.why)
            )
            kinds.add(kind)


def all_texts(lines: Sequence[FileLine]) -> Iterator[str]:
    """Yield every text of a file."""
    for line in lines:
        yield from filter(None, line.texts)
