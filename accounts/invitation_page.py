"""The page behind an invitation's link."""

from __future__ import annotations

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import invitations
from accounts.contact import contact_of
from accounts.forms import NewPasswordForm


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@login_not_required
@never_cache
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Let an invited person set her first password and sign her in; a GET only asks."""
    made = invitations.invited_with(token)
    if made is None and invitations.is_known_already(token):
        messages.info(request, _("You have an account here already: sign in with it."))
        return redirect("login")
    context = {"contact": contact_of(request), "invitation": made}
    if made is None:
        return TemplateResponse(request, "accounts/invitation_over.html", context)
    form = NewPasswordForm(request.POST or None, user=made.person)
    if not form.is_valid():
        return TemplateResponse(request, "accounts/invitation.html", context | {"form": form})
    if not invitations.accept(made, form.cleaned_data["password1"]):
        return TemplateResponse(request, "accounts/invitation_over.html", context)
    record_authentication(request, made.person, "invitation")
    return perform_login(request, Login(user=made.person))
