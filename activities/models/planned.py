"""What a plan says will be done: objectives, goals, activities, and who has which part in them."""

from __future__ import annotations

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from activities.fields import code_key, search_key
from activities.history import History
from activities.models.plans import Plan
from activities.models.units import Department, Institution, exactly_one_unit


class Objective(models.Model):
    """A strategic objective ("4") or, below it, a goal ("4.4")."""

    plan = models.ForeignKey(
        Plan, models.CASCADE, related_name="objectives", verbose_name=_("plan")
    )
    code = models.CharField(_("code"), max_length=20)
    title = models.CharField(_("title"), max_length=300, blank=True)
    parent = models.ForeignKey(
        "self",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="goals",
        verbose_name=_("strategic objective"),
    )
    code_key = code_key("code")

    history = History()

    class Meta:
        verbose_name = _("objective or goal")
        verbose_name_plural = _("objectives and goals")
        ordering = ("plan", "code_key")
        constraints = (
            models.UniqueConstraint(fields=("plan", "code"), name="objective_code_once"),
        )

    def __str__(self) -> str:
        return f"{self.label} · {self.title}" if self.title else self.label

    @property
    def label(self) -> str:
        if self.parent_id is None:
            return _("Objective %(code)s") % {"code": self.code}
        return _("Goal %(code)s") % {"code": self.code}


class Activity(models.Model):
    """A planned activity as one department (or branch) owns it.

    ``position`` is its place in the plan as printed. ``…_text`` keeps the cells as printed.
    """

    plan = models.ForeignKey(
        Plan, models.CASCADE, related_name="activities", verbose_name=_("plan")
    )
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="activities", verbose_name=_("department")
    )
    objective = models.ForeignKey(
        Objective,
        models.PROTECT,
        related_name="activities",
        verbose_name=_("goal"),
    )
    code = models.CharField(_("code"), max_length=20)
    title = models.TextField(_("title"))
    position = models.PositiveIntegerField(_("place in the plan"), default=0)
    responsible_text = models.TextField(_("responsible unit as printed"), blank=True)
    supporting_text = models.TextField(_("supporting institutions as printed"), blank=True)
    code_key = code_key("code")
    title_key = search_key("title")

    history = History()

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        ordering = ("plan", "position", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("plan", "department", "code"),
                name="activity_code_once_a_department",
                violation_error_message=_("The department already has an activity of this code."),
            ),
            models.CheckConstraint(condition=~Q(code=""), name="activity_has_code"),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class Role(models.TextChoices):
    RESPONSIBLE = "responsible", _("responsible")
    SUPPORTING = "supporting", _("supporting")


class UnitRole(models.Model):
    """A department or institution in its role for an activity or an indicator."""

    role = models.CharField(_("role"), max_length=12, choices=Role.choices)
    position = models.PositiveSmallIntegerField(
        _("order"), default=0, validators=[MinValueValidator(0)]
    )
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, verbose_name=_("department")
    )
    institution = models.ForeignKey(
        Institution, models.PROTECT, null=True, blank=True, verbose_name=_("institution")
    )

    class Meta:
        abstract = True
        ordering = ("role", "position", "id")

    def __str__(self) -> str:
        return str(self.department or self.institution)


class ActivityUnit(UnitRole):
    activity = models.ForeignKey(
        Activity, models.CASCADE, related_name="unit_roles", verbose_name=_("activity")
    )

    history = History()

    class Meta(UnitRole.Meta):
        verbose_name = _("unit of the activity")
        verbose_name_plural = _("units of the activity")
        constraints = (
            exactly_one_unit("activity_unit_is_one_unit"),
            models.UniqueConstraint(
                fields=("activity", "role", "department"), name="activity_department_once"
            ),
            models.UniqueConstraint(
                fields=("activity", "role", "institution"), name="activity_institution_once"
            ),
        )
