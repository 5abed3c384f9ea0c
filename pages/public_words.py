"""What the public is told first of a year, and whoever publishes reads before: the same words.

How many results are verified, reported but not verified, and not reported: three counts that add
up to the targets of the year. Source: docs/domain.md, "Words of progress".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Protocol

from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from activities import formats
from activities.templatetags.turkish import turkish
from indicators.achievement import Summary, Unreported
from indicators.editions import PublicFigures
from indicators.results import ENOUGH


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
    who = turkish(municipality) if municipality else ""
    return SafeString(_sentence(results, year, who, _bold))


def means_sentence(figures: PublicFigures) -> str:
    """Return the mean of what is verified, and beside it that of all that was reported.

    Says why where one of them is not told: too little is verified, or somebody could be
    recognised. "" where nothing has a score.
    """
    said = [*_verified_mean(figures), *_reported_mean(figures), doubt_sentence(figures)]
    if figures.summary.mean is not None or figures.reported_mean is not None:
        said.append(_("Each target counts up to 100 at most."))
    return " ".join(filter(None, said))


def doubt_sentence(figures: PublicFigures) -> str:
    """Return how many questions were open on the day of publishing, and what hangs on them.

    "" where none was: then the mean of all that was reported depends on no answer.
    """
    doubt = figures.doubt
    if doubt is None:
        return ""
    n = doubt.questions
    if doubt.low is None or doubt.high is None or doubt.low == doubt.high:
        text = ngettext(
            "On the day of publishing %(n)s question about the unverified results was open.",
            "On the day of publishing %(n)s questions about the unverified results were open.",
            n,
        )
        return text % {"n": _amount(n)}
    text = ngettext(
        "On the day of publishing %(n)s question about the unverified results was open: depending "
        "on its answer the mean of the reported lies between %(low)s and %(high)s.",
        "On the day of publishing %(n)s questions about the unverified results were open: "
        "depending on their answers the mean of the reported lies between %(low)s and %(high)s.",
        n,
    )
    low, high = (_percent(each, figures) for each in (doubt.low, doubt.high))
    return text % {"n": _amount(n), "low": low, "high": high}


def mean_rule() -> str:
    """Return when the public reads a mean."""
    text = _("A mean is given where at least %(enough)s of the targets have a verified result.")
    return text % {"enough": formats.amount(ENOUGH * 100, _language(), percent=True)}


def withheld_sentence(count: int) -> str:
    """Return what is withheld for small numbers, and where it is counted; "" where nothing is.

    It is the one sentence of it for pages, report, files and API, so that who compares two of them
    knows why they count differently.
    """
    if not count:
        return ""
    text = ngettext(
        "%(n)s number is not shown, so that nobody can be recognised: it is in no mean; the public "
        "page and the report count it among the targets and the verified results, tables, open "
        "data and API do not.",
        "%(n)s numbers are not shown, so that nobody can be recognised: they are in no mean; the "
        "public page and the report count them among the targets and the verified results, "
        "tables, open data and API do not.",
        count,
    )
    return text % {"n": _amount(count)}


def beside_public(whole: Summary, public: Summary, count: int, limits: Sequence[Decimal]) -> str:
    """Return which mean the public reads in place of one shown inside, and why; "" if the same.

    Not for the public: of both means it could work out what is withheld. ``count`` is how many rows
    are.
    """
    if not count or whole.mean is None or public.mean is None:
        return ""
    text = ngettext(
        "The public reads %(public)s (n=%(public_n)s), because %(n)s row is withheld for small "
        "numbers; with it the mean is %(whole)s (n=%(whole_n)s).",
        "The public reads %(public)s (n=%(public_n)s), because %(n)s rows are withheld for small "
        "numbers; with them the mean is %(whole)s (n=%(whole_n)s).",
        count,
    )
    means = {
        name: formats.percent(each.mean, _language(), limits=tuple(limits))
        for name, each in (("whole", whole), ("public", public))
    }
    counts = {"whole_n": _amount(whole.scored), "public_n": _amount(public.scored)}
    return text % {"n": _amount(count), **means, **counts}


def _verified_mean(figures: PublicFigures) -> Iterable[str]:
    mean, results = figures.summary.mean, figures.results
    if mean is not None:
        counts_zeros = figures.unreported == Unreported.ZERO and results.not_reported
        text = (
            _("The mean of the verified is %(mean)s, with what was not reported counted as 0.")
            if counts_zeros
            else _("The mean of the verified is %(mean)s.")
        )
        yield text % {"mean": _percent(mean, figures)}
    elif results.due and not results.is_percent_public:
        yield mean_rule()


def _reported_mean(figures: PublicFigures) -> Iterable[str]:
    """Return the mean of all that was reported where it differs in what it is a mean of."""
    if not figures.results.unverified:
        return
    if figures.reported_mean is not None:
        mean, count = figures.reported_mean.mean, figures.reported_mean.count
        text = ngettext(
            "The score of the %(n)s result that was reported is %(mean)s.",
            "The mean of the %(n)s results that were reported is %(mean)s.",
            count,
        )
        yield text % {"n": _amount(count), "mean": _percent(mean, figures)}
    elif figures.is_reported_mean_withheld:
        yield _("The mean of all that was reported is not given, so that nobody is recognised.")


def _percent(fraction: Decimal, figures: PublicFigures) -> str:
    return formats.percent(fraction, _language(), limits=figures.bands.limits)


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
    return formats.amount(Decimal(n), _language())


def _language() -> str:
    return get_language() or "tr"


def _bold(n: int) -> str:
    return f"<b>{_amount(n)}</b>"
