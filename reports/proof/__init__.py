"""Proving a year: every output read back and compared with the roll-up and the edition.

``asking`` fetches outputs as their readers get them, ``outputs`` reads the figures out of each,
``integrity`` looks at checksums and hidden numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from activities.models import Plan
from indicators.achievement import Reading
from indicators.editions import EditionBroken
from indicators.figures import Figures
from pages.plan_page import READINGS
from reports.official import OutputState, newest_edition
from reports.opendata.published import edition_of
from reports.proof.asking import Asker
from reports.proof.checks import Checked
from reports.proof.figures import Expected
from reports.proof.integrity import of_editions
from reports.proof.outputs import INSIDE, OFFICIAL, PUBLIC, Source, checked


def prove(plan: Plan, year: int) -> Iterator[Checked]:
    """Yield what was looked at, one after the other, with what does not fit in it.

    Asks for all pages and files of the year, which takes a minute for a large plan; writes nothing.
    """
    asker = Asker()
    # What outputs say is read in the language in which they are asked for.
    with override(settings.LANGUAGE_CODE):
        yield from of_editions(plan, year, asker)
        state = {} if newest_edition(plan, year) is None else {"state": OutputState.WORKING}
        for reading in Reading:
            source = Source(
                asker, plan, year,
                expected=Expected(Figures(plan, year, reading=reading)),
                base=f"/plans/{plan.slug}/{year}/",
                signed_in=True,
                query={"reading": reading, **state},
            )  # fmt: skip
            for what, read in INSIDE.items():
                yield checked(f"{_(what)} ({READINGS[reading]()})", read, source)
        expected = _of_edition(plan, year)
        if expected is not None:
            official = Source(
                asker, plan, year,
                expected=expected, base=f"/plans/{plan.slug}/{year}/", signed_in=True, query={},
            )  # fmt: skip
            for what, read in OFFICIAL.items():
                yield checked(f"{_(what)} ({_('edition')})", read, official)
            public = replace(official, base=f"/public/{plan.slug}/{year}/", signed_in=False)
            for what, read in PUBLIC.items():
                yield checked(f"{_(what)} ({_('public')})", read, public)


def _of_edition(plan: Plan, year: int) -> Expected | None:
    """Return what the edition's outputs must say.

    None where there is none, or where it is refused: then the checks of the editions say so.
    """
    try:
        frozen = edition_of(plan, year)
        return None if frozen is None else Expected(frozen)
    except EditionBroken:
        return None
