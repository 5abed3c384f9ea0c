"""The link at the end of an optional e-mail that turns such e-mails off without signing in.

The token holds nothing but the person's number and which e-mails, signed. It does not run out: it
can only turn e-mails off, and an old e-mail's link has to go on working.
"""

from __future__ import annotations

from enum import StrEnum

from django.core import signing
from django.urls import reverse

from accounts.models import User

SALT = "accounts.mail_off"


class Optional(StrEnum):
    """Which e-mails are turned off: the name of the person's field that says so."""

    REMINDERS = "wants_reminders"
    WEEKLY = "wants_weekly"


def link(person: User, what: Optional = Optional.REMINDERS) -> str:
    """Return the address, without the site, that turns off a person's optional e-mails."""
    # Links to reminders have held the number alone since there was nothing else.
    told = person.pk if what is Optional.REMINDERS else [person.pk, what.value]
    return reverse("mail_off", args=[signing.dumps(told, salt=SALT)])


def told_by(token: str) -> tuple[User, Optional] | None:
    """Return whose token it is and for which e-mails; None if it was not made here."""
    try:
        told = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    key, what = told if isinstance(told, list) else (told, Optional.REMINDERS)
    person = User.objects.filter(pk=key).first()
    return (person, Optional(what)) if person is not None else None
