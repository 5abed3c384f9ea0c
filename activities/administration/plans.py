"""Plans with their years and units."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db.models import OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.administration.forms import KeyedForm, KeyedFormSet, RecordForm, field_with_choices
from activities.administration.pages import RecordAdmin, RowsInline, count_of, municipality_of
from activities.administration.tables import export_of
from activities.administration.units import department_choices
from activities.models import Activity, Department, Period, Plan, PlanDepartment

unit_number = RegexValidator(
    r"^[0-9]{1,3}(\.[0-9]{1,3})?\Z",
    gettext_lazy("Write the number as the plan prints it: 7, or 11.2 for a branch."),
)


class PercentField(forms.DecimalField):
    """A percentage with a comma or a point; nothing else that Python takes for a number."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{**kwargs, "localize": True})

    def to_python(self, value: Any) -> Any:
        text = str(value or "").strip().removeprefix("%")
        if text and not re.fullmatch(r"[0-9]{1,3}(?:[.,][0-9]{1,2})?", text):
            raise ValidationError(_("“%(text)s” is not a percentage.") % {"text": text[:20]})
        return super().to_python(text.replace(",", "."))


class PlanForm(RecordForm):
    """A plan; how achievement is worked out changes with a reason once years rest on it."""

    RESULTS_REST_ON = {"method", "unreported", "band_achieved", "band_mostly", "band_partly"}

    class Meta:
        field_classes = dict.fromkeys(("band_achieved", "band_mostly", "band_partly"), PercentField)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = cleaned.get("first_year"), cleaned.get("last_year")
        if first and last and self.instance.pk and _has_values_outside(self.instance, first, last):
            self.add_error("last_year", _("There are targets or realizations outside these years."))
        if self.instance.pk and self.RESULTS_REST_ON & set(self.changed_data):
            self._ask_why(cleaned.get("reason") or "")
        return cleaned

    def _ask_why(self, reason: str) -> None:
        if not reason.strip() and (years := _settled_years(self.instance)):
            told = _("Say why this changes: the results of %(years)s rest on it.")
            self.add_error("reason", told % {"years": ", ".join(map(str, years))})


def _has_values_outside(plan: Plan, first: int, last: int) -> bool:
    # By the names of the reverse relations: this app knows nothing of indicators.
    return any(
        Activity.objects.filter(plan=plan)
        .filter(Q((f"{years}__lt", first)) | Q((f"{years}__gt", last)))
        .exists()
        for years in ("indicators__targets__year", "indicators__realizations__year")
    )


def _settled_years(plan: Plan) -> list[int]:
    """Return the years that are closed or published, or of which something is verified."""
    over = (Period.State.CLOSED, Period.State.PUBLISHED)
    years = set(plan.periods.filter(state__in=over).values_list("year", flat=True))
    # By the names of the reverse relations, as above.
    verified = Activity.objects.filter(plan=plan, indicators__realizations__state="approved")
    return sorted(years | set(verified.values_list("indicators__realizations__year", flat=True)))


class PeriodForm(RecordForm):
    """A year's state; only the reviewers' page publishes a year, and nothing undoes that.

    A closed year is opened again with a reason.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        state: Any = self.fields.get("state")
        if state is None:
            return
        if self.instance.state == Period.State.PUBLISHED:
            state.disabled = True
            state.help_text = _("A published year stays published.")
        else:
            published = Period.State.PUBLISHED
            state.choices = [each for each in state.choices if each[0] != published]
            state.help_text = _("A year is published on the reviewers' pages.")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        is_reopened = self.instance.is_reopened_by(cleaned.get("state", ""))
        if is_reopened and not (cleaned.get("reason") or "").strip():
            self.add_error("reason", _("Say why the year is opened again."))
        return cleaned


class PeriodInline(RowsInline):
    """The plan's years: they follow from the first and the last year."""

    model = Period
    form = PeriodForm
    fields = ("year", "state", "opens_on", "closes_on", "reason")
    readonly_fields = ("year",)
    can_delete = False
    max_num = 0


class PlaceForm(KeyedForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "number" in self.fields:
            self.fields["number"].validators.append(unit_number)


class PlaceFormSet(KeyedFormSet):
    """A unit that owns activities of the plan cannot leave it."""

    def clean(self) -> None:
        super().clean()
        if self.instance.pk is None or any(self.errors):
            return
        kept = {form.cleaned_data["department"].pk for form in self.kept_forms()}
        refuse_to_leave(self.instance, Department.objects.exclude(pk__in=kept))


def refuse_to_leave(plan: Plan, units: QuerySet[Department]) -> None:
    """Raise ValidationError naming those of the units that own activities of the plan."""
    staying = units.filter(activities__plan=plan).distinct()
    if staying:
        raise ValidationError(
            _("These units have activities in the plan and stay in it: %(units)s.")
            % {"units": ", ".join(unit.name for unit in staying)}
        )


class PlaceInline(RowsInline):
    model = PlanDepartment
    form = PlaceForm
    formset = PlaceFormSet
    fields = ("number", "department")

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        field_with_choices(
            formset.form.base_fields.get("department"), department_choices(municipality_of(request))
        )
        return formset

    def get_queryset(self, request: HttpRequest) -> QuerySet[PlanDepartment]:
        return super().get_queryset(request).select_related("department")


class PlanAdmin(RecordAdmin):
    form = PlanForm
    inlines = (PeriodInline, PlaceInline)
    prepopulated_fields = {"slug": ("name",)}
    list_display = (
        "name",
        "short_name",
        "years",
        "unit_count",
        "activity_count",
        "is_public",
    )
    list_filter = ("is_public", "method")
    fieldsets = (
        (None, {"fields": ("name", "short_name", "slug")}),
        (None, {"fields": (("first_year", "last_year"), "is_public", "allows_own_approval")}),
        (
            gettext_lazy("How achievement is worked out"),
            {"fields": ("method", "unreported", ("band_achieved", "band_mostly", "band_partly"))},
        ),
    )
    resource_classes = [
        export_of(
            Plan,
            slug="slug", name="name", short_name="short_name", municipality="municipality__name",
            first_year="first_year", last_year="last_year", method="method",
            unreported="unreported", band_achieved="band_achieved", band_mostly="band_mostly",
            band_partly="band_partly", is_public="is_public",
            allows_own_approval="allows_own_approval",
        ),
        export_of(
            Period, "plan",
            plan="plan__slug", year="year", state="state", opens_on="opens_on",
            closes_on="closes_on",
        ),
        export_of(
            PlanDepartment, "plan",
            plan="plan__slug", number="number", department="department__name",
        ),
    ]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Plan]:
        own = {"plan": OuterRef("pk")}
        return (
            super()
            .get_queryset(request)
            .annotate(
                unit_count=count_of(PlanDepartment.objects.filter(**own), "plan"),
                activity_count=count_of(Activity.objects.filter(**own), "plan"),
            )
        )

    def get_search_fields(self, request: HttpRequest) -> tuple[str, ...]:
        return ()  # a municipality has a handful of plans

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        form.instance.keep_periods()

    @admin.display(description=gettext_lazy("years"), ordering="first_year")
    def years(self, plan: Plan) -> str:
        return f"{plan.first_year}–{plan.last_year}"

    @admin.display(description=gettext_lazy("units"), ordering="unit_count")
    def unit_count(self, plan: Any) -> int:
        return int(plan.unit_count)

    @admin.display(description=gettext_lazy("activities"), ordering="activity_count")
    def activity_count(self, plan: Any) -> int:
        return int(plan.activity_count)
