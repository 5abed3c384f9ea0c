"""The pages where a unit enters its values, and the fragments that its script asks for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import wraps
from typing import Any, cast
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.db.models import Count, Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from activities.models import Extension, Period, PlanDepartment
from activities.sentences import Sentence
from activities.wording import say
from entry import actions, paste
from entry.actions import Entry, Outcome, Result
from entry.content import Refused, read, typed_in
from entry.desk import Desk, Found, Line, Sheet, find
from entry.forms import CommentForm, EvidenceForm
from entry.rows import Confirming, Progress, Row, grouped
from findings import answers
from findings.checks.finding import Answer
from findings.words import FIELD_LABELS, tell_change
from findings.year import RaisedFinding
from indicators import changes
from indicators import steps as steps
from indicators.models import Comment, Evidence, Indicator, Realization
from indicators.periods import Door
from pages.plan_year import PlanYear

STATUS = {
    Outcome.SAVED: 200,
    Outcome.UNCHANGED: 200,
    Outcome.REFUSED: 422,
    Outcome.CONFLICT: 409,
    Outcome.CLOSED: 409,
    Outcome.SENT: 409,
}
View = Callable[..., HttpResponse]


def is_fetched(request: HttpRequest) -> bool:
    """Whether the page's own script asks, which wants a fragment."""
    return request.headers.get("X-Requested-With") == "fetch"


def at_desk(view: View) -> View:
    """Let people in; the script of a page left open over a session's end is told so with 401."""
    guarded = never_cache(login_required(view))

    @wraps(guarded)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if is_fetched(request) and not request.user.is_authenticated:
            return HttpResponse(status=401)
        return guarded(request, *args, **kwargs)

    return answer


# --- Where to begin ---


@require_GET
@at_desk
def entry_home(request: HttpRequest) -> HttpResponse:
    """Lead a coordinator to her unit's open year; several are listed with their progress."""
    person = cast(User, request.user)
    found = _open_units(person)
    if len(found) == 1 and not person.is_reviewer:
        place, period = found[0]
        return redirect("entry", place.plan.slug, period.year, place.number)
    due, entered = _progress_of(found)
    lines = [
        {
            "place": place,
            "year": period.year,
            "closes_on": period.closes_on,
            "entered": entered[place.plan_id, period.year, place.department_id],
            "total": due[place.plan_id, place.department_id],
        }
        for place, period in found
    ]
    return TemplateResponse(request, "entry/entry_home.html", {"lines": lines})


def _open_units(person: User) -> list[tuple[PlanDepartment, Period]]:
    """Return the places a person may write in now, with the period; a department, not its parts."""
    places = PlanDepartment.objects.select_related("plan", "department").order_by(
        "plan", "number_key"
    )
    if person.is_reviewer:
        places = places.filter(department__parent=None)
    else:
        places = places.filter(department__in=person.departments.all())
    granted = Extension.objects.filter(until__gte=timezone.localdate())
    extended = set(granted.values_list("period_id", "department_id"))
    periods = Period.objects.filter(
        Q(state=Period.State.OPEN)
        | Q(state=Period.State.CLOSED, pk__in={period for period, _unit in extended})
    ).order_by("year")
    of_plan: dict[int, list[Period]] = {}
    for period in periods:
        of_plan.setdefault(period.plan_id, []).append(period)
    return [
        (place, period)
        for place in places
        for period in of_plan.get(place.plan_id, [])
        if period.state == Period.State.OPEN
        or {(period.pk, place.department_id), (period.pk, place.department.parent_id)} & extended
    ]


