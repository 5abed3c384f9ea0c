"""Another number in the place of a realization that is stored."""

from __future__ import annotations

from indicators.cells import Cell
from indicators.models import Realization


def replace_realization(stored: Realization, cell: Cell) -> None:
    """Put a cell's number into a loaded realization as its next version, sent anew."""
    stored.value, stored.text = cell.value, cell.text
    # What was said of another number does not hold for this one.
    stored.absence, stored.women, stored.men, stored.others = "", None, None, None
    stored.state = Realization.State.SUBMITTED
    stored.version += 1
