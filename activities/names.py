"""Turkish names: case, search and sort keys, slugs, and letters an OCR has damaged.

Plain functions on plain strings: nothing here imports Django. Python's own ``lower`` and ``upper``
are wrong for Turkish (İ/i and I/ı are two letters), and databases sort Ç İ Ş after Z, so every
comparison of names in this project goes through here.

Source: docs/domain.md, "What the real table teaches".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

ALPHABET = "abcçdefgğhıijklmnoöpqrsştuüvwxyz"
"""The Turkish order, with q, w and x of foreign names where their neighbours are."""

_TURKISH_LOWER = str.maketrans({"I": "ı", "İ": "i"})
_TURKISH_UPPER = str.maketrans({"ı": "I", "i": "İ"})

# Letters that do not fall apart into an ASCII letter and a mark.
_TO_ASCII = str.maketrans(
    {"ı": "i", "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l"}
)

# The plan's OCR writes Ő for Ş and Đ for Ğ; Ý Þ Ð are İ Ş Ğ of a Turkish file read as Western;
# Ș and Ǧ only look like the Turkish letters.
_DAMAGE = str.maketrans("ŐőĐđÝýÞþÐðȘșǦǧ", "ŞşĞğİıŞşĞğŞşĞğ")

_LATIN_1_LETTERS = "".join(chr(code) for code in range(0xC0, 0x100))
_USUAL = frozenset(
    "".join(chr(code) for code in range(0x20, 0x7F))
    + "çğıöşüÇĞİÖŞÜ"
    + _LATIN_1_LETTERS
    + "\n\r\t\xa0\xad§©«®°±²³´µ·¹»¼½¾"
    + "‐‑‒–—―‘’‚“”„†•…‰′″‹›€₺™−≤≥≠≈√∙▪●■"
) - frozenset("ÝýÞþÐð")

_MARKS = re.compile("[\u0300-\u036f]+")
_NOT_A_WORD = re.compile("[^a-z0-9]+")
_DOTTED_I = re.compile("i\u0307+")
_BLANKS = re.compile(r"\s+")
_SORT_PIECE = re.compile(r"(?P<number>[0-9]+)|(?P<letters>[^\W\d_]+)|(?P<gap>.)", re.DOTALL)
_CODE_PART = re.compile(r"[0-9]+|[^\W\d_]+")


class _Table(dict[int, str]):
    """A ``str.translate`` table that works out each character once, when it is first met."""

    def __init__(self, rule: Callable[[str], str]) -> None:
        super().__init__()
        self._rule = rule

    def __missing__(self, code: int) -> str:
        self[code] = replacement = self._rule(chr(code))
        return replacement


def lower(text: str) -> str:
    """Return the text in Turkish lower case.

    >>> lower("IŞIK İZMİR")
    'ışık izmir'
    """
    # Composed first: "I" and a separate dot are one letter, İ.
    return unicodedata.normalize("NFC", text).translate(_TURKISH_LOWER).lower()


def upper(text: str) -> str:
    """Return the text in Turkish upper case."""
    # The dot of a decomposed or badly lower-cased i would otherwise stay behind its İ.
    text = _DOTTED_I.sub("i", unicodedata.normalize("NFC", text))
    return text.translate(_TURKISH_UPPER).upper()


@lru_cache(maxsize=16_384)
def fold(text: str) -> str:
    """Return the search key: ASCII words in lower case, one blank between them.

    Both sides of a comparison are folded, so a keyboard without Turkish letters finds them too.

    >>> fold("IŞIK") == fold("ışık") == fold("Isik") == "isik"
    True
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKD", lower(text).translate(_TO_ASCII))
        text = _MARKS.sub("", text).translate(_TO_ASCII)
    return _NOT_A_WORD.sub(" ", text.lower()).strip()


@lru_cache(maxsize=16_384)
def sort_key(text: str) -> str:
    """Return a key whose plain order is the Turkish alphabet, numbers by their size.

    The key has digits only, the one alphabet every database collation agrees on: two for a letter
    (10 a, 11 b, 12 c, 13 ç …), "00" for a gap, "01", its length and its digits for a number. It is
    at most four times as long as the text, usually twice. Letters that only wear an accent sort
    with their bare letter, as the dictionary does.
    """
    pieces = _SORT_PIECE.finditer(lower(text))
    key = "".join(_sort_piece(piece) for piece in pieces)
    return _trim_gaps(key)


def _sort_piece(piece: re.Match[str]) -> str:
    if piece["number"]:
        digits = piece["number"].lstrip("0")[:99]
        return f"01{len(digits):02}{digits}"
    if piece["letters"]:
        return piece["letters"].translate(_SORT_LETTERS)
    return "" if unicodedata.combining(piece["gap"]) else " "


def _trim_gaps(key: str) -> str:
    return "00".join(key.split())


def _sort_letter(letter: str) -> str:
    if letter in ALPHABET:
        return str(10 + ALPHABET.index(letter))
    bare = fold(letter)
    if bare.isalpha():
        return bare.translate(_SORT_LETTERS)
    return " "


_SORT_LETTERS = _Table(_sort_letter)


def code_key(code: str) -> str:
    """Return a code whose plain order is its numeric order; "" for a blank one.

    >>> code_key("4.10.2.")
    '0004.0010.0002'
    """
    return ".".join(fold(part).zfill(4) for part in _CODE_PART.findall(code))


def slugify(text: str) -> str:
    """Return the name as part of a web address.

    >>> slugify("Işık Çeşmesi")
    'isik-cesmesi'
    """
    return fold(text).replace(" ", "-")


@lru_cache(maxsize=16_384)
def repair(text: str) -> str:
    """Return the text on one line, composed, with this plan's damaged letters put right.

    Line breaks count as blanks: whoever needs the lines splits first. Characters without a width,
    which search would trip over, go.

    >>> repair("FEN İŐLERİ  DAİRESİ BAŐKANLIĐI")
    'FEN İŞLERİ DAİRESİ BAŞKANLIĞI'
    """
    text = text.translate(_VISIBLE)
    if not text.isascii():
        text = unicodedata.normalize("NFC", text).translate(_DAMAGE)
        text = unicodedata.normalize("NFC", _DOTTED_I.sub("i", text))
    return _BLANKS.sub(" ", text).strip()


def _visible(character: str) -> str:
    if character.isspace():
        return " "
    # Control, format (zero width, direction, soft hyphen) and lone surrogates.
    return "" if unicodedata.category(character) in {"Cc", "Cf", "Cs"} else character


_VISIBLE = _Table(_visible)


def is_damaged(text: str) -> bool:
    """Whether a character is outside Turkish, Western letters, digits and usual punctuation."""
    return not text.isascii() and not _USUAL.issuperset(unicodedata.normalize("NFC", text))


_SMALL_WORDS = frozenset({"ve", "ile"})


def title(text: str) -> str:
    """Return a name printed in capitals with a capital letter a word; others as they are.

    >>> title("FEN İŞLERİ VE PARK DAİRESİ")
    'Fen İşleri ve Park Dairesi'
    """
    if text != upper(text):
        return text
    words = lower(text).split(" ")
    return " ".join(
        word if word in _SMALL_WORDS and number else upper(word[:1]) + word[1:]
        for number, word in enumerate(words)
    )
