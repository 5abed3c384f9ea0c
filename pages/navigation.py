"""The menu in the head of every page for people who are signed in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.rights import Right, may_somewhere

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
    plan = (
        ("dashboard", _("Plan")),
        ("departments", _("Departments")),
        ("indicator_list", _("Indicators")),
        ("findings", _("Questions")),
    )
    links = [("home", _("Today"), reverse("home"))]
    if isinstance(person, User) and person.units_here and may_somewhere(person, Right.ENTER):
        links.append(("entry_home", _("Data entry"), reverse("entry_home")))
    if address is not None:
        links += [(name, label, address(name)) for name, label in plan]
    if isinstance(person, User):
        if address is not None and person.may(Right.REVIEW):
            links.append(("review", _("Review"), address("review")))
        if person.may(Right.IMPORT):
            links.append(("import_list", _("Imports"), reverse("import_list")))
        if person.may(Right.ADMINISTER):
            links.append(("settings", _("Settings"), reverse("settings")))
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
