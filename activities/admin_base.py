"""What every page of the administration shares: forms, search, history and export.

The administration itself is Django's own; ``yeap.admin`` holds its site. Each app registers its
models with the classes of this module.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import lookup_spawns_duplicates, unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, models
from django.db.models import Count, ProtectedError, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import localize
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export.admin import ExportMixin, ImportMixin
from import_export.fields import Field
from import_export.formats import base_formats
from import_export.forms import ExportForm, ImportForm
from import_export.resources import Diff, ModelResource
from import_export.widgets import ManyToManyWidget, Widget
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from simple_history.admin import SimpleHistoryAdmin
from simple_history.template_utils import HistoricalRecordContextHelper

from activities import names
from activities.fields import KeyField

PER_PAGE = 50
IMPORT_BYTES, IMPORT_ROWS = 2 * 1024 * 1024, 5_000

# --- files for spreadsheets ---

# Spreadsheets read these as a formula, the full-width ones too.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
UNPACKED_LIMIT = 50 * 1024 * 1024


def defuse(text: str) -> str:
    """Return a text that a spreadsheet opening a CSV file takes for a text.

    A lone dash and a negative number mean nothing but themselves and stay as they are.

    >>> defuse("=1+1"), defuse("-"), defuse("-5,5")
    ("'=1+1", '-', '-5,5')
    """
    if not text.lstrip(" ").startswith(FORMULA_STARTS) or text == "-":
        return text
    digits = text[1:].replace(",", "", 1).replace(".", "", 1)
    if text.startswith("-") and digits.isascii() and digits.isdigit():
        return text
    return f"'{text}"


class SafeCSV(base_formats.CSV):
    """Comma-separated values that never become a formula; marked as UTF-8 for Excel."""

    def export_data(self, dataset: Any, **kwargs: Any) -> str:
        file = io.StringIO(newline="")
        writer = csv.writer(file)
        for row in (dataset.headers, *dataset):
            writer.writerow([defuse(v) if isinstance(v, str) else v for v in row])
        return file.getvalue()


class SafeXLSX(base_formats.XLSX):
    """A workbook whose texts stay texts: openpyxl would write "=…" as a live formula."""

    def export_data(self, dataset: Any, **kwargs: Any) -> bytes:
        book = Workbook(write_only=True)
        sheet = book.create_sheet()
        sheet.freeze_panes = "A2"
        for row in (dataset.headers, *dataset):
            sheet.append([_xlsx_cell(sheet, value) for value in row])
        file = io.BytesIO()
        book.save(file)
        return file.getvalue()

    def create_dataset(self, in_stream: bytes) -> Any:
        with zipfile.ZipFile(io.BytesIO(in_stream)) as packed:
            if sum(part.file_size for part in packed.infolist()) > UNPACKED_LIMIT:
                raise ValueError(_("The file is too large once it is unpacked."))
        return super().create_dataset(in_stream)


def _xlsx_cell(sheet: Any, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    text = ILLEGAL_CHARACTERS_RE.sub("\N{REPLACEMENT CHARACTER}", value)
    if not text.startswith(FORMULA_STARTS):
        return text
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    cell.quotePrefix = True  # it stays a text when somebody edits the cell
    return cell


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
    """An export whose columns are paths to values; ``paths`` and ``through`` are set per model.

    ``through`` leads from this model to that of the list, for the rows that belong to its rows.
    """

    paths: dict[str, str] = {}
    through = ""

    @classmethod
    def get_display_name(cls) -> str:
        return capfirst(str(cls._meta.model._meta.verbose_name_plural))

    def filter_export(self, queryset: QuerySet[Any], **kwargs: Any) -> QuerySet[Any]:
        if self.through:
            listed = queryset.order_by().values("pk")
            queryset = self._meta.model._default_manager.filter(**{f"{self.through}__in": listed})
        above = {path.rpartition("__")[0] for path in self.paths.values()} - {""}
        return queryset.select_related(*sorted(above)) if above else queryset


def export_of(
    model: type[models.Model], /, through: str = "", **paths: str
) -> type[ExportResource]:
    """Return the export of a model with these columns, each a path to its value."""
    columns = {
        column: Field(path, column, _widget(_field_at(model, path)), readonly=True)
        for column, path in paths.items()
    }
    meta = type("Meta", (), {"model": model, "fields": tuple(paths), "export_order": tuple(paths)})
    attributes = {"Meta": meta, "paths": paths, "through": through, **columns}
    made: Any = type(ExportResource)
    return made(f"{model.__name__}Export", (ExportResource,), attributes)


def _field_at(model: type[models.Model], path: str) -> Any:
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
            raise ValueError(_("The file has more than 5,000 rows; use manage.py import_plan."))
        super().before_import(dataset, **kwargs)  # type: ignore[misc]


class ImportPageForm(ImportForm):
    """A small table; large ones go through ``manage.py import_plan``."""

    def clean_import_file(self) -> Any:
        file = self.cleaned_data["import_file"]
        if file.size > IMPORT_BYTES:
            raise ValidationError(
                _("The file is larger than 2 MB; use manage.py import_plan for it.")
            )
        return file


# --- forms ---


def _keys(model: type[models.Model]) -> dict[str, KeyField]:
    return {f.attname: f for f in model._meta.concrete_fields if isinstance(f, KeyField)}


def unique_keys(model: type[models.Model]) -> Iterator[tuple[models.UniqueConstraint, KeyField]]:
    """Return the constraints that hold a derived key unique, each with the key."""
    keys = _keys(model)
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint):
            for name in keys.keys() & set(constraint.fields):
                yield constraint, keys[name]


def taken(text: object) -> str:
    return _("“%(text)s” is already there.") % {"text": text}


def key_clashes(instance: models.Model, failed: Collection[str] = ()) -> dict[str, str]:
    """Return a sentence for each column whose key is taken or empty; one query for each.

    Forms cannot see the keys, so without this a second "FEN İŞLERİ" beside "Fen İşleri" would
    be refused by the database only. Columns that ``failed`` already are not looked at again.
    """
    clashes = {}
    for constraint, key in unique_keys(type(instance)):
        if key.source in failed or set(constraint.fields) & set(failed):
            continue
        if not key.pre_save(instance, add=False):
            clashes[key.source] = _("Write at least one letter or digit.")
        elif _is_violated(constraint, instance):
            clashes[key.source] = taken(getattr(instance, key.source))
    return clashes


def _is_violated(constraint: models.UniqueConstraint, instance: models.Model) -> bool:
    try:
        constraint.validate(type(instance), instance)
    except ValidationError:
        return True
    return False


class KeyedForm(forms.ModelForm):
    """A form that says when a name is taken under another spelling."""

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        for source, sentence in key_clashes(self.instance, self.errors.keys()).items():
            self.add_error(source if source in self.fields else None, sentence)
        for constraint in self._left_out():
            if _is_violated(constraint, self.instance):
                self.add_error(None, constraint.get_violation_error_message())

    def _left_out(self) -> Iterator[models.UniqueConstraint]:
        """Return what Django does not check, as the page shows a column and does not ask for it."""
        keys = _keys(type(self.instance))
        for constraint in self.instance._meta.constraints:
            if isinstance(constraint, models.UniqueConstraint) and self.instance.pk:
                columns = set(constraint.fields)
                if columns - self.fields.keys() and not columns & (
                    keys.keys() | self.errors.keys()
                ):
                    yield constraint

    def really_changed(self) -> set[str]:
        """Return the changed fields that are the record's own."""
        return set(self.changed_data) - {"reason", "seen"}

    def stamp(self, user: Any) -> None:
        """Note on the row, just before it is saved, who changes it and why."""


