"""From which figures an output is made, and what it is called: every output asks here.

A published year speaks from its newest edition, with what the public may see of it, whoever
asks. The working state is what stands in the records now; who may read it asks for it by name,
and it says that it is not the edition. A year without an edition has the working state only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.rights import enter
from activities.models import Municipality, Plan
from imports.reasons import for_public
from indicators import editions, tags
from indicators.achievement import Reading
from indicators.editions import Erratum, PublicFigures
from indicators.figures import Figure, Figures
from indicators.models import Edition

DAY = "d.m.Y"


class OutputState(StrEnum):
    OFFICIAL = "official"
    WORKING = "working"


def read_state(text: str) -> OutputState | None:
    """Return the state that an address asks for; what does not exist counts as none."""
    return OutputState(text) if text in set(OutputState) else None


@dataclass(frozen=True)
class Source:
    """The figures of an output. ``newest`` is the year's edition, None where there is none."""

    figures: Figures
    newest: Edition | None = None

    @property
    def is_official(self) -> bool:
        return isinstance(self.figures, PublicFigures)

    @property
    def edition(self) -> Edition | None:
        """Return the edition that the figures are; None for the working state."""
        return self.newest if self.is_official else None

    @property
    def state(self) -> OutputState:
        return OutputState.OFFICIAL if self.is_official else OutputState.WORKING

    @cached_property
    def plan(self) -> Plan:
        """Return the plan as it is named: for an edition as it was when it was frozen."""
        return _frozen_plan(self.figures) if self.is_official else self.figures.plan

    @property
    def name(self) -> str:
        """Return what it is called in titles and file names."""
        if self.edition is not None:
            return _("Edition %(number)s") % {"number": self.edition.number}
        return _("Working state") if self.newest is not None else _("Draft")

    @property
    def notice(self) -> str:
        """Return the sentence that says what it is."""
        if self.edition is not None:
            values = {"number": self.edition.number, "date": day_of(self.edition)}
            return _("Edition %(number)s, published on %(date)s.") % values
        if self.newest is not None:
            return _(
                "Working state: what stands in the records today. It is not the published "
                "edition %(number)s."
            ) % {"number": self.newest.number}
        return _("Draft: this year has not been published.")

    @property
    def colophon(self) -> str:
        """Return what stands below the name: day and checksum of the edition, else the notice."""
        if not isinstance(self.figures, PublicFigures):
            return self.notice
        checksum = {"checksum": self.figures.public_checksum}
        parts = (day_of(self.figures.edition), _("checksum (SHA-256) %(checksum)s") % checksum)
        return " · ".join(parts)

    @property
    def imprint(self) -> str:
        """Return name, day and checksum of the edition in one line; "" for the working state."""
        return "" if self.edition is None else f"{self.name} · {self.colophon}"

    @cached_property
    def errata(self) -> list[Erratum]:
        """Return what was corrected since the edition, as the public reads it; some six queries.

        None of a hidden number; nothing for the working state, which holds the corrections.
        """
        return public_errata(self.figures) if isinstance(self.figures, PublicFigures) else []

    def is_hidden(self, row: Figure) -> bool:
        """Whether a row's realization, ratio and status are not shown."""
        return isinstance(self.figures, PublicFigures) and row.id in self.figures.hidden


def source_of(
    plan: Plan,
    year: int,
    person: User | AnonymousUser | None,
    *,
    state: OutputState | None = None,
    reading: Reading = Reading.REPORTED,
    tag: str = "",
) -> Source | None:
    """Return what an output is made from; None where it does not exist for the person.

    The editions of a public plan are everybody's, the working state is for who may read plans.
    Costs as ``choose``.
    """
    may_read = isinstance(person, User) and enter(person, plan)
    if not may_read and not plan.is_public:
        return None
    source = choose(plan, year, state=state, reading=reading, tag=tag)
    return source if source is not None and (may_read or source.is_official) else None


def choose(
    plan: Plan,
    year: int,
    *,
    state: OutputState | None = None,
    reading: Reading = Reading.REPORTED,
    tag: str = "",
) -> Source | None:
    """Return what an output is made from, whoever asks; None where there is no edition to be had.

    ``state`` None is the edition of a published year, else the working state. ``reading`` is of
    the working state; an edition holds verified values. One query besides those of the figures.
    """
    newest = newest_edition(plan, year)
    if state is OutputState.WORKING or (state is None and newest is None):
        return Source(Figures(plan, year, reading=reading, tag=tag), newest)
    if newest is None:
        return None
    frozen = PublicFigures(plan, newest)
    return Source(frozen.narrowed(_carrying(frozen, tag)) if tag else frozen, newest)


def newest_edition(plan: Plan, year: int) -> Edition | None:
    """Return the newest edition of a published year; None for any other year; one query."""
    found = Edition.objects.filter(
        plan=plan, year=year, plan__periods__year=year, plan__periods__state="published"
    )
    return found.order_by("-number").first()


def public_errata(figures: PublicFigures) -> list[Erratum]:
    """Return the corrections since an edition; those of hidden numbers stay hidden."""
    return [
        erratum
        for erratum in for_public(editions.errata(figures))
        if not figures.is_withheld(erratum.figure.id, erratum.field)
    ]


def edition_entry(figures: PublicFigures) -> dict[str, Any]:
    """Return what identifies an edition, for programs."""
    return {
        "number": figures.edition.number,
        "published_on": published_on(figures.edition).isoformat(),
        "checksum": figures.public_checksum,
    }


def published_on(edition: Edition) -> date:
    return timezone.localdate(edition.published_at)


def day_of(edition: Edition) -> str:
    return date_format(published_on(edition), DAY)


def _carrying(frozen: PublicFigures, tag: str) -> frozenset[int]:
    """Return the rows of an edition that carried a tag, or none at all."""
    return frozenset(
        id
        for id, row in frozen.frozen_rows.items()
        if (not row["tags"] if tag == tags.UNTAGGED else tag in row["tags"])
    )


def _frozen_plan(figures: Figures) -> Plan:
    """Return the plan as an edition names it; it is not stored and must not be saved."""
    assert isinstance(figures, PublicFigures)
    frozen = figures.content["plan"]
    names = ("slug", "name", "short_name", "first_year", "last_year")
    municipality = Municipality(name=frozen["municipality"])
    return Plan(**{name: frozen[name] for name in names}, municipality=municipality)
