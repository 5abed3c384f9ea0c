"""Sending values for review."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.models import User
from activities.sentences import Sentence
from activities.wording import say
from entry import actions
from entry.desk import UnitSheet
from entry.rows import Row
from entry.views.access import at_desk
from entry.views.page import context_of, rows_of, whole
from indicators import steps as steps
from pages.plan_page import PlanPage


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def entry_send(request: HttpRequest, slug: str, year: int, number: str) -> HttpResponse:
    """Say what is missing and send the chosen values for review."""
    here = PlanPage(request, slug, year)
    if request.method != "POST":
        sheet = UnitSheet(here, number, cast(User, request.user))
        return _send_page(request, sheet, rows_of(sheet))
    wanted = {}
    for one in request.POST.getlist("row")[:5_000]:
        pk, _colon, version = one.partition(":")
        wanted[whole(pk)] = whole(version)
    with transaction.atomic():
        actions.hold(wanted, year)
        sheet = UnitSheet(here, number, cast(User, request.user))
        rows = {row.pk: row for row in rows_of(sheet)}
        if not sheet.door.is_open:
            return _send_page(request, sheet, list(rows.values()), problems=[], status=409)
        if any(pk not in rows for pk in wanted):
            raise Http404
        problems = [
            (rows[pk], problem)
            for pk, version in wanted.items()
            if (problem := _keeps_back(rows[pk], version))
        ]
        back = {row.pk for row, _problem in problems}
        sent = actions.send([pk for pk in wanted if pk not in back], year, sheet.desk.person)
    if sent:
        text = ngettext(
            "%(n)s value sent for review.", "%(n)s values sent for review.", len(sent)
        ) % {"n": len(sent)}
        messages.success(request, text)
    if not problems and wanted:
        return redirect(sheet.desk.url)
    fresh = UnitSheet(PlanPage(request, slug, year), number, cast(User, request.user))
    return _send_page(
        request, fresh, rows_of(fresh), problems=problems, none_chosen=not wanted, status=422
    )


def _keeps_back(row: Row, version: int) -> str:
    """Return why a row is not sent; "" for nothing."""
    if not row.line.door.is_open:
        return say(cast(Sentence, row.line.door.why))
    if not row.is_editable:
        return _("It was sent already.")
    if not row.is_entered:
        return _("Nothing is entered.")
    if row.seen != version:
        return _("Somebody changed it meanwhile; look at it again.")
    if row.lacks_reason:
        return _("The deviation reason is missing.")
    return ""


def _send_page(
    request: HttpRequest,
    sheet: UnitSheet[PlanPage],
    rows: list[Row],
    *,
    problems: list[tuple[Row, str]] | None = None,
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
