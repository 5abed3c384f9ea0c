"""The municipality's own page: how it is called, and whom its people turn to."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.rights import Right
from activities.administration.forms import KeyedForm
from activities.models import Municipality
from setup.frame import SettingsPage, settings_page


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
    return TemplateResponse(request, "setup/municipality.html", here.context(form=form))
