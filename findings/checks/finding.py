"""What a check finds: the finding, its answers, and the row that it reads.

Plain values: nothing here imports Django. A finding marks rows for follow-up and applies nothing;
where an answer changes how a row is read, it carries the changed measurement, so that
``indicators.achievement`` can say what would change.

A is the baseline, B the year's target, C the year's realization. For a level reported as
increment C is compared as the total A + C, so what a person has settled is not asked again.
Source of every check and its severity: docs/domain.md, "Findings".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import partial
from hashlib import sha256

from activities import names
from activities.sentences import Listed, Sentence
from activities.sentences import noop as _
from indicators.achievement import Direction, Kind, Measurement, ReportedAs
from indicators.cells import AMBIGUOUS, DASHES, EMPTY, Cell, CellKind


class Severity(StrEnum):
    """How much a finding holds up; a blocking one keeps a realization from being approved."""

    BLOCKING = "blocking"
    QUESTION = "question"
    INFORMATION = "information"


class Check(StrEnum):
    """Every check there is, with how much it holds up and what people call it.

    What it looks for is said by the function that ``of_row`` or ``of_plan`` registers for it,
    and in docs/domain.md.
    """

    severity: Severity
    label: str

    def __new__(cls, code: str, severity: Severity, label: str) -> Check:
        member = str.__new__(cls, code)
        member._value_ = code
        member.severity = severity
        member.label = label
        return member

    TEXT = "text", Severity.BLOCKING, _("Text in place of a number")
    MISSING = "missing", Severity.QUESTION, _("Not reported")
    UNPLANNED = "unplanned", Severity.INFORMATION, _("Realized without a target")
    MIXED_UNITS = "mixed_units", Severity.QUESTION, _("Percent and number mixed")
    AMBIGUOUS_NUMBER = (
        "ambiguous_number",
        Severity.QUESTION,
        _("Number that can be read two ways"),
    )
    TARGET_BELOW_BASELINE = (
        "target_below_baseline",
        Severity.BLOCKING,
        _("Target below the baseline"),
    )
    TARGET_JUMP = "target_jump", Severity.QUESTION, _("Jump between targets")
    INCREMENT_CERTAIN = (
        "increment_certain",
        Severity.BLOCKING,
        _("Increment or total? (certain)"),
    )
    INCREMENT_LIKELY = "increment_likely", Severity.BLOCKING, _("Increment or total? (likely)")
    FAR_BEYOND = "far_beyond", Severity.BLOCKING, _("A thousand times its target")
    FAR_OFF = "far_off", Severity.QUESTION, _("Far off its target and last year")
    OUTLIER = "outlier", Severity.QUESTION, _("Far from what other rows reached")
    ROW_SLIP = "row_slip", Severity.BLOCKING, _("Column slipped by a row?")
    TWIN_ROWS = "twin_rows", Severity.QUESTION, _("Twin rows")
    CODE_CLASH = "code_clash", Severity.QUESTION, _("One code, two activities")
    SHARED_ACTIVITY = "shared_activity", Severity.QUESTION, _("Activity of two units")
    REPEATED_TITLE = "repeated_title", Severity.QUESTION, _("One title, two codes")
    UNIT_NAME = "unit_name", Severity.QUESTION, _("Responsible unit")
    REGRESSION = "regression", Severity.INFORMATION, _("Behind the baseline")
    OUT_OF_RANGE = "out_of_range", Severity.QUESTION, _("Out of range")
    DAMAGED_LETTERS = "damaged_letters", Severity.QUESTION, _("Damaged letters")
    DOUBLE_BARRELLED = (
        "double_barrelled",
        Severity.INFORMATION,
        _("Two things in one indicator"),
    )
    VAGUE = "vague", Severity.INFORMATION, _("Vague name")

    @property
    def words(self) -> str:
        """Return the check's name as docs/domain.md writes it: "increment, certain"."""
        first, _blank, rest = self.value.partition("_")
        if first in ("increment", "double"):
            return f"{first}{', ' if first == 'increment' else '-'}{rest}"
        return self.value.replace("_", " ")


