"""A session of somebody with far-reaching rights ends when nothing is done in it for long.

A browser left open at a counter must not stay the administrator's until the evening. Coordinators
are not concerned: they type for long without asking the server, and see little but their own.
What is done counts once a minute at most; typing on a page counts, too (static/js/session.js).
"""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.rights import Role, roles_anywhere

LIMIT, SEEN = "idle_limit", "seen_at"  # in the session: seconds, and when (POSIX time)
NOTED_EVERY = 60  # seconds
CONCERNED = frozenset((Role.REVIEWER, Role.ADMINISTRATOR))


def begin(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Give a new session its limit, by the roles at signing in; a signal's receiver."""
    if roles_anywhere(user) & CONCERNED:
        request.session[LIMIT] = settings.IDLE_MINUTES * 60
        request.session[SEEN] = time.time()


def left(request: HttpRequest) -> int | None:
    """Return the seconds until a session ends by itself; None for one without a limit."""
    limit = request.session.get(LIMIT)
    if limit is None:
        return None
    return int(limit - (time.time() - request.session.get(SEEN, 0)))


def is_over(request: HttpRequest) -> bool:
    remaining = left(request)
    return remaining is not None and remaining <= 0


def touch(request: HttpRequest) -> None:
    """Note that something was done; writes the session once a minute at most."""
    seen = request.session.get(SEEN)
    if seen is not None and time.time() - seen >= NOTED_EVERY:
        request.session[SEEN] = time.time()


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def stay(request: HttpRequest) -> HttpResponse:
    """Tell how many seconds a session has left; a POST is a sign of life, as any page is."""
    return JsonResponse({"left": left(request)})
