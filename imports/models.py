"""Which files came in, what they changed, and how to take it back."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from activities.models import Plan


class ImportBatch(models.Model):
    """One applied file: its digest, who applied it, and the difference it made."""

    class State(models.TextChoices):
        APPLIED = "applied", _("applied")
        UNDONE = "undone", _("undone")

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="imports", verbose_name=_("plan"))
    year = models.PositiveSmallIntegerField(_("year of the realizations"))
    file_name = models.CharField(_("file"), max_length=255)
    digest = models.CharField(_("SHA-256"), max_length=64)
    reader = models.CharField(_("reader"), max_length=20)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default="applied")
    counts = models.JSONField(_("counts"), default=dict)
    changes = models.JSONField(_("changes"), default=list)
    applied_at = models.DateTimeField(_("applied at"), auto_now_add=True)
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    history = HistoricalRecords(excluded_fields=["changes"])

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ("-applied_at", "-id")

    def __str__(self) -> str:
        return f"{self.file_name} → {self.plan}"
