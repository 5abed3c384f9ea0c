"""What was changed of a year's figures after they had been sent, and what that made of its mean.

A row is as it was sent when its value first counted: on the day its unit sent it, or with the
file that brought it in. What is another one today, be it the number, its baseline or target, how
it is read, its weight or where it counts, moved since: by the answer to a question, or otherwise
(a correction, a further file, a value that was given back and sent again, a kind that was said).
A value that its unit took back before anybody looked at it begins anew.

Not seen: a row that was taken out of use or given back to its unit since, and the plan's own
method, bands and unreported rows, which hold for both means.
Source: docs/domain.md, "What moved after sending".
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from operator import attrgetter
from typing import Any, NamedTuple, Self

from django.db import models
from django.db.models import F, Value

from activities import revisions
from activities.models import Plan
from indicators.achievement import (
    Bands,
    Direction,
    Kind,
    Measurement,
    Method,
    Reading,
    ReportedAs,
    Unreported,
    rate,
    summarise,
)
from indicators.changes import BY_IMPORT
from indicators.figures import Figure, Figures
from indicators.models import COUNTED_STATES, FindingAnswer, Indicator, Realization, Target

# By what a row moved; the list of indicators is narrowed by these.
ALL, ANSWERS, OTHERS = "all", "answers", "others"
DELETED = "-"
SETTINGS = ("kind", "direction", "reported_as", "weight", "counted_with_id")
WORDS = tuple(f"held_{name}" for name in SETTINGS[:3])
ORDER = (
    "of", "row", "when", "order", "type", "why", "held_state", "number",
    *(f"held_{name}" for name in SETTINGS),
)  # fmt: skip
NUMBERS = ("baseline", "target", "realization", "weight")


@dataclass(frozen=True, slots=True)
class First:
    """What decided on a row's figure when its value first counted; amounts in its own unit."""

    baseline: Decimal | None
    target: Decimal | None
    realization: Decimal | None
    kind: str
    direction: str
    reported_as: str
    weight: Decimal
    counted_with: int | None

    def reread(self, row: Figure, method: Method, bands: Bands) -> Figure:
        """Return the row as it was, under the rules of today."""
        measurement = Measurement(
            self.baseline,
            self.target,
            self.realization,
            Kind(self.kind),
            Direction(self.direction),
            ReportedAs(self.reported_as),
        )
        return replace(
            row,
            measurement=measurement,
            achievement=rate(measurement, method=method, bands=bands),
            weight=self.weight,
            counted_with=self.counted_with,
        )

    def frozen(self) -> dict[str, Any]:
        """Return it as an edition holds it: numbers as text."""
        found = asdict(self)
        return {**found, **{name: _text(found[name]) for name in NUMBERS}}

    @classmethod
    def thawed(cls, frozen: Mapping[str, Any]) -> Self:
        numbers = {
            name: None if frozen[name] is None else Decimal(frozen[name]) for name in NUMBERS
        }
        return cls(**{**frozen, **numbers})


@dataclass(frozen=True, slots=True)
class Recorded:
    """What the records say of a year: its rows as they were first counted, and the answers since.

    ``answers`` holds, for each that changed anything after its rows had been sent, those rows.
    """

    firsts: Mapping[int, First]
    answers: tuple[frozenset[int], ...]


@dataclass(frozen=True, slots=True)
class SinceSent:
    """How much of some rows moved after sending, and their mean score before and after.

    ``answers`` counts questions, ``others`` rows. The means are fractions, over the same rows;
    both None where nothing has a score, or where one may not be told (``is_withheld``).
    """

    answers: int = 0
    others: int = 0
    by_answers: frozenset[int] = frozenset()
    by_others: frozenset[int] = frozenset()
    before: Decimal | None = None
    after: Decimal | None = None
    is_withheld: bool = False

    @property
    def moved(self) -> frozenset[int]:
        """Return the ids of the rows that moved."""
        return self.by_answers | self.by_others

    @property
    def rows(self) -> Mapping[str, frozenset[int]]:
        """Return the ids of the rows by what moved them."""
        return {ALL: self.moved, ANSWERS: self.by_answers, OTHERS: self.by_others}


NOTHING = SinceSent()


def since_sent(figures: Figures, rows: Iterable[Figure] | None = None) -> SinceSent:
    """Return what moved of a year's stored figures, or of some rows of them; one query.

    A row that the figures' reading does not count is left out.
    """
    recorded = recorded_of(figures.plan, figures.year)
    return compared(figures, figures.rows if rows is None else rows, recorded)


def compared(figures: Figures, rows: Iterable[Figure], recorded: Recorded) -> SinceSent:
    """Return what moved of rows that are loaded; no query."""
    now = list(rows)
    before, moved = [], set()
    for row in now:
        was = _as_sent(row, recorded.firsts, figures.method, figures.bands)
        if was is not None and _figure_of(was) != _figure_of(row):
            moved.add(row.id)
        before.append(was if row.id in moved and was is not None else row)
    if not moved:
        return NOTHING
    answers = [ids & moved for ids in recorded.answers if ids & moved]
    by_answers = frozenset[int]().union(*answers)
    return SinceSent(
        len(answers),
        len(moved - by_answers),
        by_answers,
        frozenset(moved - by_answers),
        _mean(before, figures.unreported),
        _mean(now, figures.unreported),
    )


def _as_sent(
    row: Figure, firsts: Mapping[int, First], method: Method, bands: Bands
) -> Figure | None:
    said = row.measurement.realization is not None or row.absence or row.realization_text
    first = firsts.get(row.id) if said else None
    return None if first is None else first.reread(row, method, bands)


