"""The first page: what is mine to do, and where it is done."""

from __future__ import annotations

from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import current, second_factor
from accounts.contact import contact_of
from accounts.models import User
from accounts.rights import Right
from indicators.start_year import start_years
from pages import frame
from pages.plan_page import PlanPage
from today import news, visits
from today.desk import Desk
from today.own import once
from today.since import LISTED, Since


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
    since = visits.since(person, municipality) if municipality and municipality.pk else None
    opener = once(lambda slug, year: PlanPage(request, slug, year))
    desk = Desk(person, municipality, plans, opener)
    events = Since(person, since).events() if since else []
    context = {
        "municipality": municipality,
        "plans": [(plan, opened[plan.pk]) for plan in plans],
        "work": desk.work,
        "day": timezone.localdate(),
        "jobs": desk.jobs,
        "errands": desk.errands,
        "first_run": desk.first_run,
        "second_factor_from": second_factor.announced_for(person),
        "since": since,
        "events": events[:LISTED],
        "more_events": max(len(events) - LISTED, 0),
        "news": news.editions(municipality) if municipality else [],
        "years_open": desk.years,
        "leading": desk.leading,
        "closed": desk.closed,
        "contact": None if person.may(Right.ADMINISTER) else contact_of(request),
        **frame.of_no_plan(person, "home", plans, opened, desk.waiting),
    }
    return TemplateResponse(request, "today/today.html", context)
