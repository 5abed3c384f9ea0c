"""The frame of every page of a plan's year: its addresses, navigation and switches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import Any
from urllib.parse import urlencode

from django.contrib.sessions.backends.base import SessionBase
from django.http import Http404, HttpRequest, QueryDict
from django.urls import get_script_prefix, reverse
from django.utils.translation import gettext as _

from accounts import current, rights
from accounts.models import User
from activities.models import Period, Plan
from findings.plan_year import PlanYear
from indicators import tags
from indicators.achievement import Reading
from indicators.figures import Unit
from indicators.start_year import start_year
from indicators.tags import TagChoice
from pages import navigation

READINGS = {
    Reading.REPORTED: lambda: _("As reported"),
    Reading.APPROVED: lambda: _("Verified only"),
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
class PageLink:
    """One link of a switch."""

    label: str
    url: str
    current: bool


class PlanPage(PlanYear):
    """A plan's year as a request asks for it; raises Http404 for what does not exist.

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
        self.plan, *beside = _plans_beside(request, slug)
        found = self.plan
        if year not in found.years:
            raise Http404
        self._beside = beside
        self.prefix = get_script_prefix()
        asked = request.GET.get("reading", "")
        reading = Reading(asked) if asked in set(Reading) else Reading.REPORTED
        self.tag = None if tagged is Tagged.IGNORED else self._tag()
        narrowed = self.tag.key if self.tag and tagged is Tagged.NARROWS else ""
        wanted = request.GET.get("view", "")
        self.view = View(wanted) if wanted in set(View) else View.YEARLY
        self.shows_sums = sums and len(found.years) > 1
        self.chosen = {name: request.GET[name] for name in keeps if name in request.GET}
        super().__init__(
            found,
            year,
            reading=reading,
            tag=narrowed,
            cumulative=self.shows_sums and self.view is View.CUMULATIVE,
            backed=backed,
        )

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

    @property
    def public_url(self) -> str:
        """Return the year's public page, "" while it is not published."""
        period = self.period
        if not self.plan.is_public or period is None or period.state != Period.State.PUBLISHED:
            return ""
        return reverse("public_year", args=[self.plan.slug, self.year])

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
        nav = self._nav()
        return {
            "here": self,
            "plan": self.plan,
            "year": self.year,
            "reading": self.reading.value,
            "limits": self.figures.bands.limits,
            "nav": nav,
            "here_label": next((item["label"] for item in nav if item["current"]), ""),
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

    def _plan_switch(self) -> list[PageLink]:
        """Return the plans there are, each at its latest year; none where there is only one."""
        if not self._beside:
            return []
        order = sorted((self.plan, *self._beside), key=lambda each: (-each.first_year, each.slug))
        return [
            PageLink(str(plan), reverse("plan", args=[plan.slug]), plan == self.plan)
            for plan in order
        ]

    def _nav(self) -> list[dict[str, Any]]:
        match = self.request.resolver_match
        here = (match.url_name if match else "") or ""
        return navigation.menu(self.request.user, here, self.url)

    def _same_page(self, year: int) -> str:
        """Return the page asked for in another year; "" for one that is of no year."""
        match = self.request.resolver_match
        assert match is not None
        if "year" not in match.kwargs:
            return ""
        return reverse(match.view_name, kwargs={**match.kwargs, "year": year})

    def _years(self) -> list[PageLink]:
        return [
            PageLink(str(year), self._with(page, **self.chosen), year == self.year)
            for year in self.plan.years
            if (page := self._same_page(year))
        ]

    def _readings(self) -> list[PageLink]:
        page = self._same_page(self.year)
        values = {reading: reading.value for reading in READINGS} | {Reading.REPORTED: ""}
        return [
            PageLink(
                label(),
                self._with(page, reading=values[reading], **self.chosen),
                reading is self.reading,
            )
            for reading, label in READINGS.items()
            if page
        ]

    def _views(self) -> list[PageLink]:
        """Return the ways to look at the years; none on a page that shows the year alone."""
        if not self.shows_sums:
            return []
        page = self._same_page(self.year)
        values = {view: view.value for view in VIEWS} | {View.YEARLY: ""}
        return [
            PageLink(label(), self._with(page, view=values[view], **self.chosen), view is self.view)
            for view, label in VIEWS.items()
        ]


def plan_of(request: HttpRequest, slug: str) -> Plan:
    """Return a plan that the person may read, and let her stand in its municipality.

    Raise Http404 for every other: it does not exist for her. Two queries, one where the
    person's standing is known.
    """
    return _plans_beside(request, slug)[0]


def _plans_beside(request: HttpRequest, slug: str) -> list[Plan]:
    """Return the plan of an address first, then the municipality's other ones.

    Asked for once a request, by whoever guards the page and by the page.
    """
    known: dict[str, list[Plan]] = request.__dict__.setdefault("_plans_beside", {})
    if slug not in known:
        known[slug] = _entered(request, slug)
    return known[slug]


def _entered(request: HttpRequest, slug: str) -> list[Plan]:
    person = request.user
    beside = Plan.objects.filter(municipality__plans__slug=slug)
    found = list(beside.select_related("revision_row", "municipality"))
    plan = next((each for each in found if each.slug == slug), None)
    if plan is None or not isinstance(person, User) or not rights.enter(person, plan):
        raise Http404
    current.choose(request, plan.municipality)
    return [plan, *(each for each in found if each is not plan)]


def page_for(person: User, slug: str, year: int) -> PlanPage:
    """Return a page as a person would see it who asks for nothing further: for letters."""
    request = HttpRequest()
    request.user = person
    request.session = SessionBase()
    return PlanPage(request, slug, year)


def page_of_plan(request: HttpRequest, slug: str) -> PlanPage:
    """Return the plan at the year it opens with, for pages that are of no year."""
    return PlanPage(request, slug, start_year(plan_of(request, slug)))


def _with_query(url: str, query: Mapping[str, str]) -> str:
    """Add what is not empty to an address."""
    params = QueryDict(mutable=True)
    params.update({name: value for name, value in query.items() if value})
    return f"{url}?{params.urlencode(safe=':')}" if params else url


@lru_cache(maxsize=16_384)
def _address(prefix: str, name: str, *args: object) -> str:
    """Return an address below the prefix that is in force; making one takes Django 50 µs."""
    return reverse(name, args=args)
