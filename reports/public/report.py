"""The official report of a published year, for everybody and without a session."""

from __future__ import annotations

import logging
from hashlib import sha256
from io import BytesIO

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import get_language, pgettext
from django.views.decorators.http import require_safe

from activities import revisions
from activities.models import Plan
from indicators.editions import PublicFigures
from reports import annual
from reports.api.throttling import AnonymousThrottle
from reports.downloads import attached_as
from reports.exports import file_name
from reports.official import Source, source_of
from reports.public.views import public

logger = logging.getLogger(__name__)

FORMAT = 2  # part of every mark: raise it when the same edition is set in another form
RETRY_AFTER_SECONDS = 30


class ReportThrottle(AnonymousThrottle):
    """Count the reports an address asks for, apart from what it asks of the API."""

    scope = "report"


@require_safe
@login_not_required
@public
def public_report(request: HttpRequest, slug: str, year: int, form: str) -> HttpResponse:
    """Send the whole plan's official report; made once until something of it changes."""
    if form not in annual.FORMS:
        raise Http404
    plans = Plan.objects.select_related("revision_row", "municipality").filter(is_public=True)
    plan = get_object_or_404(plans, slug=slug)
    source = source_of(plan, year, None)
    if source is None or not isinstance(source.figures, PublicFigures):
        raise Http404
    # What is corrected grows the revision.
    checksum = source.figures.public_checksum
    marks = (FORMAT, checksum, revisions.counted(plan), plan.name, get_language(), form)
    etag = quote_etag(sha256("\n".join(map(str, marks)).encode()).hexdigest()[:32])
    found = get_conditional_response(request, etag=etag)
    if found is None:
        if not ReportThrottle().has_room(request):
            return _sorry(request, 429)
        try:
            content = revisions.kept(f"report:{etag}", lambda: _made(source, form))
        except annual.ReportFailed as failure:
            logger.error("The report of %s could not be made: %s", request.path, failure)
            return _sorry(request, 503)
        found = _file(source, form, content)
    found["ETag"] = etag
    return found


def _made(source: Source, form: str) -> bytes:
    target = BytesIO()
    annual.write(annual.build(source), form, target)
    return target.getvalue()


def _file(source: Source, form: str, content: bytes) -> HttpResponse:
    plan, year = source.plan, source.figures.year
    words = (pgettext("file name", "report"), source.name)
    named = attached_as(
        f"{file_name(plan, year, *words)}.{form}",
        " · ".join([str(plan), str(year), *words]) + f".{form}",
    )
    headers = {"Content-Disposition": named}
    return HttpResponse(content, content_type=annual.FORMS[form], headers=headers)


def _sorry(request: HttpRequest, status: int) -> HttpResponse:
    back = request.path.rpartition("report.")[0]
    context = {"has_too_many": status == 429, "back": back}
    response = render(request, "public/report_failed.html", context, status=status)
    response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response