def _progress_of(
    found: Iterable[tuple[PlanDepartment, Period]],
) -> tuple[Counter[Any], Counter[Any]]:
    """Count indicators and entered values by plan, year and unit, branches in their department."""
    plans = {place.plan_id for place, _period in found}
    due: Counter[Any] = Counter()
    entered: Counter[Any] = Counter()
    unit = ("activity__plan", "activity__department", "activity__department__parent")
    rows = Indicator.objects.in_use().filter(activity__plan__in=plans)
    for plan, own, above, n in rows.order_by().values_list(*unit).annotate(n=Count("pk")):
        for one in {own, above} - {None}:
            due[plan, one] += n
    stored = Realization.objects.filter(
        ~Q(value=None) | ~Q(text="") | ~Q(absence=""),
        indicator__activity__plan__in=plans,
        indicator__retired_on=None,
    )
    of_value = [f"indicator__{name}" for name in unit]
    counted = stored.order_by().values_list(*of_value, "year").annotate(n=Count("pk"))
    for plan, own, above, year, n in counted:
        for one in {own, above} - {None}:
            entered[plan, year, one] += n
    return due, entered


# --- The page ---


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def entry(request: HttpRequest, slug: str, year: int, number: str) -> HttpResponse:
    """Show a unit's values of a year; a post saves what is valid and changed."""
    sheet = Sheet(PlanYear(request, slug, year), number)
    if request.method != "POST":
        return _page(request, sheet)
    results = _save_form(sheet.desk, sheet.lines(), request.POST)
    if all(result.is_kept for result in results.values()):
        return _pressed(request, sheet.desk) or redirect(sheet.desk.url)
    saved = sum(result.outcome is Outcome.SAVED for result in results.values())
    fresh = Sheet(PlanYear(request, slug, year), number)
    return _page(request, fresh, results, saved=saved)


def _save_form(desk: Desk, lines: Sequence[Line], post: QueryDict) -> dict[int, Result]:
    taken = post.get("take", "")
    entries = []
    for line in lines:
        typed = typed_in(post, line.pk)
        if typed and str(line.pk) != taken:
            entries.append(_entry(line, typed, post))
    return actions.save(entries, desk.year, desk.person) if entries else {}


def _entry(line: Line, typed: Mapping[str, str], post: QueryDict) -> Entry:
    return Entry(
        line.pk,
        line.figure.is_percent,
        line.counts_people,
        line.door,
        typed,
        _whole(post.get(f"seen-{line.pk}")),
    )


