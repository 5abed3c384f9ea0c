"""Where entering begins: the units that a person may write for now."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from accounts import current
from accounts.models import User
from accounts.rights import Right
from entry.views.access import at_desk
from pages.asked import asked_reasons
from pages.open_units import open_units


@require_safe
@at_desk
def entry_home(request: HttpRequest) -> HttpResponse:
    """Lead a coordinator to her unit's open year; several are listed with their progress.

    Reasons that she is asked for are listed above them.
    """
    person = cast(User, request.user)
    current.enter(request)
    found = open_units(person)
    asked = asked_reasons(person)
    if len(found) == 1 and not person.may(Right.ENTER):
        [only] = found
        if {(each.place, each.year) for each in asked} <= {(only.place, only.year)}:
            return redirect("entry", only.place.plan.slug, only.year, only.place.number)
    return TemplateResponse(request, "entry/entry_home.html", {"lines": found, "asked": asked})