INCREMENTS = (Check.INCREMENT_CERTAIN, Check.INCREMENT_LIKELY)
# What is also asked while a unit enters its values; the rest only the reviewers are asked.
AT_DESK = frozenset(
    (
        Check.TEXT,
        Check.TARGET_BELOW_BASELINE,
        *INCREMENTS,
        Check.ROW_SLIP,
        Check.MIXED_UNITS,
        Check.AMBIGUOUS_NUMBER,
        Check.FAR_BEYOND,
        Check.FAR_OFF,
        Check.OUT_OF_RANGE,
    )
)


@dataclass(frozen=True, slots=True)
class Answer:
    """One way to answer a finding.

    ``proposal`` holds the rows that would be read differently, by row id; none for an answer
    that changes no reading. ``settles`` is False where the question stays open until somebody
    has corrected what is written.
    """

    code: str
    label: Sentence
    proposal: Mapping[Hashable, Measurement] = field(default_factory=dict)
    settles: bool = True


@dataclass(frozen=True, slots=True)
class Finding:
    """A question about one or more rows.

    ``key`` names it by its check and the places of its rows, so it survives a new import.
    """

    check: Check
    severity: Severity
    rows: tuple[Hashable, ...]
    sentence: Sentence
    answers: tuple[Answer, ...]
    key: str

    @property
    def digest(self) -> str:
        """Return a mark of what is asked: an answer to other numbers has another one.

        The English text and the values as written are in it: with another one, every answer
        given so far would be asked for again. How a language says them is not.
        """
        values = sorted((name, str(value)) for name, value in self.sentence.values.items())
        return digest_of(f"{self.sentence.text}{values}")


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedRow:
    """One indicator in one year as the checks see it; ``id`` is only handed back.

    ``unit`` is the number of the department or branch; ``position`` counts the indicators
    within the activity. ``targets`` holds every year of the plan, from the first on;
    ``realization`` is that of ``year``. ``unit_unknown`` and ``unit_elsewhere`` say that the
    responsible text names a unit nobody knows, or one that is not the section's. ``is_count``
    is False where the numbers are amounts, such as km, of which a part can be had.
    ``title_key`` is the folded title; where it is known already, building takes less time.
    ``last`` is the realization of the year before, if it was sent.
    """

    id: Hashable
    unit: str
    code: str
    position: int
    title: str
    name: str
    year: int
    baseline: Cell
    targets: Mapping[int, Cell]
    realization: Cell
    department: str = ""
    responsible: str = ""
    unit_unknown: bool = False
    unit_elsewhere: bool = False
    kind: Kind = Kind.COUNT
    kind_confirmed: bool = False
    direction: Direction = Direction.INCREASE
    reported_as: ReportedAs = ReportedAs.TOTAL
    is_count: bool = True
    title_key: str = ""
    last: Cell = EMPTY

    # Worked out once, as most checks ask for them: the value cells from left to right, the
    # year's target, A, B, C, what C is added to for its total, and whether any number is a %.
    cells: tuple[Cell, ...] = field(init=False)
    target: Cell = field(init=False)
    a: Decimal | None = field(init=False)
    b: Decimal | None = field(init=False)
    c: Decimal | None = field(init=False)
    total: Decimal | None = field(init=False)
    is_percent: bool = field(init=False)

    def __post_init__(self) -> None:
        put = partial(object.__setattr__, self)
        target = self.targets.get(self.year, EMPTY)
        cells = (self.baseline, *self.targets.values(), self.realization)
        put("cells", cells)
        put("target", target)
        put("a", self.baseline.value)
        put("b", target.value)
        put("c", self.realization.value)
        put("total", self.total_with(self.realization.value))
        put("is_percent", True in [cell.is_percent for cell in cells])
        if not self.title_key:
            put("title_key", names.fold(self.title))

    @property
    def place(self) -> str:
        return f"{self.unit}/{self.code}/{self.position}"

    @property
    def measurement(self) -> Measurement:
        """Return the row as it is read now."""
        return Measurement(self.a, self.b, self.c, self.kind, self.direction, self.reported_as)

    def total_with(self, realization: Decimal | None) -> Decimal | None:
        """Return what a realization comes to: A + C for a level reported as increment."""
        if self.reported_as == ReportedAs.TOTAL or self.kind != Kind.LEVEL:
            return realization
        return None if realization is None else (self.a or 0) + realization


