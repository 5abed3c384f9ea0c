"""Taking back what was sent, while nobody has begun to look at it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.models import User
from accounts.rights import Right
from activities.revisions import CalendarMoved
from activities.sentences import Sentence
from activities.wording import say
from entry.desk import UnitSheet
from entry.listing import rows_of
from entry.rows import EntryRow
from entry.views.access import at_desk
from entry.views.page import versions_in
from entry.views.send import CHANGED
from indicators import steps
from pages.plan_page import PlanPage


@require_POST
@at_desk
def entry_recall(request: HttpRequest, slug: str, year: int, number: str) -> HttpResponse:
    """Take a row back to the desk, or all that can be; say why others stay."""
    name = "seen" if "all" in request.POST else "row"
    wanted = versions_in(request.POST.getlist(name))
    person = cast(User, request.user)
    try:
        done, kept = _recall(PlanPage(request, slug, year), number, wanted, person)
    except CalendarMoved:
        # Opened or closed in the same instant: looked at again, which tells what it is now.
        done, kept = _recall(PlanPage(request, slug, year), number, wanted, person)
    if done:
        sentence = ngettext(
            "%(n)s row is a draft again. What you wrote is kept; send it once it is right.",
            "%(n)s rows are drafts again. What you wrote is kept; send them once they are right.",
            done,
        )
        messages.success(request, sentence % {"n": done})
    for why, rows in kept.items():
        names = ", ".join(f"{row.figure.code} {row.figure.name}" for row in rows)
        told = _("Not taken back: %(names)s. %(why)s") % {"names": names, "why": why}
        messages.error(request, told)
    return redirect("entry", slug, year, number)


@transaction.atomic
def _recall(
    here: PlanPage, number: str, wanted: Mapping[int, int], person: User
) -> tuple[int, dict[str, list[EntryRow]]]:
    """Take rows back in the versions that were seen; return how many, and why others stay.

    Raise Http404 for a row that is not on its page and for people who take nothing back,
    CalendarMoved where the year was opened or closed meanwhile.
    """
    held = steps.locked_of(wanted, here.year)
    # Looked at under the lock, so that what a reviewer did before is seen.
    sheet = UnitSheet(here, number, person)
    if not person.may(Right.RECALL, sheet.unit.id):
        raise Http404
    rows = {row.pk: row for row in rows_of(sheet)}
    if any(pk not in rows for pk in wanted):
        raise Http404
    taken = steps.recall(
        [value for pk, value in held.items() if value.version == wanted[pk]],
        person,
        units={pk: row.figure.unit.id for pk, row in rows.items()},
        doors={pk: row.line.door for pk, row in rows.items()},
        looked_at={pk for pk, row in rows.items() if row.line.is_looked_at is not False},
    )
    done = {value.indicator_id for value in taken.done}
    kept: dict[str, list[EntryRow]] = {}
    for pk in wanted:
        if pk not in done:
            why = taken.kept.get(pk) or rows[pk].why_not_recall or Sentence(CHANGED)
            kept.setdefault(say(why), []).append(rows[pk])
    return len(done), kept
