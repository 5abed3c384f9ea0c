"""The open data of a published year, for everybody and without a session."""

from __future__ import annotations

from hashlib import sha256

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from activities.models import Plan
from activities.revisions import counted
from reports.exports import file_name
from reports.opendata.dictionary import ALL_TABLES
from reports.opendata.files import OpenData
from reports.opendata.published import edition_of

FORMAT = 5  # part of every ETag: raise it when the same edition is written in another form
AGE = 300  # seconds
DOCUMENT = "edition.json"  # what the public checksum is over
FILES = (DOCUMENT, *(f"{name}.csv" for name in ALL_TABLES), "data.json", "datapackage.json")


@require_safe
@login_not_required
def open_data(
    request: HttpRequest, slug: str, year: int, name: str, number: int | None = None
) -> HttpResponseBase:
    """Send a file of a published year's open data, the same for everybody.

    Of the newest edition, or of the one with a number. An edition that does not fit its checksums
    is refused before it is asked what the reader knows already.
    """
    if name not in FILES:
        raise Http404
    plans = Plan.objects.select_related("revision_row", "municipality").filter(is_public=True)
    plan = get_object_or_404(plans, slug=slug)
    frozen = edition_of(plan, year, number)
    if frozen is None:
        raise Http404
    # The name is not frozen. Nothing in the mark is made from a number that is not public.
    marks = f"{FORMAT} {frozen.public_checksum} {counted(plan)} {plan.name} {name}"
    etag = quote_etag(sha256(marks.encode()).hexdigest()[:32])
    found = get_conditional_response(request, etag=etag) or _file(OpenData(frozen), name)
    found["ETag"] = etag
    found["Cache-Control"] = f"public, max-age={AGE}"
    found["Access-Control-Allow-Origin"] = "*"
    return found


def _file(data: OpenData, name: str) -> HttpResponse:
    if name == DOCUMENT:
        return HttpResponse(data.frozen.document.encode(), content_type="application/json")
    if name == "data.json":
        return HttpResponse(data.data(), content_type="application/json")
    if name == "datapackage.json":
        return HttpResponse(data.package(), content_type="application/json")
    table = ALL_TABLES[name.removesuffix(".csv")]
    file = f"{file_name(data.plan, data.year, table.name)}.csv"
    return HttpResponse(
        data.csv(table),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{file}"'},
    )
