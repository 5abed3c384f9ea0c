"""The means that are told of an edition, and when one of them is withheld.

Each is over rows whose numbers everybody may see. A mean that could tell a hidden number is not
told as soon as any row it could tell of stands where a number could be hidden: that does not
depend on any number, so neither the mean nor its absence tells one.
Source: docs/domain.md, "A published year" and "What moved after sending".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from activities import formats
from indicators import since_sent
from indicators.achievement import Result, Unreported, counted_once, summarise, weighted_mean
from indicators.editions.contents import Contents
from indicators.editions.veil import number
from indicators.figures import Figure
from indicators.results import results_of
from indicators.since_sent import SinceSent

THOUSAND = Decimal(1000)


@dataclass(frozen=True, slots=True)
class ToldMean:
    """A mean score as a fraction, and over how many rows."""

    mean: Decimal
    count: int


def verified_mean(
    printed: Iterable[Figure], hidden: Set[int], unreported: Unreported
) -> ToldMean | None:
    """Return the mean of what is verified; None where too little is for a percent in public."""
    printed = list(printed)
    summary = summarise((row for row in printed if row.id not in hidden), unreported=unreported)
    if summary.mean is None or not results_of(printed).is_percent_public:
        return None
    return ToldMean(summary.mean, summary.scored)


def is_reported_withheld(printed: Iterable[Figure], near: Set[int]) -> bool:
    """Whether the mean of all that was reported could tell a hidden number.

    With the verified ones it tells what the unverified rows make together, of a single one its
    score. So it is taken to tell each of their numbers.
    """
    return any(row.id in near for row in printed if row.result is Result.REPORTED)


def reported_mean(
    content: Mapping[str, Any], printed: Iterable[Figure], hidden: Set[int], near: Set[int]
) -> ToldMean | None:
    """Return the mean of all that was reported, verified or not, as on the day of publishing.

    None where it was not recorded, where nothing has a score, or where it is withheld.
    """
    printed = list(printed)
    frozen = content.get("unverified")
    if frozen is None or is_reported_withheld(printed, near):
        return None
    verified = [
        (row.achievement.score, row.weight)
        for row in counted_once(row for row in printed if row.id not in hidden)
        if row.achievement.score is not None
    ]
    mean = number(frozen["mean"])
    others = [] if mean is None else [(mean, Decimal(frozen["weight"]))]
    together = weighted_mean(verified + others)
    return None if together is None else ToldMean(together, len(verified) + frozen["count"])


@dataclass(frozen=True, slots=True)
class ToldDoubt:
    """How many questions were open about unverified results on the day of publishing.

    Depending on their answers the mean of all that was reported lies between ``low`` and ``high``,
    fractions; both None where that mean is not told.
    """

    questions: int
    low: Decimal | None
    high: Decimal | None


def doubt_of(
    content: Mapping[str, Any], printed: Iterable[Figure], hidden: Set[int], near: Set[int]
) -> ToldDoubt | None:
    """Return the range of the mean of all that was reported; None where nothing was open."""
    frozen, printed = content.get("doubt"), list(printed)
    if frozen is None:
        return None
    found = [
        reported_mean({"unverified": frozen[way]}, printed, hidden, near)
        for way in ("as_written", "as_proposed")
    ]
    known = [told.mean for told in found if told is not None]
    return ToldDoubt(frozen["questions"], min(known, default=None), max(known, default=None))


def moved_since_sent(
    figures: Contents, printed: Iterable[Figure], hidden: Set[int], near: Set[int]
) -> SinceSent:
    """Return what moved of verified rows after sending; the means only where they may be told.

    A hidden row counts in nothing. The mean before tells how the moved rows stood: it is withheld
    as soon as one of them stands where a number could be hidden.
    """
    printed = list(printed)
    shown = (row for row in printed if row.id not in hidden)
    found = since_sent.compared(figures, shown, figures.recorded)
    if not found.moved.isdisjoint(near):
        return replace(found, before=None, after=None, is_withheld=True)
    if not results_of(printed).is_percent_public:
        return replace(found, before=None, after=None)
    return found


def public_means(figures: Contents, hidden: Set[int], near: Set[int]) -> dict[str, Any]:
    """Return what the public document says of the means: as the pages show them, as fractions.

    {} of an edition that was frozen before the document held any.
    """
    if not figures.tells_means:
        return {}
    rows, limits = figures.rows, figures.bands.limits
    moved = moved_since_sent(figures, rows, hidden, near)

    def shown(fraction: Decimal | None) -> str | None:
        if fraction is None:
            return None
        return str(Decimal(formats.tenths(fraction, limits)) / THOUSAND)

    def entry(told: ToldMean | None) -> dict[str, Any] | None:
        return None if told is None else {"mean": shown(told.mean), "n": told.count}

    doubt = doubt_of(figures.content, rows, hidden, near)
    asked = doubt and {
        "questions": doubt.questions, "low": shown(doubt.low), "high": shown(doubt.high)
    }  # fmt: skip
    return {
        **({"doubt": asked} if asked else {}),
        "means": {
            "verified": entry(verified_mean(rows, hidden, figures.unreported)),
            "reported": entry(reported_mean(figures.content, rows, hidden, near)),
        },
        "since_sent": {
            "answers": moved.answers,
            "other_rows": moved.others,
            "mean_before": shown(moved.before),
            "mean_after": shown(moved.after),
        },
    }
