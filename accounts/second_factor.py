"""The second step of signing in: an app's codes or a passkey, and who has to have one."""

from __future__ import annotations

import base64
import datetime
import hashlib
from collections.abc import Collection, Iterable, Mapping

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.utils import timezone
from django.utils.encoding import force_str
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import rights
from accounts.models import User
from accounts.rights import Role
from activities.models import Municipality

NAME = "YEAP İzleme"
SecondStep = Municipality.SecondStep
# Recovery codes alone are no second factor: they help where it was lost.
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
HAS_ONE = "second_factor"  # in the session, so that not every page asks the database


# Whom a municipality asks for one, by its setting.
ASKED: Mapping[str, frozenset[str]] = {
    SecondStep.NOBODY: frozenset(),
    SecondStep.ADMINISTRATORS: frozenset((Role.ADMINISTRATOR,)),
    SecondStep.REVIEWERS: frozenset((Role.ADMINISTRATOR, Role.REVIEWER)),
    SecondStep.EVERYBODY: frozenset(Role),
}
# The installation's own rule holds from the beginning.
ALWAYS = datetime.date.min


def asked_from(
    roles: Collection[str], rules: Iterable[tuple[str, str, datetime.date | None]]
) -> datetime.date | None:
    """Return the day from which a second factor is asked of somebody; None for never.

    The installation's setting is the least, for her roles anywhere. Each of ``rules`` is a
    municipality's: her role there, of whom it asks one, from which day. The earliest day counts.
    """
    if set(roles) & set(settings.SECOND_FACTOR_FOR):
        return ALWAYS
    return min((day for role, asked, day in rules if day and role in ASKED[asked]), default=None)


def required_from(person: User) -> datetime.date | None:
    """Return the day from which she may work here only with a second factor; None for never.

    No query of its own.
    """
    standing = person.standing
    rules = [(standing.roles[place], *rule) for place, rule in standing.second_steps.items()]
    return asked_from(rights.roles_anywhere(person), rules)


def required_for(person: User) -> bool:
    """Whether somebody may work here only with a second factor today."""
    day = required_from(person)
    return day is not None and day <= timezone.localdate()


def announced_for(person: User) -> datetime.date | None:
    """Return the day to come from which a second factor is asked of who has none; else None.

    One query, where there is such a day.
    """
    day = required_from(person)
    if day is None or day <= timezone.localdate() or has_one(person):
        return None
    return day


def has_one(person: User) -> bool:
    return Authenticator.objects.filter(user=person, type__in=FACTORS).exists()


def is_missing(request: HttpRequest) -> bool:
    """Whether the person who asks must set one up before anything else; no query once she has."""
    if request.session.get(HAS_ONE):
        return False
    if not isinstance(request.user, User) or not required_for(request.user):
        return False
    if settings.OIDC_ASKS_SECOND_FACTOR and _came_from_outside(request):
        return False
    if has_one(request.user):
        request.session[HAS_ONE] = True
        return False
    return True


def _came_from_outside(request: HttpRequest) -> bool:
    """Whether this session was begun with the municipality's account, which asked for its own."""
    records = get_authentication_records(request, request.user)
    return any(record["method"] == "socialaccount" for record in records)


def forget(person: User) -> int:
    """Take a person's second factor away, recovery codes and all; return how many parts it had."""
    return Authenticator.objects.filter(user=person).delete()[0]


def _box() -> MultiFernet:
    """Return what secrets are locked with; earlier secret keys still open what they locked."""
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    digests = (
        hashlib.sha256(f"accounts.second_factor {force_str(key)}".encode()).digest() for key in keys
    )
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])


class MFAAdapter(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": gettext_lazy(
            "This code is not right. A code from an app is valid for 30 seconds."
        ),
        "cannot_delete_authenticator": gettext_lazy(
            "Your task asks for a second step. Add a passkey first, then take the app away."
        ),
    }

    def encrypt(self, text: str) -> str:
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _box().decrypt(encrypted_text.encode()).decode()

    def get_totp_issuer(self) -> str:
        return NAME

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return super().get_public_key_credential_rp_entity() | {"name": NAME}

    def build_totp_svg(self, url: str) -> str:
        """Return the picture as part of a page, which a policy without data: addresses asks for."""
        svg = str(super().build_totp_svg(url))
        return svg[svg.index("<svg") :].replace("<svg ", '<svg aria-hidden="true" ', 1)

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Authenticator.Type) -> str:
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return _("Passkey %(number)s") % {"number": number}

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        others = Authenticator.objects.filter(user=authenticator.user, type__in=FACTORS)
        return not required_for(authenticator.user) or others.exclude(pk=authenticator.pk).exists()
