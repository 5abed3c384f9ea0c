"""What the pages are called, who may open them, and what their addresses need: one table.

The menu and the search take the names from here. Rooms that belong to one thing (a unit, an
indicator, an import) are found by that thing and are not in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.rights import Right, may_somewhere

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class Of(StrEnum):
    """What a page is of, which its address names."""

    YEAR = "year"
    PLAN = "plan"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Titled:
    """A page by its title; ``right`` is what it takes, None what is everybody's own."""

    title: _StrPromise
    right: Right | None = Right.READ
    of: Of = Of.YEAR

    def is_open_to(self, person: User) -> bool:
        """Whether a person may open it where she stands."""
        if self.right is Right.ENTER:
            return bool(person.units_here) and may_somewhere(person, Right.ENTER)
        return self.right is None or person.may(self.right)


# By the name of the view.
TITLES: Mapping[str, Titled] = {
    "home": Titled(_("Today"), None, Of.NOBODY),
    "entry_home": Titled(_("Data entry"), Right.ENTER, Of.NOBODY),
    "dashboard": Titled(_("Plan")),
    "departments": Titled(_("Departments")),
    "indicator_list": Titled(_("Indicators")),
    "findings": Titled(_("Questions")),
    "compare": Titled(_("Comparison")),
    "people": Titled(_("Women and men")),
    "tags": Titled(_("Tags")),
    "annual_report": Titled(_("Annual report")),
    "review": Titled(_("Review"), Right.REVIEW),
    "review_all": Titled(_("Verify over all units"), Right.REVIEW),
    "review_questions": Titled(_("Questions by kind"), Right.REVIEW),
    "review_reasons": Titled(_("Missing reasons"), Right.REVIEW),
    "reconciliation": Titled(_("Counted twice?"), Right.REVIEW),
    "period": Titled(_("Period and publishing"), Right.RUN_PERIODS),
    "kinds": Titled(_("How is it counted?"), Right.REVIEW, Of.PLAN),
    "tagging": Titled(_("Tag activities"), Right.TAG, Of.PLAN),
    "plan_copy": Titled(_("The next term"), Right.COPY_PLANS, Of.PLAN),
    "import_list": Titled(_("Imports"), Right.IMPORT, Of.NOBODY),
    "settings": Titled(_("Settings"), Right.CHANGE_PLANNED, Of.NOBODY),
    "municipality_settings": Titled(_("Municipality and contact"), Right.ADMINISTER, Of.NOBODY),
    "people_settings": Titled(_("People"), Right.ADMINISTER, Of.NOBODY),
    "unit_settings": Titled(_("Units"), Right.ADMINISTER, Of.NOBODY),
    "name_settings": Titled(_("Names from files"), Right.ADMINISTER, Of.NOBODY),
    "plan_new": Titled(_("New plan"), Right.ADMINISTER, Of.NOBODY),
    "plan_settings": Titled(_("Name, years and rules"), Right.ADMINISTER, Of.PLAN),
    "objective_settings": Titled(_("Objectives and goals"), Right.ADMINISTER, Of.PLAN),
    "periods": Titled(_("Reporting years"), Right.RUN_PERIODS, Of.PLAN),
    "small_numbers": Titled(_("People and small numbers"), Right.COUNT_PEOPLE, Of.PLAN),
    "activities": Titled(_("Activities and indicators"), Right.CHANGE_PLANNED, Of.PLAN),
    "account": Titled(_("My account"), None, Of.NOBODY),
    "password_change": Titled(_("Change password"), None, Of.NOBODY),
    "address": Titled(_("Change e-mail address"), None, Of.NOBODY),
    "help": Titled(_("Help"), None, Of.NOBODY),
    "public_home": Titled(_("Published years"), None, Of.NOBODY),
}
