"""Who may do what: one table of roles and rights, and everything that asks it.

Views, administration, API, templates and the SQL that narrows lists ask here and nowhere else.
A right is held in a municipality. Who belongs to one is its reader; her membership makes her a
reviewer or an administrator there, and the units given to her make a coordinator. The
installation's operator (superuser) is apart: belonging nowhere, and an administrator everywhere.

Rights are asked where a person stands, which is the municipality of what she looks at: every way
to a plan, a file or a list goes through ``enter``. Who stands nowhere may do nothing.

The same table for people: docs/domain.md, "Who may do what"; a test holds both together.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

from activities.models import Plan

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import User


class Placed(Protocol):
    """Whatever belongs to a municipality: a plan, a unit, an import, the municipality itself."""

    @property
    def municipality_id(self) -> Any: ...


class Role(StrEnum):
    READER = "reader"
    COORDINATOR = "coordinator"
    REVIEWER = "reviewer"
    ADMINISTRATOR = "administrator"


class Right(StrEnum):
    """What can be done. A coordinator holds a right for her own units only."""

    READ = "read"
    SEE_DRAFTS = "see_drafts"
    ENTER = "enter"
    RECALL = "recall"
    ANSWER = "answer"
    CHANGE_PLANNED = "change_planned"
    REVIEW = "review"
    CORRECT = "correct"
    CORRECT_PUBLISHED = "correct_published"
    RUN_PERIODS = "run_periods"
    PUBLISH_ANYWAY = "publish_anyway"
    PUBLISH_AGAIN = "publish_again"
    IMPORT = "import"
    COUNT_PEOPLE = "count_people"
    TAG = "tag"
    COPY_PLANS = "copy_plans"
    ADMINISTER = "administer"


R, C, V, A = Role.READER, Role.COORDINATOR, Role.REVIEWER, Role.ADMINISTRATOR
RIGHTS: Mapping[Right, frozenset[Role]] = {
    Right.READ: frozenset((R, C, V, A)),
    Right.SEE_DRAFTS: frozenset((C, V, A)),
    Right.ENTER: frozenset((C, V, A)),
    # Reviewers return a value, with a note.
    Right.RECALL: frozenset((C,)),
    Right.ANSWER: frozenset((C, V, A)),
    Right.CHANGE_PLANNED: frozenset((V, A)),
    Right.REVIEW: frozenset((V, A)),
    Right.CORRECT: frozenset((V, A)),
    Right.CORRECT_PUBLISHED: frozenset((A,)),
    Right.RUN_PERIODS: frozenset((V, A)),
    Right.PUBLISH_ANYWAY: frozenset((A,)),
    Right.PUBLISH_AGAIN: frozenset((A,)),
    Right.IMPORT: frozenset((A,)),
    Right.COUNT_PEOPLE: frozenset((V, A)),
    Right.TAG: frozenset((A,)),
    Right.COPY_PLANS: frozenset((A,)),
    Right.ADMINISTER: frozenset((A,)),
}
REVIEWER, ADMINISTRATOR = V, A
# What a membership makes of a person for every unit of its municipality.
OF_MEMBERSHIP = (R, V, A)


def roles_with(right: Right) -> frozenset[str]:
    """Return the memberships that give a right for every unit: for the SQL that decides it."""
    return frozenset(role.value for role in OF_MEMBERSHIP if role in RIGHTS[right])


def enter(person: User, place: Placed) -> bool:
    """Let a person stand in the municipality of a place; whether she may read anything there."""
    person.stands_in = place.municipality_id
    return may(person, Right.READ)


def plans_of(person: User) -> QuerySet[Plan]:
    """Return the plans that a person may read: those of her municipalities, an operator all."""
    if person.is_superuser:
        return Plan.objects.all()
    return Plan.objects.filter(municipality__in=person.standing.roles)


def roles_of(person: User, unit: int | None = None) -> frozenset[Role]:
    """Return a person's roles where she stands: for every unit, or with those for one by its id."""
    roles = {R, A} if person.is_superuser else set()
    if person.stands_in is None:
        return frozenset(roles)
    held = person.standing.roles.get(person.stands_in)
    if held is not None:
        roles |= {R, Role(held)}
    if unit is not None and person.standing.units.get(unit) == person.stands_in:
        roles.add(C)
    return frozenset(roles)


def roles_anywhere(person: User) -> frozenset[Role]:
    """Return what a person is in any municipality, for what signing in alone decides."""
    held = {Role(role) for role in person.standing.roles.values()}
    units = {C} if person.standing.units else set()
    return frozenset({R, *held, *units, *({A} if person.is_superuser else ())})


def may(person: User, right: Right, unit: int | None = None) -> bool:
    """Whether a person has a right where she stands: for every unit, or for one by its id."""
    return bool(roles_of(person, unit) & RIGHTS[right])


def may_somewhere(person: User, right: Right) -> bool:
    """Whether a person has a right for any unit where she stands."""
    own = person.standing.units.values()
    return may(person, right) or (C in RIGHTS[right] and person.stands_in in own)
