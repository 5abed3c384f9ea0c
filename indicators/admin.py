"""The administration of activities with their indicators and targets, and of editions."""

from __future__ import annotations

from itertools import chain
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import OuterRef, QuerySet
from django.forms import Select
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from simple_history.utils import bulk_update_with_history

from activities import formats, revisions
from activities.administration.activities import ActivityPages, RolesInline
from activities.administration.forms import KeyedFormSet
from activities.administration.history import step_words
from activities.administration.pages import (
    ImportingAdmin,
    ReadOnlyMixin,
    RecordAdmin,
    RowsInline,
    count_of,
)
from activities.administration.tables import export_of
from activities.administration.tags import TagInline
from activities.models import Activity, Period, Plan
from activities.sentences import Sentence
from activities.wording import say
from indicators import kinds, removing
from indicators.editions import EditionBroken, FrozenFigures, checksum
from indicators.forms import IndicatorForm, TargetForm, told_effects
from indicators.models import (
    Edition,
    Indicator,
    IndicatorTag,
    IndicatorUnit,
    Realization,
    SmallNumberDecision,
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
    fields = ("position", "name", *SETTINGS, "reason")
    extra = 0
    # Values hang on it: it is deleted on its own page, which shows them.
    can_delete = False
    show_change_link = True

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset: Any = super().get_formset(request, obj, **kwargs)
        formset.form.person = request.user
        return formset

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

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if isinstance(obj, Activity) and removing.why_not_delete_activity(obj) is not None:
            return False
        return super().has_delete_permission(request, obj)

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


class IndicatorPages(ImportingAdmin):
    """An indicator with its targets; ``review.admin`` registers it with its realizations."""

    form = IndicatorPageForm
    inlines: tuple[Any, ...] = (TargetInline, IndicatorUnitInline, IndicatorTagInline)
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
            people_decided="people_decided",
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

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.person = request.user
        return form

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if changed := told_effects(form.effects, obj.activity.plan):
            told = _("With it the results of these years change: %(years)s.")
            self.message_user(request, told % {"years": " · ".join(changed)}, messages.INFO)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Keep what has values: it is taken out of use."""
        if isinstance(obj, Indicator) and removing.why_not_delete(obj) is not None:
            return False
        return super().has_delete_permission(request, obj)

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
        found = list(Indicator.objects.filter(pk__in=queryset.values("pk"), kind_confirmed=False))
        kept = kinds.settled_years(found)
        rows = [indicator for indicator in found if indicator.pk not in kept]
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
        if rows or not kept:
            self.message_user(request, told % {"count": len(rows)}, messages.SUCCESS)
        if kept:
            years = ", ".join(str(year) for year in sorted(set(chain(*kept.values()))))
            why = Sentence(kinds.ONE_BY_ONE, count=len(kept), years=years)
            self.message_user(request, say(why), messages.WARNING)

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


@admin.register(SmallNumberDecision)
class SmallNumberDecisionAdmin(ReadOnlyMixin, RecordAdmin):
    """What was decided on small numbers before publishing; it is decided on the period's page."""

    list_display = ("indicator", "year", "is_hidden", "reason", "decided")
    list_filter = ("is_hidden", "year")
    list_select_related = ("indicator__activity", "decided_by")
    fields = ("indicator", "year", "is_hidden", "reason", "decided")
    readonly_fields = ("decided",)
    resource_classes = [
        export_of(
            SmallNumberDecision,
            plan="indicator__activity__plan__slug",
            code="indicator__activity__code",
            indicator="indicator__name",
            year="year", is_hidden="is_hidden", reason="reason",
            decided_at="decided_at", decided_by="decided_by__username",
        )
    ]  # fmt: skip

    def get_search_fields(self, request: HttpRequest) -> tuple[str, ...]:
        return ("indicator__name", "indicator__activity__code")

    @admin.display(description=gettext_lazy("decided"), ordering="decided_at")
    def decided(self, row: SmallNumberDecision) -> str:
        return step_words(row.decided_at, row.decided_by)


@admin.register(Edition)
class EditionAdmin(ReadOnlyMixin, RecordAdmin):
    """What was published; its content is read on the public pages and vouched for here."""

    list_display = ("plan", "year", "number", "published", "content_fits")
    list_display_links = ("plan", "year")
    list_filter = ("plan", "year")
    list_select_related = ("plan", "published_by")
    fields = (
        "plan", "year", "number", "reason", "override_reason", "published", "verified",
        "seals", "checksum", "previous",
    )  # fmt: skip
    readonly_fields = ("published", "checksum", "previous", "seals", "verified")
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
        return step_words(edition.published_at, edition.published_by)

    @admin.display(description=gettext_lazy("content"))
    def content_fits(self, edition: Edition) -> str:
        """Say what a list can without a query for each row; the page says all."""
        fits = checksum(edition.content) == edition.checksum
        return _("intact") if fits else _("broken")

    @admin.display(description=gettext_lazy("checksum verified"))
    def verified(self, edition: Edition) -> str:
        try:
            FrozenFigures(edition.plan, edition).vouch()
        except EditionBroken as refused:
            unfit = refused.of(edition)
            return _("broken") if unfit.is_own else unfit.words
        return _("intact")

    @admin.display(description=gettext_lazy("public checksums"))
    def seals(self, edition: Edition) -> str:
        found = edition.seals.order_by("-pk")
        return format_html_join(
            SafeString("<br>"),
            "{} · {} · {}",
            (
                (step_words(each.sealed_at, None), each.get_reason_display(), each.public_checksum)
                for each in found
            ),
        )