def as_cell(value: Decimal | None, text: str = "", *, is_percent: bool = False) -> Cell:
    """Return a cell from a stored value and its text; ``is_percent`` holds where no text is."""
    written = text.strip()
    if value is None:
        kind = CellKind.TEXT if written else CellKind.EMPTY
        return Cell(CellKind.DASH if written in DASHES else kind, written)
    ambiguous = AMBIGUOUS.fullmatch(written.strip("%-− ")) is not None
    return Cell(
        CellKind.NUMBER, written, value, "%" in written if written else is_percent, ambiguous
    )


CORRECT = Answer("correct_as_written", Sentence(_("Right as written")))


TYPO = Answer("typo", Sentence(_("Wrong; it will be corrected")), settles=False)


LONGEST_KEY = 150


# The answer after which a value can be set to count once.
COUNTED_TWICE = "counted_twice"


def finding_of(
    check: Check,
    rows: Sequence[CheckedRow],
    sentence: Sentence,
    answers: tuple[Answer, ...],
    about: str = "",
) -> Finding:
    """Return a finding; ``about`` identifies it where its rows do not."""
    key = f"{check}:{about or '+'.join([row.place for row in rows])}"
    if len(key) > LONGEST_KEY:
        key = f"{key[:LONGEST_KEY]}:{digest_of(key)}"
    ids = tuple([row.id for row in rows])
    return Finding(check, check.severity, ids, sentence, answers, key)


def digest_of(text: str) -> str:
    return sha256(text.encode(errors="surrogatepass")).hexdigest()[:12]


def number_of(cell: Cell) -> Decimal | str:
    """Return a cell's number to be put into a sentence; a percent as it was written."""
    if cell.value is None:
        return cell.text
    if cell.is_percent:
        return cell.text or f"%{trimmed(cell.value):f}"
    return trimmed(cell.value)


def trimmed(value: Decimal) -> Decimal:
    """Return the number without the zeros a database column adds: 5, not 5.0000."""
    return Decimal(int(value)) if value == value.to_integral() else value.normalize()


def as_written(cell: Cell) -> str:
    """Return a cell as the person wrote it; "—" for nothing."""
    return cell.text or ("—" if cell.value is None else f"{number_of(cell)}".replace(".", ","))


def line_up(cells: Iterable[Cell], between: str) -> str:
    return between.join([as_written(cell) for cell in cells])


def amounts_of(cells: Iterable[Cell], between: str) -> Listed:
    """Return cells in a line, their numbers said as in tables."""
    shown = list(cells)
    said = [number_of(cell) for cell in shown]
    parts = [part for each in said for part in (between, "—" if each == "" else each)]
    return Listed(line_up(shown, between), tuple(parts[1:]))


def reread(code: str, label: Sentence, row: CheckedRow, after: Measurement) -> Answer:
    """Return an answer that reads one row differently."""
    return Answer(code, label, {row.id: after})


def groups_of(
    rows: Iterable[CheckedRow], key: Callable[[CheckedRow], Hashable | None], *, smallest: int = 2
) -> Iterator[list[CheckedRow]]:
    """Return the rows with an equal key, in printed order; rows whose key is None stay out."""
    groups: dict[Hashable, list[CheckedRow]] = defaultdict(list)
    for row in rows:
        if (value := key(row)) is not None:
            groups[value].append(row)
    return (group for group in groups.values() if len(group) >= smallest)


def shortened(title: str, length: int = 80) -> str:
    return title if len(title) <= length else f"{title[: length - 1].rstrip()}…"


# --- The checks register themselves here ---

RowCheck = Callable[[CheckedRow], Finding | None]
PlanCheck = Callable[[Sequence[CheckedRow]], Iterator[Finding]]


@dataclass(slots=True)
class Registry:
    """The functions that look: at one row, at the desk that enters it, or over a whole plan."""

    of_rows: list[RowCheck] = field(default_factory=list)
    at_desk: list[RowCheck] = field(default_factory=list)
    of_plans: list[PlanCheck] = field(default_factory=list)


CHECKS = Registry()


def of_row(*, at_desk: bool = False) -> Callable[[RowCheck], RowCheck]:
    """Register a check of one row; ``at_desk`` is one that the person who enters can settle."""

    def register(check: RowCheck) -> RowCheck:
        CHECKS.of_rows.append(check)
        if at_desk:
            CHECKS.at_desk.append(check)
        return check

    return register


def of_plan(check: PlanCheck) -> PlanCheck:
    """Register a check that compares rows of the whole plan."""
    CHECKS.of_plans.append(check)
    return check
