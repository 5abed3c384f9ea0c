"""Who comes in, and which units a coordinator answers for."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from activities.models import Department

REVIEWER = "reviewer"
ADMINISTRATOR = "administrator"


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
        _("reminders and approvals by e-mail"),
        default=True,
        help_text=_("What a person must act on is sent in any case."),
    )

    history = HistoricalRecords(
        m2m_fields=[departments], excluded_fields=["password", "last_login"]
    )

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
    def group_names(self) -> frozenset[str]:
        """Return the names of the person's groups; one query, once a request."""
        return frozenset(self.groups.values_list("name", flat=True))

    @property
    def is_administrator(self) -> bool:
        return self.is_superuser or ADMINISTRATOR in self.group_names

    @property
    def is_reviewer(self) -> bool:
        """Whether the person sees every unit's values and states."""
        return self.is_administrator or REVIEWER in self.group_names

    @cached_property
    def unit_ids(self) -> frozenset[int]:
        """Return the units the person answers for, branches included; one query, once a request."""
        own = Q(coordinators=self) | Q(parent__coordinators=self)
        return frozenset(Department.objects.filter(own).values_list("id", flat=True))

    def may_see_drafts_of(self, department_id: int) -> bool:
        """Whether drafts, histories and notes of a unit exist for this person."""
        return self.is_reviewer or department_id in self.unit_ids
