"""Twin rows and shared activities, side by side."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from pages.plan_page import PlanPage
from review.reconciliation import pairs
from review.views.access import person_of, reviewers_only


@require_safe
@login_required
@reviewers_only
def reconciliation(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    here = PlanPage(request, slug, year)
    context = here.context(pairs=pairs(here, person_of(request)))
    return TemplateResponse(request, "review/reconciliation.html", context)
