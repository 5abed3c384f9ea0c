"""The e-mails themselves: plain text and simple HTML out of one person's notices."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import mail_off
from accounts.models import User
from activities import names
from activities.models import Period
from indicators.models import Notice, Realization
from mail.language import in_mail_language
from mail.outstanding import Awaited, Outstanding, absolute, days_left
from mail.queueing import DEADLINE_KINDS, Kind, is_essential, line_of, shortened

DEADLINE = "deadline"
TEMPLATES: dict[str, str] = {
    Kind.OPENED: "opened",
    Kind.RETURNED: "returned",
    Kind.APPROVED: "approved",
    Kind.REASONS: "reasons",
}


def family(notice: Notice) -> str:
    """Return what a notice is gathered under: of reminders, late or not, a person gets one."""
    return DEADLINE if notice.kind in DEADLINE_KINDS else notice.kind


@dataclass(frozen=True, slots=True)
class Section:
    """What a message says of a unit in a period; ``left`` in days, None without a deadline."""

    plan: str
    year: int
    unit: str
    url: str
    due: int
    to_send: int
    deadline: datetime.date | None
    left: int | None
    text: str

    @property
    def late(self) -> int:
        return max(-(self.left or 0), 0)

    @property
    def urgency(self) -> int:
        """Return what sections are ordered by: the longest overdue first, without a day last."""
        return 10_000 if self.left is None else self.left


class Facts:
    """What notices are about on a day, worked out once for each period of a run."""

    def __init__(self, today: datetime.date) -> None:
        self.today = today
        self._kept: dict[int, Outstanding] = {}
        self._units: dict[int, frozenset[int]] = {}

    def outstanding(self, period: Period) -> Outstanding:
        if period.pk not in self._kept:
            self._kept[period.pk] = Outstanding(period, self.today)
        return self._kept[period.pk]

    def is_stale(self, notice: Notice) -> bool:
        """Whether a notice has nothing to say any more, or nothing its person wants to hear."""
        if notice.kind == Kind.OPENED:
            return notice.period.state != Period.State.OPEN
        if notice.kind == Kind.RETURNED:
            return False
        if notice.kind == Kind.REASONS:
            return not text_of(notice)
        if notice.kind == Kind.APPROVED:
            return not notice.person.wants_reminders
        awaited = self._awaited(notice)
        if awaited is None or not awaited.to_send:
            return True
        left = days_left(awaited.deadline, self.today)
        kind = Kind.OVERDUE if left is not None and left < 0 else Kind.REMINDER
        return not (notice.person.wants_reminders or is_essential(kind, left))

    def sections(self, notices: Sequence[Notice]) -> list[Section]:
        """Return a section a unit and period, and one for each text there is to tell."""
        found: dict[tuple[object, ...], Section] = {}
        for notice in notices:
            for section in self._told(notice):
                found[(section.plan, section.year, section.unit, section.text)] = section
        return sorted(found.values(), key=lambda section: section.urgency)

    def _told(self, notice: Notice) -> list[Section]:
        if notice.kind == Kind.OPENED:
            outstanding = self.outstanding(notice.period)
            own = self._units_of(notice.person)
            units = [each for each in outstanding.units.values() if each.unit.id in own]
            return [self._section(notice, each) for each in units] or [self._section(notice, None)]
        return [self._section(notice, self._awaited(notice))]

    def _section(self, notice: Notice, awaited: Awaited | None) -> Section:
        period, department = notice.period, notice.department
        url = awaited.url if awaited else absolute(reverse("home"))
        if notice.kind == Kind.REASONS:
            # Reasons are written in a closed year, too, in which nothing else is awaited.
            url = self.outstanding(period).address(department.pk if department else 0)
        deadline = awaited.deadline if awaited else None
        return Section(
            plan=names.repair(period.plan.name),
            year=period.year,
            unit=names.repair(awaited.unit.name if awaited else str(department or "")),
            url=url,
            due=awaited.due if awaited else 0,
            to_send=awaited.to_send if awaited else 0,
            deadline=deadline,
            left=days_left(deadline, self.today),
            text=shortened(text_of(notice)) if notice.kind == Kind.REASONS else notice.text,
        )

    def _awaited(self, notice: Notice) -> Awaited | None:
        return self.outstanding(notice.period).of(notice.department_id or 0)

    def _units_of(self, person: User) -> frozenset[int]:
        if person.pk not in self._units:
            self._units[person.pk] = person.unit_ids
        return self._units[person.pk]


def text_of(notice: Notice) -> str:
    """Return what a notice has to say today: of reasons only those still to be written.

    One query for a notice about reasons, none for any other.
    """
    if notice.kind != Kind.REASONS:
        return notice.text
    asked = Realization.objects.filter(
        indicator__activity__plan=notice.period.plan_id,
        indicator__activity__department=notice.department_id,
        year=notice.period.year,
        reason_asked_at__isnull=False,
    ).select_related("indicator__activity")
    still = {line_of(value) for value in asked}
    return "\n".join(line for line in notice.text.splitlines() if line in still)


def compose(
    person: User,
    notices: Sequence[Notice],
    facts: Facts,
    connection: BaseEmailBackend | None = None,
) -> EmailMultiAlternatives:
    """Return one message that says what all of a person's notices of a family say."""
    kind = family(notices[0])
    with in_mail_language():
        sections = facts.sections(notices)
        essential = kind not in (Kind.APPROVED, DEADLINE) or (
            kind == DEADLINE and is_essential(_deadline_kind(sections), sections[0].left)
        )
        subject = _subject(kind, notices, sections)
        context = {
            "subject": subject,
            "name": names.repair(person.get_full_name() or person.get_username()),
            "sections": sections,
            "account": absolute(reverse("account")),
            "off": "" if essential else absolute(mail_off.link(person)),
        }
        name = TEMPLATES.get(kind, "reminder")
        text = tidy(render_to_string(f"email/{name}.txt", context))
        html = render_to_string(f"email/{name}.html", context).strip() + "\n"
    message = EmailMultiAlternatives(
        subject, text, to=[person.email], headers=_headers(context), connection=connection
    )
    message.attach_alternative(html, "text/html")
    return message


