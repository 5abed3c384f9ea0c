"""The administration of plans, units and objectives; ``indicators.admin`` adds the activities."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db.models import Max, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils.formats import localize
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export.fields import Field
from import_export.widgets import ForeignKeyWidget

from activities import names
from activities.admin_base import (
    ImportingAdmin,
    KeyedForm,
    KeyedFormSet,
    RecordAdmin,
    RecordForm,
    RowsInline,
    SmallTable,
    count_of,
    export_of,
    field_with_choices,
    key_clashes,
)
from activities.models import (
    Activity,
    ActivityTag,
    ActivityUnit,
    Alias,
    Department,
    Extension,
    Institution,
    Objective,
    Period,
    Plan,
    PlanDepartment,
    Tag,
)
from activities.resources import DepartmentResource, InstitutionResource

unit_number = RegexValidator(
    r"^[0-9]{1,3}(\.[0-9]{1,3})?\Z",
    gettext_lazy("Write the number as the plan prints it: 7, or 11.2 for a branch."),
)
objective_code = RegexValidator(
    r"^[0-9]{1,4}(\.[0-9]{1,4})?\Z",
    gettext_lazy("Write the code of an objective as 4, of a goal as 4.4."),
)
activity_code = RegexValidator(
    r"^[0-9]{1,4}(\.[0-9]{1,4})+\Z",
    gettext_lazy("Write the code as the plan prints it, with dots between the numbers: 4.4.2."),
)

# --- plans ---


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
    class Meta:
        field_classes = dict.fromkeys(("band_achieved", "band_mostly", "band_partly"), PercentField)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = cleaned.get("first_year"), cleaned.get("last_year")
        if first and last and self.instance.pk and _has_values_outside(self.instance, first, last):
            self.add_error("last_year", _("There are targets or realizations outside these years."))
        if first and last and last - first > 20:
            self.add_error("last_year", _("A plan has at most 20 years."))
        return cleaned


def _has_values_outside(plan: Plan, first: int, last: int) -> bool:
    # By the names of the reverse relations: this app knows nothing of indicators.
    return any(
        Activity.objects.filter(plan=plan)
        .filter(Q((f"{years}__lt", first)) | Q((f"{years}__gt", last)))
        .exists()
        for years in ("indicators__targets__year", "indicators__realizations__year")
    )


class PeriodForm(KeyedForm):
    """A year's state; only the reviewers' page publishes a year, and nothing undoes that."""

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


class PeriodInline(RowsInline):
    """The plan's years: they follow from the first and the last year."""

    model = Period
    form = PeriodForm
    fields = ("year", "state", "opens_on", "closes_on")
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
        left = (
            Department.objects.filter(activities__plan=self.instance)
            .exclude(pk__in=kept)
            .distinct()
        )
        if left:
            units = ", ".join(unit.name for unit in left)
            raise ValidationError(
                _("These units have activities in the plan and stay in it: %(units)s.")
                % {"units": units}
            )


class PlaceInline(RowsInline):
    model = PlanDepartment
    form = PlaceForm
    formset = PlaceFormSet
    fields = ("number", "department")

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        field_with_choices(formset.form.base_fields.get("department"), _departments())
        return formset

    def get_queryset(self, request: HttpRequest) -> QuerySet[PlanDepartment]:
        return super().get_queryset(request).select_related("department")


def _departments() -> list[tuple[int, str]]:
    """Return all units as choices, a branch behind its department; one query."""
    units = Department.objects.select_related("parent")
    return [(unit.pk, f"{unit.parent} › {unit}" if unit.parent else str(unit)) for unit in units]


