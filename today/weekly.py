"""The first page as a weekly e-mail: what waits for a person, each thing with its address."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils import timezone

from accounts import mail_off, rights
from accounts.models import Membership, User
from activities.models import Municipality
from mail.language import in_mail_language
from mail.letters import send_letter
from mail.outstanding import absolute
from mail.recipients import is_reachable
from pages.plan_page import page_for
from today.desk import Desk, Line
from today.models import WeeklyLetter
from today.own import once
from today.since import LISTED, Event, Since

WEEK = datetime.timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Letter:
    """What one person is told of one municipality."""

    person: User
    municipality: Municipality
    lines: list[Line]
    events: list[Event]


def week_of(day: datetime.date) -> str:
    """Return a day's week as ISO 8601 writes it, "2026-W48"."""
    year, week, _day = day.isocalendar()
    return f"{year}-W{week:02}"


def letters(now: datetime.datetime) -> Iterator[Letter]:
    """Yield the letters of a week that were not sent yet; who has nothing to read gets none."""
    week = week_of(timezone.localdate(now))
    told = set(WeeklyLetter.objects.filter(week=week).values_list("person", "municipality"))
    found = (
        Membership.objects.filter(person__is_active=True, person__wants_weekly=True)
        .select_related("person", "municipality")
        .order_by("municipality", "person")
    )
    for each in found:
        if is_reachable(each.person) and (each.person_id, each.municipality_id) not in told:
            letter = _letter(each.person, each.municipality, now)
            if letter.lines or letter.events:
                yield letter


def _letter(person: User, municipality: Municipality, now: datetime.datetime) -> Letter:
    rights.enter(person, municipality)
    opener = once(lambda slug, year: page_for(person, slug, year))
    with in_mail_language():
        desk = Desk(person, municipality, list(municipality.plans.all()), opener)
        return Letter(person, municipality, desk.lines(), Since(person, now - WEEK).events())


def send(letter: Letter, now: datetime.datetime) -> bool | None:
    """Send a letter once; None where another run has it already, False where it did not go."""
    claim, is_mine = WeeklyLetter.objects.get_or_create(
        person=letter.person,
        municipality=letter.municipality,
        week=week_of(timezone.localdate(now)),
    )
    if not is_mine:
        return None
    context = {
        "person": letter.person,
        "municipality": letter.municipality,
        "lines": [(each, absolute(each.url)) for each in letter.lines],
        "events": [(each, absolute(each.url)) for each in letter.events[:LISTED]],
        "more_events": max(len(letter.events) - LISTED, 0),
        "link": "/",
        "off": absolute(mail_off.link(letter.person, mail_off.Optional.WEEKLY)),
    }
    if not send_letter("weekly", letter.person.email, context):
        claim.delete()
        return False
    WeeklyLetter.objects.filter(pk=claim.pk).update(sent_at=timezone.now())
    return True
