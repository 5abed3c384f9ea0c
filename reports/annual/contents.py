"""What the annual report holds, before it becomes a file: one tree that every writer reads.

Numbers keep their value beside the text that people read.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from activities import formats
from indicators.achievement import Status
from reports.errata import ErratumLine
from reports.exports import columns
from reports.exports.rows import Part, PrintedTable, Value
from reports.tables import Span


@dataclass(frozen=True, slots=True)
class Share:
    """A fraction to one decimal of a percent, as every page shows it; None where there is none."""

    value: Decimal | None
    text: str


@dataclass(frozen=True, slots=True)
class Fact:
    label: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class StatusCount:
    status: Status
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """A group's line in a table: a department, a branch or an objective."""

    number: str
    name: str
    short: str
    is_branch: bool
    score: Share
    indicators: int
    due: int
    reported: int
    statuses: tuple[StatusCount, ...]
    blocking: int = 0


@dataclass(frozen=True, slots=True)
class PublishedRow:
    """An indicator's row; a span is None where the cell above reaches down to it."""

    id: int
    code: str
    activity: Span | None
    responsible: Span | None
    supporting: Span | None
    indicator: str
    planned: tuple[Value, ...]
    realized: Value
    ratio: Share
    status: Status | None
    """None where it is hidden; ``status_label`` says so then."""
    status_label: str
    badges: tuple[str, ...]
    deviation: str
    measure: str


@dataclass(frozen=True, slots=True)
class UnitTable:
    """A unit's rows; ``heading`` is empty for the department's own."""

    heading: str
    rows: tuple[PublishedRow, ...]


@dataclass(frozen=True, slots=True)
class ReasonLine:
    code: str
    indicator: str
    target: str
    realization: str
    ratio: str
    deviation: str
    measure: str


@dataclass(frozen=True, slots=True)
class DepartmentPart:
    """A department: its figures, its table, and what was said about deviations.

    ``unexplained`` names the codes whose deviation needs a reason and has none; ``waived`` says
    in sentences of which codes none was asked, and why.
    """

    heading: str
    sentence: str
    part: Part
    tables: tuple[UnitTable, ...]
    reasons: tuple[ReasonLine, ...]
    unexplained: tuple[str, ...]
    waived: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FindingLine:
    where: tuple[str, ...]
    question: str
    answer: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class FindingGroup:
    label: str
    severity: str
    lines: tuple[FindingLine, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """``state`` is what the report is called: an edition, the working state or a draft.

    ``notice`` says it in a sentence, or gives the day and checksum. An official one has no
    questions; ``errata`` and ``changes`` (since the edition before) are its annexes, the second
    only where ``changes_title`` names it. ``score_header`` heads every score and says where it is
    provisional; ``counts_verified`` that counts are of the verified alone.
    """

    title: str
    state: str
    notice: str
    is_official: bool
    counts_verified: bool
    score_header: str
    plan_name: str
    municipality: str
    year: int
    years: tuple[int, ...]
    language: str
    cover: tuple[Fact, ...]
    sentences: tuple[str, ...]
    facts: tuple[Fact, ...]
    statuses: tuple[StatusCount, ...]
    departments: tuple[ScoreLine, ...]
    objectives: tuple[ScoreLine, ...]
    total: ScoreLine
    headers: tuple[str, ...]
    parts: tuple[DepartmentPart, ...]
    has_reasons: bool
    has_findings: bool
    findings: tuple[FindingGroup, ...]
    findings_note: str
    errata: tuple[ErratumLine, ...]
    changes_title: str
    changes: tuple[ErratumLine, ...]
    method: tuple[Fact, ...]
    bands: tuple[Fact, ...]
    rules: tuple[Fact, ...]
    notes: tuple[str, ...]
    limits: tuple[Decimal, ...]
    counted: frozenset[int]
    """The indicators that the roll-up takes up in their own right."""
    printed: PrintedTable

    @property
    def full_title(self) -> str:
        """Return the title that says what the report is, for headers and properties."""
        return f"{self.title} · {self.state}"

    @property
    def reported_header(self) -> str:
        """Return what a table calls its column of counts: the verified where they are that."""
        return _("Verified/ due") if self.counts_verified else _("Reported/ due")


def published_columns(printed: PrintedTable) -> list[columns.Column]:
    """Return the columns of the published table with the ratio and the status beside it."""
    ratio, status, _reason = columns.rated()
    return [
        columns.activity(),
        *columns.units(),
        columns.indicator(),
        *columns.planned(printed.years),
        columns.realization(printed.year),
        ratio,
        status,
    ]


def written(value: Value, language: str) -> str:
    """Return a cell for people: a number with its thousands, else what was written."""
    if value.number is None:
        return value.text
    return formats.amount(value.number, language, percent=value.is_percent)
