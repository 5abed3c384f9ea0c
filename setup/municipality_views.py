"""The municipality's own page: how it is called, and whom its people turn to."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts import second_factor
from accounts.rights import Right
from activities.administration.forms import KeyedForm
from activities.models import Municipality
from setup.frame import SettingsPage, settings_page
from setup.person_words import with_second_step

SecondStep = Municipality.SecondStep


class MunicipalityForm(KeyedForm):
    class Meta:
        model = Municipality
        fields = (
            "name",
            "short_name",
            "kind",
            "contact_name",
            "contact_email",
            "contact_phone",
        )


class SecondStepForm(forms.ModelForm):
    """Of whom the municipality asks a second step, and from which day."""

    class Meta:
        model = Municipality
        fields = ("second_step_for", "second_step_from")
        widgets = {
            "second_step_for": forms.RadioSelect,
            "second_step_from": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        }
        labels = {
            "second_step_for": gettext_lazy("Of whom is it asked?"),
            "second_step_from": gettext_lazy("From which day?"),
        }
        help_texts = {
            "second_step_from": gettext_lazy(
                "Until then they are reminded on their first page; from then on nothing else opens "
                "before they have one."
            )
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lines = concerned(self.instance)
        self.fields["second_step_for"].choices = [  # type: ignore[attr-defined]
            (asked.value, _of_whom(asked, *lines[asked])) for asked in SecondStep
        ]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not cleaned.get("second_step_for"):
            cleaned["second_step_from"] = None
        elif not cleaned.get("second_step_from") and "second_step_from" not in self.errors:
            self.add_error("second_step_from", _("Say from which day the second step is asked."))
        return cleaned


def concerned(municipality: Municipality) -> dict[SecondStep, tuple[int, int]]:
    """Return for each choice how many people it asks for a second step, and how many have none.

    Two queries.
    """
    members = municipality.memberships.filter(person__is_active=True)
    roles = dict(members.values_list("person_id", "role"))
    have = with_second_step(roles)
    found = {}
    for asked in SecondStep:
        people = {person for person, role in roles.items() if role in second_factor.ASKED[asked]}
        found[asked] = (len(people), len(people - have))
    return found


def _of_whom(asked: SecondStep, people: int, without: int) -> str:
    """Return a choice with whom it concerns, in words."""
    if not people:
        return capfirst(str(asked.label))
    told = ngettext("%(n)s person", "%(n)s people", people) % {"n": people}
    lacks = _("without one yet: %(n)s") % {"n": without}
    return format_html("<b>{}</b> {} · {}", capfirst(str(asked.label)), told, lacks)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@settings_page(Right.ADMINISTER)
def municipality_settings(request: HttpRequest, here: SettingsPage) -> HttpResponse:
    """Show and keep the municipality's name and contact."""
    form = MunicipalityForm(request.POST or None, instance=here.municipality)
    form.fields["name"].required = True
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("municipality_settings")
    return _page(request, here, form, SecondStepForm(instance=_stored(here)))


@require_POST
@login_required
@settings_page(Right.ADMINISTER)
def second_step_settings(request: HttpRequest, here: SettingsPage) -> HttpResponse:
    """Keep of whom the municipality asks a second step."""
    form = SecondStepForm(request.POST, instance=_stored(here))
    if form.is_valid():
        if form.has_changed():
            form.save()
        messages.success(request, _("Saved."))
        return redirect("municipality_settings")
    return _page(request, here, MunicipalityForm(instance=here.municipality), form)


def _stored(here: SettingsPage) -> Municipality:
    """Return the municipality once more: what a refused form wrote into it is not shown."""
    return Municipality.objects.get(pk=here.municipality.pk)


def _page(
    request: HttpRequest, here: SettingsPage, form: MunicipalityForm, second_step: SecondStepForm
) -> HttpResponse:
    context = here.context(
        form=form, second_step=second_step, of_installation=bool(settings.SECOND_FACTOR_FOR)
    )
    return TemplateResponse(request, "setup/municipality.html", context)
