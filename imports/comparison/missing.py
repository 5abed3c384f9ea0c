"""What the plan has and the file lacks: told, kept, and retired where a person said so."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from django.utils import timezone

from activities.sentences import Sentence
from imports.comparison.settled import SettledCells
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
    settled: SettledCells,
) -> None:
    """Tell the stored indicators, of units in the file, that the file does not hold.

    ``seen`` holds the ids of those it holds, ``to_retire`` of those to be retired if it does not;
    where settled years count them, only with a reason.
    """
    for indicator, place in _missing(stored, owners, seen):
        difference.missing += 1
        difference.missing_rows.append((indicator, place.missing()))
        if indicator.pk in to_retire and may_leave(settled, stored, indicator, asked_for=True):
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
    settled: SettledCells,
    stored: StoredPlan,
    indicator: Indicator,
    *,
    where: str = "",
    asked_for: bool = False,
) -> bool:
    """Whether an indicator may be retired, as was ``asked_for``, or be taken back into use."""
    years = stored.settled_years(indicator)
    why = Sentence(kinds.WHY_COUNTED, years=", ".join(map(str, years)))
    problem = FileProblem(where, "retired", indicator.name, why)
    return settled.lets_row(years, problem, can_be_left_out=not asked_for)


def _retire(difference: Difference, indicator: Indicator, place: RowPlace) -> None:
    indicator.retired_on = timezone.localdate()
    difference.changed_indicators.append(indicator)
    difference.changes.append(place.changed("retired", "", indicator.retired_on.isoformat()))