def _figure_of(row: Figure) -> tuple[Any, ...]:
    """Return what a row brings into a mean, and how it came out."""
    achievement = row.achievement
    return achievement.value, achievement.status, row.weight, row.counted_with


def _mean(rows: Iterable[Figure], unreported: Unreported) -> Decimal | None:
    return summarise(rows, unreported=unreported).mean


def _text(value: Decimal | None) -> str | None:
    if value is None:
        return None
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


# --- What the records say ---


def recorded_of(plan: Plan, year: int) -> Recorded:
    """Return what is recorded of a plan's year; one query, kept until anything counts anew."""
    key = f"since_sent:{plan.pk}:{year}:{revisions.counted(plan)}"
    return revisions.kept(key, lambda: _read(plan, year))


class _Of(StrEnum):
    """What a record is of."""

    VALUE = "value"
    ROW = "row"
    TARGET = "target"
    ANSWER = "answer"


class _Record(NamedTuple):
    """A record of the history, or an answer; what its kind does not hold is None or ""."""

    of: str
    row: int
    when: datetime
    order: int
    type: str
    reason: str | None
    state: str
    number: Decimal | None
    kind: str
    direction: str
    reported_as: str
    weight: Decimal | None
    counted_with: int | None

    @property
    def settings(self) -> tuple[Any, ...]:
        return self.kind, self.direction, self.reported_as, self.weight, self.counted_with


def _read(plan: Plan, year: int) -> Recorded:
    records = sorted(_records(plan, year), key=attrgetter("when", "order"))
    sendings = _sendings(each for each in records if each.of == _Of.VALUE)
    rows, targets, answers = (
        [each for each in records if each.of == what and each.row in sendings]
        for what in (_Of.ROW, _Of.TARGET, _Of.ANSWER)
    )
    planned = _as_of(targets, sendings)
    firsts = {
        id: First(
            was.number,
            planned[id].number if id in planned else None,
            sendings[id].number,
            *was.settings,
        )
        for id, was in _as_of(rows, sendings).items()
    }
    given: dict[int, set[int]] = {}
    for each in answers:
        if each.when >= sendings[each.row].when:
            given.setdefault(each.order, set()).add(each.row)
    return Recorded(firsts, tuple(frozenset(given[pk]) for pk in sorted(given)))


def _records(plan: Plan, year: int) -> Iterator[_Record]:
    """Yield the records of the plan's rows and of the year's targets and values; one query."""
    of_year = {"indicator__activity__plan": plan, "indicator__retired_on": None, "year": year}
    histories = (
        (_Of.VALUE, Realization.history.filter(**of_year), "indicator_id"),
        (_Of.ROW, Indicator.history.filter(activity__plan=plan), "id"),
        (_Of.TARGET, Target.history.filter(**of_year), "indicator_id"),
    )
    # The rows come second: they give columns their type that values leave empty.
    values, *others = (
        _columns(
            what,
            records,
            row=F(owner),
            when=F("history_date"),
            order=F("history_id"),
            type=F("history_type"),
            why=F("history_change_reason"),
            number=F("baseline" if what is _Of.ROW else "value"),
            **({"held_state": F("state")} if what is _Of.VALUE else {}),
            **({f"held_{name}": F(name) for name in SETTINGS} if what is _Of.ROW else {}),
        )
        for what, records, owner in histories
    )
    given = FindingAnswer.objects.filter(plan=plan, changed=True, indicators__isnull=False)
    answers = _columns(_Of.ANSWER, given, row=F("indicators"), when=F("answered_at"), order=F("pk"))
    for each in values.union(*others, answers, all=True):
        yield _Record(*each)


def _columns(what: _Of, records: Any, **held: Any) -> Any:
    """Return records with the columns of ``_Record``, empty where they are not ``held``."""
    words = {name: Value("") for name in ("type", "why", "held_state", *WORDS)}
    numbers = {
        "number": Value(None, models.DecimalField()),
        "held_weight": Value(None, models.DecimalField()),
        "held_counted_with_id": Value(None, models.BigIntegerField()),
    }
    columns = {"of": Value(what.value), **words, **numbers, **held}
    return records.order_by().annotate(**columns).values_list(*ORDER)


def _sendings(values: Iterable[_Record]) -> dict[int, _Record]:
    """Return with which record each value first counted."""
    found: dict[int, _Record] = {}
    for each in values:
        if each.type == DELETED or each.state == Realization.State.DRAFT:
            found.pop(each.row, None)
        elif each.state in COUNTED_STATES[Reading.REPORTED]:
            found.setdefault(each.row, each)
    return found


def _as_of(records: Iterable[_Record], sendings: Mapping[int, _Record]) -> dict[int, _Record]:
    """Return what each row's records held when its value was sent.

    What was written only afterwards counts as it was written first.
    """
    found: dict[int, _Record] = {}
    for each in records:
        if each.row not in found or _covers(sendings[each.row], each):
            found[each.row] = each
    return {id: each for id, each in found.items() if each.type != DELETED}


def _covers(sending: _Record, other: _Record) -> bool:
    """Whether a record belongs to what was sent: it came before, or with the same file."""
    reason = other.reason or ""
    return other.when <= sending.when or (reason.startswith(BY_IMPORT) and reason == sending.reason)


def of_ids(recorded: Recorded, ids: Collection[int]) -> Recorded:
    """Return what is recorded of some rows alone."""
    return Recorded(
        {id: first for id, first in recorded.firsts.items() if id in ids},
        tuple(some for each in recorded.answers if (some := each.intersection(ids))),
    )
