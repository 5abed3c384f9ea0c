"""Questions about a plan's numbers: what looks wrong, and what a person may answer.

Plain functions on plain values: nothing here imports Django. A finding marks rows for
follow-up and applies nothing; where an answer changes how a row is read, it carries the changed
measurement, so that ``indicators.achievement`` can say what would change.

A is the baseline, B the year's target, C the year's realization. For a level reported as
increment C is compared as the total A + C, so what a person has settled is not asked again.
Source of every check and its severity: docs/domain.md, "Findings".
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Container, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache, partial
from hashlib import sha256
from heapq import heappop, heappush
from itertools import accumulate, groupby, pairwise
from math import log
from statistics import median
from typing import TypeVar

from activities import names
from activities.sentences import noop as _
from indicators.achievement import Direction, Kind, Measurement, ReportedAs
from indicators.cells import AMBIGUOUS, DASHES, EMPTY, Cell, CellKind


class Check(StrEnum):
    TEXT = "text"
    MISSING = "missing"
    UNPLANNED = "unplanned"
    MIXED_UNITS = "mixed_units"
    AMBIGUOUS_NUMBER = "ambiguous_number"
    TARGET_BELOW_BASELINE = "target_below_baseline"
    TARGET_JUMP = "target_jump"
    INCREMENT_CERTAIN = "increment_certain"
    INCREMENT_LIKELY = "increment_likely"
    OUTLIER = "outlier"
    ROW_SLIP = "row_slip"
    TWIN_ROWS = "twin_rows"
    CODE_CLASH = "code_clash"
    SHARED_ACTIVITY = "shared_activity"
    REPEATED_TITLE = "repeated_title"
    UNIT_NAME = "unit_name"
    REGRESSION = "regression"
    OUT_OF_RANGE = "out_of_range"
    DAMAGED_LETTERS = "damaged_letters"
    DOUBLE_BARRELLED = "double_barrelled"
    VAGUE = "vague"

    @property
    def words(self) -> str:
        """Return the check's name as docs/domain.md writes it: "increment, certain"."""
        first, _blank, rest = self.value.partition("_")
        if first in ("increment", "double"):
            return f"{first}{', ' if first == 'increment' else '-'}{rest}"
        return self.value.replace("_", " ")


class Severity(StrEnum):
    """How much a finding holds up; a blocking one keeps a realization from being approved."""

    BLOCKING = "blocking"
    QUESTION = "question"
    INFORMATION = "information"


INCREMENTS = (Check.INCREMENT_CERTAIN, Check.INCREMENT_LIKELY)
BLOCKING = frozenset({Check.TEXT, Check.TARGET_BELOW_BASELINE, Check.ROW_SLIP, *INCREMENTS})
INFORMATION = frozenset({Check.UNPLANNED, Check.REGRESSION, Check.VAGUE, Check.DOUBLE_BARRELLED})


SEVERITIES = (
    dict.fromkeys(Check, Severity.QUESTION)
    | dict.fromkeys(BLOCKING, Severity.BLOCKING)
    | dict.fromkeys(INFORMATION, Severity.INFORMATION)
)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A sentence to be translated, and its values; whoever shows it formats the Decimals."""

    text: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text % self.values


@dataclass(frozen=True, slots=True)
class Answer:
    """One way to answer a finding.

    ``proposal`` holds the rows that would be read differently, by row id; none for an answer
    that changes no reading. ``settles`` is False where the question stays open until somebody
    has corrected what is written.
    """

    code: str
    label: Phrase
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
    sentence: Phrase
    answers: tuple[Answer, ...]
    key: str

    @property
    def digest(self) -> str:
        """Return a mark of what is asked: an answer to other numbers has another one."""
        values = sorted((name, str(value)) for name, value in self.sentence.values.items())
        return _digest(f"{self.sentence.text}{values}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One indicator in one year as the checks see it; ``id`` is only handed back.

    ``unit`` is the number of the department or branch; ``position`` counts the indicators
    within the activity. ``targets`` holds every year of the plan, from the first on;
    ``realization`` is that of ``year``. ``unit_unknown`` and ``unit_elsewhere`` say that the
    responsible text names a unit nobody knows, or one that is not the section's. ``is_count``
    is False where the numbers are amounts, such as km, of which a part can be had.
    ``title_key`` is the folded title; where it is known already, building takes less time.
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


def find(
    rows: Sequence[Row], *, dismissed: Container[str] = (), alone: bool = False
) -> list[Finding]:
    """Return all findings of a plan's rows, which stand in printed order, from top to bottom.

    ``alone`` is for the rows of one unit while it enters them: what the plan's rows tell
    together is left out, and what nobody at that desk can settle.
    Rows inside a row slip are not asked about increments, unless the slip's key is among the
    ``dismissed``: those where a person said that no row has slipped.
    """
    slips = row_slips(rows)
    found = [slip_finding(rows, slip) for slip in slips]
    quiet = {
        at
        for slip, finding in zip(slips, found, strict=True)
        if finding.key not in dismissed
        for at in range(slip.start, slip.stop)
    }
    found += filter(None, map(increment, (row for at, row in enumerate(rows) if at not in quiet)))
    for row_check in DESK_CHECKS if alone else ROW_CHECKS:
        found += filter(None, map(row_check, rows))
    for plan_check in () if alone else PLAN_CHECKS:
        found += plan_check(rows)
    order = {row.id: index for index, row in enumerate(rows)}
    ranks = {check: rank for rank, check in enumerate(Check)}
    return sorted(found, key=lambda finding: (order[finding.rows[0]], ranks[finding.check]))


# --- Findings and answers ---

CORRECT = Answer("correct_as_written", Phrase(_("Right as written")))
TYPO = Answer("typo", Phrase(_("Wrong; it will be corrected")), settles=False)
LONGEST_KEY = 150
# The answer after which a value can be set to count once.
COUNTED_TWICE = "counted_twice"


def _finding(
    check: Check,
    rows: Sequence[Row],
    sentence: Phrase,
    answers: tuple[Answer, ...],
    about: str = "",
) -> Finding:
    """Return a finding; ``about`` identifies it where its rows do not."""
    key = f"{check}:{about or '+'.join([row.place for row in rows])}"
    if len(key) > LONGEST_KEY:
        key = f"{key[:LONGEST_KEY]}:{_digest(key)}"
    ids = tuple([row.id for row in rows])
    return Finding(check, SEVERITIES[check], ids, sentence, answers, key)


def _digest(text: str) -> str:
    return sha256(text.encode(errors="surrogatepass")).hexdigest()[:12]


def _number(cell: Cell) -> Decimal | str:
    """Return a cell's number to be put into a sentence; a percent as it was written."""
    if cell.value is None:
        return cell.text
    if cell.is_percent:
        return cell.text or f"%{_plain(cell.value):f}"
    return _plain(cell.value)


