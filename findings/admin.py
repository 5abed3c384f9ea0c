"""The administration of answers to findings."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from activities.administration.history import step_words
from activities.administration.pages import ReadOnlyMixin, RecordAdmin
from activities.administration.tables import export_of
from indicators.models import FindingAnswer


@admin.register(FindingAnswer)
class FindingAnswerAdmin(ReadOnlyMixin, RecordAdmin):
    """What people answered; an answer is changed where its question is asked."""

    list_display = ("finding", "answer", "note", "plan", "year", "answered")
    list_filter = ("plan", "year", "code")
    list_select_related = ("plan", "answered_by")
    fields = ("plan", "year", "code", "finding", "indicators", "answer", "note", "answered")
    resource_classes = [
        export_of(
            FindingAnswer,
            plan="plan__slug", year="year", code="code", finding="finding", indicators="indicators",
            answer="answer", note="note", answered_at="answered_at",
            answered_by="answered_by__username",
        )
    ]  # fmt: skip

    def get_export_queryset(self, request: HttpRequest) -> QuerySet[FindingAnswer]:
        rows: QuerySet[FindingAnswer] = super().get_export_queryset(request)
        return rows.prefetch_related("indicators")

    @admin.display(description=gettext_lazy("answered"), ordering="answered_at")
    def answered(self, row: FindingAnswer) -> str:
        return step_words(row.answered_at, row.answered_by)
