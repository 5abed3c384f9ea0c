"""Finding people, for who administers or reviews."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Membership
from accounts.rights import Right
from activities.typed import Typed
from mail.recipients import called
from search.ground import Ground
from search.hits import SHOWN, Group, Hit, Link


def people(wanted: Typed, ground: Ground) -> Group | None:
    """Find the municipality's people by name, user name and e-mail address; None for who may not.

    People have no search keys and are few, as in the administration. Two queries.
    """
    if not ground.person.may(Right.REVIEW):
        return None
    rows = (
        Membership.objects.filter(municipality=ground.municipality)
        .select_related("person")
        .prefetch_related("units")
        .order_by("person__first_name", "person__last_name", "person__username")
    )
    fitting = [row for row in rows if wanted.fits(*_texts(row))]
    fitting.sort(key=lambda row: wanted.rank(*_texts(row)))
    more = []
    if ground.person.may(Right.ADMINISTER):
        url = reverse("people_settings", query={"q": wanted.text})
        more = [Link(_("All people"), url)]
    hits = [_hit(ground, row) for row in fitting[:SHOWN]]
    return Group("people", _("People"), hits, len(fitting), more)


def _texts(row: Membership) -> tuple[str, ...]:
    person = row.person
    return f"{person.first_name} {person.last_name}", person.username, person.email


def _hit(ground: Ground, row: Membership) -> Hit:
    """Lead an administrator to the account, a reviewer to the queue of a unit of hers."""
    person, units = row.person, list(row.units.all())
    url = ""
    if ground.person.may(Right.ADMINISTER):
        url = reverse("person_settings", args=[person.pk])
    elif ground.leading is not None:
        plan = ground.leading.pk
        places = (ground.places.get((plan, unit.pk)) for unit in units)
        place = next((each for each in places if each), None)
        url = ground.url(plan, "review_unit", place.number) if place else ""
    names = ", ".join(unit.short for unit in units)
    closed = "" if person.is_active else _("account closed")
    below = " · ".join(filter(None, (person.username, person.email)))
    return Hit(
        called(person), url, below=below, where=tuple(filter(None, (row.task, names, closed)))
    )
