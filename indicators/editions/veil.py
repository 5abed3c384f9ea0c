"""What lies over an edition's numbers so that nobody can be identified by them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import cached_property
from typing import Any

from indicators import suppression
from indicators.suppression import PARTS, Cell, Withheld

# What is told of a value, and goes with it.
OF_THE_VALUE = frozenset(
    {"realization", "status", "absence", "deviation_reason", "measure_to_take"}
)


class Veil:
    """An edition's content as the public may see it, given which numbers are withheld."""

    def __init__(self, content: Mapping[str, Any], year: int, withheld: Withheld) -> None:
        self.rows: dict[int, dict[str, Any]] = {row["id"]: row for row in content["rows"]}
        self.all_changes: list[dict[str, Any]] = content.get("changes", [])
        self.year = year
        self.withheld = withheld

    @cached_property
    def hidden(self) -> frozenset[int]:
        """Return the ids of the rows whose realization, ratio and status stay hidden."""
        return frozenset(
            id
            for id in self.rows
            if self.said(id).get("value") is not None and self.hides(id, "realization")
        )

    @cached_property
    def changes(self) -> list[dict[str, Any]]:
        """Return what the edition changed, without whatever is told of a hidden number."""
        return [each for each in self.all_changes if not self.hides(each["row"], each["field"])]

    def said(self, id: int) -> dict[str, Any]:
        return self.rows[id]["realization"] or {}

    def hides(self, id: int | None, field: str) -> bool:
        """Whether a field of a row is hidden, in this edition or in what was said since."""
        if id is None:
            return False
        if field in OF_THE_VALUE:
            cells = {Cell(id, suppression.VALUE, self.year)}
        elif field in PARTS:
            cells = {Cell(id, name, self.year) for name in (suppression.VALUE, *PARTS)}
        elif field == "baseline":
            cells = {Cell(id, suppression.BASELINE, suppression.EVERY_YEAR)}
        else:
            return False
        return not cells.isdisjoint(self.withheld.cells)

    def value_text(self, id: int) -> str:
        """Return what stands in place of a hidden realization: "<5", or nothing about its size."""
        cell = Cell(id, suppression.VALUE, self.year)
        return self.withheld.text(cell, number(self.said(id).get("value")))

    def baseline_text(self, id: int) -> str:
        cell = Cell(id, suppression.BASELINE, suppression.EVERY_YEAR)
        return self.withheld.text(cell, number(self.rows[id]["baseline"]))

    def parts_of(self, id: int) -> dict[str, Decimal | None]:
        """Return a value's women, men and others; all of them or none."""
        if id in self.hidden or any(self.hides(id, name) for name in PARTS):
            return dict.fromkeys(PARTS)
        return {name: number(self.said(id).get(name)) for name in PARTS}

    def reasons_of(self, id: int) -> dict[str, str]:
        """Return why a value deviates and what is to be done; nothing of a hidden one."""
        said = {} if id in self.hidden else self.said(id)
        return {name: said.get(name, "") for name in ("deviation_reason", "measure_to_take")}

    def waiver_of(self, id: int) -> str:
        """Return why no reason was asked for, of who verified; "" of a hidden value."""
        return "" if id in self.hidden else str(self.said(id).get("reason_waived", ""))


def number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
