"""Answering a finding where it is asked: at the row itself."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import User
from activities.sentences import Sentence
from activities.wording import say
from entry.desk import UnitSheet
from entry.listing import rows_of
from entry.one_line import find
from entry.views.access import at_desk, is_fetched
from entry.views.cell import fragment, shut, value_of
from entry.views.page import context_of
from findings.year import RaisedFinding
from pages import answering
from pages.answering import AnswerPreview
from pages.plan_page import PlanPage


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def entry_answer(request: HttpRequest, slug: str, year: int, number: str) -> HttpResponse:
    """Answer a question about the numbers; what an answer changes is shown before it is given."""
    person = cast(User, request.user)
    sent = request.POST if request.method == "POST" else request.GET
    sheet = UnitSheet(PlanPage(request, slug, year), number, person)
    finding = next(
        (each for each in sheet.findings.raised if each.key == sent.get("finding")), None
    )
    if finding is None:
        if request.method == "POST":
            return _gone(request, sheet)
        raise Http404
    try:
        preview = _preview(sheet, finding, sent)
    except Sentence as error:
        row = finding.figures[0]
        if request.method == "POST" and not sheet.doors[row.unit.id].is_open:
            return shut(request, find(person, slug, year, number, row.id))
        told = answering.refused(finding, sent.get("answer", ""), error)
        shown = told if is_fetched(request) else None
        return _finding_page(request, sheet, finding, shown, finding.digest, refused=told.error)
    if request.method != "POST" or preview is None:
        return _finding_page(request, sheet, finding, preview, sent.get("digest", ""))
    pk = finding.figures[0].id
    try:
        answering.refuse_closed(sheet.here, finding, preview, person)
    except Sentence:
        return shut(request, find(person, slug, year, number, pk))
    if preview.must_be_asked and "confirm" not in sent:
        return _finding_page(request, sheet, finding, preview, sent.get("digest", ""))
    try:
        answering.give(sheet.here, preview, person, sent.get("digest", ""))
    except Sentence as error:
        told = replace(preview, error=say(error))
        return _finding_page(request, sheet, finding, told, finding.digest)
    if is_fetched(request):
        fresh = find(person, slug, year, number, pk)
        return fragment(request, fresh, value_of(fresh))
    messages.success(request, _("The answer is recorded."))
    return redirect(_back(sheet, sent, pk))


def _back(sheet: UnitSheet[PlanPage], sent: QueryDict, pk: int) -> str:
    """Return where the person came from: her first page, or the row that is asked about."""
    if sent.get("back") == "today":
        return reverse("home")
    return f"{sheet.desk.url}#r{pk}"


def _preview(
    sheet: UnitSheet[PlanPage], finding: RaisedFinding, sent: QueryDict
) -> AnswerPreview | None:
    """Return what the chosen answer would do; None where none was chosen.

    Raise Sentence for one that the person may not give.
    """
    code = sent.get("answer", "")
    if code not in {answer.code for answer in finding.answers}:
        return None
    return answering.propose(
        sheet.here,
        finding,
        code,
        sheet.desk.person,
        note=sent.get("note", ""),
        with_means=False,
    )


def _gone(request: HttpRequest, sheet: UnitSheet[PlanPage]) -> HttpResponse:
    """Answer that a question is no longer asked, because its numbers changed."""
    sentence = _("The numbers changed meanwhile. Look at the question again.")
    if is_fetched(request):
        return HttpResponse(sentence, status=409, content_type="text/plain; charset=utf-8")
    messages.warning(request, sentence)
    return redirect("home" if request.POST.get("back") == "today" else sheet.desk.url)


def _finding_page(
    request: HttpRequest,
    sheet: UnitSheet[PlanPage],
    finding: RaisedFinding,
    preview: AnswerPreview | None,
    digest: str,
    *,
    refused: str = "",
) -> HttpResponse:
    status = 422 if refused or (preview is not None and preview.error) else 200
    pk, desk = finding.figures[0].id, sheet.desk
    if is_fetched(request):
        fresh = find(desk.person, desk.plan.slug, desk.year, desk.number, pk)
        return fragment(request, fresh, value_of(fresh), confirming=preview, status=status)
    rows = rows_of(sheet)
    row = next(row for row in rows if row.pk == pk)
    sent = request.POST if request.method == "POST" else request.GET
    context = context_of(
        sheet,
        rows,
        row=row,
        back=sent.get("back", ""),
        back_url=_back(sheet, sent, pk),
        card=row.ask(finding),
        confirming=preview,
        refused=refused,
        concerned=[each for each in rows if each.pk in {f.id for f in finding.figures}],
        digest=digest or finding.digest,
    )
    return TemplateResponse(request, "entry/entry_answer.html", context, status=status)