def _plain(value: Decimal) -> Decimal:
    """Return the number without the zeros a database column adds: 5, not 5.0000."""
    return Decimal(int(value)) if value == value.to_integral() else value.normalize()


def _written(cell: Cell) -> str:
    """Return a cell as the person wrote it; "—" for nothing."""
    return cell.text or ("—" if cell.value is None else f"{_number(cell)}".replace(".", ","))


def _line_up(cells: Iterable[Cell], between: str) -> str:
    return between.join([_written(cell) for cell in cells])


def _reread(code: str, label: Phrase, row: Row, after: Measurement) -> Answer:
    """Return an answer that reads one row differently."""
    return Answer(code, label, {row.id: after})


# --- Checks of one row: what is written ---


def text(row: Row) -> Finding | None:
    """A value cell is neither number, dash nor empty."""
    if CellKind.TEXT not in [cell.kind for cell in row.cells]:
        return None
    return _finding(Check.TEXT, [row], _text_sentence(row), (WRITE_NUMBER, NO_NUMBER))


WRITE_NUMBER = Answer("typo", Phrase(_("The number will be written")), settles=False)
NO_NUMBER = Answer("no_number", Phrase(_("There is no number to give")))


def _text_sentence(row: Row) -> Phrase:
    if row.realization.kind is CellKind.TEXT:
        return Phrase(
            _("Instead of a realization, “%(text)s” is written. Which number belongs there?"),
            {"text": row.realization.text},
        )
    if row.baseline.kind is CellKind.TEXT:
        return Phrase(
            _("Instead of a baseline, “%(text)s” is written. Which number belongs there?"),
            {"text": row.baseline.text},
        )
    year = min(year for year, cell in row.targets.items() if cell.kind is CellKind.TEXT)
    return Phrase(
        _("Instead of a target for %(year)s, “%(text)s” is written. Which number belongs there?"),
        {"year": str(year), "text": row.targets[year].text},
    )


def missing(row: Row) -> Finding | None:
    """B a number, C empty or dash."""
    if row.b is None or row.realization.kind not in (CellKind.EMPTY, CellKind.DASH):
        return None
    sentence = Phrase(
        _("The target is %(target)s and nothing is reported. Was nothing done, or is it to come?"),
        {"target": _number(row.target)},
    )
    is_total = row.kind == Kind.LEVEL and row.reported_as == ReportedAs.TOTAL
    nothing = row.a if is_total and row.a is not None else Decimal(0)
    after = replace(row.measurement, realization=nothing)
    label = Phrase(_("Nothing was done: %(number)s"), {"number": _plain(nothing)})
    answers = (
        _reread("nothing_done", label, row, after),
        Answer("to_come", Phrase(_("The number is to come")), settles=False),
        Answer("not_measured", Phrase(_("It was not measured this year"))),
    )
    return _finding(Check.MISSING, [row], sentence, answers)


def unplanned(row: Row) -> Finding | None:
    """No B, C a number."""
    if row.b is not None or row.c is None:
        return None
    sentence = Phrase(
        _("There is no target for %(year)s, but %(realization)s is reported. Is that right?"),
        {"year": str(row.year), "realization": _number(row.realization)},
    )
    none = replace(row.measurement, realization=None)
    answers = (CORRECT, _reread("no_value", Phrase(_("There is nothing to report")), row, none))
    return _finding(Check.UNPLANNED, [row], sentence, answers)


