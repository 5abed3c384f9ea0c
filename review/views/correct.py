"""Correcting a value."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.rights import Right
from activities.sentences import Sentence
from activities.wording import say
from indicators.models import Indicator
from pages.plan_page import PlanPage
from review import actions
from review.forms import CorrectForm
from review.views.access import is_published, person_of, reviewers_only


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@reviewers_only
def correct(request: HttpRequest, slug: str, year: int, number: str, pk: int) -> HttpResponse:
    """Show what another number would change, then write it with its reason."""
    here = PlanPage(request, slug, year)
    unit = here.units_by_number.get(number)
    indicator = get_object_or_404(
        Indicator.objects.of_plan(here.plan).in_use().select_related("activity"), pk=pk
    )
    row = here.findings.figures.row(pk)
    published = is_published(here)
    if unit is None or number not in (row.unit.number, row.department.number):
        raise Http404
    if published and not person_of(request).may(Right.CORRECT_PUBLISHED):
        raise Http404
    value = indicator.realizations.filter(year=year).first()
    form = CorrectForm(
        request.POST or None,
        percent=indicator.is_percent,
        is_saved="save" in request.POST,
        initial={"seen": value.version if value is not None else 0},
    )
    context: dict[str, Any] = {
        "unit": unit,
        "indicator": indicator,
        "row": row,
        "value": value,
        "form": form,
        "is_published": published,
        "on_desk": value is not None and value.state in ("draft", "returned"),
    }
    if request.method == "POST":
        is_valid = form.is_valid()
        typed: Decimal | None = form.cleaned_data.get("number")
        is_seen = typed is not None and form.cleaned_data.get("looked") == str(typed)
        if typed is not None and is_valid and is_seen and "save" in request.POST:
            try:
                actions.correct(
                    here.plan,
                    year,
                    indicator,
                    typed,
                    seen=form.cleaned_data["seen"],
                    reason=form.cleaned_data["reason"],
                    person=person_of(request),
                )
            except Sentence as error:
                form.add_error(None, say(error))
            else:
                messages.success(request, _("The value is corrected."))
                return redirect(here.url("review_unit", number))
        elif typed is not None:
            after, raised = actions.supposed(here.findings, row, typed)
            context["after"] = after.figures.row(pk)
            context["raised"] = [say(finding.sentence) for finding in raised]
            context["shifts"] = here.findings.shifts(
                {pk}, proposal={pk: after.figures.row(pk).measurement}
            )
            context["looked"] = str(typed)
    return TemplateResponse(request, "review/correct.html", here.context(**context))
