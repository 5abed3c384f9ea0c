"""Which rows of a plan count people and which hide small numbers, as a page decides on many."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from django.core.paginator import Page, Paginator
from django.http import QueryDict
from django.utils.http import urlencode

from activities.models import Plan
from activities.sentences import Sentence
from activities.wording import say
from indicators import people, small_numbers
from indicators.achievement import Reading
from indicators.models import COUNTED_STATES, Edition, Indicator, Realization
from indicators.people import Said
from indicators.small_numbers import Hiding
from indicators.suppression import PARTS, is_small
from setup.planned import Narrowing, narrowed_rows, narrowing_in, units_of

PER_PAGE = 60
OPEN, ALL = "open", "all"


@dataclass(slots=True)
class PeopleRow:
    """A row to decide on: what is ticked, what was stored, its small numbers as "2024: 3"."""

    indicator: Indicator
    said: Said
    is_asked: bool
    small: list[str]
    why_locked: str = ""


class PeoplePage:
    """A page of rows to decide on; two queries, and one for each thing said of them."""

    def __init__(self, plan: Plan, sent: QueryDict) -> None:
        self.plan = plan
        self.narrowed: Narrowing = narrowing_in(sent)
        self.units = units_of(plan)
        rows = people.rows_of(plan).select_related("activity__department").in_printed_order()
        found = list(narrowed_rows(rows, self.narrowed))
        self.asked = [row for row in found if people.is_asked(row)]
        wanted = sent.get("show", "")
        self.show = wanted if wanted in (OPEN, ALL) else OPEN if self.asked else ALL
        shown = self.asked if self.show == OPEN else found
        self.total = len(found)
        self.page: Page[Indicator] = Paginator(shown, PER_PAGE).get_page(sent.get("page"))

    @property
    def query(self) -> str:
        """Return the address without its page."""
        own = urlencode({"show": self.show})
        return f"{self.narrowed.query}&{own}" if self.narrowed.query else own

    @property
    def kept(self) -> list[tuple[str, str]]:
        """Return what the form that narrows keeps of the address."""
        return [("show", self.show)]

    @cached_property
    def locked(self) -> dict[int, str]:
        return people.locked(self.plan)

    @property
    def proposed(self) -> dict[int, Said]:
        """Return what is ticked before anybody chose: the proposal, else what is stored."""
        return {
            row.pk: people.proposal(row) if people.is_asked(row) else people.said_of(row)
            for row in self.page.object_list
        }

    def chosen(self, sent: QueryDict) -> dict[int, Said]:
        """Return what a form chose of the rows that it showed; one left out is decided, too."""
        counts, hides = set(sent.getlist("counts")), set(sent.getlist("hides"))
        shown = set(sent.getlist("row"))
        return {
            row.pk: Said(
                str(row.pk) in counts,
                str(row.pk) in hides or (row.hides_small_numbers and row.pk in self.locked),
            )
            for row in people.rows_of(self.plan)
            if str(row.pk) in shown
        }

    def rows(self, said: Mapping[int, Said]) -> list[PeopleRow]:
        small = self._small()
        return [
            PeopleRow(
                row,
                said.get(row.pk, people.said_of(row)),
                people.is_asked(row),
                small.get(row.pk, []),
                self._why_locked(row),
            )
            for row in self.page.object_list
        ]

    def _why_locked(self, row: Indicator) -> str:
        why = self.locked.get(row.pk) if row.hides_small_numbers else None
        return say(Sentence(why, name=row.name)) if why is not None else ""

    def _small(self) -> dict[int, list[str]]:
        """Return the years in which a row has a small value or part; one query."""
        values = Realization.objects.filter(
            indicator__in=self.page.object_list, state__in=COUNTED_STATES[Reading.REPORTED]
        ).order_by("year")
        found: dict[int, list[str]] = {}
        for pk, year, *numbers in values.values_list("indicator_id", "year", "value", *PARTS):
            told = [f"{number.normalize():f}" for number in numbers if is_small(number)]
            if told:
                found.setdefault(pk, []).append(f"{year}: {', '.join(told)}".replace(".", ","))
        return found

    def effects(self, said: Mapping[int, Said]) -> list[Hiding]:
        """Return what hiding the rows that do not yet hide takes out, by year with reports."""
        new = [
            row.pk
            for row in people.rows_of(self.plan).filter(pk__in=said)
            if said[row.pk].hides and not row.hides_small_numbers
        ]
        if not new:
            return []
        found = [small_numbers.hiding(self.plan, year, new) for year in self._years()]
        return [each for each in found if each.small or each.besides]

    def _years(self) -> list[int]:
        reported = Realization.objects.filter(
            indicator__activity__plan=self.plan,
            state__in=COUNTED_STATES[Reading.REPORTED],
            value__isnull=False,
        )
        return sorted(set(reported.order_by().values_list("year", flat=True).distinct()))

    @cached_property
    def published(self) -> list[int]:
        """Return the years that the public reads; one query."""
        years = Edition.objects.filter(plan=self.plan).values_list("year", flat=True)
        return sorted(set(years))
