"""Letters about a person's own account: sent at once, as nobody waits a quarter of an hour for a
link to a new password.

The words stand in templates, as with the other e-mails; what they have in common (language,
frame, sender) is the same.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.adapter import AccountAdapter as Rules
from accounts.contact import contact_of
from activities import names
from mail.language import in_mail_language
from mail.messages import tidy
from mail.outstanding import absolute

logger = logging.getLogger(__name__)

SUBJECTS: Mapping[str, Any] = {
    "invitation": _("you are invited"),
    "membership": _("you were given a task"),
    "password_reset": _("a new password for your account"),
    "address_confirm": _("confirm your e-mail address"),
    "account_notice": _("your account was changed"),
    "weekly": _("what waits for you this week"),
}
# django-allauth's names for what is told after a change: what happened, by ours.
NOTICES: Mapping[str, str] = {
    "account/email/password_changed": "password",
    "account/email/password_reset": "password",
    "account/email/password_set": "password",
    "socialaccount/email/account_connected": "connected",
    "mfa/email/totp_activated": "app_on",
    "mfa/email/totp_deactivated": "app_off",
    "mfa/email/webauthn_added": "passkey_added",
    "mfa/email/webauthn_removed": "passkey_removed",
    "mfa/email/recovery_codes_generated": "codes",
}


def letter(kind: str, to: str, context: Mapping[str, Any]) -> EmailMultiAlternatives:
    """Return a letter of a kind; ``link``, if there is one, is a path of the application."""
    with in_mail_language():
        subject = f"YEAP İzleme: {SUBJECTS[kind]}"
        person = context["person"]
        words = {
            **context,
            "subject": subject,
            "name": names.repair(person.get_full_name() or person.get_username()),
            "inviter": names.repair(context["by"].get_full_name()) if context.get("by") else "",
            "username": person.get_username(),
            "link": absolute(context["link"]) if context.get("link") else "",
            "account": absolute(reverse("account")),
            "contact": contact_of(municipality=context.get("municipality")),
        }
        text = tidy(render_to_string(f"email/{kind}.txt", words))
        html = render_to_string(f"email/{kind}.html", words).strip() + "\n"
    message = EmailMultiAlternatives(
        subject, text, to=[to], headers={"Auto-Submitted": "auto-generated"}
    )
    message.attach_alternative(html, "text/html")
    return message


def send_letter(kind: str, to: str, context: Mapping[str, Any]) -> bool:
    """Send a letter now and return whether the mail server took it; why not goes to the log."""
    if not settings.EMAIL_BACKEND or not to:
        return False
    try:
        letter(kind, to, context).send()
    except (OSError, SMTPException) as error:
        logger.error("A letter (%s) could not be sent: %s", kind, error)
        return False
    return True


class AccountAdapter(Rules):
    """Our rules, with letters of the mail room."""

    def send_letter(self, kind: str, to: str, context: Mapping[str, Any]) -> bool:
        return send_letter(kind, to, context)

    def send_password_reset_mail(self, user: Any, email: str, context: dict[str, Any]) -> None:
        # Whether it arrived is not told: that would betray whose address is known here.
        link = self.get_reset_password_from_key_url(f"{context['uid']}-{context['key']}")
        send_letter("password_reset", user.email, {"person": user, "link": link})

    def get_reset_password_from_key_url(self, key: str) -> str:
        uid, _dash, secret = key.partition("-")
        return reverse("account_reset_password_from_key", args=[uid, secret])

    def send_notification_mail(
        self,
        template_prefix: str,
        user: Any,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        send_letter(
            "account_notice",
            email or user.email,
            {"person": user, "what": NOTICES[template_prefix]},
        )

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        raise NotImplementedError(f"no letter of ours stands for {template_prefix}")
