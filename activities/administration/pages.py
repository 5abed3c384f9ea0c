"""The pages of a model: its list with search and tables, its form, its history."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import lookup_spawns_duplicates
from django.db import IntegrityError, models
from django.db.models import Count, ProtectedError, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from import_export.admin import ImportMixin

from activities import names, scope
from activities.administration.forms import KeyedForm, KeyedFormSet, RecordForm
from activities.administration.history import ReadHistory
from activities.administration.tables import ImportPageForm, SafeExport, field_at
from activities.fields import KeyField
from activities.models import Municipality

PER_PAGE = 50


def municipality_of(request: HttpRequest) -> Municipality | None:
    """Return the municipality that the administration is at work in: its site lets people in."""
    found: Municipality | None = getattr(request, "municipality", None)
    return found


def count_of(rows: QuerySet[Any], column: str) -> Coalesce:
    """Count ``rows``, already tied to the outer row through ``column``, without a join."""
    counted = rows.order_by().values(column).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=models.IntegerField()), 0)


class OwnRelatedFilter(admin.RelatedFieldListFilter):
    """A filter by what a row points to; it offers only what is the municipality's."""

    def field_choices(
        self, field: Any, request: HttpRequest, model_admin: Any
    ) -> list[tuple[str, Any]]:
        path, chosen = scope.path_of(field.related_model), municipality_of(request)
        limit = {path: chosen.pk if chosen else None} if path else None
        ordering = self.field_admin_ordering(field, request, model_admin)
        found: list[tuple[str, Any]] = field.get_choices(
            include_blank=False, ordering=ordering, limit_choices_to=limit
        )
        return found


admin.FieldListFilter.register(
    lambda field: bool(field.remote_field), OwnRelatedFilter, take_priority=True
)


class OwnRowsMixin:
    """Offers only rows of the municipality where something is chosen."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field: Any = super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]
        return self._narrowed(field, request)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field: Any = super().formfield_for_manytomany(db_field, request, **kwargs)  # type: ignore[misc]
        return self._narrowed(field, request)

    def _narrowed(self, field: Any, request: HttpRequest) -> Any:
        if getattr(field, "queryset", None) is not None:
            field.queryset = scope.within(field.queryset, municipality_of(request))
        return field


class RecordAdmin(OwnRowsMixin, SafeExport, ReadHistory):
    """A model's pages: Turkish-safe search, history with reasons, export.

    ``search_fields`` that are search keys are matched by folded words anywhere, all others
    (codes, numbers) by their beginning.
    """

    form: Any = RecordForm
    formfield_overrides = {
        models.TextField: {"widget": forms.Textarea(attrs={"rows": 2, "cols": 60})}
    }
    list_per_page = PER_PAGE
    list_max_show_all = 500
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the municipality's rows: another one's exist on no page."""
        return scope.within(super().get_queryset(request), municipality_of(request))

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Tell the form in which municipality a new record is made and names are looked for."""
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.municipality = municipality_of(request)
        return form

    # Search

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        fields = self.get_search_fields(request)
        for word in names.repair(search_term).split():
            queryset = queryset.filter(self._found(fields, word))
        doubled = any(lookup_spawns_duplicates(self.opts, field) for field in fields)
        return queryset, doubled

    def _found(self, fields: Iterable[str], word: str) -> Q:
        found = Q()
        for path in fields:
            if isinstance(field_at(self.model, path), KeyField):
                found |= Q((f"{path}__contains", names.fold(word)))
            else:
                found |= Q((f"{path}__startswith", word))
        return found

    # Change pages

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Ask for the reason of a change last, and only where something can be changed."""
        fieldsets = [
            (title, {**options, "fields": [f for f in options["fields"] if f != "reason"]})
            for title, options in super().get_fieldsets(request, obj)
        ]
        if obj is not None and self.has_change_permission(request, obj):
            fieldsets.append((None, {"fields": ["reason"]}))
        return fieldsets

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: Any = None,
    ) -> Any:
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except IntegrityError:
            # Somebody else saved the same meanwhile; seen again, it is an error of the form.
            return super().changeform_view(request, object_id, form_url, extra_context)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        try:
            return super().delete_view(request, object_id, extra_context)
        except ProtectedError:
            return super().delete_view(request, object_id, extra_context)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        obj._change_reason = request.POST.get("reason", "").strip()[:1000] or None
        super().delete_model(request, obj)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        # Saving an unchanged page must not look like a change in the history.
        if not change or form.really_changed():
            form.stamp(request.user)
            super().save_model(request, obj, form, change)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        reason = form.cleaned_data.get("reason")
        for row in formset.forms:
            if row.has_changed() and hasattr(row, "stamp"):
                row.instance._change_reason = reason or None
                row.stamp(request.user)
        super().save_formset(request, form, formset, change)


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


class ReadOnlyMixin:
    """Pages that show and never change."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class RowsInline(OwnRowsMixin, admin.TabularInline):
    """Rows of a record on its page."""

    form = KeyedForm
    formset = KeyedFormSet
    extra = 0

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset: Any = super().get_formset(request, obj, **kwargs)
        formset.form.municipality = municipality_of(request)
        formset.is_table = True
        return formset


class ImportingAdmin(ImportMixin, RecordAdmin):
    """Pages of a model whose first table can also be imported."""

    import_export_change_list_template = "admin/import_export/change_list_import_export.html"
    import_form_class = ImportPageForm
    # Where the exported table holds more than may be imported, both stand side by side.
    imports_only_first = False

    def get_export_resource_classes(self, request: HttpRequest) -> list[Any]:
        return self.resource_classes[1:] if self.imports_only_first else self.resource_classes

    def get_import_resource_classes(self, request: HttpRequest) -> list[Any]:
        return self.resource_classes[:1]

    def get_import_resource_kwargs(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        made = super().get_import_resource_kwargs(request, **kwargs)
        return {**made, "municipality": municipality_of(request)}

    def get_export_resource_kwargs(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        made = super().get_export_resource_kwargs(request, **kwargs)
        return {**made, "municipality": municipality_of(request)}

    def has_import_permission(self, request: HttpRequest) -> bool:
        return self.has_add_permission(request) and self.has_change_permission(request)
