"""Another number in the place of a realization that is stored."""

from __future__ import annotations

from activities.formats import amount
from indicators import steps
from indicators.cells import Cell
from indicators.models import Realization


def replace_realization(stored: Realization, cell: Cell) -> dict[str, str]:
    """Put a cell's number into a loaded realization as its next version.

    Return what was said of the old number and is wiped with it, by field, as it was written.
    """
    said = {
        "absence": stored.absence,
        **{name: amount(getattr(stored, name)) for name in steps.PARTS},
    }
    cleared = steps.replace_number(stored, cell.value, cell.text)
    stored.version += 1
    return {name: said[name] for name in said if name in cleared}
