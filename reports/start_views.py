"""Where a plan begins: its latest reported year, and the dashboard."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from activities import revisions
from activities.models import Period
from findings import confidence
from indicators.start_year import start_year
from pages.lines import with_query
from pages.plan_page import PlanPage, Tagged, plan_of
from reports import arrival, dashboard, jobs, sheet, years


@require_safe
@login_required
def plan(request: HttpRequest, slug: str) -> HttpResponse:
    """Lead to the plan's latest reported year."""
    found = plan_of(request, slug)
    return redirect("dashboard", found.slug, start_year(found))


@require_safe
@login_required
def dashboard_page(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    here = PlanPage(request, slug, year, tagged=Tagged.NARROWS, sums=True, backed=True)
    sort = request.GET.get("sort", "")
    found = dashboard.overview(here.figures)
    body = ""
    if found.summary.indicators:
        sort = sort if sort.removeprefix("-") in dashboard.SORTS else ""
        body = revisions.kept(
            dashboard.key_of(here, sort), lambda: _dashboard_body(here, found, sort)
        )
    context = here.context(
        summary=found.summary,
        body=body,
        running=years.running_years(here),
        is_open=here.period is not None and here.period.state == Period.State.OPEN,
    )
    return TemplateResponse(request, "reports/dashboard.html", context)


def _dashboard_body(here: PlanPage, found: dashboard.YearOverview, sort: str) -> SafeString:
    """Return the dashboard below its head."""
    all_years = years.every_year(here, found)
    alone = dashboard.overview(here.yearly) if here.is_cumulative else found
    trust = confidence.of_year(here.yearly, here.findings, here.handling())
    scores = sheet.by_unit(here)
    before = years.year_before(here)
    top = sheet.of_page(
        here,
        here.yearly.rows,
        here.yearly_url("indicator_list"),
        before=before.summary if before else None,
    )
    reported_url = here.yearly_url("indicator_list")
    context = {
        "here": here,
        "plan": here.plan,
        "year": here.year,
        "reading": here.reading.value,
        "limits": here.figures.bands.limits,
        "summary": found.summary,
        "sheet": top,
        "jobs": jobs.jobs(here, top.headline) if jobs.may_do(here) else [],
        "whole": scores[""],
        "reported_url": with_query(reported_url, "report=reported"),
        "blocking": here.findings.marks.total,
        "lines": dashboard.unit_lines(here, found, scores, sort),
        "sort": sort,
        "reported_years": found.reported_years,
        "by_year": years.year_lines(here, all_years),
        "heat": years.heat_rows(here, all_years),
        "objective_heat": years.objective_heat(here, all_years),
        "heat_total": years.heat_total(here, all_years),
        "why_no_arrival": arrival.why_not_shown(here, trust),
        "progress": arrival.progress(here, alone.summary, trust),
        "trust": arrival.trust_lines(trust.plan, here.yearly_url("indicator_list")),
        "trust_reported": trust.plan.reported,
        "trust_rows": arrival.trust_rows(here, trust),
        "objectives": dashboard.objective_lines(here, found),
        "not_reported": found.not_reported,
        "furthest_behind": found.furthest_behind,
        "exceeded": found.exceeded,
    }
    return render_to_string("reports/_dashboard.html", context)
