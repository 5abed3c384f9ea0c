"""The import pages: upload, preview, decide, apply, undo. For administrators only."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import current
from accounts.models import User
from accounts.rights import Right
from activities.models import Municipality
from activities.sentences import Sentence
from activities.wording import say
from imports import undoing, wizard
from imports.models import ImportBatch
from imports.uploads import UploadForm
from indicators.kinds import unconfirmed_of

View = Callable[..., HttpResponseBase]
PER_PAGE = 50


def administrators_only(view: View) -> View:
    """Let administrators of the chosen municipality through; others do not find the page."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        person = request.user
        if current.enter(request) is None or not cast(User, person).may(Right.IMPORT):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@administrators_only
def import_list(request: HttpRequest) -> HttpResponse:
    """Show earlier imports and take a new file."""
    assert isinstance(request.user, User)
    municipality = _municipality(request)
    form = UploadForm(
        request.POST or None, request.FILES or None, person=request.user, municipality=municipality
    )
    if request.method == "POST" and form.is_valid():
        try:
            batch = wizard.store(
                form.cleaned_data["file"],
                plan_slug=form.plan_slug,
                year=form.cleaned_data["year"],
                user=request.user,
                municipality=municipality,
                about=form.about,
            )
        except Sentence as error:
            form.drop_kept()
            form.add_error("file", say(error))
        else:
            form.drop_kept()
            return redirect("import_preview", batch.pk)
    batches = _imports(request).select_related("plan", "uploaded_by", "applied_by")
    page = Paginator(batches, PER_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "query": ""}
    return TemplateResponse(request, "imports/import_list.html", context)


@require_safe
@login_required
@administrators_only
def import_preview(request: HttpRequest, pk: int) -> HttpResponse:
    batch = get_object_or_404(_imports(request).select_related("plan"), pk=pk)
    if batch.state != ImportBatch.State.PREVIEW:
        return _done(request, batch)
    try:
        seen = wizard.preview(batch)
    except Sentence as error:
        messages.error(request, say(error))
        return redirect("import_list")
    show = request.GET.get("show", "")
    chosen = wizard.choices_of(batch).retire
    units = [] if seen.is_too_large else wizard.by_unit(seen.difference, chosen)
    narrowed = [unit.only(show) for unit in units]
    shown = {missing.id for unit in narrowed for missing in unit.missing}
    context = {
        "batch": batch,
        "show": show,
        "kept": chosen - shown,
        "untouched": [unit for unit in units if not unit.is_touched],
        "seen": seen,
        "difference": seen.difference,
        "table": seen.source.table,
        "units": [unit for unit in narrowed if unit.is_touched],
        "questions": [] if seen.is_too_large else wizard.questions_of(seen),
        "column_choices": wizard.column_choices(seen),
        "settled_groups": wizard.groups_of(seen.difference),
        # A Counter has every key, so a template finds "items" in it.
        "left_out": dict(seen.difference.left_out),
        "leave_out": wizard.choices_of(batch).leave_out,
    }
    return TemplateResponse(request, "imports/import_preview.html", context)


@require_POST
@login_required
@administrators_only
def import_choose(request: HttpRequest, pk: int) -> HttpResponse:
    """Record the person's decisions and show the preview again."""
    batch = _previewed(request, pk)
    wizard.choose(batch, wizard.preview(batch), request.POST)
    messages.success(request, _("Your choices were taken into the preview."))
    return redirect("import_preview", pk)


@require_POST
@login_required
@administrators_only
def import_apply(request: HttpRequest, pk: int) -> HttpResponse:
    assert isinstance(request.user, User)
    batch = _previewed(request, pk)
    seen = wizard.preview(batch)
    if seen.is_too_large:
        messages.error(request, _("Too many rows for this page"))
    elif seen.difference.errors:
        messages.error(request, _("Nothing was written; mend the errors first."))
    elif request.POST.get("fingerprint") != seen.fingerprint:
        changed = _("The plan changed since you opened this preview. Look at it again.")
        messages.error(request, changed)
    elif not seen.difference.writes_anything:
        messages.info(request, _("The plan already holds all of this; nothing to write."))
    else:
        try:
            wizard.apply(batch, seen, request.user)
        except Sentence as error:
            messages.error(request, say(error))
        else:
            messages.success(request, _("The file was applied."))
    return redirect("import_preview", pk)


@require_POST
@login_required
@administrators_only
def import_leave(request: HttpRequest, pk: int) -> HttpResponse:
    wizard.leave(_previewed(request, pk))
    messages.info(request, _("The file was put aside; the plan is as it was."))
    return redirect("import_list")


@require_POST
@login_required
@administrators_only
def import_undo(request: HttpRequest, pk: int) -> HttpResponse:
    assert isinstance(request.user, User)
    batch = get_object_or_404(_imports(request), pk=pk)
    reason = request.POST.get("reason", "").strip()
    if not request.POST.get("sure"):
        return _done(request, batch, _("Confirm that all of it is to be taken back."))
    try:
        undoing.undo(batch, user=request.user, reason=reason)
    except undoing.CannotUndo as error:
        return _done(request, get_object_or_404(_imports(request), pk=pk), say(error))
    messages.success(request, _("The import was undone; the plan is as it was before it."))
    return redirect("import_preview", pk)


def _done(request: HttpRequest, batch: ImportBatch, error: str = "") -> HttpResponse:
    """Show an import that is no preview any more; ``error`` says why it was not undone."""
    is_applied = batch.state == ImportBatch.State.APPLIED
    context = {
        "batch": batch,
        "unconfirmed": unconfirmed_of(batch.plan) if is_applied and batch.plan else 0,
        "error": error,
        "reason": request.POST.get("reason", ""),
        "is_sure": bool(request.POST.get("sure")),
        "settled": undoing.settled_years(batch) if is_applied else [],
    }
    return TemplateResponse(request, "imports/import_done.html", context)


def _municipality(request: HttpRequest) -> Municipality:
    """Return the chosen municipality; ``administrators_only`` saw that there is one."""
    return cast(Municipality, current.enter(request))


def _imports(request: HttpRequest) -> QuerySet[ImportBatch]:
    return ImportBatch.objects.filter(municipality=_municipality(request)).select_related(
        "municipality"
    )


def _previewed(request: HttpRequest, pk: int) -> ImportBatch:
    return get_object_or_404(_imports(request), pk=pk, state=ImportBatch.State.PREVIEW)
