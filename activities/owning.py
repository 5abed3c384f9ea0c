"""To which municipality something belongs that comes in from outside: a file, a command."""

from __future__ import annotations

from activities import names
from activities.models import Municipality
from activities.sentences import Sentence
from activities.sentences import noop as _


def municipality_named(name: str = "") -> Municipality:
    """Return the municipality of a name in any spelling, the only one without any.

    A new name makes one, not saved yet; the one that nobody has named so far takes it, not saved
    either: see ``keep``. Raise Sentence where there are several and none is named.
    """
    name = names.repair(name)
    if not name:
        return _the_only()
    found = Municipality.objects.filter(name_key=names.fold(name)).first()
    if found is not None:
        return found
    nameless = Municipality.objects.filter(name_key="").first()
    if nameless is None:
        return Municipality(name=name)
    nameless.name = name
    return nameless


def _the_only() -> Municipality:
    """Return the only municipality, a new one where there is none; raise Sentence for several."""
    found = list(Municipality.objects.order_by("pk")[:2])
    if len(found) > 1:
        raise Sentence(_("There are several municipalities; say which with --municipality."))
    return found[0] if found else Municipality()


def keep(municipality: Municipality) -> Municipality:
    """Save a municipality that is new or has just got its name; one query, two with a change."""
    stored = Municipality.objects.filter(pk=municipality.pk).values_list("name", flat=True)
    if list(stored) != [municipality.name]:
        municipality.save()
    return municipality
