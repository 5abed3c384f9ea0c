"""Sending values for review."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.models import User
from activities.revisions import CalendarMoved
from activities.sentences import Sentence
from activities.sentences import noop as _
from activities.wording import say
from entry.desk import UnitSheet
from entry.listing import rows_of
from entry.rows import EntryRow
from entry.views.access import at_desk
from entry.views.page import context_of, versions_in
from indicators import steps
from indicators.models import Realization
from pages.plan_page import PlanPage

CHANGED = _("Somebody changed it meanwhile; look at it again.")


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def entry_send(request: HttpRequest, slug: str, year: int, number: str) -> HttpResponse:
    """Say what is missing and send the chosen values for review."""
    here = PlanPage(request, slug, year)
    if request.method != "POST":
        sheet = UnitSheet(here, number, cast(User, request.user))
        return _send_page(request, sheet, rows_of(sheet))
    wanted = versions_in(request.POST.getlist("row"))
    person = cast(User, request.user)
    try:
        sent, problems = _send(here, number, wanted, person)
    except CalendarMoved:
        # Opened or closed in the same instant: looked at again, which tells what it is now.
        sent, problems = _send(PlanPage(request, slug, year), number, wanted, person)
    if sent is None:
        sheet = UnitSheet(PlanPage(request, slug, year), number, person)
        return _send_page(request, sheet, rows_of(sheet), problems=[], status=409)
    if sent:
        text = ngettext(
            "%(n)s value sent for review.", "%(n)s values sent for review.", len(sent)
        ) % {"n": len(sent)}
        messages.success(request, text)
    if not problems and wanted:
        return redirect("entry", slug, year, number)
    fresh = UnitSheet(PlanPage(request, slug, year), number, cast(User, request.user))
    return _send_page(
        request, fresh, rows_of(fresh), problems=problems, none_chosen=not wanted, status=422
    )


@transaction.atomic
def _send(
    here: PlanPage, number: str, wanted: Mapping[int, int], person: User
) -> tuple[list[Realization] | None, list[tuple[EntryRow, str]]]:
    """Send rows in the versions that were seen; return what was sent, and why others were not.

    None is sent where the unit cannot write any more. Raise Http404 for a row that is not on its
    page, CalendarMoved where the year was opened or closed meanwhile.
    """
    held = steps.locked_of(wanted, here.year)
    sheet = UnitSheet(here, number, person)
    rows = {row.pk: row for row in rows_of(sheet)}
    if not sheet.door.is_open:
        return None, []
    if any(pk not in rows for pk in wanted):
        raise Http404
    problems = []
    chosen = []
    for pk, version in wanted.items():
        value = held.get(pk)
        why = steps.why_not_send(value, rows[pk].line.door, rows[pk].reason.achievement)
        if why is None and value is not None and value.version != version:
            why = Sentence(CHANGED)
        if why is not None:
            problems.append((rows[pk], say(why)))
        elif value is not None:
            chosen.append(value)
    taken = steps.send(
        chosen,
        person,
        doors={pk: row.line.door for pk, row in rows.items()},
        achievements={pk: row.reason.achievement for pk, row in rows.items()},
    )
    return taken.done, problems


def _send_page(
    request: HttpRequest,
    sheet: UnitSheet[PlanPage],
    rows: list[EntryRow],
    *,
    problems: list[tuple[EntryRow, str]] | None = None,
    none_chosen: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = context_of(
        sheet,
        rows,
        problems=problems or [],
        none_chosen=none_chosen,
        is_error=status != 200,
    )
    return TemplateResponse(request, "entry/entry_send.html", context, status=status)
