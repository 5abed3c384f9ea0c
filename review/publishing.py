"""What publishing a year would freeze, and what became of an edition since."""

from __future__ import annotations

from dataclasses import dataclass

from activities import revisions
from findings.plan_year import PlanYear
from imports.reasons import for_public
from indicators import editions
from indicators.achievement import Reading, Summary
from indicators.editions import Erratum, FrozenFigures
from indicators.figures import Figure
from indicators.models import Edition
from indicators.progress import Counts


@dataclass(frozen=True, slots=True)
class Preview:
    """What an edition would hold, and what it would lack; ``seen`` marks the plan's revision."""

    seen: int
    counts: Counts
    sent: list[Figure]
    on_desks: list[Figure]
    missing: list[Figure]
    blocking: int
    reported: Summary
    frozen: Summary

    @property
    def has_warnings(self) -> bool:
        return bool(self.sent or self.on_desks or self.missing or self.blocking)


def preview(here: PlanYear) -> Preview:
    """Return what publishing would freeze now."""
    reported = here.findings.figures
    frozen = here.figures.under(Reading.APPROVED)
    standing = here.progress.by_id
    due = [(row, standing[row.id]) for row in reported.rows if row.id in standing]
    due = [(row, stands) for row, stands in due if stands.is_due]
    return Preview(
        seen=revisions.current(here.plan),
        counts=here.progress.plan_counts,
        sent=[row for row, stands in due if stands.is_sent and not stands.is_verified],
        on_desks=[row for row, stands in due if stands.is_at_desk],
        missing=[row for row, stands in due if stands.is_missing],
        blocking=here.findings.marks.total,
        reported=reported.summary,
        frozen=frozen.summary,
    )


@dataclass(frozen=True, slots=True)
class Published:
    """An edition, whether its checksum still fits, and what was corrected since."""

    edition: Edition
    is_intact: bool
    errata: list[Erratum]


def published(here: PlanYear) -> Published | None:
    """Return the year's newest edition; None before it is published."""
    edition = (
        Edition.objects.filter(plan=here.plan, year=here.year)
        .select_related("published_by")
        .order_by("-number")
        .first()
    )
    if edition is None:
        return None
    intact = editions.checksum(edition.content) == edition.checksum
    corrections = for_public(editions.errata(FrozenFigures(here.plan, edition)))
    return Published(edition, intact, corrections)
