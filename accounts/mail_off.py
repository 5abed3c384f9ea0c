"""The link at the end of an optional e-mail that turns such e-mails off without signing in.

The token holds nothing but the person's number, signed. It does not run out: it can only turn
e-mails off, and an old e-mail's link has to go on working.
"""

from __future__ import annotations

from django.core import signing
from django.urls import reverse

from accounts.models import User

SALT = "accounts.mail_off"


def link(person: User) -> str:
    """Return the address, without the site, that turns off a person's optional e-mails."""
    return reverse("mail_off", args=[signing.dumps(person.pk, salt=SALT)])


def person_of(token: str) -> User | None:
    """Return whom a token was made for; None if nobody or if it was not made here."""
    try:
        key = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    return User.objects.filter(pk=key).first()