# "oran", "oranı", "yüzdesi", "ORANI": none of the letters has a Turkish case of its own.
SAYS_PERCENT = re.compile(r"\b(?:oran|yüzde|yuzde)|%", re.IGNORECASE)


def mixed_units(row: Row) -> Finding | None:
    """Some numbers of a row with %, some without; or the name says otherwise than the numbers.

    A kind that a person has confirmed settles what the name leaves open.
    """
    says_percent = bool(SAYS_PERCENT.search(row.name))
    if not row.is_percent and not says_percent:
        return None
    signs = {cell.is_percent for cell in row.cells if cell.value is not None}
    if not signs:
        return None
    if len(signs) == 2:
        template = _(
            "Some numbers of this row have a percent sign, some do not: %(cells)s. "
            "Are they all percents?"
        )
    elif row.is_percent == says_percent or (
        row.kind_confirmed and row.is_percent == (row.kind == Kind.RATIO)
    ):
        return None
    elif row.is_percent:
        template = _(
            "The numbers are percents, but the name does not speak of a ratio: %(cells)s. "
            "Are they percents?"
        )
    else:
        template = _(
            "The name speaks of a ratio, but the numbers have no percent sign: %(cells)s. "
            "Are they percents?"
        )
    sentence = Phrase(template, {"cells": _line_up(row.cells, " · ")})
    now = row.measurement
    counted = Kind.COUNT if now.kind == Kind.RATIO else now.kind
    answers = (
        _reread("percent", Phrase(_("All are percents")), row, replace(now, kind=Kind.RATIO)),
        _reread("number", Phrase(_("None is a percent")), row, replace(now, kind=counted)),
    )
    return _finding(Check.MIXED_UNITS, [row], sentence, answers)


def ambiguous_number(row: Row) -> Finding | None:
    """Separators that can be read two ways: 1.234 may be 1234 or 1,234."""
    cells = [cell for cell in row.cells if cell.is_ambiguous and cell.value is not None]
    if not cells:
        return None
    whole, decimal = _both_readings(cells[0])
    sentence = Phrase(
        _("“%(text)s” can be read as %(whole)s or as %(decimal)s. Which one is meant?"),
        {"text": _written(cells[0]), "whole": _plain(whole), "decimal": _plain(decimal)},
    )
    answers = tuple(
        _reread(code, Phrase(label), row, _read_as(row, reading))
        for reading, (code, label) in enumerate(
            (
                ("thousands", _("The mark separates thousands")),
                ("decimal", _("The mark is a decimal one")),
            )
        )
    )
    return _finding(Check.AMBIGUOUS_NUMBER, [row], sentence, answers)


def _both_readings(cell: Cell) -> tuple[Decimal, Decimal]:
    """Return an ambiguous cell read with a thousands mark, and with a decimal one."""
    assert cell.value is not None
    is_whole = cell.value == cell.value.to_integral() and "," not in cell.text
    whole = cell.value if is_whole else cell.value * 1000
    return whole, whole / 1000


def _read_as(row: Row, reading: int) -> Measurement:
    a, b, c = (
        _both_readings(cell)[reading]
        if cell.is_ambiguous and cell.value is not None
        else cell.value
        for cell in (row.baseline, row.target, row.realization)
    )
    return replace(row.measurement, baseline=a, target=b, realization=c)


# --- Checks of one row: baseline, target and realization against each other ---


def target_below_baseline(row: Row) -> Finding | None:
    """Direction increase, B < A."""
    a, b = row.a, row.b
    if row.direction != Direction.INCREASE or a is None or b is None or b >= a:
        return None
    now = row.measurement
    values = {
        "baseline": _number(row.baseline),
        "target": _number(row.target),
        "sum": _plain(a + b),
        "realization": _number(row.realization),
    }
    with_realization = _(
        "%(baseline)s exist, the target is %(target)s; %(realization)s is written. Is the target "
        "what the year is to add (%(sum)s in all), is a decrease wanted, or is a number wrong?"
    )
    without = _(
        "%(baseline)s exist, the target is %(target)s. Is the target what the year is to add "
        "(%(sum)s in all), is a decrease wanted, or is a number wrong?"
    )
    total = Phrase(_("The target is to be added: %(sum)s in all"), values)
    anew = Phrase(_("Both are right; each year is counted from zero"))
    answers = (
        _reread("target_is_increment", total, row, replace(now, target=a + b, kind=Kind.LEVEL)),
        _reread(
            "is_decrease",
            Phrase(_("A decrease is wanted")),
            row,
            replace(now, direction=Direction.DECREASE),
        ),
        _reread("correct_as_written", anew, row, replace(now, kind=_from_zero(row))),
        TYPO,
    )
    sentence = Phrase(without if row.c is None else with_realization, values)
    return _finding(Check.TARGET_BELOW_BASELINE, [row], sentence, answers)


def _from_zero(row: Row) -> Kind:
    return Kind.COUNT if row.kind == Kind.LEVEL else row.kind