class RecordForm(KeyedForm):
    """A form that takes the reason of a change into the history."""

    reason = forms.CharField(
        label=gettext_lazy("reason of the change"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2, "cols": 60}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.declared_fields.keys() & self.fields.keys():
            label = self.fields[name].label
            self.fields[name].label = capfirst(label) if label else label

    def stamp(self, user: Any) -> None:
        super().stamp(user)
        if reason := self.cleaned_data.get("reason"):
            self.instance._change_reason = reason


class KeyedFormSet(forms.BaseInlineFormSet):
    """Rows of which no two may have one name; the database's rows are each form's matter."""

    is_table = False

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        if self.is_table:
            _label_cells(form, index)

    def clean(self) -> None:
        super().clean()
        assert self.model is not None
        for _constraint, key in unique_keys(self.model):
            self._refuse_twins(key)

    def kept_forms(self) -> list[Any]:
        """Return the forms that are filled in, without errors and not to be deleted."""
        return [
            form
            for form in self.forms
            if form not in self.deleted_forms
            and getattr(form, "cleaned_data", None)
            and (form.has_changed() or form.instance.pk)
        ]

    def _refuse_twins(self, key: KeyField) -> None:
        seen: set[str] = set()
        for form in self.kept_forms():
            text = form.cleaned_data.get(key.source) or ""
            if text and key.make(text) in seen:
                form.add_error(key.source, taken(text))
            seen.add(key.make(text))


def _label_cells(form: Any, index: int | None) -> None:
    """Name each control for those who cannot see the head of its column."""
    for field in form.fields.values():
        widget = getattr(field.widget, "widget", field.widget)
        place = "" if index is None else f" {index + 1}"
        widget.attrs.setdefault("aria-label", f"{capfirst(field.label or '')}{place}")


# --- history ---


class ReadableDelta(HistoricalRecordContextHelper):
    """What changed, in the words of the page: choices by their labels, numbers as written here."""

    def __init__(self, model: type[models.Model], record: Any) -> None:
        super().__init__(model, record, max_displayed_delta_change_chars=400)

    def prepare_delta_change_value(self, change: Any, value: Any) -> Any:
        field: Any = self.model._meta.get_field(change.field)
        if field.many_to_many:
            return super().prepare_delta_change_value(change, value)
        return readable(field, value)


def readable(field: models.Field[Any, Any], value: Any) -> str:
    """Return a column's value as people read it; "—" where there is none."""
    if value is None or value == "":
        return "—"
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Decimal):
        text = f"{value:f}"
        value = Decimal(text.rstrip("0").rstrip(".")) if "." in text else value
    return str(localize(value))


