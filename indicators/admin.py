"""The administration of activities with their indicators, targets and realizations."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import OuterRef, QuerySet, TextField
from django.forms import Select, Textarea
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.formats import localize
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from simple_history.utils import bulk_update_with_history

from activities import revisions
from activities.admin import ActivityAdmin as ActivityPages
from activities.admin import RolesInline, TagInline
from activities.admin_base import (
    ImportingAdmin,
    KeyedFormSet,
    ReadOnlyMixin,
    RecordAdmin,
    RowsInline,
    count_of,
    export_of,
)
from activities.models import Activity, Period, Plan
from indicators import editions, formats
from indicators.forms import IndicatorForm, RealizationForm, TargetForm
from indicators.mail import sending
from indicators.models import (
    Comment,
    Edition,
    Evidence,
    FindingAnswer,
    Indicator,
    IndicatorTag,
    IndicatorUnit,
    Notice,
    Realization,
    Target,
)
from indicators.resources import IndicatorTable

SETTINGS = (
    ("measure", "unit"),
    ("kind", "kind_confirmed"),
    ("direction", "reported_as"),
    ("written", "weight"),
)


def written(value: Any, text: str, *, is_percent: bool) -> str:
    """Return a value cell as people wrote it, else the number; an empty one says so."""
    number = formats.amount(value, get_language() or "en", percent=is_percent)
    return text or number or _("(empty)")


class IndicatorInline(admin.StackedInline):
    model = Indicator
    form = IndicatorForm
    formset = KeyedFormSet
    fields = ("position", "name", *SETTINGS)
    extra = 0
    # Values hang on it: it is deleted on its own page, which shows them.
    can_delete = False
    show_change_link = True

    @admin.display(description=gettext_lazy("baseline"))
    def written(self, indicator: Indicator) -> str:
        return written(indicator.baseline, indicator.baseline_text, is_percent=indicator.is_percent)


@admin.register(Activity)
class ActivityAdmin(ActivityPages):
    inlines = (*ActivityPages.inlines, IndicatorInline)
    list_display = (*ActivityPages.list_display, "indicator_count")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Activity]:
        own = Indicator.objects.filter(activity=OuterRef("pk"))
        return super().get_queryset(request).annotate(indicator_count=count_of(own, "activity"))

    def autocomplete_label(self, activity: Activity) -> str:
        return f"{activity.department.short} · {activity}"

    @admin.display(description=gettext_lazy("indicators"), ordering="indicator_count")
    def indicator_count(self, activity: Any) -> int:
        return int(activity.indicator_count)


class YearFormSet(KeyedFormSet):
    """A row for each year of the plan: the stored ones, then an empty one for each other year."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        if form.instance.pk is None and "year" in form.fields:
            years = [(year, year) for year in self.instance.activity.plan.years]
            form.fields["year"].widget = Select(choices=[("", "---------"), *years])


