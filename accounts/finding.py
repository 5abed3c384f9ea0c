"""Whom a typed user name or e-mail address means.

Anybody who invites can write any address beside an account, also one of another municipality. So
an address means whoever has proven it, then whoever has had it longest.
"""

from __future__ import annotations

import datetime

from accounts.models import User


def person_called(typed: str) -> User | None:
    """Return the one person a user name or an address means; None if nobody.

    A user name goes before an address, the exact spelling before any other case. A user name that
    is somebody's address is hers who has proven the address. Up to three queries, and one for each
    of several people who share an address.
    """
    typed = typed.strip()
    if not typed:
        return None
    named = _named(typed)
    if named is not None and "@" not in typed:
        return named
    found = list(User.objects.filter(email__iexact=typed).order_by("pk"))
    if named is None or named in found:
        return owner(found) or named
    return _longest([person for person in found if person.has_proven_address]) or named


def people_at(address: str) -> list[User]:
    """Return the active people who are written to at an address.

    Where anybody has proven it, only who has: a letter about another's account that she opened
    would prove that one, too.
    """
    found = User.objects.filter(email__iexact=address.strip(), is_active=True).order_by("pk")
    return _proven_or_all(list(found))


def vouched_at(address: str) -> User | None:
    """Return whom an address that a provider vouches for lets in; None if nobody.

    Of several who have not proven it nobody is guessed: she would come into another's account.
    """
    found = people_at(address)
    if len(found) > 1 and not found[0].has_proven_address:
        return None
    return _longest(found)


def _named(typed: str) -> User | None:
    for wanted in ({"username": typed}, {"username__iexact": typed}):
        found = list(User.objects.filter(**wanted)[:2])
        if len(found) == 1:
            return found[0]
    return None


def owner(found: list[User]) -> User | None:
    """Return whose an address is among those who have it.

    A closed account does not count beside an open one, nor an unproven beside a proven one. Where
    nobody has proven it, it is hers who was ever here; the others sign in by their user names.
    """
    found = _proven_or_all([person for person in found if person.is_active] or found)
    if len(found) < 2 or found[0].has_proven_address:
        return _longest(found)
    return _longest([person for person in found if person.last_login is not None])


def _proven_or_all(found: list[User]) -> list[User]:
    return [person for person in found if person.has_proven_address] or found


def _longest(found: list[User]) -> User | None:
    """Return who has had her address longest; an older account may have got it yesterday."""
    if len(found) < 2:
        return next(iter(found), None)
    return min(found, key=lambda person: (_since(person), person.pk))


def _since(person: User) -> datetime.datetime:
    """Return since when a person has her address, as her history tells; one query."""
    since = None
    newest_first = person.history.order_by("-history_date", "-history_id")
    for address, at in newest_first.values_list("email", "history_date"):
        if address.lower() != person.email.lower():
            return since or at
        since = at
    return person.date_joined
