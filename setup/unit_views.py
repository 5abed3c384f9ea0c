"""The municipality's units: their list, a unit's own page, one unit made of two."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.rights import Right
from activities.models import Department
from setup import unit_history, units
from setup.frame import SettingsPage, settings_page
from setup.merging import CannotMerge, look, merge
from setup.unit_forms import MergeForm, UnitForms


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@settings_page(Right.ADMINISTER)
def unit_settings(request: HttpRequest, here: SettingsPage) -> HttpResponse:
    """Show the units in the plan's order, and add one."""
    new = Department(municipality=here.municipality)
    plans = [here.plan] if here.plan else []
    forms = UnitForms(new, plans, request.POST if request.method == "POST" else None)
    if request.method == "POST" and forms.is_valid() and forms.save(here.person):
        messages.success(request, _("“%(name)s” is added.") % {"name": forms.unit.name})
        return redirect("unit_settings")
    context = here.context(lines=units.lines(here.municipality, here.plan), forms=forms)
    return TemplateResponse(request, "setup/units.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@settings_page(Right.ADMINISTER)
def unit_page(request: HttpRequest, here: SettingsPage, unit: int) -> HttpResponse:
    """Show and keep a unit's names, its number in each plan, and its spellings."""
    found = _unit_of(here, unit)
    title = found.name
    forms = UnitForms(found, here.plans, request.POST if request.method == "POST" else None)
    if request.method == "POST" and forms.is_valid() and forms.save(here.person):
        messages.success(request, _("Saved."))
        return redirect("unit_page", unit)
    context = here.context(
        unit=found,
        title=title,
        forms=forms,
        changes=unit_history.of_unit(found),
        keeping=units.keeping(found),
        merging=MergeForm(found),
    )
    return TemplateResponse(request, "setup/unit.html", context)


@require_POST
@login_required
@settings_page(Right.ADMINISTER)
def unit_delete(request: HttpRequest, here: SettingsPage, unit: int) -> HttpResponse:
    """Delete a unit that nothing hangs on."""
    found = _unit_of(here, unit)
    name = found.name
    if units.delete(found, person=here.person, reason=request.POST.get("reason", "")):
        messages.success(request, _("“%(name)s” is deleted.") % {"name": name})
        return redirect("unit_settings")
    messages.error(request, _("“%(name)s” stays: something hangs on it now.") % {"name": name})
    return redirect("unit_page", unit)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@settings_page(Right.ADMINISTER)
def unit_merge(request: HttpRequest, here: SettingsPage, unit: int) -> HttpResponse:
    """Show what would move if a unit went into another, and let it go there."""
    going = _unit_of(here, unit)
    title = going.name
    form = MergeForm(going, request.POST or None, initial=request.GET.dict())
    staying = _chosen(here, request.POST.get("into") or request.GET.get("into"), going)
    why: tuple[str, ...] = ()
    if request.method == "POST" and form.is_valid() and staying is not None:
        try:
            merge(going, staying, person=here.person, reason=form.cleaned_data["reason"])
        except CannotMerge as refused:
            why = refused.why
        else:
            told = _("“%(going)s” went into “%(staying)s”.")
            messages.success(request, told % {"going": title, "staying": staying.name})
            return redirect("unit_page", staying.pk)
    context = here.context(
        unit=going,
        title=title,
        form=form,
        staying=staying,
        prospect=look(going, staying) if staying else None,
        why=why,
    )
    return TemplateResponse(request, "setup/unit_merge.html", context)


def _unit_of(here: SettingsPage, unit: int) -> Department:
    """Return a unit of the municipality; of another one it does not exist."""
    own = Department.objects.select_related("municipality", "parent")
    return get_object_or_404(own, pk=unit, municipality=here.municipality)


def _chosen(here: SettingsPage, key: str | None, going: Department) -> Department | None:
    """Return the unit to go into; None while none is chosen or it is not one of these."""
    if not key or not key.isdecimal():
        return None
    others = Department.objects.filter(municipality=here.municipality).exclude(pk=going.pk)
    return others.filter(pk=key).first()
