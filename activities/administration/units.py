"""Departments, branches and institutions with their other spellings."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.administration.forms import RecordForm, key_clashes
from activities.administration.pages import ImportingAdmin, RowsInline, count_of
from activities.administration.tables import SmallTable, export_of
from activities.models import Activity, ActivityUnit, Alias, Department, Institution, Municipality
from activities.resources import DepartmentResource, InstitutionResource


def department_choices(municipality: Municipality | None) -> list[tuple[int, str]]:
    """Return a municipality's units as choices, a branch behind its department; one query."""
    units = Department.objects.filter(municipality=municipality).select_related("parent")
    return [(unit.pk, f"{unit.parent} › {unit}" if unit.parent else str(unit)) for unit in units]


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


class DepartmentTable(UnitImportMixin, DepartmentResource):
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
            field: Any = self.fields["parent"]
            field.queryset = field.queryset.filter(parent=None).exclude(pk=self.instance.pk)

    def clean_parent(self) -> Department | None:
        parent: Department | None = self.cleaned_data["parent"]
        if parent and self.instance.pk and self.instance.branches.exists():
            raise ValidationError(
                _("“%(name)s” has branches, so it cannot become one.")
                % {"name": self.instance.name}
            )
        return parent


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
