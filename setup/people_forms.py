"""The forms of people: inviting one, what one is here, and the reason of a step."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import people
from accounts.models import User
from accounts.people import Task
from activities.models import Department, Municipality
from setup.person_words import UnitNames

OWN = ("first_name", "last_name", "email")


class UnitsField(forms.ModelMultipleChoiceField):
    """The municipality's units, ticked, each with its number and short name."""

    names: UnitNames

    def offer(self, names: UnitNames) -> None:
        self.names = names
        self.queryset = Department.objects.filter(pk__in=[unit.pk for unit in names.units])
        self.choices = [(unit.pk, names.label(unit)) for unit in names.units]


class TaskForm(forms.Form):
    """A person's task and units in a municipality."""

    task = forms.ChoiceField(label=gettext_lazy("Task"), widget=forms.RadioSelect)
    units = UnitsField(
        Department.objects.none(),
        label=gettext_lazy("Units"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *args: Any, units: UnitNames, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["task"].choices = [  # type: ignore[attr-defined]
            (task.value, format_html("<b>{}</b> {}", task.label, people.TOLD[task]))
            for task in Task
        ]
        self.fields["units"].offer(units)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("task") == Task.READER and cleaned.get("units"):
            self.add_error(
                "units", _("A reader has no units: choose coordinator, or leave the units out.")
            )
        return cleaned

    @property
    def chosen_task(self) -> Task:
        return Task(self.cleaned_data["task"])

    @property
    def chosen_units(self) -> list[Department]:
        return list(self.cleaned_data["units"])


class InviteForm(TaskForm):
    """Who is invited; her user name is made of her address."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        max_length=254,
        help_text=gettext_lazy("Her own at the municipality. She signs in with it."),
    )
    first_name = forms.CharField(label=gettext_lazy("First name"), max_length=150)
    last_name = forms.CharField(label=gettext_lazy("Last name"), max_length=150, required=False)

    field_order = ("email", "first_name", "last_name", "task", "units")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in OWN:
            self.fields[name].widget.attrs["autocomplete"] = "off"


class PersonForm(TaskForm):
    """What a person is called and is here; what is hers everywhere only where it may be changed."""

    first_name = forms.CharField(label=gettext_lazy("First name"), max_length=150, required=False)
    last_name = forms.CharField(label=gettext_lazy("Last name"), max_length=150, required=False)
    email = forms.EmailField(label=gettext_lazy("E-mail address"), max_length=254, required=False)
    reason = forms.CharField(
        label=gettext_lazy("Reason of the change"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Stands in the history below."),
    )

    field_order = ("first_name", "last_name", "email", "task", "units", "reason")

    def __init__(
        self,
        *args: Any,
        person: User,
        by: User,
        municipality: Municipality,
        present: tuple[Task, Iterable[Department]],
        may_change_own: bool,
        **kwargs: Any,
    ) -> None:
        self.person, self.by, self.municipality = person, by, municipality
        task, units = present
        initial = {name: getattr(person, name) for name in OWN}
        initial |= {"task": task.value, "units": [unit.pk for unit in units]}
        super().__init__(*args, initial=initial, **kwargs)
        for name in OWN:
            self.fields[name].disabled = not may_change_own
            self.fields[name].widget.attrs["autocomplete"] = "off"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "task" in cleaned and not people.keeps_administration(
            self.person, self.by, role=Task(cleaned["task"]).role
        ):
            raise ValidationError(people.not_from_oneself())
        return cleaned

    def save(self) -> None:
        """Keep what was changed, each with the reason."""
        people.change(
            self.person,
            self.municipality,
            told={name: self.cleaned_data[name] for name in OWN},
            task=self.chosen_task,
            units=self.chosen_units,
            by=self.by,
            reason=self.cleaned_data["reason"],
        )


class StepForm(forms.Form):
    """Why a step is taken."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class NameOffForm(StepForm):
    """Why a name is taken off, and that it is meant."""

    sure = forms.BooleanField(
        label=gettext_lazy("I know that the name cannot be brought back."),
        error_messages={"required": gettext_lazy("Tick this to take the name off.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = True
        self.fields["reason"].error_messages["required"] = _("Say why: it stands in the log.")