@admin.register(Plan)
class PlanAdmin(RecordAdmin):
    form = PlanForm
    inlines = (PeriodInline, PlaceInline)
    prepopulated_fields = {"slug": ("name",)}
    list_display = (
        "name",
        "short_name",
        "municipality",
        "years",
        "unit_count",
        "activity_count",
        "is_public",
    )
    list_filter = ("is_public", "method")
    fieldsets = (
        (None, {"fields": ("name", "short_name", "municipality", "slug")}),
        (None, {"fields": (("first_year", "last_year"), "is_public", "allows_own_approval")}),
        (
            gettext_lazy("How achievement is worked out"),
            {"fields": ("method", "unreported", ("band_achieved", "band_mostly", "band_partly"))},
        ),
    )
    resource_classes = [
        export_of(
            Plan,
            slug="slug", name="name", short_name="short_name", municipality="municipality",
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
        _keep_periods(form.instance)

    @admin.display(description=gettext_lazy("years"), ordering="first_year")
    def years(self, plan: Plan) -> str:
        return f"{plan.first_year}–{plan.last_year}"

    @admin.display(description=gettext_lazy("units"), ordering="unit_count")
    def unit_count(self, plan: Any) -> int:
        return int(plan.unit_count)

    @admin.display(description=gettext_lazy("activities"), ordering="activity_count")
    def activity_count(self, plan: Any) -> int:
        return int(plan.activity_count)


def _keep_periods(plan: Plan) -> None:
    """Give each of the plan's years its period and take away those outside."""
    known = set()
    for period in plan.periods.all():
        if period.year in plan.years:
            known.add(period.year)
        else:
            period.delete()
    for year in plan.years:
        if year not in known:
            Period.objects.create(plan=plan, year=year)


class ExtensionForm(RecordForm):
    """A closed year opened again for a unit; its reason is that of the history, too."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "reason" in self.fields:
            self.fields["reason"].required = True
            self.fields["reason"].label = _("Reason")
        # What is stored stays with its year and its unit.
        for name in ("period", "department"):
            if self.instance.pk and name in self.fields:
                self.fields[name].disabled = True
        if "department" in self.fields:
            field_with_choices(self.fields["department"], _departments())
        if "period" in self.fields:
            self._offer_closed(self.fields["period"])

    def _offer_closed(self, field: Any) -> None:
        own = Q(state=Period.State.CLOSED) | Q(pk=self.instance.period_id)
        field.queryset = Period.objects.filter(own).select_related("plan")
        field.label_from_instance = lambda period: f"{period.plan.short_name} · {period}"
        field.help_text = _("Only a closed year is opened again for a unit.")

    def stamp(self, user: Any) -> None:
        super().stamp(user)
        self.instance.granted_by = user


@admin.register(Extension)
class ExtensionAdmin(RecordAdmin):
    form = ExtensionForm
    fields = ("period", "department", "until", "reason")
    list_display = ("department", "period", "until", "reason", "granted")
    list_filter = ("period__plan", "period__year", "until")
    list_select_related = ("period__plan", "department", "granted_by")
    search_fields = ("department__name_key",)
    resource_classes = [
        export_of(
            Extension,
            plan="period__plan__slug", year="period__year", department="department__name",
            until="until", reason="reason", granted_at="granted_at",
            granted_by="granted_by__username",
        )
    ]  # fmt: skip

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        # Here the reason belongs to the record, so a new one asks for it as well.
        return [(None, {"fields": self.fields})]

    @admin.display(description=gettext_lazy("granted"), ordering="granted_at")
    def granted(self, extension: Extension) -> str:
        when, person = localize(localtime(extension.granted_at).date()), extension.granted_by
        return f"{when}, {(person.get_full_name() or person.get_username()) if person else '—'}"


# --- units ---


class UnitImportMixin(SmallTable):
    """Rows checked as the forms check them; both names and file are told in sentences."""

    def validate_instance(
        self, instance: Any, import_validation_errors: Any = None, validate_unique: bool = True
    ) -> None:
        errors = dict(import_validation_errors or {})
        if instance.name:
            for source, sentence in key_clashes(instance).items():
                errors.setdefault(source, ValidationError(sentence))
        super().validate_instance(instance, errors, validate_unique)  # type: ignore[misc]


class ParentWidget(ForeignKeyWidget):
    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        text = names.repair(str(value or ""))
        if not text:
            return None
        found = Department.objects.filter(parent=None, name_key=names.fold(text)).first()
        if found is None:
            raise ValueError(_("There is no department “%(name)s”.") % {"name": text})
        return found


class DepartmentTable(UnitImportMixin, DepartmentResource):
    parent = Field("parent", "parent", ParentWidget(Department, "name"))

    class Meta(DepartmentResource.Meta):
        pass


class InstitutionTable(UnitImportMixin, InstitutionResource):
    class Meta(InstitutionResource.Meta):
        pass


class UnitAdmin(ImportingAdmin):
    """A page of units: they can be imported as a flat table, too."""

    search_fields = ("name_key", "aliases__key")
    list_per_page = 100

    def get_export_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_export_queryset(request).prefetch_related("aliases")

    @admin.display(description=gettext_lazy("other spellings"), ordering="alias_count")
    def alias_count(self, unit: Any) -> int:
        return int(unit.alias_count)

    @admin.display(description=gettext_lazy("activities"), ordering="activity_count")
    def activity_count(self, unit: Any) -> int:
        return int(unit.activity_count)


class DepartmentAliasInline(RowsInline):
    model = Alias
    fk_name = "department"
    fields = ("text",)


class InstitutionAliasInline(RowsInline):
    model = Alias
    fk_name = "institution"
    fields = ("text",)


class DepartmentForm(RecordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "parent" in self.fields:
            above = Department.objects.filter(parent=None).exclude(pk=self.instance.pk)
            self.fields["parent"].queryset = above  # type: ignore[attr-defined]

    def clean_parent(self) -> Department | None:
        parent: Department | None = self.cleaned_data["parent"]
        if parent and self.instance.pk and self.instance.branches.exists():
            raise ValidationError(
                _("“%(name)s” has branches, so it cannot become one.")
                % {"name": self.instance.name}
            )
        return parent


@admin.register(Department)
class DepartmentAdmin(UnitAdmin):
    form = DepartmentForm
    inlines = (DepartmentAliasInline,)
    fields = ("name", "short_name", "parent")
    list_display = ("name", "short_name", "parent", "alias_count", "activity_count")
    list_filter = (("parent", admin.EmptyFieldListFilter),)
    list_select_related = ("parent",)
    resource_classes = [
        DepartmentTable,
        export_of(Alias, "department", department="department__name", text="text"),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Department]:
        own = {"department": OuterRef("pk")}
        return (
            super()
            .get_queryset(request)
            .annotate(
                alias_count=count_of(Alias.objects.filter(**own), "department"),
                activity_count=count_of(Activity.objects.filter(**own), "department"),
            )
        )


@admin.register(Institution)
class InstitutionAdmin(UnitAdmin):
    inlines = (InstitutionAliasInline,)
    fields = ("name", "is_group", "to_check")
    list_display = ("name", "is_group", "to_check", "alias_count", "activity_count")
    list_filter = ("to_check", "is_group")
    resource_classes = [
        InstitutionTable,
        export_of(Alias, "institution", institution="institution__name", text="text"),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Institution]:
        own = {"institution": OuterRef("pk")}
        return (
            super()
            .get_queryset(request)
            .annotate(
                alias_count=count_of(Alias.objects.filter(**own), "institution"),
                activity_count=count_of(ActivityUnit.objects.filter(**own), "institution"),
            )
        )


# --- objectives ---


def objective_of(plan: Plan, code: str) -> Objective:
    """Return the objective or goal of a code's first two numbers, made if it is new."""
    parent, parts = None, code.split(".")[:2]
    for length in range(1, len(parts) + 1):
        parent, _made = Objective.objects.get_or_create(
            plan=plan, code=".".join(parts[:length]), defaults={"parent": parent}
        )
    assert parent is not None
    return parent


class ObjectiveForm(RecordForm):
    """Its place under another objective follows from the code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "code" in self.fields:
            self.fields["code"].validators.append(objective_code)

    def stamp(self, user: Any) -> None:
        super().stamp(user)
        above, _dot, last = self.instance.code.rpartition(".")
        if self.instance.pk is None and last and above:
            self.instance.parent = objective_of(self.instance.plan, above)


class FoldedSearchAdmin(RecordAdmin):
    """A list found by the beginning of a code, or by a text without a search key in any letters."""

    folded: str

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        words = names.fold(search_term).split()
        by_text = [
            pk
            for pk, text in queryset.values_list("pk", self.folded)
            if words and all(word in names.fold(text) for word in words)
        ]
        found, doubled = super().get_search_results(request, queryset, search_term)
        return (found | queryset.filter(pk__in=by_text) if words else found), doubled


@admin.register(Objective)
class ObjectiveAdmin(FoldedSearchAdmin):
    form = ObjectiveForm
    fields = ("plan", "code", "title")
    list_display = ("code", "title", "parent", "plan", "activity_count")
    list_display_links = ("code", "title")
    list_filter = ("plan", ("parent", admin.EmptyFieldListFilter))
    list_select_related = ("plan", "parent")
    list_per_page = 100
    search_fields = ("code",)
    folded = "title"
    ordering = ("plan", "code_key")
    resource_classes = [
        export_of(Objective, plan="plan__slug", code="code", title="title", parent="parent__code")
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        # Activities and goals hang on the code.
        return ("plan", "code") if obj else ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Objective]:
        own = Activity.objects.filter(objective=OuterRef("pk"))
        return super().get_queryset(request).annotate(activity_count=count_of(own, "objective"))

    @admin.display(description=gettext_lazy("activities"), ordering="activity_count")
    def activity_count(self, objective: Any) -> int:
        return int(objective.activity_count)


# --- tags ---


@admin.register(Tag)
class TagAdmin(FoldedSearchAdmin):
    """What activities and indicators are gathered by; ``manage.py load_tags`` brings the usual."""

    fields = ("scheme", "code", "name", "name_en")
    list_display = ("code", "name", "name_en", "scheme")
    list_display_links = ("code", "name")
    list_filter = ("scheme",)
    list_per_page = 100
    search_fields = ("code",)
    folded = "name"
    resource_classes = [
        export_of(Tag, scheme="scheme", code="code", name="name", name_en="name_en")
    ]


class TagInline(RowsInline):
    """The tags of a row; the choices cost one query."""

    fields = ("tag",)

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        tags = [(tag.pk, f"{tag.get_scheme_display()}: {tag}") for tag in Tag.objects.all()]
        field_with_choices(formset.form.base_fields.get("tag"), tags)
        return formset

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("tag")


class ActivityTagInline(TagInline):
    model = ActivityTag


# --- activities: registered in indicators.admin, which adds the indicators ---


class RolesInline(RowsInline):
    """Departments and institutions in their roles; the choices cost one query each."""

    fields = ("role", "position", "department", "institution")

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        fields = formset.form.base_fields
        field_with_choices(fields.get("department"), _departments())
        institutions = Institution.objects.values_list("pk", "name")
        field_with_choices(fields.get("institution"), list(institutions))
        return formset

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("department", "institution")


class ActivityUnitInline(RolesInline):
    model = ActivityUnit


class ActivityForm(RecordForm):
    """An activity of one of the plan's units; its goal follows from its code if left empty."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "code" in self.fields:
            self.fields["code"].validators.append(activity_code)
        if "objective" in self.fields:
            self.fields["objective"].required = False
            self.fields["objective"].help_text = _("Left empty, it follows from the code.")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        # On a stored activity the plan is shown and not asked for.
        plan = cleaned.get("plan") or (self.instance.plan if self.instance.plan_id else None)
        if plan is not None:
            self._check_department(plan, cleaned.get("department"))
            self._check_objective(plan, cleaned.get("objective"))
        return cleaned

    def stamp(self, user: Any) -> None:
        super().stamp(user)
        activity = self.instance
        code_alone = "code" in self.changed_data and "objective" not in self.changed_data
        if code_alone or self.cleaned_data.get("objective") is None:
            activity.objective = objective_of(activity.plan, activity.code)
        if activity.pk is None:
            last = Activity.objects.filter(plan=activity.plan).aggregate(last=Max("position"))
            activity.position = (last["last"] or 0) + 1

    def _check_department(self, plan: Plan, department: Department | None) -> None:
        if (
            department
            and not PlanDepartment.objects.filter(plan=plan, department=department).exists()
        ):
            self.add_error(
                "department",
                _("“%(unit)s” is not a unit of the plan; add it on the plan's page first.")
                % {"unit": department},
            )

    def _check_objective(self, plan: Plan, objective: Objective | None) -> None:
        if objective and objective.plan_id != plan.pk:
            self.add_error("objective", _("This goal belongs to another plan."))


class ActivityAdmin(RecordAdmin):
    form = ActivityForm
    inlines: tuple[Any, ...] = (ActivityUnitInline, ActivityTagInline)
    list_display: tuple[Any, ...] = (
        "code", "title", "department", "objective", "plan", "role_count",
    )  # fmt: skip
    list_display_links = ("code", "title")
    list_filter = (
        "plan",
        ("department", admin.RelatedOnlyFieldListFilter),
        ("objective", admin.RelatedOnlyFieldListFilter),
    )
    list_select_related = ("plan", "department", "objective")
    search_fields = ("code", "title_key", "department__name_key")
    ordering = ("plan", "position", "id")
    fieldsets: Any = (
        (None, {"fields": ("plan", "department", "code", "title", "objective", "position")}),
        (
            gettext_lazy("As printed"),
            {"fields": ("responsible_text", "supporting_text"), "classes": ("collapse",)},
        ),
    )
    resource_classes = [
        export_of(
            Activity,
            plan="plan__slug", department="department__name", code="code", title="title",
            objective="objective__code", position="position",
            responsible_text="responsible_text", supporting_text="supporting_text",
        ),
        export_of(
            ActivityUnit, "activity",
            plan="activity__plan__slug", activity_department="activity__department__name",
            code="activity__code", role="role", position="position",
            department="department__name", institution="institution__name",
        ),
        export_of(
            ActivityTag, "activity",
            plan="activity__plan__slug", department="activity__department__name",
            code="activity__code", scheme="tag__scheme", tag="tag__code", name="tag__name",
        ),
    ]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Activity]:
        own = ActivityUnit.objects.filter(activity=OuterRef("pk"))
        return super().get_queryset(request).annotate(role_count=count_of(own, "activity"))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        # Years and goals of its indicators belong to the plan.
        return ("plan",) if obj else ()

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None:  # a new one comes last
            for _title, options in fieldsets:
                options["fields"] = [name for name in options["fields"] if name != "position"]
        return fieldsets

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        latest = Plan.objects.values_list("pk", flat=True).first()
        return {"plan": latest, **super().get_changeform_initial_data(request)}

    @admin.display(description=gettext_lazy("units"), ordering="role_count")
    def role_count(self, activity: Any) -> int:
        return int(activity.role_count)
