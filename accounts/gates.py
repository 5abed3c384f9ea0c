"""Where one comes in and goes out: django-allauth's views, in our pages."""

from __future__ import annotations

from typing import Any

from allauth.account import views as allauth_views
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts import single_sign_on
from accounts.contact import contact_of
from accounts.views import has_published


class GateMixin:
    """What every page says to somebody who is not in yet."""

    request: HttpRequest

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        return context | {
            "contact": contact_of(self.request),
            "can_send": bool(settings.EMAIL_BACKEND),
        }


class SignInView(GateMixin, allauth_views.LoginView):
    template_name = "accounts/login.html"
    extra_context = {"has_published": has_published}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        if single_sign_on.is_offered():
            address = reverse("openid_connect_login", args=[single_sign_on.PROVIDER])
            context["sso"] = self.passthrough_next_url(address)
            context["sso_name"] = settings.OIDC_NAME or _("Sign in with the municipality's account")
        return context

    def form_invalid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_invalid(form)
        if form.too_fast:
            response.status_code = 429
        return response


class PasswordResetView(GateMixin, allauth_views.PasswordResetView):
    template_name = "accounts/password_reset.html"


class PasswordResetDoneView(GateMixin, allauth_views.PasswordResetDoneView):
    template_name = "accounts/password_reset_done.html"


class PasswordResetFromKeyView(GateMixin, allauth_views.PasswordResetFromKeyView):
    template_name = "accounts/password_reset_from_key.html"


class PasswordChangeView(allauth_views.PasswordChangeView):
    template_name = "accounts/password_change.html"


class ReauthenticateView(allauth_views.ReauthenticateView):
    template_name = "accounts/reauthenticate.html"


class InactiveView(GateMixin, allauth_views.AccountInactiveView):
    template_name = "accounts/inactive.html"


sign_in = SignInView.as_view()
password_reset = PasswordResetView.as_view()
password_reset_done = PasswordResetDoneView.as_view()
password_reset_from_key = never_cache(PasswordResetFromKeyView.as_view())
password_change = PasswordChangeView.as_view()
reauthenticate = ReauthenticateView.as_view()
inactive = InactiveView.as_view()


@require_POST
@login_not_required
@never_cache
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session; signing out twice does no harm."""
    response: HttpResponse = allauth_views.logout(request)
    # Pages kept for the back button. Not "storage": it holds what other people have typed on this
    # device and not sent; one's own is taken away by static/js/session.js.
    response["Clear-Site-Data"] = '"cache"'
    return response
