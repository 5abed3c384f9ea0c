"""Outputs as their readers get them: through the whole application, without a server."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.test.client import ClientHandler, RequestFactory

from accounts.models import Standing, User

ANSWERED = 200


class NotAnswered(Exception):
    """An address did not answer with a page; ``status`` says with what."""

    def __init__(self, address: str, status: int) -> None:
        super().__init__(f"{address}: {status}")
        self.status = status


class _Handler(ClientHandler):
    """The application with its middleware, and who asks it put where signing in would."""

    person: User | None = None

    def get_response(self, request: HttpRequest) -> HttpResponseBase:
        if self.person is not None:
            # What the authentication would have found in the session.
            request._cached_user = self.person  # type: ignore[attr-defined]
        return super().get_response(request)


class Asker:
    """Asks the application for addresses, as a stranger or as somebody who sees everything.

    Nothing is written: the person is none of the database, and no session is kept for her.
    """

    def __init__(self) -> None:
        self._handler = _Handler()
        self._requests = RequestFactory(
            SERVER_NAME=_host(), HTTP_ACCEPT_LANGUAGE=settings.LANGUAGE_CODE
        )

    def read(self, address: str, *, signed_in: bool = False, **query: object) -> bytes:
        """Return what an address answers; raise NotAnswered for anything but a page."""
        asked = {name: str(value) for name, value in query.items()}
        request = self._requests.get(address, asked, secure=settings.SECURE_SSL_REDIRECT)
        self._handler.person = _sees_everything() if signed_in else None
        response: Any = self._handler(request.environ)
        content = b"".join(response) if response.streaming else response.content
        if response.status_code != ANSWERED:
            raise NotAnswered(address, response.status_code)
        return bytes(content)

    def text(self, address: str, *, signed_in: bool = False, **query: object) -> str:
        return self.read(address, signed_in=signed_in, **query).decode("utf-8-sig")

    def json(self, address: str, *, signed_in: bool = False, **query: object) -> Any:
        return json.loads(self.read(address, signed_in=signed_in, **query))


def _sees_everything() -> User:
    person = User(username="prove", is_superuser=True, is_staff=True)
    # Without this the memberships of a person who is not stored would be asked for.
    person.__dict__["standing"] = Standing(roles={}, units={})
    return person


def _host() -> str:
    """Return a name the application answers to."""
    named = [host.lstrip(".") for host in settings.ALLOWED_HOSTS if host != "*"]
    return named[0] if named else "localhost"
