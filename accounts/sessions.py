"""A person's own sessions: where she is signed in, and ending them."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import User

# What a browser says of itself, the more particular name first.
BROWSERS = (
    ("Edg", "Edge"), ("OPR", "Opera"), ("SamsungBrowser", "Samsung Internet"),
    ("YaBrowser", "Yandex"), ("Firefox", "Firefox"), ("FxiOS", "Firefox"), ("CriOS", "Chrome"),
    ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
    ("Mac OS X", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    pk: int
    called: str
    address: str
    since: datetime.datetime
    is_here: bool


def alive(person: User) -> list[UserSession]:
    """Return a person's sessions that have not ended, the newest first; two queries."""
    found = list(UserSession.objects.filter(user=person).order_by("-created_at"))
    keys = [session.session_key for session in found]
    living = set(
        Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now()).values_list(
            "session_key", flat=True
        )
    )
    return [session for session in found if session.session_key in living]


def shown(person: User, here: str | None) -> list[Place]:
    """Return where a person is signed in, for her page; ``here`` is the session that asks."""
    return [
        Place(
            pk=session.pk,
            called=called(session.user_agent),
            address=session.ip,
            since=session.created_at,
            is_here=session.session_key == here,
        )
        for session in alive(person)
    ]


def end(person: User, keys: Sequence[int]) -> int:
    """End those of a person's own sessions; return how many."""
    found = UserSession.objects.filter(user=person, pk__in=keys)
    for session in found:
        session.end()
    return len(found)


def end_all(person: User) -> int:
    """End all sessions of a person, for somebody else; return how many."""
    return end(person, list(UserSession.objects.filter(user=person).values_list("pk", flat=True)))


def end_others(request: HttpRequest, person: User) -> int:
    """End all sessions of a person but the one that asks."""
    own = UserSession.objects.filter(user=person)
    others = own.exclude(session_key=request.session.session_key)
    return end(person, list(others.values_list("pk", flat=True)))


def end_after_change(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Forget the sessions that a new password has ended; a signal's receiver."""
    end_others(request, user)


def called(user_agent: str) -> str:
    """Return a browser's and system's name from what it says of itself; empty if unknown."""
    names = []
    for table in (BROWSERS, SYSTEMS):
        names += [name for sign, name in table if re.search(rf"\b{sign}", user_agent)][:1]
    return " · ".join(names)
