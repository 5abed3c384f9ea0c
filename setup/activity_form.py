"""The form of a planned activity; what is checked is the administration's, its base."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.administration.activities import ActivityForm, next_code
from activities.administration.forms import TurkishSelect
from activities.administration.objectives import objective_code, objective_of
from activities.administration.units import department_choices
from activities.models import Activity, ActivityUnit, Department, Institution, Objective, Plan, Role
from setup.marks import Seen, changed_by, mark_of
from setup.planned import units_of

DEPARTMENT, INSTITUTION = "department", "institution"


@dataclass(frozen=True, slots=True)
class Part:
    """A role with the units and institutions that can have it: value, name and whether it has."""

    role: str
    label: str
    chosen: list[str]
    groups: list[tuple[str, list[tuple[str, str, bool]]]]
    errors: list[str]


class UnitsField(forms.MultipleChoiceField):
    """Departments and institutions in one role, as "department:7" and "institution:3"."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"required": False, **kwargs})

    def offer(self, plan: Plan) -> None:
        """Offer what is the municipality's; two queries."""
        units = department_choices(plan.municipality)
        bodies = Institution.objects.filter(municipality=plan.municipality_id)
        self.choices = [
            (_("Units"), [(f"{DEPARTMENT}:{pk}", name) for pk, name in units]),
            (
                _("Institutions"),
                [(f"{INSTITUTION}:{pk}", name) for pk, name in bodies.values_list("pk", "name")],
            ),
        ]


class GoalField(forms.ModelChoiceField):
    def label_from_instance(self, goal: Any) -> str:
        return f"{goal.code} {goal.title}".strip()


class UnitField(forms.ModelChoiceField):
    """A unit of the plan, by its number and name."""

    numbers: dict[int, str] = {}

    def label_from_instance(self, unit: Any) -> str:
        return f"{self.numbers[unit.pk]}. {unit.name}"


