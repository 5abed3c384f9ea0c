"""The frame of pages that belong to no plan: their menu leads to the newest one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse

from accounts.models import User
from activities.models import Plan
from pages import navigation


def leading(plans: Iterable[Plan]) -> Plan | None:
    """Return the plan that a page of no plan leads to: the newest."""
    return max(plans, key=lambda each: (each.first_year, -each.pk), default=None)


def of_no_plan(
    person: User,
    here: str,
    plans: Iterable[Plan],
    opened: Mapping[int, int],
    waiting: Mapping[str, int] | None = None,
) -> dict[str, Any]:
    """Return the menu; ``opened`` says with which year each plan opens, by its id. No query."""
    plan = leading(plans)
    if plan is None:
        return {"nav": navigation.menu(person, here, waiting=waiting)}

    def address(name: str) -> str:
        return reverse(name, args=[plan.slug, opened[plan.pk]])

    return {"nav": navigation.menu(person, here, address, waiting)}
