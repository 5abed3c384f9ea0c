"""Verifying over all units at once, and asking for the reasons that are missing of a year."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from activities.sentences import Sentence
from activities.wording import say
from indicators.models import Realization
from mail.recipients import Coordinators
from pages.plan_page import PlanPage
from review import actions
from review.views.access import is_published, person_of, reviewers_only
from review.views.decision import WAIVER_LENGTH, seen_in
from review.views.telling import tell_outcome
from review.whole_year import WholeYear


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@reviewers_only
def review_all(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    """List what can be verified of all units, every row shown; a POST verifies what is ticked."""
    here = PlanPage(request, slug, year)
    whole = WholeYear(here, person_of(request))
    error = ""
    if request.method == "POST":
        seen = seen_in(request.POST.getlist("rows"), whole.known)
        try:
            if not seen:
                raise Sentence(actions.NOTHING_CHOSEN)
            outcome = actions.approve(here.plan, year, seen, person_of(request))
        except Sentence as refused:
            error = say(refused)
            whole.tick(seen)
        else:
            tell_outcome(request, "approve", outcome, whole.figures_by_id)
            return redirect(here.url("review_all"))
    elif request.GET.get("select") == "all":
        whole.tick(row.value.pk for row in whole.verifiable if row.value is not None)
    context = here.context(
        whole=whole,
        units=whole.by_unit(whole.verifiable),
        is_published=is_published(here),
        error=error,
    )
    return TemplateResponse(request, "review/review_all.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@reviewers_only
def review_reasons(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    """List whose reason is missing; a POST asks for it, or verifies without it and says why."""
    here = PlanPage(request, slug, year)
    whole = WholeYear(here, person_of(request))
    waiver = request.POST.get("waiver", "")[:WAIVER_LENGTH]
    errors: dict[str, str] = {}
    if request.method == "POST":
        action, _colon, unit = request.POST.get("action", "").partition(":")
        if action not in ("ask", "ask_all", "ask_unit", "waive"):
            raise Http404
        ticked = seen_in(request.POST.getlist("rows"), whole.known)
        try:
            if action == "waive":
                _waive(request, here, whole, ticked, waiver)
            else:
                listed = seen_in(request.POST.getlist("listed"), whole.known)
                _ask(request, here, whole, ticked if action == "ask" else listed, unit)
            return redirect(here.url("review_reasons"))
        except Sentence as refused:
            is_about_waiver = refused.text == actions.WAIVER_MISSING
            errors["waiver" if is_about_waiver else "page"] = say(refused)
            whole.tick(ticked)
    elif request.GET.get("select") == "all":
        whole.tick(row.value.pk for row in whole.unexplained if row.value is not None)
    context = here.context(
        whole=whole,
        units=whole.by_unit(whole.unexplained, with_people=True),
        is_published=is_published(here),
        waiver=waiver,
        errors=errors,
    )
    return TemplateResponse(request, "review/review_reasons.html", context)


def _ask(
    request: HttpRequest, here: PlanPage, whole: WholeYear, seen: dict[int, int], unit: str
) -> None:
    """Ask for the reasons of the values seen, of one unit where it is named by its number."""
    if unit:
        seen = {
            pk: version
            for pk, version in seen.items()
            # What left the list meanwhile is told as changed, whosever it is.
            if pk not in whole.by_value or whole.by_value[pk].figure.unit.number == unit
        }
    if not seen:
        raise Sentence(actions.NOTHING_CHOSEN)
    outcome = actions.ask_reason(here.plan, here.year, seen, person_of(request))
    tell_outcome(request, "ask", outcome, whole.figures_by_id)
    _tell_unreached(request, whole, outcome.done)


def _tell_unreached(request: HttpRequest, whole: WholeYear, asked: Iterable[Realization]) -> None:
    """Name the units whose reasons are asked for and to whom nobody can write."""
    units = {unit.id: unit for value in asked for unit in [whole.by_value[value.pk].figure.unit]}
    people = Coordinators(units)
    alone = [f"{unit.number}. {unit.short}" for unit in units.values() if not people.of(unit.id)]
    if alone:
        told = _("Nobody can be written to, because no coordinator is there: %(units)s.")
        messages.warning(request, told % {"units": ", ".join(alone)})


def _waive(
    request: HttpRequest, here: PlanPage, whole: WholeYear, seen: dict[int, int], waiver: str
) -> None:
    """Verify what is ticked without a reason, with the reviewer's word why none is asked."""
    if not seen:
        raise Sentence(actions.NOTHING_CHOSEN)
    if not waiver.strip():
        raise Sentence(actions.WAIVER_MISSING)
    outcome = actions.approve(here.plan, here.year, seen, person_of(request), waiver)
    tell_outcome(request, "approve", outcome, whole.figures_by_id)
