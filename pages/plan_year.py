"""What every page of a plan's year shares: plan, year, reading, figures and the way around."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import Any
from urllib.parse import urlencode

from django.db.models import F, Max
from django.http import Http404, HttpRequest, QueryDict
from django.urls import get_script_prefix, reverse
from django.utils.translation import gettext as _

from accounts.models import User
from activities.models import Period, Plan
from findings.confidence import Deadline, Handling, read_periods
from findings.year import Marks, RaisedFinding, YearFindings
from indicators import tags
from indicators.achievement import Reading, Status
from indicators.cumulative import OVER, CumulativeFigures, StoredFigures
from indicators.figures import Figure, Figures, Unit
from indicators.models import COUNTED_STATES, Indicator, Realization
from indicators.tags import Choice as TagChoice

# Years of which nobody expects every realization yet.
NOT_YET = (Period.State.PLANNED, Period.State.OPEN)

READINGS = {
    Reading.REPORTED: lambda: _("As reported"),
    Reading.APPROVED: lambda: _("Approved only"),
}


# Pages that stand below one of the navigation.
PART_OF = {
    **dict.fromkeys(("review_unit", "correct", "period", "reconciliation"), "review"),
    **dict.fromkeys(
        ("entry", "entry_cell", "entry_paste", "entry_send", "entry_answer"), "entry_home"
    ),
}


class Tagged(StrEnum):
    """What a page makes of a tag in its address.

    Pages where numbers are written and judged take no notice: nothing may be left out there.
    """

    IGNORED = "ignored"
    KEPT = "kept"
    NARROWS = "narrows"


class View(StrEnum):
    """Whether a page shows the year alone or the plan's years so far."""

    YEARLY = "yearly"
    CUMULATIVE = "cumulative"


