"""What activities and indicators can be gathered by, beside the plan's own objectives."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from activities.fields import code_key
from activities.history import History
from activities.models.municipalities import Municipality, MunicipalityField
from activities.models.planned import Activity


class Tag(models.Model):
    """What activities and indicators can be gathered by, beside the plan's own objectives."""

    class Scheme(models.TextChoices):
        CHARTER = "charter", _("European Charter for Equality, article")
        SDG = "sdg", _("SDG 5 target")
        GROUP = "group", _("target group")

    scheme = models.CharField(_("scheme"), max_length=10, choices=Scheme.choices)
    code = models.CharField(_("code"), max_length=20)
    name = models.CharField(_("name"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200, blank=True)
    municipality = MunicipalityField(
        Municipality, models.PROTECT, related_name="tags", verbose_name=_("municipality")
    )
    code_key = code_key("code")

    history = History()

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ("scheme", "code_key")
        constraints = (
            models.UniqueConstraint(
                fields=("municipality", "scheme", "code"), name="tag_code_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class ActivityTag(models.Model):
    """An activity that carries a tag; its indicators carry it with it."""

    activity = models.ForeignKey(
        Activity, models.CASCADE, related_name="tag_rows", verbose_name=_("activity")
    )
    tag = models.ForeignKey(Tag, models.CASCADE, related_name="+", verbose_name=_("tag"))

    history = History()

    class Meta:
        verbose_name = _("tag of the activity")
        verbose_name_plural = _("tags of the activity")
        ordering = ("tag",)
        constraints = (
            models.UniqueConstraint(fields=("activity", "tag"), name="activity_tag_once"),
        )

    def __str__(self) -> str:
        return str(self.tag)
