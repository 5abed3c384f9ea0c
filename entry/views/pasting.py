"""A block pasted from a spreadsheet: shown first, then saved, and taken back if it was wrong."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from entry import actions, paste, undo
from entry.actions import Outcome
from entry.desk import UnitSheet
from entry.listing import rows_of
from entry.paste_preview import PastePreview, shifts_in
from entry.rows import EntryRow
from entry.views.access import at_desk, is_fetched
from entry.views.page import context_of, save_form, show_page, whole
from pages.plan_page import PlanPage


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def entry_paste(request: HttpRequest, slug: str, year: int, number: str) -> HttpResponse:
    """Show which pasted value goes into which row; with ``apply`` save what was shown."""
    sheet = UnitSheet(PlanPage(request, slug, year), number, cast(User, request.user))
    rows = rows_of(sheet)
    if request.method == "POST" and "apply" in request.POST:
        return _apply_paste(request, sheet, rows)
    block = request.POST.get("block", "")[: paste.LONGEST_BLOCK]
    start = whole(request.POST.get("start"))
    shifts = shifts_in(request.POST.get("shifts", ""))
    preview = PastePreview(rows, sheet.findings, block, start, shifts)
    context = context_of(
        sheet,
        rows,
        pasted=block,
        start=start,
        preview=preview if request.method == "POST" else None,
    )
    name = "entry/_paste.html" if is_fetched(request) else "entry/entry_paste.html"
    return TemplateResponse(request, name, context)


def _apply_paste(
    request: HttpRequest, sheet: UnitSheet[PlanPage], rows: Sequence[EntryRow]
) -> HttpResponse:
    results = save_form(sheet.desk, [row.line for row in rows], request.POST)
    seen = {pk: whole(request.POST.get(f"seen-{pk}")) for pk in results}
    undo.remember(request, sheet.desk.url, results, seen)
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


@require_POST
@at_desk
def entry_paste_undo(request: HttpRequest, slug: str, year: int, number: str) -> HttpResponse:
    """Write back what a paste or a workbook overwrote; what was changed or sent since is told."""
    sheet = UnitSheet(PlanPage(request, slug, year), number, cast(User, request.user))
    rows = rows_of(sheet)
    last = undo.last_of(request, sheet.desk.url, rows)
    if last is None:
        messages.info(request, _("There is no paste left to take back."))
        return redirect(sheet.desk.url)
    results = actions.restore(last.rows, sheet.desk.year, sheet.desk.person, last.why)
    undo.forget(request)
    names = {row.pk: f"{row.figure.code} {row.figure.name}" for row in rows}
    restored = sum(result.is_kept for result in results.values())
    if restored:
        messages.success(request, _restored(restored, is_workbook=last.is_workbook))
    left = [names[pk] for pk, result in results.items() if not result.is_kept]
    if left:
        told = _("Changed or sent since, and left as it is: %(rows)s")
        messages.warning(request, told % {"rows": "; ".join(left)})
    return redirect(sheet.desk.url)


def _restored(count: int, *, is_workbook: bool) -> str:
    if is_workbook:
        told = ngettext(
            "%(n)s value is as it was before the workbook.",
            "%(n)s values are as they were before the workbook.",
            count,
        )
    else:
        told = ngettext(
            "%(n)s value is as it was before the paste.",
            "%(n)s values are as they were before the paste.",
            count,
        )
    return told % {"n": count}
