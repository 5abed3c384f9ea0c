"""The pages of the second step: django-allauth's views in our pages, without inline scripts."""

from __future__ import annotations

from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import views as base
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.mfa.webauthn.internal.flows import remove_authenticator
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.gates import GateMixin


class SecondStepView(GateMixin, base.AuthenticateView):
    template_name = "accounts/second_step.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        person = self.stage.login.user
        types = set(Authenticator.objects.filter(user=person).values_list("type", flat=True))
        return context | {
            "has_app": Authenticator.Type.TOTP in types,
            "has_passkey": Authenticator.Type.WEBAUTHN in types,
        }


class AgainWithCodeView(base.ReauthenticateView):
    template_name = "accounts/again_code.html"


class AgainWithPasskeyView(webauthn.ReauthenticateWebAuthnView):
    template_name = "accounts/again_passkey.html"


class AppOnView(totp.ActivateTOTPView):
    template_name = "accounts/app_on.html"


class AppOffView(totp.DeactivateTOTPView):
    template_name = "accounts/app_off.html"


class PasskeyAddView(webauthn.AddWebAuthnView):
    template_name = "accounts/passkey_add.html"


class CodesView(codes.ViewRecoveryCodesView):
    template_name = "accounts/codes.html"


class CodesRenewView(codes.GenerateRecoveryCodesView):
    template_name = "accounts/codes_renew.html"
    success_url = reverse_lazy("mfa_view_recovery_codes")


second_step = SecondStepView.as_view()
again_with_code = AgainWithCodeView.as_view()
again_with_passkey = AgainWithPasskeyView.as_view()
app_on = login_required(never_cache(AppOnView.as_view()))
app_off = AppOffView.as_view()
passkey_add = login_required(never_cache(PasskeyAddView.as_view()))
passkey_sign_in = webauthn.login_webauthn
show_codes = CodesView.as_view()
codes_file = codes.download_recovery_codes
codes_renew = login_required(never_cache(CodesRenewView.as_view()))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@reauthentication_required(app="allauth.mfa")
@never_cache
def passkey_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one of one's own passkeys away; not the last factor of somebody who must have one."""
    passkey = get_object_or_404(
        Authenticator, pk=pk, user=request.user, type=Authenticator.Type.WEBAUTHN
    )
    adapter = get_adapter()
    if not adapter.can_delete_authenticator(passkey):
        messages.error(request, adapter.error_messages["cannot_delete_authenticator"])
        return redirect("account")
    if request.method == "POST":
        remove_authenticator(request, passkey)
        return redirect("account")
    return TemplateResponse(request, "accounts/passkey_remove.html", {"passkey": passkey})


@login_required
def second_factor_home(request: HttpRequest) -> HttpResponse:
    """Lead to the account's page, which shows them; django-allauth looks for a page of its own."""
    return redirect("account")
