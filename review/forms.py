"""What reviewers type: dates, reasons, corrected numbers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from indicators.figures import Unit
from indicators.forms import AmountField


def _date(label: Any, *, required: bool = True) -> forms.DateField:
    # Without this format the field stays blank where dates are written 31.01.2026.
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, required=required, widget=widget)


def _reason(label: Any, *, required: bool = True, **given: Any) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": 2})
    return forms.CharField(label=label, required=required, max_length=1000, widget=area, **given)


class OpenForm(forms.Form):
    """The days of an open year."""

    opens_on = _date(gettext_lazy("Opens on"))
    closes_on = _date(gettext_lazy("Deadline"), required=False)


class OpenAgainForm(OpenForm):
    """A closed year opened again for everybody."""

    # Required, too, but the sentence about it comes with the others.
    reason = _reason(gettext_lazy("Why it is opened again"), required=False)


class ExtensionForm(forms.Form):
    """A closed year opened again for one unit."""

    department = forms.TypedChoiceField(label=gettext_lazy("Unit"), coerce=int)
    until = _date(gettext_lazy("Open until and including"))
    # Required, too, but the sentence about it comes with the others.
    reason = _reason(gettext_lazy("Why it is opened again"), required=False)

    def __init__(self, units: list[Unit], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        department: Any = self.fields["department"]
        department.choices = [("", _("choose")), *((u.id, f"{u.number}. {u.short}") for u in units)]


class CloseForm(forms.Form):
    """The word that a person has looked at what is missing, and who gets more time.

    ``units`` are those that have rows back.
    """

    seen = forms.IntegerField(widget=forms.HiddenInput)
    sure = forms.BooleanField(
        label=gettext_lazy("I have looked at this list; the year can be closed."),
        error_messages={"required": gettext_lazy("Tick that you have looked at the list.")},
    )
    more = forms.TypedMultipleChoiceField(
        label=gettext_lazy("More time for"),
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
    )
    until = _date(gettext_lazy("Open until and including"), required=False)
    reason = _reason(gettext_lazy("Why it gets more time"), required=False)

    def __init__(self, units: list[Unit], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        more: Any = self.fields["more"]
        more.choices = [(unit.id, f"{unit.number}. {unit.short}") for unit in units]


class PublishForm(forms.Form):
    """The word that a person has looked at what would be published.

    ``override_reason`` is asked for where a condition does not hold; the public reads it.
    """

    seen = forms.IntegerField(widget=forms.HiddenInput)
    sure = forms.BooleanField(
        error_messages={"required": gettext_lazy("Tick that you have read this page.")},
    )
    override_reason = _reason(
        gettext_lazy("Why it is published although a condition does not hold"), required=False
    )

    def __init__(self, *args: Any, needs_reason: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if needs_reason:
            reason: Any = self.fields["override_reason"]
            reason.required = True
            reason.error_messages["required"] = _("Write why the year is published nevertheless.")


class AgainForm(PublishForm):
    """The same for a further edition of a published year, which needs a reason of its own."""

    reason = _reason(gettext_lazy("Why a further edition is published"))


class CorrectForm(forms.Form):
    """A corrected number, and why: asked for where it ``is_saved``, its effect being seen."""

    number = AmountField(label=gettext_lazy("New value"))
    reason = _reason(gettext_lazy("Reason of the correction"), required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput)
    # The number whose effect was shown, to the letter.
    looked = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, percent: bool, is_saved: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        number: Any = self.fields["number"]
        number.percent = percent
        number.widget.attrs.update(
            {"autocomplete": "off", "inputmode": "decimal", "class": "num", "autofocus": True}
        )
        reason: Any = self.fields["reason"]
        reason.required = is_saved
        reason.error_messages["required"] = _("Say why the value changes.")
