"""What is told of a person: how she came in, her invitation, her units, her second step."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts import people, second_factor
from accounts.models import Membership, User
from accounts.people import Task
from accounts.records import Invitation
from accounts.rights import Role
from activities.models import Department, Municipality, PlanDepartment
from mail.recipients import called


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """Whether a person has come in, and what can be done where she has not.

    ``text`` says when she signed in last, or what became of her invitation.
    """

    is_here: bool
    text: str
    can_invite: bool = False
    can_withdraw: bool = False
    was_invited: bool = False

    @property
    def step(self) -> str:
        """Return the step that can be taken about it, by its address; empty for none."""
        return "invite" if self.can_invite else "withdraw" if self.can_withdraw else ""


def arrival(person: User, newest: Invitation | None) -> Arrival:
    """Tell of a person's last sign-in, or of her newest invitation to this municipality.

    A sign-in before she was invited here is elsewhere's and not told: whether somebody was known
    already must not be seen.
    """
    seen = person.last_login
    if seen is not None and (newest is None or newest.accepted_at or seen >= newest.sent_at):
        return Arrival(is_here=True, text=day(seen))
    if newest is None and person.has_usable_password():
        return Arrival(is_here=False, text=_("not signed in yet"))
    if newest is None:
        return Arrival(is_here=False, text=_("not invited"), can_invite=person.is_active)
    if newest.accepted_at:
        return Arrival(is_here=True, text=day(newest.accepted_at))
    names = {"sent": day(newest.sent_at), "until": moment(newest.expires_at)}
    if newest.expires_at > timezone.now():
        told = _("invited: %(sent)s · valid until %(until)s") % names
        return Arrival(is_here=False, text=told, can_withdraw=True, was_invited=True)
    told = _("invited: %(sent)s · over since %(until)s") % names
    return Arrival(is_here=False, text=told, can_invite=person.is_active, was_invited=True)


def newest_invitations(
    persons: Collection[int], municipality: Municipality
) -> dict[int, Invitation]:
    """Return people's newest invitations to a municipality; one query."""
    rows = Invitation.objects.filter(
        Q(municipality=municipality) | Q(municipality=None), person__in=persons
    )
    return {row.person_id: row for row in rows.order_by("sent_at", "pk")}


def with_second_step(persons: Collection[int]) -> set[int]:
    """Return who of some people has a second step; one query."""
    own = Authenticator.objects.filter(user__in=persons, type__in=second_factor.FACTORS)
    return set(own.values_list("user_id", flat=True))


def day(when: datetime.datetime) -> str:
    local = timezone.localtime(when)
    if local.date() == timezone.localdate():
        return _("today, %(time)s") % {"time": date_format(local, "H:i")}
    return date_format(local, "j F Y")


def moment(when: datetime.datetime) -> str:
    return date_format(timezone.localtime(when), "j F Y, H:i")


class UnitNames:
    """A municipality's units by the number that its newest plan prints; two queries."""

    def __init__(self, municipality: Municipality) -> None:
        self.municipality = municipality
        places = PlanDepartment.objects.filter(plan__municipality=municipality)
        # The newest plan comes last and has its way.
        rows = places.order_by("plan__first_year", "plan_id").values_list(
            "department_id", "number", "number_key"
        )
        self.numbers: dict[int, str] = {}
        keys: dict[int, str] = {}
        for unit, number, key in rows:
            self.numbers[unit], keys[unit] = number, key
        found = municipality.departments.select_related("parent")
        self.units = sorted(
            found, key=lambda unit: (unit.pk not in keys, keys.get(unit.pk, ""), unit.sort_key)
        )

    def label(self, unit: Department) -> str:
        """Return number and short name, "11.2 Kadın Şubesi"."""
        return f"{self.numbers.get(unit.pk, '')} {unit.short}".strip()

    def briefly(self, units: Iterable[Department]) -> str:
        """Return the numbers of some units, and the names of those without one."""
        return ", ".join(self.numbers.get(unit.pk) or unit.short for unit in units)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonLine:
    """A person as the list shows her; ``must_have`` says why she needs a second step, if so."""

    pk: int
    name: str
    email: str
    task: str
    units: str
    lacks_units: bool
    is_oneself: bool
    is_closed: bool
    second_step: bool
    arrival: Arrival
    must_have: str = ""


def must_have(membership: Membership, municipality: Municipality) -> str:
    """Return since when somebody without a second step has to have one; empty if never. No query.

    The municipality's own rule and the installation's; what others ask of her is theirs.
    """
    roles = {Role.READER.value, membership.role}
    roles |= {Role.COORDINATOR.value} if membership.units.all() else set()
    rule = (membership.role, municipality.second_step_for, municipality.second_step_from)
    day = second_factor.asked_from(roles, [rule])
    if day is None:
        return ""
    if day <= timezone.localdate():
        return _("asked for")
    return _("asked for from %(day)s on") % {"day": date_format(day, "j F Y")}


def line(
    person: User,
    membership: Membership | None,
    *,
    by: User,
    units: UnitNames,
    second_step: bool,
    newest: Invitation | None,
) -> PersonLine:
    own = list(membership.units.all()) if membership is not None else []
    task = people.task_of(membership) if membership is not None else None
    lacks = ""
    if membership is not None and not second_step:
        lacks = must_have(membership, units.municipality)
    return PersonLine(
        pk=person.pk,
        name=called(person),
        email=person.email,
        task=str(task.label) if task is not None else pgettext("person", "left"),
        units=units.briefly(own),
        lacks_units=task is Task.COORDINATOR and not own,
        is_oneself=person.pk == by.pk,
        is_closed=not person.is_active,
        second_step=second_step,
        arrival=arrival(person, newest),
        must_have=lacks,
    )
