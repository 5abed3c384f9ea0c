"""What a unit sent: approved or returned, row by row or together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.rights import Right
from activities.sentences import Sentence
from activities.wording import say
from indicators.figures import Figure
from indicators.models import Realization
from pages.plan_page import PlanPage
from review import actions
from review.queue import Queue
from review.views.access import is_published, person_of, reviewers_only
from review.views.overview import overview_context


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
    context["is_published"] = is_published(here)
    context["may_correct"] = person_of(request).may(
        Right.CORRECT_PUBLISHED if is_published(here) else Right.CORRECT
    )
    return TemplateResponse(request, "review/review_unit.html", context)


def _decide(request: HttpRequest, here: PlanPage, number: str) -> HttpResponse:
    queue = Queue(here, number, person_of(request))
    action, _colon, one = request.POST.get("action", "").partition(":")
    seen = _seen([one] if one else request.POST.getlist("rows"), queue)
    note = request.POST.get("note", "")[:4000]
    try:
        if not seen:
            raise Sentence(actions.NOTHING_CHOSEN)
        if action == "approve":
            waiver = request.POST.get("waiver", "")[:1000]
            outcome = actions.approve(here.plan, here.year, seen, person_of(request), waiver)
        elif action == "ask":
            outcome = actions.ask_reason(here.plan, here.year, seen, person_of(request))
        elif action == "return":
            outcome = actions.return_to_unit(here.plan, here.year, seen, person_of(request), note)
        else:
            raise Http404
    except Sentence as error:
        queue.select(queue.by_value[pk] for pk in seen)
        return _show(request, here, queue, note=note, error=say(error))
    _tell_outcome(request, action, outcome, queue)
    if not outcome.changed:
        return redirect(f"{here.url('review_unit', number)}{_next_row(queue, seen)}")
    # What changed meanwhile is shown again, as it was seen and as it is.
    fresh = PlanPage(request, here.plan.slug, here.year)
    again = Queue(fresh, number, person_of(request))
    before = _versions(outcome.changed)
    for pk in outcome.changed:
        if pk in again.by_value:
            again.by_value[pk].seen = before.get(pk)
            again.by_value[pk].is_selected = False
    return _show(request, fresh, again, note=note)


def _seen(tokens: list[str], queue: Queue) -> dict[int, int]:
    """Return the versions that a form shows as seen; values of other units do not exist."""
    seen = {}
    for token in tokens:
        pk, _colon, version = token.partition(":")
        if not (pk.isdecimal() and version.isdecimal() and len(token) < 40):
            raise Http404
        seen[int(pk)] = int(version)
    if not seen.keys() <= queue.by_value.keys():
        raise Http404
    return seen


def _versions(changed: dict[int, int]) -> dict[int, Any]:
    """Return the values as they were in the versions that a person saw; one query."""
    found = Realization.history.filter(id__in=changed).order_by("history_date", "history_id")
    return {row.id: row for row in found if row.version == changed[row.id]}


def _next_row(queue: Queue, seen: dict[int, int]) -> str:
    """Return where to go on: at the first sent row after those decided on."""
    places = [row.value.pk for row in queue.sent if row.value is not None]
    last = max((places.index(pk) for pk in seen if pk in places), default=-1)
    later = [pk for pk in places[last + 1 :] if pk not in seen]
    others = [pk for pk in places if pk not in seen]
    found = (later or others)[:1]
    return f"#v-{found[0]}" if found else ""


def _tell_outcome(
    request: HttpRequest, action: str, outcome: actions.Outcome, queue: Queue
) -> None:
    count = len(outcome.done)
    if count:
        messages.success(request, DONE[action](count) % {"count": count})
    for why, rows in _grouped(outcome.kept, queue):
        messages.error(
            request,
            KEPT[action]()
            % {"names": ", ".join(f"{row.code} {row.name}" for row in rows), "why": say(why)},
        )
    for finding in outcome.blocked.values():
        messages.error(
            request,
            _("“%(name)s” is not verified. This question needs an answer first: %(question)s")
            % {
                "name": ", ".join(f"{row.code} {row.name}" for row in finding.figures[:3]),
                "question": say(finding.sentence),
            },
        )
    if outcome.changed:
        messages.warning(
            request,
            _("Somebody changed a value meanwhile. It stays as it is; look at it again below."),
        )
    elif not (count or outcome.blocked or outcome.kept):
        messages.info(request, _("Nothing was left to do: these values are not waiting any more."))


def _grouped(kept: Mapping[int, Sentence], queue: Queue) -> list[tuple[Sentence, list[Figure]]]:
    """Return the reasons why rows were not approved, each with its rows."""
    by_id = {row.id: row for row in queue.own}
    found: dict[str, tuple[Sentence, list[Figure]]] = {}
    for indicator, why in kept.items():
        found.setdefault(why.text, (why, []))[1].append(by_id[indicator])
    return list(found.values())


DONE: Mapping[str, Callable[[int], str]] = {
    "approve": lambda n: ngettext("One value is verified.", "%(count)s values are verified.", n),
    "return": lambda n: ngettext("One value is returned.", "%(count)s values are returned.", n),
    "ask": lambda n: ngettext(
        "The reason of one value is asked for.", "The reasons of %(count)s values are asked for.", n
    ),
}
KEPT: Mapping[str, Callable[[], str]] = {
    "approve": lambda: _("Not verified: %(names)s. %(why)s"),
    "return": lambda: _("Not returned: %(names)s. %(why)s"),
}
