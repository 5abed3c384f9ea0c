"""Small numbers as the person who publishes decides on them: what is listed, and what was typed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from activities.sentences import Sentence
from findings.plan_year import PlanYear
from indicators import small_decisions, small_numbers
from indicators.achievement import Reading
from indicators.figures import Figure, Figures
from indicators.models import SmallNumberDecision
from indicators.small_decisions import Decision
from indicators.small_numbers import Candidate
from indicators.suppression import BASELINE, EVERY_YEAR, VALUE, Cell

HIDE, SHOW = "hide", "show"
NOTHING_DECIDED = gettext_noop(
    "Choose for at least one row whether its small numbers are hidden or shown."
)
WHAT = {
    VALUE: gettext_lazy("value"),
    BASELINE: gettext_lazy("baseline"),
    "women": gettext_lazy("women"),
    "men": gettext_lazy("men"),
    "others": gettext_lazy("others"),
}


@dataclass(slots=True)
class SmallRow:
    """A row with small numbers nobody decided on; ``choice`` and ``why`` are what was typed.

    ``besides`` are the further numbers that hiding it hides, in words.
    """

    figure: Figure
    numbers: list[Candidate]
    besides: list[str]
    is_verified: bool
    choice: str = ""
    why: str = ""

    @property
    def hides_value(self) -> bool:
        return any(each.cell.what == VALUE for each in self.numbers)

    @property
    def what(self) -> list[tuple[str, Candidate]]:
        return [(str(WHAT[each.cell.what]), each) for each in self.numbers]


@dataclass(slots=True)
class Typed:
    """What a person typed for all rows at once."""

    why: str = ""
    rest: bool = False


@dataclass
class SmallNumbers:
    """A year's small numbers; ``verified`` are the figures that would be published.

    Values that were sent and are not verified are listed, too, so that nothing is left to decide
    when they are; only verified ones, and baselines, keep the year from being published.
    """

    here: PlanYear
    verified: Figures
    typed: Typed = field(default_factory=Typed)

    @cached_property
    def _decided(self) -> dict[int, SmallNumberDecision]:
        return small_decisions.decisions(self.here.plan, self.here.year)

    @cached_property
    def _figures(self) -> dict[int, Figure]:
        return {row.id: row for row in self.here.findings.figures.rows}

    @property
    def decisions(self) -> list[tuple[Figure, SmallNumberDecision]]:
        """Return what was decided, in printed order; retired rows are left out."""
        decided = self._decided
        return [(row, decided[id]) for id, row in self._figures.items() if id in decided]

    @cached_property
    def _found(self) -> small_numbers.Candidates:
        return small_numbers.candidates(
            self.here.plan, self.here.year, reading=Reading.REPORTED, decided=self._decided
        )

    @cached_property
    def people(self) -> list[SmallRow]:
        """Return the rows that count people, or whose name says so."""
        return list(self._rows((*self._found.people, *self._found.perhaps)))

    @cached_property
    def unmarked(self) -> list[SmallRow]:
        return list(self._rows(self._found.unmarked))

    @cached_property
    def is_blocking(self) -> bool:
        """Whether the year is not published before something is decided on; five queries."""
        return bool(small_decisions.undecided(self.here.plan, self.here.year))

    def _rows(self, found: Iterable[Candidate]) -> Iterable[SmallRow]:
        verified = {row.id for row in self.verified.rows if row.measurement.realization is not None}
        numbers: dict[int, list[Candidate]] = {}
        for each in found:
            numbers.setdefault(each.cell.row, []).append(each)
        for id, figure in self._figures.items():
            if id in numbers:
                besides = [self._words(cell) for cell in numbers[id][0].besides]
                yield SmallRow(figure, numbers[id], besides, id in verified)

    def _words(self, cell: Cell) -> str:
        row = self._figures.get(cell.row)
        name = f"{row.code} {row.name}" if row else _("an indicator that is no longer in use")
        what = str(WHAT[cell.what])
        return f"{name}: {what}" if cell.year == EVERY_YEAR else f"{name}: {what} {cell.year}"

    # --- What was typed ---

    def read(self, post: QueryDict) -> dict[int, Decision]:
        """Return what a person chose, by row; raise Sentence where nothing was chosen.

        A row without its own reason takes the one given for all.
        """
        self.typed = Typed(post.get("small-why", "")[:1000], bool(post.get("small-rest")))
        everything = post.get("small-all", "")
        wanted: dict[int, Decision] = {}
        for row in (*self.people, *self.unmarked):
            row.choice = post.get(f"small-{row.figure.id}", "")
            row.why = post.get(f"small-why-{row.figure.id}", "")[:1000]
        for row in self.people:
            self._take(wanted, row, row.choice or everything)
        for row in self.unmarked:
            self._take(wanted, row, row.choice)
            if self.typed.rest and row.figure.id not in wanted:
                wanted[row.figure.id] = Decision(False, _("It counts no people."))
        if not wanted:
            raise Sentence(NOTHING_DECIDED)
        return wanted

    def _take(self, wanted: dict[int, Decision], row: SmallRow, choice: str) -> None:
        if choice in (HIDE, SHOW):
            reason = row.why.strip() or self.typed.why
            wanted[row.figure.id] = Decision(choice == HIDE, reason)


def chosen(wanted: Mapping[int, Decision], *, hidden: bool) -> int:
    """Return how many rows are hidden, or shown."""
    return sum(each.is_hidden == hidden for each in wanted.values())