VIEWS = {
    View.YEARLY: lambda: _("The year alone"),
    View.CUMULATIVE: lambda: _("The years so far"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One link of a switch."""

    label: str
    url: str
    current: bool


class PlanYear:
    """A plan in one year as a request asks for it; raises Http404 for what does not exist.

    ``figures`` are what the page shows, ``yearly`` those of the year alone. A page with ``sums``
    can show the years so far, the others keep that choice in their links. One that is ``backed``
    says of values how they came in, or shows all years. The switches also keep the parameters
    named in ``keeps``.
    """

    def __init__(
        self,
        request: HttpRequest,
        slug: str,
        year: int,
        *,
        tagged: Tagged = Tagged.IGNORED,
        sums: bool = False,
        backed: bool = False,
        keeps: tuple[str, ...] = (),
    ) -> None:
        self.request = request
        # All of them: there are a few, and the frame of the page leads from one to the next.
        self.plans = list(Plan.objects.select_related("revision_row"))
        found = next((plan for plan in self.plans if plan.slug == slug), None)
        if found is None or year not in found.years:
            raise Http404
        self.plan = found
        self.year = year
        self.prefix = get_script_prefix()
        asked = request.GET.get("reading", "")
        self.reading = Reading(asked) if asked in set(Reading) else Reading.REPORTED
        self.tag = None if tagged is Tagged.IGNORED else self._tag()
        narrowed = self.tag.key if self.tag and tagged is Tagged.NARROWS else ""
        wanted = request.GET.get("view", "")
        self.view = View(wanted) if wanted in set(View) else View.YEARLY
        self.shows_sums = sums and len(found.years) > 1
        self.chosen = {name: request.GET[name] for name in keeps if name in request.GET}
        self.yearly = (StoredFigures if backed else Figures)(
            self.plan, year, reading=self.reading, tag=narrowed
        )
        self.figures = self.yearly
        if self.is_cumulative:
            so_far = CumulativeFigures(self.plan, year, reading=self.reading, tag=narrowed)
            so_far.over = frozenset(y for y, one in self.periods.items() if one.state in OVER)
            self.figures, self.yearly = so_far, so_far.of_year_alone()

    @property
    def is_cumulative(self) -> bool:
        """Whether the page shows the years so far."""
        return self.shows_sums and self.view is View.CUMULATIVE

    def span(self, year: int | None = None) -> str:
        """Return the years that figures up to a year are of: "2024", or "2024–2025"."""
        first, last = self.plan.first_year, year or self.year
        return f"{first}–{last}" if self.is_cumulative and last > first else str(last)

    @cached_property
    def all_tags(self) -> list[TagChoice]:
        """Return every tag, and whether the plan uses it; one query."""
        return tags.choices(self.plan)

    def _tag(self) -> TagChoice | None:
        """Return the tag in the address; one that does not exist counts as none."""
        asked = self.request.GET.get("tag", "")
        if asked == tags.UNTAGGED:
            return tags.untagged()
        if not asked:
            return None
        return next((tag for tag in self.all_tags if tag.key == asked), None)

    @property
    def tag_choices(self) -> list[TagChoice]:
        """Return what the page can be narrowed to: the plan's tags, and the chosen one."""
        used = [tag for tag in self.all_tags if tag.is_used or tag == self.tag]
        return [*used, tags.untagged()] if used else used

    @cached_property
    def _calendar(self) -> tuple[dict[int, Period], dict[int, Deadline]]:
        return read_periods(self.plan)

    @property
    def periods(self) -> dict[int, Period]:
        return self._calendar[0]

    def handling(self, *years: int) -> Handling:
        """Return how the values of some years came in, the page's own if none is named."""
        return Handling(self.plan, years or [self.year], self._calendar[1])

    @cached_property
    def units_by_number(self) -> dict[str, Unit]:
        return {unit.number: unit for unit in self.figures.units.values()}

    @cached_property
    def findings(self) -> YearFindings:
        """Return the year's findings, which ask about what was reported under any reading."""
        if self.figures.tag:
            # The checks compare rows over the whole plan; only what they found is narrowed.
            whole = Figures(self.plan, self.year)
            whole.units = self.figures.units
            return _TaggedFindings(whole, self.figures)
        if self.reading is Reading.REPORTED:
            return YearFindings(self.yearly)
        return YearFindings(self.yearly.under(Reading.REPORTED))

    @property
    def public_url(self) -> str:
        """Return the year's public page, "" while it is not published."""
        period = self.periods.get(self.year)
        if not self.plan.is_public or period is None or period.state != Period.State.PUBLISHED:
            return ""
        return reverse("public_year", args=[self.plan.slug, self.year])

    def is_early(self, year: int) -> bool:
        """Whether nobody can miss a realization of the year yet."""
        period = self.periods.get(year)
        return period is None or period.state in NOT_YET

    def is_awaited(self, year: int, row: Figure) -> bool:
        """Whether an indicator's realization is simply still to come."""
        return self.is_early(year) and row.achievement.status is Status.NOT_REPORTED

    def url(self, name: str, *args: object) -> str:
        """Return a page of this plan and year, keeping the reading, the view and the tag."""
        return self.url_in(self.year, name, *args)

    def url_in(self, year: int, name: str, *args: object) -> str:
        """Return a page of this plan in another year."""
        address = _address(self.prefix, name, self.plan.slug, year, *args)
        return _with_query(address, self.kept) if self.kept else address

    def yearly_url(self, name: str, *args: object) -> str:
        """Return a page of this plan and year that shows the year alone."""
        address = _address(self.prefix, name, self.plan.slug, self.year, *args)
        return self._with(address, view="")

    def reading_url(self, reading: Reading, name: str, *args: object) -> str:
        """Return a page of this plan and year under another reading."""
        address = _address(self.prefix, name, self.plan.slug, self.year, *args)
        value = "" if reading is Reading.REPORTED else reading.value
        return self._with(address, reading=value)

    @property
    def bare_url(self) -> str:
        """Return this page without what its rows are narrowed by."""
        return self._with(self.request.path)

    def tag_url(self, name: str, key: str) -> str:
        """Return a page of this plan and year narrowed to a tag, keeping the reading."""
        address = _address(self.prefix, name, self.plan.slug, self.year)
        return _with_query(address, {**self.kept_without_tag, "tag": key})

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
            "views": self._views(),
            "plan_switch": self._plan_switch(),
            **more,
        }

    @cached_property
    def kept(self) -> dict[str, str]:
        """Return what links and forms keep of the address: reading, view and tag."""
        reading = "" if self.reading is Reading.REPORTED else self.reading.value
        view = "" if self.view is View.YEARLY else self.view.value
        tag = self.tag.key if self.tag else ""
        pairs = (("reading", reading), ("view", view), ("tag", tag))
        return {name: value for name, value in pairs if value}

    @property
    def kept_without_tag(self) -> dict[str, str]:
        """Return what a form keeps in which the tag is chosen."""
        return {name: value for name, value in self.kept.items() if name != "tag"}

    @property
    def query_without_tag(self) -> str:
        """Return what the address of the same page keeps once its tag is left."""
        return urlencode(self.kept_without_tag)

    def _with(self, url: str, **query: str) -> str:
        return _with_query(url, {**self.kept, **query})

    def _plan_switch(self) -> list[Choice]:
        """Return the plans there are, each at its latest year; none where there is only one."""
        if len(self.plans) < 2:
            return []
        return [
            Choice(str(plan), reverse("plan", args=[plan.slug]), plan == self.plan)
            for plan in self.plans
        ]

    def _nav(self) -> list[dict[str, Any]]:
        match = self.request.resolver_match
        current = (match.url_name if match else "") or ""
        pages: tuple[tuple[str, str, str], ...] = (
            ("dashboard", _("Plan"), self.url("dashboard")),
            ("department", _("Departments"), f"{self.url('dashboard')}#departments"),
            ("indicator_list", _("Indicators"), self.url("indicator_list")),
            ("findings", _("Findings"), self.url("findings")),
        )
        person = self.request.user
        if isinstance(person, User):
            if person.unit_ids:
                pages = (("entry_home", _("Data entry"), reverse("entry_home")), *pages)
            if person.is_reviewer:
                pages += (("review", _("Review"), self.url("review")),)
            if person.is_administrator:
                pages += (("import_list", _("Imports"), reverse("import_list")),)
        return [
            {"label": label, "url": url, "current": name == PART_OF.get(current, current)}
            for name, label, url in pages
        ]

    def _same_page(self, year: int) -> str:
        """Return the page asked for in another year; "" for one that is of no year."""
        match = self.request.resolver_match
        assert match is not None
        if "year" not in match.kwargs:
            return ""
        return reverse(match.view_name, kwargs={**match.kwargs, "year": year})

    def _years(self) -> list[Choice]:
        return [
            Choice(str(year), self._with(page, **self.chosen), year == self.year)
            for year in self.plan.years
            if (page := self._same_page(year))
        ]

    def _readings(self) -> list[Choice]:
        page = self._same_page(self.year)
        values = {reading: reading.value for reading in READINGS} | {Reading.REPORTED: ""}
        return [
            Choice(
                label(),
                self._with(page, reading=values[reading], **self.chosen),
                reading is self.reading,
            )
            for reading, label in READINGS.items()
            if page
        ]

    def _views(self) -> list[Choice]:
        """Return the ways to look at the years; none on a page that shows the year alone."""
        if not self.shows_sums:
            return []
        page = self._same_page(self.year)
        values = {view: view.value for view in VIEWS} | {View.YEARLY: ""}
        return [
            Choice(label(), self._with(page, view=values[view], **self.chosen), view is self.view)
            for view, label in VIEWS.items()
        ]


class _TaggedFindings(YearFindings):
    """The findings of the whole plan, those left that concern an indicator with the tag."""

    def __init__(self, figures: Figures, narrowed: Figures) -> None:
        super().__init__(figures)
        self.narrowed = narrowed
        self._whole = YearFindings(figures)

    @cached_property
    def raised(self) -> list[RaisedFinding]:
        asked = self._whole.raised
        return [one for one in asked if any(row.id in self._ids for row in one.figures)]

    @cached_property
    def marks(self) -> Marks:
        # Not what this one finds: the marks are kept for the whole plan.
        found = self._whole.marks.findings
        return Marks(tuple(one for one in found if self._ids.intersection(one[0])))

    @cached_property
    def _ids(self) -> frozenset[int]:
        if "rows" in vars(self.narrowed):  # Loaded already; else their ids are enough.
            return frozenset(row.id for row in self.narrowed.rows)
        wanted = tags.carrying(self.narrowed.tag)
        carrying = Indicator.objects.of_plan(self.figures.plan).filter(wanted)
        return frozenset(carrying.values_list("id", flat=True))


def _with_query(url: str, query: Mapping[str, str]) -> str:
    """Add what is not empty to an address."""
    params = QueryDict(mutable=True)
    params.update({name: value for name, value in query.items() if value})
    return f"{url}?{params.urlencode(safe=':')}" if params else url


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
