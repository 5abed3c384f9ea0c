"""How numbers are written for people.

Plain functions on plain values: nothing here imports Django. Locale machinery is left alone
on purpose, because one page writes some 1,500 numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

BAND_LIMITS = (Decimal(1), Decimal("0.8"), Decimal("0.5"))
UNKNOWN = "—"
MINUS = "\u2212"

_THOUSAND = Decimal(1000)


def percent(
    fraction: Decimal | None,
    language: str = "tr",
    *,
    limits: Sequence[Decimal] = BAND_LIMITS,
) -> str:
    """Write a fraction as a percentage with one decimal; None is "—".

    Halves round away from zero, except that a value below one of the ``limits`` (fractions,
    the plan's bands) never reads as having reached it.

    >>> percent(Decimal("1.0521")), percent(Decimal("0.9996")), percent(Decimal(-1), "en")
    ('%105,2', '%99,9', '−100.0%')
    """
    if fraction is None:
        return UNKNOWN
    return _write_percent(tenths(fraction, limits), language)


def amount(value: Decimal | None, language: str = "tr", *, percent: bool = False) -> str:
    """Write an amount in full, without trailing zeros; None is an empty string.

    A percentage is given in percentage points, as it is stored.

    >>> amount(Decimal("1234.50")), amount(Decimal("55.55"), "en", percent=True)
    ('1.234,5', '55.55%')
    """
    if value is None:
        return ""
    whole, _, decimals = f"{value.copy_abs():,f}".partition(".")
    decimals = decimals.rstrip("0")
    turkish = language.startswith("tr")
    if turkish:
        whole = whole.replace(",", ".")
    digits = f"{whole}{',' if turkish else '.'}{decimals}" if decimals else whole
    sign = MINUS if value < 0 else ""
    return _with_percent_sign(sign + digits, turkish=turkish) if percent else sign + digits


def tenths(fraction: Decimal, limits: Sequence[Decimal]) -> int:
    """Return a fraction in tenths of a percentage point, held below a limit not reached."""
    tenths = int((fraction * _THOUSAND).to_integral_value(ROUND_HALF_UP))
    for limit in limits:
        if fraction < limit and limit * _THOUSAND <= tenths:
            return tenths - 1
    return tenths


def _write_percent(tenths: int, language: str) -> str:
    whole, tenth = divmod(abs(tenths), 10)
    sign = MINUS if tenths < 0 else ""
    if language.startswith("tr"):
        grouped = f"{whole:,}".replace(",", ".")
        return f"%{sign}{grouped},{tenth}"
    return f"{sign}{whole:,}.{tenth}%"


def _with_percent_sign(number: str, *, turkish: bool) -> str:
    return f"%{number}" if turkish else f"{number}%"
