"""Who has reported, and reminding those who have not."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from activities.models import Department
from mail import queueing
from pages.plan_page import PlanPage
from review.overview import GROUP_LABELS, Group, ReviewOverview
from review.views.access import person_of, reviewers_only


@require_safe
@login_required
@reviewers_only
def review(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    here = PlanPage(request, slug, year)
    return TemplateResponse(request, "review/review.html", overview_context(here))


def overview_context(here: PlanPage, **more: Any) -> dict[str, Any]:
    overview = ReviewOverview(here, person_of(here.request))
    return here.context(
        overview=overview,
        period=overview.period,
        groups=[(group, GROUP_LABELS[group], lines) for group, lines in overview.groups],
        counts=[
            (GROUP_LABELS[group], overview.count(group)) for group in Group if overview.count(group)
        ],
        **more,
    )


@require_POST
@login_required
@reviewers_only
def remind(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    """Queue reminders to one unit, or to all that are late; then back to where it was asked."""
    here = PlanPage(request, slug, year)
    after = reverse("home") if request.POST.get("back") == "home" else here.url("review")
    overview = ReviewOverview(here)
    lines = {line.unit.number: line for line in overview.lines if line.can_be_reminded}
    number = request.POST.get("unit", "")
    if number and number not in here.units_by_number:
        raise Http404
    chosen = [lines[number]] if number in lines else [] if number else overview.late
    if overview.period is None or not chosen:
        messages.info(request, _("There is nobody to remind: nothing is awaited."))
        return redirect(after)
    departments = Department.objects.filter(pk__in=[line.unit.id for line in chosen])
    count = queueing.remind(overview.period, list(departments), by=person_of(request))
    if count:
        told = ngettext(
            "One reminder is on its way.", "%(count)s reminders are on their way.", count
        )
        messages.success(request, told % {"count": count})
    else:
        messages.info(
            request, _("No reminder was sent: all have had one today, or nobody answers for them.")
        )
    return redirect(after)
