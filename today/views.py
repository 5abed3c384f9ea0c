"""The first page: what is mine to do, and where it is done."""

from __future__ import annotations

from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import current
from accounts.models import User
from accounts.rights import Right
from activities.models import Plan
from indicators.start_year import start_years
from pages import navigation
from pages.plan_page import PlanPage
from setup.first_run import FirstRun
from today import news, office, visits
from today.own import own_work
from today.since import Since
from today.year import ClosedYear, YearWork, running


@require_safe
@login_required
@never_cache
def home(request: HttpRequest) -> HttpResponse:
    """Show what waits for a person where she stands, each thing with where it is done.

    A closed year asks nothing but the reasons that reviewers wait for.
    """
    person = cast(User, request.user)
    municipality = current.enter(request)
    plans = list(municipality.plans.all()) if municipality else []
    opened = start_years(plans)
    pages: dict[tuple[str, int], PlanPage] = {}

    def opener(slug: str, year: int) -> PlanPage:
        if (slug, year) not in pages:
            pages[slug, year] = PlanPage(request, slug, year)
        return pages[slug, year]

    since = visits.since(person, municipality) if municipality and municipality.pk else None
    work = own_work(person, opener)
    years: list[YearWork] = []
    closed: list[ClosedYear] = []
    if municipality and person.may(Right.REVIEW):
        periods, closed = running(municipality)
        years = [YearWork(opener(each.plan.slug, each.year), person) for each in periods]
    leading = next((each for each in years if each.waiting), None) if not work.leading else None
    errands, first_run = [], None
    if municipality and person.may(Right.ADMINISTER):
        errands = office.errands(municipality, plans)
        run = FirstRun(municipality, plans)
        first_run = run if not run.has_begun else None
    in_review = sum(each.jobs for each in years)
    jobs = work.jobs + in_review + len(errands)
    waiting = {"home": jobs, "entry_home": work.jobs, "review": in_review}
    context = {
        "municipality": municipality,
        "plans": [(plan, opened[plan.pk]) for plan in plans],
        "work": work,
        "day": timezone.localdate(),
        "jobs": jobs,
        "errands": errands,
        "first_run": first_run,
        "since": since,
        "events": Since(person, since).events() if since else [],
        "news": news.editions(municipality) if municipality else [],
        "years_open": years,
        "leading": leading,
        "closed": closed,
        **_frame(person, plans, opened, waiting),
    }
    return TemplateResponse(request, "today/today.html", context)


def _frame(
    person: User, plans: list[Plan], opened: dict[int, int], waiting: dict[str, int]
) -> dict[str, object]:
    """Return the menu; of several plans it leads to the newest, the page lists them all."""
    if not plans:
        return {"nav": navigation.menu(person, "home", waiting=waiting)}
    plan = max(plans, key=lambda each: (each.first_year, -each.pk))

    def address(name: str) -> str:
        return reverse(name, args=[plan.slug, opened[plan.pk]])

    return {
        "nav": navigation.menu(person, "home", address, waiting),
        "search_url": address("indicator_list"),
    }
