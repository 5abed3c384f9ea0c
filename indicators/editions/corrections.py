"""What was corrected after an edition was published."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from indicators.achievement import Reading
from indicators.editions.frozen import FrozenFigures
from indicators.figures import Figure, Figures
from indicators.models import Indicator, Realization, Target


@dataclass(frozen=True, slots=True)
class Erratum:
    """A number that was corrected after it was published.

    None is "nothing was there". ``reason`` and ``when`` come from the history of the value;
    ``is_told`` says that the reason is a sentence of ours, in the page's language.
    """

    figure: Figure
    field: str
    before: Decimal | None
    before_text: str
    after: Decimal | None
    after_text: str
    when: datetime | None
    reason: str
    is_told: bool = False


def errata(frozen: FrozenFigures) -> list[Erratum]:
    """Return what differs now from an edition: approved values, targets and baselines.

    An indicator that was retired or taken away since is left as it was published. Four queries.
    """
    live = {row.id: row for row in Figures(frozen.plan, frozen.year, reading=Reading.APPROVED).rows}
    found = []
    for row in frozen.rows:
        now = live.get(row.id)
        if now is None:
            continue
        for name in ("baseline", "target", "realization"):
            before, after = getattr(row.measurement, name), getattr(now.measurement, name)
            texts = getattr(row, f"{name}_text"), getattr(now, f"{name}_text")
            if before != after or (before is None and texts[0] != texts[1]):
                found.append((row, name, before, texts[0], after, texts[1]))
    told = _told(frozen, found)
    return [Erratum(*each, *told.get((each[0].id, each[1]), (None, ""))) for each in found]


def _told(
    frozen: FrozenFigures, found: Iterable[tuple[Any, ...]]
) -> dict[tuple[int, str], tuple[datetime, str]]:
    """Return when and why each corrected number last changed, from the history.

    Where its number stands as it was, it is the last change of the record: it was returned.
    """
    numbers = {(row.id, name): _cell(before, text) for row, name, before, text, *_after in found}
    ids = {row.id for row, *_rest in found}
    since = frozen.edition.published_at
    told: dict[tuple[int, str], tuple[datetime, str]] = {}
    rewritten = set()
    histories: tuple[tuple[str, Any], ...] = (
        ("realization", Realization.history.filter(indicator_id__in=ids, year=frozen.year)),
        ("target", Target.history.filter(indicator_id__in=ids, year=frozen.year)),
        ("baseline", Indicator.history.filter(id__in=ids)),
    )
    for name, records in histories:
        owner = "id" if name == "baseline" else "indicator_id"
        for record in records.filter(history_date__gte=since).order_by("history_date"):
            key = (getattr(record, owner), name)
            number = _recorded(record, name)
            if numbers.get(key) != number:
                numbers[key] = number
                rewritten.add(key)
            elif key in rewritten:
                continue
            told[key] = (record.history_date, record.history_change_reason or "")
    return told


def _recorded(record: Any, name: str) -> Decimal | str:
    if name == "baseline":
        return _cell(record.baseline, record.baseline_text)
    return _cell(record.value, record.text)


def _cell(value: Decimal | None, text: str) -> Decimal | str:
    """Return a cell's number, or what is written where there is none."""
    return text if value is None else value
