"""The administration of the e-mails."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy

from activities.administration.pages import ReadOnlyMixin, RecordAdmin
from activities.administration.tables import export_of
from indicators.models import Notice
from mail import sending


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
