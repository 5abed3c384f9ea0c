"""What the cells of a column are, by themselves: numbers, years, codes, units, long texts.

With them a heading is borne out, and a table is understood whose header nobody knows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from activities.names import fold
from imports.headers import YEAR

_MEASURES_WORDS = (
    "adet sayi kisi yuzde oran saat gun ay yil tl km m m2 evet hayir kilometre metre litre "
    "ton kg hane toplanti egitim rapor belge number percent "
    "share count yes no hours days persons people euro eur anzahl prozent stunden tage "
    "personen nombre pourcentage heures jours personnes numero porcentaje horas dias personas "
    "percentuale ore giorni persone"
)
MEASURES = frozenset(_MEASURES_WORDS.split())
NUMBER = re.compile(r"[-−+≥≤<>~≈%()\s]*\d[\d.,\s\u00a0]*\s*[%)+*]*")
CODE = re.compile(
    r"(?:[A-Za-zÇĞİÖŞÜçğıöşü]{1,6}[ .\-_/]?)?\d{1,4}(?:[.\-/_]\d{1,4}){0,5}\.?[a-z]?"
    r"|[A-ZÇĞİÖŞÜ](?:[.\-/]\d{1,4}){1,5}\.?"
)
_TICK_SIGNS = "x X ✓ ✔ √ ✗ ✘ + ● • ■ ✕ v V"
TICKS = frozenset(_TICK_SIGNS.split())
_UNIT_ENDS = (
    "mudurlugu mudurluk baskanligi baskanlik dairesi daire sube subesi birimi merkezi sefligi "
    "koordinatorlugu sekreterligi musavirligi db"
)
UNIT_ENDS = frozenset(_UNIT_ENDS.split())
_UNIT_STARTS_WORDS = (
    "direction service departement pole settore servizio ufficio departamento concejalia area "
    "fachbereich amt abteilung dezernat referat department directorate"
)
_UNIT_STARTS = frozenset(_UNIT_STARTS_WORDS.split())
_UNIT_LASTS_WORDS = "service services department directorate team office unit amt"
_UNIT_LASTS = frozenset(_UNIT_LASTS_WORDS.split())


def _share(cells: Sequence[str], test: Callable[[str], bool]) -> float:
    return sum(map(test, cells)) / len(cells) if cells else 0.0


def are_measures(cells: Sequence[str]) -> bool:
    """Whether most cells name units of measure."""
    return bool(cells) and _share(cells, is_measure) > 0.5


def is_measure(text: str) -> bool:
    words = fold(text).split()
    if not words:
        return text.strip() == "%" or not text.strip()
    return len(words) <= 3 and MEASURES.issuperset(words)


def are_units(cells: Sequence[str]) -> bool:
    """Whether most cells name units of a municipality."""
    return bool(cells) and _share(cells, names_unit) > 0.5


def names_unit(text: str) -> bool:
    """Whether a text names a unit by its words."""
    words = fold(text).split()
    if not words or len(words) > 20:
        return False
    return words[-1] in UNIT_ENDS or words[0] in _UNIT_STARTS or words[-1] in _UNIT_LASTS


def are_numbers(cells: Sequence[str]) -> bool:
    return bool(cells) and _share(cells, is_number) >= 0.5


def is_number(text: str) -> bool:
    return len(text) < 40 and NUMBER.fullmatch(text.strip()) is not None


def are_years(cells: Sequence[str]) -> bool:
    return bool(cells) and _share(cells, lambda text: YEAR.fullmatch(text) is not None) > 0.6


def are_codes(cells: Sequence[str]) -> bool:
    """Whether the cells are codes: short, mostly different, and not mere amounts."""
    if not cells or _share(cells, is_code) < 0.8:
        return False
    return _share(cells, lambda text: len(re.findall(r"\d+", text)) > 1) > 0.6 or (
        _share(cells, lambda text: text[:1].isalpha()) > 0.6
    )


def is_code(text: str) -> bool:
    return len(text) <= 20 and CODE.fullmatch(text.strip()) is not None


def are_texts(cells: Sequence[str]) -> bool:
    """Whether most cells are words: no numbers, no dashes, no ticks."""
    return bool(cells) and _share(cells, _is_text) > 0.5


def _is_text(text: str) -> bool:
    has_words = sum(letter.isalpha() for letter in text) >= 8 and len(text.split()) > 1
    return has_words and not text.strip()[:1].isdigit() and text not in TICKS
