"""Codes of activities: any short text, read where it stands, proposed where there is none.

Nothing here imports Django.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from activities.names import fold, repair

LONGEST = 20
_WORDS = (
    r"(?:faaliyet|eylem|gösterge|hedef|performans göstergesi|action|activity|measure|indicator"
    r"|maßnahme|mesure|acción|accion|medida|actuación|azione|misura|indicateur|indicador"
    r"|indicatore)\s+(?:no\.?\s*)?"
)
_CODE = (
    r"(?:[A-ZÇĞİÖŞÜ]{1,4}[ .\-]?)?\d{1,4}(?:[.\-/]\d{1,4}){0,5}(?:\.?[a-z](?=[).:\s]))?"
    r"|[A-ZÇĞİÖŞÜ](?:[.\-/]\d{1,4}){1,5}"
)
# "A.1.1 Toplantılar", "PG3.1.1: Katılan kişi", "Eylem 4: …"; a bare number needs a mark behind it.
LEADING = re.compile(
    rf"(?P<word>{_WORDS})?(?P<code>{_CODE})(?P<mark>\s*[.):–—-]+)?\s+(?P<title>\S.*)",
    re.IGNORECASE | re.DOTALL,
)
ANY = re.compile(r"[^\W_][\w.\-/ ]*", re.UNICODE)


def leading(text: str) -> tuple[str, str] | None:
    """Return the code that a text begins with, and the rest; None where it begins with none.

    >>> leading("PG3.1.1: Katılan kişi sayısı")
    ('PG3.1.1', 'Katılan kişi sayısı')
    """
    found = LEADING.fullmatch(repair(text))
    if found is None:
        return None
    code = found["code"].strip(" .)")
    has_parts = any(sign in code for sign in ".-/")
    starts_with_letter = code[:1].isalpha() and code[:1].isupper()
    if not (has_parts or found["mark"] or found["word"]):
        return None
    if code[:1].isalpha() and not starts_with_letter:
        return None
    if re.fullmatch(r"(?:19|20)\d\d", code):
        return None
    return code, found["title"].strip()


def are_leading(texts: Sequence[str]) -> bool:
    """Whether most texts begin with a code of their own."""
    found = [leading(text) for text in texts if text]
    codes = [each[0] for each in found if each]
    return len(codes) > 0.6 * len(found) and len(set(codes)) > 0.6 * len(codes)


def cleaned(text: str) -> str:
    """Return a code without what only closes it."""
    return repair(text).strip(" .):")


def is_code(text: str) -> bool:
    """Whether a cell of a column of codes may be one."""
    return 0 < len(text) <= LONGEST and ANY.fullmatch(text) is not None


def parts_of(code: str) -> tuple[str, str] | None:
    """Return the codes of the aim and of the goal that a code names; None for one of one part.

    >>> parts_of("PG3.1.2"), parts_of("1-2-3"), parts_of("101")
    (('PG3', 'PG3.1'), ('1', '1-2'), None)
    """
    pieces = re.split(r"([.\-/])", code)
    if len(pieces) < 3 or not any(map(str.isdigit, code)):
        return None
    return pieces[0], "".join(pieces[:3])


class Proposals:
    """Proposes codes by order: aim, goal and activity, counted as they come.

    They have three numbers, as the plan's own codes, so that a roll-up by aim reads them.
    """

    def __init__(self) -> None:
        self._aims: dict[str, int] = {}
        self._goals: dict[tuple[str, str], int] = {}
        self._counts: dict[tuple[int, int], int] = {}

    def next(self, aim: str, goal: str) -> str:
        """Return the code of the next activity below an aim and a goal; "" is none."""
        first = self._aims.setdefault(fold(aim), len(self._aims) + 1)
        of_aim = sum(1 for known, _goal in self._goals if known == fold(aim))
        second = self._goals.setdefault((fold(aim), fold(goal)), of_aim + 1)
        self._counts[first, second] = third = self._counts.get((first, second), 0) + 1
        return f"{first}.{second}.{third}"