def _deadline_kind(sections: Sequence[Section]) -> str:
    return Kind.OVERDUE if sections[0].late else Kind.REMINDER


def _headers(context: dict[str, Any]) -> dict[str, str]:
    headers = {"Auto-Submitted": "auto-generated"}
    if context["off"]:
        headers["List-Unsubscribe"] = f"<{context['off']}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def _subject(kind: str, notices: Sequence[Notice], sections: Sequence[Section]) -> str:
    plans = dict.fromkeys(names.repair(notice.period.plan.short_name) for notice in notices)
    return f"{' / '.join(plans)}: {_told_in_short(kind, notices, sections[0])}"


def _told_in_short(kind: str, notices: Sequence[Notice], first: Section) -> str:
    year = {"year": first.year}
    if kind == Kind.OPENED:
        return _("reporting for %(year)s is open") % year
    if kind in (Kind.RETURNED, Kind.APPROVED, Kind.REASONS):
        texts = map(text_of, notices)
        count = sum(len(re.findall("^• ", text, re.MULTILINE)) for text in texts)
        if kind == Kind.RETURNED:
            told = ngettext("one value was returned", "%(count)s values were returned", count)
        elif kind == Kind.REASONS:
            told = ngettext(
                "the reason of one value is asked for",
                "the reasons of %(count)s values are asked for",
                count,
            )
        else:
            told = ngettext("one value was verified", "%(count)s values were verified", count)
        return told % {"count": count}
    if first.left is None:
        return _("values of %(year)s are awaited") % year
    if first.late:
        return ngettext(
            "values of %(year)s are one day late",
            "values of %(year)s are %(count)s days late",
            first.late,
        ) % {**year, "count": first.late}
    if first.left == 0:
        return _("today is the last day for the values of %(year)s") % year
    return ngettext(
        "one day left for the values of %(year)s",
        "%(count)s days left for the values of %(year)s",
        first.left,
    ) % {**year, "count": first.left}


def tidy(text: str) -> str:
    """Return a text without the gaps that template tags leave."""
    lines = "\n".join(line.rstrip() for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines).strip() + "\n"
