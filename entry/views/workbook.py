"""The unit's workbook given back: kept, shown, saved as drafts, and handed out again marked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import quote

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from activities.sentences import Sentence
from activities.wording import say
from entry import actions, undo
from entry.actions import Outcome, Result
from entry.desk import UnitSheet
from entry.listing import rows_of
from entry.rows import EntryRow
from entry.views.access import at_desk
from entry.views.page import context_of, whole
from entry.workbook import kept
from entry.workbook.kept import KeptFile, table_of
from entry.workbook.marked import marked, marks_of
from entry.workbook.matching import Match, Matching
from entry.workbook.preview import Choices, WorkbookPreview
from entry.workbook.reading import FileTable
from imports.readers import FileLine
from indicators.models import Realization
from pages.plan_page import PlanPage

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class FileForm(forms.Form):
    """The file that a person gives back."""

    file = forms.FileField(
        label=gettext_lazy("Your file"),
        help_text=gettext_lazy(
            "The workbook of this page, filled in; or an Excel or CSV file that holds your rows."
        ),
        error_messages={
            "required": gettext_lazy("Choose the file."),
            "empty": gettext_lazy("The file is empty."),
        },
    )

    def clean_file(self) -> UploadedFile:
        file = cast(UploadedFile, self.cleaned_data["file"])
        if (file.size or 0) > kept.FILE_BYTES:
            told = _("%(file)s is larger than %(limit)s MB. Take out what is not your rows.")
            values = {"file": file.name, "limit": kept.FILE_BYTES // 1_048_576}
            raise forms.ValidationError(told % values)
        return file


@dataclass(frozen=True, slots=True)
class Read:
    """A kept file over a page's rows."""

    lines: list[FileLine]
    table: FileTable
    matches: list[Match]


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def entry_workbook(request: HttpRequest, slug: str, year: int, number: str) -> HttpResponse:
    """Take a unit's file and show its rows; with ``apply`` save them as drafts."""
    sheet = _sheet(request, slug, year, number)
    rows = rows_of(sheet)
    if request.method == "POST" and request.FILES.get("file") is not None:
        return _take(request, sheet, rows)
    if "forget" in request.POST:
        kept.forget(request)
        return redirect(sheet.desk.url)
    file = kept.last_of(request, sheet.desk.url)
    if request.method == "POST" and (file is None or request.POST.get("kept") != file.digest):
        if "kept" in request.POST:
            messages.warning(request, _("The file is not here any more. Give it again."))
            return redirect(_url(sheet))
        return _show(request, sheet, rows, FileForm(request.POST), status=422)
    if file is None:
        return _show(request, sheet, rows)
    try:
        read = _read(sheet, rows, file, Choices.of(request.POST, [row.pk for row in rows]))
    except Sentence as refused:
        # What was read once may be refused later: a row was moved to another unit.
        kept.forget(request)
        return _show(request, sheet, rows, _refused(request, refused), status=422)
    if "apply" in request.POST:
        return _apply(request, sheet, rows, file, read)
    return _show(request, sheet, rows, file=file, read=read)


@require_safe
@at_desk
def entry_workbook_marked(request: HttpRequest, slug: str, year: int, number: str) -> HttpResponse:
    """Send the file that was given back last, its unreadable cells coloured and commented."""
    sheet = _sheet(request, slug, year, number)
    rows = rows_of(sheet)
    file = kept.last_of(request, sheet.desk.url)
    if file is None:
        raise Http404
    try:
        read = _read(sheet, rows, file, Choices())
    except Sentence as refused:
        raise Http404 from refused
    preview = WorkbookPreview(rows, sheet.findings, read.matches)
    data = marked(file.data, read.lines, marks_of(preview.lines))
    stem, word = file.name.rpartition(".")[0] or file.name, _("marked")
    name = quote(f"{stem} · {word}.xlsx", safe="")
    response = HttpResponse(data, content_type=XLSX)
    response["Content-Disposition"] = (
        f"attachment; filename=\"{slug}-{year}.xlsx\"; filename*=UTF-8''{name}"
    )
    return response


def _sheet(request: HttpRequest, slug: str, year: int, number: str) -> UnitSheet[PlanPage]:
    return UnitSheet(PlanPage(request, slug, year), number, cast(User, request.user))


