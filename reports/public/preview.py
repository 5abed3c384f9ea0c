"""What the public would read of a year if it were published now, for those who publish it."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.rights import Right
from indicators import editions
from indicators.editions.contents import Contents
from pages.plan_page import plan_of
from pages.public_words import beside_public
from reports.public.edition import PublicEdition
from reports.public.views import frame, of_year


@require_safe
@login_required
def public_preview(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    """Show the public page of a year over the edition that freezing would store now."""
    plan = plan_of(request, slug)
    if not cast(User, request.user).may(Right.RUN_PERIODS) or year not in plan.years:
        raise Http404
    edition = editions.would_be(plan, year)
    told = PublicEdition(editions.PreviewFigures(plan, edition))
    asked = request.GET.get("lang", "")
    language = asked if asked in dict(settings.LANGUAGES) else translation.get_language()
    with translation.override(language):
        context = {
            **frame(request, told, edition),
            **of_year(request, told),
            "beside_public": _beside_public(told.figures),
        }
        response = render(request, "public/preview.html", context)
    response.headers["Content-Language"] = language or settings.LANGUAGE_CODE
    response.headers["X-Robots-Tag"] = "noindex"
    patch_cache_control(response, private=True, no_store=True)
    return response


def _beside_public(figures: editions.PublicFigures) -> str:
    """Return why the mean of the preview is another one than that of the page before it."""
    whole = Contents(figures.plan, figures.year, figures.content).summary
    return beside_public(whole, figures.summary, len(figures.hidden), figures.bands.limits)
