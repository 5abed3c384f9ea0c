"""The administration of realizations, by themselves and on their indicator's page.

It stands here and not with what is measured, because a step of a value asks the findings.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import TextField
from django.forms import Textarea
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from activities.administration.history import step_words
from activities.administration.tables import export_of
from activities.models import Period
from activities.wording import say
from indicators import steps
from indicators.admin import (
    VALUE_PATHS,
    IndicatorPages,
    TargetInline,
    YearAdmin,
    YearsInline,
    written,
)
from indicators.models import Comment, Evidence, Indicator, Realization
from review.admin_forms import RealizationForm


def why_kept(values: Iterable[Realization]) -> list[str]:
    """Return a sentence for each value that is not deleted; one query."""
    values = list(values)
    plans = {value.indicator.activity.plan_id for value in values}
    periods = {(one.plan_id, one.year): one for one in Period.objects.filter(plan__in=plans)}
    found = []
    for value in values:
        period = periods.get((value.indicator.activity.plan_id, value.year))
        why = steps.why_not_delete(value, period)
        if why is not None:
            found.append(f"{_name(value)} — {say(why)}")
    return found


def _name(value: Realization) -> str:
    shown = written(value.value, value.text, is_percent=value.indicator.is_percent)
    return f"{value.indicator.activity.code} {value.indicator} · {value.year}: {shown}"


def _named(listed: list[Any], values: Iterable[Realization]) -> list[Any]:
    """Put names in the place of the values in Django's list; what hangs on them is listed below."""
    of_each = iter(values)
    return [each if isinstance(each, list) else _name(next(of_each)) for each in listed]


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
        """Keep what was sent and what a closed year holds, on its own and with its indicator."""
        if obj is not None and why_kept([obj]):
            return False
        return super().has_delete_permission(request, obj)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Name each value by its indicator, and say of those that stay why."""
        to_delete, counts, lacking, protected = super().get_deleted_objects(objs, request)
        kept = why_kept(objs)
        if kept:
            lacking = lacking - {self.opts.verbose_name}
        return _named(to_delete, objs), counts, lacking, [*protected, *kept]

    @admin.display(description=gettext_lazy("entered"), ordering="entered_at")
    def entered(self, value: Realization) -> str:
        return step_words(value.entered_at, value.entered_by)

    @admin.display(description=gettext_lazy("submitted"), ordering="submitted_at")
    def submitted(self, value: Realization) -> str:
        return step_words(value.submitted_at, value.submitted_by)

    @admin.display(description=gettext_lazy("decided"), ordering="decided_at")
    def decided(self, value: Realization) -> str:
        return step_words(value.decided_at, value.decided_by)
