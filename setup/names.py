"""Names that files brought and nobody knew: what each stands in, whom it may mean, deciding it.

An import makes an institution "to check" of such a name. Deciding says which unit or institution it
is, of which it becomes a spelling, or that it is one of its own; then no file asks again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import cast

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from activities import names
from activities.models import (
    ActivityUnit,
    Alias,
    Department,
    Institution,
    Municipality,
    Plan,
    Role,
)
from imports.comparison.stored import StoredUnits
from imports.units import UnitMatcher
from indicators.models import IndicatorUnit
from setup.acts import Act
from setup.hanging import relations
from setup.merging import hold_plans
from setup.merging.ways import Unit, move_roles, move_spellings, repoint_previews

# What points at an institution; each is moved by ``_absorb``.
MOVED = (
    "activities.activityunit.institution",
    "indicators.indicatorunit.institution",
    "activities.alias.institution",
)
OWN = "own"
SHOWN = 50  # names on a page


@dataclass(slots=True)
class UnknownName:
    """A name that nobody has decided on, and the activities it stands in, by code.

    ``sure`` is the unit that the next file would take it for, "" where it would ask; ``guesses``
    are those it resembles, best first. Both are values of a choice: "department:7".
    """

    institution: Institution
    responsible: list[str] = field(default_factory=list)
    supporting: list[str] = field(default_factory=list)
    sure: str = ""
    guesses: tuple[str, ...] = ()

    @property
    def first_code(self) -> str:
        return min((*self.responsible, *self.supporting), key=names.code_key, default="")


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person said of a name: which unit it is, None for one of its own, and its name."""

    institution: int
    means: Unit | None
    name: str = ""


def to_check(municipality: Municipality) -> list[UnknownName]:
    """Return the names to decide on, by name; eight queries, whatever their number."""
    found = {
        each.pk: UnknownName(each)
        for each in Institution.objects.filter(municipality=municipality, to_check=True)
    }
    if not found:
        return []
    for institution, role, codes in _roles(found):
        name = found[institution]
        (name.responsible if role == Role.RESPONSIBLE else name.supporting).extend(codes)
    _guess(municipality, found)
    return list(found.values())


def _roles(found: Iterable[int]) -> Iterable[tuple[int, str, list[str]]]:
    """Yield each institution's activities in a role by their codes, each activity once."""
    activities: dict[tuple[int, str], dict[int, str]] = defaultdict(dict)
    for model, path in ((ActivityUnit, "activity"), (IndicatorUnit, "indicator__activity")):
        rows = model.objects.filter(institution__in=list(found)).order_by()
        for institution, role, activity, code in rows.values_list(
            "institution", "role", path, f"{path}__code"
        ):
            activities[institution, role][activity] = code
    for (institution, role), codes in activities.items():
        yield institution, role, sorted(codes.values(), key=names.code_key)


def _guess(municipality: Municipality, found: dict[int, UnknownName]) -> None:
    """Ask the matcher of imports whom each name would mean if it came in a file now."""
    plan = municipality.plans.first() or Plan(municipality=municipality)
    unknown = {("institution", key) for key in found}
    known = [unit for unit in StoredUnits(plan).known() if unit.id not in unknown]
    matcher = UnitMatcher(known)
    for name in found.values():
        match = matcher.match(name.institution.name)
        guessed = (match.unit,) if match.unit else match.guesses
        values = tuple("{}:{}".format(*cast("tuple[str, int]", unit.id)) for unit in guessed)
        name.sure = values[0] if match.unit else ""
        name.guesses = values


@transaction.atomic
def decide(municipality: Municipality, decisions: Iterable[Decision], *, person: User) -> int:
    """Carry out what was said of names; return of how many, those decided meanwhile left out."""
    if missing := relations(Institution).keys() - set(MOVED):
        raise NotImplementedError(f"no way to move {', '.join(sorted(missing))}")
    hold_plans(municipality)
    wanted = {each.institution: each for each in decisions}
    waiting = Institution.objects.filter(
        municipality=municipality, to_check=True, pk__in=list(wanted)
    )
    held = list(waiting.select_for_update(of=("self",)).order_by("pk"))
    for institution in held:
        decision = wanted[institution.pk]
        if decision.means is None:
            _keep(institution, decision.name or institution.name, person)
        else:
            _absorb(institution, decision.means, person)
    return len(held)


def _keep(institution: Institution, name: str, person: User) -> None:
    """Let a name be an institution of its own, under another name if one was written."""
    before = institution.name
    institution.name, institution.to_check = name, False
    act = Act(person, _("Name from a file, decided: an institution of its own"))
    act.save(institution)
    is_free = not Alias.objects.filter(
        municipality=institution.municipality_id, key=names.fold(before)
    ).exists()
    if names.fold(before) != names.fold(name) and is_free:
        act.save(Alias(text=before, institution=institution, municipality=institution.municipality))


def _absorb(institution: Institution, unit: Unit, person: User) -> None:
    """Let a name be another unit's: its parts in activities and its spellings move there."""
    told = _("Name from a file, decided: “%(name)s” is “%(unit)s”")
    act = Act(person, told % {"name": institution.name, "unit": unit})
    move_roles(ActivityUnit, "activity", institution, unit, act)
    move_roles(IndicatorUnit, "indicator", institution, unit, act)
    move_spellings(institution, unit, act)
    repoint_previews(institution, unit)
    act.delete(institution)


def unit_of(municipality: Municipality, value: str) -> Unit | None:
    """Return the unit of a choice's value in a municipality; None where there is none."""
    kind, _colon, key = value.partition(":")
    if not key.isdecimal():
        return None
    if kind == "department":
        return Department.objects.filter(municipality=municipality, pk=key).first()
    known = Institution.objects.filter(municipality=municipality, to_check=False)
    return known.filter(pk=key).first() if kind == "institution" else None
