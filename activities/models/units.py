"""The municipality's units with their spellings, and the bodies outside it."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from activities.fields import code_key, search_key, sort_key
from activities.history import History
from activities.models.municipalities import Municipality, MunicipalityField
from activities.models.plans import Plan


class Department(models.Model):
    """A department of the municipality, or a branch of one (it has a parent)."""

    name = models.CharField(_("name"), max_length=200)
    short_name = models.CharField(_("short name"), max_length=80, blank=True)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="branches",
        verbose_name=_("department above"),
        help_text=_("Only for a branch."),
    )
    municipality = MunicipalityField(
        Municipality,
        models.PROTECT,
        related_name="departments",
        verbose_name=_("municipality"),
        within=("parent",),
    )
    name_key = search_key("name", max_length=200)
    sort_key = sort_key("name")

    history = History()

    class Meta:
        verbose_name = _("department")
        verbose_name_plural = _("departments")
        ordering = ("sort_key",)
        constraints = (
            models.UniqueConstraint(
                fields=("municipality", "name_key"),
                condition=Q(parent=None),
                name="department_name_once",
            ),
            models.UniqueConstraint(fields=("parent", "name_key"), name="branch_name_once"),
            models.CheckConstraint(
                condition=~Q(parent=F("id")), name="department_is_not_its_own_branch"
            ),
        )

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.parent is not None and self.parent.parent_id is not None:
            raise ValidationError({"parent": _("A branch cannot have branches.")})

    @property
    def short(self) -> str:
        return self.short_name or self.name


class PlanDepartment(models.Model):
    """A unit's place in a plan: its number as printed there, "7" or "11.2".

    Numbers belong to the plan and not to the unit: the next plan may print another order.
    """

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="units", verbose_name=_("plan"))
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="places", verbose_name=_("department")
    )
    number = models.CharField(_("number"), max_length=12)
    number_key = code_key("number")

    history = History()

    class Meta:
        verbose_name = _("department of the plan")
        verbose_name_plural = _("departments of the plan")
        ordering = ("plan", "number_key")
        constraints = (
            models.UniqueConstraint(fields=("plan", "number"), name="plan_number_once"),
            models.UniqueConstraint(fields=("plan", "department"), name="plan_department_once"),
        )

    def __str__(self) -> str:
        return f"{self.number}. {self.department}"


class Institution(models.Model):
    """A body outside the department list: one institution, or a group such as NGOs."""

    name = models.CharField(_("name"), max_length=200)
    is_group = models.BooleanField(_("group"), default=False)
    to_check = models.BooleanField(
        _("to check"),
        default=False,
        help_text=_("Made by an import from a name that nobody knew."),
    )
    municipality = MunicipalityField(
        Municipality, models.PROTECT, related_name="institutions", verbose_name=_("municipality")
    )
    name_key = search_key("name", max_length=200)
    sort_key = sort_key("name")

    history = History()

    class Meta:
        verbose_name = _("institution")
        verbose_name_plural = _("institutions")
        ordering = ("sort_key",)
        constraints = (
            models.UniqueConstraint(
                fields=("municipality", "name_key"), name="institution_name_once"
            ),
        )

    def __str__(self) -> str:
        return self.name


def exactly_one_unit(name: str) -> models.CheckConstraint:
    """Return the constraint that a row names a department or an institution, not both."""
    return models.CheckConstraint(
        condition=Q(department__isnull=False, institution__isnull=True)
        | Q(department__isnull=True, institution__isnull=False),
        name=name,
        violation_error_message=_("Choose either a department or an institution."),
    )


class Alias(models.Model):
    """Another spelling of a unit's name; each spelling leads to one unit only."""

    text = models.CharField(_("spelling"), max_length=200)
    department = models.ForeignKey(
        Department,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="aliases",
        verbose_name=_("department"),
    )
    institution = models.ForeignKey(
        Institution,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="aliases",
        verbose_name=_("institution"),
    )
    municipality = MunicipalityField(
        Municipality,
        models.PROTECT,
        related_name="aliases",
        verbose_name=_("municipality"),
        within=("department", "institution"),
        editable=False,
    )
    key = search_key("text", max_length=200)

    history = History()

    class Meta:
        verbose_name = _("alias")
        verbose_name_plural = _("aliases")
        ordering = ("text",)
        constraints = (
            models.UniqueConstraint(fields=("municipality", "key"), name="alias_leads_to_one_unit"),
            exactly_one_unit("alias_of_one_unit"),
        )

    def __str__(self) -> str:
        return self.text
