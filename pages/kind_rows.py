"""How the rows of a page are counted: what can be chosen, with an example of the row's own numbers.

The reviewers' page of a plan and a unit's page ask with the same rows. What a choice does to the
ratio is not in them: who is rated by it does not see it while she chooses.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.http import QueryDict
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from activities import formats
from activities.sentences import Sentence
from activities.wording import say
from indicators import kinds
from indicators.achievement import Direction
from indicators.choices import DIRECTIONS
from indicators.figures import Figure, Figures
from indicators.kinds import CHOICES, Settings
from indicators.likely_kind import likely_kind
from indicators.models import Target

KIND_LABELS = {
    "count": gettext_lazy("Counted from zero each year"),
    "level": gettext_lazy("Total (cumulative)"),
    "added": gettext_lazy("Cumulative; only what this year added is reported"),
    "ratio": gettext_lazy("Ratio"),
    "deliverable": gettext_lazy("A single output"),
}
# Said by who does not know; the row stays unconfirmed.
UNSURE = "unsure"
PROPOSED = "proposed"


@dataclass(frozen=True, slots=True)
class KindOption:
    """One way to read a row's number.

    ``typed`` is what would be typed had the target just been met, "" where that is not known;
    ``why_not`` says why this person cannot choose it.
    """

    code: str
    label: str
    typed: str
    example: str
    is_chosen: bool
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class KindRow:
    """One indicator on the page; ``choice`` is what is chosen so far, "" for nothing."""

    figure: Figure
    year: int
    last: Decimal | None
    proposal: str
    choice: str
    direction: str
    closed: Mapping[str, Sentence]
    is_exception: bool = False
    problem: str = ""

    @property
    def pk(self) -> int:
        return self.figure.id

    @property
    def base(self) -> str:
        """Return the reading that starts anew each year: a percent is measured, a count counted."""
        return base_of(self.figure)

    @property
    def main(self) -> list[KindOption]:
        return [self._option(code) for code in (self.base, "level", "added")]

    @property
    def others(self) -> list[KindOption]:
        """Return the rarer ones, and the one an indicator has although it does not fit it."""
        is_percent = self.figure.is_percent
        codes = [] if is_percent else ["deliverable"]
        shown = {self.base, "level", "added", *codes}
        own = now_of(self.figure)
        return [self._option(code) for code in (*codes, *([own] if own not in shown else []))]

    @property
    def is_open(self) -> bool:
        """Whether nobody has said it yet, so that "not sure" leaves it as it is."""
        return not self.figure.kind_confirmed

    @property
    def opens(self) -> bool:
        """Whether what is chosen stands among the rarer ones."""
        rare = {UNSURE, *(option.code for option in self.others)}
        return self.choice in rare or self.direction != Direction.INCREASE

    @property
    def is_unsure(self) -> bool:
        return self.choice == UNSURE

    @property
    def directions(self) -> list[tuple[str, str, bool]]:
        return [
            (each.value, str(label), each == self.direction) for each, label in DIRECTIONS.items()
        ]

    def _option(self, code: str) -> KindOption:
        typed, example = example_of(code, self.figure, self.year)
        why_not = self.closed.get(code)
        return KindOption(
            code,
            str(KIND_LABELS[code]),
            typed,
            example,
            code == self.choice,
            say(why_not) if why_not is not None else "",
        )


@dataclass(frozen=True, slots=True)
class KindGroup:
    """Rows under one heading; ``unit`` is named where another unit's begin."""

    key: str
    unit: str
    proposal: str
    code: str
    title: str
    rows: list[KindRow]

    @property
    def is_open(self) -> bool:
        """Whether any row waits to be confirmed, so that the proposal can be taken."""
        return any(row.is_open for row in self.rows)


def base_of(figure: Figure) -> str:
    return "ratio" if figure.is_percent else "count"


def now_of(figure: Figure) -> str:
    """Return how a row is read now, as one of the choices."""
    measured = figure.measurement
    return kinds.choice_of(measured.kind, measured.reported_as)


def proposals(figures: Figures) -> dict[int, str]:
    """Return what is proposed for each row: what its name and its plan suggest; one query.

    The same whatever was reached, so that taking every proposal favours nobody.
    """
    targets: dict[int, list[Decimal | None]] = {row.id: [] for row in figures.rows}
    planned = Target.objects.filter(indicator__in=list(targets)).order_by("year")
    for row, value in planned.values_list("indicator_id", "value"):
        targets[row].append(value)
    return {row.id: _proposal(row, targets[row.id]) for row in figures.rows}


def _proposal(row: Figure, targets: Sequence[Decimal | None]) -> str:
    base = base_of(row)
    likely = likely_kind(row.name, [row.measurement.baseline, *targets])
    return likely if likely and base == "count" else base


def chosen_in(sent: QueryDict, figures: Iterable[Figure]) -> dict[int, tuple[str, str]]:
    """Return what a form chose, by row: the choice ("" for none) and the direction."""
    found = {}
    for figure in figures:
        choice = sent.get(f"kind-{figure.id}", "")
        direction = sent.get(f"direction-{figure.id}", "")
        found[figure.id] = (
            choice if choice in CHOICES or choice == UNSURE else "",
            direction if direction in set(Direction) else figure.measurement.direction.value,
        )
    return found


