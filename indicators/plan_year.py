"""What every page of a plan's year shares: plan, year, reading, figures and the way around."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from django.db.models import F, Max
from django.http import Http404, HttpRequest, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import get_script_prefix, reverse
from django.utils.translation import gettext as _

from accounts.models import User
from activities.models import Period, Plan
from indicators.achievement import Reading, Status
from indicators.figures import Figure, Figures, Unit
from indicators.models import COUNTED_STATES, Realization
from indicators.questions import Questions

# Years of which nobody expects every realization yet.
NOT_YET = (Period.State.PLANNED, Period.State.OPEN)

READINGS = {
    Reading.REPORTED: lambda: _("As reported"),
    Reading.APPROVED: lambda: _("Approved only"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One link of a switch."""

    label: str
    url: str
    current: bool


class PlanYear:
    """A plan in one year as a request asks for it; raises Http404 for what does not exist."""

    def __init__(self, request: HttpRequest, slug: str, year: int) -> None:
        self.request = request
        self.plan = get_object_or_404(Plan.objects.select_related("revision_row"), slug=slug)
        if year not in self.plan.years:
            raise Http404
        self.year = year
        self.prefix = get_script_prefix()
        asked = request.GET.get("reading", "")
        self.reading = Reading(asked) if asked in set(Reading) else Reading.REPORTED
        self.figures = Figures(self.plan, year, reading=self.reading)

    @cached_property
    def periods(self) -> dict[int, Period]:
        return {period.year: period for period in self.plan.periods.all()}

    @cached_property
    def units_by_number(self) -> dict[str, Unit]:
        return {unit.number: unit for unit in self.figures.units.values()}

    @cached_property
    def questions(self) -> Questions:
        """Return the year's findings, which ask about what was reported under any reading."""
        if self.reading is Reading.REPORTED:
            return Questions(self.figures)
        return Questions(self.figures.under(Reading.REPORTED))

    def is_early(self, year: int) -> bool:
        """Whether nobody can miss a realization of the year yet."""
        period = self.periods.get(year)
        return period is None or period.state in NOT_YET

    def is_awaited(self, year: int, row: Figure) -> bool:
        """Whether an indicator's realization is simply still to come."""
        return self.is_early(year) and row.achievement.status is Status.NOT_REPORTED

    def url(self, name: str, *args: object) -> str:
        """Return a page of this plan and year, keeping the reading."""
        address = _address(self.prefix, name, self.plan.slug, self.year, *args)
        return address if self.reading is Reading.REPORTED else self._with(address)

    def unit_url(self, unit: Unit) -> str:
        """Return a unit's page; one that has no place in the plan is found in the list of all."""
        return self.url("department", unit.number) if unit.number else self.url("indicator_list")

    def context(self, **more: Any) -> dict[str, Any]:
        return {
            "here": self,
            "plan": self.plan,
            "year": self.year,
            "reading": self.reading.value,
            "limits": self.figures.bands.limits,
            "nav": self._nav(),
            "years": self._years(),
            "readings": self._readings(),
            **more,
        }

    def _with(self, url: str, **query: str) -> str:
        params = QueryDict(mutable=True)
        if self.reading is not Reading.REPORTED:
            params["reading"] = self.reading.value
        params.update({name: value for name, value in query.items() if value})
        return f"{url}?{params.urlencode()}" if params else url

    def _nav(self) -> list[dict[str, Any]]:
        match = self.request.resolver_match
        current = match.url_name if match else ""
        pages: tuple[tuple[str, str, str], ...] = (
            ("dashboard", _("Plan"), self.url("dashboard")),
            ("department", _("Departments"), f"{self.url('dashboard')}#departments"),
            ("indicator_list", _("Indicators"), self.url("indicator_list")),
            ("findings", _("Findings"), self.url("findings")),
        )
        if isinstance(self.request.user, User) and self.request.user.is_administrator:
            pages += (("import_list", _("Imports"), reverse("import_list")),)
        return [
            {"label": label, "url": url, "current": name == current} for name, label, url in pages
        ]

    def _same_page(self, year: int) -> str:
        match = self.request.resolver_match
        assert match is not None
        return reverse(match.view_name, kwargs={**match.kwargs, "year": year})

    def _years(self) -> list[Choice]:
        return [
            Choice(str(year), self._with(self._same_page(year)), year == self.year)
            for year in self.plan.years
        ]

    def _readings(self) -> list[Choice]:
        page = self._same_page(self.year)
        return [
            Choice(
                label(),
                page if reading is Reading.REPORTED else f"{page}?reading={reading.value}",
                reading is self.reading,
            )
            for reading, label in READINGS.items()
        ]


@lru_cache(maxsize=16_384)
def _address(prefix: str, name: str, *args: object) -> str:
    """Return an address below the prefix that is in force; making one takes Django 50 µs."""
    return reverse(name, args=args)


def latest_year(plan: Plan) -> int:
    """Return the last year with a reported realization, else the plan's first; one query."""
    return latest_years([plan])[plan.pk]


def latest_years(plans: Iterable[Plan]) -> dict[int, int]:
    """Return the year to begin with by the plan's id; one query for all of them."""
    plans = list(plans)
    reported = Realization.objects.filter(
        indicator__activity__plan__in=plans,
        value__isnull=False,
        state__in=COUNTED_STATES[Reading.REPORTED],
        year__gte=F("indicator__activity__plan__first_year"),
        year__lte=F("indicator__activity__plan__last_year"),
    )
    last = dict(reported.values_list("indicator__activity__plan").annotate(Max("year")).order_by())
    return {plan.pk: last.get(plan.pk, plan.first_year) for plan in plans}
