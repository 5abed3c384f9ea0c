"""The steps of a year's period, as its page takes them; each raises Sentence if it cannot."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from activities.models import Department, Period, Plan
from indicators import periods, small_decisions
from indicators.models import Edition
from mail import queueing
from pages.plan_page import PlanPage
from review import actions
from review.publishing import Desk
from review.small_numbers import chosen
from review.views.access import person_of


@dataclass(frozen=True, slots=True)
class Asked:
    """A step that was asked for, with the form it was sent in; ``about`` names one row."""

    request: HttpRequest
    here: PlanPage
    desk: Desk
    form: forms.Form | None
    about: str

    @property
    def plan(self) -> Plan:
        return self.here.plan

    @property
    def year(self) -> int:
        return self.here.year

    @property
    def person(self) -> User:
        return person_of(self.request)

    @property
    def given(self) -> dict[str, Any]:
        return self.form.cleaned_data if self.form is not None else {}

    def tell(self, words: str) -> None:
        messages.success(self.request, words)


def open_year(asked: Asked) -> None:
    before = asked.here.period
    is_new = before is None or before.state != Period.State.OPEN
    with transaction.atomic():
        opened = periods.open_period(asked.plan, asked.year, **asked.given)
        if is_new:
            queueing.notify_opened(opened, by=asked.person)
    if is_new:
        asked.tell(_("The year is open; the coordinators are told."))
    else:
        asked.tell(_("The dates are changed."))


def close(asked: Asked) -> None:
    given = asked.given
    units = Department.objects.filter(pk__in=given["more"]).order_by("pk")
    more = actions.MoreTime(units, given["until"], given["reason"])
    actions.close(asked.plan, asked.year, seen=given["seen"], more=more, person=asked.person)
    asked.tell(_("The year is closed."))


def reopen(asked: Asked) -> None:
    given = asked.given
    periods.reopen_for(
        asked.plan,
        asked.year,
        get_object_or_404(Department, pk=given["department"]),
        until=given["until"],
        reason=given["reason"],
        person=asked.person,
    )
    asked.tell(_("The year is open again for this unit."))


def decide(asked: Asked) -> None:
    wanted = asked.desk.small.read(asked.request.POST)
    small_decisions.decide(asked.plan, asked.year, wanted, asked.person)
    hidden, shown = (chosen(wanted, hidden=each) for each in (True, False))
    if hidden:
        words = ngettext("%(n)s row is hidden.", "%(n)s rows are hidden.", hidden)
        asked.tell(words % {"n": hidden})
    if shown:
        words = ngettext("%(n)s row is shown.", "%(n)s rows are shown.", shown)
        asked.tell(words % {"n": shown})


def undecide(asked: Asked) -> None:
    if not asked.about.isdecimal() or len(asked.about) > 18:
        raise Http404
    indicator = small_decisions.take_back(asked.plan, asked.year, int(asked.about))
    if indicator is None:
        raise Http404
    asked.tell(_("“%(name)s” is asked about again.") % {"name": indicator.name})


def publish(asked: Asked) -> None:
    _tell_edition(asked, periods.publish(asked.plan, asked.year, **_word(asked)))


def publish_again(asked: Asked) -> None:
    reason = asked.given["reason"]
    edition = periods.publish_again(asked.plan, asked.year, reason=reason, **_word(asked))
    _tell_edition(asked, edition)


def _word(asked: Asked) -> dict[str, Any]:
    """Return who publishes, what she looked at, and her reason where she gives one."""
    given = asked.given
    return {
        "person": asked.person,
        "seen": given["seen"],
        "override_reason": given["override_reason"],
    }


def _tell_edition(asked: Asked, edition: Edition) -> None:
    told = _("The year %(year)s is published as edition %(number)s.")
    address = reverse("public_year", args=[asked.plan.slug, asked.year])
    words = told % {"year": asked.year, "number": edition.number}
    asked.tell(format_html('{} <a href="{}">{}</a>', words, address, address))


STEPS: Mapping[str, Callable[[Asked], None]] = {
    "open": open_year,
    "close": close,
    "reopen": reopen,
    "decide": decide,
    "undecide": undecide,
    "publish": publish,
    "again": publish_again,
}