JUMP = 3


def target_jump(row: Row) -> Finding | None:
    """B(t+1)/B(t) at least 3 or at most 1/3, counted from A on; nothing is a ratio to 0."""
    planned = row.cells[:-1]
    if not any(_jumps(one.value, next_.value) for one, next_ in pairwise(planned)):
        return None
    sentence = Phrase(
        _(
            "Baseline and targets are %(path)s: from one year to the next they grow threefold or "
            "fall to a third. Is that meant?"
        ),
        {"path": _line_up(planned, " → ")},
    )
    return _finding(Check.TARGET_JUMP, [row], sentence, (CORRECT, TYPO))


def _jumps(one: Decimal | None, following: Decimal | None) -> bool:
    if one is None or following is None or one <= 0:
        return False
    return following >= JUMP * one or JUMP * following <= one


def increment(row: Row) -> Finding | None:
    """What the year added, typed as a total; certain or likely, as ``increment_check`` says."""
    check = increment_check(row)
    if check is None:
        return None
    assert row.a is not None and row.c is not None
    values = {
        "baseline": _plain(row.a),
        "target": _number(row.target),
        "realization": _plain(row.c),
        "sum": _plain(row.a + row.c),
    }
    sentence = Phrase(
        _(
            "%(baseline)s exist, the target is %(target)s; %(realization)s is written. Is "
            "%(realization)s what this year added (%(sum)s in all), or the total?"
        ),
        values,
    )
    now = row.measurement
    added = replace(now, kind=Kind.LEVEL, reported_as=ReportedAs.INCREMENT)
    answers = (
        _reread("increment", Phrase(_("Added this year: %(realization)s"), values), row, added),
        Answer("total", Phrase(_("Total: %(realization)s"), values)),
    )
    return _finding(check, [row], sentence, answers)


def increment_check(row: Row) -> Check | None:
    """Return which increment check a row's numbers meet, wherever the row stands.

    Certain: not a %, C < A, B − A ≥ 5 and A + C = B. Likely: not certain, not a %, C < A ≤ B,
    0,95·B ≤ A + C ≤ 1,25·B. None too where a person has settled it: a level reported as
    increment, a confirmed count that starts from zero each January, a direction of decrease.
    """
    a, b, c = row.a, row.b, row.c
    if a is None or b is None or c is None or c >= a or a > b:
        return None
    if row.is_percent or _settled_as_no_total(row):
        return None
    if a + c == b and b - a >= 5:
        return Check.INCREMENT_CERTAIN
    # Times 100, so that both edges are exact.
    return Check.INCREMENT_LIKELY if 95 * b <= 100 * (a + c) <= 125 * b else None


def _settled_as_no_total(row: Row) -> bool:
    if row.direction == Direction.DECREASE:
        return True
    if row.kind == Kind.LEVEL:
        return row.reported_as == ReportedAs.INCREMENT
    return row.kind_confirmed


def regression(row: Row) -> Finding | None:
    """C < A ≤ B, where a decrease is not wanted."""
    a, b, total = row.a, row.b, row.total
    if row.direction == Direction.DECREASE or a is None or b is None or total is None:
        return None
    if not total < a <= b:
        return None
    sentence = Phrase(
        _(
            "%(realization)s is less than the baseline of %(baseline)s, though the target is "
            "%(target)s. Is that right?"
        ),
        {
            "baseline": _number(row.baseline),
            "target": _number(row.target),
            "realization": _number(row.realization) if total == row.c else _plain(total),
        },
    )
    return _finding(Check.REGRESSION, [row], sentence, (CORRECT, TYPO))


HUNDRED = Decimal(100)


def out_of_range(row: Row) -> Finding | None:
    """A % outside 0–100; a fraction or a negative in a count."""
    if row.is_percent:
        outside = (cell for cell in row.cells if cell.is_percent and _outside(cell))
        template = _("%(number)s is not between 0 and 100 percent. Is that right?")
    elif row.is_count and row.kind != Kind.RATIO:
        outside = (cell for cell in row.cells if _not_a_count(cell))
        template = _(
            "Things are counted here, but %(number)s is not a whole number from 0 on. "
            "Is that right?"
        )
    else:
        return None
    cell = next(outside, None)
    if cell is None:
        return None
    sentence = Phrase(template, {"number": _number(cell)})
    return _finding(Check.OUT_OF_RANGE, [row], sentence, (CORRECT, TYPO))


def _outside(cell: Cell) -> bool:
    return cell.value is not None and not 0 <= cell.value <= HUNDRED


def _not_a_count(cell: Cell) -> bool:
    return cell.value is not None and (cell.value < 0 or cell.value % 1 != 0)


# --- Checks of one row: its name ---


def double_barrelled(row: Row) -> Finding | None:
    """ "/" in a name."""
    if "/" not in row.name:
        return None
    sentence = Phrase(
        _("“%(name)s” names two things. Is only one of them counted?"), {"name": row.name}
    )
    answers = (
        Answer("one_thing", Phrase(_("One thing is counted"))),
        Answer("split", Phrase(_("Two are; the indicator will be split")), settles=False),
    )
    return _finding(Check.DOUBLE_BARRELLED, [row], sentence, answers)


