"""The pages that show a plan's year: dashboard, department, objective, indicators."""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import cast

from django.contrib.auth.decorators import login_not_required, login_required
from django.core.paginator import Paginator
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.rights import Right, may_somewhere
from activities.models import Objective
from findings import confidence
from findings.checks.finding import Severity
from imports.reasons import with_files
from indicators import ambition, changes, since_sent
from indicators.achievement import Status, summarise
from indicators.cumulative import CumulativeFigures
from indicators.figures import Figure
from indicators.labels import BADGE_LABELS, STATUS_LABELS
from indicators.models import Indicator, Realization
from pages.plan_page import PlanPage, Tagged
from reports import arrival, charts, compare, dashboard, findings, headline, jobs, sheet, years
from reports.tables import (
    AMBITION_LABELS,
    FINDING_LABELS,
    REPORT_LABELS,
    SINCE_LABELS,
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
def compare_page(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    """Show two years, two departments or two readings side by side."""
    here = PlanPage(request, slug, year, keeps=("a", "b", "sort"))
    raised = request.GET.get("a", ""), request.GET.get("b", "")
    sort = request.GET.get("sort", "")
    offer, offers = compare.chosen(here, *raised)
    first, second = compare.sides(here, offer)
    found = compare.pairs(offer, first, second, sort)
    page = Paginator(found, compare.PAGE_LENGTH).get_page(request.GET.get("page"))
    imported = compare.imported(here, first, second)
    context = here.context(
        offer=offer,
        offers=offers,
        first=first,
        second=second,
        shares=compare.shares(first, second, with_confidence=not imported),
        why_not=compare.why_not(first, second),
        why_no_arrival=" ".join(headline.why_no_arrival(*each) for each in imported.items()),
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
    found, scores = dashboard.overview(here.figures), sheet.by_unit(here)
    lines = dashboard.unit_lines(here, found, scores, sort)
    context = here.context(summary=found.summary, lines=lines, whole=scores[""], sort=sort)
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
    trust = confidence.of_year(here.yearly, here.findings, here.handling())
    before = years.year_before(here)
    context = _table(
        here,
        rows,
        title=f"{unit.number}. {unit.name}",
        unit=unit,
        above=above,
        sheet=sheet.of_page(
            here,
            _alone(here, rows),
            here.yearly_url("department", number),
            unit=unit,
            before=before.by_unit.get(number) if before else None,
        ),
        **_trust(here, trust, trust.by_unit.get(number), "department", number),
        report_query=f"departments={unit.number}",
        may_report=cast(User, request.user).may(Right.SEE_DRAFTS, unit.id),
        branches=[
            line
            for line in dashboard.unit_lines(
                here, dashboard.overview(here.figures), sheet.by_unit(here), ""
            )
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
    trust = confidence.of_year(here.yearly, here.findings, here.handling())
    before = years.year_before(here)
    context = _table(
        here,
        rows,
        title=str(found),
        objective=found,
        goals=goals,
        sheet=sheet.of_page(
            here,
            _alone(here, rows),
            here.yearly_url("objective", code),
            before=before.by_objective.get(code) if before else None,
        ),
        **_trust(here, trust, trust.by_objective.get(code), "objective", code),
    )
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
        request.GET.get("severity", ""),
        request.GET.get("check", ""),
        request.GET.get("unit", ""),
        request.GET.get("open", ""),
        request.GET.get("q", ""),
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
        value=_judged(found, year) if sees_history else None,
    )
    return TemplateResponse(request, "reports/indicator.html", context)


def _judged(found: Indicator, year: int) -> Realization | None:
    """Return the year's verified value with who verified it and who wrote it; None without one."""
    verified = found.realizations.filter(year=year, state=Realization.State.APPROVED)
    return verified.select_related("decided_by", "entered_by").first()


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
        sinces=SINCE_LABELS.items(),
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
    if chosen.report == "unexplained":
        found.append(jobs.unexplained(here.yearly))
    if chosen.report == "verified":
        rows_of = here.progress.rows
        found.append({row.id for row in rows_of if row.is_verified and row.is_reported})
    # Of the page's rows: one that counts with another unit's counts in its own.
    if chosen.ambition:
        own = _alone(here, rows)
        found.append(ambition.ids_of(chosen.ambition, own, here.yearly.last_targets()))
    if chosen.since:
        moved = since_sent.since_sent(here.yearly, _alone(here, rows))
        found.append(moved.rows[chosen.since])
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


def _alone(here: PlanPage, rows: Iterable[Figure]) -> list[Figure]:
    """Return the rows of a page as the year alone has them."""
    ids = {row.id for row in rows}
    return [row for row in here.yearly.rows if row.id in ids]


def _trust(
    here: PlanPage,
    year: confidence.YearConfidence,
    found: confidence.Confidence | None,
    page: str,
    key: str,
) -> dict[str, object]:
    """Return what a unit's or objective's page says of its data confidence in the year."""
    found = found or confidence.NOTHING_REPORTED
    return {
        "trust": arrival.trust_lines(found, here.yearly_url(page, key)),
        "trust_reported": found.reported,
        "why_no_arrival": arrival.why_not_shown(here, year),
    }
