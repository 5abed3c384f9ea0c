"""Confirming how the indicators of a plan are counted: chosen together, seen, then stored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from activities.sentences import Sentence
from activities.wording import say
from indicators.confirming import confirm_all
from pages import kind_rows
from pages.kind_sheet import Choices, KindSheet, tally
from pages.plan_page import PlanPage, page_of_plan
from review.kinds import KindEffects
from review.views.access import person_of, reviewers_only


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@reviewers_only
def kinds(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask how every indicator of a plan is counted, show what the choices change, store them."""
    here = page_of_plan(request, slug)
    figures = here.findings.figures.rows
    proposed = kind_rows.proposals(here.findings.figures)
    sheet = KindSheet(here.plan, here.year, figures, person_of(request), proposed=proposed)
    if request.method != "POST":
        return _show(request, here, sheet, kind_rows.standing(figures))
    choices: Choices = kind_rows.chosen_in(request.POST, figures)
    if wanted := request.POST.get("all", ""):
        return _chosen_for_all(request, here, sheet, choices, wanted)
    if "back" in request.POST:
        return _show(request, here, sheet, choices)
    effects = KindEffects(here, kind_rows.settings_in(choices, figures), person_of(request))
    if not effects.looks:
        messages.info(request, _("Nothing is chosen that is not confirmed already."))
        return _show(request, here, sheet, choices)
    if "confirm" in request.POST:
        return _store(request, here, sheet, choices, effects)
    return _look(request, here, choices, effects)


def _show(
    request: HttpRequest,
    here: PlanPage,
    sheet: KindSheet,
    choices: Choices,
    *,
    usual: str = "",
    problems: Mapping[int, Sentence] | None = None,
) -> HttpResponse:
    rows = sheet.rows(choices, usual=usual, problems=problems)
    context = here.context(
        groups=kind_rows.groups_of(rows, by_proposal=True),
        total=len(rows),
        unconfirmed=sheet.unconfirmed,
        usual=usual,
        closed_because=sheet.closed_because,
        tally=tally(rows),
        problems=[row for row in rows if row.problem],
    )
    return TemplateResponse(request, "review/kinds.html", context, status=409 if problems else 200)


def _chosen_for_all(
    request: HttpRequest, here: PlanPage, sheet: KindSheet, choices: Choices, wanted: str
) -> HttpResponse:
    """Show the page with one choice for all rows, or with what is proposed for some of them."""
    number, colon, proposal = wanted.partition(":")
    figures = sheet.figures
    if colon:
        figures = [
            row
            for row in figures
            if row.unit.number == number and sheet.proposed[row.id] == proposal
        ]
    usual = kind_rows.PROPOSED if colon else wanted
    after = kind_rows.all_as(choices, figures, sheet.proposed, usual, sheet.closed)
    return _show(request, here, sheet, after, usual="" if colon else usual)


def _look(
    request: HttpRequest, here: PlanPage, choices: Choices, effects: KindEffects, *, error: str = ""
) -> HttpResponse:
    """Show what the choices change in every year before they are stored."""
    ids = [each.indicator.pk for each in effects.taken]
    context: dict[str, Any] = here.context(
        effects=effects,
        # What was chosen, so that the form brings it again; the mark tells what was seen.
        sent=[(pk, *choice) for pk, choice in choices.items() if choice[0]],
        marks={each.indicator.pk: each.mark for each in effects.taken},
        taken=len(ids),
        reason=request.POST.get("reason", ""),
        error=error,
    )
    name = "review/kinds_confirm.html"
    return TemplateResponse(request, name, context, status=422 if error else 200)


def _store(
    request: HttpRequest,
    here: PlanPage,
    sheet: KindSheet,
    choices: Choices,
    effects: KindEffects,
) -> HttpResponse:
    reason = request.POST.get("reason", "")[:1000]
    asking = effects.asking
    if asking and not reason.strip():
        assert asking[0].asks is not None
        return _look(request, here, choices, effects, error=say(asking[0].asks))
    outcome = confirm_all(
        here.plan,
        effects.wanted,
        person_of(request),
        reason=reason,
        told=_("Confirmed on the page of kinds"),
        seen={pk: request.POST.get(f"mark-{pk}", "") for pk in effects.wanted},
    )
    if outcome.done:
        messages.success(request, kind_rows.confirmed_words(len(outcome.done)))
    if not outcome.kept:
        return redirect("kinds", here.plan.slug)
    fresh = page_of_plan(request, here.plan.slug)
    rows = fresh.findings.figures.rows
    again = KindSheet(
        fresh.plan,
        fresh.year,
        rows,
        sheet.person,
        proposed=kind_rows.proposals(fresh.findings.figures),
    )
    shown = kind_rows.standing(rows) | {pk: choices[pk] for pk in outcome.kept}
    return _show(request, fresh, again, shown, problems=outcome.kept)
