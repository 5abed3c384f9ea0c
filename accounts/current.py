"""The municipality that a person looks at where no plan says it: start page, imports, people.

She chooses it in the head of the page; it is kept with her session. Who belongs to one only
never sees that there is a choice.
"""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts import rights
from accounts.models import User, task_of
from activities.models import Municipality

CHOSEN = "municipality"


def municipalities_of(person: User) -> QuerySet[Municipality]:
    """Return the municipalities that a person belongs to; an operator comes to all."""
    if person.is_superuser:
        return Municipality.objects.all()
    return Municipality.objects.filter(memberships__person=person)


def has_choice(person: User) -> bool:
    """Whether a person comes to more than one municipality; a query for operators only."""
    return _could_choose(person) and (
        not person.is_superuser or len(Municipality.objects.order_by()[:2]) > 1
    )


def _could_choose(person: User) -> bool:
    """Whether she belongs to several, or is an operator, who comes to all there are; no query."""
    return person.is_superuser or len(person.standing.roles) > 1


def tasks_of(person: User) -> dict[int, str]:
    """Return in a word what a person is in each of her municipalities, by its id; no query."""
    return {pk: task_of(role) for pk, role in person.standing.roles.items()}


def in_head(request: HttpRequest) -> dict[str, Any]:
    """Tell the head of every page its municipality, where there are several to choose from."""
    return {"chosen_municipality": SimpleLazyObject(lambda: _of_choice(request))}


def _of_choice(request: HttpRequest) -> Municipality | None:
    person = getattr(request, "user", None)
    if not isinstance(person, User) or not has_choice(person):
        return None
    return _shown(request, person)


def enter(request: HttpRequest) -> Municipality | None:
    """Return the chosen municipality, else the first by name, and let the person stand in it.

    None for who belongs to none. An operator who comes first makes the first, still without a
    name. One query, kept for the request.
    """
    person = request.user
    if not isinstance(person, User):
        return None
    found = _shown(request, person)
    return found if found is not None and rights.enter(person, found) else None


def _shown(request: HttpRequest, person: User) -> Municipality | None:
    """Return what the request's pages show, kept for the request; see ``enter``."""
    if not hasattr(request, "_municipality"):
        request._municipality = _chosen(request, person)  # type: ignore[attr-defined]
    found: Municipality | None = request._municipality  # type: ignore[attr-defined]
    return found


def _chosen(request: HttpRequest, person: User) -> Municipality | None:
    own = municipalities_of(person)
    wanted = request.session.get(CHOSEN)
    chosen = own.filter(pk=wanted).first() if wanted else None
    found = chosen or own.first()
    if found is None and person.is_superuser:
        return Municipality.objects.the_only()
    return found


def choose(request: HttpRequest, municipality: Municipality) -> None:
    """Keep the municipality of what a person was led to, or chose, for her next pages."""
    person = request.user
    chooses = isinstance(person, User) and _could_choose(person)
    if chooses and request.session.get(CHOSEN) != municipality.pk:
        request.session[CHOSEN] = municipality.pk
    request._municipality = municipality  # type: ignore[attr-defined]
