"""Setting a municipality up: the five steps to the first open year on one page."""

from __future__ import annotations

from django.conf import settings as conf
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from accounts import second_factor
from accounts.rights import Right
from setup.first_run import FirstRun
from setup.frame import SettingsPage, settings_page


@require_safe
@login_required
@settings_page(Right.ADMINISTER)
def first_run(request: HttpRequest, here: SettingsPage) -> HttpResponse:
    """Show which steps are done, which is next, and where each is taken."""
    context = here.context(
        run=FirstRun(here.municipality, here.plans),
        can_send=bool(conf.EMAIL_BACKEND),
        has_second_factor=second_factor.has_one(here.person),
    )
    return TemplateResponse(request, "setup/first_run.html", context)
