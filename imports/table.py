"""A plan as a file states it, whatever the file's form: rows of plain values with their places.

Nothing here imports Django or knows the database; every problem is kept with its place instead of
stopping at the first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from activities.sentences import Sentence
from imports.headers import ColumnKind, FileColumn
from imports.layout import Layout
from imports.questions import FileQuestion
from indicators.cells import Cell

CODE = re.compile(r"\d+(?:\.\d+)+")
CODED = re.compile(r"(?P<code>\d+(?:\.\d+)+)\s*[.)]?\s*(?P<title>.*)", re.DOTALL)
BASELINE = FileColumn(ColumnKind.BASELINE)
REQUIRED = (ColumnKind.ACTIVITY, ColumnKind.INDICATOR)
EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class FileProblem:
    """Something a person must look at, with its place in the file."""

    where: str
    column: str
    value: str
    sentence: Sentence
    stops: bool = False
    """Whether nothing at all can be written while it stands, be other rows as they may."""

    @property
    def message(self) -> str:
        return str(self.sentence)


@dataclass(frozen=True, slots=True)
class PrintedUnit:
    """A department or branch as its heading prints it; ``number`` may be empty."""

    number: str
    name: str


@dataclass(frozen=True, slots=True)
class Aim:
    """An aim or goal as printed; ``code`` may be empty."""

    code: str
    title: str


@dataclass(slots=True)
class ActivityRow:
    """An activity with the cells of its first row.

    ``aims`` are those it stands under, the highest first; ``is_code_proposed`` says that the file
    has no code for it, so that it is found again by its title.
    """

    department: PrintedUnit
    branch: PrintedUnit | None
    code: str
    title: str
    responsible: str
    supporting: str
    where: str
    indicators: list[IndicatorRow] = field(default_factory=list)
    aims: tuple[Aim, ...] = ()
    is_code_proposed: bool = False

    @property
    def owner(self) -> PrintedUnit:
        return self.branch or self.department


@dataclass(frozen=True, slots=True)
class Parts:
    """Women, men and others of a realization; all three where they add up to it."""

    women: Decimal
    men: Decimal
    others: Decimal


@dataclass(slots=True)
class IndicatorRow:
    """One indicator's row. The unit cells hold what applies to it, merged cells filled in.

    ``realizations`` holds every realization column by its year, None being the column without
    one, which ``realization`` is too (empty where there is none).
    """

    name: str
    responsible: str
    supporting: str
    baseline: Cell
    targets: dict[int, Cell]
    realization: Cell
    where: str
    realizations: dict[int | None, Cell] = field(default_factory=dict)
    unit: str = ""
    says_percent: bool = False
    """Whether its unit or name says that its numbers are percents."""
    is_deliverable: bool = False
    weight: Decimal | None = None
    parts: dict[int | None, Parts] = field(default_factory=dict)
    reasons: dict[int | None, str] = field(default_factory=dict)
    measures: dict[int | None, str] = field(default_factory=dict)

    @property
    def cells(self) -> Iterable[Cell]:
        named = (cell for year, cell in self.realizations.items() if year is not None)
        return self.baseline, *self.targets.values(), self.realization, *named

    @property
    def is_percent(self) -> bool:
        return self.says_percent or any(cell.is_percent for cell in self.cells)


@dataclass(slots=True)
class UnreadColumn:
    """A column that is not read, with a few of its cells and why.

    ``looks_like`` says what it seems to hold; a target or a realization must not be lost unseen.
    """

    header: str
    where: str
    examples: list[str] = field(default_factory=list)
    looks_like: str = ""
    why: Sentence | None = None
    filled: int = 0

    @property
    def is_value(self) -> bool:
        return self.looks_like in ("target", "realization", "baseline") and self.filled > 0


@dataclass(slots=True)
class ProofCheck:
    """What people typed and could have been worked out, compared with what we work out.

    ``differ`` names the places where it is not the same, with what is typed and what we get.
    """

    code: str
    equal: int = 0
    differ: list[tuple[str, str, str]] = field(default_factory=list)
    apart: list[tuple[str, str]] = field(default_factory=list)
    """What was typed and has nothing to be compared with, with its place."""

    @property
    def of(self) -> int:
        return self.equal + len(self.differ)


@dataclass(frozen=True, slots=True)
class IgnoredRow:
    """A row or sheet that is none of the plan, and why."""

    where: str
    text: str
    why: Sentence


@dataclass(slots=True)
class FileTable:
    """A plan as a file states it."""

    years: list[int] = field(default_factory=list)
    has_realization: bool = False
    activities: list[ActivityRow] = field(default_factory=list)
    errors: list[FileProblem] = field(default_factory=list)
    warnings: list[FileProblem] = field(default_factory=list)
    form: str = "published"
    kinds: set[str] = field(default_factory=set)
    """What the columns hold; of what is not among them the file says nothing."""
    headers: tuple[str, ...] = ()
    """The first header row as written: the file's shape, under which a mapping is remembered."""
    realization_years: list[int | None] = field(default_factory=list)
    unread_columns: list[UnreadColumn] = field(default_factory=list)
    questions: list[FileQuestion] = field(default_factory=list)
    checks: list[ProofCheck] = field(default_factory=list)
    ignored: list[IgnoredRow] = field(default_factory=list)
    told_year: int | None = None
    """The one year that the file says it reports."""
    plan_years: tuple[int, int] | None = None
    """The first and the last year of the plan, where a title tells them."""
    layout: Layout | None = None
    """How the file was read."""

    @property
    def rows(self) -> int:
        return sum(len(activity.indicators) for activity in self.activities)
