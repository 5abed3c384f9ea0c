"""Where a number comes from: the file and row it was read from, or the person who typed it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from activities.models import Plan
from imports.models import ImportBatch
from indicators.changes import KEPT
from indicators.models import Indicator, Realization, Target

BASELINE, TARGET, REALIZATION = "baseline", "target", "realization"


@dataclass(frozen=True, slots=True)
class Origin:
    """One number and the last act that made it what it is.

    ``batch`` is None where it was typed; ``place`` is "" where the file's row was not kept.
    """

    indicator_id: int
    what: str
    value: Decimal | None
    text: str
    when: datetime
    person_id: int | None
    reason: str
    batch: ImportBatch | None
    place: str

    @property
    def of_file(self) -> tuple[str, str, str, str]:
        """Return the import, its file, that file's SHA-256 and the row; "" of what was typed."""
        if self.batch is None:
            return "", "", "", ""
        return str(self.batch.pk), self.batch.file_name, self.batch.digest, self.place


class Origins:
    """The origins of a year's baselines, targets and realizations; three queries."""

    def __init__(self, plan: Plan, year: int, batches: Iterable[ImportBatch]) -> None:
        self._ids = Indicator.objects.of_plan(plan).values("pk")
        self._year = year
        self._batches = {batch.pk: batch for batch in batches}

    def of(self, indicators: Mapping[int, object]) -> list[Origin]:
        """Return the origins of some indicators' cells, in their order."""
        found: dict[tuple[int, str], Origin] = {}
        for what, records in self._records():
            for record in records.order_by("history_date", "history_id"):
                self._take(found, what, record)
        return [
            found[id, what]
            for id in indicators
            for what in (BASELINE, TARGET, REALIZATION)
            if (id, what) in found
        ]

    def _records(self) -> Iterator[tuple[str, Any]]:
        yield BASELINE, Indicator.history.filter(id__in=self._ids)
        for what, model in ((TARGET, Target), (REALIZATION, Realization)):
            history: Any = model.history
            yield what, history.filter(indicator_id__in=self._ids, year=self._year)

    def _take(self, found: dict[tuple[int, str], Origin], what: str, record: Any) -> None:
        """Keep a record that changed the number; a step or a reason leaves it where it was."""
        id = record.id if what == BASELINE else record.indicator_id
        value, text = (
            (record.baseline, record.baseline_text)
            if what == BASELINE
            else (record.value, record.text)
        )
        before = found.get((id, what))
        if record.history_type == "-":
            found.pop((id, what), None)
        elif before is None or (before.value, before.text) != (value, text):
            found[id, what] = self._origin(id, what, value, text, record)

    def _origin(self, id: int, what: str, value: Decimal | None, text: str, record: Any) -> Origin:
        reason = record.history_change_reason or ""
        kept = KEPT.fullmatch(reason)
        batch = self._batches.get(int(kept["batch"])) if kept and not kept["undone"] else None
        places = batch.record.get("places", {}) if batch else {}
        return Origin(
            id,
            what,
            value,
            text,
            record.history_date,
            # The value's own record says who entered it, also where no request came with it.
            getattr(record, "entered_by_id", None) or record.history_user_id,
            reason,
            batch,
            places.get(str(id), ""),
        )
