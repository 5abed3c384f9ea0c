"""What the plan has and the file lacks: told, kept, and retired where a person said so."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from django.utils import timezone

from activities.models import Period
from activities.sentences import Sentence
from imports.comparison.stored import StoredPlan
from imports.difference import Difference, Owner, RowPlace
from imports.table import FileProblem
from indicators import kinds
from indicators.models import Indicator


def note_missing(
    difference: Difference,
    stored: StoredPlan,
    owners: Iterable[Owner],
    *,
    seen: Collection[int],
    to_retire: Collection[int],
    reason: str,
) -> None:
    """Tell the stored indicators, of units in the file, that the file does not hold.

    ``seen`` holds the ids of those it holds, ``to_retire`` of those to be retired if it does not;
    where settled years count them, only with a reason.
    """
    for indicator, place in _missing(stored, owners, seen):
        difference.missing += 1
        difference.missing_rows.append((indicator, place.missing()))
        if indicator.pk in to_retire and may_leave(difference, stored, indicator, reason):
            _retire(difference, indicator, place)
        else:
            difference.changes.append(place.missing())


def _missing(
    stored: StoredPlan, owners: Iterable[Owner], seen: Collection[int]
) -> Iterator[tuple[Indicator, RowPlace]]:
    in_file = {owner.department.pk: owner for owner in owners}
    for indicator in stored.indicators:
        activity = stored.by_id[indicator.activity_id]
        owner = in_file.get(activity.department_id)
        if owner is not None and indicator.pk not in seen and not indicator.retired_on:
            yield indicator, RowPlace(owner, activity.code, indicator.name)


def may_leave(
    difference: Difference, stored: StoredPlan, indicator: Indicator, reason: str, where: str = ""
) -> bool:
    """Whether an indicator may be retired or taken back into use; else the reason is asked for."""
    years = stored.settled_years(indicator)
    states = {year: stored.periods[year].state for year in years if year in stored.periods}
    difference.published |= {
        year for year, state in states.items() if state == Period.State.PUBLISHED
    }
    if reason or not years:
        return True
    why = Sentence(kinds.WHY_COUNTED, years=", ".join(map(str, years)))
    difference.settled += 1
    difference.errors.append(FileProblem(where, "retired", indicator.name, why))
    return False


def _retire(difference: Difference, indicator: Indicator, place: RowPlace) -> None:
    indicator.retired_on = timezone.localdate()
    difference.changed_indicators.append(indicator)
    difference.changes.append(place.changed("retired", "", indicator.retired_on.isoformat()))
