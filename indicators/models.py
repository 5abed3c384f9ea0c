"""What is measured: indicators, their yearly targets and what was realized."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activities.fields import search_key
from activities.history import History
from activities.models import Activity, Department, Period, Plan, Tag, UnitRole, exactly_one_unit
from indicators.achievement import Direction, Kind, Reading, ReportedAs, Result
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
    counted_with = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="counts_for",
        verbose_name=_("counted at"),
        help_text=_(
            "The indicator that already counts this value; where both are summed up, only that "
            "one counts."
        ),
    )
    counts_people = models.BooleanField(
        _("counts people"),
        default=False,
        help_text=_("Its realization can be split into women, men and others."),
    )
    hides_small_numbers = models.BooleanField(
        _("hide small numbers"),
        default=False,
        help_text=_("A value below 5 is shown as “<5” to the public: it could identify people."),
    )
    people_decided = models.BooleanField(
        _("decided whether it counts people"),
        default=False,
        help_text=_("A person has said whether it counts people and hides small numbers."),
    )
    retired_on = models.DateField(
        _("retired on"),
        null=True,
        blank=True,
        help_text=_("A retired indicator counts nowhere; its values stay."),
    )
    name_key = search_key("name")

    history = History()
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
            models.CheckConstraint(
                condition=~Q(counted_with=models.F("id")),
                name="indicator_is_not_counted_with_itself",
                violation_error_message=_("An indicator cannot be counted at itself."),
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

    history = History()

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


class IndicatorTag(models.Model):
    """A tag that only this indicator of its activity carries."""

    indicator = models.ForeignKey(
        Indicator, models.CASCADE, related_name="tag_rows", verbose_name=_("indicator")
    )
    tag = models.ForeignKey(Tag, models.CASCADE, related_name="+", verbose_name=_("tag"))

    history = History()

    class Meta:
        verbose_name = _("tag of the indicator")
        verbose_name_plural = _("tags of the indicator")
        ordering = ("tag",)
        constraints = (
            models.UniqueConstraint(fields=("indicator", "tag"), name="indicator_tag_once"),
        )

    def __str__(self) -> str:
        return str(self.tag)


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

    history = History()

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
        APPROVED = "approved", _("Verified")

    class Absence(models.TextChoices):
        """Why there is no figure; none of these is a zero."""

        NOT_DUE = "not_due", _("Not yet due")
        NOT_MEASURED = "not_measured", _("Not measured")
        OTHER = "other", _("Other")

    indicator = models.ForeignKey(
        Indicator, models.CASCADE, related_name="realizations", verbose_name=_("indicator")
    )
    year = models.PositiveSmallIntegerField(_("year"))
    value = amount_field(_("realization"))
    text = models.TextField(_("as written"), blank=True)
    absence = models.CharField(
        _("why there is no figure"), max_length=12, choices=Absence.choices, blank=True
    )
    women = amount_field(_("women"))
    men = amount_field(_("men"))
    others = amount_field(_("others"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    deviation_reason = models.TextField(_("deviation reason"), blank=True)
    measure_to_take = models.TextField(_("measure to take"), blank=True)
    note = models.TextField(_("note"), blank=True)
    reason_waived = models.TextField(
        _("why no reason is asked"),
        blank=True,
        help_text=_("The reviewer's word, where a deviation was verified without its reason."),
    )
    reason_asked_at = models.DateTimeField(
        _("reason asked for at"), null=True, blank=True, editable=False
    )
    reason_asked_by = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("reason asked for by"),
    )
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    entered_at = models.DateTimeField(_("entered at"), default=timezone.now, editable=False)
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

    # At which number of the plan's calendar the unit's door was open; see ``revisions.follow``.
    calendar_seen: int | None = None

    history = History()

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
            models.CheckConstraint(
                condition=Q(absence="") | Q(value__isnull=True),
                name="realization_is_absent_or_a_number",
                violation_error_message=_("Either a figure or why there is none, not both."),
            ),
            models.CheckConstraint(
                condition=Q(women__isnull=True, men__isnull=True, others__isnull=True)
                | Q(
                    # A comparison with NULL is not false, so nothing may be missing.
                    value__isnull=False,
                    women__isnull=False,
                    men__isnull=False,
                    others__isnull=False,
                    value=models.F("women") + models.F("men") + models.F("others"),
                ),
                name="realization_parts_fit",
                violation_error_message=_("Women, men and others do not add up to the value."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.year}: {_shown(self.value, self.text)}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        self._stored_state = self.state

    @classmethod
    def from_db(cls, *args: Any, **kwargs: Any) -> Self:
        row = super().from_db(*args, **kwargs)
        row._stored_state = row.__dict__.get("state", cls.State.SUBMITTED)
        return row

    @property
    def is_own_approval(self) -> bool:
        """Whether who entered the value verified it herself; pages mark and count such values.

        Who verified a number and then wrote another one over it has not verified that one.
        """
        own = is_own_approval(self.state, self.entered_by_id, self.decided_by_id)
        return own and not self.is_corrected_since

    @property
    def is_corrected_since(self) -> bool:
        """Whether it was written over after it was verified: who verified it saw something else.

        By ``entered_by`` at ``entered_at``; pages mark and count such values.
        """
        return is_corrected_since(self.state, self.entered_at, self.decided_at)

    @property
    def touches_figures(self) -> bool:
        """Whether figures may change with saving it: not while it is only on its unit's desk."""
        counted = COUNTED_STATES[Reading.REPORTED]
        return self.state in counted or getattr(self, "_stored_state", self.state) in counted


