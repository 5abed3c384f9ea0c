"""What a unit sent: approved or returned, row by row or together."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods

from accounts.rights import Right
from activities.sentences import Sentence
from activities.wording import say
from indicators import steps
from indicators.models import Realization
from pages.plan_page import PlanPage
from review.queue import Queue
from review.views.access import is_published, person_of, reviewers_only
from review.views.decision import Decision
from review.views.overview import overview_context
from review.views.telling import tell_outcome


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@reviewers_only
def review_unit(request: HttpRequest, slug: str, year: int, number: str) -> HttpResponse:
    """Show what a unit sent; a POST approves or returns what is ticked, or one row."""
    here = PlanPage(request, slug, year)
    if request.method == "POST":
        return _decide(request, here, number)
    queue = Queue(here, number, person_of(request))
    asks = "ask" in request.GET
    if asks:
        queue.select(queue.blocked)
    elif request.GET.get("select") == "all":
        queue.select(queue.approvable)
    return _show(request, here, queue, note=queue.questions_note() if asks else "", asks=asks)


def _show(
    request: HttpRequest, here: PlanPage, queue: Queue, *, note: str = "", **more: Any
) -> HttpResponse:
    context = overview_context(here, queue=queue, unit=queue.unit, note=note, **more)
    context["overview_next"] = context["overview"].next_after(queue.unit.number)
    context["shut_units"] = {
        line.unit.id for line in context["overview"].lines if not line.door.is_open
    }
    context["shut_words"] = say(Sentence(steps.SHUT_FOR_UNIT))
    context["is_published"] = is_published(here)
    context["may_correct"] = person_of(request).may(
        Right.CORRECT_PUBLISHED if is_published(here) else Right.CORRECT
    )
    return TemplateResponse(request, "review/review_unit.html", context)


def _decide(request: HttpRequest, here: PlanPage, number: str) -> HttpResponse:
    queue = Queue(here, number, person_of(request))
    decision = Decision(request.POST, queue.by_value.keys())
    try:
        outcome = decision.take(here, person_of(request))
    except Sentence as error:
        return _refuse(request, here, queue, decision, error)
    tell_outcome(request, decision.action, outcome, {row.id: row for row in queue.figures_here})
    refused = outcome.kept if decision.needs_note else {}
    if not (outcome.changed or refused or decision.has_more):
        return redirect(f"{here.url('review_unit', number)}{_next_row(queue, decision.seen)}")
    # What changed meanwhile is shown again, as it was seen and as it is; what was typed stays.
    fresh = PlanPage(request, here.plan.slug, here.year)
    again = Queue(fresh, number, person_of(request))
    before = _versions(outcome.changed)
    decided = {value.pk for value in outcome.done}
    again.select(row for pk, row in again.by_value.items() if pk in decision.ticked - decided)
    for pk in outcome.changed:
        if pk in again.by_value:
            again.by_value[pk].seen = before.get(pk)
            again.by_value[pk].is_selected = False
    for row in again.rows:
        if row.figure.id in refused:
            row.refused = say(refused[row.figure.id])
    decision.type_into(again, but=decided)
    is_one = decision.one is not None
    note = decision.note if is_one or outcome.changed or refused else ""
    waiver = decision.waiver if is_one else ""
    return _show(request, fresh, again, note=note, waiver=waiver, is_refused=bool(refused))


def _refuse(
    request: HttpRequest, here: PlanPage, queue: Queue, decision: Decision, error: Sentence
) -> HttpResponse:
    """Show the page as it was sent, and why nothing was written where it was pressed."""
    queue.select(queue.by_value[pk] for pk in decision.ticked)
    decision.type_into(queue)
    told: dict[str, Any] = {"note": decision.note, "waiver": decision.waiver}
    if decision.one is not None:
        queue.by_value[decision.one].refused = say(error)
        told["is_refused"] = True
    elif decision.lacks_note:
        told["note_error"] = say(error)
    else:
        told["error"] = say(error)
    return _show(request, here, queue, **told)


def _versions(changed: dict[int, int]) -> dict[int, Any]:
    """Return the values as they were in the versions that a person saw; one query."""
    found = Realization.history.filter(id__in=changed).order_by("history_date", "history_id")
    return {row.id: row for row in found if row.version == changed[row.id]}


def _next_row(queue: Queue, seen: dict[int, int]) -> str:
    """Return where to go on: her first sent row after those decided on, else the next unit."""
    hers = [row for row in queue.sent if not row.is_for_another]
    places = [row.value.pk for row in hers if row.value is not None]
    last = max((places.index(pk) for pk in seen if pk in places), default=-1)
    later = [pk for pk in places[last + 1 :] if pk not in seen]
    others = [pk for pk in places if pk not in seen]
    found = (later or others)[:1]
    return f"#v-{found[0]}" if found else "#next"
