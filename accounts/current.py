"""The municipality that a person looks at where no plan says it: start page, imports, people.

She chooses it in the head of the page; it is kept with her session. Who belongs to one only
never sees that there is a choice.
"""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpRequest

from accounts import rights
from accounts.models import User
from activities.models import Municipality

CHOSEN = "municipality"


def municipalities_of(person: User) -> QuerySet[Municipality]:
    """Return the municipalities that a person belongs to; an operator comes to all."""
    if person.is_superuser:
        return Municipality.objects.all()
    return Municipality.objects.filter(memberships__person=person)


def enter(request: HttpRequest) -> Municipality | None:
    """Return the chosen municipality, else the first by name, and let the person stand in it.

    None for who belongs to none. An operator who comes first makes the first, still without a
    name. One query, kept for the request.
    """
    person = request.user
    if not isinstance(person, User):
        return None
    found: Municipality | None = getattr(request, "_municipality", None)
    if found is None:
        found = _chosen(request, person)
        request._municipality = found  # type: ignore[attr-defined]
    if found is None or not rights.enter(person, found):
        return None
    return found


def _chosen(request: HttpRequest, person: User) -> Municipality | None:
    own = municipalities_of(person)
    wanted = request.session.get(CHOSEN)
    chosen = own.filter(pk=wanted).first() if wanted else None
    found = chosen or own.first()
    if found is None and person.is_superuser:
        return Municipality.objects.only()
    return found


def choose(request: HttpRequest, municipality: Municipality) -> None:
    """Keep the municipality of what a person was led to, or chose, for her next pages."""
    person = request.user
    has_choice = isinstance(person, User) and (
        person.is_superuser or len(person.standing.roles) > 1
    )
    if has_choice and request.session.get(CHOSEN) != municipality.pk:
        request.session[CHOSEN] = municipality.pk
    request._municipality = municipality  # type: ignore[attr-defined]