class PlannedActivityForm(Seen, ActivityForm):
    """An activity of the plan; the code is proposed where none is typed, the goal may be new."""

    department = UnitField(
        Department.objects.none(), label=gettext_lazy("Unit"), widget=TurkishSelect
    )
    objective = GoalField(
        Objective.objects.none(), label=gettext_lazy("Goal"), widget=TurkishSelect
    )
    new_goal = forms.CharField(
        label=gettext_lazy("or the code of a new one"),
        required=False,
        max_length=20,
        validators=[objective_code],
        help_text=gettext_lazy("An objective as 4, a goal as 4.4."),
    )
    new_goal_title = forms.CharField(
        label=gettext_lazy("title of the new one"), required=False, max_length=300
    )
    responsible = UnitsField(label=gettext_lazy("responsible"))
    supporting = UnitsField(label=gettext_lazy("supporting"))
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Activity
        fields = (
            "department", "code", "title", "objective", "position",
            "responsible_text", "supporting_text",
        )  # fmt: skip
        widgets = {
            "title": forms.Textarea({"rows": 2, "lang": "tr"}),
            "responsible_text": forms.Textarea({"rows": 2, "lang": "tr"}),
            "supporting_text": forms.Textarea({"rows": 2, "lang": "tr"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plan = self.instance.plan
        fields: dict[str, Any] = self.fields
        places = units_of(plan)
        fields["department"].numbers = {each.department_id: each.number for each in places}
        in_plan = Department.objects.filter(pk__in=fields["department"].numbers)
        fields["department"].queryset = in_plan.order_by("places__number_key").filter(
            places__plan=plan
        )
        fields["objective"].queryset = plan.objectives.order_by("code_key")
        self.roles: list[ActivityUnit] = []
        if self.instance.pk is None:
            del fields["position"], fields["reason"]
            fields["code"].required = False
            fields["code"].help_text = _("Left empty, the next free code of the goal is taken.")
        else:
            self.roles = list(self.instance.unit_roles.order_by("position", "pk"))
        for role in Role.values:
            fields[role].offer(plan)
            self.initial[role] = [_key(row) for row in self.roles if row.role == role]

    @property
    def parts(self) -> list[Part]:
        """Return who can have which part in it, with who is ticked."""
        return [_part(role, self[role]) for role in Role.values]

    @property
    def mark(self) -> str:
        """Return the mark of the stored activity and who has a part in it."""
        return mark_of([Activity.objects.get(pk=self.instance.pk), *self.roles])

    def look_for_others(self) -> bool:
        """Whether nobody wrote the activity since the page was shown; tells who did."""
        histories = (
            Activity.history.filter(id=self.instance.pk),
            ActivityUnit.history.filter(activity_id=self.instance.pk),
        )
        return self.check_seen(self.mark, changed_by(*histories))

    def clean_new_goal(self) -> str:
        code: str = self.cleaned_data["new_goal"]
        if code and self.data.get("objective"):
            raise ValidationError(_("Choose a goal or write the code of a new one, not both."))
        return code

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "code" in cleaned and not cleaned["code"]:
            goal = cleaned.get("objective")
            under: str = goal.code if goal else cleaned.get("new_goal", "")
            if under:
                cleaned["code"] = next_code(self.instance.plan, under)
            elif "new_goal" not in self.errors:
                self.add_error("code", _("Write a code, or choose a goal for a proposed one."))
        return cleaned

    def _get_validation_exclusions(self) -> set[str]:
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        # The plan is given, so a code can be looked up in it; of a stored one the base does it.
        return excluded - {"plan"} if self.instance.pk is None else excluded

    def _post_clean(self) -> None:
        super()._post_clean()
        # All that can be wrong with the whole is that the unit has this code.
        for error in self.errors.pop(NON_FIELD_ERRORS, ()):
            self.add_error("code", error)

    def goal(self) -> Objective:
        code = self.cleaned_data.get("new_goal")
        if not code:
            return super().goal()
        made = objective_of(self.instance.plan, code)
        title = self.cleaned_data.get("new_goal_title", "")
        if title and not made.title:
            made.title = title
            made.save()
        return made

    def save_with_units(self, person: Any) -> Activity:
        """Store the activity and who has which part in it, with the reason given."""
        own = self.really_changed() - {*Role.values, "new_goal_title"}
        if own or self.instance.pk is None:
            self.stamp(person)
            self.save()
        for role in Role.values:
            if role in self.changed_data:
                self._put_units(role, self.cleaned_data[role])
        stored: Activity = self.instance
        return stored

    def _put_units(self, role: str, wanted: Iterable[str]) -> None:
        reason = self.cleaned_data.get("reason") or None
        of_role = {_key(row): row for row in self.roles if row.role == role}
        for key, row in of_role.items():
            if key not in wanted:
                row._change_reason = reason  # type: ignore[attr-defined]
                row.delete()
        last = max((row.position for row in of_role.values()), default=0)
        for at, key in enumerate((key for key in wanted if key not in of_role), start=last + 1):
            column, _colon, pk = key.partition(":")
            made = ActivityUnit(activity=self.instance, role=role, position=at)
            setattr(made, f"{column}_id", int(pk))
            made._change_reason = reason  # type: ignore[attr-defined]
            made.save()


def _part(role: str, bound: forms.BoundField) -> Part:
    ticked = set(bound.value() or ())
    groups = [
        (label, [(value, name, value in ticked) for value, name in choices])
        for label, choices in bound.field.choices  # type: ignore[attr-defined]
        if choices
    ]
    names = [name for _label, choices in groups for _value, name, is_on in choices if is_on]
    return Part(role, str(bound.label), names, groups, [str(each) for each in bound.errors])


def _key(row: ActivityUnit) -> str:
    if row.department_id is not None:
        return f"{DEPARTMENT}:{row.department_id}"
    return f"{INSTITUTION}:{row.institution_id}"
