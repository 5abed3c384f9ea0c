"""What is measured: indicators, their yearly targets and what was realized."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from activities.fields import search_key
from activities.models import Activity, Plan, UnitRole, exactly_one_unit
from indicators.achievement import Direction, Kind, Reading, ReportedAs
from indicators.choices import DIRECTIONS, KINDS, REPORTED_AS

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

# SQLite keeps decimals as 8-byte floats, which carry 15 digits without loss.
AMOUNT_DIGITS, AMOUNT_PLACES = 15, 4

Person = settings.AUTH_USER_MODEL


def amount_field(label: StrPromise) -> models.DecimalField[Any, Any]:
    """Return a column for an amount in the indicator's unit; NULL is "not a number"."""
    return models.DecimalField(
        label, max_digits=AMOUNT_DIGITS, decimal_places=AMOUNT_PLACES, null=True, blank=True
    )


def _shown(value: Decimal | None, text: str) -> str:
    return text or ("—" if value is None else str(value))


class IndicatorQuerySet(models.QuerySet["Indicator"]):
    def of_plan(self, plan: Plan) -> Self:
        return self.filter(activity__plan=plan)

    def in_use(self) -> Self:
        return self.filter(retired_on__isnull=True)

    def in_printed_order(self) -> Self:
        return self.order_by("activity__position", "activity_id", "position", "id")


