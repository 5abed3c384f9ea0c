"""Whom a typed user name or e-mail address means."""

from __future__ import annotations

from accounts.models import User


def person_called(typed: str) -> User | None:
    """Return the one person a user name or an address means; None if nobody.

    A user name goes before an address, the exact spelling before any other case. An address that
    several accounts have means the one whose owner has proven it: anybody who invites can write
    it beside another account, and must not shut her out with that. Where nobody has, it means
    the oldest of those who were ever here; the others sign in by their user names.
    """
    typed = typed.strip()
    if not typed:
        return None
    for wanted in ({"username": typed}, {"username__iexact": typed}):
        found = list(User.objects.filter(**wanted)[:2])
        if len(found) == 1:
            return found[0]
    return _owner(list(User.objects.filter(email__iexact=typed).order_by("pk")))


def _owner(found: list[User]) -> User | None:
    """Return whose an address is among those who have it, the oldest first."""
    if len(found) == 1:
        return found[0]
    proven = [person for person in found if person.proven_address == person.email]
    here_before = [person for person in found if person.last_login is not None]
    return next(iter(proven or here_before), None)


def people_at(address: str) -> list[User]:
    """Return the active people who are written to at an address."""
    return list(User.objects.filter(email__iexact=address.strip(), is_active=True))
