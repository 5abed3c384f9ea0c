"""Answering a finding where it is asked: at the row itself."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import User
from activities.sentences import Sentence
from activities.wording import say
from entry.desk import UnitSheet, find
from entry.rows import Confirming
from entry.views.access import at_desk, is_fetched
from entry.views.cell import fragment, shut, value_of
from entry.views.page import context_of, rows_of
from findings import answers
from findings.checks.finding import Answer
from findings.words import FIELD_LABELS, tell_change
from findings.year import RaisedFinding
from indicators import steps as steps
from indicators.models import Realization
from pages.plan_page import PlanPage


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def entry_answer(request: HttpRequest, slug: str, year: int, number: str) -> HttpResponse:
    """Answer a question about the numbers; what an answer changes is shown before it is given."""
    person = cast(User, request.user)
    sent = request.POST if request.method == "POST" else request.GET
    sheet = UnitSheet(PlanPage(request, slug, year), number, cast(User, request.user))
    finding = next(
        (each for each in sheet.findings.raised if each.key == sent.get("finding")), None
    )
    if finding is None:
        if request.method == "POST":
            return _gone(request, sheet)
        raise Http404
    answer = next((a for a in finding.answers if a.code == sent.get("answer")), None)
    if request.method != "POST" or answer is None:
        return _question_page(request, sheet, finding, answer, sent.get("digest", ""))
    pk = finding.figures[0].id
    if not sheet.doors[finding.figures[0].unit.id].is_open and not person.is_reviewer:
        return shut(request, find(person, slug, year, number, pk))
    found = answers.changes(finding, answer)
    if found and "confirm" not in sent:
        return _question_page(request, sheet, finding, answer, sent.get("digest", ""))
    try:
        answers.give(
            sheet.desk.plan,
            year,
            finding,
            answer.code,
            person=person,
            digest=sent.get("digest", ""),
            note=sent.get("note", ""),
        )
    except Sentence as error:
        sentence = say(error)
        digest = finding.digest
        return _question_page(request, sheet, finding, answer, digest, sentence)
    if is_fetched(request):
        fresh = find(person, slug, year, number, pk)
        return fragment(request, fresh, value_of(fresh))
    messages.success(request, _("The answer is recorded."))
    return redirect(f"{sheet.desk.url}#r{pk}")


def _gone(request: HttpRequest, sheet: UnitSheet[PlanPage]) -> HttpResponse:
    """Answer that a question is no longer asked, because its numbers changed."""
    sentence = _("The numbers changed meanwhile. Look at the question again.")
    if is_fetched(request):
        return HttpResponse(sentence, status=409, content_type="text/plain; charset=utf-8")
    messages.warning(request, sentence)
    return redirect(sheet.desk.url)


def _question_page(
    request: HttpRequest,
    sheet: UnitSheet[PlanPage],
    finding: RaisedFinding,
    answer: Answer | None,
    digest: str,
    error: str = "",
) -> HttpResponse:
    rows = rows_of(sheet)
    row = next(row for row in rows if row.pk == finding.figures[0].id)
    question = row.ask(finding)
    confirming = None
    if answer is not None:
        found = answers.changes(finding, answer)
        choice = next(each for each in question.choices if each.code == answer.code)
        confirming = Confirming(
            question,
            choice,
            [_told(each) for each in found],
            needs_note=any(each.field == "target" for each in found)
            or any(
                other.value is not None and other.value.state == Realization.State.APPROVED
                for other in rows
                if found and other.pk in {each.id for each in finding.figures}
            ),
            error=error,
        )
    status = 422 if error else 200
    if is_fetched(request):
        pk = finding.figures[0].id
        fresh = find(
            sheet.desk.person, sheet.desk.plan.slug, sheet.desk.year, sheet.desk.number, pk
        )
        return fragment(request, fresh, value_of(fresh), confirming=confirming, status=status)
    context = context_of(
        sheet,
        rows,
        row=row,
        question=question,
        confirming=confirming,
        concerned=[each for each in rows if each.pk in {f.id for f in finding.figures}],
        digest=digest or finding.digest,
    )
    return TemplateResponse(request, "entry/entry_answer.html", context, status=status)


def _told(change: answers.AnswerChange) -> tuple[str, str, str]:
    """Return a change as its field's name, what is there and what will be."""
    return str(FIELD_LABELS[change.field]), *tell_change(change)
