"""The frame of the settings' pages: who may come in, their menu, and the plan they are about.

A page belongs to a section. One of a plan stands below the plan's address; the menu leads from
every page to the sections of the municipality and to those of one plan, the newest unless the
page is about another.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, wraps
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from accounts import current
from accounts.models import User
from accounts.rights import Right
from activities.models import Municipality, Plan
from indicators.leading import leading
from indicators.start_year import start_years
from pages import frame
from pages.plan_page import plan_of
from pages.titles import TITLES, Of

# The settings' menu by the names of the addresses, in its order, each with the further pages that
# belong to it. What they are called and who may open them says pages/titles.py.
SECTIONS: Mapping[str, tuple[str, ...]] = {
    "municipality_settings": (),
    "people_settings": ("person_settings",),
    "unit_settings": ("unit_page", "unit_merge"),
    "name_settings": (),
    "plan_settings": (),
    "objective_settings": (),
    "periods": (),
    "activities": (
        "activity_add", "activity_edit", "activity_delete",
        "indicator_add", "indicator_edit", "indicator_delete",
    ),
    "small_numbers": (),
    "tagging": ("tag_add", "tag_edit"),
    "kinds": (),
}  # fmt: skip


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

    @cached_property
    def plan(self) -> Plan | None:
        """Return the plan that the page is about, else the leading one; None for none."""
        return self._of_address or leading(self.plans)

    @property
    def other_plans(self) -> list[Plan]:
        return [each for each in self.plans if each != self.plan]

    @property
    def its_plan(self) -> Plan:
        """Return the plan of the address; for pages that stand below one."""
        assert self._of_address is not None
        return self._of_address

    def context(self, **more: Any) -> dict[str, Any]:
        return {
            "here": self,
            "municipality": self.municipality,
            "settings_plan": self.plan,
            "other_plans": self.other_plans,
            "sections": self._links(Of.NOBODY),
            "plan_sections": self._links(Of.PLAN),
            **self._nav(),
            **more,
        }

    def url_of(self, name: str) -> str:
        """Return where a section begins; "" where it is not open to the person, or has no plan."""
        section = TITLES[name]
        if not section.is_open_to(self.person):
            return ""
        if section.of is Of.NOBODY:
            return reverse(name)
        return reverse(name, args=[self.plan.slug]) if self.plan else ""

    def _links(self, of: Of) -> list[SectionLink]:
        match = self.request.resolver_match
        here = match.url_name if match else ""
        return [
            SectionLink(str(TITLES[name].title), url, here in (name, *pages))
            for name, pages in SECTIONS.items()
            if TITLES[name].of is of and (url := self.url_of(name))
        ]

    def _nav(self) -> dict[str, Any]:
        plan = [self.plan] if self.plan else []
        return frame.of_no_plan(self.person, "settings", plan, start_years(plan))


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
