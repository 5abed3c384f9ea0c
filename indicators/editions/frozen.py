"""The figures of an edition: the usual rules over what was frozen."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cached_property
from typing import Any

from activities.models import Objective, Plan
from indicators.achievement import Method, Reading, Result, Unreported
from indicators.editions.freezing import SETTINGS
from indicators.figures import Figure, Figures, Level, Unit, bands_from
from indicators.models import Edition


class FrozenFigures(Figures):
    """The figures of an edition: the same rules over what was frozen, whatever changed since."""

    def __init__(self, plan: Plan, edition: Edition) -> None:
        self.edition = edition
        self.content: dict[str, Any] = json.loads(edition.content)
        frozen = self.content["plan"]
        super().__init__(
            plan,
            edition.year,
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


def number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def latest(plan: Plan, year: int) -> Edition | None:
    """Return the newest edition of a plan's year; one query."""
    return Edition.objects.filter(plan=plan, year=year).order_by("-number").first()
