"""The rows of a page that asks how indicators are counted, as one person may answer them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

from accounts.rights import Right
from activities.models import Period, Plan
from activities.sentences import Sentence
from activities.wording import say
from indicators import kinds
from indicators.achievement import Reading
from indicators.confirming import PlanResults
from indicators.figures import Figure
from indicators.kinds import CHOICES, Settings
from indicators.models import COUNTED_STATES, Indicator, Realization
from pages.kind_rows import PROPOSED, UNSURE, KindRow, base_of, now_of

if TYPE_CHECKING:
    from accounts.models import User

Choices = Mapping[int, tuple[str, str]]


class KindSheet:
    """Some rows of a plan's year; five queries once it is asked what is closed to the person.

    ``shut`` says by unit why nothing can be said of its rows now. ``proposed`` is by row.
    """

    def __init__(
        self,
        plan: Plan,
        year: int,
        figures: Sequence[Figure],
        person: User,
        *,
        proposed: Mapping[int, str] | None = None,
        shut: Mapping[int, Sentence] | None = None,
    ) -> None:
        self.plan, self.year, self.figures, self.person = plan, year, figures, person
        self.proposed = proposed or {row.id: base_of(row) for row in figures}
        self.shut = shut or {}

    @property
    def unconfirmed(self) -> int:
        return kinds.unconfirmed(self.figures)

    @cached_property
    def closed(self) -> dict[int, dict[str, Sentence]]:
        """Return why choices are closed to the person, by row; a row with none is missing.

        Looked at with the direction that the row has; another one is looked at when it is stored.
        """
        if not self.shut and self._may_all():
            return {}
        ids = [row.id for row in self.figures]
        found = Indicator.objects.filter(pk__in=ids).select_related("activity")
        indicators = {each.pk: each for each in found}
        results = PlanResults(self.plan, indicators.values())
        closed = {}
        for row in self.figures:
            if (why := self.shut.get(row.unit.id)) is not None:
                closed[row.id] = dict.fromkeys(CHOICES, why)
            elif whys := self._whys(row, indicators[row.id], results):
                closed[row.id] = whys
        return closed

    def _may_all(self) -> bool:
        """Whether nothing can be closed to the person: what she changes only asks for a reason."""
        if self.person.may(Right.CORRECT_PUBLISHED):
            return True
        published = Period.objects.filter(plan=self.plan, state=Period.State.PUBLISHED)
        return self.person.may(Right.CORRECT) and not published.exists()

    @property
    def closed_because(self) -> list[str]:
        """Return why choices are closed, each sentence once; said of the page, not of each row."""
        found = (say(why) for whys in self.closed.values() for why in whys.values())
        return list(dict.fromkeys(found))

    def _whys(self, row: Figure, indicator: Indicator, results: PlanResults) -> dict[str, Sentence]:
        found = {}
        for code, (kind, reported_as) in CHOICES.items():
            if row.kind_confirmed and code == now_of(row):
                continue
            wanted = Settings(kind, indicator.direction, reported_as)
            why = results.look(indicator, wanted, self.person).why_not
            if why is not None:
                found[code] = why
        return found

    def rows(
        self, choices: Choices, *, usual: str = "", problems: Mapping[int, Sentence] | None = None
    ) -> list[KindRow]:
        """Return the rows with what is chosen so far, and why rows were not stored.

        ``usual`` is the choice that was just made for all of them: what differs is an exception.
        """
        last, problems = self._last(), problems or {}
        return [
            KindRow(
                row,
                self.year,
                last.get(row.id),
                self.proposed[row.id],
                *choices[row.id],
                self.closed.get(row.id, {}),
                is_exception=self._is_exception(usual, choices[row.id][0], row),
                problem=say(problems[row.id]) if row.id in problems else "",
            )
            for row in self.figures
        ]

    def _is_exception(self, usual: str, choice: str, row: Figure) -> bool:
        """Whether something else is chosen in a row than was for all."""
        if not usual or choice in ("", UNSURE):
            return False
        proposed = {PROPOSED: self.proposed[row.id], "count": base_of(row)}
        return choice != proposed.get(usual, usual)

    def _last(self) -> dict[int, Decimal]:
        """Return what the year before brought and was sent; one query."""
        values = Realization.objects.filter(
            indicator__in=[row.id for row in self.figures],
            year=self.year - 1,
            value__isnull=False,
            state__in=COUNTED_STATES[Reading.REPORTED],
        )
        return dict(values.values_list("indicator_id", "value"))


def tally(rows: Iterable[KindRow]) -> list[tuple[str, int]]:
    """Count the rows by what is chosen, none included: the page's script counts on."""
    counts: dict[str, int] = {}
    for row in rows:
        if row.choice in CHOICES:
            counts[row.choice] = counts.get(row.choice, 0) + 1
    return [(code, counts.get(code, 0)) for code in CHOICES]
