"""The frame of the settings' pages: who may come in, their menu, and the plan they are about.

A page belongs to a section. One of a plan stands below the plan's address; the menu leads from
every page to the sections of the municipality and to those of one plan, the newest unless the
page is about another.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, wraps
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import current
from accounts.models import User
from accounts.rights import Right
from activities.models import Municipality, Plan
from indicators.start_year import start_years
from pages import navigation
from pages.plan_page import plan_of


@dataclass(frozen=True, slots=True)
class Section:
    """One entry of the settings' menu: the name of its address, its title, who may open it."""

    name: str
    label: Callable[[], str]
    right: Right
    of_plan: bool = False
    # The addresses of further pages that belong to it.
    pages: tuple[str, ...] = ()


# In the order of the menu.
SECTIONS = (
    Section("municipality_settings", lambda: _("Municipality and contact"), Right.ADMINISTER),
    Section("people_settings", lambda: _("People"), Right.ADMINISTER, pages=("person_settings",)),
    Section("plan_settings", lambda: _("Name, years and rules"), Right.ADMINISTER, of_plan=True),
    Section("periods", lambda: _("Reporting years"), Right.RUN_PERIODS, of_plan=True),
)


@dataclass(frozen=True, slots=True)
class SectionLink:
    """An entry of the menu as a page shows it."""

    label: str
    url: str
    current: bool


class SettingsPage:
    """A page of the settings as a request asks for it; see ``settings_page``."""

    def __init__(self, request: HttpRequest, municipality: Municipality, plan: Plan | None) -> None:
        self.request = request
        self.municipality = municipality
        self._of_address = plan

    @property
    def person(self) -> User:
        return cast(User, self.request.user)

    @cached_property
    def plans(self) -> list[Plan]:
        """Return the municipality's plans, the newest first; one query."""
        return list(self.municipality.plans.order_by("-first_year", "slug"))

    @property
    def plan(self) -> Plan | None:
        """Return the plan that the page is about, else the newest; None while there is none."""
        return self._of_address or next(iter(self.plans), None)

    def context(self, **more: Any) -> dict[str, Any]:
        return {
            "here": self,
            "municipality": self.municipality,
            "settings_plan": self.plan,
            "settings_plans": self.plans,
            "sections": self._links(of_plan=False),
            "plan_sections": self._links(of_plan=True),
            "nav": self._nav(),
            **more,
        }

    def url_of(self, section: Section) -> str:
        """Return where a section begins; "" for one of a plan while there is none."""
        if not section.of_plan:
            return reverse(section.name)
        return reverse(section.name, args=[self.plan.slug]) if self.plan else ""

    def _links(self, *, of_plan: bool) -> list[SectionLink]:
        match = self.request.resolver_match
        name = match.url_name if match else ""
        return [
            SectionLink(section.label(), url, name in (section.name, *section.pages))
            for section in SECTIONS
            if section.of_plan is of_plan
            and self.person.may(section.right)
            and (url := self.url_of(section))
        ]

    def _nav(self) -> list[dict[str, Any]]:
        plan = self.plan
        if plan is None:
            return navigation.menu(self.person, "settings")
        year = start_years([plan])[plan.pk]
        return navigation.menu(
            self.person, "settings", lambda name: reverse(name, args=[plan.slug, year])
        )


def settings_page(right: Right) -> Callable[[Callable[..., HttpResponse]], Any]:
    """Let through who has a right in her municipality; for all others the page does not exist.

    The view is given the page after the request. Where its address names a plan the municipality
    is the plan's, else the chosen one.
    """

    def guard(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            slug = kwargs.pop("slug", None)
            plan = plan_of(request, slug) if slug is not None else None
            municipality = plan.municipality if plan is not None else current.enter(request)
            if municipality is None or not cast(User, request.user).may(right):
                raise Http404
            return view(request, SettingsPage(request, municipality, plan), *args, **kwargs)

        return guarded

    return guard
