"""What became of a person in a municipality, in sentences: task, units, account, invitations."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from accounts import log, people
from accounts.models import Membership, User
from accounts.people import Task
from accounts.records import Invitation, LogEntry
from activities.models import Department, Municipality
from mail.recipients import called


@dataclass(frozen=True, slots=True)
class Event:
    """Something that became of a person; ``who`` and ``reason`` may be empty."""

    at: datetime.datetime
    text: str
    who: str
    reason: str


def events(person: User, municipality: Municipality) -> list[Event]:
    """Return what became of a person here, the newest first; eight queries.

    What was changed in her account stands in it only where no other municipality could have
    changed it.
    """
    found = [*_of_membership(person, municipality), *_of_invitations(person, municipality)]
    found += _of_log(person, municipality)
    if not people.was_elsewhere(person, municipality):
        found += _of_account(person)
    return sorted(found, key=lambda event: event.at, reverse=True)


def _of_account(person: User) -> Iterator[Event]:
    rows = list(
        person.history.select_related("history_user").order_by("history_date", "history_id")
    )
    before = None
    for row in rows:
        for text in _account_changes(before, row):
            yield _event(row, text)
        before = row


def _account_changes(before: Any, row: Any) -> Iterator[str]:
    if before is None:
        if row.history_type == "+":
            yield _("Account made: %(name)s") % {"name": row.username}
        return
    if before.is_active and not row.is_active:
        yield _("Account closed")
    if row.is_active and not before.is_active:
        yield _("Account opened again")
    names = [f"{each.first_name} {each.last_name}".strip() for each in (before, row)]
    for label, was, now in (
        (_("User name"), before.username, row.username),
        (_("Name"), *names),
        (_("E-mail address"), before.email, row.email),
    ):
        if was != now:
            yield f"{label}: {was or '—'} → {now or '—'}"


def _of_membership(person: User, municipality: Municipality) -> Iterator[Event]:
    rows = Membership.history.filter(person=person, municipality=municipality)
    rows = rows.select_related("history_user").prefetch_related("historicalmembership_units_set")
    ordered = list(rows.order_by("history_date", "history_id"))
    units = {
        row.pk: {link.department_id for link in row.historicalmembership_units_set.all()}
        for row in ordered
    }
    every: set[int] = set().union(*units.values())
    names = {unit.pk: unit.short for unit in Department.objects.filter(pk__in=every)}
    before = None
    for row in ordered:
        was: set[int] = units[before.pk] if before is not None else set()
        for text in _membership_changes(before, row, was, units[row.pk], names):
            yield _event(row, text)
        before = None if row.history_type == "-" else row


def _membership_changes(
    before: Any, row: Any, was: set[int], now: set[int], names: dict[int, str]
) -> Iterator[str]:
    if row.history_type == "-":
        yield _("Taken out of the municipality")
        return
    task = people.task_of(row)
    if before is None or people.task_of(before) is not task:
        yield _("Task: %(task)s") % {"task": Task(task).label}
    for text, changed in (
        (_("Unit given: %(units)s"), now - was),
        (_("Unit taken: %(units)s"), was - now),
    ):
        if changed:
            known = sorted(f"“{names.get(unit, '—')}”" for unit in changed)
            yield text % {"units": ", ".join(known)}


def _of_invitations(person: User, municipality: Municipality) -> Iterator[Event]:
    rows = Invitation.objects.filter(person=person, municipality=municipality)
    for row in rows.select_related("by"):
        told = _("Invitation handed over") if row.handed_over else _("Invitation sent")
        who = called(row.by) if row.by else ""
        yield Event(row.sent_at, told, who, "")
        if row.accepted_at:
            yield Event(row.accepted_at, _("Invitation accepted"), "", "")


def _of_log(person: User, municipality: Municipality) -> Iterator[Event]:
    acts = set(log.ABOUT_A_PERSON) - {log.Act.INVITED}
    rows = LogEntry.objects.filter(
        municipality=municipality, act__in=acts, about=person.get_username()
    )
    for row in rows.select_related("person"):
        text = str(row.get_act_display())
        who = called(row.person) if row.person else ""
        yield Event(row.at, text[:1].upper() + text[1:], who, "")


def _event(row: Any, text: str) -> Event:
    who = called(row.history_user) if row.history_user else ""
    return Event(row.history_date, text, who, row.history_change_reason or "")
