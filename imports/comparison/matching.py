"""Which stored row a file's row means: by its code or name, else as a correction of one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from activities import names
from activities.models import Activity
from imports.comparison.stored import StoredPlan
from imports.table import ActivityRow, IndicatorRow
from indicators.models import Indicator

# How alike an old and a corrected name of an indicator are (difflib's ratio).
RENAMED_FROM = 0.7
OfUnit = tuple[int, str]
"""A stored department's id, and the code or the title's search key of an activity of it."""


@dataclass(frozen=True, slots=True)
class FileKeys:
    """What the activities that a file has of stored units can be found by.

    ``titles`` counts those of the activities whose code their unit does not have.
    """

    codes: frozenset[OfUnit]
    titles: Counter[OfUnit]


def keys_in_file(rows: Iterable[tuple[int, ActivityRow]], stored: StoredPlan) -> FileKeys:
    """Return the keys of a file's rows, each given with its department's id."""
    found = {
        (unit, row.code): (unit, _title_key(row.title))
        for unit, row in rows
        if not row.is_code_proposed
    }
    titles = (title for code, title in found.items() if code not in stored.activities)
    return FileKeys(frozenset(found), Counter(titles))


def find_activity(
    row: ActivityRow, unit: int, stored: StoredPlan, file: FileKeys
) -> Activity | None:
    """Return the unit's activity of the row's code, or of its title if it was recoded.

    An activity was recoded if the file lacks its code and has its title once, under a code that
    is not stored. Where several could be meant, none is.
    """
    title = (unit, _title_key(row.title))
    if row.is_code_proposed:
        # The file has no code for it: nothing but its title says which one it is.
        return next(iter(stored.by_title.get(title, ())), None)
    found = stored.activities.get((unit, row.code))
    if found is not None:
        return found
    titled = stored.by_title.get(title, ())
    recoded = [one for one in titled if (unit, one.code) not in file.codes]
    return recoded[0] if len(recoded) == file.titles[title] == 1 else None


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


def _title_key(title: str) -> str:
    """Return an activity's search key as its column holds it."""
    return names.fold(title)[: Activity._meta.get_field("title_key").max_length]
