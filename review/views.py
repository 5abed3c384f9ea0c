"""The reviewers' pages: who reported, the queue of a unit, corrections, the period, twin rows.

For everybody but reviewers and administrators they do not exist; only answering a finding is
also for the coordinators of its rows.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import wraps
from typing import Any, cast

from django import forms as django_forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from activities.models import Department, Period
from activities.sentences import Sentence
from activities.wording import say
from findings import answers
from indicators import periods
from indicators.models import Indicator, Realization
from mail import queueing
from pages import answering
from pages.plan_year import PlanYear
from review import actions, publishing
from review.forms import CorrectForm, ExtensionForm, OpenForm, PublishForm
from review.overview import GROUP_LABELS, Group, Overview
from review.queue import Queue
from review.reconciliation import pairs

View = Callable[..., HttpResponse]


def reviewers_only(view: View) -> View:
    """Let reviewers and administrators through; for everybody else the page does not exist."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not (isinstance(request.user, User) and request.user.is_reviewer):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def _person(request: HttpRequest) -> User:
    return cast(User, request.user)


# --- Who has reported ---


@require_GET
@login_required
@reviewers_only
def review(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    here = PlanYear(request, slug, year)
    return TemplateResponse(request, "review/review.html", _overview(here))


def _overview(here: PlanYear, **more: Any) -> dict[str, Any]:
    overview = Overview(here)
    return here.context(
        overview=overview,
        period=overview.period,
        groups=[(group, GROUP_LABELS[group], lines) for group, lines in overview.groups],
        counts=[
            (GROUP_LABELS[group], overview.count(group)) for group in Group if overview.count(group)
        ],
        **more,
    )


@require_POST
@login_required
@reviewers_only
def remind(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    """Queue reminders to one unit, or to all that are late."""
    here = PlanYear(request, slug, year)
    overview = Overview(here)
    lines = {line.unit.number: line for line in overview.lines if line.can_be_reminded}
    number = request.POST.get("unit", "")
    if number and number not in here.units_by_number:
        raise Http404
    chosen = [lines[number]] if number in lines else [] if number else overview.late
    if overview.period is None or not chosen:
        messages.info(request, _("There is nobody to remind: nothing is awaited."))
        return redirect(here.url("review"))
    departments = Department.objects.filter(pk__in=[line.unit.id for line in chosen])
    count = queueing.remind(overview.period, list(departments), by=_person(request))
    if count:
        told = ngettext(
            "One reminder is on its way.", "%(count)s reminders are on their way.", count
        )
        messages.success(request, told % {"count": count})
    else:
        messages.info(
            request, _("No reminder was sent: all have had one today, or nobody answers for them.")
        )
    return redirect(here.url("review"))


# --- The queue of a unit ---


@require_http_methods(["GET", "POST"])
@login_required
@reviewers_only
def review_unit(request: HttpRequest, slug: str, year: int, number: str) -> HttpResponse:
    """Show what a unit sent; a POST approves or returns what is ticked, or one row."""
    here = PlanYear(request, slug, year)
    if request.method == "POST":
        return _decide(request, here, number)
    queue = Queue(here, number, _person(request))
    asks = "ask" in request.GET
    if asks:
        queue.select(queue.blocked)
    return _show(request, here, queue, note=queue.questions_note() if asks else "", asks=asks)


def _show(
    request: HttpRequest, here: PlanYear, queue: Queue, *, note: str = "", **more: Any
) -> HttpResponse:
    context = _overview(here, queue=queue, unit=queue.unit, note=note, **more)
    context["overview_next"] = context["overview"].next_after(queue.unit.number)
    context["is_published"] = _is_published(here)
    context["may_correct"] = not _is_published(here) or _person(request).is_administrator
    return TemplateResponse(request, "review/review_unit.html", context)


def _is_published(here: PlanYear) -> bool:
    period = here.periods.get(here.year)
    return period is not None and period.state == Period.State.PUBLISHED


def _decide(request: HttpRequest, here: PlanYear, number: str) -> HttpResponse:
    queue = Queue(here, number, _person(request))
    action, _colon, one = request.POST.get("action", "").partition(":")
    seen = _seen([one] if one else request.POST.getlist("rows"), queue)
    note = request.POST.get("note", "")[:4000]
    try:
        if not seen:
            raise Sentence(actions.NOTHING_CHOSEN)
        if action == "approve":
            outcome = actions.approve(here.plan, here.year, seen, _person(request))
        elif action == "return":
            outcome = actions.return_to_unit(here.plan, here.year, seen, _person(request), note)
        else:
            raise Http404
    except Sentence as error:
        queue.select(queue.by_value[pk] for pk in seen)
        return _show(request, here, queue, note=note, error=say(error))
    _tell_outcome(request, action, outcome, queue)
    if not outcome.changed:
        return redirect(f"{here.url('review_unit', number)}{_next_row(queue, seen)}")
    # What changed meanwhile is shown again, as it was seen and as it is.
    again = Queue(PlanYear(request, here.plan.slug, here.year), number, _person(request))
    before = _versions(outcome.changed)
    for pk in outcome.changed:
        if pk in again.by_value:
            again.by_value[pk].seen = before.get(pk)
            again.by_value[pk].is_selected = False
    return _show(request, again.here, again, note=note)


def _seen(tokens: list[str], queue: Queue) -> dict[int, int]:
    """Return the versions that a form shows as seen; values of other units do not exist."""
    seen = {}
    for token in tokens:
        pk, _colon, version = token.partition(":")
        if not (pk.isdecimal() and version.isdecimal() and len(token) < 40):
            raise Http404
        seen[int(pk)] = int(version)
    if not seen.keys() <= queue.by_value.keys():
        raise Http404
    return seen


def _versions(changed: dict[int, int]) -> dict[int, Any]:
    """Return the values as they were in the versions that a person saw; one query."""
    found = Realization.history.filter(id__in=changed).order_by("history_date", "history_id")
    return {row.id: row for row in found if row.version == changed[row.id]}


def _next_row(queue: Queue, seen: dict[int, int]) -> str:
    """Return where to go on: at the first sent row after those decided on."""
    places = [row.value.pk for row in queue.sent if row.value is not None]
    last = max((places.index(pk) for pk in seen if pk in places), default=-1)
    later = [pk for pk in places[last + 1 :] if pk not in seen]
    others = [pk for pk in places if pk not in seen]
    found = (later or others)[:1]
    return f"#v-{found[0]}" if found else ""


def _tell_outcome(
    request: HttpRequest, action: str, outcome: actions.Outcome, queue: Queue
) -> None:
    count = len(outcome.done)
    if count:
        told = (
            ngettext("One value is approved.", "%(count)s values are approved.", count)
            if action == "approve"
            else ngettext("One value is returned.", "%(count)s values are returned.", count)
        )
        messages.success(request, told % {"count": count})
    for finding in outcome.blocked.values():
        messages.error(
            request,
            _("“%(name)s” is not approved. This question needs an answer first: %(question)s")
            % {
                "name": ", ".join(f"{row.code} {row.name}" for row in finding.figures[:3]),
                "question": say(finding.sentence),
            },
        )
    if outcome.changed:
        messages.warning(
            request,
            _("Somebody changed a value meanwhile. It stays as it is; look at it again below."),
        )
    elif not count and not outcome.blocked:
        messages.info(request, _("Nothing was left to do: these values are not waiting any more."))


# --- Correcting a value ---


@require_http_methods(["GET", "POST"])
@login_required
@reviewers_only
def correct(request: HttpRequest, slug: str, year: int, number: str, pk: int) -> HttpResponse:
    """Show what another number would change, then write it with its reason."""
    here = PlanYear(request, slug, year)
    unit = here.units_by_number.get(number)
    indicator = get_object_or_404(
        Indicator.objects.of_plan(here.plan).in_use().select_related("activity"), pk=pk
    )
    row = here.findings.figures.row(pk)
    published = _is_published(here)
    if unit is None or number not in (row.unit.number, row.department.number):
        raise Http404
    if published and not _person(request).is_administrator:
        raise Http404
    value = indicator.realizations.filter(year=year).first()
    approved = value is not None and value.state == Realization.State.APPROVED
    form = CorrectForm(
        request.POST or None,
        percent=indicator.is_percent,
        reason_needed=approved or published,
        initial={"seen": value.version if value is not None else 0},
    )
    context: dict[str, Any] = {
        "unit": unit,
        "indicator": indicator,
        "row": row,
        "value": value,
        "form": form,
        "is_published": published,
        "on_desk": value is not None and value.state in ("draft", "returned"),
    }
    if request.method == "POST" and form.is_valid():
        typed: Decimal = form.cleaned_data["number"]
        if "save" in request.POST and form.cleaned_data["looked"] == str(typed):
            try:
                actions.correct(
                    here.plan,
                    year,
                    indicator,
                    typed,
                    seen=form.cleaned_data["seen"],
                    reason=form.cleaned_data["reason"],
                    person=_person(request),
                )
            except Sentence as error:
                form.add_error(None, say(error))
            else:
                messages.success(request, _("The value is corrected."))
                return redirect(here.url("review_unit", number))
        else:
            after, raised = actions.supposed(here.findings, row, typed)
            context["after"] = after.figures.row(pk)
            context["raised"] = [say(finding.sentence) for finding in raised]
            context["shifts"] = here.findings.shifts(
                {pk}, proposal={pk: after.figures.row(pk).measurement}
            )
            context["looked"] = str(typed)
    return TemplateResponse(request, "review/correct.html", here.context(**context))


# --- The period ---


@require_http_methods(["GET", "POST"])
@login_required
@reviewers_only
def period(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    """Open, close and publish a year, or open it again for one unit."""
    here = PlanYear(request, slug, year)
    stored = here.periods.get(year) or Period(plan=here.plan, year=year)
    action = request.POST.get("action", "") if request.method == "POST" else ""
    forms = _period_forms(here, stored, request, action)
    error = ""
    if action:
        if action not in (*forms, "close"):
            raise Http404
        form = forms.get(action)
        try:
            if form is None or form.is_valid():
                _run(request, here, action, form)
                return redirect(here.url("period"))
        except Sentence as sentence:
            error = say(sentence)
            here = PlanYear(request, slug, year)
            stored = here.periods.get(year, stored)
    context = here.context(
        period=stored,
        forms=forms,
        error=error,
        action=action,
        preview=publishing.preview(here) if stored.state == Period.State.CLOSED else None,
        published=publishing.published(here) if stored.state == Period.State.PUBLISHED else None,
        extensions=stored.extensions.select_related("department", "granted_by")
        if stored.pk
        else [],
        today=timezone.localdate(),
    )
    return TemplateResponse(request, "review/period.html", context)


def _period_forms(
    here: PlanYear, stored: Period, request: HttpRequest, action: str
) -> dict[str, django_forms.Form]:
    """Return the forms of the page; the one that was sent holds what was typed."""

    def data(name: str) -> Any:
        return request.POST if action == name else None

    dates = {
        "opens_on": stored.opens_on or timezone.localdate(),
        "closes_on": stored.closes_on,
    }
    return {
        "open": OpenForm(data("open"), initial=dates, prefix="open"),
        "reopen": ExtensionForm(list(here.figures.units.values()), data("reopen"), prefix="reopen"),
        "publish": PublishForm(data("publish"), prefix="publish"),
    }


def _run(request: HttpRequest, here: PlanYear, action: str, form: django_forms.Form | None) -> None:
    """Do one step of the period; raise Sentence if it cannot be taken."""
    plan, year, person = here.plan, here.year, _person(request)
    given = form.cleaned_data if form is not None else {}
    if action == "open":
        was_open = here.periods.get(year)
        is_new = was_open is None or was_open.state != Period.State.OPEN
        with transaction.atomic():
            opened = periods.open_period(plan, year, **given)
            if is_new:
                queueing.notify_opened(opened, by=person)
        if is_new:
            messages.success(request, _("The year is open; the coordinators are told."))
        else:
            messages.success(request, _("The dates are changed."))
    elif action == "close":
        periods.close_period(plan, year)
        messages.success(request, _("The year is closed."))
    elif action == "reopen":
        department = get_object_or_404(Department, pk=given["department"])
        periods.reopen_for(
            plan, year, department, until=given["until"], reason=given["reason"], person=person
        )
        messages.success(request, _("The year is open again for this unit."))
    else:
        edition = actions.publish(plan, year, seen=given["seen"], person=person)
        told = _("The year %(year)s is published as edition %(number)s.")
        messages.success(request, told % {"year": year, "number": edition.number})


# --- Twin rows and shared activities ---


@require_GET
@login_required
@reviewers_only
def reconciliation(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    here = PlanYear(request, slug, year)
    context = here.context(pairs=pairs(here, _person(request)))
    return TemplateResponse(request, "review/reconciliation.html", context)


# --- Answers to findings ---


@require_POST
@login_required
def answer(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    """Record an answer; one that changes something is shown and asked first."""
    here = PlanYear(request, slug, year)
    person = _person(request)
    finding = answering.find(here, request.POST.get("finding", ""), person)
    back = _back(request, here)
    try:
        preview = answering.propose(here, finding, request.POST.dict(), person)
        answering.refuse_closed(here, finding, preview, person)
    except Sentence as sentence:
        messages.error(request, say(sentence))
        return redirect(back)
    error = ""
    if request.POST.get("confirm") or not preview.must_be_asked:
        try:
            answers.give(
                here.plan,
                here.year,
                finding,
                preview.answer.code,
                person=person,
                digest=request.POST.get("digest", ""),
                note=preview.note,
                count_once=preview.counts_once,
            )
        except Sentence as sentence:
            error = say(sentence)
            if not preview.must_be_asked:
                messages.error(request, error)
                return redirect(back)
        else:
            messages.success(request, _("Your answer is recorded."))
            return redirect(back)
    context = here.context(preview=preview, finding=finding, back=back, error=error)
    return TemplateResponse(request, "findings/answer.html", context)


def _back(request: HttpRequest, here: PlanYear) -> str:
    """Return the page of this site that the answer was given on, else the findings."""
    back = request.POST.get("next", "")
    is_safe = back.startswith("/") and url_has_allowed_host_and_scheme(back, None)
    return back if is_safe else reverse("findings", args=[here.plan.slug, here.year])
