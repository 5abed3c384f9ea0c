"""The municipality itself: its name and whom its people ask."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from activities.administration.pages import RecordAdmin
from activities.administration.tables import export_of
from activities.models import Municipality


class MunicipalityAdmin(RecordAdmin):
    """An operator makes municipalities; its administrators keep the name and contact of theirs."""

    fields = ("name", "short_name", "kind", "contact_name", "contact_email", "contact_phone")
    list_display = ("name", "short_name", "kind", "contact_name", "contact_email")
    list_filter = ("kind",)
    search_fields = ("name_key",)
    resource_classes = [
        export_of(
            Municipality,
            name="name", short_name="short_name", kind="kind", contact_name="contact_name",
            contact_email="contact_email", contact_phone="contact_phone",
        )
    ]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Municipality]:
        if request.user.is_superuser:
            found: QuerySet[Any] = Municipality.objects.all()
            return found
        return super().get_queryset(request)
