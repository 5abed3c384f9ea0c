"""The page of the names that files brought and nobody knew."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from accounts.rights import Right
from activities.administration.forms import KeyedForm, refuse_twins
from activities.administration.units import department_choices
from activities.models import Institution, Municipality
from setup import names
from setup.frame import SettingsPage, settings_page
from setup.names import OWN, SHOWN, Decision, UnknownName

Choices = list[tuple[Any, Any]]


class NameForm(KeyedForm):
    """What a name means, and how it is called where it is an institution of its own."""

    means = forms.ChoiceField(label=gettext_lazy("Which unit is it?"), required=False)

    class Meta:
        model = Institution
        fields = ("name",)
        labels = {"name": gettext_lazy("Its name")}

    def __init__(
        self, unknown: UnknownName, units: Choices, posted: Mapping[str, Any] | None
    ) -> None:
        self.unknown = unknown
        self.printed = unknown.institution.name
        super().__init__(
            posted,
            instance=unknown.institution,
            prefix=f"name{unknown.institution.pk}",
            initial={"means": unknown.sure},
        )
        means: Any = self.fields["means"]
        means.choices = choices_of(unknown, units)
        labels = dict(pair for _group, pairs in units for pair in pairs)
        self.guessed = [labels[value] for value in unknown.guesses if value in labels]

    def _post_clean(self) -> None:
        # Its own name matters only where it keeps one.
        if self._means() in ("", OWN):
            super()._post_clean()

    def _means(self) -> str:
        return str(self.cleaned_data.get("means") or "")

    @property
    def keeps_its_own(self) -> bool:
        return self._means() == OWN or (not self._means() and "name" in self.changed_data)

    def decision(self, municipality: Municipality, *, rest: bool) -> Decision | None:
        """Return what was said of the name; None while nothing was.

        ``rest`` says that names of which nothing was said are institutions of their own.
        """
        if self.keeps_its_own or (rest and not self._means()):
            return Decision(self.unknown.institution.pk, None, self.cleaned_data["name"])
        unit = names.unit_of(municipality, self._means())
        return Decision(self.unknown.institution.pk, unit) if unit is not None else None


def choices_of(unknown: UnknownName, units: Choices) -> Choices:
    """Return the choices of one name: later, its own, whom it resembles, everybody."""
    labels = dict(pair for _group, pairs in units for pair in pairs)
    guesses = [(value, labels[value]) for value in unknown.guesses if value in labels]
    return [
        ("", _("Decide later")),
        (OWN, _("It is an institution of its own")),
        *([(_("Resembling"), guesses)] if guesses else []),
        *units,
    ]


def units_of(municipality: Municipality) -> Choices:
    """Return the units and the institutions that are settled, as groups of choices; two queries."""
    departments = [(f"department:{pk}", label) for pk, label in department_choices(municipality)]
    settled = Institution.objects.filter(municipality=municipality, to_check=False)
    institutions = [(f"institution:{each.pk}", each.name) for each in settled]
    groups = ((_("Units"), departments), (_("Institutions"), institutions))
    return [(label, choices) for label, choices in groups if choices]


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@settings_page(Right.ADMINISTER)
def name_settings(request: HttpRequest, here: SettingsPage) -> HttpResponse:
    """List the names to check, and carry out with one button what was said of them."""
    unknown = names.to_check(here.municipality)
    units = units_of(here.municipality)
    posted = request.POST if request.method == "POST" else None
    rows = [NameForm(name, units, posted) for name in _asked(unknown, posted)]
    if request.method == "POST" and _are_valid(rows) and _decided(request, here, rows):
        return redirect("name_settings")
    context = here.context(
        rows=rows,
        count=len(unknown),
        more=len(unknown) - len(rows),
        has_errors=any(row.is_bound and row.errors for row in rows),
    )
    return TemplateResponse(request, "setup/names.html", context)


def _asked(unknown: list[UnknownName], posted: Mapping[str, Any] | None) -> list[UnknownName]:
    """Return the names that are on the page; of a page sent back those that were on it."""
    if posted is None:
        return unknown[:SHOWN]
    return [each for each in unknown if f"name{each.institution.pk}-name" in posted]


def _are_valid(rows: list[NameForm]) -> bool:
    if not all(row.is_valid() for row in rows):
        return False
    refuse_twins([row for row in rows if row.keeps_its_own], Institution)
    return not any(row.errors for row in rows)


def _decided(request: HttpRequest, here: SettingsPage, rows: Iterable[NameForm]) -> bool:
    """Carry it out and say of how many; False where a name was taken meanwhile."""
    rest = "rest" in request.POST
    made = (row.decision(here.municipality, rest=rest) for row in rows)
    decisions = [each for each in made if each is not None]
    try:
        count = names.decide(here.municipality, decisions, person=here.person)
    except IntegrityError:
        messages.error(request, _("Somebody else saved the same meanwhile. Look at it again."))
        return False
    told = ngettext("%(n)s name is settled.", "%(n)s names are settled.", count)
    messages.success(request, told % {"n": count})
    return True
