"""One search over everything that a person may see where she stands."""

from __future__ import annotations

from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.rights import Right
from activities import typed
from activities.typed import Typed
from pages import frame
from search.ground import Ground, ground_of
from search.hits import Group, first_exact
from search.pages import pages, words
from search.people import people
from search.planned import activities, indicators, objectives
from search.questions import questions
from search.units import institutions, units


@require_safe
@login_required
@never_cache
def search(request: HttpRequest) -> HttpResponse:
    """Show what fits the words typed, grouped by what it is; values are not searched.

    A fixed number of queries, however much there is (tests/search).
    """
    person = cast(User, request.user)
    ground = ground_of(request, person)
    wanted = typed.read(request.GET.get("q", ""))
    groups = _found(wanted, ground, request) if wanted.words else []
    context = {
        "is_search": True,
        "wanted": wanted,
        "groups": groups,
        "total": sum(group.total for group in groups),
        "finds_people": person.may(Right.REVIEW),
        **frame.of_no_plan(person, "search", ground.plans, ground.opened),
    }
    return TemplateResponse(request, "search/search.html", context)


def _found(wanted: Typed, ground: Ground, request: HttpRequest) -> list[Group]:
    """Return what words find, the groups ahead that hold the very code typed."""
    own = [pages(wanted, ground, request), words(wanted)]
    if ground.municipality is None:
        return first_exact(own)
    of_plans = [search(wanted, ground) for search in (indicators, activities, units, institutions)]
    others = [objectives(wanted, ground), questions(wanted, ground), people(wanted, ground)]
    return first_exact([group for group in (*of_plans, *others, *own) if group is not None])
