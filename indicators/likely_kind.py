"""How a number is likely to be counted, by its name and by what was planned.

What was reached is not asked: a proposal that looked at it would move the low rows alone, and the
mean with them. Plain functions on plain values: nothing here knows Django.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import pairwise

from activities import names
from indicators.people_words import AMOUNTS

# What stands there at the end of a year, as words are folded; not what is done within it. A final
# k that softens stands as both letters: durak, durağı.
STANDING = (
    *("arac", "birim", "bina", "cihaz", "dire[kg]", "dura[kg]", "gonullu", "isi[kg]", "kamera"),
    *("kitapli[kg]", "konukevi", "kres", "kutuphane", "merkez", "oda", "otobus", "park"),
    *("siginmaevi", "tesis", "tuvalet", "uye"),
)
# The first word of a name that asks only for what is new.
FURTHER = ("ek", "ilave")
_STANDS = re.compile(rf"(?:{'|'.join(STANDING)})(?:s?[iu]|l[ae]ri?)?\Z")


def likely_kind(name: str, planned: Sequence[Decimal | None]) -> str:
    """Return "level", "added" or "" where neither is likely and each year starts anew.

    ``planned`` holds baseline and targets in the order of the years, None where there is none. It
    adds up where the name ends in a thing that stands there and no planned number is below the one
    before it; only what is new is reported where the name says so.

    >>> likely_kind("Erişilebilir otobüs sayısı", [Decimal(427), Decimal(432), Decimal(437)])
    'level'
    >>> likely_kind("Otobüs seferi sayısı", [Decimal(427), Decimal(432)])
    ''
    >>> likely_kind("Ek durak sayısı", [None, Decimal(10)])
    'added'
    """
    words = [word for word in names.fold(name).split() if word not in AMOUNTS]
    if not words:
        return ""
    if words[0] in FURTHER:
        return "added"
    stands = _STANDS.match(words[-1]) is not None
    return "level" if stands and _never_falls(planned) else ""


def _never_falls(planned: Iterable[Decimal | None]) -> bool:
    known = [number for number in planned if number is not None]
    return all(one <= following for one, following in pairwise(known))
