"""What every answer of the API has: JSON also for what goes wrong, and its caching headers."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponsePermanentRedirect,
    JsonResponse,
)
from django.urls import Resolver404, resolve
from django.utils.cache import get_conditional_response, set_response_etag
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from ninja.errors import Throttled, ValidationError

from indicators.integrity import EditionBroken
from yeap.errors import RETRY_AFTER_SECONDS, is_away

logger = logging.getLogger(__name__)

METHODS = "GET, HEAD, OPTIONS"
ANONYMOUS_AGE = 300  # seconds; what is published changes rarely
FORMAT = 4  # part of every ETag: raise it when the same figures are answered in another form


class NotModified(Exception):
    """The caller has the answer already; raised before any figure is loaded."""

    def __init__(self, response: HttpResponseBase) -> None:
        self.response = response


class Missing(Http404):
    """What does not exist for the caller; its text is a sentence for who asked."""


class Refused(Exception):
    """A question that cannot be answered; its text is a sentence for who asked."""


def remember(request: HttpRequest, *marks: object) -> None:
    """Mark the answer by what it depends on; raise NotModified where the caller has it."""
    written = "\n".join(map(str, (FORMAT, *marks, request.build_absolute_uri())))
    etag = quote_etag(sha256(written.encode()).hexdigest()[:32])
    known = get_conditional_response(request, etag=etag)
    if known is not None:
        known["ETag"] = etag
        raise NotModified(known)
    request.META["yeap.etag"] = etag


def problem(status: int, sentence: str) -> HttpResponse:
    answer = JsonResponse(
        {"detail": sentence}, status=status, json_dumps_params={"ensure_ascii": False}
    )
    if status == 405:
        answer["Allow"] = METHODS
    return answer


def of_exception(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Return the answer to what went wrong; never markup, never a traceback."""
    match exception:
        case NotModified():
            return exception.response
        case Missing():
            return problem(404, str(exception))
        case Http404():
            return problem(404, _("There is nothing at this address."))
        case Refused():
            return problem(422, str(exception))
        case EditionBroken():
            return problem(503, _("This edition does not fit its checksum, so it is not shown."))
        case ValidationError():
            return problem(422, " ".join(map(_sentence, exception.errors)))
        case Throttled():
            return problem(429, _("Too many requests. Try again later."))
    if is_away(exception):
        logger.error("The database is away at %s: %s", request.path, exception)
        answer = problem(503, _("The service is not available at the moment. Try again shortly."))
        answer["Retry-After"] = str(RETRY_AFTER_SECONDS)
        return answer
    logger.error("%s failed", request.path, exc_info=exception)
    return problem(500, _("Something went wrong on the server."))


def nothing(request: HttpRequest, rest: str = "") -> HttpResponseBase:
    """Answer every other address below /api/; a slash too few or too many is put right."""
    path = request.path_info
    other = path.removesuffix("/") if path.endswith("/") else f"{path}/"
    try:
        meant = resolve(other).func is not resolve(path).func
    except Resolver404:
        meant = False
    if not meant:
        raise Http404
    query = request.META.get("QUERY_STRING", "")
    address = request.path.removesuffix("/") if path.endswith("/") else f"{request.path}/"
    return HttpResponsePermanentRedirect(f"{address}?{query}" if query else address)


def _sentence(error: dict[str, Any]) -> str:
    name, told = str(error["loc"][-1]), error.get("ctx", {})
    match error["type"]:
        case "missing":
            return _("“%(name)s” is missing.") % {"name": name}
        case "enum" | "literal_error":
            return _("“%(name)s” is one of these: %(known)s.") % {
                "name": name,
                "known": told["expected"],
            }
        case "less_than_equal":
            return _("“%(name)s” is %(most)s at most.") % {"name": name, "most": told["le"]}
        case "greater_than_equal":
            return _("“%(name)s” is %(least)s at least.") % {"name": name, "least": told["ge"]}
        case "string_too_long":
            return _("“%(name)s” is too long.") % {"name": name}
        case kind if kind.startswith("int_"):
            return _("“%(name)s” is a whole number.") % {"name": name}
    return _("“%(name)s” cannot be understood.") % {"name": name}


def open_address(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Let everybody ask a view; what they may see is decided inside by who they are."""

    @login_not_required
    @csrf_exempt
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        method = request.method
        if method == "HEAD":
            request.method = "GET"  # the server leaves the body out
        try:
            is_anonymous = not request.user.is_authenticated
            found = _answer(request, view, *args, **kwargs)
        except Exception as exception:
            is_anonymous = False
            found = of_exception(request, exception)
        finally:
            request.method = method
        return _with_headers(found, is_anonymous=is_anonymous)

    return answer


def _answer(
    request: HttpRequest, view: Callable[..., HttpResponseBase], *args: Any, **kwargs: Any
) -> HttpResponseBase:
    if request.method == "OPTIONS":
        # A browser asks before it sends If-None-Match from another site.
        return HttpResponse(status=204, headers={"Allow": METHODS})
    if request.method != "GET":
        return problem(405, _("This is for reading only."))
    try:
        found = view(request, *args, **kwargs)
    except Exception as exception:
        return of_exception(request, exception)
    if found.status_code != 200 or not isinstance(found, HttpResponse):
        return found
    if "yeap.etag" in request.META:
        found["ETag"] = request.META["yeap.etag"]
        return found
    set_response_etag(found)
    return get_conditional_response(request, etag=found["ETag"], response=found) or found


def _with_headers(found: HttpResponseBase, *, is_anonymous: bool) -> HttpResponseBase:
    # Asking for the user has let the session add "Vary: Cookie" already.
    good = found.status_code in (200, 304)
    if not is_anonymous:
        found["Cache-Control"] = "private, no-cache" if good else "private, no-store"
        return found
    found["Cache-Control"] = f"public, max-age={ANONYMOUS_AGE}" if good else "no-store"
    found["Access-Control-Allow-Origin"] = "*"
    found["Access-Control-Expose-Headers"] = "ETag, Retry-After"
    if found.status_code == 204:
        found["Access-Control-Allow-Methods"] = METHODS
        found["Access-Control-Allow-Headers"] = "If-None-Match"
        found["Access-Control-Max-Age"] = "86400"
    return found
