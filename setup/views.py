"""Where the settings begin."""

from __future__ import annotations

from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from accounts import current
from accounts.models import User
from setup.frame import SECTIONS, SettingsPage


@require_safe
@login_required
def settings(request: HttpRequest) -> HttpResponse:
    """Lead to the first section that a person may open."""
    municipality = current.enter(request)
    if municipality is None:
        raise Http404
    here = SettingsPage(request, municipality, None)
    person = cast(User, request.user)
    for section in SECTIONS:
        if person.may(section.right) and (not section.of_plan or here.plan is not None):
            args = [here.plan.slug] if section.of_plan and here.plan is not None else []
            return redirect(section.name, *args)
    raise Http404
