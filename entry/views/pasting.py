"""A block pasted from a spreadsheet: shown first, then saved."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.models import User
from entry import paste
from entry.actions import Outcome
from entry.content import Refused, read
from entry.desk import UnitSheet
from entry.rows import EntryRow
from entry.views.access import at_desk, is_fetched
from entry.views.page import context_of, rows_of, save_form, show_page, whole
from pages.plan_page import PlanPage


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def entry_paste(request: HttpRequest, slug: str, year: int, number: str) -> HttpResponse:
    """Show which pasted value goes into which row; with ``apply`` save what was shown."""
    sheet = UnitSheet(PlanPage(request, slug, year), number, cast(User, request.user))
    rows = rows_of(sheet)
    if request.method == "POST" and "apply" in request.POST:
        return _apply_paste(request, sheet, rows)
    block = request.POST.get("block", "")
    start = whole(request.POST.get("start"))
    lines = _pasted(rows, block, start) if request.method == "POST" else []
    context = context_of(
        sheet,
        rows,
        pasted=block[: paste.LONGEST_BLOCK],
        start=start,
        lines=lines,
        good=sum(line["is_good"] for line in lines),
        is_preview=request.method == "POST",
    )
    name = "entry/_paste.html" if is_fetched(request) else "entry/entry_paste.html"
    return TemplateResponse(request, name, context)


def _pasted(rows: list[EntryRow], block: str, start: int) -> list[dict[str, Any]]:
    """Return each line of a block with its row, what is there, and what it would become."""
    by_pk = {row.pk: row for row in rows}
    places = [paste.Place(row.pk, row.figure.code, row.figure.name) for row in rows]
    return [
        _pasted_line(line, by_pk[line.place.pk] if line.place else None)
        for line in paste.match(block, places, start or None)
    ]


def _pasted_line(line: paste.Pasted, row: EntryRow | None) -> dict[str, Any]:
    told: dict[str, Any] = {"line": line, "row": row, "is_good": False, "new": line.value}
    if row is None:
        return {**told, "problem": _("No row of this page fits.")}
    if not line.value:
        return {**told, "problem": "", "is_empty": True}
    if not row.is_editable:
        return {**told, "problem": _("The row cannot be written on now.")}
    is_percent = row.figure.is_percent
    try:
        content = read(
            {"written": line.value, **({"absence": ""} if row.content.absence else {})},
            row.content,
            is_percent=is_percent,
            counts_people=row.line.counts_people,
        )
    except Refused as refused:
        return {**told, "problem": " ".join(refused.errors.values())}
    told["new"] = content.shown("written", is_percent=is_percent)
    if content == row.content:
        return {**told, "problem": "", "is_same": True}
    return {**told, "problem": "", "is_good": True}


def _apply_paste(
    request: HttpRequest, sheet: UnitSheet[PlanPage], rows: list[EntryRow]
) -> HttpResponse:
    results = save_form(sheet.desk, [row.line for row in rows], request.POST)
    saved = sum(result.outcome is Outcome.SAVED for result in results.values())
    sentence = ngettext("%(n)s value saved.", "%(n)s values saved.", saved) % {"n": saved}
    if all(result.is_kept for result in results.values()):
        messages.success(request, sentence)
        if is_fetched(request):
            return HttpResponse(status=204)
        return redirect(sheet.desk.url)
    fresh = UnitSheet(
        PlanPage(request, sheet.desk.plan.slug, sheet.desk.year),
        sheet.desk.number,
        sheet.desk.person,
    )
    if is_fetched(request):
        failed = [row for row in rows_of(fresh, results) if row.result and not row.result.is_kept]
        context = {"failed": failed, "saved": saved, "sentence": sentence, "desk": sheet.desk}
        return TemplateResponse(request, "entry/_paste.html", context, status=409)
    return show_page(request, fresh, results, saved=saved)
