"""Lists as tables: how a list is exported, and how a small one is imported."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from import_export.admin import ExportMixin
from import_export.fields import Field
from import_export.forms import ExportForm, ImportForm
from import_export.resources import Diff, ModelResource
from import_export.widgets import ManyToManyWidget, Widget

from activities.administration.spreadsheets import SafeCSV, SafeXLSX
from activities.models import Municipality

MEGABYTE = 1024 * 1024
IMPORT_BYTES, IMPORT_ROWS = 2 * MEGABYTE, 5_000

# --- out ---


class NumberWidget(Widget):
    """A number without trailing zeros: native in a workbook, with a decimal comma in a text.

    The application's own reader takes "1.234" for 1234, so a text never has a decimal point.
    """

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        if value is None:
            return None if kwargs.get("force_native_type") else ""
        text = f"{Decimal(value):f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
        return Decimal(text) if kwargs.get("force_native_type") else text.replace(".", ",")


class ExportResource(ModelResource):
    """An export whose columns are paths to values; its attributes are set per model.

    ``several`` are the paths to several rows each, fetched at once.
    ``through`` leads from this model to that of the list, for the rows that belong to its rows.
    """

    paths: dict[str, str] = {}
    several: tuple[str, ...] = ()
    through = ""

    def __init__(self, *, municipality: Municipality | None = None, **kwargs: Any) -> None:
        # Every table of a page is made alike; the rows of this one come narrowed from its list.
        super().__init__(**kwargs)

    @classmethod
    def get_display_name(cls) -> str:
        return capfirst(str(cls._meta.model._meta.verbose_name_plural))

    def filter_export(self, queryset: QuerySet[Any], **kwargs: Any) -> QuerySet[Any]:
        if self.through:
            listed = queryset.order_by().values("pk")
            queryset = self._meta.model._default_manager.filter(**{f"{self.through}__in": listed})
        above = {path.rpartition("__")[0] for path in self.paths.values()} - {""}
        queryset = queryset.select_related(*sorted(above)) if above else queryset
        return queryset.prefetch_related(*self.several) if self.several else queryset


def export_of(
    model: type[models.Model], /, through: str = "", **paths: str
) -> type[ExportResource]:
    """Return the export of a model with these columns, each a path to its value."""
    columns = {
        column: Field(path, column, _widget(field_at(model, path)), readonly=True)
        for column, path in paths.items()
    }
    meta = type("Meta", (), {"model": model, "fields": tuple(paths), "export_order": tuple(paths)})
    several = tuple(path for path in paths.values() if field_at(model, path).many_to_many)
    told = {"paths": paths, "several": several, "through": through}
    attributes = {"Meta": meta, **told, **columns}
    made: Any = type(ExportResource)
    return made(f"{model.__name__}Export", (ExportResource,), attributes)


def field_at(model: type[models.Model], path: str) -> Any:
    *above, last = path.split("__")
    for name in above:
        model = model._meta.get_field(name).related_model  # type: ignore[assignment]
    return model._meta.get_field(last)


def _widget(field: models.Field[Any, Any]) -> Widget:
    if isinstance(field, models.DecimalField):
        return NumberWidget()
    if field.many_to_many:
        return ManyToManyWidget(field.related_model, separator="|", field="name")
    made: Widget = ModelResource.widget_from_django_field(field)()
    return made


class SafeExport(ExportMixin):
    """Lists that go out as files a spreadsheet opens without harm; who sees a list, exports it."""

    formats = [SafeXLSX, SafeCSV]
    to_encoding = "utf-8-sig"
    export_form_class = ExportForm

    def get_export_data(
        self, file_format: Any, request: HttpRequest, queryset: QuerySet[Any], **kwargs: Any
    ) -> str | bytes:
        if not self.has_export_permission(request):
            raise PermissionDenied
        # The stock method knows only the stock formats to hold numbers and dates.
        native = file_format.is_binary()
        table = self.get_data_for_export(request, queryset, force_native_type=native, **kwargs)
        data: str | bytes = file_format.export_data(table)
        return data.encode(self.to_encoding) if isinstance(data, str) else data

    def has_export_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)


# --- in ---


class PlainDiff(Diff):
    """Before and after of an imported cell; the stock one writes inline styles."""

    def as_html(self) -> list[str]:
        return [
            str(right)
            if self.new or left == right
            else format_html("<del>{}</del> <ins>{}</ins>", left, right)
            for left, right in zip(self.left, self.right, strict=True)
        ]


class SmallTable:
    """A flat table small enough for a page; errors are told by row and column in sentences."""

    def get_diff_class(self) -> type[PlainDiff]:
        return PlainDiff

    def before_import(self, dataset: Any, **kwargs: Any) -> None:
        if len(dataset) > IMPORT_ROWS:
            # The error alone would not keep the rows from being gone through, one by one.
            del dataset[:]
            raise ValueError(
                _("The file has more than %(limit)s rows; use manage.py import_plan.")
                % {"limit": number_format(IMPORT_ROWS, force_grouping=True)}
            )
        super().before_import(dataset, **kwargs)  # type: ignore[misc]


class ImportPageForm(ImportForm):
    """A small table; large ones go through ``manage.py import_plan``."""

    def clean_import_file(self) -> Any:
        file = self.cleaned_data["import_file"]
        if file.size > IMPORT_BYTES:
            raise ValidationError(
                _("The file is larger than %(limit)s MB; use manage.py import_plan for it.")
                % {"limit": IMPORT_BYTES // MEGABYTE}
            )
        return file
