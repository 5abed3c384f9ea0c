"""The plan's table and the departments' templates as files to download."""

from __future__ import annotations

from collections.abc import Callable
from tempfile import SpooledTemporaryFile
from typing import IO, cast
from urllib.parse import quote

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.rights import Right
from indicators.achievement import Reading
from pages.plan_page import PlanPage, Tagged
from reports.exports import FORMS, PrintedTable, file_name, template
from reports.exports.rows import heading

IN_MEMORY = 5_000_000
"""Bytes; a larger file goes over the disk."""


@require_safe
@login_required
def plan_export(request: HttpRequest, slug: str, year: int, form: str) -> FileResponse:
    """Send the plan's table in one year as a file, under the reading and tag of the page."""
    if form not in FORMS:
        raise Http404
    here = PlanPage(request, slug, year, tagged=Tagged.NARROWS)
    printed = PrintedTable(here.figures, tag=here.tag)
    narrowed = [] if here.reading is Reading.REPORTED else [here.reading.value]
    name = file_name(here.plan, year, *narrowed, here.tag.key if here.tag else "")
    narrowed += [str(here.tag)] if here.tag else []
    return send(
        lambda target: FORMS[form].write(printed, target),
        FORMS[form].content_type,
        f"{name}.{form}",
        " · ".join([str(here.plan), str(year), *narrowed]) + f".{form}",
    )


@require_safe
@login_required
def department_template(request: HttpRequest, slug: str, year: int, number: str) -> FileResponse:
    """Send a unit's workbook to report the year in, to who reports for it or reviews it."""
    assert isinstance(request.user, User)
    here = PlanPage(request, slug, year)
    unit = here.units_by_number.get(number)
    if unit is None or not request.user.may(Right.SEE_DRAFTS, unit.id):
        raise Http404
    printed = PrintedTable(here.figures, number)
    return send(
        lambda target: template.write(printed, target),
        FORMS["xlsx"].content_type,
        f"{file_name(here.plan, year, number, unit.short)}.xlsx",
        f"{year} · {heading(unit)}.xlsx",
    )


def send(
    write: Callable[[IO[bytes]], None], content_type: str, ascii_name: str, name: str
) -> FileResponse:
    """Return a file as an attachment, in pieces, with a name for old and for new browsers."""
    file = cast("IO[bytes]", SpooledTemporaryFile(max_size=IN_MEMORY))  # noqa: SIM115
    write(file)
    file.seek(0)
    response = FileResponse(file, content_type=content_type)
    response["Content-Disposition"] = (
        f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(name, safe='')}"
    )
    return response
