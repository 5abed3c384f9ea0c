"""The pages that show a plan's year: dashboard, department, objective, indicators."""

from __future__ import annotations

from typing import cast

from django.contrib.auth.decorators import login_not_required, login_required
from django.core.paginator import Paginator
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_safe

from accounts.models import User
from activities.models import Objective, Plan
from indicators.achievement import Status, summarise
from indicators.figures import Figure
from indicators.findings import Severity
from indicators.labels import BADGE_LABELS, STATUS_LABELS
from indicators.models import Indicator
from indicators.plan_year import PlanYear, latest_year, latest_years
from reports import changes, charts, dashboard, findings
from reports.tables import lone_row, read_filter, unit_blocks


@require_safe
@login_not_required
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """Tell a watcher that the application and its database answer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


@require_GET
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Show the plans; a person with units is led to hers."""
    assert isinstance(request.user, User)
    found = list(Plan.objects.all()[:20])
    years = latest_years(found)
    plans = [(plan, years[plan.pk]) for plan in found]
    units = request.user.departments.prefetch_related("places").order_by("sort_key")
    if len(plans) == 1 and not units:
        return redirect("plan", plans[0][0].slug)
    context = {"plans": plans, "units": units}
    return TemplateResponse(request, "reports/home.html", context)


@require_GET
@login_required
def plan(request: HttpRequest, slug: str) -> HttpResponse:
    """Lead to the plan's latest reported year."""
    found = get_object_or_404(Plan, slug=slug)
    return redirect("dashboard", found.slug, latest_year(found))


@require_GET
@login_required
def dashboard_page(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    here = PlanYear(request, slug, year)
    sort = request.GET.get("sort", "")
    found = dashboard.overview(here.figures)
    heat, heat_total = dashboard.heat_rows(here, found)
    context = here.context(
        summary=found.summary,
        blocking=here.questions.marks.total,
        lines=dashboard.unit_lines(here, found, sort),
        sort=sort,
        heat=heat,
        heat_total=heat_total,
        periods=[(each, here.periods.get(each)) for each in here.plan.years],
        objectives=dashboard.objective_lines(here, found),
        not_reported=found.not_reported,
        furthest_behind=found.furthest_behind,
        exceeded=found.exceeded,
    )
    return TemplateResponse(request, "reports/dashboard.html", context)


@require_GET
@login_required
def department(request: HttpRequest, slug: str, year: int, number: str) -> HttpResponse:
    here = PlanYear(request, slug, year)
    unit = here.units_by_number.get(number)
    if unit is None:
        raise Http404
    rows = [row for row in here.figures.rows if number in (row.unit.number, row.department.number)]
    above = here.figures.units.get(unit.parent_id or 0)
    context = _table(
        here,
        rows,
        title=f"{unit.number}. {unit.name}",
        unit=unit,
        above=above,
        may_report=cast(User, request.user).may_see_drafts_of(unit.id),
        branches=[
            line
            for line in dashboard.unit_lines(here, dashboard.overview(here.figures), "")
            if line.unit.number == number
            for line in line.branches
        ],
    )
    return TemplateResponse(request, "reports/department.html", context)


@require_GET
@login_required
def objective(request: HttpRequest, slug: str, year: int, code: str) -> HttpResponse:
    """Show a strategic objective ("4") or a goal ("4.4")."""
    here = PlanYear(request, slug, year)
    found = get_object_or_404(
        Objective.objects.select_related("parent").prefetch_related("goals"),
        plan=here.plan,
        code=code,
    )
    rows = [row for row in here.figures.rows if code in (row.objective_code, row.goal_code)]
    context = _table(here, rows, title=str(found), objective=found)
    return TemplateResponse(request, "reports/objective.html", context)


@require_GET
@login_required
def indicator_list(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    here = PlanYear(request, slug, year)
    context = _table(here, here.figures.rows, title=_("All indicators"))
    return TemplateResponse(request, "reports/indicator_list.html", context)


@require_GET
@login_required
def findings_page(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    here = PlanYear(request, slug, year)
    chosen = findings.read_narrowing(
        request.GET.get("severity", ""), request.GET.get("check", ""), request.GET.get("unit", "")
    )
    asked = here.questions.asked
    fitting = [one for one in asked if chosen.fits(one)]
    fitting.sort(key=lambda one: list(Severity).index(one.finding.severity))
    page = Paginator(fitting, findings.PAGE_LENGTH).get_page(request.GET.get("page"))
    context = here.context(
        groups=findings.groups(here.questions, page.object_list),
        narrowing=chosen,
        checks=findings.counted(asked),
        severities=findings.SEVERITY_LABELS.items(),
        units=here.figures.units.values(),
        total=len(asked),
        shown=len(fitting),
        page=page,
    )
    return TemplateResponse(request, "reports/findings.html", context)


@require_GET
@login_required
def indicator(request: HttpRequest, slug: str, year: int, pk: int) -> HttpResponse:
    assert isinstance(request.user, User)
    here = PlanYear(request, slug, year)
    found = get_object_or_404(
        Indicator.objects.of_plan(here.plan).in_use().select_related("activity"), pk=pk
    )
    by_year = here.figures.over_the_years(here.figures.row(pk))
    asked = findings.questions_of(here.questions, pk)
    sees_history = request.user.may_see_drafts_of(found.activity.department_id)
    context = here.context(
        indicator=found,
        row=lone_row(here.figures, by_year[year], found),
        by_year=[(each, row, here.is_awaited(each, row)) for each, row in by_year.items()],
        picture=charts.columns(_points(found, by_year)),
        shared=findings.sharing_units(asked, by_year[year]),
        asked=asked,
        history=changes.of_indicator(found) if sees_history else None,
    )
    return TemplateResponse(request, "reports/indicator.html", context)


def _points(found: Indicator, by_year: dict[int, Figure]) -> list[charts.Point]:
    return [
        charts.Point(_("Baseline"), baseline=found.baseline),
        *(
            charts.Point(
                str(year),
                target=figure.measurement.target,
                realization=figure.measurement.realization,
            )
            for year, figure in by_year.items()
        ),
    ]


def _table(here: PlanYear, rows: list[Figure], **more: object) -> dict[str, object]:
    """Return what a page with the published table needs; the totals are of all its rows."""
    chosen = read_filter(
        here.request.GET.get("status", ""),
        here.request.GET.get("badge", ""),
        here.request.GET.get("q", ""),
    )
    shown = chosen.narrow(rows)
    summary = summarise(rows, unreported=here.figures.unreported)
    return here.context(
        summary=summary,
        blocking=here.questions.marks.among({row.id for row in rows}),
        filter=chosen,
        shown=len(shown),
        units=unit_blocks(here.figures, shown) if shown else [],
        statuses=[
            (status, STATUS_LABELS[status], summary.count(status))
            for status in Status
            if summary.count(status)
        ],
        badges=BADGE_LABELS.items(),
        **more,
    )