def _whole(text: str | None) -> int:
    """Return a version as a form sent it; 0 for none and for nonsense."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0


def _pressed(request: HttpRequest, desk: Desk) -> HttpResponse | None:
    """Go on with the button that sent a form without script, once its values are saved."""
    post = request.POST
    if "send" in post:
        return redirect("entry_send", desk.plan.slug, desk.year, desk.number)
    if "answer" in post:
        key, digest, code = ([*post["answer"].split("|"), "", ""])[:3]
        query = QueryDict(mutable=True)
        query.update({"finding": key, "digest": digest, "answer": code})
        return redirect(f"{desk.url}questions/?{query.urlencode()}")
    if "kind" in post:
        pk, _colon, choice = post["kind"].partition(":")
        found = find(desk.person, desk.plan.slug, desk.year, desk.number, _whole(pk))
        if found.door.is_open:
            actions.confirm_kind(found.indicator.pk, choice, post.get(f"direction-{pk}", ""))
        return redirect(f"{desk.url}#r{found.indicator.pk}")
    messages.success(request, _("Saved."))
    return None


def _rows(sheet: Sheet, results: Mapping[int, Result] | None = None) -> list[Row]:
    raised = sheet.findings.by_indicator
    results = results or {}
    return [
        Row(
            sheet.desk,
            line,
            sheet.figures,
            [each for each in raised.get(line.pk, ()) if len(each.figures) == 1],
            results.get(line.pk),
        )
        for line in sheet.lines()
    ]


def _page(
    request: HttpRequest,
    sheet: Sheet,
    results: Mapping[int, Result] | None = None,
    *,
    saved: int = 0,
) -> HttpResponse:
    rows = _rows(sheet, results)
    outcomes = {row.result.outcome for row in rows if row.result and not row.result.is_kept}
    status = 200 if not outcomes else 422 if outcomes == {Outcome.REFUSED} else 409
    context = _context(
        sheet,
        rows=rows,
        groups=grouped(rows),
        show_units=len(sheet.units) > 1,
        wide=_wide(sheet),
        problems=[row for row in rows if row.result and not row.result.is_kept],
        saved=saved,
        words=_words(),
        storage_key=f"yeap:{sheet.desk.person.pk}:{sheet.desk.url}",
    )
    return TemplateResponse(request, "entry/entry.html", context, status=status)


def _context(sheet: Sheet, rows: list[Row], **more: Any) -> dict[str, Any]:
    here, today = sheet.here, timezone.localdate()
    door = sheet.door
    context = here.context(
        desk=sheet.desk,
        unit=sheet.unit,
        door=door,
        why=say(door.why) if door.why else "",
        days_left=(door.until - today).days if door.until else None,
        days_late=door.days_late(today),
        rows=rows,
        progress=Progress(rows, sum(each.is_open for each in _wide_findings(sheet))),
        **more,
    )
    return context


def _wide_findings(sheet: Sheet) -> list[RaisedFinding]:
    return [each for each in sheet.findings.raised if len(each.figures) > 1]


def _wide(sheet: Sheet) -> list[dict[str, Any]]:
    """Return the questions about several rows at once, which stand above them."""
    return [
        {
            "finding": each,
            "sentence": say(each.sentence),
            "url": f"{sheet.desk.url}questions/?{urlencode({'finding': each.key})}",
        }
        for each in _wide_findings(sheet)
    ]


def _words() -> dict[str, str]:
    """Return the sentences that the page's script says."""
    return {
        "saving": _("Saving…"),
        "offline": _("No connection. What you typed is kept on this device and saved by itself."),
        "unsaved": _("Not saved"),
        "retry": _("It is tried again in %s seconds."),
        "again": _("Try now"),
        "restored": _("Put back: typed earlier and not saved then."),
        "session": _("Your session has ended. What you typed is kept; sign in to go on."),
        "saved": _("Saved: %s"),
        "refused": _("Not saved: %s"),
        "waiting": _("%s not saved"),
        "late": _("Not everything is saved yet. What you typed stays on this device."),
        "fault": _("The server cannot save at the moment. What you typed is kept here."),
        "kept": _("You typed “%s”, which was not saved. The row can no longer be written on."),
        "discard": _("Discard what was typed"),
        "other": _("Somebody else is signed in now. The page is loaded anew."),
        "login": _("The user name or the password is not right."),
        "locked": _("Too many attempts. Try again in a quarter of an hour."),
    }


# --- One line ---


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def entry_cell(request: HttpRequest, slug: str, year: int, number: str, pk: int) -> HttpResponse:
    """Show one indicator with its evidence, comments and history; a post saves its value.

    Saving runs eight queries: session, user, the indicator with all its line shows, the value
    under its lock, the value, its history, the plan's revision; answers, where there are any.
    """
    person = cast(User, request.user)
    found = find(person, slug, year, number, pk)
    if request.method != "POST":
        value = _value(found)
        if is_fetched(request) and "row" in request.GET:
            return _fragment(request, found, value)
        return _detail(request, found, value)
    typed = typed_in(request.POST, pk)
    entry = Entry(
        pk,
        found.indicator.is_percent,
        found.indicator.counts_people,
        found.door,
        typed,
        _whole(request.POST.get(f"seen-{pk}")),
    )
    if request.POST.get("take") == str(pk):
        result = Result(Outcome.UNCHANGED, _value(found))
    else:
        result = actions.save([entry], year, person)[pk]
    if is_fetched(request):
        return _fragment(request, found, result.value, result)
    if result.is_kept:
        return _pressed(request, found.desk) or redirect(request.path)
    return _detail(request, found, result.value, result=result)


