"""The administration of imports: what came in, to be read."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.administration.pages import ReadOnlyMixin, RecordAdmin
from activities.administration.tables import export_of
from imports.models import ColumnMapping, ImportBatch

SHOWN = 200


@admin.register(ImportBatch)
class ImportBatchAdmin(ReadOnlyMixin, RecordAdmin):
    list_display = (
        "file_name", "plan", "year", "state", "new", "changed", "uploaded_at", "applied_at",
        "person",
    )  # fmt: skip
    list_filter = ("plan", "state", "year")
    list_select_related = ("plan", "applied_by")
    fields = (
        "plan", "year", "file_name", "reader", "digest", "state", "uploaded_at", "applied_at",
        "person", "undone_at", "new", "changed", "unchanged", "missing", "told",
    )  # fmt: skip
    resource_classes = [
        export_of(
            ImportBatch,
            id="id", plan="plan__slug", year="year", file_name="file_name", digest="digest",
            reader="reader", state="state", counts="counts",
            uploaded_at="uploaded_at", uploaded_by="uploaded_by__username",
            applied_at="applied_at", applied_by="applied_by__username",
            undone_at="undone_at", undone_by="undone_by__username",
        )
    ]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[ImportBatch]:
        # A batch may hold thousands of changes; only its own page shows them.
        batches: QuerySet[ImportBatch] = super().get_queryset(request)
        return batches.select_related("plan", "applied_by").defer("changes", "choices", "record")

    @admin.display(description=gettext_lazy("applied by"), ordering="applied_by")
    def person(self, batch: ImportBatch) -> str:
        person = batch.applied_by
        return (person.get_full_name() or person.get_username()) if person else ""

    @admin.display(description=gettext_lazy("new"))
    def new(self, batch: ImportBatch) -> int:
        return int(batch.counts.get("new", 0))

    @admin.display(description=gettext_lazy("changed"))
    def changed(self, batch: ImportBatch) -> int:
        return int(batch.counts.get("changed", 0))

    @admin.display(description=gettext_lazy("unchanged"))
    def unchanged(self, batch: ImportBatch) -> int:
        return int(batch.counts.get("unchanged", 0))

    @admin.display(description=gettext_lazy("not in the file"))
    def missing(self, batch: ImportBatch) -> int:
        return int(batch.counts.get("missing", 0))

    @admin.display(description=gettext_lazy("changes"))
    def told(self, batch: ImportBatch) -> SafeString:
        """Return the first changes as a list; the export has the counts of all."""
        lines = [(_told(change),) for change in batch.changes[:SHOWN]]
        if len(batch.changes) > SHOWN:
            rest = len(batch.changes) - SHOWN
            lines.append((_("… and %(count)s more") % {"count": rest},))
        return format_html_join("", "<div>{}</div>", lines)


@admin.register(ColumnMapping)
class ColumnMappingAdmin(ReadOnlyMixin, RecordAdmin):
    """What columns were said to mean: a wrong answer is deleted here and asked for again."""

    fields = ("headers", "columns")
    resource_classes = [
        export_of(ColumnMapping, shape="shape", headers="headers", columns="columns")
    ]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super(ReadOnlyMixin, self).has_delete_permission(request, obj)


def _told(change: dict[str, Any]) -> str:
    kinds = {"new": _("new"), "changed": _("changed"), "missing": _("not in the file")}
    unit = change.get("branch") or change.get("department")
    where = f"{unit} · {change.get('code')} · {change.get('indicator') or ''}"
    line = f"{kinds.get(change.get('kind', ''), '')}: {where}"
    if change.get("field"):
        line += f" · {change['field']}: “{change.get('from')}” → “{change.get('to')}”"
    return line
