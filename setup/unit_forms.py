"""The forms of a unit: its names and place, its number in each plan, its spellings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from activities.administration.forms import KeyedForm, TurkishSelect
from activities.administration.plans import PlaceForm, refuse_to_leave
from activities.administration.units import DepartmentForm, department_choices
from activities.models import Alias, Department, Municipality, Plan, PlanDepartment
from setup.acts import Act


class UnitForm(DepartmentForm):
    class Meta:
        model = Department
        fields = ("name", "short_name", "parent")
        widgets = {"parent": TurkishSelect}


class NumberForm(PlaceForm):
    """A unit's number in one plan; empty where it has no place there."""

    class Meta:
        model = PlanDepartment
        fields = ("number",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["number"].required = False
        self.fields["number"].label = str(self.instance.plan)

    def clean_number(self) -> str:
        number: str = self.cleaned_data["number"]
        plan, unit = self.instance.plan, self.instance.department_id
        if not number and unit:
            refuse_to_leave(plan, Department.objects.filter(pk=unit))
        others = plan.units.filter(number=number).exclude(department=unit)
        if number and (taken := others.select_related("department").first()):
            raise ValidationError(
                _("%(number)s is the number of “%(unit)s”.")
                % {"number": number, "unit": taken.department}
            )
        return number

    def _left_out(self) -> Iterator[Any]:
        # The plan has a number once, which is said above by name; a unit has its row here.
        return iter(())


class SpellingForm(KeyedForm):
    class Meta:
        model = Alias
        fields = ("text",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].required = False
        self.fields["text"].label = _("New spelling")

    def _post_clean(self) -> None:
        # Left empty, nothing is made of it.
        if self.cleaned_data.get("text"):
            super()._post_clean()


class UnitForms:
    """Everything of a unit's page that is saved with one button; of a new unit the plan's number.

    ``plans`` are those of which a number is asked for.
    """

    def __init__(
        self, unit: Department, plans: Iterable[Plan], posted: Mapping[str, Any] | None = None
    ) -> None:
        self.unit = unit
        self._posted: Any = posted
        municipality: Municipality = unit.municipality
        self.names = UnitForm(posted, instance=unit)
        self.names.municipality = municipality
        self._narrow_parent(municipality)
        places = {place.plan_id: place for place in unit.places.all()} if unit.pk else {}
        self.numbers = [
            NumberForm(
                posted,
                instance=places.get(plan.pk) or PlanDepartment(plan=plan, department=unit),
                prefix=f"plan{plan.pk}",
            )
            for plan in plans
        ]
        self.spellings = list(unit.aliases.all()) if unit.pk else []
        new = Alias(department=unit if unit.pk else None, municipality=municipality)
        self.new_spelling = SpellingForm(posted, instance=new, prefix="new")

    def _narrow_parent(self, municipality: Municipality) -> None:
        parent: Any = self.names.fields["parent"]
        parent.queryset = parent.queryset.filter(municipality=municipality)
        parent.empty_label = _("None: it is itself a department")

    @property
    def all(self) -> list[KeyedForm]:
        return [self.names, *self.numbers, self.new_spelling]

    @property
    def has_errors(self) -> bool:
        return any(form.errors for form in self.all)

    @property
    def spelling_choices(self) -> list[tuple[Alias, bool]]:
        """Return each spelling and whether it is kept: all of them until somebody unticks one."""
        forgotten = self._forgotten()
        return [(alias, alias.pk not in forgotten) for alias in self.spellings]

    def is_valid(self) -> bool:
        return all(form.is_valid() for form in self.all)

    def save(self, person: User) -> bool:
        """Store what changed, in one act; whether nobody else took a name or number meanwhile."""
        reason = self.names.cleaned_data.get("reason") or ""
        try:
            with transaction.atomic():
                self._store(Act(person, reason))
        except IntegrityError:
            told = _("Somebody else saved the same meanwhile. Look at it again.")
            self.names.add_error(None, told)
            return False
        return True

    def _store(self, act: Act) -> None:
        if self.unit.pk is None or self.names.really_changed():
            act.save(self.names.instance)
        for form in self.numbers:
            place = form.instance
            if not form.has_changed():
                continue
            if place.number:
                place.department = self.unit
                act.save(place)
            elif place.pk:
                act.delete(place)
        forgotten = self._forgotten()
        for alias in self.spellings:
            if alias.pk in forgotten:
                act.delete(alias)
        if self.new_spelling.cleaned_data.get("text"):
            self.new_spelling.instance.department = self.unit
            act.save(self.new_spelling.instance)

    def _forgotten(self) -> set[int]:
        """Return the spellings that were shown with a tick and came back without one."""
        if self._posted is None:
            return set()
        shown, kept = (set(self._posted.getlist(name)) for name in ("shown", "spelling"))
        return {alias.pk for alias in self.spellings if str(alias.pk) in shown - kept}


class MergeForm(forms.Form):
    """Into which unit another goes, and why."""

    into = forms.TypedChoiceField(
        label=gettext_lazy("This unit goes into"), coerce=int, widget=TurkishSelect
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2, "cols": 60}),
    )

    def __init__(self, unit: Department, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = [each for each in department_choices(unit.municipality) if each[0] != unit.pk]
        field: Any = self.fields["into"]
        field.choices = [("", _("Choose…")), *others]