# Words that say how something is counted, and words that only join; all folded.
EMPTY_WORDS = frozenset(
    {"sayi", "sayisi", "sayilari", "adet", "adedi", "oran", "orani", "oranlari", "toplam"}
    | {"toplami", "yuzde", "yuzdesi", "miktar", "miktari"}
    | {"ve", "veya", "ya", "ile", "icin", "da", "de", "bir"}
)


def vague(row: Row) -> Finding | None:
    """A name with at most one content word: "Toplantı sayısı"."""
    if _has_content(row.name):
        return None
    sentence = Phrase(
        _("“%(name)s” hardly says what is counted. Does a reader understand it?"),
        {"name": row.name},
    )
    answers = (
        Answer("clear", Phrase(_("It is clear"))),
        Answer("rename", Phrase(_("The name will be completed")), settles=False),
    )
    return _finding(Check.VAGUE, [row], sentence, answers)


def _has_content(name: str) -> bool:
    """Whether a name has two content words."""
    found = 0
    for word in name.split():
        found += _content(word)
        if found >= 2:
            return True
    return False


@lru_cache(maxsize=16_384)
def _content(word: str) -> int:
    """Return how many content words a printed word holds; an ending after ' is none."""
    stem = re.split("['’]", word, maxsplit=1)[0]
    parts = names.fold(stem).split()
    return sum(not part.isdigit() and part not in EMPTY_WORDS for part in parts)


DESK_CHECKS: tuple[Callable[[Row], Finding | None], ...] = (
    text,
    mixed_units,
    ambiguous_number,
    target_below_baseline,
    out_of_range,
)
ROW_CHECKS: tuple[Callable[[Row], Finding | None], ...] = (
    text,
    missing,
    unplanned,
    mixed_units,
    ambiguous_number,
    target_below_baseline,
    target_jump,
    regression,
    out_of_range,
    double_barrelled,
    vague,
)


# --- Checks over the plan: outliers ---

SMALL_PLAN = 30
OUTLIER_ABOVE = 3.5
# Iglewicz and Hoaglin: makes the median absolute deviation comparable to a standard deviation.
TO_DEVIATION = 0.6745


def outlier(rows: Sequence[Row]) -> Iterator[Finding]:
    """Modified z-score of ln(C/B) beyond 3,5 either way; in small plans C/B ≥ 3 or ≤ 1/3.

    A plan is small with under 30 rows that have both numbers: fewer make no median to lean
    on. So is one where most rows have the same ratio, whose deviation is 0. A realization of 0
    has no logarithm and is left to the other checks.
    """
    ratios = _log_ratios(rows)
    middle = median(ratios.values()) if ratios else 0.0
    spread = median(abs(ratio - middle) for ratio in ratios.values()) if ratios else 0.0
    is_small = len(ratios) < SMALL_PLAN or not spread
    for index, row in enumerate(rows):
        if is_small:
            is_far = _far_from_target(row)
        else:
            score = TO_DEVIATION * (ratios.get(index, middle) - middle) / spread
            is_far = abs(score) > OUTLIER_ABOVE
        if is_far:
            yield _outlier(row)


def _log_ratios(rows: Sequence[Row]) -> dict[int, float]:
    """Return ln(C/B) by index, for the rows that have one."""
    ratios = {}
    for index, row in enumerate(rows):
        b, total = row.b, row.total
        if b is not None and total is not None and b > 0 and total > 0:
            ratios[index] = log(total) - log(b)
    return ratios


def _far_from_target(row: Row) -> bool:
    b, total = row.b, row.total
    if b is None or total is None or b <= 0:
        return False
    return total >= JUMP * b or JUMP * total <= b


def _outlier(row: Row) -> Finding:
    sentence = Phrase(
        _(
            "The target is %(target)s, %(realization)s is written: far from what the plan's "
            "other indicators reached. Is the number right?"
        ),
        {"target": _number(row.target), "realization": _number(row.realization)},
    )
    return _finding(Check.OUTLIER, [row], sentence, (CORRECT, TYPO))


# --- Checks over the plan: a column that slipped by one row ---

SHORTEST_SLIP = 4
# No unit fills more rows at a stretch; a longer slip is found in pieces.
LONGEST_SLIP = 200
FAR, NEAR = log(3), log(2)
# Sums of floats: what is equal on paper may differ in the last digits.
TOLERANCE = 1e-9
ABOVE, BELOW = -1, 1


@dataclass(frozen=True, slots=True)
class Slip:
    """Rows ``start`` to ``stop`` whose own numbers stand one row above (−1) or below (+1)."""

    start: int
    stop: int
    step: int


def row_slips(rows: Sequence[Row]) -> list[Slip]:
    """Return the slips that are no runs of increments: under 75 % of their rows are such."""
    return [
        slip for slip in find_slips(rows) if not _mostly_increments(rows[slip.start : slip.stop])
    ]


