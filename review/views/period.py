"""Opening, closing and publishing a year."""

from __future__ import annotations

from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from activities.models import Department, Period
from activities.sentences import Sentence
from activities.wording import say
from indicators import periods
from mail import queueing
from pages.plan_page import PlanPage
from review import actions, publishing
from review.forms import ExtensionForm, OpenForm, PublishForm
from review.views.access import person_of, reviewers_only


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@reviewers_only
def period(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    """Open, close and publish a year, or open it again for one unit."""
    here = PlanPage(request, slug, year)
    stored = here.periods.get(year) or Period(plan=here.plan, year=year)
    action = request.POST.get("action", "") if request.method == "POST" else ""
    forms = _period_forms(here, stored, request, action)
    error = ""
    if action:
        if action not in (*forms, "close"):
            raise Http404
        form = forms.get(action)
        try:
            if form is None or form.is_valid():
                _run(request, here, action, form)
                return redirect(here.url("period"))
        except Sentence as sentence:
            error = say(sentence)
            here = PlanPage(request, slug, year)
            stored = here.periods.get(year, stored)
    context = here.context(
        period=stored,
        forms=forms,
        error=error,
        action=action,
        preview=publishing.preview(here) if stored.state == Period.State.CLOSED else None,
        published=publishing.published(here) if stored.state == Period.State.PUBLISHED else None,
        extensions=stored.extensions.select_related("department", "granted_by")
        if stored.pk
        else [],
        today=timezone.localdate(),
    )
    return TemplateResponse(request, "review/period.html", context)


def _period_forms(
    here: PlanPage, stored: Period, request: HttpRequest, action: str
) -> dict[str, django_forms.Form]:
    """Return the forms of the page; the one that was sent holds what was typed."""

    def data(name: str) -> Any:
        return request.POST if action == name else None

    dates = {
        "opens_on": stored.opens_on or timezone.localdate(),
        "closes_on": stored.closes_on,
    }
    return {
        "open": OpenForm(data("open"), initial=dates, prefix="open"),
        "reopen": ExtensionForm(list(here.figures.units.values()), data("reopen"), prefix="reopen"),
        "publish": PublishForm(data("publish"), prefix="publish"),
    }


def _run(request: HttpRequest, here: PlanPage, action: str, form: django_forms.Form | None) -> None:
    """Do one step of the period; raise Sentence if it cannot be taken."""
    plan, year, person = here.plan, here.year, person_of(request)
    given = form.cleaned_data if form is not None else {}
    if action == "open":
        was_open = here.periods.get(year)
        is_new = was_open is None or was_open.state != Period.State.OPEN
        with transaction.atomic():
            opened = periods.open_period(plan, year, **given)
            if is_new:
                queueing.notify_opened(opened, by=person)
        if is_new:
            messages.success(request, _("The year is open; the coordinators are told."))
        else:
            messages.success(request, _("The dates are changed."))
    elif action == "close":
        periods.close_period(plan, year)
        messages.success(request, _("The year is closed."))
    elif action == "reopen":
        department = get_object_or_404(Department, pk=given["department"])
        periods.reopen_for(
            plan, year, department, until=given["until"], reason=given["reason"], person=person
        )
        messages.success(request, _("The year is open again for this unit."))
    else:
        edition = actions.publish(plan, year, seen=given["seen"], person=person)
        told = _("The year %(year)s is published as edition %(number)s.")
        messages.success(request, told % {"year": year, "number": edition.number})
