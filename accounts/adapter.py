"""Our rules of getting in, where django-allauth asks for them."""

from __future__ import annotations

import time
from typing import Any, cast

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from django.contrib import messages
from django.contrib.auth import authenticate
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts import known_browser, log, throttle
from accounts.finding import person_called

# What a page says after an act; acts that are not here need no word.
TOLD = {
    "account/messages/password_changed.txt": _("The password is changed."),
    "mfa/messages/totp_activated.txt": _("The app is set up. From now on it is asked for a code."),
    "mfa/messages/totp_deactivated.txt": _("The app is not asked for codes any more."),
    "mfa/messages/webauthn_added.txt": _("The passkey is added."),
    "mfa/messages/webauthn_removed.txt": _("The passkey is taken away."),
    "mfa/messages/recovery_codes_generated.txt": _("Keep these recovery codes in a safe place."),
}


CHOSE_A_PASSWORD = ("invitation", "password_reset")


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _(
            "User name or e-mail and password do not fit together. Watch upper and lower case."
        ),
        "enter_current_password": _("That is not your present password."),
        "incorrect_password": _("That is not your password."),
        "incorrect_code": _("This code is not right. A code from an app is valid for 30 seconds."),
        "rate_limited": _("That was too often in a short time. Try again in a minute."),
        "too_many_login_attempts": _("That was too often. Try again in some minutes."),
        "invalid_or_expired_key": _("This link is used up or too old."),
    }

    # Who comes in

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        # Behind a socket there is no address, which is no reason to refuse anybody.
        if not request.META.get("REMOTE_ADDR"):
            request.META["REMOTE_ADDR"] = "127.0.0.1"
        return super().get_client_ip(request)

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        """Check a password at the pace of ``throttle``; raise its sentence where it is too fast."""
        typed = str(credentials.get("username") or credentials.get("email") or "")
        person = person_called(typed)
        counts = throttle.counts_for(
            typed,
            person,
            self.get_client_ip(request),
            known_browser.browser_of(request, person.pk) if person else "",
        )
        take(counts)
        user = authenticate(request, username=typed, password=credentials.get("password"))
        if user is None and getattr(request, "directory_is_away", False):
            raise ValidationError(
                _(
                    "The directory of your municipality does not answer, so your password cannot "
                    "be checked. Try again in some minutes."
                ),
                code="directory_is_away",
            )
        if user is None:
            log.refused(request, typed)
        else:
            throttle.succeeded(counts)
        return user

    def reauthenticate(self, user: AbstractBaseUser, password: str) -> bool:
        """Check the password of somebody who is signed in already."""
        found = self.authenticate(
            cast(HttpRequest, self.request), username=user.get_username(), password=password
        )
        return found is not None and found.pk == user.pk

    def post_login(
        self, request: HttpRequest, user: AbstractBaseUser, **kwargs: Any
    ) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **kwargs)
        known_browser.remember(request, response, user.pk)
        return response

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Ask once more before what protects an account is changed.

        Not of somebody who has this minute chosen her password, nor of somebody who has nothing
        here that could be asked for, as she signs in with her municipality's account.
        """
        request = cast(HttpRequest, self.request)
        if not self.get_reauthentication_methods(request.user):
            return False
        for record in get_authentication_records(request, cast(AbstractBaseUser, request.user)):
            fresh = time.time() - record["at"] < app_settings.REAUTHENTICATION_TIMEOUT
            if fresh and record["method"] in CHOSE_A_PASSWORD:
                return False
        return super().is_reauthentication_required(app=app, **kwargs)

    # Where one goes, and what one is told

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account")

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        if message is None and message_template in TOLD:
            message = str(TOLD[message_template]) % (message_context or {})
        if message:
            messages.add_message(request, level, message, extra_tags=extra_tags)


def take(counts: list[throttle.Count]) -> None:
    """Count an attempt; raise a sentence that says how long to wait, with code "too_fast"."""
    try:
        throttle.take(counts)
    except throttle.TooFast as early:
        raise ValidationError(waiting(early.seconds), code="too_fast") from None


def waiting(seconds: int) -> str:
    minutes = -(-seconds // 60)
    if seconds <= 90:
        told = ngettext(
            "There were too many wrong attempts. Wait one second, then try again.",
            "There were too many wrong attempts. Wait %(count)s seconds, then try again.",
            seconds,
        ) % {"count": seconds}
    else:
        told = ngettext(
            "There were too many wrong attempts. Wait one minute, then try again.",
            "There were too many wrong attempts. Wait %(count)s minutes, then try again.",
            minutes,
        ) % {"count": minutes}
    return told