class YearsInline(admin.options.InlineModelAdmin):
    """An inline with a row for each year of the plan."""

    formset = YearFormSet
    can_delete = False

    def missing_years(self, indicator: Indicator) -> list[int]:
        stored = set(self._rows(indicator).values_list("year", flat=True))
        return [year for year in indicator.activity.plan.years if year not in stored]

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        return len(self.missing_years(obj)) if obj else 0

    def get_max_num(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int | None:
        return len(obj.activity.plan.years) if obj else None

    def _rows(self, indicator: Indicator) -> QuerySet[Any]:
        return self.model._default_manager.filter(indicator=indicator)

    @admin.display(description=gettext_lazy("value as written"))
    def written(self, row: Any) -> str:
        return written(row.value, row.text, is_percent=row.indicator.is_percent)


class TargetInline(YearsInline, RowsInline):
    model = Target
    form = TargetForm
    fields = ("year", "written", "reason")


class RealizationInline(YearsInline, admin.StackedInline):
    model = Realization
    form = RealizationForm
    fields = (
        ("year", "written", "state"),
        ("absence", "women", "men", "others"),
        ("deviation_reason", "measure_to_take"),
        ("note", "reason"),
        "seen",
    )

    formfield_overrides = {TextField: {"widget": Textarea(attrs={"rows": 2, "cols": 40})}}


class IndicatorUnitInline(RolesInline):
    model = IndicatorUnit


class IndicatorTagInline(TagInline):
    model = IndicatorTag


class IndicatorPageForm(IndicatorForm):
    """An indicator may be counted at another one of its plan that counts for itself."""

    def clean_counted_with(self) -> Indicator | None:
        other: Indicator | None = self.cleaned_data["counted_with"]
        activity = self.cleaned_data.get("activity") or getattr(self.instance, "activity", None)
        if other is None or activity is None or "counted_with" not in self.changed_data:
            return other
        if other.pk == self.instance.pk:
            raise ValidationError(_("An indicator cannot be counted at itself."))
        if other.activity.plan_id != activity.plan_id:
            raise ValidationError(_("This indicator belongs to another plan."))
        # Two that are counted at each other would count nowhere.
        if other.counted_with_id is not None:
            raise ValidationError(_("This indicator is itself counted at another one."))
        if self.instance.pk and self.instance.counts_for.exists():
            raise ValidationError(_("Other indicators are counted at this one."))
        return other


@admin.register(Indicator)
class IndicatorAdmin(ImportingAdmin):
    form = IndicatorPageForm
    inlines = (TargetInline, RealizationInline, IndicatorUnitInline, IndicatorTagInline)
    autocomplete_fields = ("activity", "counted_with")
    actions = ("confirm_kind",)
    list_display = (
        "code", "name", "department", "measure", "kind", "kind_confirmed", "direction",
        "baseline_written", "target_count", "realization_count",
    )  # fmt: skip
    list_display_links = ("code", "name")
    list_filter = (
        "kind_confirmed",
        "kind",
        "measure",
        "direction",
        "reported_as",
        ("retired_on", admin.EmptyFieldListFilter),
        "activity__plan",
        ("activity__department", admin.RelatedOnlyFieldListFilter),
    )
    list_select_related = ("activity__plan", "activity__department")
    search_fields = (
        "activity__code",
        "name_key",
        "activity__title_key",
        "activity__department__name_key",
    )
    ordering = ("activity__plan", "activity__position", "activity", "position", "id")
    fieldsets = (
        (None, {"fields": ("activity", "position", "name", *SETTINGS, "retired_on")}),
        (None, {"fields": ("counted_with", "counts_people", "hides_small_numbers")}),
        (
            gettext_lazy("Own units, as printed"),
            {
                "fields": ("own_responsible_text", "own_supporting_text"),
                "classes": ("collapse",),
            },
        ),
    )
    imports_only_first = True
    resource_classes = [
        IndicatorTable,
        export_of(
            Indicator,
            plan="activity__plan__slug", department="activity__department__name",
            code="activity__code", activity="activity__title", position="position",
            indicator="name",
            measure="measure", unit="unit", kind="kind", kind_confirmed="kind_confirmed",
            direction="direction", reported_as="reported_as", weight="weight",
            baseline="baseline", baseline_text="baseline_text", retired_on="retired_on",
            own_responsible_text="own_responsible_text", own_supporting_text="own_supporting_text",
            counted_at_code="counted_with__activity__code", counted_at="counted_with__name",
            counts_people="counts_people", hides_small_numbers="hides_small_numbers",
        ),
        export_of(
            IndicatorUnit, "indicator",
            plan="indicator__activity__plan__slug",
            indicator_department="indicator__activity__department__name",
            code="indicator__activity__code", indicator="indicator__name", role="role",
            position="position", department="department__name", institution="institution__name",
        ),
        export_of(
            IndicatorTag, "indicator",
            plan="indicator__activity__plan__slug",
            department="indicator__activity__department__name",
            code="indicator__activity__code", indicator="indicator__name",
            scheme="tag__scheme", tag="tag__code", name="tag__name",
        ),
    ]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Indicator]:
        own = {"indicator": OuterRef("pk")}
        return (
            super()
            .get_queryset(request)
            .select_related("activity__plan", "activity__department")
            .annotate(
                target_count=count_of(Target.objects.filter(**own), "indicator"),
                realization_count=count_of(Realization.objects.filter(**own), "indicator"),
            )
        )

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        # Only a stored indicator has a plan, whose years its values are of.
        return self.inlines if obj else (IndicatorUnitInline, IndicatorTagInline)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("activity",) if obj else ()

    def get_formset_kwargs(
        self, request: HttpRequest, obj: Any, inline: Any, prefix: str
    ) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().get_formset_kwargs(request, obj, inline, prefix)
        if isinstance(inline, YearsInline):
            kwargs["initial"] = [{"year": year} for year in inline.missing_years(obj)]
        return kwargs

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> Any:
        """Go on to the page with the years, unless another indicator is to follow."""
        if "_addanother" not in request.POST and "_popup" not in request.POST:
            data = request.POST.copy()
            data["_continue"] = "1"
            request.POST = data  # type: ignore[assignment]
        return super().response_add(request, obj, post_url_continue)

    def autocomplete_label(self, indicator: Indicator) -> str:
        activity = indicator.activity
        return f"{activity.department.short} · {activity.code} · {indicator}"

    @admin.action(
        description=gettext_lazy("Confirm the kind of the selected indicators"),
        permissions=["change"],
    )
    def confirm_kind(self, request: HttpRequest, queryset: QuerySet[Indicator]) -> None:
        rows = list(Indicator.objects.filter(pk__in=queryset.values("pk"), kind_confirmed=False))
        for indicator in rows:
            indicator.kind_confirmed = True
        with transaction.atomic():
            # Bulk updates send no signals, so figures kept elsewhere would not notice.
            revisions.bump(Plan.objects.filter(activities__indicators__in=rows))
            bulk_update_with_history(
                rows, Indicator, ["kind_confirmed"], default_user=request.user, batch_size=500
            )
        told = ngettext(
            "The kind of one indicator is confirmed.",
            "The kind of %(count)s indicators is confirmed.",
            len(rows),
        )
        self.message_user(request, told % {"count": len(rows)}, messages.SUCCESS)

    @admin.display(description=gettext_lazy("code"), ordering="activity__code_key")
    def code(self, indicator: Indicator) -> str:
        return indicator.activity.code

    @admin.display(
        description=gettext_lazy("department"), ordering="activity__department__sort_key"
    )
    def department(self, indicator: Indicator) -> str:
        return indicator.activity.department.short

    @admin.display(description=gettext_lazy("baseline"), ordering="baseline")
    def baseline_written(self, indicator: Indicator) -> str:
        return written(indicator.baseline, indicator.baseline_text, is_percent=indicator.is_percent)

    # The field of the form, for those who may only look.
    @admin.display(description=gettext_lazy("baseline"))
    def written(self, indicator: Indicator) -> str:
        return self.baseline_written(indicator)

    @admin.display(description=gettext_lazy("targets"), ordering="target_count")
    def target_count(self, indicator: Any) -> int:
        return int(indicator.target_count)

    @admin.display(description=gettext_lazy("realizations"), ordering="realization_count")
    def realization_count(self, indicator: Any) -> int:
        return int(indicator.realization_count)


