"""Who did what, told to an auditor by role: a name only where it is asked for."""

from __future__ import annotations

from collections.abc import Mapping

from accounts.models import User
from accounts.rights import GROUPS, Role
from indicators.figures import Unit


class People:
    """The persons that the folder speaks of, each by a number; two queries.

    They are numbered in the order in which they are first named. ``number`` of None is "": nobody
    was signed in, as with a command.
    """

    def __init__(self, units: Mapping[int, Unit]) -> None:
        self._units = units
        self._numbers: dict[int, str] = {}

    def number(self, person_id: int | None) -> str:
        """Return what a person is called in every table: "P1"."""
        if person_id is None:
            return ""
        return self._numbers.setdefault(person_id, f"P{len(self._numbers) + 1}")

    def rows(self, *, with_names: bool) -> list[list[str]]:
        """Return the number, roles and units of everybody named so far, with names if asked."""
        known = User.objects.prefetch_related("groups", "departments").in_bulk(self._numbers)
        return [
            [number, *self._standing(known.get(pk)), *(_names(known.get(pk)) if with_names else ())]
            for pk, number in self._numbers.items()
        ]

    def _standing(self, person: User | None) -> tuple[str, str]:
        if person is None:
            return "", ""
        roles = {GROUPS[each.name] for each in person.groups.all() if each.name in GROUPS}
        own = [each.pk for each in person.departments.all()]
        if own:
            roles.add(Role.COORDINATOR)
        if person.is_superuser:
            roles.add(Role.ADMINISTRATOR)
        numbers = [unit.number for pk, unit in self._units.items() if pk in own]
        return ", ".join(sorted(roles)), ", ".join(numbers)


def _names(person: User | None) -> tuple[str, str]:
    return (person.get_full_name(), person.get_username()) if person else ("", "")
