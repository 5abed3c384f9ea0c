"""The plan, its reporting years, and what was opened again for a unit."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from activities.history import History
from activities.models.municipalities import Municipality, MunicipalityField

METHODS = [
    ("by_kind", _("By kind of indicator (rules R1–R8)")),
    ("target_ratio", _("Realization ÷ target")),
    ("progress", _("Way covered from baseline to target")),
]
UNREPORTED = [
    ("skip", _("Leave out of the mean")),
    ("zero", _("Count as 0")),
]


LONGEST_PLAN = 20  # years


class Plan(models.Model):
    """A municipality's equality action plan over its years."""

    name = models.CharField(_("name"), max_length=200)
    short_name = models.CharField(_("short name"), max_length=40, default="YEAP")
    municipality = MunicipalityField(
        Municipality, models.PROTECT, related_name="plans", verbose_name=_("municipality")
    )
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

    def clean(self) -> None:
        first, last = self.first_year, self.last_year
        if first and last and last - first >= LONGEST_PLAN:
            told = _("A plan runs for at most %(years)s years.") % {"years": LONGEST_PLAN}
            raise ValidationError({"last_year": told})

    def keep_periods(self) -> None:
        """Give each of the plan's years its period and take away those outside."""
        known = set()
        for period in self.periods.all():
            if period.year in self.years:
                known.add(period.year)
            else:
                period.delete()
        for year in self.years:
            if year not in known:
                Period.objects.create(plan=self, year=year)


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
