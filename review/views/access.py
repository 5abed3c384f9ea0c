"""Who reviews."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import cast

from django.http import Http404, HttpRequest, HttpResponse

from accounts.models import User
from accounts.rights import Right
from activities.models import Period
from pages.plan_page import PlanPage, plan_of

View = Callable[..., HttpResponse]


def reviewers_only(view: View) -> View:
    """Let the plan's reviewers and administrators through; others do not find the page."""

    @wraps(view)
    def guarded(request: HttpRequest, slug: str, *args: object, **kwargs: object) -> HttpResponse:
        plan_of(request, slug)
        if not person_of(request).may(Right.REVIEW):
            raise Http404
        return view(request, slug, *args, **kwargs)

    return guarded


def person_of(request: HttpRequest) -> User:
    return cast(User, request.user)


def is_published(here: PlanPage) -> bool:
    period = here.periods.get(here.year)
    return period is not None and period.state == Period.State.PUBLISHED
