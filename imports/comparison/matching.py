"""Which stored row a file's row means: by its code or name, else as a correction of one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from difflib import SequenceMatcher

from activities import names
from activities.models import Activity
from imports.comparison.stored import StoredPlan
from imports.table import ActivityRow, IndicatorRow
from indicators.models import Indicator

# How alike an old and a corrected name of an indicator are (difflib's ratio).
RENAMED_FROM = 0.7
CodeKey = tuple[int, str]
"""A stored department's id and the code of an activity."""


def find_activity(
    row: ActivityRow, department_id: int, stored: StoredPlan, in_file: Collection[CodeKey]
) -> Activity | None:
    """Return the unit's activity of the row's code, or of its title if it was recoded.

    ``in_file`` holds the codes that the file still has: their activities were not recoded.
    """
    found = stored.activities.get((department_id, row.code))
    if found is not None:
        return found
    titled = stored.by_title.get((department_id, names.fold(row.title)), ())
    recoded = [one for one in titled if (department_id, one.code) not in in_file]
    return recoded[0] if len(recoded) == 1 else None


def pair_indicators(
    rows: Iterable[IndicatorRow], stored: Mapping[str, Indicator]
) -> list[tuple[IndicatorRow, Indicator | None]]:
    """Match an activity's rows with its stored indicators: by name, else as a renaming.

    ``stored`` holds them by their search key. A row that has none beside it is new.
    """
    pairs = [(row, stored.get(_name_key(row.name))) for row in rows]
    taken = {indicator.pk for _row, indicator in pairs if indicator}
    free = [indicator for indicator in stored.values() if indicator.pk not in taken]
    return [(row, indicator or _take_renamed(row.name, free)) for row, indicator in pairs]


def _take_renamed(name: str, free: list[Indicator]) -> Indicator | None:
    """Take the indicator of a corrected name out of those that no row has by name."""
    renamed = closest(name, free)
    if renamed is not None:
        free.remove(renamed)
    return renamed


def closest(name: str, candidates: Sequence[Indicator]) -> Indicator | None:
    """Return the stored indicator that a corrected name most likely means, if one is close."""
    key = names.fold(name)
    rated = [(SequenceMatcher(None, key, one.name_key).ratio(), one) for one in candidates]
    best, indicator = max(rated, key=lambda pair: pair[0], default=(0.0, None))
    return indicator if best >= RENAMED_FROM else None


def _name_key(name: str) -> str:
    """Return an indicator's search key as its column holds it."""
    return names.fold(name)[: Indicator._meta.get_field("name_key").max_length]
