"""The pages that show a plan's year: dashboard, department, objective, indicators."""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import cast

from django.contrib.auth.decorators import login_not_required, login_required
from django.core.paginator import Paginator
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.rights import Right, may_somewhere
from activities import revisions
from activities.models import Objective, Plan
from findings import confidence
from findings.checks.finding import Severity
from imports.reasons import with_files
from indicators import ambition, changes
from indicators.achievement import Status, summarise
from indicators.cumulative import CumulativeFigures
from indicators.figures import Figure
from indicators.labels import BADGE_LABELS, STATUS_LABELS
from indicators.models import Indicator
from indicators.start_year import start_year, start_years
from pages.asked import asked_reasons
from pages.plan_page import PlanPage, Tagged
from reports import charts, compare, dashboard, findings
from reports.tables import (
    AMBITION_LABELS,
    FINDING_LABELS,
    REPORT_LABELS,
    TRUST_FILTERS,
    Filter,
    lone_row,
    read_filter,
    unit_blocks,
)


@require_safe
@login_not_required
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """Tell a watcher that the application and its database answer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


@require_safe
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Show the plans; a person with units is led to hers."""
    assert isinstance(request.user, User)
    found = list(Plan.objects.all()[:20])
    years = start_years(found)
    plans = [(plan, years[plan.pk]) for plan in found]
    units = request.user.departments.prefetch_related("places").order_by("sort_key")
    if len(plans) == 1 and not units:
        return redirect("plan", plans[0][0].slug)
    context = {"plans": plans, "units": units, "asked": asked_reasons(request.user)}
    return TemplateResponse(request, "reports/home.html", context)


@require_safe
@login_required
def plan(request: HttpRequest, slug: str) -> HttpResponse:
    """Lead to the plan's latest reported year."""
    found = get_object_or_404(Plan, slug=slug)
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
    context = here.context(summary=found.summary, body=body)
    return TemplateResponse(request, "reports/dashboard.html", context)


def _dashboard_body(here: PlanPage, found: dashboard.YearOverview, sort: str) -> SafeString:
    """Return the dashboard below its head."""
    years = dashboard.every_year(here, found)
    alone = dashboard.overview(here.yearly) if here.is_cumulative else found
    trust = confidence.of_year(here.yearly, here.findings, here.handling())
    reported_url = here.yearly_url("indicator_list")
    context = {
        "here": here,
        "plan": here.plan,
        "year": here.year,
        "reading": here.reading.value,
        "limits": here.figures.bands.limits,
        "summary": found.summary,
        "reported_url": f"{reported_url}{'&' if '?' in reported_url else '?'}report=reported",
        "blocking": here.findings.marks.total,
        "lines": dashboard.unit_lines(here, found, sort),
        "sort": sort,
        "reported_years": found.reported_years,
        "by_year": dashboard.year_lines(here, years),
        "heat": dashboard.heat_rows(here, years),
        "objective_heat": dashboard.objective_heat(here, years),
        "heat_total": dashboard.heat_total(here, years),
        "progress": dashboard.progress(here, alone.summary, trust),
        "trust": dashboard.trust_lines(trust.plan, here.yearly_url("indicator_list")),
        "trust_reported": trust.plan.reported,
        "trust_rows": dashboard.trust_rows(here, alone, trust),
        "objectives": dashboard.objective_lines(here, found),
        "not_reported": found.not_reported,
        "furthest_behind": found.furthest_behind,
        "exceeded": found.exceeded,
    }
    return render_to_string("reports/_dashboard.html", context)


