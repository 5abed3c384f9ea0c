"""The pages that show a plan's year: dashboard, department, objective, indicators."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required, login_required
from django.db import connection
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_safe

from accounts.models import User
from activities.models import Activity, Objective, Plan
from indicators.achievement import Status, summarise
from indicators.figures import Figure
from indicators.labels import BADGE_LABELS, STATUS_LABELS
from indicators.models import Indicator
from reports import changes, charts, dashboard
from reports.plan_year import PlanYear, latest_year
from reports.tables import read_filter, unit_blocks


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
    plans = [(plan, latest_year(plan)) for plan in Plan.objects.all()[:20]]
    units = request.user.departments.prefetch_related("places__plan").order_by("sort_key")
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
    rows = here.figures.rows
    heat, heat_total = dashboard.heat_rows(here)
    context = here.context(
        summary=here.figures.summary,
        lines=dashboard.unit_lines(here, sort),
        sort=sort,
        heat=heat,
        heat_total=heat_total,
        periods=[(each, here.periods.get(each)) for each in here.plan.years],
        objectives=dashboard.objective_lines(here),
        not_reported=dashboard.not_reported(rows),
        furthest_behind=dashboard.furthest_behind(rows),
        exceeded=dashboard.exceeded(rows),
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
        branches=[
            line
            for line in dashboard.unit_lines(here, "")
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
def indicator(request: HttpRequest, slug: str, year: int, pk: int) -> HttpResponse:
    assert isinstance(request.user, User)
    here = PlanYear(request, slug, year)
    found = get_object_or_404(
        Indicator.objects.select_related("activity__department__parent").prefetch_related(
            "targets",
            "unit_roles__department",
            "unit_roles__institution",
            Prefetch("activity__unit_roles"),
            "activity__unit_roles__department",
            "activity__unit_roles__institution",
        ),
        pk=pk,
        activity__plan=here.plan,
    )
    by_year = {each: here.in_year(each).row(pk) for each in here.plan.years}
    blocks = unit_blocks(here.figures, [by_year[year]])
    sees_history = request.user.may_see_drafts_of(found.activity.department_id)
    context = here.context(
        indicator=found,
        row=blocks[0].blocks[0].rows[0],
        by_year=[(each, row, here.is_awaited(each, row)) for each, row in by_year.items()],
        picture=charts.columns(_points(found, by_year)),
        shared=Activity.objects.shared_with(found.activity).select_related("department"),
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
