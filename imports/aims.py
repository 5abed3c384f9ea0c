"""Aims and goals as a file prints them: in columns, in bands over the table, beside labels.

Nothing here imports Django.
"""

from __future__ import annotations

import re

from activities.names import fold, repair
from imports.contents import UNIT_ENDS
from imports.headings import Rank, read_heading
from imports.table import Aim

_WORDS = (
    r"stratejik\s+amaç|stratejik\s+hedef|amaç|hedef|tema|alan|eksen|öncelik|bölüm|strateji"
    r"|strategic\s+objective|objective|goal|aim|theme|article|art\.|area|axis|pillar|priority|level"
    r"|axe|objectif|orientation|enjeu|eje|objetivo|línea|ámbito|asse|obiettivo|ambito|ziel|handlungsfeld"
    r"|artikel|schwerpunkt"
)
_CODE = r"(?:[A-ZÇĞİÖŞÜ]{1,3}[ .\-]?)?\d{1,3}(?:[.\-]\d{1,3})*|[IVX]{1,5}|[A-ZÇĞİÖŞÜ]"
WORDED = re.compile(
    rf"(?P<word>{_WORDS})(?!\w)\s*(?P<code>{_CODE})?(?P<mark>\s*[.):–—\-]+|\s+|$)\s*(?P<title>.*)",
    re.IGNORECASE | re.DOTALL,
)
# "1 Bildung", "H1.1 Conciliazione": a code with a capital behind it.
BARE = re.compile(
    r"(?P<code>[A-ZÇĞİÖŞÜ]{0,3}\d{1,2}(?:\.\d{1,3})*)\s+(?P<title>[^\W\d_].*)", re.DOTALL
)
NUMBERED = re.compile(
    rf"(?P<code>{_CODE})(?P<mark>\s*[.):–—\-]+)(?!\d)\s*(?P<title>\S.*)", re.DOTALL
)
LOWER = re.compile(r"hedef|goal|objectif|obiettivo|objetivo|ziel\b|teilziel", re.IGNORECASE)
HIGHER = re.compile(r"amaç|stratejik amaç|strategic|axe|eje|asse|handlungsfeld", re.IGNORECASE)
LOWEST = re.compile(r"performans\s+hedef|alt\s+hedef|sub-?goal|sous-objectif", re.IGNORECASE)
LONGEST_CODE, LONGEST_TITLE = 20, 300


def read(text: str) -> Aim:
    """Return an aim's code and title as a text prints them.

    >>> read("Hedef 1. Eşitlik")
    Aim(code='1', title='Eşitlik')
    """
    clean = repair(text)
    for pattern in (WORDED, BARE, NUMBERED):
        found = pattern.fullmatch(clean)
        if found is not None and found["code"]:
            if pattern is BARE and not found["title"][0].isupper():
                continue
            code = found["code"].strip(" .")[:LONGEST_CODE]
            return Aim(code, (found["title"].strip() or clean)[:LONGEST_TITLE])
    return Aim("", clean[:LONGEST_TITLE])


def is_said(text: str) -> bool:
    """Whether a line alone says by its first word that it is an aim or a goal."""
    found = WORDED.fullmatch(repair(text))
    return (
        found is not None and bool(found["code"] or ":" in found["mark"]) and bool(found["title"])
    )


def level_of(text: str) -> int:
    """Return 0 for an aim, 1 for a goal below it, 2 for a performance target below that."""
    clean = repair(text)
    if LOWEST.match(clean):
        return 2
    if HIGHER.match(clean):
        return 0
    if LOWER.match(clean):
        return 1
    code = read(text).code
    return min(sum(sign in ".-" for sign in code), 1)


def is_title_of_file(text: str) -> bool:
    """Whether a line alone is the title of the plan or the table."""
    words = set(fold(text).split())
    return not words.isdisjoint(
        (
            "plani",
            "plan",
            "raporu",
            "rapor",
            "tablosu",
            "tablo",
            "report",
            "table",
            "cizelgesi",
            "aktionsplan",
            "piano",
            "formu",
        )
    )


def names_unit(text: str) -> bool:
    """Whether a line alone is a unit's heading, by its words."""
    return read_heading(text).rank is Rank.UNIT


def surely_names_unit(text: str) -> bool:
    """Whether a heading ends with an office's word: "… Müdürlüğü", not "Kentsel Hizmetler"."""
    words = fold(read_heading(text).unit.name).split()
    return bool(words) and words[-1] in UNIT_ENDS and names_unit(text)
