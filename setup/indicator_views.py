"""A plan's indicators: added, changed with what it does to their ratios, or deleted."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.rights import Right
from activities.models import Activity
from activities.wording import say
from indicators import removing
from indicators.figures import bands_of
from indicators.models import Indicator
from setup.frame import SettingsPage, settings_page
from setup.indicator_form import IndicatorSheet, look_of


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@settings_page(Right.CHANGE_PLANNED)
@transaction.atomic
def indicator_add(request: HttpRequest, here: SettingsPage, pk: int) -> HttpResponse:
    """Add what an activity is measured by, with its targets."""
    rows: Any = Activity.objects.select_related("plan", "department")
    if request.method == "POST":
        # Of two people who add the same name the second sees the first one's.
        rows = rows.select_for_update(of=("self",))
    activity = get_object_or_404(rows, plan=here.its_plan, pk=pk)
    sheet = IndicatorSheet(Indicator(activity=activity), here.person, request.POST or None)
    if request.method == "POST" and sheet.is_valid():
        made = sheet.save()
        messages.success(request, _("The indicator “%(name)s” was added.") % {"name": made.name})
        if "another" in request.POST:
            return redirect("indicator_add", here.its_plan.slug, pk)
        return redirect("activity_edit", here.its_plan.slug, pk)
    return _show(request, here, sheet, activity)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@settings_page(Right.CHANGE_PLANNED)
@transaction.atomic
def indicator_edit(request: HttpRequest, here: SettingsPage, pk: int) -> HttpResponse:
    """Show what a change does to the row's ratio of every year, then store it."""
    indicator = _indicator(request, here, pk)
    sheet = IndicatorSheet(indicator, here.person, request.POST or None)
    if request.method != "POST":
        return _show(request, here, sheet, indicator.activity)
    fits, looks = sheet.is_valid(), sheet.looks()
    if fits and request.POST.get("looked", "") == look_of(looks):
        sheet.save()
        messages.success(request, _("Saved."))
        return redirect("indicator_edit", here.its_plan.slug, pk)
    return _show(request, here, sheet, indicator.activity, looks=looks, look=look_of(looks))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@settings_page(Right.CHANGE_PLANNED)
@transaction.atomic
def indicator_delete(request: HttpRequest, here: SettingsPage, pk: int) -> HttpResponse:
    """Ask, then delete an indicator on which nothing hangs."""
    indicator = _indicator(request, here, pk)
    kept = removing.why_not_delete(indicator)
    if request.method == "POST" and kept is None:
        reason = request.POST.get("reason", "").strip()[:1000]
        indicator._change_reason = reason or None  # type: ignore[attr-defined]
        indicator.delete()
        told = _("The indicator “%(name)s” was deleted.")
        messages.success(request, told % {"name": indicator.name})
        return redirect("activity_edit", here.its_plan.slug, indicator.activity_id)
    context = here.context(
        plan=here.its_plan,
        indicator=indicator,
        activity=indicator.activity,
        why_kept=say(kept) if kept is not None else "",
    )
    return TemplateResponse(request, "setup/indicator_delete.html", context)


def _indicator(request: HttpRequest, here: SettingsPage, pk: int) -> Indicator:
    """Return an indicator of the plan, held while it is written."""
    rows: Any = Indicator.objects.select_related("activity__plan", "activity__department")
    if request.method == "POST":
        rows = rows.select_for_update(of=("self",))
    found: Indicator = get_object_or_404(rows, activity__plan=here.its_plan, pk=pk)
    return found


def _show(
    request: HttpRequest,
    here: SettingsPage,
    sheet: IndicatorSheet,
    activity: Activity,
    **more: Any,
) -> HttpResponse:
    context = here.context(
        plan=here.its_plan,
        sheet=sheet,
        form=sheet.form,
        indicator=sheet.stored,
        activity=activity,
        limits=bands_of(here.its_plan).limits,
        **more,
    )
    return TemplateResponse(request, "setup/indicator.html", context)
