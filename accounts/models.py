"""Who comes in, and which units a coordinator answers for."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Cast
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts import rights
from accounts.rights import Right
from activities.history import History
from activities.models import Department


class User(AbstractUser):
    """A person. Units make a coordinator; groups make a reviewer or an administrator."""

    departments = models.ManyToManyField(
        Department,
        blank=True,
        related_name="coordinators",
        verbose_name=_("coordinator of"),
        help_text=_("Departments or branches whose realizations this person enters."),
    )

    wants_reminders = models.BooleanField(
        _("reminders and verified values by e-mail"),
        default=True,
        help_text=_("What a person must act on is sent in any case."),
    )

    history = History(m2m_fields=[departments], excluded_fields=["password", "last_login"])

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

    @cached_property
    def _standing(self) -> tuple[frozenset[str], frozenset[int]]:
        """Return the names of the person's groups and the ids of her units; one query."""
        own = Q(coordinators=self) | Q(parent__coordinators=self)
        groups = self.groups.order_by().values_list(Value("group"), "name")
        units = (
            Department.objects.filter(own)
            .order_by()
            .values_list(Value("unit"), Cast("id", models.CharField()))
        )
        found = set(groups.union(units, all=True))
        return (
            frozenset(name for kind, name in found if kind == "group"),
            frozenset(int(key) for kind, key in found if kind == "unit"),
        )

    @property
    def group_names(self) -> frozenset[str]:
        """Return the names of the person's groups; asked for once a request."""
        return self._standing[0]

    @property
    def unit_ids(self) -> frozenset[int]:
        """Return the units the person answers for, branches included; asked for once a request."""
        return self._standing[1]

    def may(self, right: Right, unit: int | None = None) -> bool:
        """Whether the person has a right: for every unit, or for one by its id."""
        return rights.may(self, right, unit)

    @property
    def rights(self) -> dict[str, bool]:
        """Return every right by name and whether it is held everywhere: for templates."""
        return {right.value: rights.may(self, right) for right in Right}


# Models of the same application that have a file of their own.
from accounts.records import Invitation, LogEntry, SlowedAttempts  # noqa: E402, F401
