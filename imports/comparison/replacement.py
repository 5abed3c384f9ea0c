"""Another number in the place of a realization that is stored."""

from __future__ import annotations

from activities.formats import amount
from indicators.cells import Cell
from indicators.models import Realization


def replace_realization(stored: Realization, cell: Cell) -> dict[str, str]:
    """Put a cell's number into a loaded realization as its next version, sent anew.

    Return what was said of the old number and is wiped with it, by field, as it was written.
    """
    wiped = {
        "absence": stored.absence,
        "women": amount(stored.women),
        "men": amount(stored.men),
        "others": amount(stored.others),
    }
    stored.value, stored.text = cell.value, cell.text
    stored.absence, stored.women, stored.men, stored.others = "", None, None, None
    stored.state = Realization.State.SUBMITTED
    stored.version += 1
    return {name: text for name, text in wiped.items() if text}
