"""What every request of somebody who is signed in goes through."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts import second_factor


class SecondFactorMiddleware:
    """Lead somebody who must have a second factor to setting one up, before anything else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, arguments: Any, named: Any
    ) -> HttpResponse | None:
        # Everybody's pages stay open, and those on which it is set up.
        everybodys = getattr(view, "login_required", True) is False or is_of_accounts(request)
        if everybodys or not second_factor.is_missing(request):
            return None
        return redirect("account")


def is_of_accounts(request: HttpRequest) -> bool:
    """Whether a request asks for one's own account, signing out or the language."""
    match = request.resolver_match
    return match is not None and (
        match.route.startswith("accounts/") or match.url_name == "set_language"
    )
