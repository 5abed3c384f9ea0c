"""A plan's activities: found, added, changed, taken out of use or deleted."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.rights import Right
from activities.models import Activity, Plan
from activities.sentences import Sentence
from activities.wording import say
from indicators import removing
from setup.activity_form import PlannedActivityForm
from setup.frame import SettingsPage, settings_page
from setup.planned import PlannedList, narrowing_in


@require_safe
@login_required
@settings_page(Right.CHANGE_PLANNED)
def activities(request: HttpRequest, here: SettingsPage) -> HttpResponse:
    """List the plan's activities by unit with their indicators, found by words."""
    listed = PlannedList(here.its_plan, narrowing_in(request.GET), request.GET.get("page"))
    context = here.context(
        plan=here.its_plan, listed=listed, page=listed.page, narrowed=listed.narrowed
    )
    return TemplateResponse(request, "setup/activities.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@settings_page(Right.CHANGE_PLANNED)
@transaction.atomic
def activity_add(request: HttpRequest, here: SettingsPage) -> HttpResponse:
    """Add an activity to a unit of the plan; its indicators follow on its own page."""
    plan = here.its_plan
    if request.method == "POST":
        # Of two people who add the same code the second sees the first one's.
        Plan.objects.select_for_update().get(pk=plan.pk)
    unit = plan.units.filter(number=request.GET.get("unit", "")).first()
    form = PlannedActivityForm(
        request.POST or None,
        instance=Activity(plan=plan),
        initial={"department": unit.department_id} if unit else {},
    )
    if request.method == "POST" and form.is_valid():
        made = form.save_with_units(here.person)
        told = _("Activity %(code)s was added. Now add what it is measured by.")
        messages.success(request, told % {"code": made.code})
        return redirect("activity_edit", plan.slug, made.pk)
    context = here.context(form=form, plan=plan, activity=None)
    return TemplateResponse(request, "setup/activity.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@settings_page(Right.CHANGE_PLANNED)
@transaction.atomic
def activity_edit(request: HttpRequest, here: SettingsPage, pk: int) -> HttpResponse:
    """Show an activity with its indicators, and keep what is changed."""
    activity = _activity(request, here, pk)
    form = PlannedActivityForm(request.POST or None, instance=activity)
    is_seen = form.look_for_others()
    if request.method == "POST" and form.is_valid() and is_seen:
        form.save_with_units(here.person)
        messages.success(request, _("Saved."))
        return redirect("activity_edit", here.its_plan.slug, pk)
    stored = Activity.objects.get(pk=pk)
    context = here.context(
        form=form,
        plan=here.its_plan,
        activity=stored,
        rows=activity.indicators.order_by("position", "pk"),
        why_kept=_said(removing.why_not_delete_activity(stored)),
    )
    return TemplateResponse(request, "setup/activity.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@settings_page(Right.CHANGE_PLANNED)
@transaction.atomic
def activity_delete(request: HttpRequest, here: SettingsPage, pk: int) -> HttpResponse:
    """Ask, then delete an activity on which nothing hangs, or take its indicators out of use."""
    activity = _activity(request, here, pk)
    kept = removing.why_not_delete_activity(activity)
    reason = request.POST.get("reason", "").strip()[:1000]
    error = ""
    if request.method == "POST" and kept is None:
        activity._change_reason = reason or None  # type: ignore[attr-defined]
        activity.delete()
        messages.success(request, _("Activity %(code)s was deleted.") % {"code": activity.code})
        return redirect("activities", here.its_plan.slug)
    if request.method == "POST":
        try:
            rows = removing.retire_all(activity, here.person, reason)
        except Sentence as why:
            error = say(why)
        else:
            told = ngettext(
                "%(n)s indicator was taken out of use.",
                "%(n)s indicators were taken out of use.",
                len(rows),
            )
            messages.success(request, told % {"n": len(rows)})
            return redirect("activity_edit", here.its_plan.slug, pk)
    context = here.context(
        plan=here.its_plan,
        activity=activity,
        rows=activity.indicators.in_use().order_by("position", "pk"),
        why_kept=_said(kept),
        reason=reason,
        error=error,
    )
    return TemplateResponse(request, "setup/activity_delete.html", context)


def _activity(request: HttpRequest, here: SettingsPage, pk: int) -> Activity:
    """Return an activity of the plan, held while it is written."""
    rows: Any = Activity.objects.select_related("plan__municipality", "department")
    if request.method == "POST":
        rows = rows.select_for_update(of=("self",))
    found: Activity = get_object_or_404(rows, plan=here.its_plan, pk=pk)
    return found


def _said(why: Sentence | None) -> str:
    return say(why) if why is not None else ""
