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
    by: User | None = None,
    reason: str = "",
) -> Membership:
    """Give a person a role and units in a municipality, in place of those she had there.

    Units of another municipality raise ValueError. What does not change leaves no history.
    """
    units = list(units)
    if any(unit.municipality_id != municipality.pk for unit in units):
        raise ValueError("a unit of another municipality")
    with transaction.atomic():
        found = Membership.objects.filter(person=person, municipality=municipality).first()
        membership = found or Membership(person=person, municipality=municipality)
        membership._history_user = by  # type: ignore[attr-defined]
        membership._change_reason = reason or None  # type: ignore[attr-defined]
        if found is None or membership.role != role:
            membership.role = role
            membership.save()
        membership.units.set(units)
    person.__dict__.pop("standing", None)
    return membership


def end(person: User, municipality: Municipality, *, by: User | None, reason: str = "") -> None:
    """Take a person out of a municipality; she keeps her account and her other places."""
    found = Membership.objects.filter(person=person, municipality=municipality).first()
    if found is not None:
        found._history_user = by  # type: ignore[attr-defined]
        found._change_reason = reason or None  # type: ignore[attr-defined]
        found.delete()
    person.__dict__.pop("standing", None)
