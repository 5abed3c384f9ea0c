"""One line by itself: saved by the script, or looked at with all that belongs to it."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods

from accounts.models import User
from activities.wording import say
from entry import actions
from entry.actions import Entry, Outcome, Result
from entry.content import typed_in
from entry.forms import CommentForm, EvidenceForm
from entry.one_line import Found, find
from entry.rows import EntryRow
from entry.views.access import at_desk, is_fetched
from entry.views.page import pressed, whole
from imports.reasons import with_files
from indicators import changes
from indicators.models import Realization
from indicators.progress import looked_at
from pages.answering import AnswerPreview
from pages.plan_page import PlanPage

STATUS = {
    Outcome.SAVED: 200,
    Outcome.UNCHANGED: 200,
    Outcome.REFUSED: 422,
    Outcome.CONFLICT: 409,
    Outcome.CLOSED: 409,
    Outcome.SENT: 409,
}


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def entry_cell(request: HttpRequest, slug: str, year: int, number: str, pk: int) -> HttpResponse:
    """Show one indicator with its evidence, comments and history; a post saves its value.

    Saving runs eight queries: session, user, the indicator with all its line shows, the value
    under its lock, the value, its history, the plan's revision; answers, where there are any.
    """
    person = cast(User, request.user)
    found = find(person, slug, year, number, pk)
    if request.method != "POST":
        value = value_of(found)
        if is_fetched(request) and "row" in request.GET:
            return fragment(request, found, value)
        return detail(request, found, value)
    typed = typed_in(request.POST, pk)
    entry = Entry(
        pk,
        found.indicator.is_percent,
        found.indicator.counts_people,
        found.door,
        typed,
        whole(request.POST.get(f"seen-{pk}")),
    )
    if request.POST.get("take") == str(pk):
        result = Result(Outcome.UNCHANGED, value_of(found))
    else:
        result = actions.save([entry], year, person)[pk]
        if result.outcome is Outcome.SENT:
            result.value = value_of(found)  # with what says whether it can be taken back
    if is_fetched(request):
        return fragment(request, found, result.value, result)
    if result.is_kept:
        return pressed(request, found.desk) or redirect(request.path)
    return detail(request, found, result.value, result=result)


def value_of(found: Found) -> Realization | None:
    rows = Realization.objects.select_related("entered_by", "decided_by")
    rows = rows.annotate(is_looked_at=looked_at())
    return rows.filter(indicator=found.indicator, year=found.desk.year).first()


def row_of(
    found: Found,
    value: Realization | None,
    result: Result | None = None,
) -> EntryRow:
    line, findings = found.line(value)
    return EntryRow(
        found.desk, line, findings.figures, findings.by_indicator.get(line.pk, []), result
    )


def fragment(
    request: HttpRequest,
    found: Found,
    value: Realization | None,
    result: Result | None = None,
    confirming: AnswerPreview | None = None,
    *,
    row: EntryRow | None = None,
    status: int = 200,
) -> HttpResponse:
    """Answer with one row and what is left to do on it, as the page includes both.

    What became of it is in a header.
    """
    row = row or row_of(found, value, result)
    row.confirming = confirming
    context = {"row": row, "desk": found.desk, "limits": found.desk.limits, "year": row.desk.year}
    outcome = result.outcome if result else Outcome.UNCHANGED
    html = render_to_string("entry/_row_alone.html", context)
    response = HttpResponse(html, status=STATUS[outcome] if result else status)
    response["Entry-Outcome"] = outcome.value
    return response


def detail(
    request: HttpRequest,
    found: Found,
    value: Realization | None,
    *,
    result: Result | None = None,
    evidence: EvidenceForm | None = None,
    comment: CommentForm | None = None,
) -> HttpResponse:
    row = row_of(found, value, result)
    pk, year = found.indicator.pk, found.desk.year
    context = {
        "row": row,
        "desk": found.desk,
        "limits": found.desk.limits,
        "year": year,
        "evidence": list(value.evidence.select_related("added_by")) if value else [],
        "comments": list(value.comments.select_related("written_by")) if value else [],
        "history": with_files(changes.of_value(pk, year)),
        "evidence_form": evidence or EvidenceForm(auto_id="evidence-%s"),
        "comment_form": comment or CommentForm(auto_id="comment-%s"),
        "evidence_mb": _evidence_mb(),
        "failed": bool((result and not result.is_kept) or evidence or comment),
    }
    status = STATUS[result.outcome] if result else 422 if context["failed"] else 200
    if is_fetched(request):
        return TemplateResponse(request, "entry/_detail.html", context, status=status)
    here = PlanPage(request, found.desk.plan.slug, year)
    whole = here.context(**context)
    return TemplateResponse(request, "entry/entry_cell.html", whole, status=status)


def _evidence_mb() -> int:
    return int(settings.EVIDENCE_FILE_BYTES) // (1024 * 1024)


def shut(request: HttpRequest, found: Found) -> HttpResponse:
    """Answer that nothing can be written, and who opens."""
    value = value_of(found)
    sentence = say(found.door.why) if found.door.why else ""
    result = Result(Outcome.CLOSED, value, {}, {"written": sentence})
    if is_fetched(request):
        return fragment(request, found, value, result)
    return detail(request, found, value, result=result)
