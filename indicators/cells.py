"""Reading single value cells: the one grammar for files, forms, pasting and the API.

Numbers are Turkish: a decimal comma and dots or blanks between thousands. Percent values are
in percentage points. Nothing here imports Django.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from activities.sentences import Sentence
from activities.sentences import noop as _

# Every letter that a keyboard, Word or Excel makes of a dash: hyphen-minus, hyphen, non-breaking
# hyphen, figure dash, en dash, em dash, minus. Alone in a cell each means that nothing is there.
DASHES = frozenset("-‐‑‒–—−")
WHOLE_DIGITS, DECIMAL_PLACES = 11, 4
# No number that anybody writes is longer; what is, is only looked at as far as this.
LONGEST_NUMBER = 100
LARGEST = Decimal("99999999999.9999")

# Blanks that stand in a number. Two blanks, a tab or a line break stand between two numbers.
BLANK = re.compile("[\u00a0\u2007\u2009\u202f]")
SIGNED = re.compile(
    r"(?P<sign>[-−]?) ?(?P<percent>%?) ?(?P<inner>[-−]?)(?P<digits>[0-9., ]+?) ?(?P<after>%?)"
)
PLAIN = re.compile(r"[0-9]+(?:,[0-9]+)?")
GROUPED = re.compile(r"[0-9]{1,3}(?:(?:\.[0-9]{3})+|(?: [0-9]{3})+)(?:,[0-9]+)?")
# Not 01.234, which is neither a group nor a decimal that anybody writes.
POINT_DECIMAL = re.compile(r"(?:0|[1-9][0-9]*)\.[0-9]+")
# 1.234 may be 1234 or 1,234; 1,234 may be 1,234 or 1234.
AMBIGUOUS = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")
SCIENTIFIC = re.compile(r"[-−+%]*[0-9.,_]+(?:[eE_][-+]?[0-9]+)+")
NOT_FINITE = re.compile(r"[-−+]?(?:s?nan|inf(?:inity)?)", re.IGNORECASE)
EXCEL_ERROR = re.compile(r"#(?:[A-Z0-9/]+[!?]?)")


class CellKind(StrEnum):
    NUMBER = "number"
    DASH = "dash"
    EMPTY = "empty"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Cell:
    """One value cell: what was written, and the number if it is one.

    ``value`` is None for a dash, an empty cell and a text; 0 is a number.
    """

    kind: CellKind
    text: str = ""
    value: Decimal | None = None
    is_percent: bool = False
    is_ambiguous: bool = False


EMPTY = Cell(CellKind.EMPTY)


def parse_cell(text: str) -> Cell:
    """Return a file's cell; raise Sentence for what looks like a number and is none.

    >>> parse_cell("%55,55").value
    Decimal('55.55')
    """
    # A text of 32,000 characters is neither kept in a cache nor read to its end.
    return _parse_long(text) if len(text) > LONGEST_NUMBER else _parse_short(text)


def _parse_long(text: str) -> Cell:
    written = text.strip()
    if len(written) <= LONGEST_NUMBER:
        return _parse_short(written)
    start = written[:LONGEST_NUMBER]
    if not any(c.isalpha() for c in start) and any(c.isnumeric() for c in start):
        raise _too_long(written)
    return Cell(CellKind.TEXT, written)


@lru_cache(maxsize=50_000)
def _parse_short(text: str) -> Cell:
    written = text.strip()
    if not written:
        return EMPTY
    if written in DASHES:
        return Cell(CellKind.DASH, written)
    if not _looks_like_number(written):
        return Cell(CellKind.TEXT, written)
    return parse_number(written)


def parse_number(text: str) -> Cell:
    """Return a number as typed; raise Sentence with the remedy for anything else."""
    if len(text) > LONGEST_NUMBER and len(text.strip()) > LONGEST_NUMBER:
        raise _too_long(text.strip())
    written = BLANK.sub(" ", text.strip())
    found = SIGNED.fullmatch(written)
    if found is None or (found["sign"] and found["inner"]) or (found["percent"] and found["after"]):
        raise _not_a_number(text)
    digits = found["digits"]
    value = _value(digits, text)
    if found["sign"] or found["inner"]:
        value = -value
    return Cell(
        CellKind.NUMBER,
        text.strip(),
        value,
        is_percent=bool(found["percent"] or found["after"]),
        is_ambiguous=AMBIGUOUS.fullmatch(digits) is not None,
    )


@lru_cache(maxsize=50_000)
def from_number(number: Decimal, *, is_percent: bool) -> Cell:
    """Return the cell of a number that a workbook holds as a number, a percentage in points.

    It is rounded to the places that are kept; raise Sentence where it is too large.
    """
    text = number_text(number, is_percent=is_percent)
    if not number.is_finite() or abs(number) > LARGEST:
        raise Sentence(_("“%(text)s” is larger than this application keeps."), text=text[:40])
    plain = number_text(round(number, DECIMAL_PLACES), is_percent=False)
    value = Decimal(plain.replace(",", "."))
    return Cell(CellKind.NUMBER, number_text(value, is_percent=is_percent), value, is_percent)


def number_text(number: Decimal, *, is_percent: bool) -> str:
    """Return a number as the plan prints it: without needless zeros, "%" in front.

    >>> number_text(Decimal("55.50"), is_percent=True)
    '%55,5'
    """
    text = f"{number:f}".replace(".", ",")
    if "," in text:
        text = text.rstrip("0").rstrip(",")
    return f"%{text}" if is_percent else text


def _value(digits: str, text: str) -> Decimal:
    """Return the unsigned digits as a number within what is kept."""
    if len(digits) > 40:
        raise _too_long(text)
    if GROUPED.fullmatch(digits) and not digits.startswith("0"):
        plain = digits.replace(".", "").replace(" ", "").replace(",", ".")
    elif PLAIN.fullmatch(digits):
        plain = digits.replace(",", ".")
    elif POINT_DECIMAL.fullmatch(digits):
        plain = digits
    else:
        raise _not_a_number(text)
    whole, _point, places = plain.partition(".")
    whole, places = whole.lstrip("0") or "0", places.rstrip("0")
    if len(whole) > WHOLE_DIGITS:
        raise Sentence(_("“%(text)s” is larger than this application keeps."), text=text)
    if len(places) > DECIMAL_PLACES:
        raise Sentence(
            _("“%(text)s” has more than %(places)s decimal places."),
            text=text,
            places=DECIMAL_PLACES,
        )
    return Decimal(f"{whole}.{places}" if places else whole)


def _looks_like_number(text: str) -> bool:
    """Whether a cell was meant as a number: digits without letters, or a computer's spelling."""
    if any(letter.isnumeric() for letter in text) and not any(c.isalpha() for c in text):
        return True
    return bool(
        SCIENTIFIC.fullmatch(text) or NOT_FINITE.fullmatch(text) or EXCEL_ERROR.fullmatch(text)
    )


def _too_long(text: str) -> Sentence:
    return Sentence(_("This number is too long: “%(text)s…”."), text=text[:20])


def _not_a_number(text: str) -> Sentence:
    return Sentence(
        _("“%(text)s” is not a number. Write it like 1234, 1.234,5 or %%55,5."), text=text[:60]
    )
