"""What is said of a year that moved after it was sent: the same words inside and in public.

Source: docs/domain.md, "What moved after sending".
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from activities import formats
from indicators.since_sent import ANSWERS, OTHERS, SinceSent
from pages.lines import Line, Piece, line


def since_line(since: SinceSent, limits: Sequence[Decimal]) -> Line | None:
    """Return how many answers and rows moved after sending, and the mean before and now.

    ``limits`` are the plan's bands. None where nothing moved.
    """
    if not since.moved:
        return None
    n = since.answers or since.others
    told = line(
        f"{_what_moved(since)} {_what_became(since, limits)}".strip(),
        n=_number(n, f"since={ANSWERS if since.answers else OTHERS}"),
        answers=_number(since.answers, f"since={ANSWERS}"),
        others=_number(since.others, f"since={OTHERS}"),
        before=formats.percent(since.before, _language(), limits=limits),
        after=formats.percent(since.after, _language(), limits=limits),
    )
    return told


def _what_moved(since: SinceSent) -> str:
    if since.answers and since.others:
        return _(
            "After the numbers were sent, questions were answered (%(answers)s) and rows corrected "
            "(%(others)s); the results changed."
        )
    if since.answers:
        return ngettext(
            "After the numbers were sent, %(n)s question was answered; the results changed.",
            "After the numbers were sent, %(n)s questions were answered; the results changed.",
            since.answers,
        )
    return ngettext(
        "After the numbers were sent, %(n)s row was corrected; the results changed.",
        "After the numbers were sent, %(n)s rows were corrected; the results changed.",
        since.others,
    )


def _what_became(since: SinceSent, limits: Sequence[Decimal]) -> str:
    if since.is_withheld:
        return _("The mean before that is not given, so that nobody is recognised.")
    if since.before is None or since.after is None:
        return ""
    shown = [formats.tenths(each, limits) for each in (since.before, since.after)]
    if shown[0] == shown[1]:
        return _("The mean stayed at %(after)s.")
    return _("The mean was %(before)s before and is %(after)s now.")


def _number(n: int, query: str) -> Piece:
    return Piece(formats.amount(Decimal(n), _language()), query)


def _language() -> str:
    return get_language() or "tr"
