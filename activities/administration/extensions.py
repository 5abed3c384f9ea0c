"""Closed years that are opened again for a unit."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest
from django.utils.formats import localize
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.administration.forms import RecordForm, field_with_choices
from activities.administration.pages import RecordAdmin
from activities.administration.tables import export_of
from activities.administration.units import department_choices
from activities.models import Extension, Period


class ExtensionForm(RecordForm):
    """A closed year opened again for a unit; its reason is that of the history, too."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "reason" in self.fields:
            self.fields["reason"].required = True
            self.fields["reason"].label = _("Reason")
        # What is stored stays with its year and its unit.
        for name in ("period", "department"):
            if self.instance.pk and name in self.fields:
                self.fields[name].disabled = True
        if "department" in self.fields:
            field_with_choices(self.fields["department"], department_choices(self.municipality))
        if "period" in self.fields:
            self._offer_closed(self.fields["period"])

    def _offer_closed(self, field: Any) -> None:
        fitting = Q(state=Period.State.CLOSED) | Q(pk=self.instance.period_id)
        field.queryset = field.queryset.filter(fitting).select_related("plan")
        field.label_from_instance = lambda period: f"{period.plan.short_name} · {period}"
        field.help_text = _("Only a closed year is opened again for a unit.")

    def stamp(self, user: Any) -> None:
        super().stamp(user)
        self.instance.granted_by = user


class ExtensionAdmin(RecordAdmin):
    form = ExtensionForm
    fields = ("period", "department", "until", "reason")
    list_display = ("department", "period", "until", "reason", "granted")
    list_filter = ("period__plan", "period__year", "until")
    list_select_related = ("period__plan", "department", "granted_by")
    search_fields = ("department__name_key",)
    resource_classes = [
        export_of(
            Extension,
            plan="period__plan__slug", year="period__year", department="department__name",
            until="until", reason="reason", granted_at="granted_at",
            granted_by="granted_by__username",
        )
    ]  # fmt: skip

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        # Here the reason belongs to the record, so a new one asks for it as well.
        return [(None, {"fields": self.fields})]

    @admin.display(description=gettext_lazy("granted"), ordering="granted_at")
    def granted(self, extension: Extension) -> str:
        when, person = localize(localtime(extension.granted_at).date()), extension.granted_by
        return f"{when}, {(person.get_full_name() or person.get_username()) if person else '—'}"
