"""Where the numbers of a year stand: verified, reported but not verified, or not reported.

Plain functions on plain values. Of what is due every row is one of the three, so they add up.
Source: docs/domain.md, "Words of progress".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from indicators.achievement import CountedOnce, Measurement, Result, counted_once, is_due

# From this share of what is due on, a score may stand alone, be compared, and be public.
ENOUGH = Decimal("0.8")


def is_covered(share: Decimal | None) -> bool:
    """Whether enough of what is due was reported (or verified); of nothing due never."""
    return share is not None and share >= ENOUGH


def may_stand(share: Decimal | None, *, is_early: bool) -> bool:
    """Whether a score may stand among others: while a year runs only where enough of it is in."""
    return not is_early or is_covered(share)


def is_percent_public(verified: int, due: int) -> bool:
    """Whether so much of what is due is verified that the public reads a percent of it."""
    return is_covered(Decimal(verified) / due if due else None)


@dataclass(frozen=True, slots=True)
class Results:
    """The three counts of a group.

    ``unverified`` is None where it was not recorded what had been reported and not verified;
    ``not_reported`` then holds these too.
    """

    due: int = 0
    verified_results: int = 0
    unverified: int | None = 0

    @property
    def not_reported(self) -> int:
        return self.due - self.verified_results - (self.unverified or 0)

    @property
    def is_percent_public(self) -> bool:
        return is_percent_public(self.verified_results, self.due)


class Row(CountedOnce, Protocol):
    """What of a figure decides where it stands."""

    @property
    def measurement(self) -> Measurement: ...

    @property
    def result(self) -> Result | None: ...


def results_of(rows: Iterable[Row]) -> Results:
    """Return the counts of a group; a row that another one of it counts is left out."""
    due = [
        row
        for row in counted_once(rows)
        if is_due(row.measurement.target, row.measurement.direction)
    ]
    is_known = all(row.result is not None for row in due)
    return Results(
        len(due),
        sum(row.result is Result.VERIFIED for row in due),
        sum(row.result is Result.REPORTED for row in due) if is_known else None,
    )
