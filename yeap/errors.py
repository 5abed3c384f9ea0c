"""Pages for what goes wrong: they hold without a database, a session and a context.

An object that is not a person's to see is answered with 404, never 403, by the view that looks
it up; 403 is for whole pages that belong to another role.
"""

from __future__ import annotations

import logging
import sqlite3
import sys
from collections.abc import Callable
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from accounts.contact import contact_of
from indicators.integrity import EditionBroken

logger = logging.getLogger(__name__)

RETRY_AFTER_SECONDS = 10

# SQLSTATE: connection exception, insufficient resources, operator intervention (shutdown,
# crash, starting up). A cancelled statement (57014) is not in it.
AWAY_SQLSTATES = ("08", "53", "57P")
AWAY_SQLITE_CODES = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
    }
)

# Sent when even the template cannot be rendered, as with a broken static files manifest.
LAST_RESORT = (
    '<!doctype html><html lang="tr"><meta charset="utf-8"><title>YEAP İzleme</title>'
    "<p>Bir şeyler ters gitti. Biraz sonra yeniden deneyin."
    '<p lang="en">Something went wrong. Please try again in a moment.'
    '<p><a href="/">YEAP İzleme</a></html>'
)


class DatabaseAwayMiddleware:
    """Answer a lost database with a 503 page that keeps what was typed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return database_away(request, exception) if is_away(exception) else None


class BrokenEditionMiddleware:
    """Refuse an edition that does not fit its checksum, on whatever page it was to be read."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return broken_edition() if isinstance(exception, EditionBroken) else None


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page("400.html", status=400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page("403.html", status=403, context={"contact": contact_of(request)})


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page("404.html", status=404, context={"contact": contact_of(request)})


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a fault; a database lost outside a view (a session's save) is a 503 here."""
    exception = sys.exception()
    if isinstance(exception, Exception) and is_away(exception):
        return database_away(request, exception)
    return _page("500.html", status=500)


def database_away(request: HttpRequest, exception: Exception) -> HttpResponse:
    logger.error("The database is away at %s: %s", request.path, exception)
    context = {"typed": _typed(request), "action": request.get_full_path()}
    response = _page("503.html", status=503, context=context)
    response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def broken_edition(language: str = "") -> HttpResponse:
    """Answer for an edition that is not what was published; trying again does not mend it.

    Who refused it has told the log which one it is.
    """
    response = _page("503_edition.html", status=503)
    response["Cache-Control"] = "no-store"
    if language:
        response["Content-Language"] = language
    return response


def is_away(exception: BaseException) -> bool:
    """Tell a database that is gone or cannot work now from a query that is wrong."""
    if isinstance(exception, InterfaceError):
        return True
    if not isinstance(exception, OperationalError):
        return False
    cause = exception.__cause__
    if isinstance(cause, sqlite3.Error):
        # The low byte is the primary code; extended codes add to it.
        return getattr(cause, "sqlite_errorcode", 0) & 0xFF in AWAY_SQLITE_CODES
    sqlstate = getattr(cause, "pgcode", None)
    # A connection that was refused or broke off has no code.
    return sqlstate is None or sqlstate.startswith(AWAY_SQLSTATES)


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    """Return a form's pairs to send again; nothing if it holds a password or a file."""
    if request.method != "POST":
        return []
    try:
        fields, files = request.POST, request.FILES
    except (OSError, SuspiciousOperation, DatabaseError):
        return []
    if files or any("password" in name for name in fields):
        return []
    return [(name, str(value)) for name, values in fields.lists() for value in values]


def _page(template: str, *, status: int, context: dict[str, Any] | None = None) -> HttpResponse:
    try:
        content: str = render_to_string(template, context)
    except Exception:  # this page is shown when anything may be broken
        logger.exception("The error page %s could not be rendered", template)
        content = LAST_RESORT
    return HttpResponse(content, status=status)
