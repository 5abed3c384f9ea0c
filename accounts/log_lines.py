"""Lines of the server's log: when, how grave, whose request, from where."""

from __future__ import annotations

import logging

from allauth.core import context
from django.http import HttpRequest


class RequestFilter(logging.Filter):
    """Give each line the id of the person and the address of the request it is about, if any."""

    def filter(self, line: logging.LogRecord) -> bool:
        request = getattr(line, "request", None) or context.request
        # Asked already or not at all: a line must never ask the database.
        person = getattr(request, "_cached_user", None)
        line.person = getattr(line, "person_id", None) or getattr(person, "pk", None) or "-"
        line.address = _address(request) or "-"
        return True


def _address(request: object) -> str | None:
    if not isinstance(request, HttpRequest):
        return None
    # Where the settings are read, and this module with them, models cannot be imported yet.
    from allauth.core.internal.httpkit import get_client_ip

    found: str | None = get_client_ip(request)
    return found
