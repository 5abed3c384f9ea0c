"""Objectives and goals, whose places follow from their codes."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.validators import RegexValidator
from django.db.models import OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from activities.administration.forms import RecordForm
from activities.administration.pages import FoldedSearchAdmin, count_of
from activities.administration.tables import export_of
from activities.models import Activity, Objective, Plan

objective_code = RegexValidator(
    r"^[0-9]{1,4}(\.[0-9]{1,4})?\Z",
    gettext_lazy("Write the code of an objective as 4, of a goal as 4.4."),
)


def objective_of(plan: Plan, code: str) -> Objective:
    """Return the objective or goal of a code's first two numbers, made if it is new."""
    parent, parts = None, code.split(".")[:2]
    for length in range(1, len(parts) + 1):
        parent, _made = Objective.objects.get_or_create(
            plan=plan, code=".".join(parts[:length]), defaults={"parent": parent}
        )
    assert parent is not None
    return parent


class ObjectiveForm(RecordForm):
    """Its place under another objective follows from the code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "code" in self.fields:
            self.fields["code"].validators.append(objective_code)

    def stamp(self, user: Any) -> None:
        super().stamp(user)
        above, _dot, last = self.instance.code.rpartition(".")
        if self.instance.pk is None and last and above:
            self.instance.parent = objective_of(self.instance.plan, above)


class ObjectiveAdmin(FoldedSearchAdmin):
    form = ObjectiveForm
    fields = ("plan", "code", "title")
    list_display = ("code", "title", "parent", "plan", "activity_count")
    list_display_links = ("code", "title")
    list_filter = ("plan", ("parent", admin.EmptyFieldListFilter))
    list_select_related = ("plan", "parent")
    list_per_page = 100
    search_fields = ("code",)
    folded = "title"
    ordering = ("plan", "code_key")
    resource_classes = [
        export_of(Objective, plan="plan__slug", code="code", title="title", parent="parent__code")
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        # Activities and goals hang on the code.
        return ("plan", "code") if obj else ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Objective]:
        own = Activity.objects.filter(objective=OuterRef("pk"))
        return super().get_queryset(request).annotate(activity_count=count_of(own, "objective"))

    @admin.display(description=gettext_lazy("activities"), ordering="activity_count")
    def activity_count(self, objective: Any) -> int:
        return int(objective.activity_count)
