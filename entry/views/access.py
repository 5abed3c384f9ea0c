"""Who comes to the desk, and whether the page's own script asks."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

View = Callable[..., HttpResponse]


def is_fetched(request: HttpRequest) -> bool:
    """Whether the page's own script asks, which wants a fragment."""
    return request.headers.get("X-Requested-With") == "fetch"


def at_desk(view: View) -> View:
    """Let people in; the script of a page left open over a session's end is told so with 401."""
    guarded = never_cache(login_required(view))

    @wraps(guarded)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if is_fetched(request) and not request.user.is_authenticated:
            return HttpResponse(status=401)
        return guarded(request, *args, **kwargs)

    return answer
