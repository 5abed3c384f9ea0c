"""What every request of somebody who is signed in goes through."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME, logout
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse

from accounts import idle, log, second_factor
from accounts.models import User


class Middleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)


class IdleMiddleware(Middleware):
    """End a session in which nothing was done for long; the view then asks to sign in."""

    def process_view(
        self, request: HttpRequest, view: Any, arguments: Any, named: Any
    ) -> HttpResponse | None:
        if is_everybodys(view):
            return None
        if idle.is_over(request):
            logout(request)
        elif not (request.method == "GET" and url_name(request) == "stay"):
            idle.touch(request)
        return None


class SecondFactorMiddleware(Middleware):
    """Lead somebody who must have a second factor to setting one up, before anything else."""

    def process_view(
        self, request: HttpRequest, view: Any, arguments: Any, named: Any
    ) -> HttpResponse | None:
        # Everybody's pages stay open, and those on which it is set up.
        if is_everybodys(view) or is_of_accounts(request) or not second_factor.is_missing(request):
            return None
        return redirect("account")


class LogMiddleware(Middleware):
    """Note who took what away: exports, reports, evidence, tables of the administration."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        act = taken(request)
        person = getattr(request, "_cached_user", None)
        if act and response.status_code == 200 and isinstance(person, User):
            log.record(act, person, request.path, request=request)
        return response


def taken(request: HttpRequest) -> log.Act | None:
    """Return what a request takes away, if it does."""
    name = url_name(request) or ""
    if request.method == "POST" and name.endswith("_export"):
        return log.Act.EXPORTED  # a table of the administration
    return log.TAKEN.get(name) if request.method == "GET" else None


class WayBackMiddleware(Middleware):
    """Lead who signs in again after her session was over to the page that she sent from.

    What a form posts to is often no page: opened after signing in it would answer with nothing.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        target = response.get("Location", "")
        if request.method == "POST" and response.status_code == 302 and target:
            address, _mark, query = target.partition("?")
            wanted = QueryDict(query, mutable=True)
            if address == reverse(settings.LOGIN_URL) and REDIRECT_FIELD_NAME in wanted:
                page = sent_from(request)
                if page:
                    wanted[REDIRECT_FIELD_NAME] = page
                response["Location"] = f"{address}?{wanted.urlencode(safe='/')}"
        return response


def sent_from(request: HttpRequest) -> str:
    """Return the path of the page of ours that a request was sent from; "" where it is unknown."""
    page = urlsplit(request.headers.get("Referer", ""))
    if page.netloc != request.get_host() or not page.path.startswith("/"):
        return ""
    return f"{page.path}?{page.query}" if page.query else page.path


class NoStoreMiddleware(Middleware):
    """Keep what somebody sees who is signed in out of every store, the browser's too.

    After signing out, nobody goes back to it with a button. A view that says itself how long it
    may be kept is left alone.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # Whoever asked for a person has put her here; to ask now would cost a page for everybody.
        person = getattr(request, "_cached_user", None)
        if person is not None and person.is_authenticated:
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response


def is_everybodys(view: Any) -> bool:
    return getattr(view, "login_required", True) is False


def url_name(request: HttpRequest) -> str | None:
    return request.resolver_match.url_name if request.resolver_match else None


def is_of_accounts(request: HttpRequest) -> bool:
    """Whether a request asks for one's own account, signing out or the language."""
    match = request.resolver_match
    return match is not None and (
        match.route.startswith("accounts/") or match.url_name == "set_language"
    )
