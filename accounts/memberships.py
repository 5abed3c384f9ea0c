"""Giving people their place in a municipality: the one way in which roles and units change."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from accounts.models import Membership, User
from activities.models import Department, Municipality


def put(
    person: User,
    municipality: Municipality,
    *,
    role: str = Membership.Role.READER,
    units: Iterable[Department] = (),
    coordinates: bool | None = None,
    by: User | None = None,
    reason: str = "",
) -> Membership:
    """Give a person a role and units in a municipality, in place of those she had there.

    Who has a unit coordinates; whether somebody without one is to, ``coordinates`` says, and None
    leaves it as it is. Units of another municipality raise ValueError. What does not change leaves
    no history, which names ``by``, or without one whoever acts in the request under way.
    """
    units = list(units)
    if any(unit.municipality_id != municipality.pk for unit in units):
        raise ValueError("a unit of another municipality")
    with transaction.atomic():
        found = Membership.objects.filter(person=person, municipality=municipality).first()
        membership = found or Membership(person=person, municipality=municipality)
        _sign(membership, by, reason)
        stays = membership.coordinates if coordinates is None else coordinates
        wanted = (role, stays or bool(units))
        if found is None or (membership.role, membership.coordinates) != wanted:
            membership.role, membership.coordinates = wanted
            membership.save()
        membership.units.set(units)
    person.__dict__.pop("standing", None)
    return membership


def end(person: User, municipality: Municipality, *, by: User | None, reason: str = "") -> None:
    """Take a person out of a municipality; she keeps her account and her other places."""
    found = Membership.objects.filter(person=person, municipality=municipality).first()
    if found is not None:
        _sign(found, by, reason)
        found.delete()
    person.__dict__.pop("standing", None)


def are_elsewhere(person: User, municipality: Municipality | None) -> bool:
    """Whether a person belongs to another municipality: what is her own is not this one's then.

    One query.
    """
    return person.memberships.exclude(municipality=municipality).exists()


def _sign(membership: Membership, by: User | None, reason: str) -> None:
    """Note who changes a membership and why. None must not be noted: it would hide who acts."""
    if by is not None:
        membership._history_user = by  # type: ignore[attr-defined]
    membership._change_reason = reason or None  # type: ignore[attr-defined]