def _url(sheet: UnitSheet[PlanPage]) -> str:
    return f"{sheet.desk.url}workbook/"


def _take(request: HttpRequest, sheet: UnitSheet[PlanPage], rows: list[EntryRow]) -> HttpResponse:
    """Keep a file if it can be read as this page's; else say why at the field."""
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _show(request, sheet, rows, form, status=422)
    upload = form.cleaned_data["file"]
    file = kept.keep(request, sheet.desk.url, upload.name or "", upload.read())
    try:
        _read(sheet, rows, file, Choices())
    except Sentence as refused:
        kept.forget(request)
        return _show(request, sheet, rows, _refused(request, refused), status=422)
    return redirect(_url(sheet))


def _refused(request: HttpRequest, why: Sentence) -> FileForm:
    form = FileForm(request.POST, request.FILES)
    form.is_valid()
    form.errors.pop("file", None)
    form.add_error("file", say(why))
    return form


def _read(
    sheet: UnitSheet[PlanPage], rows: list[EntryRow], file: KeptFile, choices: Choices
) -> Read:
    """Return a file over the page's rows; raise Sentence if it cannot be read or is another's."""
    lines = file.lines()
    table = table_of(file.name, lines, sheet.desk.year)
    units = {unit.id: f"{unit.number}. {unit.short}" for unit in sheet.here.figures.units.values()}
    matching = Matching(rows, sheet.desk.plan.pk, sheet.desk.year, units, choices.rows)
    return Read(lines, table, matching.match(table))


def _show(
    request: HttpRequest,
    sheet: UnitSheet[PlanPage],
    rows: list[EntryRow],
    form: FileForm | None = None,
    *,
    file: KeptFile | None = None,
    read: Read | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    preview = None
    if read is not None:
        choices = Choices.of(request.POST, [row.pk for row in rows])
        preview = WorkbookPreview(rows, sheet.findings, read.matches, choices)
    context = context_of(
        sheet,
        rows,
        form=form or FileForm(),
        kept=file,
        table=read.table if read else None,
        preview=preview,
        absences=Realization.Absence.choices,
        **more,
    )
    return TemplateResponse(request, "entry/entry_workbook.html", context, status=status)


def _apply(
    request: HttpRequest,
    sheet: UnitSheet[PlanPage],
    rows: list[EntryRow],
    file: KeptFile,
    read: Read,
) -> HttpResponse:
    """Save what can be saved; what is left stays on the page, and the file with it."""
    choices = Choices.of(request.POST, [row.pk for row in rows])
    preview = WorkbookPreview(rows, sheet.findings, read.matches, choices)
    desk = sheet.desk
    seen = {row.pk: whole(request.POST.get(f"seen-{row.pk}")) for row in rows}
    good = [line for line in preview.lines if line.is_good and line.row is not None]
    entries = [line.entry(seen[line.row.pk]) for line in good if line.row is not None]
    results = actions.save(entries, desk.year, desk.person) if entries else {}
    undo.remember(request, desk.url, results, seen, is_workbook=True)
    saved = sum(result.outcome is Outcome.SAVED for result in results.values())
    told = ngettext("%(n)s value saved.", "%(n)s values saved.", saved) % {"n": saved}
    if not preview.left and all(result.is_kept for result in results.values()):
        kept.forget(request)
        messages.success(request, told)
        return redirect(desk.url)
    fresh = _sheet(request, desk.plan.slug, desk.year, desk.number)
    fresh_rows = rows_of(fresh)
    again = _read(fresh, fresh_rows, file, choices)
    return _show(
        request,
        fresh,
        fresh_rows,
        file=file,
        read=again,
        status=422,
        told=told,
        failed=_failed(rows, results),
        undo=undo.offered(request, desk.url, fresh_rows),
    )


def _failed(rows: list[EntryRow], results: Mapping[int, Result]) -> list[tuple[EntryRow, str]]:
    """Return the rows that could not be saved in the end, with why."""
    found = []
    for row in rows:
        result = results.get(row.pk)
        if result is not None and not result.is_kept:
            why = " ".join(result.errors.values()) or _("somebody else changed it")
            found.append((row, why))
    return found
