"""The pages on a plan as a whole: its tags, the people it counts, its copy for the next term."""

from __future__ import annotations

from typing import cast

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.rights import Right
from activities.sentences import Sentence
from activities.wording import say
from imports.views import administrators_only
from indicators import copying
from indicators.copying import Baseline, NextTerm
from indicators.people import asked_of
from pages.plan_page import PlanPage, Tagged, page_of_plan
from reports import people as split
from reports import tagging as tagged


@require_safe
@login_required
def tags(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    """Show what each tag's indicators come to."""
    here = PlanPage(request, slug, year)
    schemes, untagged = tagged.scheme_tables(here)
    context = here.context(
        schemes=schemes,
        untagged=untagged,
        has_any=any(scheme.lines for scheme in schemes),
        total=len(here.figures.rows),
        may_tag=cast(User, request.user).may(Right.TAG),
    )
    return TemplateResponse(request, "reports/tags.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def people(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    """Show how the values split by sex; which indicators count people is said in the settings."""
    here = PlanPage(request, slug, year, tagged=Tagged.NARROWS)
    may_set = cast(User, request.user).may(Right.COUNT_PEOPLE)
    if request.method == "POST":
        # A page of before that is still open somewhere.
        if not may_set:
            raise Http404
        return redirect("small_numbers", here.plan.slug)
    asked = len(asked_of(here.plan)) if may_set else 0
    context = here.context(people=split.people(here), may_set=may_set, asked=asked)
    return TemplateResponse(request, "reports/people.html", context)


class CopyForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name of the plan"), max_length=200)
    slug = forms.CharField(
        label=gettext_lazy("Short address of the new plan"),
        max_length=80,
        help_text=gettext_lazy("Letters, digits and hyphens, such as mersin-2027-2029."),
    )
    first_year = forms.IntegerField(
        label=gettext_lazy("First year"),
        min_value=1990,
        max_value=copying.LAST_YEAR,
        widget=forms.TextInput({"inputmode": "numeric"}),
    )
    last_year = forms.IntegerField(
        label=gettext_lazy("Last year"),
        min_value=1990,
        max_value=copying.LAST_YEAR,
        widget=forms.TextInput({"inputmode": "numeric"}),
    )
    baseline = forms.ChoiceField(
        label=gettext_lazy("Baseline of the indicators"),
        choices=[
            (Baseline.LAST.value, gettext_lazy("the last value that was reported")),
            (Baseline.NONE.value, gettext_lazy("empty")),
        ],
    )

    @property
    def term(self) -> NextTerm:
        given = self.cleaned_data
        return NextTerm(
            slug=given["slug"],
            first_year=given["first_year"],
            last_year=given["last_year"],
            name=given["name"],
            baseline=Baseline(given["baseline"]),
        )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@administrators_only
def plan_copy(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what a copy would hold, and make it."""
    here = page_of_plan(request, slug)
    usual = copying.next_term(here.plan)
    form = CopyForm(
        request.POST or None,
        initial={
            "name": usual.name,
            "slug": usual.slug,
            "first_year": usual.first_year,
            "last_year": usual.last_year,
            "baseline": usual.baseline.value,
        },
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = copying.copy(here.plan, form.term, person=cast(User, request.user))
        except Sentence as error:
            form.add_error(None, say(error))
        else:
            messages.success(request, _("%(plan)s was made.") % {"plan": made})
            return redirect("plan", made.slug)
    context = here.context(form=form, counts=copying.counts(here.plan))
    return TemplateResponse(request, "reports/plan_copy.html", context)
