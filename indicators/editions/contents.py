"""What was or is being frozen of a plan's year, read by the usual rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cached_property
from typing import Any

from activities.models import Objective, Plan
from indicators.achievement import Method, Reading, Result, Unreported
from indicators.editions.freezing import SETTINGS
from indicators.editions.veil import number
from indicators.figures import Figure, Figures, Level, Unit, bands_from
from indicators.since_sent import First, Recorded


class Contents(Figures):
    """The figures of what was or is being frozen: the usual rules over it, whatever changes."""

    def __init__(self, plan: Plan, year: int, content: dict[str, Any]) -> None:
        self.content = content
        frozen = content["plan"]
        super().__init__(
            plan,
            year,
            reading=Reading.APPROVED,
            method=Method(frozen["method"]),
            unreported=Unreported(frozen["unreported"]),
        )
        self.bands = bands_from(frozen)

    @cached_property
    def units(self) -> dict[int, Unit]:
        listed = self.content["units"]
        ids = {unit["number"]: unit["id"] for unit in listed}
        return {
            unit["id"]: Unit(
                unit["id"], unit["number"], unit["name"], unit["short"], ids.get(unit["parent"])
            )
            for unit in listed
        }

    @cached_property
    def frozen_rows(self) -> Mapping[int, dict[str, Any]]:
        """Return what was frozen of each indicator, by its id, in printed order."""
        return {row["id"]: row for row in self.content["rows"]}

    def names_of(self, level: Level) -> dict[str, str]:
        if level in (Level.OBJECTIVE, Level.GOAL):
            return {
                each["code"]: str(
                    Objective(
                        code=each["code"],
                        title=each["title"],
                        # Only whether there is one above it is asked.
                        parent_id=1 if "." in each["code"] else None,
                    )
                )
                for each in self.content["objectives"]
            }
        return super().names_of(level)

    @property
    def tells_means(self) -> bool:
        """Whether its public document holds means; those of editions before format 3 hold none."""
        return int(self.content.get("format", 1)) >= 3

    @cached_property
    def recorded(self) -> Recorded:
        """Return how its rows were first sent, and the answers since; nothing before format 3."""
        frozen = self.content.get("since_sent", {"answers": []})
        return Recorded(
            {
                id: First.thawed(row["first"])
                for id, row in self.frozen_rows.items()
                if "first" in row
            },
            tuple(frozenset(ids) for ids in frozen["answers"]),
        )

    def last_targets(self) -> dict[int, Decimal] | None:
        last = self.content["plan"]["last_year"]
        if self.year == last:
            return None
        written = {
            key: number(row["targets"].get(str(last), (None, ""))[0])
            for key, row in self.frozen_rows.items()
        }
        return {key: value for key, value in written.items() if value is not None}

    def over_the_years(self, row: Figure) -> dict[int, Figure]:
        """Return an indicator in the edition's own year: no other year is part of it."""
        return {self.year: row}

    def _values(self) -> Iterable[dict[str, Any]]:
        for row in self.content["rows"]:
            target, target_text = row["targets"].get(str(self.year), (None, ""))
            realized = row["realization"] or {}
            result = _result_of(row)
            yield {
                **{name: row[name] for name in SETTINGS},
                "id": row["id"],
                "weight": Decimal(row["weight"]),
                "baseline": number(row["baseline"]),
                "planned__value": number(target),
                "planned__text": target_text,
                "realized__value": number(realized.get("value")),
                "realized__text": realized.get("text", ""),
                "realized__absence": realized.get("absence", ""),
                "result": result,
                "is_unverified": result is Result.REPORTED,
                "activity_id": row["activity_id"],
                "activity__code": row["code"],
                "activity__title": row["title"],
                "activity__responsible_text": row["responsible_text"],
                "activity__department_id": row["unit"],
            }

    def _stray(self, values: dict[str, Any]) -> Unit:
        return Unit(0, "", "", "", None)


def _result_of(row: Mapping[str, Any]) -> Result | None:
    """Return where a number stood when it was frozen; None where format 1 did not record it."""
    if (row["realization"] or {}).get("value") is not None:
        return Result.VERIFIED
    return Result(row["result"]) if "result" in row else None
