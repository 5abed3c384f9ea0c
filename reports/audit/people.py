"""Who did what, told to an auditor by role: a name only where it is asked for."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Prefetch

from accounts.models import Membership, User
from accounts.rights import Role
from indicators.figures import Unit


class People:
    """The persons that the folder speaks of, each by a number; two queries.

    They are numbered in the order in which they are first named; roles are those they have in the
    municipality. ``number`` of None is "": nobody was signed in, as with a command.
    """

    def __init__(self, municipality: int, units: Mapping[int, Unit]) -> None:
        self._municipality = municipality
        self._units = units
        self._numbers: dict[int, str] = {}

    def number(self, person_id: int | None) -> str:
        """Return what a person is called in every table: "P1"."""
        if person_id is None:
            return ""
        return self._numbers.setdefault(person_id, f"P{len(self._numbers) + 1}")

    def rows(self, *, with_names: bool) -> list[list[str]]:
        """Return the number, roles and units of everybody named so far, with names if asked."""
        own = Membership.objects.filter(municipality=self._municipality).prefetch_related("units")
        known = User.objects.prefetch_related(Prefetch("memberships", own, to_attr="here")).in_bulk(
            self._numbers
        )
        return [
            [number, *self._standing(known.get(pk)), *(_names(known.get(pk)) if with_names else ())]
            for pk, number in self._numbers.items()
        ]

    def _standing(self, person: User | None) -> tuple[str, str]:
        if person is None:
            return "", ""
        here: list[Membership] = person.here  # type: ignore[attr-defined]
        roles = {Role(each.role) for each in here} - {Role.READER}
        own = [unit.pk for each in here for unit in each.units.all()]
        if own:
            roles.add(Role.COORDINATOR)
        if person.is_superuser:
            roles.add(Role.ADMINISTRATOR)
        numbers = [unit.number for pk, unit in self._units.items() if pk in own]
        return ", ".join(sorted(roles)), ", ".join(numbers)


def _names(person: User | None) -> tuple[str, str]:
    return (person.get_full_name(), person.get_username()) if person else ("", "")
