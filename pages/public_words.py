"""What the public is told first of a year, and whoever publishes reads before: the same words.

How many results are verified, reported but not verified, and not reported: three counts that add
up to the targets of the year. Source: docs/domain.md, "Words of progress".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Protocol

from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from activities import formats


class Results(Protocol):
    """What is due in one of three parts, as ``indicators.progress.Counts`` counts them.

    ``unverified`` is None where it was not recorded what had been reported and not verified:
    ``not_reported`` is then what is neither verified nor known.
    """

    @property
    def due(self) -> int: ...

    @property
    def verified_results(self) -> int: ...

    @property
    def unverified(self) -> int | None: ...

    @property
    def not_reported(self) -> int: ...


def first_sentence(results: Results, year: int, municipality: str = "") -> str:
    """Return the three counts in the active language.

    ``municipality`` is who set the targets; without a name it is "the municipality".
    """
    return _sentence(results, year, municipality, _amount)


def first_sentence_html(results: Results, year: int, municipality: str = "") -> SafeString:
    """Return the same sentence with its counts set off."""
    return SafeString(_sentence(results, year, escape(municipality), _bold))


def _sentence(results: Results, year: int, municipality: str, write: Callable[[int], str]) -> str:
    who = municipality or _("The municipality")
    if not results.due:
        return _("%(who)s set no measurable target for %(year)s.") % {"who": who, "year": year}
    text = ngettext(
        "%(who)s set %(due)s target for %(year)s: %(parts)s.",
        "%(who)s set %(due)s targets for %(year)s: %(parts)s.",
        results.due,
    )
    parts = [each % {"n": write(n)} for each, n in _parts(results)]
    return text % {
        "who": who, "due": write(results.due), "year": year, "parts": ", ".join(parts)
    }  # fmt: skip


def _parts(results: Results) -> Iterable[tuple[str, int]]:
    n = results.verified_results
    yield ngettext("%(n)s result is verified", "%(n)s results are verified", n), n
    n = results.not_reported
    if results.unverified is None:
        yield (
            ngettext(
                "%(n)s result is not reported or not verified",
                "%(n)s results are not reported or not verified",
                n,
            ),
            n,
        )
        return
    yield (
        ngettext(
            "%(n)s result is reported but not verified",
            "%(n)s results are reported but not verified",
            results.unverified,
        ),
        results.unverified,
    )
    yield ngettext("%(n)s result is not reported", "%(n)s results are not reported", n), n


def _amount(n: int) -> str:
    return formats.amount(Decimal(n), get_language() or "tr")


def _bold(n: int) -> str:
    return f"<b>{_amount(n)}</b>"