class IsNumberFilter(admin.SimpleListFilter):
    """What stands in the cell: a number, "-" or a text, or nothing."""

    title = gettext_lazy("value as written")
    parameter_name = "cell"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("number", gettext_lazy("a number")),
            ("other", gettext_lazy("“-” or a text")),
            ("empty", gettext_lazy("nothing")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "number":
            return queryset.filter(value__isnull=False)
        if self.value() == "other":
            return queryset.filter(value=None).exclude(text="")
        return queryset.filter(value=None, text="") if self.value() == "empty" else queryset


class YearAdmin(RecordAdmin):
    """Targets and realizations: a value of an indicator in a year."""

    autocomplete_fields = ("indicator",)
    list_display: tuple[Any, ...] = ("year", "code", "indicator", "department", "written")
    list_display_links = ("year", "code", "indicator")
    list_filter: tuple[Any, ...] = (
        "year",
        IsNumberFilter,
        "indicator__activity__plan",
        ("indicator__activity__department", admin.RelatedOnlyFieldListFilter),
    )
    list_select_related: tuple[str, ...] = (
        "indicator__activity__plan",
        "indicator__activity__department",
    )
    search_fields = (
        "indicator__activity__code",
        "indicator__name_key",
        "indicator__activity__title_key",
        "indicator__activity__department__name_key",
    )
    ordering = (
        "indicator__activity__plan", "indicator__activity__position", "indicator__position",
        "indicator", "year",
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.select_related(*self.list_select_related)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("indicator", "year") if obj else ()

    @admin.display(description=gettext_lazy("code"), ordering="indicator__activity__code_key")
    def code(self, row: Any) -> str:
        return str(row.indicator.activity.code)

    @admin.display(
        description=gettext_lazy("department"),
        ordering="indicator__activity__department__sort_key",
    )
    def department(self, row: Any) -> str:
        return str(row.indicator.activity.department.short)

    @admin.display(description=gettext_lazy("value as written"), ordering="value")
    def written(self, row: Any) -> str:
        return written(row.value, row.text, is_percent=row.indicator.is_percent)


VALUE_PATHS = {
    "plan": "indicator__activity__plan__slug",
    "department": "indicator__activity__department__name",
    "code": "indicator__activity__code",
    "indicator": "indicator__name",
    "year": "year",
    "value": "value",
    "text": "text",
}


@admin.register(Target)
class TargetAdmin(YearAdmin):
    form = TargetForm
    fields = ("indicator", "year", "written")
    resource_classes = [export_of(Target, **VALUE_PATHS, change_reason="change_reason")]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Keep the targets of a year that has begun: they are emptied, with a reason.

        With the whole indicator they go: that is another page, which asks this one for each.
        """
        match = request.resolver_match
        is_own_page = match is not None and "_target_" in (match.url_name or "")
        if obj is not None and is_own_page and _has_begun(obj):
            return False
        return super().has_delete_permission(request, obj)


def _has_begun(target: Target) -> bool:
    begun = Period.objects.exclude(state=Period.State.PLANNED)
    return begun.filter(plan=target.indicator.activity.plan_id, year=target.year).exists()


@admin.register(Realization)
class RealizationAdmin(YearAdmin):
    form = RealizationForm
    fields = (
        "indicator", "year", "written", "absence", ("women", "men", "others"), "state",
        "deviation_reason", "measure_to_take", "note", "seen",
    )  # fmt: skip
    steps = ("version", "entered", "submitted", "decided")
    list_display = (*YearAdmin.list_display, "state", "entered")
    list_filter = ("state", *YearAdmin.list_filter)
    list_select_related = (
        *YearAdmin.list_select_related, "entered_by", "submitted_by", "decided_by",
    )  # fmt: skip
    resource_classes = [
        export_of(
            Realization,
            **VALUE_PATHS,
            absence="absence", women="women", men="men", others="others",
            state="state", deviation_reason="deviation_reason", measure_to_take="measure_to_take",
            note="note", version="version", entered_at="entered_at",
            entered_by="entered_by__username", submitted_at="submitted_at",
            submitted_by="submitted_by__username", decided_at="decided_at",
            decided_by="decided_by__username",
        ),
        export_of(
            Evidence, "realization",
            code="realization__indicator__activity__code",
            indicator="realization__indicator__name", year="realization__year", name="name",
            file="file", link="link", added_at="added_at", added_by="added_by__username",
        ),
        export_of(
            Comment, "realization",
            code="realization__indicator__activity__code",
            indicator="realization__indicator__name", year="realization__year", text="text",
            written_at="written_at", written_by="written_by__username",
        ),
    ]  # fmt: skip

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if obj is not None:
            fieldsets.append((gettext_lazy("Steps"), {"fields": self.steps}))
        return fieldsets

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return (*super().get_readonly_fields(request, obj), *(self.steps if obj else ()))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Keep approved values: they are returned first, with a reason."""
        if obj is not None and obj.state == Realization.State.APPROVED:
            return False
        return super().has_delete_permission(request, obj)

    @admin.display(description=gettext_lazy("entered"), ordering="entered_at")
    def entered(self, value: Realization) -> str:
        return _step(value.entered_at, value.entered_by)

    @admin.display(description=gettext_lazy("submitted"), ordering="submitted_at")
    def submitted(self, value: Realization) -> str:
        return _step(value.submitted_at, value.submitted_by)

    @admin.display(description=gettext_lazy("decided"), ordering="decided_at")
    def decided(self, value: Realization) -> str:
        return _step(value.decided_at, value.decided_by)


@admin.register(FindingAnswer)
class FindingAnswerAdmin(ReadOnlyMixin, RecordAdmin):
    """What people answered; an answer is changed where its question is asked."""

    list_display = ("finding", "answer", "note", "plan", "year", "answered")
    list_filter = ("plan", "year", "code")
    list_select_related = ("plan", "answered_by")
    fields = ("plan", "year", "code", "finding", "indicators", "answer", "note", "answered")
    resource_classes = [
        export_of(
            FindingAnswer,
            plan="plan__slug", year="year", code="code", finding="finding", indicators="indicators",
            answer="answer", note="note", answered_at="answered_at",
            answered_by="answered_by__username",
        )
    ]  # fmt: skip

    def get_export_queryset(self, request: HttpRequest) -> QuerySet[FindingAnswer]:
        rows: QuerySet[FindingAnswer] = super().get_export_queryset(request)
        return rows.prefetch_related("indicators")

    @admin.display(description=gettext_lazy("answered"), ordering="answered_at")
    def answered(self, row: FindingAnswer) -> str:
        return _step(row.answered_at, row.answered_by)


@admin.register(Edition)
class EditionAdmin(ReadOnlyMixin, RecordAdmin):
    """What was published; its content is read on the public pages and vouched for here."""

    list_display = ("plan", "year", "number", "published", "verified")
    list_display_links = ("plan", "year")
    list_filter = ("plan", "year")
    list_select_related = ("plan", "published_by")
    fields = ("plan", "year", "number", "published", "checksum", "verified")
    readonly_fields = ("published", "checksum", "verified")
    resource_classes = [
        export_of(
            Edition,
            plan="plan__slug", year="year", number="number", checksum="checksum",
            published_at="published_at", published_by="published_by__username",
        )
    ]  # fmt: skip

    def get_search_fields(self, request: HttpRequest) -> tuple[str, ...]:
        return ()

    def get_export_queryset(self, request: HttpRequest) -> QuerySet[Edition]:
        rows: QuerySet[Edition] = super().get_export_queryset(request)
        return rows.defer("content")

    @admin.display(description=gettext_lazy("published"), ordering="published_at")
    def published(self, edition: Edition) -> str:
        return _step(edition.published_at, edition.published_by)

    @admin.display(description=gettext_lazy("checksum verified"))
    def verified(self, edition: Edition) -> str:
        is_intact = editions.checksum(edition.content) == edition.checksum
        return _("intact") if is_intact else _("broken")


class SendingFilter(admin.SimpleListFilter):
    title = gettext_lazy("state of sending")
    parameter_name = "sending"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(sending.STATES.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        state = self.value()
        return queryset.filter(sending.in_state(state)) if state in sending.STATES else queryset


@admin.register(Notice)
class NoticeAdmin(ReadOnlyMixin, RecordAdmin):
    """The e-mails: what waits, what was sent, and what nobody knows of."""

    list_display = ("id", "person", "kind", "period", "department", "queued_at", "state")
    list_display_links = ("id", "person")
    list_filter = (SendingFilter, "kind", "period__plan")
    list_select_related = ("person", "period", "department")
    search_fields = ("person__username", "person__email")
    fields = (
        "person", "kind", "period", "department", "key", "text", "queued_at", "claimed_at",
        "sent_at", "state", "problem",
    )  # fmt: skip
    resource_classes = [
        export_of(
            Notice,
            id="id", person="person__username", kind="kind", plan="period__plan__slug",
            year="period__year", department="department__name", key="key", queued_at="queued_at",
            claimed_at="claimed_at", sent_at="sent_at", problem="problem",
        )
    ]  # fmt: skip
    # A notice is a record itself and has no history.

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        raise Http404

    def history_form_view(
        self, request: HttpRequest, object_id: str, version_id: str, extra_context: Any = None
    ) -> HttpResponse:
        raise Http404

    @admin.display(description=gettext_lazy("state of sending"))
    def state(self, notice: Notice) -> str:
        return str(sending.STATES[sending.state_of(notice)])


def _step(moment: datetime | None, person: Any) -> str:
    """Return when a step was taken and by whom; "" for a step not taken."""
    if moment is None:
        return ""
    when = localize(localtime(moment).replace(second=0, microsecond=0))
    name = (person.get_full_name() or person.get_username()) if person else "—"
    return f"{when}, {name}"
