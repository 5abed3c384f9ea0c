"""Opening, closing and publishing a year."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms as django_forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.rights import Right
from activities.models import Period
from activities.sentences import Sentence
from activities.wording import say
from indicators.achievement import Reading
from pages.plan_page import PlanPage
from review import closing, publishing
from review.forms import (
    AgainForm,
    CloseForm,
    ExtensionForm,
    OpenAgainForm,
    OpenForm,
    PublishForm,
)
from review.views.access import person_of, reviewers_only
from review.views.period_steps import STEPS, Asked

State = Period.State
# Which steps begin on the page of a year in each state; the rules are those of the steps.
OFFERED: Mapping[str, tuple[str, ...]] = {
    State.PLANNED: ("open",),
    State.OPEN: ("open", "close"),
    State.CLOSED: ("open", "reopen", "decide", "undecide", "publish"),
    State.PUBLISHED: ("decide", "undecide", "again"),
}


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@reviewers_only
def period(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    """Open, close and publish a year, or open it again for one unit."""
    page = PeriodPage(request, slug, year)
    action, _colon, about = request.POST.get("action", "").partition(":")
    if request.method != "POST":
        return page.answer()
    if action not in STEPS:
        raise Http404
    form = page.form(action)
    try:
        if form is None or form.is_valid():
            STEPS[action](Asked(request, page.here, page.desk, form, about))
            return redirect(page.here.url("period"))
    except Sentence as sentence:
        typed = page.desk.small
        page = PeriodPage(request, slug, year, small=typed)
        return page.answer(action=action, form=form, error=say(sentence))
    return page.answer(action=action, form=form)


class PeriodPage:
    """The page of a year's period: what it shows in the state the year is in.

    ``small`` are the small numbers with what was typed of them.
    """

    def __init__(self, request: HttpRequest, slug: str, year: int, *, small: Any = None) -> None:
        self.request = request
        self.here = PlanPage(request, slug, year)
        self.stored = self.here.period or Period(plan=self.here.plan, year=year)
        self.desk = publishing.Desk(self.here, person_of(request))
        if small is not None:
            self.desk.small = small

    def form(self, action: str) -> django_forms.Form | None:
        """Return the form of a step with what was sent; None for a step without one."""
        return self._forms({action: self.request.POST}).get(action)

    def _forms(self, sent: Mapping[str, Any]) -> dict[str, django_forms.Form]:
        """Return the forms of the page; the ones that were sent hold what was typed."""
        stored, here = self.stored, self.here
        dates = {
            "opens_on": stored.opens_on or timezone.localdate(),
            "closes_on": stored.closes_on,
        }
        units = list(here.figures.units.values())
        open_form = OpenAgainForm if stored.state == State.CLOSED else OpenForm
        needs_reason = stored.state in (State.CLOSED, State.PUBLISHED) and self.desk.needs_reason
        return {
            "open": open_form(sent.get("open"), initial=dates, prefix="open"),
            "close": CloseForm(units, sent.get("close"), prefix="close"),
            "reopen": ExtensionForm(
                units, sent.get("reopen"), initial=self._asked_unit, prefix="reopen"
            ),
            "publish": PublishForm(
                sent.get("publish"), needs_reason=needs_reason, prefix="publish"
            ),
            "again": AgainForm(sent.get("again"), needs_reason=needs_reason, prefix="again"),
        }

    @property
    def _asked_unit(self) -> dict[str, str]:
        """Return the unit that a link on the page asks more time for."""
        return {"department": self.request.GET.get("unit", "")}

    def answer(
        self, *, action: str = "", form: django_forms.Form | None = None, error: str = ""
    ) -> HttpResponse:
        state, here = self.stored.state, self.here
        forms = self._forms({})
        if form is not None:
            forms[action] = form
        is_over = state in (State.CLOSED, State.PUBLISHED)
        context = here.context(
            period=self.stored,
            forms=forms,
            error=error,
            action=action,
            offered=OFFERED[state],
            closing=closing.closing(here) if state in (State.OPEN, State.CLOSED) else None,
            past=closing.past(self.stored) if state != State.PLANNED else None,
            desk=self.desk if is_over else None,
            since_line=self.desk.since_line if state in (State.OPEN, State.CLOSED) else None,
            # An edition holds verified values, so its numbers open to these.
            list_url=here.reading_url(
                Reading.APPROVED if state == State.PUBLISHED else Reading.REPORTED,
                "indicator_list",
            ),
            published=publishing.published(here) if state == State.PUBLISHED else None,
            may_publish_again=person_of(self.request).may(Right.PUBLISH_AGAIN),
            public_address=reverse("public_year", args=[here.plan.slug, here.year]),
            preview_address=reverse("public_preview", args=[here.plan.slug, here.year]),
            extensions=self.stored.extensions.select_related("department", "granted_by")
            if self.stored.pk
            else [],
            today=timezone.localdate(),
        )
        return TemplateResponse(self.request, "review/period.html", context)
