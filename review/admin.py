"""The administration of realizations, by themselves and on their indicator's page.

It stands here and not with what is measured, because a step of a value asks the findings.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import TextField
from django.forms import Textarea
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from activities.administration.history import step_words
from activities.administration.tables import export_of
from indicators.admin import VALUE_PATHS, IndicatorPages, TargetInline, YearAdmin, YearsInline
from indicators.models import Comment, Evidence, Indicator, Realization
from review.admin_forms import RealizationForm


class RealizationInline(YearsInline, admin.StackedInline):
    model = Realization
    form = RealizationForm
    fields = (
        ("year", "written", "state"),
        ("absence", "women", "men", "others"),
        ("deviation_reason", "measure_to_take", "reason_waived"),
        ("note", "reason"),
        "seen",
    )

    formfield_overrides = {TextField: {"widget": Textarea(attrs={"rows": 2, "cols": 40})}}


@admin.register(Indicator)
class IndicatorAdmin(IndicatorPages):
    inlines = (TargetInline, RealizationInline, *IndicatorPages.inlines[1:])


@admin.register(Realization)
class RealizationAdmin(YearAdmin):
    form = RealizationForm
    fields = (
        "indicator", "year", "written", "absence", ("women", "men", "others"), "state",
        "deviation_reason", "measure_to_take", "reason_waived", "note", "seen",
    )  # fmt: skip
    steps = ("version", "entered", "submitted", "decided")
    list_display = (*YearAdmin.list_display, "state", "entered")
    list_filter = ("state", *YearAdmin.list_filter)
    list_select_related = (
        *YearAdmin.list_select_related, "entered_by", "submitted_by", "decided_by",
    )  # fmt: skip
    resource_classes = [
        export_of(
            Realization,
            **VALUE_PATHS,
            absence="absence", women="women", men="men", others="others",
            state="state", deviation_reason="deviation_reason", measure_to_take="measure_to_take",
            reason_waived="reason_waived", reason_asked_at="reason_asked_at",
            reason_asked_by="reason_asked_by__username",
            note="note", version="version", entered_at="entered_at",
            entered_by="entered_by__username", submitted_at="submitted_at",
            submitted_by="submitted_by__username", decided_at="decided_at",
            decided_by="decided_by__username",
        ),
        export_of(
            Evidence, "realization",
            code="realization__indicator__activity__code",
            indicator="realization__indicator__name", year="realization__year", name="name",
            file="file", link="link", added_at="added_at", added_by="added_by__username",
        ),
        export_of(
            Comment, "realization",
            code="realization__indicator__activity__code",
            indicator="realization__indicator__name", year="realization__year", text="text",
            written_at="written_at", written_by="written_by__username",
        ),
    ]  # fmt: skip

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if obj is not None:
            fieldsets.append((gettext_lazy("Steps"), {"fields": self.steps}))
        return fieldsets

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return (*super().get_readonly_fields(request, obj), *(self.steps if obj else ()))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Keep approved values: they are returned first, with a reason."""
        if obj is not None and obj.state == Realization.State.APPROVED:
            return False
        return super().has_delete_permission(request, obj)

    @admin.display(description=gettext_lazy("entered"), ordering="entered_at")
    def entered(self, value: Realization) -> str:
        return step_words(value.entered_at, value.entered_by)

    @admin.display(description=gettext_lazy("submitted"), ordering="submitted_at")
    def submitted(self, value: Realization) -> str:
        return step_words(value.submitted_at, value.submitted_by)

    @admin.display(description=gettext_lazy("decided"), ordering="decided_at")
    def decided(self, value: Realization) -> str:
        return step_words(value.decided_at, value.decided_by)
