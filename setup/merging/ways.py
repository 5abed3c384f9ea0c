"""How everything that points at a unit moves to another: one way for each relation.

``hanging.relations`` finds the relations in the models; a test holds that each has its way here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import ngettext

from accounts import memberships
from accounts.models import Membership
from activities import names
from activities.models import Activity, ActivityUnit, Alias, Department, Extension, Institution
from imports.models import ImportBatch
from indicators.models import IndicatorUnit, Notice
from setup.acts import Act

Unit = Department | Institution
ACTIVITIES = "activities.activity.department"


@dataclass(frozen=True, slots=True)
class Merger:
    """Which unit goes, and into which; ``act`` is who does it and why."""

    going: Department
    staying: Department
    act: Act


@dataclass(frozen=True, slots=True)
class Way:
    """How what points at a unit moves, and how it is called where its number is told."""

    label: Callable[[int], str]
    move: Callable[[Merger], None]


WAYS: dict[str, Way] = {}
"""By relation, in the order in which they move."""


def moves(relation: str, label: Callable[[int], str]) -> Callable[[Any], Any]:
    """Register how what a relation points from moves."""

    def register(move: Callable[[Merger], None]) -> Callable[[Merger], None]:
        WAYS[relation] = Way(label, move)
        return move

    return register


# --- Roles and spellings, which institutions have, too ---


def doubled(
    model: type[models.Model], owner: str, going: Unit, staying: Unit
) -> models.QuerySet[Any]:
    """Return the roles of a unit in which the other stands at the same activity, too."""
    rows: Any = model._default_manager
    same = rows.filter(
        **{
            owner: models.OuterRef(owner),
            "role": models.OuterRef("role"),
            column(staying): staying,
        }
    )
    return rows.filter(models.Exists(same), **{column(going): going}).order_by("pk")


def column(unit: Unit) -> str:
    return "department" if isinstance(unit, Department) else "institution"


def new_spellings(going: Unit, staying: Unit) -> tuple[list[str], dict[str, str]]:
    """Return the names of the unit that goes that become spellings, and those others have.

    What leads to the staying unit anyway is in neither.
    """
    texts = {
        names.fold(text): text
        for text in (going.name, getattr(going, "short_name", ""))
        if names.fold(text)
    }
    own = {names.fold(staying.name), names.fold(getattr(staying, "short_name", ""))}
    here = {"municipality": staying.municipality_id}
    spelt = Alias.objects.filter(**here, key__in=texts).select_related("department", "institution")
    taken = {alias.key: alias.department or alias.institution for alias in spelt}
    for model in (Department, Institution):
        named: Any = model._default_manager.filter(**here, name_key__in=texts)
        taken |= {unit.name_key: unit for unit in named if unit not in (going, staying)}
    others = {texts[key]: str(unit) for key, unit in taken.items() if unit not in (going, staying)}
    return [text for key, text in texts.items() if key not in {*own, *taken}], others


# --- The ways, as they are told ---


@moves(ACTIVITIES, lambda n: ngettext("activity", "activities", n))
def _move_activities(merger: Merger) -> None:
    activities = list(Activity.objects.filter(department=merger.going))
    for activity in activities:
        activity.department = merger.staying
    merger.act.update(activities, "department")


@moves(
    "activities.activityunit.department",
    lambda n: ngettext("part in an activity", "parts in activities", n),
)
def _move_roles(merger: Merger) -> None:
    move_roles(ActivityUnit, "activity", merger.going, merger.staying, merger.act)


@moves(
    "indicators.indicatorunit.department",
    lambda n: ngettext("part in a single indicator", "parts in single indicators", n),
)
def _move_own_roles(merger: Merger) -> None:
    move_roles(IndicatorUnit, "indicator", merger.going, merger.staying, merger.act)


def move_roles(model: type[models.Model], owner: str, going: Unit, staying: Unit, act: Act) -> None:
    """Give a unit's roles to another; where that one stands in the same role already, it stays."""
    for row in doubled(model, owner, going, staying):
        act.delete(row)
    rows: list[Any] = list(model._default_manager.filter(**{column(going): going}))
    for row in rows:
        setattr(row, column(going), None)
        setattr(row, column(staying), staying)
    act.update(rows, "department", "institution")


