"""Saying how an indicator's number is read: once by its unit, later by reviewers with a reason."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.rights import Right
from activities.sentences import Sentence
from activities.wording import say
from entry.kinds import confirm, kind_url, wanted_in
from entry.one_line import Found, find
from entry.views.access import at_desk, is_fetched
from entry.views.cell import fragment, row_of, shut, value_of
from indicators import kinds
from indicators.kinds import Settings
from pages.kind_rows import KIND_LABELS
from pages.plan_page import PlanPage


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def entry_kind(request: HttpRequest, slug: str, year: int, number: str, pk: int) -> HttpResponse:
    """Confirm how an indicator's number is read; where a reason is asked, on a page that shows
    what changes in every year.
    """
    person = cast(User, request.user)
    found = find(person, slug, year, number, pk)
    sent = request.POST if request.method == "POST" else request.GET
    wanted = wanted_in(sent, found)
    if request.method != "POST":
        return _kind_page(request, found, wanted, sent)
    if not found.door.is_open and not person.may(Right.CORRECT):
        return shut(request, found)
    try:
        confirm(found, wanted, person, sent.get("reason", ""))
    except Sentence as why:
        if is_fetched(request):
            return _refused(request, found, sent, say(why))
        return _kind_page(request, found, wanted, sent, error=say(why))
    if is_fetched(request):
        fresh = find(person, slug, year, number, pk)
        return fragment(request, fresh, value_of(fresh))
    return redirect(f"{found.desk.url}#r{pk}")


def _refused(request: HttpRequest, found: Found, sent: QueryDict, why: str) -> HttpResponse:
    """Answer the page's script with the row, and why its kind stays as it is."""
    row = row_of(found, value_of(found))
    row.kind.problem, row.kind.url = why, kind_url(found, sent)
    return fragment(request, found, None, row=row, status=409)


def _kind_page(
    request: HttpRequest, found: Found, wanted: Settings, sent: QueryDict, *, error: str = ""
) -> HttpResponse:
    here = PlanPage(request, found.desk.plan.slug, found.desk.year)
    reviews = found.desk.reviews
    effects = kinds.effects(found.indicator, wanted, found.desk.plan) if reviews else []
    context: dict[str, Any] = here.context(
        row=row_of(found, value_of(found)),
        desk=found.desk,
        effects=effects,
        chosen=KIND_LABELS[kinds.choice_of(wanted.kind, wanted.reported_as)],
        limits=found.desk.limits,
        kind=sent.get("kind", ""),
        direction=sent.get(f"direction-{found.indicator.pk}", ""),
        reason=sent.get("reason", ""),
        error=error,
    )
    return TemplateResponse(request, "entry/entry_kind.html", context, status=422 if error else 200)