def find_slips(rows: Sequence[Row]) -> list[Slip]:
    """Return the windows of rows that fit far better with the C of the row above or below.

    At least 4 consecutive rows of one unit, all with B and C and none a %: mean of the absolute
    ln((C+½)/(B+½)) at least ln 3 as written and at most ln 2 moved, improving at least 75 % of
    the rows and both ends. Of overlapping windows the one with the largest total improvement
    is chosen.
    """
    return _best_windows(_stretches(rows), len(rows))


def row_slip(rows: Sequence[Row]) -> Iterator[Finding]:
    """Return one finding for each row slip."""
    return (slip_finding(rows, slip) for slip in row_slips(rows))


def _mostly_increments(rows: Sequence[Row]) -> bool:
    increments = sum(increment_check(row) is not None for row in rows)
    return 4 * increments >= 3 * len(rows)


def slip_finding(rows: Sequence[Row], slip: Slip) -> Finding:
    slipped = rows[slip.start : slip.stop]
    values = {"first": slipped[0].code, "last": slipped[-1].code, "count": str(len(slipped))}
    if slip.step == ABOVE:
        template = _(
            "%(first)s to %(last)s, %(count)s rows: what is written does not fit its own target, "
            "but that of the row below. Has the column slipped up by one row?"
        )
        label = _("Yes; each row gets the number above it")
    else:
        template = _(
            "%(first)s to %(last)s, %(count)s rows: what is written does not fit its own target, "
            "but that of the row above. Has the column slipped down by one row?"
        )
        label = _("Yes; each row gets the number below it")
    moved: dict[Hashable, Measurement] = {
        rows[index].id: replace(rows[index].measurement, realization=rows[index + slip.step].c)
        for index in range(slip.start, slip.stop)
    }
    answers = (
        Answer("slipped", Phrase(label), moved),
        Answer("correct_as_written", Phrase(_("No; every number is in its row"))),
        TYPO,
    )
    ends = f"{slipped[0].place}-{slipped[-1].place}"
    return _finding(Check.ROW_SLIP, slipped, Phrase(template, values), answers, ends)


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Consecutive rows that can be moved one way, from row ``first`` on, as running sums.

    Each list has one entry more than there are rows; the sum over a window is the difference
    of two. ``far``, ``near`` and ``mostly`` must not be negative over a slip.
    """

    first: int
    step: int
    improves: list[bool]
    gain: list[float]
    far: list[float]
    near: list[float]
    mostly: list[int]

    def starts(self) -> Iterator[tuple[int, int]]:
        """Return where a slip may start, and the last place where it may stop."""
        limits = [_Limit(self.far, TOLERANCE), _Limit(self.near, TOLERANCE), _Limit(self.mostly)]
        for start, improves in enumerate(self.improves):
            if improves:
                reach = min(limit.last(start) for limit in limits)
                if reach >= start + SHORTEST_SLIP:
                    yield start, min(reach, start + LONGEST_SLIP)

    def best(self, start: int, reach: int, peaks: list[float]) -> tuple[float, int] | None:
        """Return the gain and the stop of the best slip from ``start``, up to ``reach``."""
        best: tuple[float, int] | None = None
        for stop in range(reach, start + SHORTEST_SLIP - 1, -1):
            if best and peaks[stop] - self.gain[start] <= best[0]:
                break  # no shorter window gains more
            gain = self.gain[stop] - self.gain[start]
            if (best is None or gain > best[0]) and self._is_slip(start, stop):
                best = gain, stop
        return best

    def _is_slip(self, start: int, stop: int) -> bool:
        return (
            self.improves[stop - 1]
            and self.mostly[stop] >= self.mostly[start]
            and self.far[stop] - self.far[start] >= -TOLERANCE
            and self.near[stop] - self.near[start] >= -TOLERANCE
        )


class _Limit:
    """Finds the last place where a running sum is still as high as it was at the start."""

    def __init__(self, sums: Sequence[float], tolerance: float = 0.0) -> None:
        self.sums = sums
        self.tolerance = tolerance
        # The highest sum from each place on, negated: a rising list to be bisected.
        peaks = list(accumulate(reversed(sums), max))
        self.falling = [-peak for peak in reversed(peaks)]

    def last(self, start: int) -> int:
        return bisect_right(self.falling, self.tolerance - self.sums[start]) - 1


def _stretches(rows: Sequence[Row]) -> Iterator[_Stretch]:
    """Return the stretches of rows that may hold a slip, for both ways."""
    first = 0
    for _unit, group in groupby(rows, key=lambda row: row.unit):
        run = list(group)
        written = [_misfit(row, row) for row in run]
        if any(fit is not None and fit >= FAR - TOLERANCE for fit in written):
            yield from _movable(run, first, written, ABOVE)
            yield from _movable(run, first, written, BELOW)
        first += len(run)


def _movable(
    run: Sequence[Row], first: int, written: Sequence[float | None], step: int
) -> Iterator[_Stretch]:
    """Return the stretches of one unit's rows that all have a misfit written and moved."""
    neighbours = [*run[1:], None] if step == BELOW else [None, *run[:-1]]
    moved = map(_misfit, run, neighbours)
    pairs: list[tuple[float, float]] = []
    for index, (own, other) in enumerate([*zip(written, moved, strict=True), (None, None)]):
        if own is not None and other is not None:
            pairs.append((own, other))
            continue
        if len(pairs) >= SHORTEST_SLIP:
            yield _stretch(first + index - len(pairs), step, pairs)
        pairs = []


