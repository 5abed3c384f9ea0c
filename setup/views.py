"""Where the settings begin."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from accounts.rights import Right
from setup.first_run import FirstRun
from setup.frame import SECTIONS, SettingsPage, settings_page


@require_safe
@login_required
@settings_page(Right.READ)
def settings(request: HttpRequest, here: SettingsPage) -> HttpResponse:
    """Lead to the first section that a person may open; before there is a plan, say so.

    An administrator is led to setting up until that is done.
    """
    if here.person.may(Right.ADMINISTER) and not FirstRun(here.municipality, here.plans).is_over:
        return redirect("first_run")
    first = next(filter(None, map(here.url_of, SECTIONS)), "")
    if first:
        return redirect(first)
    if here.person.may(Right.CHANGE_PLANNED):
        return TemplateResponse(request, "setup/nothing.html", here.context())
    raise Http404
