"""One answer to many questions of a kind: each row shown with its effect, all of them or none."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from activities.sentences import Sentence
from activities.wording import say
from pages import answering
from pages.answering import Seen
from pages.plan_page import PlanPage
from review import actions
from review.questions import OneAnswer, kinds
from review.views.access import person_of, reviewers_only


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@reviewers_only
def review_questions(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    """List the open questions by kind; with a kind and an answer, all its rows with the effect."""
    here = PlanPage(request, slug, year)
    if request.method == "POST":
        return _give(request, here)
    if "kind" not in request.GET:
        return _show(request, here)
    return _show(request, here, _asked(request, here, request.GET))


def _asked(request: HttpRequest, here: PlanPage, sent: object) -> OneAnswer | None:
    """Return the kind and answer that are named; None where nobody asks that any more."""
    get = sent.get  # type: ignore[attr-defined]
    for kind in kinds(here, person_of(request)):
        if kind.code == get("kind"):
            for offer in kind.offers:
                if offer.code == get("answer"):
                    return OneAnswer(here, kind, offer, person_of(request))
    return None


def _show(
    request: HttpRequest, here: PlanPage, one: OneAnswer | None = None, **more: object
) -> HttpResponse:
    context = here.context(kinds=kinds(here, person_of(request)), one=one, **more)
    return TemplateResponse(request, "review/review_questions.html", context)


def _give(request: HttpRequest, here: PlanPage) -> HttpResponse:
    seen = _seen(request.POST.getlist("findings"))
    note = request.POST.get("note", "")[:1000]
    code = request.POST.get("answer", "")
    try:
        if not seen:
            raise Sentence(actions.NOTHING_CHOSEN)
        given = answering.give_many(here, seen, code, person_of(request), note)
    except Sentence as error:
        fresh = PlanPage(request, here.plan.slug, here.year)
        one = _asked(request, fresh, request.POST)
        if one is not None:
            now = {each.finding.key: each.finding.digest for each in one.asked}
            moved = [key for key, was in seen.items() if now.get(key, was.digest) != was.digest]
            one.select(seen, changed=moved)
        return _show(request, fresh, one, error=say(error), note=note)
    told = ngettext("One answer is recorded.", "%(count)s answers are recorded.", len(given))
    messages.success(request, told % {"count": len(given)})
    return redirect(here.url("review_questions"))


def _seen(tokens: list[str]) -> dict[str, Seen]:
    """Return the questions that a form names, as they were seen."""
    seen = {}
    for token in tokens:
        digest, _first, rest = token.partition(":")
        row, _second, key = rest.partition(":")
        if not (key and row.isdecimal() and len(row) < 20):
            raise Http404
        seen[key] = Seen(digest, int(row))
    return seen
