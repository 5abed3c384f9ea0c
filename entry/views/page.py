"""The page of a unit: all its lines, and what a form without script posts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import User
from activities.sentences import Sentence
from activities.wording import say
from entry import actions, undo
from entry.actions import Entry, Outcome, Result
from entry.content import typed_in
from entry.desk import Desk, Line, UnitSheet
from entry.groups import UnitProgress, grouped
from entry.kinds import confirm, kind_url, wanted_in
from entry.listing import rows_of, wide_findings, wide_lines
from entry.one_line import find
from entry.road import is_published, road
from entry.rows import EntryRow
from entry.views.access import at_desk
from findings.year import open_among
from pages.plan_page import PlanPage


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def entry(request: HttpRequest, slug: str, year: int, number: str) -> HttpResponse:
    """Show a unit's values of a year; a post saves what is valid and changed."""
    sheet = UnitSheet(PlanPage(request, slug, year), number, cast(User, request.user))
    if request.method != "POST":
        return show_page(request, sheet)
    results = save_form(sheet.desk, sheet.lines(), request.POST)
    if all(result.is_kept for result in results.values()):
        return pressed(request, sheet.desk) or redirect(sheet.desk.url)
    saved = sum(result.outcome is Outcome.SAVED for result in results.values())
    fresh = UnitSheet(PlanPage(request, slug, year), number, cast(User, request.user))
    return show_page(request, fresh, results, saved=saved)


def save_form(desk: Desk, lines: Sequence[Line], post: QueryDict) -> dict[int, Result]:
    taken = post.get("take", "")
    entries = []
    for line in lines:
        typed = typed_in(post, line.pk)
        if typed and str(line.pk) != taken:
            entries.append(entry_of(line, typed, post))
    return actions.save(entries, desk.year, desk.person) if entries else {}


def entry_of(line: Line, typed: Mapping[str, str], post: QueryDict) -> Entry:
    return Entry(
        line.pk,
        line.figure.is_percent,
        line.counts_people,
        line.door,
        typed,
        whole(post.get(f"seen-{line.pk}")),
    )


def whole(text: str | None) -> int:
    """Return a version as a form sent it; 0 for none and for nonsense."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0


def versions_in(tokens: Sequence[str]) -> dict[int, int]:
    """Return the rows that a form names ("7:2") with the versions that it shows."""
    wanted = {}
    for one in tokens[:5_000]:
        pk, _colon, version = one.partition(":")
        wanted[whole(pk)] = whole(version)
    return wanted


def pressed(request: HttpRequest, desk: Desk) -> HttpResponse | None:
    """Go on with the button that sent a form without script, once its values are saved."""
    post = request.POST
    if "send" in post:
        return redirect("entry_send", desk.plan.slug, desk.year, desk.number)
    if "answer" in post:
        key, digest, code = ([*post["answer"].split("|"), "", ""])[:3]
        query = QueryDict(mutable=True)
        query.update({"finding": key, "digest": digest, "answer": code})
        return redirect(f"{desk.url}questions/?{query.urlencode()}")
    if "kind" in post:
        pk, _colon, _choice = post["kind"].partition(":")
        found = find(desk.person, desk.plan.slug, desk.year, desk.number, whole(pk))
        try:
            confirm(found, wanted_in(post, found), desk.person)
        except Sentence:
            # On a page of its own: what it changes, and why it may not be without a reason.
            return redirect(kind_url(found, post))
        return redirect(f"{desk.url}#r{found.indicator.pk}")
    messages.success(request, _("Saved."))
    return None


def show_page(
    request: HttpRequest,
    sheet: UnitSheet[PlanPage],
    results: Mapping[int, Result] | None = None,
    *,
    saved: int = 0,
) -> HttpResponse:
    rows = rows_of(sheet, results)
    outcomes = {row.result.outcome for row in rows if row.result and not row.result.is_kept}
    status = 200 if not outcomes else 422 if outcomes == {Outcome.REFUSED} else 409
    context = context_of(
        sheet,
        rows=rows,
        groups=grouped(rows),
        show_units=len(sheet.units) > 1,
        wide=wide_lines(sheet),
        undo=undo.offered(request, sheet.desk.url, rows),
        problems=[row for row in rows if row.result and not row.result.is_kept],
        saved=saved,
        words=script_words(),
        storage_key=f"yeap:{sheet.desk.person.pk}:{sheet.desk.url}",
    )
    progress = context["progress"]
    if progress.is_done and status == 200:
        context["road"] = road(progress, sheet.period)
        context["is_over"] = is_published(sheet.period)
        return TemplateResponse(request, "entry/entry_sent.html", context)
    return TemplateResponse(request, "entry/entry.html", context, status=status)


def context_of(sheet: UnitSheet[PlanPage], rows: list[EntryRow], **more: Any) -> dict[str, Any]:
    here, today = sheet.here, timezone.localdate()
    door = sheet.door
    context = here.context(
        desk=sheet.desk,
        unit=sheet.unit,
        door=door,
        why=say(door.why) if door.why else "",
        days_left=(door.until - today).days if door.until else None,
        days_late=door.days_late(today),
        rows=rows,
        open=open_among(sheet.findings.raised),
        progress=UnitProgress(rows, sum(each.is_open for each in wide_findings(sheet))),
        **more,
    )
    return context


def script_words() -> dict[str, str]:
    """Return the sentences that the page's script says."""
    return {
        "saving": _("Saving…"),
        "offline": _("No connection. What you typed is kept on this device and saved by itself."),
        "unsaved": _("Not saved"),
        "retry": _("It is tried again in %s seconds."),
        "again": _("Try now"),
        "restored": _("Put back: typed earlier and not saved then."),
        "session": _("Your session has ended. What you typed is kept; sign in to go on."),
        "saved": _("Saved: %s"),
        "refused": _("Not saved: %s"),
        "waiting": _("%s not saved"),
        "late": _("Not everything is saved yet. What you typed stays on this device."),
        "fault": _("The server cannot save at the moment. What you typed is kept here."),
        "kept": _("You typed “%s”, which was not saved. The row can no longer be written on."),
        "discard": _("Discard what was typed"),
        "other": _("Somebody else is signed in now. The page is loaded anew."),
        "login": _("The user name or the password is not right."),
        "locked": _("Too many attempts. Try again in a quarter of an hour."),
    }
