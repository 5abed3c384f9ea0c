"""Which files came in, what they changed, and how to take it back."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from activities.history import History
from activities.models import Municipality, Plan
from activities.models.municipalities import MunicipalityField


class ColumnMapping(models.Model):
    """What a person said the columns of files of one shape mean; used again for the next."""

    shape = models.CharField(_("shape"), max_length=64)
    municipality = MunicipalityField(
        Municipality, models.PROTECT, related_name="+", verbose_name=_("municipality")
    )
    headers = models.JSONField(_("headers"), default=list)
    columns = models.JSONField(_("columns"), default=dict)

    history = History()

    class Meta:
        verbose_name = _("column mapping")
        verbose_name_plural = _("column mappings")
        constraints = (
            models.UniqueConstraint(fields=("municipality", "shape"), name="mapping_once_a_shape"),
        )

    def __str__(self) -> str:
        return ", ".join(self.headers)[:80]


class ImportBatch(models.Model):
    """One file: previewed, applied, undone or left; with its digest and who did what.

    ``choices`` holds what the person decided in the preview, ``changes`` the difference as it
    was told, ``record`` what undoing needs: the ids made and the values before; and where in the
    file each indicator stood ("places", by its id).
    """

    class State(models.TextChoices):
        PREVIEW = "preview", _("preview")
        APPLIED = "applied", _("applied")
        UNDONE = "undone", _("undone")
        LEFT = "left", _("left")

    plan = models.ForeignKey(
        Plan, models.CASCADE, null=True, related_name="imports", verbose_name=_("plan")
    )
    municipality = MunicipalityField(
        Municipality,
        models.PROTECT,
        related_name="imports",
        verbose_name=_("municipality"),
        within=("plan",),
    )
    plan_slug = models.SlugField(_("address of the plan"), max_length=80, blank=True)
    year = models.PositiveSmallIntegerField(_("year of the realizations"))
    file_name = models.CharField(_("file"), max_length=255)
    digest = models.CharField(_("SHA-256"), max_length=64)
    reader = models.CharField(_("reader"), max_length=20)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default="applied")
    counts = models.JSONField(_("counts"), default=dict)
    changes = models.JSONField(_("changes"), default=list)
    choices = models.JSONField(_("choices"), default=dict)
    record = models.JSONField(_("record for undoing"), default=dict)
    stored = models.FileField(_("stored file"), upload_to="imports/", blank=True)
    uploaded_at = models.DateTimeField(_("uploaded at"), auto_now_add=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("uploaded by"),
    )
    applied_at = models.DateTimeField(_("applied at"), null=True, blank=True)
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("applied by"),
    )
    undone_at = models.DateTimeField(_("undone at"), null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("undone by"),
    )

    history = History(excluded_fields=["changes", "record"])

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.file_name} → {self.plan or self.plan_slug}"
