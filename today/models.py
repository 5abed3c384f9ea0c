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


class WeeklyLetter(models.Model):
    """A week's list that a person was sent; written before it goes out, so that none goes twice."""

    person = models.ForeignKey(
        User, models.CASCADE, related_name="weekly_letters", verbose_name=_("person")
    )
    municipality = models.ForeignKey(
        Municipality, models.CASCADE, related_name="+", verbose_name=_("municipality")
    )
    week = models.CharField(_("week"), max_length=8)
    claimed_at = models.DateTimeField(_("claimed at"), auto_now_add=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)

    class Meta:
        verbose_name = _("weekly letter")
        verbose_name_plural = _("weekly letters")
        constraints = (
            models.UniqueConstraint(
                fields=("person", "municipality", "week"), name="weekly_letter_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.person} · {self.week}"
