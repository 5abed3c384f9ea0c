"""How far what is due has come, as a bar and as the words below it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from indicators.progress import Stage, Standing, stages

LABELS = {
    Stage.VERIFIED: _("verified"),
    Stage.SENT: _("in review"),
    Stage.RETURNED: _("returned"),
    Stage.DRAFT: _("in draft"),
    Stage.MISSING: _("not entered"),
}
ICONS = {
    Stage.VERIFIED: "met",
    Stage.SENT: "mail",
    Stage.RETURNED: "back",
    Stage.DRAFT: "pen",
    Stage.MISSING: "none",
}


@dataclass(frozen=True, slots=True)
class Piece:
    """One stage of the bar; ``x`` and ``width`` in percent for an SVG attribute."""

    stage: Stage
    count: int
    x: str
    width: str

    @property
    def label(self) -> str:
        return str(LABELS[self.stage])

    @property
    def icon(self) -> str:
        return ICONS[self.stage]


def pieces(rows: Iterable[Standing]) -> list[Piece]:
    """Return the five stages of what is due, empty ones too; none where nothing is due."""
    found: Mapping[Stage, int] = stages(rows)
    due = sum(found.values())
    listed, before = [], 0
    for stage, count in found.items() if due else ():
        x, width = (f"{100 * part / due:.3f}" for part in (before, count))
        listed.append(Piece(stage, count, x, width))
        before += count
    return listed
