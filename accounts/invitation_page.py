"""The page behind an invitation's link."""

from __future__ import annotations

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
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
