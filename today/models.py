"""When each person looked at the first page; no part of any history."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from activities.models import Municipality


class Visit(models.Model):
    """A person's last visit of a municipality's first page, and the end of the one before."""

    person = models.ForeignKey(
        User, models.CASCADE, related_name="visits", verbose_name=_("person")
    )
    municipality = models.ForeignKey(
        Municipality, models.CASCADE, related_name="+", verbose_name=_("municipality")
    )
    seen_at = models.DateTimeField(_("seen at"))
    before_at = models.DateTimeField(_("the visit before"), null=True, blank=True)

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        constraints = (
            models.UniqueConstraint(
                fields=("person", "municipality"), name="visit_once_a_municipality"
            ),
        )

    def __str__(self) -> str:
        return f"{self.person} · {self.municipality}"