@moves(
    "accounts.membership_units.department",
    lambda n: ngettext("coordinator", "coordinators", n),
)
def _move_coordinators(merger: Merger) -> None:
    found = Membership.objects.filter(units=merger.going).select_related("person", "municipality")
    for membership in found:
        units = {*membership.units.all(), merger.staying} - {merger.going}
        memberships.put(
            membership.person,
            membership.municipality,
            role=membership.role,
            units=units,
            by=merger.act.person,
            reason=merger.act.reason,
        )


@moves(
    "activities.plandepartment.department",
    lambda n: ngettext("number in a plan", "numbers in plans", n),
)
def _move_numbers(merger: Merger) -> None:
    kept = set(merger.staying.places.values_list("plan", flat=True))
    for place in merger.going.places.all():
        if place.plan_id in kept:
            merger.act.delete(place)
        else:
            place.department = merger.staying
            merger.act.save(place)


@moves(
    "activities.alias.department",
    lambda n: ngettext("spelling", "spellings", n),
)
def _move_spellings(merger: Merger) -> None:
    move_spellings(merger.going, merger.staying, merger.act)


def move_spellings(going: Unit, staying: Unit, act: Act) -> None:
    """Let a unit's spellings and its own names lead to another; nobody else's name is taken."""
    new, _elsewhere = new_spellings(going, staying)
    spellings = list(Alias.objects.filter(**{column(going): going}))
    for alias in spellings:
        setattr(alias, column(going), None)
        setattr(alias, column(staying), staying)
    act.update(spellings, "department", "institution")
    for text in new:
        act.save(Alias(text=text, municipality=staying.municipality, **{column(staying): staying}))


@moves(
    "activities.extension.department",
    lambda n: ngettext("extension of a year", "extensions of years", n),
)
def _move_extensions(merger: Merger) -> None:
    kept = {each.period_id: each for each in merger.staying.extensions.all()}
    moved: list[Extension] = []
    for each in merger.going.extensions.all():
        other = kept.get(each.period_id)
        if other is None:
            each.department = merger.staying
            moved.append(each)
            continue
        if each.until > other.until:
            other.until, other.reason, other.granted_by = each.until, each.reason, each.granted_by
            moved.append(other)
        merger.act.delete(each)
    # Not saved one by one: that would say that they were granted now.
    merger.act.update(moved, "department", "until", "reason", "granted_by")


@moves(
    "activities.department.parent",
    lambda n: ngettext("branch", "branches", n),
)
def _move_branches(merger: Merger) -> None:
    branches = list(merger.going.branches.all())
    for branch in branches:
        branch.parent = merger.staying
    merger.act.update(branches, "parent")


@moves(
    "indicators.notice.department",
    lambda n: ngettext("notice to a person", "notices to people", n),
)
def _move_notices(merger: Merger) -> None:
    # What was written to whom has no history: it is one.
    Notice.objects.filter(department=merger.going).update(department=merger.staying)


def repoint_previews(going: Unit, staying: Unit) -> None:
    """Let names that were said to mean a unit mean the other, in previews nobody has applied."""
    waiting = ImportBatch.objects.filter(
        municipality=staying.municipality_id, state=ImportBatch.State.PREVIEW
    )
    old, new = [column(going), going.pk], [column(staying), staying.pk]
    for batch in waiting.defer("changes", "record"):
        said: Mapping[str, Any] = batch.choices.get("aliases", {})
        if old in said.values():
            aliases = {text: new if unit == old else unit for text, unit in said.items()}
            batch.choices = {**batch.choices, "aliases": aliases}
            batch.save(update_fields=["choices"])
