"""Who may do what: one table of roles and rights, and everything that asks it.

Views, administration, API, templates and the SQL that narrows lists ask here and nowhere else.
A person is a reader by signing in, a coordinator of the units given to her, a reviewer or an
administrator by her groups; the installation's operator (superuser) is an administrator too.
The same table for people: docs/domain.md, "Who may do what"; a test holds both together.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from accounts.models import User


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
    Right.TAG: frozenset((A,)),
    Right.COPY_PLANS: frozenset((A,)),
    Right.ADMINISTER: frozenset((A,)),
}
# The groups that give a role for every unit, by the names they have in the database.
REVIEWER, ADMINISTRATOR = "reviewer", "administrator"
GROUPS: Mapping[str, Role] = {REVIEWER: V, ADMINISTRATOR: A}


def groups_with(right: Right) -> frozenset[str]:
    """Return the groups that give a right for every unit: for the SQL that decides it."""
    return frozenset(name for name, role in GROUPS.items() if role in RIGHTS[right])


def roles_of(person: User, unit: int | None = None) -> frozenset[Role]:
    """Return a person's roles: for every unit, or with those for one unit by its id."""
    roles = {R, *(GROUPS[name] for name in person.group_names if name in GROUPS)}
    if person.is_superuser:
        roles.add(A)
    if unit is not None and unit in person.unit_ids:
        roles.add(C)
    return frozenset(roles)


def may(person: User, right: Right, unit: int | None = None) -> bool:
    """Whether a person has a right: everywhere, or for one unit by its id."""
    return bool(roles_of(person, unit) & RIGHTS[right])


def may_somewhere(person: User, right: Right) -> bool:
    """Whether a person has a right for any unit at all."""
    return may(person, right) or (C in RIGHTS[right] and bool(person.unit_ids))
