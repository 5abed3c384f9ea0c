"""How the report's figures came about, so that a reader can work them out again."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from activities import formats, revisions
from indicators import kinds
from indicators.achievement import Method, Reading, Rule
from indicators.editions import PublicFigures
from indicators.explanations import RULE_SENTENCES
from indicators.figures import Figures
from indicators.labels import STATUS_LABELS
from indicators.models import Edition
from pages.plan_page import READINGS
from reports.annual.contents import Fact
from reports.official import Source, day_of


def method(source: Source, figures: Figures, language: str) -> Iterator[Fact]:
    """Return how the figures came about: method, reading, state of the data; one query.

    ``figures`` are those of the source that the report covers.
    """
    plan = figures.plan
    methods = dict(plan._meta.get_field("method").flatchoices)
    unreported = dict(plan._meta.get_field("unreported").flatchoices)
    yield Fact(_("How achievement is worked out"), str(methods[figures.method]))
    yield Fact(_("Unreported indicators"), str(unreported[figures.unreported]))
    yield Fact(_("With which values"), READINGS[figures.reading]())
    yield Fact(
        _("Kinds of indicators not confirmed by a person yet"),
        formats.amount(Decimal(kinds.unconfirmed(figures.rows)), language),
    )
    if isinstance(source.figures, PublicFigures):
        yield from imprint(source.figures)
        return
    number = formats.amount(Decimal(revisions.current(plan)), language)
    changed = _("change %(number)s of the plan") % {"number": number}
    yield Fact(_("State of the data"), changed, today())


def imprint(figures: PublicFigures) -> Iterator[Fact]:
    """Return what identifies an edition: its number and day, its checksum; and its reasons."""
    edition = figures.edition
    yield Fact(_("Edition"), f"{edition.number} · {day_of(edition)}")
    yield Fact(_("Checksum (SHA-256)"), figures.public_checksum)
    if own := figures.own_approvals:
        yield Fact(_("Values verified by the person who entered them"), str(own))
    if corrected := figures.corrected_since:
        yield Fact(_("Values corrected after they were verified"), str(corrected))
    yield from reasons(edition)


def reasons(edition: Edition) -> Iterator[Fact]:
    """Return why a further edition was made, and why one was in spite of a condition."""
    if edition.reason:
        yield Fact(_("Why this edition was made"), edition.reason)
    if edition.override_reason:
        yield Fact(_("Published in spite of a condition"), edition.override_reason)


def bands(figures: Figures, language: str) -> Iterator[Fact]:
    """Return what each status stands for, with the plan's own limits."""
    high, middle, low = (
        formats.amount(limit * 100, language, percent=True) for limit in figures.bands.limits
    )
    label = STATUS_LABELS
    yield Fact(str(label["achieved"]), _("%(limit)s and above") % {"limit": high})
    for status, lower, upper in (("mostly", middle, high), ("partly", low, middle)):
        yield Fact(
            str(label[status]),
            _("from %(lower)s up to, not including, %(upper)s") % {"lower": lower, "upper": upper},
        )
    yield Fact(str(label["low"]), _("below %(limit)s") % {"limit": low})
    if figures.reading is Reading.APPROVED:
        yield Fact(
            str(label["unverified"]), _("has a target and a number that nobody has verified yet")
        )
    yield Fact(str(label["not_reported"]), _("has a target, has no number"))
    yield Fact(str(label["no_target"]), _("no target and no number"))
    yield Fact(str(label["unplanned"]), _("has a number, has no target"))
    if figures.method is Method.BY_KIND:
        yield Fact(str(label["unanswered"]), str(RULE_SENTENCES[Rule.R7]))


def rules(figures: Figures) -> Iterator[Fact]:
    """Return R1 to R8 where the plan goes by them; docs/domain.md is their source."""
    if figures.method is Method.BY_KIND:
        yield from (Fact(rule.value, str(text)) for rule, text in RULE_SENTENCES.items())


def notes(*, is_official: bool) -> list[str]:
    """Return what a reader has to know of every figure; an edition has no questions."""
    found = [
        _(
            "An unreported indicator is not counted as zero; it lowers the reporting rate. "
            "An indicator without a target is not scored."
        ),
        _(
            "Achievement is shown as it is, however high. Only scores are averaged, and a "
            "score ends at 100%%."
        ).replace("%%", "%"),
    ]
    if not is_official:
        found.append(_("A question marks a value and changes none; a person decides."))
    return found


def today() -> str:
    return date_format(timezone.localdate(), "DATE_FORMAT")
