"""The plan's table and the departments' templates as files to download."""

from __future__ import annotations

from collections.abc import Callable
from tempfile import SpooledTemporaryFile
from typing import IO, Any, cast
from urllib.parse import quote

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import current
from accounts.models import User
from accounts.rights import Right
from activities.models import LONGEST_PLAN
from imports.views import administrators_only
from indicators.achievement import Reading
from pages.plan_page import READINGS, PlanPage, Tagged
from reports.exports import FORMS, PrintedTable, empty, file_name, template
from reports.exports.rows import heading
from reports.official import Source, read_state, source_of

IN_MEMORY = 5_000_000
"""Bytes; a larger file goes over the disk."""


@require_safe
@login_required
def plan_export(request: HttpRequest, slug: str, year: int, form: str) -> FileResponse:
    """Send the plan's table in one year as a file, under the reading and tag of the page."""
    if form not in FORMS:
        raise Http404
    here = PlanPage(request, slug, year, tagged=Tagged.NARROWS)
    source = source_for(here)
    printed = PrintedTable.of(source, tag=here.tag)
    narrowed = reading_of(source)
    name = file_name(here.plan, year, source.name, *narrowed, here.tag.key if here.tag else "")
    narrowed += [str(here.tag)] if here.tag else []
    return send(
        lambda target: FORMS[form].write(printed, target),
        FORMS[form].content_type,
        f"{name}.{form}",
        " · ".join([str(here.plan), str(year), source.name, *narrowed]) + f".{form}",
    )


def source_for(here: PlanPage) -> Source:
    """Return what a file is made from that a page offers; Http404 where it does not exist."""
    person = here.request.user
    asked = read_state(here.request.GET.get("state", ""))
    source = source_of(
        here.plan, here.year, person, state=asked, reading=here.reading, tag=here.figures.tag
    )
    if source is None:
        raise Http404
    return source


def reading_of(source: Source) -> list[str]:
    """Return what a file's name says of its reading: nothing where it is the usual one."""
    usual = source.is_official or source.figures.reading is Reading.REPORTED
    return [] if usual else [READINGS[source.figures.reading]()]


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


EMPTY_YEARS = 3  # the usual term of a plan


@require_safe
@login_required
@administrators_only
def empty_table(request: HttpRequest) -> FileResponse:
    """Send an empty table to write a plan in, of the years asked for, else the next three."""
    form = EmptyTableForm(request.GET)
    if not form.is_valid():
        raise Http404
    years = form.years
    municipality = current.enter(request)
    author = municipality.name if municipality else ""
    name = _("Plan table %(first)s–%(last)s") % {"first": years[0], "last": years[-1]}
    return send(
        lambda target: empty.write(years, target, author=author),
        FORMS["xlsx"].content_type,
        f"plan-{years[0]}-{years[-1]}.xlsx",
        f"{name}.xlsx",
    )


class EmptyTableForm(forms.Form):
    """The years of an empty table."""

    first = forms.IntegerField(required=False, min_value=1990, max_value=2100)
    last = forms.IntegerField(required=False, min_value=1990, max_value=2100)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        first = cleaned.get("first") or timezone.localdate().year + 1
        last = cleaned.get("last") or first + EMPTY_YEARS - 1
        if not first <= last < first + LONGEST_PLAN:
            raise forms.ValidationError("years")
        self.years = list(range(first, last + 1))
        return cleaned


def send(
    write: Callable[[IO[bytes]], None], content_type: str, ascii_name: str, name: str
) -> FileResponse:
    """Return a file as an attachment, in pieces, with a name for old and for new browsers."""
    file = cast("IO[bytes]", SpooledTemporaryFile(max_size=IN_MEMORY))  # noqa: SIM115
    write(file)
    file.seek(0)
    response = FileResponse(file, content_type=content_type)
    response["Content-Disposition"] = attached_as(ascii_name, name)
    return response


def attached_as(ascii_name: str, name: str) -> str:
    """Return the header that names a file to old and to new browsers."""
    return f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(name, safe='')}"
