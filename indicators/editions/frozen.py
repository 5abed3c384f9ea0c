"""The figures of an edition: the usual rules over what was frozen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from activities.models import Plan
from indicators.editions import sealing
from indicators.editions.contents import Contents
from indicators.integrity import content_of
from indicators.models import Edition
from indicators.suppression import Withheld


@dataclass(frozen=True, slots=True)
class Replaced:
    """A public checksum an edition had until other numbers were hidden."""

    checksum: str
    replaced_at: datetime


class FrozenFigures(Contents):
    """The figures of an edition; raise EditionBroken where it does not fit its checksums.

    One query beside those of ``Figures``.
    """

    def __init__(self, plan: Plan, edition: Edition) -> None:
        self.edition = edition
        content = content_of(edition)
        self.seals: sealing.Seals = sealing.fitting(edition, content)
        super().__init__(plan, edition.year, content)

    def vouch(self) -> Withheld:
        """Return which numbers of the plan nobody outside may see; three queries.

        Raise EditionBroken where the edition is sealed with other numbers hidden, so that it is
        refused to the public.
        """
        withheld, self.seals = sealing.as_sealed(self.plan, self.edition, self.content, self.seals)
        return withheld

    @property
    def public_checksum(self) -> str:
        """Return the checksum of the public document, which anybody can check; "" in a preview."""
        return self.seals[-1].public_checksum if self.seals else ""

    @property
    def replaced(self) -> list[Replaced]:
        """Return the public checksums it had before, newest first."""
        pairs = list(pairwise(self.seals))
        return [Replaced(old.public_checksum, new.sealed_at) for old, new in reversed(pairs)]


def latest(plan: Plan, year: int) -> Edition | None:
    """Return the newest edition of a plan's year; one query."""
    return Edition.objects.filter(plan=plan, year=year).order_by("-number").first()