@require_safe
@login_required
def compare_page(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    """Show two years, two departments or two readings side by side."""
    here = PlanPage(request, slug, year, keeps=("a", "b", "sort"))
    raised = request.GET.get("a", ""), request.GET.get("b", "")
    sort = request.GET.get("sort", "")
    offer, offers = compare.chosen(here, *raised)
    first, second = compare.sides(here, offer)
    found = compare.pairs(offer, first, second, sort)
    page = Paginator(found, compare.PAGE_LENGTH).get_page(request.GET.get("page"))
    context = here.context(
        offer=offer,
        offers=offers,
        first=first,
        second=second,
        shares=compare.shares(first, second),
        counts=compare.counts(first, second),
        sorts=[
            ("", _("as printed")),
            (compare.Sort.RISE.value, _("largest rise first")),
            (compare.Sort.FALL.value, _("largest fall first")),
        ],
        sort=sort,
        page=page,
    )
    if offer.name == "years":
        context["years"] = []  # The two sides are years themselves.
    elif offer.name == "readings":
        context["readings"] = []
    return TemplateResponse(request, "reports/compare.html", context)


@require_safe
@login_required
def departments(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    """Show the departments with their branches, as the dashboard does."""
    here = PlanPage(request, slug, year, tagged=Tagged.NARROWS, sums=True, backed=True)
    sort = request.GET.get("sort", "")
    sort = sort if sort.removeprefix("-") in dashboard.SORTS else ""
    found = dashboard.overview(here.figures)
    lines = dashboard.unit_lines(here, found, sort)
    context = here.context(summary=found.summary, lines=lines, sort=sort)
    return TemplateResponse(request, "reports/departments.html", context)


@require_safe
@login_required
def department(request: HttpRequest, slug: str, year: int, number: str) -> HttpResponse:
    here = PlanPage(request, slug, year, tagged=Tagged.NARROWS, sums=True, backed=True)
    unit = here.units_by_number.get(number)
    if unit is None:
        raise Http404
    rows = [row for row in here.figures.rows if number in (row.unit.number, row.department.number)]
    above = here.figures.units.get(unit.parent_id or 0)
    trust = confidence.of_year(here.yearly, here.findings, here.handling()).by_unit.get(number)
    context = _table(
        here,
        rows,
        title=f"{unit.number}. {unit.name}",
        unit=unit,
        above=above,
        **_trust(here, trust, "department", number),
        report_query=f"departments={unit.number}",
        may_report=cast(User, request.user).may(Right.SEE_DRAFTS, unit.id),
        branches=[
            line
            for line in dashboard.unit_lines(here, dashboard.overview(here.figures), "")
            if line.unit.number == number
            for line in line.branches
        ],
    )
    return TemplateResponse(request, "reports/department.html", context)


@require_safe
@login_required
def objective(request: HttpRequest, slug: str, year: int, code: str) -> HttpResponse:
    """Show a strategic objective ("4") or a goal ("4.4")."""
    here = PlanPage(request, slug, year, tagged=Tagged.NARROWS, sums=True, backed=True)
    found, goals = _objective(here, code)
    rows = [row for row in here.figures.rows if code in (row.objective_code, row.goal_code)]
    trust = confidence.of_year(here.yearly, here.findings, here.handling()).by_objective.get(code)
    more = _trust(here, trust, "objective", code)
    context = _table(here, rows, title=str(found), objective=found, goals=goals, **more)
    return TemplateResponse(request, "reports/objective.html", context)


@require_safe
@login_required
def indicator_list(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    here = PlanPage(request, slug, year, tagged=Tagged.NARROWS, sums=True)
    context = _table(here, here.figures.rows, title=_("All indicators"), is_whole_plan=True)
    return TemplateResponse(request, "reports/indicator_list.html", context)


@require_safe
@login_required
def findings_page(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    here = PlanPage(request, slug, year, tagged=Tagged.NARROWS)
    chosen = findings.read_narrowing(
        request.GET.get("severity", ""), request.GET.get("check", ""), request.GET.get("unit", "")
    )
    raised = here.findings.raised
    fitting = [one for one in raised if chosen.fits(one)]
    fitting.sort(key=lambda one: list(Severity).index(one.severity))
    # Who answers nothing at all is spared looking through every finding's rows.
    may_answer = may_somewhere(cast(User, request.user), Right.ANSWER)
    page = Paginator(fitting, findings.PAGE_LENGTH).get_page(request.GET.get("page"))
    context = here.context(
        groups=findings.groups(
            here.findings, page.object_list, cast(User, request.user) if may_answer else None
        ),
        narrowing=chosen,
        checks=findings.counted(raised),
        severities=findings.SEVERITY_LABELS.items(),
        units=here.figures.units.values(),
        total=len(raised),
        shown=len(fitting),
        page=page,
    )
    return TemplateResponse(request, "reports/findings.html", context)


@require_safe
@login_required
def indicator(request: HttpRequest, slug: str, year: int, pk: int) -> HttpResponse:
    assert isinstance(request.user, User)
    here = PlanPage(request, slug, year, tagged=Tagged.KEPT)
    found = get_object_or_404(
        Indicator.objects.of_plan(here.plan).in_use().select_related("activity"), pk=pk
    )
    by_year = here.figures.over_the_years(here.figures.row(pk))
    raised = findings.cards_of(here.findings, pk)
    sees_history = request.user.may(Right.SEE_DRAFTS, found.activity.department_id)
    context = here.context(
        indicator=found,
        row=lone_row(here.figures, by_year[year], found),
        by_year=[(each, row, here.is_awaited(each, row)) for each, row in by_year.items()],
        picture=charts.columns(_points(found, by_year)),
        shared=findings.sharing_units(raised, by_year[year]),
        raised=raised,
        history=with_files(changes.of_indicator(found)) if sees_history else None,
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


def _table(here: PlanPage, rows: list[Figure], **more: object) -> dict[str, object]:
    """Return what a page with the published table needs; the totals are of all its rows."""
    chosen = read_filter(here.request.GET)
    among = _among(here, chosen, rows)
    shown = [row for row in chosen.narrow(rows) if all(row.id in ids for ids in among)]
    summary = summarise(rows, unreported=here.figures.unreported)
    return here.context(
        summary=summary,
        blocking=here.findings.marks.among({row.id for row in rows}),
        filter=chosen,
        shown=len(shown),
        units=unit_blocks(here.figures, shown) if shown else [],
        statuses=[
            (status, STATUS_LABELS[status], summary.count(status))
            for status in Status
            if summary.count(status)
        ],
        badges=BADGE_LABELS.items(),
        reports=REPORT_LABELS.items(),
        findings=FINDING_LABELS.items(),
        trusts=TRUST_FILTERS.items(),
        ambitions=AMBITION_LABELS.items(),
        reported_years=(
            here.figures.reported_years if isinstance(here.figures, CumulativeFigures) else ()
        ),
        **more,
    )


def _among(here: PlanPage, chosen: Filter, rows: Iterable[Figure]) -> list[Container[int]]:
    """Return the indicators of which all that a row does not hold is what was asked for."""
    found: list[Container[int]] = []
    if chosen.finding == "blocking":
        found.append(here.findings.blocked)
    elif chosen.finding:
        found.append(confidence.questioned(here.findings))
    if chosen.trust:
        marks = here.handling().marks(here.yearly, here.findings)
        found.append({key for key, has in marks.items() if confidence.fits(chosen.trust, has)})
    if chosen.report == "verified":
        found.append({row.id for row in here.progress.rows if row.is_verified})
    if chosen.ambition:
        # Of the page's rows: one that counts with another unit's counts in its own.
        ids = {row.id for row in rows}
        own = [row for row in here.yearly.rows if row.id in ids]
        found.append(ambition.ids_of(chosen.ambition, own, here.yearly.last_targets()))
    return found


def _objective(here: PlanPage, code: str) -> tuple[Objective, list[Objective]]:
    """Return an objective (or a goal) with its goals; one query."""
    of_plan = list(Objective.objects.filter(plan=here.plan))
    by_id = {each.pk: each for each in of_plan}
    found = next((each for each in of_plan if each.code == code), None)
    if found is None:
        raise Http404
    found.parent = by_id.get(found.parent_id or 0)
    return found, [each for each in of_plan if each.parent_id == found.pk]


def _trust(
    here: PlanPage, found: confidence.Confidence | None, page: str, key: str
) -> dict[str, object]:
    """Return what a unit's or objective's page says of its data confidence in the year."""
    found = found or confidence.NOTHING_REPORTED
    return {
        "trust": dashboard.trust_lines(found, here.yearly_url(page, key)),
        "trust_reported": found.reported,
    }
