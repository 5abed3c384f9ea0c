"""Who comes in, to which municipality she belongs, and which units she answers for."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Cast
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts import rights
from accounts.rights import Right
from activities.history import History
from activities.models import Department, Municipality


@dataclass(frozen=True, slots=True)
class Standing:
    """What a person is: her role by municipality, and the municipality of each of her units.

    ``second_steps`` has, of the municipalities that ask for one, of whom and from which day.
    """

    roles: Mapping[int, str]
    units: Mapping[int, int]
    second_steps: Mapping[int, tuple[str, datetime.date]] = field(default_factory=dict)


class User(AbstractUser):
    """A person; what she may do where, her memberships say."""

    wants_reminders = models.BooleanField(
        _("reminders and verified values by e-mail"),
        default=True,
        help_text=_("What a person must act on is sent in any case."),
    )
    wants_weekly = models.BooleanField(_("weekly list of what is to do"), default=True)

    # The address at which a letter of ours was opened: nobody else can have written it down.
    proven_address = models.EmailField(blank=True, editable=False)

    # Where her rights are asked: see ``rights.enter``.
    stands_in: int | None = None

    history = History(excluded_fields=["password", "last_login", "proven_address"])

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ("username",)

    def save(self, *args: Any, **kwargs: Any) -> None:
        # Logging in is not a change of the person.
        if set(kwargs.get("update_fields") or ()) != {"last_login"}:
            super().save(*args, **kwargs)
            return
        # simple-history asks whether the attribute is there, not what it holds.
        self.skip_history_when_saving = True
        try:
            super().save(*args, **kwargs)
        finally:
            del self.skip_history_when_saving

    @property
    def has_proven_address(self) -> bool:
        """Whether a letter of ours was opened at her present address."""
        return bool(self.email) and self.proven_address.lower() == self.email.lower()

    @cached_property
    def standing(self) -> Standing:
        """Return what the person is in each of her municipalities; one query, once a request."""
        own = Q(coordinations__person=self) | Q(parent__coordinations__person=self)
        roles = self.memberships.order_by().values_list(
            "role",
            "municipality_id",
            Value(0, models.BigIntegerField()),
            "municipality__second_step_for",
            "municipality__second_step_from",
        )
        units = (
            Department.objects.filter(own)
            .order_by()
            .values_list(
                Value(""),
                "municipality_id",
                Cast("id", models.BigIntegerField()),
                Value(""),
                Cast(Value(None), models.DateField()),
            )
        )
        found = list(roles.union(units, all=True))
        return Standing(
            roles={place: role for role, place, _unit, _of, _day in found if role},
            units={unit: place for role, place, unit, _of, _day in found if not role},
            second_steps={place: (of, day) for role, place, _unit, of, day in found if of and day},
        )

    @property
    def unit_ids(self) -> frozenset[int]:
        """Return the units the person answers for in any municipality, branches included."""
        return frozenset(self.standing.units)

    @property
    def units_here(self) -> frozenset[int]:
        """Return those of them in the municipality where she stands."""
        own = self.standing.units.items()
        return frozenset(unit for unit, place in own if place == self.stands_in)

    @property
    def units(self) -> QuerySet[Department]:
        """Return the units that were given to the person, in any municipality."""
        return Department.objects.filter(coordinations__person=self).order_by("sort_key")

    def may(self, right: Right, unit: int | None = None) -> bool:
        """Whether the person has a right where she stands: for every unit, or for one by its id."""
        return rights.may(self, right, unit)

    @property
    def rights(self) -> dict[str, bool]:
        """Return every right by name and whether it is held for every unit: for templates."""
        return {right.value: rights.may(self, right) for right in Right}


class Membership(models.Model):
    """What a person is in a municipality, and the units whose realizations she enters.

    Whoever belongs to a municipality reads its plans. ``rights`` says what each role may do.
    """

    class Role(models.TextChoices):
        READER = rights.Role.READER.value, _("reader: reads the plan's pages")
        REVIEWER = rights.Role.REVIEWER.value, _("reviewer: sees every unit, verifies and returns")
        ADMINISTRATOR = (
            rights.Role.ADMINISTRATOR.value,
            _("administrator: enters and corrects everything"),
        )

    person = models.ForeignKey(
        User, models.CASCADE, related_name="memberships", verbose_name=_("person")
    )
    municipality = models.ForeignKey(
        Municipality, models.CASCADE, related_name="memberships", verbose_name=_("municipality")
    )
    role = models.CharField(_("task"), max_length=16, choices=Role.choices, default=Role.READER)
    units = models.ManyToManyField(
        Department,
        blank=True,
        related_name="coordinations",
        verbose_name=_("coordinator of"),
        help_text=_("Departments or branches whose realizations this person enters."),
    )

    coordinates = models.BooleanField(
        _("is to coordinate units"),
        default=False,
        editable=False,
        help_text=_("Told apart from a reader while no unit is given."),
    )

    history = History(m2m_fields=[units])

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ("municipality", "person")
        constraints = (
            models.UniqueConstraint(
                fields=("person", "municipality"), name="membership_once_a_municipality"
            ),
        )

    def __str__(self) -> str:
        return f"{self.person} · {self.municipality}"

    @property
    def task(self) -> str:
        return task_of(self.role)


def task_of(role: str) -> str:
    """Return a membership's role in a word."""
    return str(Membership.Role(role).label).partition(":")[0]


# Models of the same application that have a file of their own.
from accounts.records import Invitation, LogEntry, SlowedAttempts  # noqa: E402, F401
