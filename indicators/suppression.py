"""Which small numbers the public must not see, because they could identify people.

Plain functions on figures. A number is hidden where its indicator says so and it is 1 to 4; 0
identifies nobody. A total that would give a hidden number away is hidden with it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal

from indicators.figures import Figure

SMALLEST_SHOWN = Decimal(5)


def is_small(value: Decimal | None) -> bool:
    """Whether a number of people is small enough to identify them."""
    return value is not None and 0 < value < SMALLEST_SHOWN


def hidden(rows: Iterable[Figure]) -> frozenset[int]:
    """Return the ids of the rows whose realization, ratio and score stay hidden."""
    by_activity: defaultdict[int, list[Figure]] = defaultdict(list)
    for row in rows:
        by_activity[row.activity_id].append(row)
    found: set[int] = set()
    for group in by_activity.values():
        small = {
            row.id
            for row in group
            if row.hides_small_numbers and is_small(row.measurement.realization)
        }
        if small:
            found |= small | _revealing(group, small)
    return frozenset(found)


def _revealing(group: Sequence[Figure], small: set[int]) -> set[int]:
    """Return the row of an activity that is the sum of the others, or would be one to subtract.

    Of a total and its parts, one hidden part is the total less the rest.
    """
    numbers = {
        row.id: row.measurement.realization
        for row in group
        if row.measurement.realization is not None and not row.is_percent
    }
    everything = sum(numbers.values(), Decimal(0))
    return {
        one
        for one, value in numbers.items()
        if one not in small and len(numbers) > 2 and value * 2 == everything
    }
