"""Help: the words that people meet, and what one does on each page."""

from __future__ import annotations

from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from accounts import current
from accounts.models import User
from help import glossary
from help.page_help import PAGES
from indicators.start_year import start_years
from pages import frame


@require_safe
@login_required
def help_page(request: HttpRequest) -> HttpResponse:
    """Show what one does on the pages that a person may open, and all words; six queries."""
    person = cast(User, request.user)
    municipality = current.enter(request)
    plans = list(municipality.plans.all()) if municipality else []
    context = {
        "entries": glossary.entries(),
        "pages": [page for page in PAGES if page.is_for(person)],
        **frame.of_no_plan(person, "help", plans, start_years(plans)),
    }
    return TemplateResponse(request, "help/help.html", context)
