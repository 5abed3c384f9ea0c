"""A browser in which a person has signed in before is told from a stranger's.

A signed cookie names the browser (by chance, for nothing else) and the people who signed in with
it. It opens nothing: it only gives the person attempts of her own (accounts/throttle.py), so that
nobody else can use them up.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

SALT = "accounts.known_browser"
AGE_SECONDS = 365 * 24 * 60 * 60
# An office computer is shared; who was first is forgotten first.
PEOPLE_KEPT = 20


@dataclass(frozen=True, slots=True)
class KnownBrowser:
    name: str
    people: tuple[int, ...] = ()


def known_browser(request: HttpRequest) -> KnownBrowser | None:
    """Return what a browser's cookie says; None without one, or if it was not made here."""
    value = request.COOKIES.get(settings.KNOWN_BROWSER_COOKIE_NAME, "")
    try:
        name, *people = signing.loads(value, salt=SALT, max_age=AGE_SECONDS)
    except (signing.BadSignature, TypeError, ValueError):
        return None
    return KnownBrowser(name, tuple(people))


def browser_of(request: HttpRequest, person: int) -> str:
    """Return the name of a browser in which a person has signed in; empty if she has not."""
    found = known_browser(request)
    return found.name if found and person in found.people else ""


def remember(request: HttpRequest, response: HttpResponse, person: int) -> None:
    """Write into the cookie that a person has signed in with this browser."""
    found = known_browser(request) or KnownBrowser(secrets.token_urlsafe(12))
    people = [pk for pk in found.people if pk != person] + [person]
    value = signing.dumps([found.name, *people[-PEOPLE_KEPT:]], salt=SALT)
    response.set_cookie(
        settings.KNOWN_BROWSER_COOKIE_NAME,
        value,
        max_age=AGE_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
