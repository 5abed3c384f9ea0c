"""Numbers as people write them into plans: "5 adet", "1.000 kişi", "en az 12", "≥ 5", "1,200.50".

The grammar of ``indicators.cells`` is asked first and stays the only one of forms and the API. What
it does not know is read here with a question: a number is proposed, the words are kept. Nothing
here imports Django.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from activities.names import fold
from activities.sentences import Sentence
from imports.contents import TICKS
from imports.layout import Numbers
from imports.readers import Raw, RawCell
from indicators.cells import Cell, CellKind, from_number, number_text, parse_cell

LONGEST, MOST_WORDS = 60, 4
ENGLISH = re.compile(
    r"(?P<sign>[-−]?) ?(?P<before>%?) ?(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d{1,4})?|\d+\.\d{1,4})"
    r" ?(?P<after>%?)"
)
WORDED = re.compile(
    r"(?P<before>[^\d%]{0,30}?)\s*(?P<number>[-−]?%? ?\d[\d.,\u00a0]*(?: \d{3})*(?:,\d+)? ?%?)"
    r"\s*(?P<after>\D{0,40})"
)
DATE = re.compile(
    r"\d{1,2}[./]\d{1,2}[./](?:19|20)\d\d|(?:19|20)\d\d-\d\d?-\d\d?|\d\d?[./](?:19|20)\d\d"
)
NOT_AFTER = re.compile(r"[.)/:\-–]\s*\w")
_SIGN_LETTERS = "≥ ≤ > < ~ ≈ ± + * ( ) ' ’ † ‡ ¹ ² ³ ="
SIGNS = frozenset(_SIGN_LETTERS.split())
QUALIFIERS = frozenset(
    (
        "en az",
        "en cok",
        "en fazla",
        "asgari",
        "azami",
        "yaklasik",
        "yakl",
        "ortalama",
        "toplam",
        "toplamda",
        "yilda",
        "yuzde",
        "at least",
        "at most",
        "min",
        "max",
        "minimum",
        "maximum",
        "approx",
        "approximately",
        "about",
        "around",
        "up to",
        "ca",
        "circa",
        "mindestens",
        "hoechstens",
        "etwa",
        "rund",
        "environ",
        "au moins",
        "al menos",
        "aproximadamente",
        "unos",
        "almeno",
    )
)
_PERCENT = "yuzde percent prozent pourcent porcentaje pct"
PERCENT_WORDS = frozenset(_PERCENT.split())
_YES, _NO = "evet yes oui ja si var yapildi tamam", "hayir no non nein yok yapilmadi"
YES, NO = frozenset(_YES.split()), frozenset(_NO.split())
RELATIVE = re.compile(
    r"art[ıi]|azal|çoğal|düşür|yüksel|increase|decrease|reduc|more|less|growth|steiger|erhöh|senk"
    r"|augment|rédui|hausse|baisse|aument|reduc|increment|riduz",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Written:
    """A value cell as read. ``asks`` says what is doubtful in it, ``words`` are those beside it."""

    cell: Cell
    asks: str = ""
    words: str = ""


def read(raw: RawCell, numbers: Numbers) -> Written:
    """Return what a value cell says; raise Sentence for what looks like a number and is none."""
    if isinstance(raw, Raw) and raw.number is not None:
        return Written(from_number(raw.number, is_percent=raw.is_percent))
    text = raw if isinstance(raw, str) else raw.text
    if len(text) > LONGEST:
        return Written(parse_cell(text))
    return _read_short(text, numbers)


@lru_cache(maxsize=50_000)
def _read_short(text: str, numbers: Numbers) -> Written:
    if numbers is Numbers.ENGLISH:
        english = _english(text.strip())
        if english is not None:
            return Written(english)
    try:
        cell = parse_cell(text)
    except Sentence:
        worded = _worded(text, numbers)
        if worded is None:
            raise
        return worded
    if cell.kind is CellKind.TEXT:
        return _worded(text, numbers) or Written(cell, _kind_of_text(cell.text))
    return Written(cell)


def _english(text: str) -> Cell | None:
    """Return a number with commas between thousands, kept as this application writes numbers."""
    found = ENGLISH.fullmatch(text)
    if found is None or (found["before"] and found["after"]):
        return None
    value = Decimal(found["digits"].replace(",", ""))
    if found["sign"]:
        value = -value
    is_percent = bool(found["before"] or found["after"])
    return replace(
        from_number(value, is_percent=is_percent),
        text=number_text(value, is_percent=is_percent),
    )


def _worded(text: str, numbers: Numbers) -> Written | None:
    """Return the number that stands among words or signs; None where there is not just one."""
    written = text.strip()
    if DATE.fullmatch(written):
        return Written(Cell(CellKind.TEXT, written), "date")
    if not any(letter.isdigit() for letter in written):
        return None
    if RELATIVE.search(written):
        return Written(Cell(CellKind.TEXT, written), "relative")
    found = WORDED.fullmatch(written)
    if found is None:
        return _range(written)
    before, after = found["before"].strip(), found["after"].strip()
    if NOT_AFTER.match(after) or not _may_stand_before(before) or not _may_stand_after(after):
        return None
    number = _number(found["number"].strip(), numbers)
    if number is None:
        return None
    words = fold(f"{before} {after}").split()
    is_percent = number.is_percent or not PERCENT_WORDS.isdisjoint(words)
    cell = replace(number, text=written, is_percent=is_percent, is_ambiguous=False)
    unit = " ".join(word for word in after.split() if any(map(str.isalpha, word)))
    return Written(cell, "words" if any(map(str.isalpha, before + after)) else "signs", unit)


def _number(text: str, numbers: Numbers) -> Cell | None:
    if numbers is Numbers.ENGLISH:
        english = _english(text)
        if english is not None:
            return english
    try:
        cell = parse_cell(text)
    except Sentence:
        return None
    return cell if cell.kind is CellKind.NUMBER else None


def _range(text: str) -> Written | None:
    """Return a text that states two numbers, like "5-6" or "10 ila 12"."""
    if re.fullmatch(r"\d[\d.,]*\s*(?:-|–|—|ila|ile|to|bis|à|a)\s*\d[\d.,]*\s*[%\w]*", text):
        return Written(Cell(CellKind.TEXT, text), "range")
    return None


def _may_stand_before(text: str) -> bool:
    if not text:
        return True
    bare = "".join(letter for letter in text if letter not in SIGNS).strip(" .:")
    return not bare or fold(bare) in QUALIFIERS


def _may_stand_after(text: str) -> bool:
    words = text.split()
    return len(words) <= MOST_WORDS and all(
        all(letter.isalpha() or letter in SIGNS or letter in ".²³'’()-/" for letter in word)
        for word in words
    )


def _kind_of_text(text: str) -> str:
    if text in TICKS:
        return "tick"
    if fold(text) in YES | NO:
        return "yes or no"
    return "text"