# --- lists and pages ---


def count_of(rows: QuerySet[Any], column: str) -> Coalesce:
    """Count ``rows``, already tied to the outer row through ``column``, without a join."""
    counted = rows.order_by().values(column).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=models.IntegerField()), 0)


def field_with_choices(field: Any, choices: Iterable[tuple[Any, str]]) -> None:
    """Give a foreign key's form field its choices once, instead of one query for each row."""
    if field is not None:
        field.choices = [("", "---------"), *choices]


class RecordAdmin(ExportMixin, SimpleHistoryAdmin):
    """A model's pages: Turkish-safe search, history with reasons, export.

    ``search_fields`` that are search keys are matched by folded words anywhere, all others
    (codes, numbers) by their beginning.
    """

    form: Any = RecordForm
    formfield_overrides = {
        models.TextField: {"widget": forms.Textarea(attrs={"rows": 2, "cols": 60})}
    }
    formats = [SafeXLSX, SafeCSV]
    to_encoding = "utf-8-sig"
    export_form_class = ExportForm
    list_per_page = PER_PAGE
    list_max_show_all = 500
    show_full_result_count = False
    object_history_template = "admin/history.html"
    object_history_list_template = "admin/history_list.html"

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
            if isinstance(_field_at(self.model, path), KeyField):
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

    # History is read here and never written.

    def get_historical_record_context_helper(self, request: HttpRequest, record: Any) -> Any:
        return ReadableDelta(self.model, record)

    def history_view_title(self, request: HttpRequest, obj: Any) -> str:
        return _("History: %(object)s") % {"object": obj}

    def history_form_view(
        self, request: HttpRequest, object_id: str, version_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """Show one version as it was; the stock page would save what is posted to it."""
        if request.method not in ("GET", "HEAD"):
            raise PermissionDenied
        history: Any = self.model.history
        key = {self.opts.pk.attname: unquote(object_id), "history_id": version_id}
        try:
            record = history.select_related("history_user").get(**key)
        except (history.model.DoesNotExist, ValueError):
            raise Http404 from None
        if not self.has_view_or_change_permission(request, record.instance):
            raise PermissionDenied
        return render(request, "admin/history_version.html", self._version(request, record))

    def _version(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        url = f"admin:{self.opts.app_label}_{self.opts.model_name}_history"
        key = getattr(record, self.opts.pk.attname)
        return {
            **self.admin_site.each_context(request),
            "title": self.history_view_title(request, record.history_object),
            "opts": self.opts,
            "record": record,
            "rows": list(_values(self.model, record)),
            "history_url": reverse(url, args=[key]),
        }

    # Export

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


class ReadOnlyMixin:
    """Pages that show and never change."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class RowsInline(admin.TabularInline):
    """Rows of a record on its page."""

    form = KeyedForm
    formset = KeyedFormSet
    extra = 0

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset: Any = super().get_formset(request, obj, **kwargs)
        formset.is_table = True
        return formset


def _values(model: type[models.Model], record: Any) -> Iterator[tuple[str, str]]:
    """Return label and value of every column that a version keeps, keys left out."""
    tracked = {field.name for field in record.tracked_fields}
    for field in model._meta.concrete_fields:
        if field.name in tracked and not isinstance(field, KeyField):
            try:
                value = getattr(record, field.name)
            except models.ObjectDoesNotExist:  # what it pointed to has been deleted
                value = getattr(record, field.attname)
            yield capfirst(str(field.verbose_name)), readable(field, value)


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

    def has_import_permission(self, request: HttpRequest) -> bool:
        return self.has_add_permission(request) and self.has_change_permission(request)


def step_words(moment: datetime | None, person: Any) -> str:
    """Return when a step was taken and by whom; "" for a step not taken."""
    if moment is None:
        return ""
    when = localize(localtime(moment).replace(second=0, microsecond=0))
    name = (person.get_full_name() or person.get_username()) if person else "—"
    return f"{when}, {name}"
