"""Whom a typed user name or e-mail address means."""

from __future__ import annotations

from accounts.models import User


def person_called(typed: str) -> User | None:
    """Return the one person a user name or an address means; None if nobody or several.

    A user name goes before an address, the exact spelling before any other case. Two people who
    share an address sign in by their user names.
    """
    typed = typed.strip()
    if not typed:
        return None
    for wanted in ({"username": typed}, {"username__iexact": typed}, {"email__iexact": typed}):
        found = list(User.objects.filter(**wanted)[:2])
        if len(found) == 1:
            return found[0]
    return None


def people_at(address: str) -> list[User]:
    """Return the active people who are written to at an address."""
    return list(User.objects.filter(email__iexact=address.strip(), is_active=True))
