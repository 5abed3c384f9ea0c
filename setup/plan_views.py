"""A plan's own pages of the settings: a new one, what it is, and its years."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.rights import Right
from activities.models import Plan
from setup.frame import SettingsPage, settings_page
from setup.plan_forms import NewPlanForm, PlanSettingsForm
from setup.years import years_of


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@settings_page(Right.ADMINISTER)
def plan_new(request: HttpRequest, here: SettingsPage) -> HttpResponse:
    """Make a plan without anything in it, to be written by hand."""
    form = NewPlanForm(request.POST or None, municipality=here.municipality)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            plan = form.save()
        messages.success(request, _("%(plan)s was made.") % {"plan": plan})
        return redirect("plan_settings", plan.slug)
    return TemplateResponse(request, "setup/plan_new.html", here.context(form=form))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@settings_page(Right.ADMINISTER)
def plan_settings(request: HttpRequest, here: SettingsPage) -> HttpResponse:
    """Show and keep a plan's name, years and rules."""
    plan = cast(Plan, here.plan)
    form = PlanSettingsForm(request.POST or None, instance=Plan.objects.get(pk=plan.pk))
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            form.stamp(request.user)
            saved = form.save()
        messages.success(request, _("Saved."))
        return redirect("plan_settings", saved.slug)
    return TemplateResponse(request, "setup/plan.html", here.context(form=form))


@require_safe
@login_required
@settings_page(Right.RUN_PERIODS)
def periods(request: HttpRequest, here: SettingsPage) -> HttpResponse:
    """List a plan's years with their state, and lead to where each is opened and closed."""
    context = here.context(years=years_of(cast(Plan, here.plan)))
    return TemplateResponse(request, "setup/periods.html", context)