def is_own_approval(state: str | None, entered_by: int | None, decided_by: int | None) -> bool:
    """Whether the person who entered a value also verified it; people by their ids.

    Of a value that nobody is known to have entered nobody can say so.
    """
    return (
        state == Realization.State.APPROVED and entered_by is not None and entered_by == decided_by
    )


def is_corrected_since(
    state: str | None, entered_at: datetime | None, decided_at: datetime | None
) -> bool:
    """Whether a verified value was written over after it was verified.

    The verdict is kept, so this is what tells that it was given on something else.
    """
    if state != Realization.State.APPROVED or entered_at is None or decided_at is None:
        return False
    return entered_at > decided_at


COUNTED_STATES: dict[Reading, tuple[str, ...]] = {
    # A returned value is back on its unit's desk, as a draft is.
    Reading.REPORTED: (Realization.State.SUBMITTED, Realization.State.APPROVED),
    Reading.APPROVED: (Realization.State.APPROVED,),
}


def result_of(value: Decimal | None, state: str | None) -> Result:
    """Return where a stored number stands; what is on its unit's desk is not reported."""
    if value is None or state not in COUNTED_STATES[Reading.REPORTED]:
        return Result.NOT_REPORTED
    return Result.VERIFIED if state in COUNTED_STATES[Reading.APPROVED] else Result.REPORTED


class Evidence(models.Model):
    """A file or a link that shows what was done."""

    realization = models.ForeignKey(
        Realization, models.CASCADE, related_name="evidence", verbose_name=_("realization")
    )
    name = models.CharField(_("name"), max_length=200)
    file = models.FileField(_("file"), upload_to="evidence/", blank=True)
    content_type = models.CharField(_("content type"), max_length=100, blank=True)
    size = models.PositiveBigIntegerField(_("size in bytes"), null=True, blank=True)
    digest = models.CharField(_("SHA-256"), max_length=64, blank=True)
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

    history = History()

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

    history = History()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ("written_at", "id")

    def __str__(self) -> str:
        return self.text[:80]


class FindingAnswer(models.Model):
    """What a person answered to a question about the numbers.

    ``finding`` identifies the question: its check and the rows it concerns. ``asked`` marks the
    numbers it was asked about; an answer to other numbers leaves the question open. ``changed``
    says that this answer, or one given before it, changed a number or how it is read.
    """

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="answers", verbose_name=_("plan"))
    year = models.PositiveSmallIntegerField(_("year"))
    code = models.CharField(_("check"), max_length=40)
    finding = models.CharField(_("question"), max_length=200)
    indicators = models.ManyToManyField(
        Indicator, related_name="answers", verbose_name=_("indicators")
    )
    asked = models.CharField(_("numbers asked about"), max_length=12, blank=True)
    answer = models.CharField(_("answer"), max_length=40)
    changed = models.BooleanField(_("changed what was stored"), default=False, editable=False)
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

    history = History()

    class Meta:
        verbose_name = _("answer to a question")
        verbose_name_plural = _("answers to questions")
        ordering = ("plan", "year", "finding")
        constraints = (
            models.UniqueConstraint(fields=("plan", "year", "finding"), name="finding_one_answer"),
        )

    def __str__(self) -> str:
        return f"{self.finding}: {self.answer}"


class SmallNumberDecision(models.Model):
    """What a person decided on an indicator's small numbers of a year before publishing it.

    Hiding also sets the indicator's ``hides_small_numbers``; showing holds for this year alone.
    """

    indicator = models.ForeignKey(
        Indicator,
        models.CASCADE,
        related_name="small_number_decisions",
        verbose_name=_("indicator"),
    )
    year = models.PositiveSmallIntegerField(_("year"))
    is_hidden = models.BooleanField(_("hidden"))
    reason = models.TextField(_("reason"))
    decided_at = models.DateTimeField(_("decided at"), auto_now=True)
    decided_by = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("decided by"),
    )

    history = History()

    # Who looked at what would be published has not seen it; no figure changes with it.
    touches_figures = False

    class Meta:
        verbose_name = _("decision on small numbers")
        verbose_name_plural = _("decisions on small numbers")
        ordering = ("indicator", "year")
        constraints = (
            models.UniqueConstraint(
                fields=("indicator", "year"), name="small_number_decision_once_a_year"
            ),
        )

    def __str__(self) -> str:
        return f"{self.indicator} · {self.year}"


