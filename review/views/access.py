"""Who reviews."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import cast

from django.http import Http404, HttpRequest, HttpResponse

from accounts.models import User
from accounts.rights import Right
from activities.models import Period
from pages.plan_page import PlanPage

View = Callable[..., HttpResponse]


def reviewers_only(view: View) -> View:
    """Let reviewers and administrators through; for everybody else the page does not exist."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not (isinstance(request.user, User) and request.user.may(Right.REVIEW)):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def person_of(request: HttpRequest) -> User:
    return cast(User, request.user)


def is_published(here: PlanPage) -> bool:
    period = here.periods.get(here.year)
    return period is not None and period.state == Period.State.PUBLISHED