def _value(found: Found) -> Realization | None:
    rows = Realization.objects.select_related("entered_by", "decided_by")
    return rows.filter(indicator=found.indicator, year=found.desk.year).first()


def _row(
    found: Found,
    value: Realization | None,
    result: Result | None = None,
) -> Row:
    line, findings = found.line(value)
    return Row(found.desk, line, findings.figures, findings.by_indicator.get(line.pk, []), result)


def _fragment(
    request: HttpRequest,
    found: Found,
    value: Realization | None,
    result: Result | None = None,
    confirming: Confirming | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """Answer with one row, as the page includes it, and with what became of it in a header."""
    row = _row(found, value, result)
    row.confirming = confirming
    context = {"row": row, "desk": found.desk, "limits": found.desk.limits, "year": row.desk.year}
    outcome = result.outcome if result else Outcome.UNCHANGED
    response = HttpResponse(
        render_to_string("entry/_row.html", context), status=STATUS[outcome] if result else status
    )
    response["Entry-Outcome"] = outcome.value
    return response


def _detail(
    request: HttpRequest,
    found: Found,
    value: Realization | None,
    *,
    result: Result | None = None,
    evidence: EvidenceForm | None = None,
    comment: CommentForm | None = None,
) -> HttpResponse:
    row = _row(found, value, result)
    pk, year = found.indicator.pk, found.desk.year
    context = {
        "row": row,
        "desk": found.desk,
        "limits": found.desk.limits,
        "year": year,
        "evidence": list(value.evidence.select_related("added_by")) if value else [],
        "comments": list(value.comments.select_related("written_by")) if value else [],
        "history": changes.of_value(pk, year),
        "evidence_form": evidence or EvidenceForm(auto_id="evidence-%s"),
        "comment_form": comment or CommentForm(auto_id="comment-%s"),
        "evidence_mb": _evidence_mb(),
        "failed": bool((result and not result.is_kept) or evidence or comment),
    }
    status = STATUS[result.outcome] if result else 422 if context["failed"] else 200
    if is_fetched(request):
        return TemplateResponse(request, "entry/_detail.html", context, status=status)
    here = PlanYear(request, found.desk.plan.slug, year)
    whole = here.context(**context)
    return TemplateResponse(request, "entry/entry_cell.html", whole, status=status)


def _evidence_mb() -> int:
    return int(settings.EVIDENCE_FILE_BYTES) // (1024 * 1024)


@require_POST
@at_desk
def entry_kind(request: HttpRequest, slug: str, year: int, number: str, pk: int) -> HttpResponse:
    """Confirm how an indicator's number is read."""
    person = cast(User, request.user)
    found = find(person, slug, year, number, pk)
    if not found.door.is_open:
        return _shut(request, found)
    choice = request.POST.get("kind", "").partition(":")[2]
    direction = request.POST.get(f"direction-{pk}", "")
    if not actions.confirm_kind(pk, choice, direction):
        raise Http404
    if is_fetched(request):
        fresh = find(person, slug, year, number, pk)
        return _fragment(request, fresh, _value(fresh))
    return redirect(f"{found.desk.url}#r{pk}")


def _shut(request: HttpRequest, found: Found) -> HttpResponse:
    """Answer that nothing can be written, and who opens."""
    value = _value(found)
    sentence = say(found.door.why) if found.door.why else ""
    result = Result(Outcome.CLOSED, value, {}, {"written": sentence})
    if is_fetched(request):
        return _fragment(request, found, value, result)
    return _detail(request, found, value, result=result)


# --- Evidence and comments ---


@require_POST
@at_desk
def entry_evidence(
    request: HttpRequest, slug: str, year: int, number: str, pk: int
) -> HttpResponse:
    """Add a file or a link to a value that can still be written on."""
    person = cast(User, request.user)
    found = find(person, slug, year, number, pk)
    value = _value(found)
    if not _may_write(found.door, value):
        return _shut(request, found)
    form = EvidenceForm(request.POST, request.FILES, auto_id="evidence-%s")
    if not form.is_valid():
        return _detail(request, found, value, evidence=form)
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
    return _again(request, found, "evidence")


def _may_write(door: Door, value: Realization | None) -> bool:
    return door.is_open and (value is None or value.state in steps.EDITABLE)


@require_POST
@at_desk
def entry_comment(request: HttpRequest, slug: str, year: int, number: str, pk: int) -> HttpResponse:
    """Write a comment on a value, at any time and in any state."""
    person = cast(User, request.user)
    found = find(person, slug, year, number, pk)
    form = CommentForm(request.POST, auto_id="comment-%s")
    if not form.is_valid():
        return _detail(request, found, _value(found), comment=form)
    with transaction.atomic():
        Comment.objects.create(
            realization=actions.row_of(pk, year, person),
            text=form.cleaned_data["text"],
            written_by=person,
        )
    return _again(request, found, "comments")


def _again(request: HttpRequest, found: Found, place: str) -> HttpResponse:
    """Show a value's page again after a change of what stands beside it."""
    pk, desk = found.indicator.pk, found.desk
    if is_fetched(request):
        fresh = find(desk.person, desk.plan.slug, desk.year, desk.number, pk)
        return _detail(request, fresh, _value(fresh))
    return redirect(f"{desk.url}cells/{pk}/#{place}")


def _evidence(request: HttpRequest, pk: int) -> Evidence:
    """Return evidence of a unit whose values the person may see; to others there is none."""
    found = get_object_or_404(
        Evidence.objects.select_related("realization__indicator__activity__plan"), pk=pk
    )
    activity = found.realization.indicator.activity
    if not cast(User, request.user).may_see_drafts_of(activity.department_id):
        raise Http404
    return found


@require_GET
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
        if not _may_write(found.door, held):
            return _shut(request, found)
        storage, name = evidence.file.storage, evidence.file.name
        evidence.delete()
        if name:
            transaction.on_commit(lambda: storage.delete(name))
    return _again(request, found, "evidence")


# --- Questions ---


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def entry_answer(request: HttpRequest, slug: str, year: int, number: str) -> HttpResponse:
    """Answer a question about the numbers; what an answer changes is shown before it is given."""
    person = cast(User, request.user)
    sent = request.POST if request.method == "POST" else request.GET
    sheet = Sheet(PlanYear(request, slug, year), number)
    finding = next(
        (each for each in sheet.findings.raised if each.key == sent.get("finding")), None
    )
    if finding is None:
        if request.method == "POST":
            return _gone(request, sheet)
        raise Http404
    answer = next((a for a in finding.answers if a.code == sent.get("answer")), None)
    if request.method != "POST" or answer is None:
        return _question_page(request, sheet, finding, answer, sent.get("digest", ""))
    pk = finding.figures[0].id
    if not sheet.doors[finding.figures[0].unit.id].is_open and not person.is_reviewer:
        return _shut(request, find(person, slug, year, number, pk))
    found = answers.changes(finding, answer)
    if found and "confirm" not in sent:
        return _question_page(request, sheet, finding, answer, sent.get("digest", ""))
    try:
        answers.give(
            sheet.desk.plan,
            year,
            finding,
            answer.code,
            person=person,
            digest=sent.get("digest", ""),
            note=sent.get("note", ""),
        )
    except Sentence as error:
        sentence = say(error)
        digest = finding.digest
        return _question_page(request, sheet, finding, answer, digest, sentence)
    if is_fetched(request):
        fresh = find(person, slug, year, number, pk)
        return _fragment(request, fresh, _value(fresh))
    messages.success(request, _("The answer is recorded."))
    return redirect(f"{sheet.desk.url}#r{pk}")


def _gone(request: HttpRequest, sheet: Sheet) -> HttpResponse:
    """Answer that a question is no longer asked, because its numbers changed."""
    sentence = _("The numbers changed meanwhile. Look at the question again.")
    if is_fetched(request):
        return HttpResponse(sentence, status=409, content_type="text/plain; charset=utf-8")
    messages.warning(request, sentence)
    return redirect(sheet.desk.url)


def _question_page(
    request: HttpRequest,
    sheet: Sheet,
    finding: RaisedFinding,
    answer: Answer | None,
    digest: str,
    error: str = "",
) -> HttpResponse:
    rows = _rows(sheet)
    row = next(row for row in rows if row.pk == finding.figures[0].id)
    question = row.ask(finding)
    confirming = None
    if answer is not None:
        found = answers.changes(finding, answer)
        choice = next(each for each in question.choices if each.code == answer.code)
        confirming = Confirming(
            question,
            choice,
            [_told(each) for each in found],
            needs_note=any(each.field == "target" for each in found)
            or any(
                other.value is not None and other.value.state == Realization.State.APPROVED
                for other in rows
                if found and other.pk in {each.id for each in finding.figures}
            ),
            error=error,
        )
    status = 422 if error else 200
    if is_fetched(request):
        pk = finding.figures[0].id
        fresh = find(
            sheet.desk.person, sheet.desk.plan.slug, sheet.desk.year, sheet.desk.number, pk
        )
        return _fragment(request, fresh, _value(fresh), confirming=confirming, status=status)
    context = _context(
        sheet,
        rows,
        row=row,
        question=question,
        confirming=confirming,
        concerned=[each for each in rows if each.pk in {f.id for f in finding.figures}],
        digest=digest or finding.digest,
    )
    return TemplateResponse(request, "entry/entry_answer.html", context, status=status)


def _told(change: answers.AnswerChange) -> tuple[str, str, str]:
    """Return a change as its field's name, what is there and what will be."""
    return str(FIELD_LABELS[change.field]), *tell_change(change)


# --- Pasting ---


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def entry_paste(request: HttpRequest, slug: str, year: int, number: str) -> HttpResponse:
    """Show which pasted value goes into which row; with ``apply`` save what was shown."""
    sheet = Sheet(PlanYear(request, slug, year), number)
    rows = _rows(sheet)
    if request.method == "POST" and "apply" in request.POST:
        return _apply_paste(request, sheet, rows)
    block = request.POST.get("block", "")
    start = _whole(request.POST.get("start"))
    lines = _pasted(rows, block, start) if request.method == "POST" else []
    context = _context(
        sheet,
        rows,
        pasted=block[: paste.LONGEST_BLOCK],
        start=start,
        lines=lines,
        good=sum(line["is_good"] for line in lines),
        is_preview=request.method == "POST",
    )
    name = "entry/_paste.html" if is_fetched(request) else "entry/entry_paste.html"
    return TemplateResponse(request, name, context)


def _pasted(rows: list[Row], block: str, start: int) -> list[dict[str, Any]]:
    """Return each line of a block with its row, what is there, and what it would become."""
    by_pk = {row.pk: row for row in rows}
    places = [paste.Place(row.pk, row.figure.code, row.figure.name) for row in rows]
    return [
        _pasted_line(line, by_pk[line.place.pk] if line.place else None)
        for line in paste.match(block, places, start or None)
    ]


def _pasted_line(line: paste.Pasted, row: Row | None) -> dict[str, Any]:
    told: dict[str, Any] = {"line": line, "row": row, "is_good": False, "new": line.value}
    if row is None:
        return {**told, "problem": _("No row of this page fits.")}
    if not line.value:
        return {**told, "problem": "", "is_empty": True}
    if not row.is_editable:
        return {**told, "problem": _("The row cannot be written on now.")}
    is_percent = row.figure.is_percent
    try:
        content = read(
            {"written": line.value, **({"absence": ""} if row.content.absence else {})},
            row.content,
            is_percent=is_percent,
            counts_people=row.line.counts_people,
        )
    except Refused as refused:
        return {**told, "problem": " ".join(refused.errors.values())}
    told["new"] = content.shown("written", is_percent=is_percent)
    if content == row.content:
        return {**told, "problem": "", "is_same": True}
    return {**told, "problem": "", "is_good": True}


def _apply_paste(request: HttpRequest, sheet: Sheet, rows: list[Row]) -> HttpResponse:
    results = _save_form(sheet.desk, [row.line for row in rows], request.POST)
    saved = sum(result.outcome is Outcome.SAVED for result in results.values())
    sentence = ngettext("%(n)s value saved.", "%(n)s values saved.", saved) % {"n": saved}
    if all(result.is_kept for result in results.values()):
        messages.success(request, sentence)
        if is_fetched(request):
            return HttpResponse(status=204)
        return redirect(sheet.desk.url)
    fresh = Sheet(PlanYear(request, sheet.desk.plan.slug, sheet.desk.year), sheet.desk.number)
    if is_fetched(request):
        failed = [row for row in _rows(fresh, results) if row.result and not row.result.is_kept]
        context = {"failed": failed, "saved": saved, "sentence": sentence, "desk": sheet.desk}
        return TemplateResponse(request, "entry/_paste.html", context, status=409)
    return _page(request, fresh, results, saved=saved)


# --- Sending ---


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def entry_send(request: HttpRequest, slug: str, year: int, number: str) -> HttpResponse:
    """Say what is missing and send the chosen values for review."""
    here = PlanYear(request, slug, year)
    if request.method != "POST":
        sheet = Sheet(here, number)
        return _send_page(request, sheet, _rows(sheet))
    wanted = {}
    for one in request.POST.getlist("row")[:5_000]:
        pk, _colon, version = one.partition(":")
        wanted[_whole(pk)] = _whole(version)
    with transaction.atomic():
        actions.hold(wanted, year)
        sheet = Sheet(here, number)
        rows = {row.pk: row for row in _rows(sheet)}
        if not sheet.door.is_open:
            return _send_page(request, sheet, list(rows.values()), problems=[], status=409)
        if any(pk not in rows for pk in wanted):
            raise Http404
        problems = [
            (rows[pk], problem)
            for pk, version in wanted.items()
            if (problem := _keeps_back(rows[pk], version))
        ]
        back = {row.pk for row, _problem in problems}
        sent = actions.send([pk for pk in wanted if pk not in back], year, sheet.desk.person)
    if sent:
        text = ngettext(
            "%(n)s value sent for review.", "%(n)s values sent for review.", len(sent)
        ) % {"n": len(sent)}
        messages.success(request, text)
    if not problems and wanted:
        return redirect(sheet.desk.url)
    fresh = Sheet(PlanYear(request, slug, year), number)
    return _send_page(
        request, fresh, _rows(fresh), problems=problems, none_chosen=not wanted, status=422
    )


def _keeps_back(row: Row, version: int) -> str:
    """Return why a row is not sent; "" for nothing."""
    if not row.line.door.is_open:
        return say(cast(Sentence, row.line.door.why))
    if not row.is_editable:
        return _("It was sent already.")
    if not row.is_entered:
        return _("Nothing is entered.")
    if row.seen != version:
        return _("Somebody changed it meanwhile; look at it again.")
    if row.lacks_reason:
        return _("The deviation reason is missing.")
    return ""


def _send_page(
    request: HttpRequest,
    sheet: Sheet,
    rows: list[Row],
    *,
    problems: list[tuple[Row, str]] | None = None,
    none_chosen: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = _context(
        sheet,
        rows,
        problems=problems or [],
        none_chosen=none_chosen,
        is_error=status != 200,
    )
    return TemplateResponse(request, "entry/entry_send.html", context, status=status)
