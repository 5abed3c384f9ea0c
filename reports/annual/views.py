"""The annual report: the page with its options, and the report itself as a file."""

from __future__ import annotations

import logging

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from pages.plan_page import READINGS, PlanPage
from reports import annual
from reports.annual.summary import ReportSummary
from reports.downloads import reading_of, send, source_for
from reports.exports import file_name
from reports.official import Source

logger = logging.getLogger(__name__)

RETRY_AFTER_SECONDS = 30


@require_safe
@login_required
def annual_report(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    """Show what can be chosen for the report, and what it will say."""
    here = PlanPage(request, slug, year)
    source = source_for(here)
    options = _options(here, source)
    overview = ReportSummary(source, options)
    figure, *facts = overview.facts()
    context = here.context(
        options=options,
        source=source,
        choices=[(reading.value, label()) for reading, label in READINGS.items()],
        units=[unit for unit in source.figures.units.values() if unit.number],
        sentences=overview.sentences(overview.departments()),
        figure=figure,
        facts=facts,
        has_indicators=bool(overview.ids),
    )
    return TemplateResponse(request, "reports/annual_report.html", context)


@require_safe
@login_required
def annual_report_file(request: HttpRequest, slug: str, year: int, form: str) -> HttpResponseBase:
    """Send the report as a file in the active language; a plain page where it cannot be made."""
    if form not in annual.FORMS:
        raise Http404
    here = PlanPage(request, slug, year)
    source = source_for(here)
    options = _options(here, source)
    report = annual.build(source, options)
    more = [source.name, *options.numbers, *reading_of(source)]
    name = file_name(here.plan, year, pgettext("file name", "report"), *more)
    try:
        return send(
            lambda target: annual.write(report, form, target),
            annual.FORMS[form],
            f"{name}.{form}",
            " · ".join([str(here.plan), report.title, *more]) + f".{form}",
        )
    except annual.ReportFailed as failure:
        logger.error("The report of %s could not be made: %s", request.get_full_path(), failure)
        page = render_to_string("reports/annual_report_failed.html", {"back": _page(here, options)})
        return HttpResponse(page, status=503, headers={"Retry-After": str(RETRY_AFTER_SECONDS)})


def _options(here: PlanPage, source: Source) -> annual.Options:
    known = [unit.number for unit in source.figures.units.values() if unit.number]
    try:
        return annual.read_options(here.request.GET, here.reading, known)
    except LookupError as unknown:
        raise Http404 from unknown


def _page(here: PlanPage, options: annual.Options) -> str:
    address = here.url("annual_report").partition("?")[0]
    query = options.query()
    return f"{address}?{query}" if query else address
