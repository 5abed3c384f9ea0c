"""The menu in the head of every page for people who are signed in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.urls import reverse

from accounts.models import User
from pages.titles import TITLES, Of

IN_MENU = (
    "home", "entry_home", "dashboard", "departments", "indicator_list", "findings", "review",
    "import_list", "settings",
)  # fmt: skip
# Pages that stand below one of the menu.
PART_OF = {
    "department": "departments",
    "indicator": "indicator_list",
    **dict.fromkeys(("review_unit", "correct", "period", "reconciliation", "kinds"), "review"),
    **dict.fromkeys(("review_all", "review_questions", "review_reasons"), "review"),
    **dict.fromkeys(
        (
            "entry",
            "entry_cell",
            "entry_paste",
            "entry_workbook",
            "entry_send",
            "entry_answer",
            "entry_kinds",
        ),
        "entry_home",
    ),
}


def menu(
    person: object,
    here: str,
    address: Callable[[str], str] | None = None,
    waiting: Mapping[str, int] | None = None,
) -> list[dict[str, Any]]:
    """Return the links of the menu, the one that the page ``here`` stands under marked.

    ``address`` gives a page of the plan's year that is looked at; without one the plan's pages
    are left out. ``waiting`` says of links by name how many things wait there, where the page
    knows it anyway.
    """
    links = []
    for name in IN_MENU:
        page = TITLES[name]
        url = reverse if page.of is Of.NOBODY else address
        if url is not None and isinstance(person, User) and page.is_open_to(person):
            links.append((name, str(page.title), url(name)))
    current = PART_OF.get(here, here)
    return [
        {
            "name": name,
            "label": label,
            "url": url,
            "current": name == current,
            "waiting": (waiting or {}).get(name, 0),
        }
        for name, label, url in links
    ]
