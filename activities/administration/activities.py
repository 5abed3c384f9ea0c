"""Activities with their units and tags; ``indicators.admin`` adds indicators and registers them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.validators import RegexValidator
from django.db.models import Max, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.administration.forms import RecordForm, field_with_choices
from activities.administration.objectives import objective_of
from activities.administration.pages import RecordAdmin, RowsInline, count_of, municipality_of
from activities.administration.tables import export_of
from activities.administration.tags import TagInline
from activities.administration.units import department_choices
from activities.models import (
    Activity,
    ActivityTag,
    ActivityUnit,
    Department,
    Institution,
    Objective,
    Plan,
    PlanDepartment,
)

activity_code = RegexValidator(
    r"^[0-9]{1,4}(\.[0-9]{1,4})+\Z",
    gettext_lazy("Write the code as the plan prints it, with dots between the numbers: 4.4.2."),
)


def next_code(plan: Plan, goal: str) -> str:
    """Return the first code behind those that a goal's activities have; one query."""
    taken = plan.activities.filter(code__startswith=f"{goal}.").values_list("code", flat=True)
    last = [code.removeprefix(f"{goal}.").split(".")[0] for code in taken]
    return f"{goal}.{max((int(each) for each in last if each.isdecimal()), default=0) + 1}"


class ActivityTagInline(TagInline):
    model = ActivityTag


class RolesInline(RowsInline):
    """Departments and institutions in their roles; the choices cost one query each."""

    fields = ("role", "position", "department", "institution")

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        fields = formset.form.base_fields
        field_with_choices(fields.get("department"), department_choices(municipality_of(request)))
        own = Institution.objects.filter(municipality=municipality_of(request))
        institutions = own.values_list("pk", "name")
        field_with_choices(fields.get("institution"), list(institutions))
        return formset

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("department", "institution")


class ActivityUnitInline(RolesInline):
    model = ActivityUnit


class ActivityForm(RecordForm):
    """An activity of one of the plan's units; its goal follows from its code if left empty."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "code" in self.fields:
            self.fields["code"].validators.append(activity_code)
        if "objective" in self.fields:
            self.fields["objective"].required = False
            self.fields["objective"].help_text = _("Left empty, it follows from the code.")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        # On a stored activity the plan is shown and not asked for.
        plan = cleaned.get("plan") or (self.instance.plan if self.instance.plan_id else None)
        if plan is not None:
            self._check_department(plan, cleaned.get("department"))
            self._check_objective(plan, cleaned.get("objective"))
        return cleaned

    def stamp(self, user: Any) -> None:
        super().stamp(user)
        activity = self.instance
        activity.objective = self.goal()
        if activity.pk is None:
            last = Activity.objects.filter(plan=activity.plan).aggregate(last=Max("position"))
            activity.position = (last["last"] or 0) + 1

    def goal(self) -> Objective:
        """Return the goal that was chosen, else the one of the code, made if it is new."""
        chosen: Objective | None = self.cleaned_data.get("objective")
        code_alone = "code" in self.changed_data and "objective" not in self.changed_data
        if code_alone or chosen is None:
            return objective_of(self.instance.plan, self.instance.code)
        return chosen

    def _check_department(self, plan: Plan, department: Department | None) -> None:
        if (
            department
            and not PlanDepartment.objects.filter(plan=plan, department=department).exists()
        ):
            self.add_error(
                "department",
                _("“%(unit)s” is not a unit of the plan; add it on the plan's page first.")
                % {"unit": department},
            )

    def _check_objective(self, plan: Plan, objective: Objective | None) -> None:
        if objective and objective.plan_id != plan.pk:
            self.add_error("objective", _("This goal belongs to another plan."))


class ActivityPages(RecordAdmin):
    form = ActivityForm
    inlines: tuple[Any, ...] = (ActivityUnitInline, ActivityTagInline)
    list_display: tuple[Any, ...] = (
        "code", "title", "department", "objective", "plan", "role_count",
    )  # fmt: skip
    list_display_links = ("code", "title")
    list_filter = (
        "plan",
        ("department", admin.RelatedOnlyFieldListFilter),
        ("objective", admin.RelatedOnlyFieldListFilter),
    )
    list_select_related = ("plan", "department", "objective")
    search_fields = ("code", "title_key", "department__name_key")
    ordering = ("plan", "position", "id")
    fieldsets: Any = (
        (None, {"fields": ("plan", "department", "code", "title", "objective", "position")}),
        (
            gettext_lazy("As printed"),
            {"fields": ("responsible_text", "supporting_text"), "classes": ("collapse",)},
        ),
    )
    resource_classes = [
        export_of(
            Activity,
            plan="plan__slug", department="department__name", code="code", title="title",
            objective="objective__code", position="position",
            responsible_text="responsible_text", supporting_text="supporting_text",
        ),
        export_of(
            ActivityUnit, "activity",
            plan="activity__plan__slug", activity_department="activity__department__name",
            code="activity__code", role="role", position="position",
            department="department__name", institution="institution__name",
        ),
        export_of(
            ActivityTag, "activity",
            plan="activity__plan__slug", department="activity__department__name",
            code="activity__code", scheme="tag__scheme", tag="tag__code", name="tag__name",
        ),
    ]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Activity]:
        own = ActivityUnit.objects.filter(activity=OuterRef("pk"))
        return super().get_queryset(request).annotate(role_count=count_of(own, "activity"))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        # Years and goals of its indicators belong to the plan.
        return ("plan",) if obj else ()

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None:  # a new one comes last
            for _title, options in fieldsets:
                options["fields"] = [name for name in options["fields"] if name != "position"]
        return fieldsets

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        own = Plan.objects.filter(municipality=municipality_of(request))
        latest = own.values_list("pk", flat=True).first()
        return {"plan": latest, **super().get_changeform_initial_data(request)}

    @admin.display(description=gettext_lazy("units"), ordering="role_count")
    def role_count(self, activity: Any) -> int:
        return int(activity.role_count)