class Edition(models.Model):
    """A plan's year as it was published; ``content`` never changes after that.

    ``content`` is canonical JSON made by ``indicators.editions``, ``checksum`` its SHA-256; both
    stay inside, the public reads ``public_checksum``. ``previous`` is the public checksum that the
    edition before had when this one was published, "" for the first of a year.
    ``reason`` says why a further edition was made; ``override_reason`` is what an administrator
    wrote where a condition of publishing did not hold, and the public reads both.
    """

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="editions", verbose_name=_("plan"))
    year = models.PositiveSmallIntegerField(_("year"))
    number = models.PositiveSmallIntegerField(_("edition"), default=1)
    content = models.TextField(_("content"), editable=False)
    checksum = models.CharField(_("checksum"), max_length=64, editable=False)
    reason = models.TextField(_("reason of the edition"), blank=True)
    override_reason = models.TextField(_("published in spite of a condition"), blank=True)
    previous = models.CharField(
        _("checksum of the edition before"), max_length=64, blank=True, editable=False
    )
    published_at = models.DateTimeField(_("published at"), auto_now_add=True)
    published_by = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("published by"),
    )

    history = History(excluded_fields=["content"])

    class Meta:
        verbose_name = _("published edition")
        verbose_name_plural = _("published editions")
        ordering = ("plan", "year", "-number")
        constraints = (
            models.UniqueConstraint(fields=("plan", "year", "number"), name="edition_number_once"),
        )

    def __str__(self) -> str:
        return f"{self.plan} · {self.year}/{self.number}"

    @property
    def public_checksum(self) -> str:
        """Return the checksum that the public reads; "" before it is sealed. One query."""
        newest = self.seals.order_by("-pk").first()
        return newest.public_checksum if newest is not None else ""


class EditionSeal(models.Model):
    """The checksum of an edition's public document, and the numbers it was made without.

    The newest seal holds; the earlier ones stay, because citizens wrote them down and a further
    edition names the one it followed. Seals are only added (``indicators.editions.sealing``).
    """

    class Reason(models.TextChoices):
        PUBLISHED = "published", _("Published")
        HIDDEN = "hidden", _("Other numbers are hidden")

    edition = models.ForeignKey(
        Edition, models.CASCADE, related_name="seals", verbose_name=_("published edition")
    )
    public_checksum = models.CharField(_("public checksum"), max_length=64)
    withheld = models.JSONField(_("hidden numbers"))
    told = models.JSONField(_("means told with it"), default=dict)
    reason = models.CharField(_("reason"), max_length=10, choices=Reason.choices)
    sealed_at = models.DateTimeField(_("sealed at"), default=timezone.now)

    class Meta:
        verbose_name = _("seal of an edition")
        verbose_name_plural = _("seals of editions")
        ordering = ("edition", "pk")

    def __str__(self) -> str:
        return self.public_checksum


class Notice(models.Model):
    """A message to one person about one thing; its key is sent once and never again.

    ``claimed_at`` is set before it is handed to the mail server and ``sent_at`` after: a claimed
    notice without ``sent_at`` was cut short and is not repeated by itself.
    """

    class Kind(models.TextChoices):
        OPENED = "opened", _("Period opened")
        REMINDER = "reminder", _("Reminder before the deadline")
        OVERDUE = "overdue", _("Reminder after the deadline")
        RETURNED = "returned", _("Values returned")
        APPROVED = "approved", _("Values verified")
        REASONS = "reasons", _("Reasons asked for")

    person = models.ForeignKey(
        Person, models.CASCADE, related_name="notices", verbose_name=_("person")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    period = models.ForeignKey(
        Period, models.CASCADE, related_name="notices", verbose_name=_("reporting period")
    )
    department = models.ForeignKey(
        Department,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("department"),
    )
    key = models.CharField(_("what it is about"), max_length=120)
    text = models.TextField(_("text"), blank=True)
    queued_at = models.DateTimeField(_("queued at"), auto_now_add=True)
    claimed_at = models.DateTimeField(_("claimed at"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    problem = models.TextField(_("problem"), blank=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ("-queued_at", "-id")
        constraints = (
            models.UniqueConstraint(fields=("person", "kind", "key"), name="notice_once"),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.person}"
