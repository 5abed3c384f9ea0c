"""The departments and institutions that printed names mean, in headings and in cells."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, cast

from activities import names
from activities.models import Alias, Department, Institution, Role
from imports.comparison.fields import check_length
from imports.comparison.stored import StoredUnits
from imports.difference import Difference, Unmatched
from imports.units import KnownUnit, UnitMatch, UnitMatcher

Chosen = Mapping[str, tuple[str, int]]
"""A name as printed, and the unit that a person said it means."""


class UnitBook:
    """Every unit that a name can mean: the stored ones and, once added, the file's new ones."""

    def __init__(self, stored: StoredUnits, chosen: Chosen) -> None:
        self._stored = stored
        self._known = with_chosen(stored.known(), chosen)
        self._new: list[Department] = []
        self.matcher = UnitMatcher(self._known)

    def add(self, departments: Iterable[Department]) -> None:
        """Let cells name the departments that this very file brings."""
        self._new = list(departments)
        new = (
            KnownUnit(("new", number), unit.name, "branch" if unit.parent else "department")
            for number, unit in enumerate(self._new)
        )
        self.matcher = UnitMatcher([*self._known, *new])

    def row(self, unit: KnownUnit) -> Department | Institution:
        """Return the department or institution behind a known unit."""
        kind, number = cast("tuple[str, int]", unit.id)
        return self._new[number] if kind == "new" else self._stored.row(unit)


def with_chosen(known: Iterable[KnownUnit], chosen: Chosen) -> list[KnownUnit]:
    """Give units the names that a person said they have."""
    further: dict[tuple[str, int], list[str]] = defaultdict(list)
    for text, unit_id in chosen.items():
        further[unit_id].append(text)
    return [
        replace(unit, aliases=(*unit.aliases, *further[unit.id])) if unit.id in further else unit
        for unit in known
    ]


def new_aliases(chosen: Chosen, stored: StoredUnits) -> Iterator[Alias]:
    """Yield the aliases that a person's choices become; no query."""
    known = stored.spellings if chosen else set()
    for text, (kind, key) in chosen.items():
        if names.fold(text) not in known:
            owner = "institution" if kind == "institution" else "department"
            yield stored.spelling(text, **{f"{owner}_id": key})


class CellUnits:
    """The units that cells name; what nobody knows becomes an institution to check."""

    def __init__(self, difference: Difference, book: UnitBook) -> None:
        self._difference = difference
        self._book = book
        self._read: dict[str, list[Department | Institution]] = {}
        self._strangers: dict[str, Institution] = {}

    def roles(self, responsible: str, supporting: str, where: str) -> Iterator[dict[str, Any]]:
        """Yield role, position and unit for every unit that the two cells name."""
        for role, text in ((Role.RESPONSIBLE, responsible), (Role.SUPPORTING, supporting)):
            for position, unit in enumerate(self.of(text, where)):
                kind = "department" if isinstance(unit, Department) else "institution"
                yield {"role": role, "position": position, kind: unit}

    def of(self, text: str, where: str) -> list[Department | Institution]:
        """Return the units of a cell, each once."""
        if text not in self._read:
            units = [self._unit(match, where) for match in self._book.matcher.split(text)]
            # By identity: what is not saved yet has no key to compare by.
            self._read[text] = list({id(unit): unit for unit in units}.values())
        return self._read[text]

    def _unit(self, match: UnitMatch, where: str) -> Department | Institution:
        if match.unit is not None:
            return self._book.row(match.unit)
        key = names.fold(match.text)
        if key not in self._strangers:
            self._strangers[key] = self._stranger(match, where)
        return self._strangers[key]

    def _stranger(self, match: UnitMatch, where: str) -> Institution:
        institution = Institution(
            name=match.text, to_check=True, municipality=self._difference.plan.municipality
        )
        check_length(self._difference, institution, "name", where, "")
        self._difference.new_institutions.append(institution)
        self._difference.unmatched.append(Unmatched(match.text, where, match.guesses))
        return institution
