"""What was planned: the plan, its years, the units and the activities they own."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from activities.fields import code_key, search_key, sort_key
from activities.history import History

METHODS = [
    ("by_kind", _("By kind of indicator (rules R1–R8)")),
    ("target_ratio", _("Realization ÷ target")),
    ("progress", _("Way covered from baseline to target")),
]
UNREPORTED = [
    ("skip", _("Leave out of the mean")),
    ("zero", _("Count as 0")),
]


class Plan(models.Model):
    """A municipality's equality action plan over its years."""

    name = models.CharField(_("name"), max_length=200)
    short_name = models.CharField(_("short name"), max_length=40, default="YEAP")
    municipality = models.CharField(_("municipality"), max_length=200, blank=True)
    slug = models.SlugField(_("address"), max_length=80, unique=True)
    first_year = models.PositiveSmallIntegerField(_("first year"))
    last_year = models.PositiveSmallIntegerField(_("last year"))
    method = models.CharField(_("method"), max_length=20, choices=METHODS, default="by_kind")
    unreported = models.CharField(
        _("unreported indicators"), max_length=10, choices=UNREPORTED, default="skip"
    )
    band_achieved = models.DecimalField(
        _("“achieved” from, %"), max_digits=5, decimal_places=2, default=Decimal(100)
    )
    band_mostly = models.DecimalField(
        _("“mostly” from, %"), max_digits=5, decimal_places=2, default=Decimal(80)
    )
    band_partly = models.DecimalField(
        _("“partly” from, %"), max_digits=5, decimal_places=2, default=Decimal(50)
    )
    is_public = models.BooleanField(_("public"), default=False)
    allows_own_approval = models.BooleanField(
        _("own values may be verified"),
        default=False,
        help_text=_("Who entered a value may also verify it; such a value is marked."),
    )

    history = History()

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        ordering = ("-first_year", "slug")
        constraints = (
            models.CheckConstraint(
                condition=Q(last_year__gte=F("first_year")),
                name="plan_ends_after_it_begins",
                violation_error_message=_("The last year lies before the first."),
            ),
            models.CheckConstraint(
                condition=Q(band_achieved__gt=F("band_mostly"))
                & Q(band_mostly__gt=F("band_partly"))
                & Q(band_partly__gt=0),
                name="plan_bands_descend",
                violation_error_message=_("Each band must begin below the one above it."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.first_year}–{self.last_year}"

    def get_absolute_url(self) -> str:
        return reverse("plan", args=[self.slug])

    @property
    def years(self) -> range:
        return range(self.first_year, self.last_year + 1)


class PlanRevision(models.Model):
    """How often anything of a plan was written, of it what counts in figures, and its periods.

    See ``activities.revisions``.
    A table of its own, so that saving a plan's form never writes an old number back.
    """

    plan = models.OneToOneField(Plan, models.CASCADE, primary_key=True, related_name="revision_row")
    number = models.PositiveBigIntegerField(default=1)
    figures = models.PositiveBigIntegerField(default=1)
    calendar = models.PositiveBigIntegerField(default=1)

    def __str__(self) -> str:
        return str(self.number)


class Period(models.Model):
    """One reporting year of a plan, and whether numbers can be entered for it."""

    class State(models.TextChoices):
        PLANNED = "planned", _("not started")
        OPEN = "open", _("open")
        CLOSED = "closed", _("closed")
        PUBLISHED = "published", _("published")

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="periods", verbose_name=_("plan"))
    year = models.PositiveSmallIntegerField(_("year"))
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.PLANNED
    )
    opens_on = models.DateField(_("opens on"), null=True, blank=True)
    closes_on = models.DateField(_("closes on"), null=True, blank=True)

    history = History()

    class Meta:
        verbose_name = _("reporting period")
        verbose_name_plural = _("reporting periods")
        ordering = ("plan", "year")
        constraints = (
            models.UniqueConstraint(fields=("plan", "year"), name="period_once_a_year"),
            models.CheckConstraint(
                condition=Q(closes_on__gte=F("opens_on"))
                | Q(opens_on__isnull=True)
                | Q(closes_on__isnull=True),
                name="period_closes_after_it_opens",
                violation_error_message=_("The period closes before it opens."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.year} ({self.get_state_display()})"

    def is_reopened_by(self, state: str) -> bool:
        """Whether a closed year is opened again where it gets a state; that takes a reason."""
        return self.state == self.State.CLOSED and state in (self.State.PLANNED, self.State.OPEN)

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        super().clean_fields(exclude)
        # A page that does not ask for the year has no place for its fault.
        asked = "year" not in (exclude or ())
        if asked and self.plan_id and self.year and self.year not in self.plan.years:
            raise ValidationError(
                {"year": _("%(year)s is not a year of the plan.") % {"year": self.year}}
            )


class Extension(models.Model):
    """A closed period opened again for one unit, up to and including a day."""

    period = models.ForeignKey(
        Period, models.CASCADE, related_name="extensions", verbose_name=_("reporting period")
    )
    department = models.ForeignKey(
        "Department", models.CASCADE, related_name="extensions", verbose_name=_("department")
    )
    until = models.DateField(_("open until"))
    reason = models.TextField(_("reason"), blank=True)
    granted_at = models.DateTimeField(_("granted at"), auto_now=True)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("granted by"),
    )

    history = History()

    class Meta:
        verbose_name = _("extension")
        verbose_name_plural = _("extensions")
        ordering = ("period", "department")
        constraints = (
            models.UniqueConstraint(fields=("period", "department"), name="extension_once_a_unit"),
        )

    def __str__(self) -> str:
        return f"{self.department}: {self.until:%d.%m.%Y}"


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
    name_key = search_key("name", max_length=200)
    sort_key = sort_key("name")

    history = History()

    class Meta:
        verbose_name = _("department")
        verbose_name_plural = _("departments")
        ordering = ("sort_key",)
        constraints = (
            models.UniqueConstraint(
                fields=("name_key",), condition=Q(parent=None), name="department_name_once"
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
    name_key = search_key("name", max_length=200)
    sort_key = sort_key("name")

    history = History()

    class Meta:
        verbose_name = _("institution")
        verbose_name_plural = _("institutions")
        ordering = ("sort_key",)
        constraints = (models.UniqueConstraint(fields=("name_key",), name="institution_name_once"),)

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
    key = search_key("text", max_length=200)

    history = History()

    class Meta:
        verbose_name = _("alias")
        verbose_name_plural = _("aliases")
        ordering = ("text",)
        constraints = (
            models.UniqueConstraint(fields=("key",), name="alias_leads_to_one_unit"),
            exactly_one_unit("alias_of_one_unit"),
        )

    def __str__(self) -> str:
        return self.text


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
    code_key = code_key("code")

    history = History()

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ("scheme", "code_key")
        constraints = (models.UniqueConstraint(fields=("scheme", "code"), name="tag_code_once"),)

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
