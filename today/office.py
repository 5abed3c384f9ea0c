"""What waits for an administrator: people, units, files and names that nobody has settled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Membership
from activities.models import Institution, Municipality, Plan
from imports.models import ImportBatch
from indicators.models import Indicator
from mail.recipients import reporting_units

if TYPE_CHECKING:
    from collections.abc import Iterable

# So many names say what is meant; the rest is found where it is done.
NAMED = 6


@dataclass(frozen=True, slots=True)
class Errand:
    """One kind of thing to settle: how many there are, the first by name, where it is done."""

    text: str
    count: int
    url: str
    named: tuple[str, ...] = ()

    @property
    def has_more(self) -> bool:
        return self.count > len(self.named) > 0


def errands(municipality: Municipality, plans: Iterable[Plan]) -> list[Errand]:
    """Return what there is to settle, nothing that there is none of; seven queries and no more."""
    plans = list(plans)
    found = (
        _units_without_coordinator(plans),
        _people_without_unit(municipality),
        _files(municipality),
        _names(municipality),
        *_unconfirmed(plans),
    )
    return [each for each in found if each.count]


def _units_without_coordinator(plans: list[Plan]) -> Errand:
    """Return the units with indicators in use that nobody can be written to about."""
    alone = [str(unit) for unit in reporting_units(plans).alone]
    told = ngettext("unit without a coordinator", "units without a coordinator", len(alone))
    return _errand(told, alone, "people_settings")


def _people_without_unit(municipality: Municipality) -> Errand:
    """Return who is to coordinate and has no unit; a reader is meant to have none."""
    found = (
        Membership.objects.filter(
            municipality=municipality, coordinates=True, units=None, person__is_active=True
        )
        .select_related("person")
        .order_by("person__username")
    )
    names = [each.person.get_full_name() or each.person.get_username() for each in found]
    told = ngettext("person without a unit", "people without a unit", len(names))
    errand = _errand(told, names, "people_settings")
    return Errand(told, errand.count, f"{errand.url}?task=unplaced", errand.named)


def _files(municipality: Municipality) -> Errand:
    """Return the files whose preview nobody has applied or left."""
    waiting = ImportBatch.objects.filter(municipality=municipality, state=ImportBatch.State.PREVIEW)
    names = list(waiting.values_list("file_name", flat=True))
    told = ngettext("import to finish", "imports to finish", len(names))
    return _errand(told, names, "import_list")


def _names(municipality: Municipality) -> Errand:
    """Return the institutions that an import made of a name nobody knew."""
    found = Institution.objects.filter(municipality=municipality, to_check=True)
    names = list(found.values_list("name", flat=True))
    told = ngettext("name to check", "names to check", len(names))
    return _errand(told, names, "name_settings")


def _unconfirmed(plans: list[Plan]) -> list[Errand]:
    """Return of each plan how many indicators nobody has said how to count; one query."""
    rows = Indicator.objects.in_use().filter(activity__plan__in=plans, kind_confirmed=False)
    counts = dict(rows.order_by().values_list("activity__plan").annotate(n=Count("pk")))
    return [
        Errand(
            _("indicators whose counting nobody has confirmed"),
            counts.get(plan.pk, 0),
            reverse("kinds", args=[plan.slug]),
            (str(plan),) if len(plans) > 1 else (),
        )
        for plan in plans
    ]


def _errand(text: str, names: list[str], page: str) -> Errand:
    return Errand(text, len(names), reverse(page), tuple(names[:NAMED]))