def _misfit(row: Row, written: Row | None) -> float | None:
    """Return the absolute ln((C+½)/(B+½)) of a row with the C that is written in another."""
    if written is None or row.b is None or row.is_percent or written.is_percent:
        return None
    total = row.total_with(written.c)
    if total is None or total < 0 or row.b < 0:
        return None
    return abs(log(float(total) + 0.5) - log(float(row.b) + 0.5))


def _stretch(first: int, step: int, pairs: Sequence[tuple[float, float]]) -> _Stretch:
    improves = [moved < written for written, moved in pairs]
    return _Stretch(
        first,
        step,
        improves,
        gain=_sums(written - moved for written, moved in pairs),
        far=_sums(written - FAR for written, _moved in pairs),
        near=_sums(NEAR - moved for _written, moved in pairs),
        # Each row that improves makes up for a third of one that does not: 75 %.
        mostly=_sums(1 if better else -3 for better in improves),
    )


Amount = TypeVar("Amount", int, float)


def _sums(values: Iterable[Amount]) -> list[Amount]:
    return list(accumulate(values, initial=0))


def _best_windows(stretches: Iterable[_Stretch], count: int) -> list[Slip]:
    """Return windows that do not overlap, largest total improvement first, in row order.

    Only the best window of each start is kept; where its end turns out to be taken, the start
    is looked at once more with less room.
    """
    known = list(stretches)
    peaks = [list(accumulate(stretch.gain, max)) for stretch in known]
    queue: list[tuple[float, int, int, int]] = []

    def offer(number: int, start: int, reach: int) -> None:
        best = known[number].best(start, reach, peaks[number])
        if best:
            heappush(queue, (-best[0], number, start, best[1]))

    for number, stretch in enumerate(known):
        for start, reach in stretch.starts():
            offer(number, start, reach)
    taken = [False] * count
    chosen = []
    while queue:
        _gain, number, start, stop = heappop(queue)
        first = known[number].first
        busy = next((at for at in range(start, stop) if taken[first + at]), None)
        if busy is not None:
            offer(number, start, busy)
            continue
        taken[first + start : first + stop] = [True] * (stop - start)
        chosen.append(Slip(first + start, first + stop, known[number].step))
    return sorted(chosen, key=lambda slip: slip.start)


# --- Checks over the plan: rows and activities that look alike ---


def twin_rows(rows: Sequence[Row]) -> Iterator[Finding]:
    """A, all B and C equal in two rows, with no dash; one finding for all equal rows."""
    for twins in _groups(rows, _numbers):
        sentence = Phrase(
            _("The same numbers stand in %(places)s: %(cells)s. Is one service counted twice?"),
            {"places": _places(twins), "cells": _line_up(twins[0].cells, " · ")},
        )
        answers = (
            Answer(COUNTED_TWICE, Phrase(_("The same service, counted twice"))),
            Answer("coincidence", Phrase(_("Different things with equal numbers"))),
            Answer("shared", Phrase(_("A shared service; each row counts its part"))),
        )
        yield _finding(Check.TWIN_ROWS, twins, sentence, answers)


def _numbers(row: Row) -> Hashable | None:
    if row.a is None or row.c is None:
        return None
    values = [cell.value for cell in row.cells]
    return None if None in values else (row.is_percent, *values)


def _places(rows: Iterable[Row]) -> str:
    """Return where rows stand: "9 (4.1.5, 4.3.8), 12 (4.2.3)"; each activity once."""
    codes: dict[str, dict[str, None]] = defaultdict(dict)
    for row in rows:
        codes[row.unit][row.code] = None
    return ", ".join(f"{unit} ({', '.join(found)})" for unit, found in codes.items())


def code_clash(rows: Sequence[Row]) -> Iterator[Finding]:
    """One code, two titles within a plan."""
    for group in _groups(rows, lambda row: row.code or None):
        titles = {row.title_key: row.title for row in reversed(group)}
        if len(titles) < 2:
            continue
        sentence = Phrase(
            _("%(code)s is the code of different activities: %(titles)s. Are both codes right?"),
            {
                "code": group[0].code,
                "titles": " · ".join(
                    f"“{_shortened(title)}”" for title in reversed(titles.values())
                ),
            },
        )
        both = Answer("correct_as_written", Phrase(_("Both stay; the unit tells them apart")))
        wrong = Answer("typo", Phrase(_("A code is wrong; it will be corrected")), settles=False)
        yield _finding(Check.CODE_CLASH, group, sentence, (both, wrong), group[0].code)


def shared_activity(rows: Sequence[Row]) -> Iterator[Finding]:
    """One code and title under two units, with their values side by side."""
    for same_code in _groups(rows, lambda row: row.code or None):
        if len({row.unit for row in same_code}) < 2:
            continue
        for group in _groups(same_code, lambda row: row.title_key):
            if len({row.unit for row in group}) >= 2:
                yield _shared(group)


