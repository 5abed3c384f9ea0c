"""What stands beside a value: evidence as a file or a link, and comments."""

from __future__ import annotations

from typing import cast

from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.rights import Right, enter
from entry import actions
from entry.forms import CommentForm, EvidenceForm
from entry.one_line import Found, find
from entry.views.access import at_desk, is_fetched
from entry.views.cell import detail, shut, value_of
from indicators import steps
from indicators.models import Comment, Evidence, Realization
from indicators.periods import Door


@require_POST
@at_desk
def entry_evidence(
    request: HttpRequest, slug: str, year: int, number: str, pk: int
) -> HttpResponse:
    """Add a file or a link to a value that can still be written on."""
    person = cast(User, request.user)
    found = find(person, slug, year, number, pk)
    value = value_of(found)
    if not may_write(found.door, value):
        return shut(request, found)
    form = EvidenceForm(request.POST, request.FILES, auto_id="evidence-%s")
    if not form.is_valid():
        return detail(request, found, value, evidence=form)
    made = form.made()
    try:
        with transaction.atomic():
            made.realization = actions.row_of(pk, year, person)
            made.added_by = person
            made.save()
    except BaseException:
        if made.file:
            made.file.delete(save=False)
        raise
    return again(request, found, "evidence")


def may_write(door: Door, value: Realization | None) -> bool:
    return steps.why_not_save(door, value) is None


@require_POST
@at_desk
def entry_comment(request: HttpRequest, slug: str, year: int, number: str, pk: int) -> HttpResponse:
    """Write a comment on a value, at any time and in any state."""
    person = cast(User, request.user)
    found = find(person, slug, year, number, pk)
    form = CommentForm(request.POST, auto_id="comment-%s")
    if not form.is_valid():
        return detail(request, found, value_of(found), comment=form)
    with transaction.atomic():
        Comment.objects.create(
            realization=actions.row_of(pk, year, person),
            text=form.cleaned_data["text"],
            written_by=person,
        )
    return again(request, found, "comments")


def again(request: HttpRequest, found: Found, place: str) -> HttpResponse:
    """Show a value's page again after a change of what stands beside it."""
    pk, desk = found.indicator.pk, found.desk
    if is_fetched(request):
        fresh = find(desk.person, desk.plan.slug, desk.year, desk.number, pk)
        return detail(request, fresh, value_of(fresh))
    return redirect(f"{desk.url}cells/{pk}/#{place}")


def _evidence(request: HttpRequest, pk: int) -> Evidence:
    """Return evidence of a unit whose values the person may see; to others there is none."""
    found = get_object_or_404(
        Evidence.objects.select_related("realization__indicator__activity__plan"), pk=pk
    )
    activity = found.realization.indicator.activity
    person = cast(User, request.user)
    enter(person, activity.plan)
    if not person.may(Right.SEE_DRAFTS, activity.department_id):
        raise Http404
    return found


@require_safe
@at_desk
def evidence_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out a file as a download, never to be shown in the page's own place."""
    found = _evidence(request, pk)
    if not found.file:
        raise Http404
    try:
        opened = found.file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(
        opened,
        as_attachment=True,
        filename=found.name,
        content_type=found.content_type or "application/octet-stream",
    )
    response["X-Content-Type-Options"] = "nosniff"
    return cast(HttpResponse, response)


@require_POST
@at_desk
def evidence_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's own evidence back while its value can be written on; the history keeps it."""
    person = cast(User, request.user)
    evidence = _evidence(request, pk)
    value = evidence.realization
    activity = value.indicator.activity
    number = request.POST.get("number", "")
    found = find(person, activity.plan.slug, value.year, number, value.indicator_id)
    if evidence.added_by_id != person.pk:
        raise Http404
    with transaction.atomic():
        held = Realization.objects.select_for_update().get(pk=value.pk)
        if not may_write(found.door, held):
            return shut(request, found)
        storage, name = evidence.file.storage, evidence.file.name
        evidence.delete()
        if name:
            transaction.on_commit(lambda: storage.delete(name))
    return again(request, found, "evidence")
