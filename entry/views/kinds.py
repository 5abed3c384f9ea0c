"""Saying how a unit's numbers are counted: all its rows on one page.

What a choice does to the ratio is not on it: the person who is rated says what the number means.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.rights import Right
from activities.sentences import Sentence
from activities.wording import say
from entry.desk import UnitSheet
from entry.views.access import at_desk
from indicators.confirming import confirm_all
from pages import kind_rows
from pages.kind_sheet import Choices, KindSheet, tally
from pages.plan_page import PlanPage


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def entry_kinds(request: HttpRequest, slug: str, year: int, number: str) -> HttpResponse:
    """Ask how each of a unit's indicators is counted, and store what is chosen."""
    unit = UnitSheet(PlanPage(request, slug, year), number, cast(User, request.user))
    sheet = _sheet(unit)
    if request.method != "POST":
        return _show(request, unit, sheet, kind_rows.standing(sheet.figures))
    choices: Choices = kind_rows.chosen_in(request.POST, sheet.figures)
    if usual := request.POST.get("all", ""):
        after = kind_rows.all_as(choices, sheet.figures, sheet.proposed, usual, sheet.closed)
        return _show(request, unit, sheet, after, usual=usual)
    return _store(request, unit, sheet, choices)


def _sheet(unit: UnitSheet[PlanPage]) -> KindSheet:
    person = unit.desk.person
    # What the reviewers may change they change at any time.
    shut = {
        each: door.why
        for each, door in unit.doors.items()
        if door.why is not None and not person.may(Right.CORRECT)
    }
    return KindSheet(unit.desk.plan, unit.desk.year, unit.figures.rows, person, shut=shut)


def _show(
    request: HttpRequest,
    unit: UnitSheet[PlanPage],
    sheet: KindSheet,
    choices: Choices,
    *,
    usual: str = "",
    problems: Mapping[int, Sentence] | None = None,
) -> HttpResponse:
    rows = sheet.rows(choices, usual=usual, problems=problems)
    door = unit.door
    context = unit.here.context(
        desk=unit.desk,
        unit=unit.unit,
        is_open=door.is_open or unit.desk.person.may(Right.CORRECT),
        why=say(door.why) if door.why else "",
        groups=kind_rows.groups_of(rows, by_proposal=False),
        total=len(rows),
        unconfirmed=sheet.unconfirmed,
        usual=usual,
        closed_because=sheet.closed_because if not sheet.shut else [],
        tally=tally(rows),
        problems=[row for row in rows if row.problem],
    )
    return TemplateResponse(
        request, "entry/entry_kinds.html", context, status=409 if problems else 200
    )


def _store(
    request: HttpRequest, unit: UnitSheet[PlanPage], sheet: KindSheet, choices: Choices
) -> HttpResponse:
    wanted = kind_rows.settings_in(choices, sheet.figures)
    shut = {
        row.id: sheet.shut[row.unit.id]
        for row in sheet.figures
        if row.id in wanted and row.unit.id in sheet.shut
    }
    outcome = confirm_all(
        sheet.plan,
        {row: settings for row, settings in wanted.items() if row not in shut},
        sheet.person,
        told=_("Confirmed on the entry page"),
    )
    kept = {**outcome.kept, **shut}
    if outcome.done:
        messages.success(request, kind_rows.confirmed_words(len(outcome.done)))
    if not kept:
        return redirect(unit.desk.url)
    fresh = UnitSheet(
        PlanPage(request, sheet.plan.slug, sheet.year), unit.desk.number, sheet.person
    )
    again = _sheet(fresh)
    shown = kind_rows.standing(again.figures) | {row: choices[row] for row in kept}
    return _show(request, fresh, again, shown, problems=kept)