def _shared(group: Sequence[Row]) -> Finding:
    values: dict[str, list[str]] = defaultdict(list)
    for row in group:
        values[row.unit].append(_written(row.realization))
    sentence = Phrase(
        _(
            "%(code)s is reported by several units, %(values)s. Does each count its own, or all "
            "of them the same?"
        ),
        {
            "code": group[0].code,
            "values": " · ".join(f"{unit}: {', '.join(each)}" for unit, each in values.items()),
        },
    )
    answers = (
        Answer("each_its_own", Phrase(_("Shared: each unit counts its own part"))),
        Answer(COUNTED_TWICE, Phrase(_("The same is counted more than once"))),
        Answer("different", Phrase(_("They are different activities"))),
    )
    about = f"{group[0].code}/{_digest(group[0].title_key)}"
    return _finding(Check.SHARED_ACTIVITY, group, sentence, answers, about)


def repeated_title(rows: Sequence[Row]) -> Iterator[Finding]:
    """One title, two codes."""
    for group in _groups(rows, lambda row: row.title_key or None):
        codes = dict.fromkeys(row.code for row in group)
        if len(codes) < 2:
            continue
        sentence = Phrase(
            _("“%(title)s” stands under several codes: %(codes)s. Is it one activity?"),
            {"title": _shortened(group[0].title), "codes": ", ".join(codes)},
        )
        answers = (
            Answer("one_activity", Phrase(_("It is one activity, written twice"))),
            Answer("different", Phrase(_("They are different activities"))),
        )
        about = _digest(group[0].title_key)
        yield _finding(Check.REPEATED_TITLE, group, sentence, answers, about)


def unit_name(rows: Sequence[Row]) -> Iterator[Finding]:
    """A responsible unit that is unknown, or is not the section's.

    Who knows and whose section it is, the caller found out. One finding for a name in a unit.
    """
    flagged = [row for row in rows if row.unit_unknown or row.unit_elsewhere]
    for group in _groups(flagged, _unit_question, smallest=1):
        row = group[0]
        if row.unit_unknown:
            template = _("“%(responsible)s” is no known unit. Which unit is meant?")
        else:
            template = _(
                "“%(responsible)s” is responsible in the section of %(department)s. Is that right?"
            )
        sentence = Phrase(
            template,
            {"responsible": row.responsible, "department": row.department or row.unit},
        )
        choose = Answer("choose_unit", Phrase(_("Another unit is meant")), settles=False)
        about = f"{row.unit}/{_digest(f'{_unit_question(row)}')}"
        yield _finding(Check.UNIT_NAME, group, sentence, (CORRECT, choose), about)


def _unit_question(row: Row) -> Hashable:
    return row.unit, names.fold(row.responsible), row.unit_unknown


def damaged_letters(rows: Sequence[Row]) -> Iterator[Finding]:
    """Characters outside Turkish and Latin; one finding for a text, however often it stands."""
    printed = {row.department for row in rows} | {row.responsible for row in rows}
    printed |= {row.title for row in rows} | {row.name for row in rows}
    damaged = {text for text in printed if names.is_damaged(text)}
    places: dict[str, list[Row]] = defaultdict(list)
    for row in rows if damaged else ():
        for text in damaged & {row.department, row.title, row.name, row.responsible}:
            places[text].append(row)
    for text in sorted(places):
        yield _damaged(text, places[text])


def _damaged(printed: str, group: Sequence[Row]) -> Finding:
    values = {"text": _shortened(printed), "repaired": _shortened(names.repair(printed))}
    can_repair = not names.is_damaged(names.repair(printed))
    if can_repair:
        sentence = Phrase(_("“%(text)s” has damaged letters. Is it “%(repaired)s”?"), values)
        remedy = Answer("repair", Phrase(_("Yes; put it right")))
    else:
        sentence = Phrase(
            _("“%(text)s” has letters that are neither Turkish nor Latin. Is it right?"), values
        )
        remedy = TYPO
    about = f"{group[0].unit}/{_digest(printed)}"
    return _finding(Check.DAMAGED_LETTERS, group, sentence, (remedy, CORRECT), about)


PLAN_CHECKS: tuple[Callable[[Sequence[Row]], Iterator[Finding]], ...] = (
    outlier,
    twin_rows,
    code_clash,
    shared_activity,
    repeated_title,
    unit_name,
    damaged_letters,
)


def _groups(
    rows: Iterable[Row], key: Callable[[Row], Hashable | None], *, smallest: int = 2
) -> Iterator[list[Row]]:
    """Return the rows with an equal key, in printed order; rows whose key is None stay out."""
    groups: dict[Hashable, list[Row]] = defaultdict(list)
    for row in rows:
        if (value := key(row)) is not None:
            groups[value].append(row)
    return (group for group in groups.values() if len(group) >= smallest)


def _shortened(title: str, length: int = 80) -> str:
    return title if len(title) <= length else f"{title[: length - 1].rstrip()}…"