class Indicator(models.Model):
    """What an activity is measured by.

    ``position`` is its place within the activity. The ``own_…_text`` cells are filled only
    where the indicator's row brought its own unit; else the activity's hold.
    """

    class Measure(models.TextChoices):
        COUNT = "count", _("count")
        PERCENT = "percent", _("percent")
        OTHER = "other", _("other unit")

    activity = models.ForeignKey(
        Activity, models.CASCADE, related_name="indicators", verbose_name=_("activity")
    )
    position = models.PositiveSmallIntegerField(_("order"), default=1)
    name = models.TextField(_("name"))
    measure = models.CharField(
        _("measured in"), max_length=10, choices=Measure.choices, default=Measure.COUNT
    )
    unit = models.CharField(_("unit"), max_length=40, blank=True, help_text=_("km, m², ton …"))
    kind = models.CharField(
        _("kind"), max_length=12, choices=list(KINDS.items()), default=Kind.COUNT
    )
    kind_confirmed = models.BooleanField(
        _("kind confirmed"), default=False, help_text=_("A person has confirmed the kind.")
    )
    direction = models.CharField(
        _("direction"),
        max_length=10,
        choices=list(DIRECTIONS.items()),
        default=Direction.INCREASE,
    )
    reported_as = models.CharField(
        _("reported as"),
        max_length=10,
        choices=list(REPORTED_AS.items()),
        default=ReportedAs.TOTAL,
    )
    weight = models.DecimalField(
        _("weight"),
        max_digits=6,
        decimal_places=2,
        default=Decimal(1),
        validators=[MinValueValidator(Decimal(0))],
    )
    baseline = amount_field(_("baseline"))
    baseline_text = models.TextField(_("baseline as written"), blank=True)
    own_responsible_text = models.TextField(_("own responsible unit as printed"), blank=True)
    own_supporting_text = models.TextField(_("own supporting institutions as printed"), blank=True)
    retired_on = models.DateField(
        _("retired on"),
        null=True,
        blank=True,
        help_text=_("A retired indicator counts nowhere; its values stay."),
    )
    name_key = search_key("name")

    history = HistoricalRecords()
    objects = IndicatorQuerySet.as_manager()

    class Meta:
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        ordering = ("activity", "position", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("activity", "position"),
                name="indicator_position_once",
                violation_error_message=_("Two indicators of the activity have the same order."),
            ),
            models.UniqueConstraint(
                fields=("activity", "name_key"),
                name="indicator_name_once",
                violation_error_message=_("The activity already has an indicator of this name."),
            ),
            models.CheckConstraint(condition=~Q(name=""), name="indicator_has_name"),
            models.CheckConstraint(
                condition=Q(weight__gte=0),
                name="indicator_weight_not_negative",
                violation_error_message=_("A weight cannot be negative."),
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def is_percent(self) -> bool:
        return self.measure == self.Measure.PERCENT


class IndicatorUnit(UnitRole):
    """A unit that only this indicator of its activity names."""

    indicator = models.ForeignKey(
        Indicator, models.CASCADE, related_name="unit_roles", verbose_name=_("indicator")
    )

    history = HistoricalRecords()

    class Meta(UnitRole.Meta):
        verbose_name = _("unit of the indicator")
        verbose_name_plural = _("units of the indicator")
        constraints = (
            exactly_one_unit("indicator_unit_is_one_unit"),
            models.UniqueConstraint(
                fields=("indicator", "role", "department"), name="indicator_department_once"
            ),
            models.UniqueConstraint(
                fields=("indicator", "role", "institution"), name="indicator_institution_once"
            ),
        )


class Target(models.Model):
    """What is to be reached in a year. ``value`` is NULL where "-" or a text was written."""

    indicator = models.ForeignKey(
        Indicator, models.CASCADE, related_name="targets", verbose_name=_("indicator")
    )
    year = models.PositiveSmallIntegerField(_("year"))
    value = amount_field(_("target"))
    text = models.TextField(_("as written"), blank=True)
    change_reason = models.TextField(
        _("reason of the change"),
        blank=True,
        help_text=_("Needed when a target changes in a running year."),
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        ordering = ("indicator", "year")
        constraints = (
            models.UniqueConstraint(
                fields=("indicator", "year"),
                name="target_once_a_year",
                violation_error_message=_("The indicator already has a target for this year."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.year}: {_shown(self.value, self.text)}"


class Realization(models.Model):
    """What was reached in a year, as reported, with the steps it went through.

    ``value`` is NULL where "-" or a text was written; a missing row means nothing was.
    ``version`` grows with every save, so that two people on one cell are noticed.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", _("Submitted")
        RETURNED = "returned", _("Returned")
        APPROVED = "approved", _("Approved")

    indicator = models.ForeignKey(
        Indicator, models.CASCADE, related_name="realizations", verbose_name=_("indicator")
    )
    year = models.PositiveSmallIntegerField(_("year"))
    value = amount_field(_("realization"))
    text = models.TextField(_("as written"), blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    deviation_reason = models.TextField(_("deviation reason"), blank=True)
    measure_to_take = models.TextField(_("measure to take"), blank=True)
    note = models.TextField(_("note"), blank=True)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    entered_at = models.DateTimeField(_("entered at"), auto_now=True)
    entered_by = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("entered by"),
    )
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True, editable=False)
    submitted_by = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("submitted by"),
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True, editable=False)
    decided_by = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("decided by"),
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("realization")
        verbose_name_plural = _("realizations")
        ordering = ("indicator", "year")
        constraints = (
            models.UniqueConstraint(
                fields=("indicator", "year"),
                name="realization_once_a_year",
                violation_error_message=_("The indicator already has a realization for this year."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "submitted", "returned", "approved"]),
                name="realization_state_is_known",
            ),
        )

    def __str__(self) -> str:
        return f"{self.year}: {_shown(self.value, self.text)}"


COUNTED_STATES: dict[Reading, tuple[str, ...]] = {
    # A returned value is back on its unit's desk, as a draft is.
    Reading.REPORTED: (Realization.State.SUBMITTED, Realization.State.APPROVED),
    Reading.APPROVED: (Realization.State.APPROVED,),
}


class Evidence(models.Model):
    """A file or a link that shows what was done."""

    realization = models.ForeignKey(
        Realization, models.CASCADE, related_name="evidence", verbose_name=_("realization")
    )
    name = models.CharField(_("name"), max_length=200)
    file = models.FileField(_("file"), upload_to="evidence/", blank=True)
    link = models.URLField(_("link"), max_length=500, blank=True)
    added_at = models.DateTimeField(_("added at"), auto_now_add=True)
    added_by = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("added by"),
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ("added_at", "id")
        constraints = (
            models.CheckConstraint(
                condition=(Q(file="") & ~Q(link="")) | (~Q(file="") & Q(link="")),
                name="evidence_is_a_file_or_a_link",
                violation_error_message=_("Give either a file or a link."),
            ),
        )

    def __str__(self) -> str:
        return self.name


class Comment(models.Model):
    """A word between coordinator and reviewer on one value."""

    realization = models.ForeignKey(
        Realization, models.CASCADE, related_name="comments", verbose_name=_("realization")
    )
    text = models.TextField(_("text"))
    written_at = models.DateTimeField(_("written at"), auto_now_add=True)
    written_by = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("written by"),
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ("written_at", "id")

    def __str__(self) -> str:
        return self.text[:80]


class FindingAnswer(models.Model):
    """What a person answered to a question about the numbers.

    ``finding`` identifies the question: its check and the rows it concerns. ``asked`` marks the
    numbers it was asked about; an answer to other numbers leaves the question open.
    """

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="answers", verbose_name=_("plan"))
    year = models.PositiveSmallIntegerField(_("year"))
    code = models.CharField(_("check"), max_length=40)
    finding = models.CharField(_("finding"), max_length=200)
    indicators = models.ManyToManyField(
        Indicator, related_name="answers", verbose_name=_("indicators")
    )
    asked = models.CharField(_("numbers asked about"), max_length=12, blank=True)
    answer = models.CharField(_("answer"), max_length=40)
    note = models.TextField(_("note"), blank=True)
    answered_at = models.DateTimeField(_("answered at"), auto_now=True)
    answered_by = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("answered by"),
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("answer to a finding")
        verbose_name_plural = _("answers to findings")
        ordering = ("plan", "year", "finding")
        constraints = (
            models.UniqueConstraint(fields=("plan", "year", "finding"), name="finding_one_answer"),
        )

    def __str__(self) -> str:
        return f"{self.finding}: {self.answer}"