def standing(figures: Iterable[Figure]) -> dict[int, tuple[str, str]]:
    """Return what stands already: a confirmed row is chosen, of the others nothing is."""
    return {
        figure.id: (
            now_of(figure) if figure.kind_confirmed else "",
            figure.measurement.direction.value,
        )
        for figure in figures
    }


def all_as(
    choices: Mapping[int, tuple[str, str]],
    figures: Iterable[Figure],
    proposed: Mapping[int, str],
    wanted: str,
    closed: Mapping[int, Mapping[str, Sentence]],
) -> dict[int, tuple[str, str]]:
    """Return the choices with one choice for all rows that nobody has confirmed.

    What does not fit a row, or is closed to the person, stays as it was.
    """
    after = dict(choices)
    for figure in figures:
        if figure.kind_confirmed:
            continue
        code = proposed[figure.id] if wanted == PROPOSED else wanted
        if code in ("count", "ratio"):
            code = base_of(figure)
        if code in ("level", "added", base_of(figure)) and code not in closed.get(figure.id, {}):
            after[figure.id] = (code, choices[figure.id][1])
    return after


def settings_in(
    choices: Mapping[int, tuple[str, str]], figures: Iterable[Figure]
) -> dict[int, Settings]:
    """Return the settings that choices ask for, of the rows that are not read so already."""
    found = {}
    for figure in figures:
        choice, direction = choices.get(figure.id, ("", ""))
        if choice not in CHOICES:
            continue
        kind, reported_as = CHOICES[choice]
        wanted = Settings(kind, direction, reported_as)
        measured = figure.measurement
        now = Settings(measured.kind, measured.direction, measured.reported_as)
        if not (figure.kind_confirmed and wanted == now):
            found[figure.id] = wanted
    return found


def groups_of(rows: Iterable[KindRow], *, by_proposal: bool) -> list[KindGroup]:
    """Return the rows by unit and by what is proposed, else by activity, in printed order.

    A unit that is the only one is not named.
    """
    rows = list(rows)
    is_alone = len({row.figure.unit.id for row in rows}) == 1
    groups: dict[tuple[int, object], KindGroup] = {}
    units: set[int] = set()
    for row in _in_order(rows, by_proposal=by_proposal):
        unit = row.figure.unit
        heading = row.proposal if by_proposal else row.figure.activity_id
        key = (unit.id, heading)
        if key not in groups:
            named = "" if is_alone or unit.id in units else f"{unit.number}. {unit.name}"
            units.add(unit.id)
            groups[key] = KindGroup(
                f"{unit.number}:{row.proposal}",
                named,
                row.proposal if by_proposal else "",
                "" if by_proposal else row.figure.code,
                "" if by_proposal else row.figure.title,
                [],
            )
        groups[key].rows.append(row)
    return list(groups.values())


def _in_order(rows: Iterable[KindRow], *, by_proposal: bool) -> Iterable[KindRow]:
    if not by_proposal:
        return rows
    by_unit: dict[int, dict[str, list[KindRow]]] = {}
    for row in rows:
        by_unit.setdefault(row.figure.unit.id, {}).setdefault(row.proposal, []).append(row)
    return [
        row for proposed in by_unit.values() for _code, of in sorted(proposed.items()) for row in of
    ]


def example_of(code: str, figure: Figure, year: int) -> tuple[str, str]:
    """Return what would be typed had the target just been met, and why that number."""
    measured, percent = figure.measurement, figure.is_percent
    a, b = measured.baseline, measured.target
    if b is None:
        return "", str(WITHOUT_TARGET[code])
    if code == "added" and a is not None and b < a:
        return "", _("the target is below what there is")
    number = b - a if code == "added" and a is not None else b
    words = (WITH_BASELINE if a is not None else WITHOUT_BASELINE)[code]
    language = get_language() or "tr"
    said = {
        name: formats.amount(value, language, percent=percent)
        for name, value in (("baseline", a), ("target", b), ("added", number))
    }
    return said["added"], str(words) % {**said, "year": year}


WITH_BASELINE = {
    "count": gettext_lazy("%(baseline)s in one year, %(target)s within %(year)s"),
    "level": gettext_lazy("%(baseline)s are there, %(target)s at the end of the year"),
    "added": gettext_lazy("%(baseline)s are there, %(added)s are added to them"),
    "ratio": gettext_lazy("measured anew each year"),
    "deliverable": gettext_lazy("done once, and finished"),
}
WITHOUT_BASELINE = {
    **WITH_BASELINE,
    "count": gettext_lazy("%(target)s within %(year)s"),
    "level": gettext_lazy("%(target)s at the end of the year"),
    "added": gettext_lazy("no baseline is known; %(added)s are added"),
}
WITHOUT_TARGET = {
    "count": gettext_lazy("starts with 0 each January"),
    "level": gettext_lazy("all that there is at the end of the year"),
    "added": gettext_lazy("only what is new in the year"),
    "ratio": gettext_lazy("measured anew each year"),
    "deliverable": gettext_lazy("done once, and finished"),
}


def confirmed_words(count: int) -> str:
    """Return what is said after so many indicators were confirmed."""
    told = ngettext(
        "How one indicator is counted is confirmed.",
        "How %(count)s indicators are counted is confirmed.",
        count,
    )
    return told % {"count": count}
