"""Signing in with the municipality's own account, by OpenID Connect.

Whom it may let in is decided here: a person who was invited or made by an administrator and has the
address that the provider vouches for. It makes nobody an account unless OIDC_CREATE_ACCOUNTS says
so, and its groups give no role. Of what the provider tells only its name of the person is kept.
"""

from __future__ import annotations

import logging
from typing import Any

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from requests import RequestException

from accounts import memberships
from accounts.contact import contact_of
from accounts.finding import people_at, vouched_at
from accounts.models import User
from activities.models import Municipality

logger = logging.getLogger(__name__)

PROVIDER = "municipality"


def is_offered() -> bool:
    return bool(settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"])


class SocialAdapter(DefaultSocialAccountAdapter):
    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: Any) -> Any:
        sociallogin.account.extra_data = {}
        return super().populate_user(request, sociallogin, data)

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Connect the provider's account with the person it belongs to, or end here."""
        if sociallogin.is_existing:
            return
        address = vouched_for(sociallogin)
        person = vouched_at(address) if address else None
        if address and settings.OIDC_CREATE_ACCOUNTS and not people_at(address):
            person = _made(sociallogin, address)
        if person is None:
            raise ImmediateHttpResponse(refusal(request))
        sociallogin.connect(request, person)

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False


def vouched_for(sociallogin: SocialLogin) -> str:
    """Return the address that the provider says is the person's; empty if it does not vouch."""
    for one in sociallogin.email_addresses:
        if one.verified or settings.OIDC_TRUST_EMAIL:
            return str(one.email)
    return ""


def _made(sociallogin: SocialLogin, address: str) -> User:
    """Return a new reader of the only municipality, as the provider describes her."""
    told = sociallogin.user
    person = User(email=address, first_name=told.first_name, last_name=told.last_name)
    wanted = [told.username, address]
    person.username = get_account_adapter().generate_unique_username(wanted)
    person.set_unusable_password()
    person.save()
    # Of several nobody says here which is hers: an operator gives her a place.
    municipalities = list(Municipality.objects.order_by()[:2])
    if len(municipalities) == 1:
        memberships.put(person, municipalities[0])
    return person


def refusal(request: HttpRequest) -> HttpResponse:
    context = {"contact": contact_of(request)}
    response = TemplateResponse(request, "accounts/no_account.html", context, status=403)
    return response.render()


class Provider(OpenIDConnectOAuth2Adapter):
    """The municipality's provider; a signature is checked even if it came straight from there."""

    def _decode_id_token(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        claims: dict[str, Any] = jwtkit.verify_and_decode(
            credential=id_token,
            keys_url=self.openid_config["jwks_uri"],
            issuer=self.openid_config["issuer"],
            audience=app.client_id,
            lookup_kid=jwtkit.lookup_kid_jwk,
        )
        return claims


@require_safe
@login_not_required
@never_cache
def sso_login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Send somebody to the provider; its answer comes to ``sso_callback``."""
    return _answer(OAuth2LoginView, request, provider_id)


@require_safe
@login_not_required
@never_cache
def sso_callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    return _answer(OAuth2CallbackView, request, provider_id)


@require_safe
@login_not_required
def sso_cancelled(request: HttpRequest) -> HttpResponse:
    return redirect("login")


def _answer(view: Any, request: HttpRequest, provider_id: str) -> HttpResponse:
    if provider_id != PROVIDER or not is_offered():
        return redirect("login")
    try:
        response: HttpResponse = view.adapter_view(Provider(request, provider_id))(request)
    except (RequestException, ValueError, KeyError) as error:
        logger.error("The provider of the municipality's accounts: %s", error)
        return TemplateResponse(request, "socialaccount/authentication_error.html", status=502)
    return response
