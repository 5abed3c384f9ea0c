"""The link to help in the head of every page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from help.page_help import help_of


def in_head(request: HttpRequest) -> dict[str, Any]:
    """Tell the head of every page where the help for just this page is."""
    return {"help_url": SimpleLazyObject(lambda: _url(request))}


def _url(request: HttpRequest) -> str:
    match = request.resolver_match
    found = help_of(match.url_name or "", match.namespace, match.route) if match else None
    return reverse("help") + (f"#{found.anchor}" if found else "")
