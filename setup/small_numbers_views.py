"""Deciding which rows count people and which hide small numbers."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.rights import Right
from activities.sentences import Sentence
from activities.wording import say
from indicators import people
from indicators.people import Said
from setup.frame import SettingsPage, settings_page
from setup.small_numbers_page import PeoplePage


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@settings_page(Right.COUNT_PEOPLE)
def small_numbers(request: HttpRequest, here: SettingsPage) -> HttpResponse:
    """Propose, show what hiding withholds from the public, and store it for many rows at once."""
    listed = PeoplePage(here.its_plan, request.GET)
    if request.method != "POST":
        return _show(request, here, listed, listed.proposed)
    said = listed.chosen(request.POST)
    if listed.effects(said) and request.POST.get("looked") != _look_of(said):
        return _show(request, here, listed, said, look=_look_of(said))
    reason = request.POST.get("reason", "").strip()[:1000]
    try:
        changed = people.decide(here.its_plan, said, here.person, reason)
    except Sentence as error:
        return _show(request, here, listed, said, error=say(error))
    told = ngettext("%(n)s row is decided.", "%(n)s rows are decided.", changed)
    messages.success(request, told % {"n": changed})
    address = reverse("small_numbers", args=[here.its_plan.slug])
    # Of the rows to decide on those on the page are gone: the next ones stand there.
    query = listed.narrowed.query
    return redirect(f"{address}?{query}" if query else address)


def _show(
    request: HttpRequest,
    here: SettingsPage,
    listed: PeoplePage,
    said: Mapping[int, Said],
    *,
    look: str = "",
    error: str = "",
) -> HttpResponse:
    context = here.context(
        plan=here.its_plan,
        listed=listed,
        page=listed.page,
        narrowed=listed.narrowed,
        rows=listed.rows(said),
        effects=listed.effects(said),
        look=look,
        error=error,
        reason=request.POST.get("reason", ""),
    )
    return TemplateResponse(request, "setup/small_numbers.html", context)


def _look_of(said: Mapping[int, Said]) -> str:
    """Return a mark of what was chosen, so that only what was looked at is stored."""
    chosen = sorted((pk, each.counts, each.hides) for pk, each in said.items())
    return hashlib.sha256(repr(chosen).encode()).hexdigest()[:16]
