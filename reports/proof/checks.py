"""What one check of a year found."""

from __future__ import annotations

from dataclasses import dataclass, field

from reports.proof.figures import Difference


@dataclass(frozen=True, slots=True)
class Checked:
    """An output or a promise that was looked at; nothing differs where all of it fits.

    ``figures`` is how many figures were compared.
    """

    what: str
    differences: list[Difference] = field(default_factory=list)
    figures: int = 0
