"""The key that stands beside a row of a unit's workbook, and finds it again in whatever comes back.

It names the row, whose it is, and the version of the value that was written into the workbook. A
short check keeps apart what was typed, dragged down by a spreadsheet, or made by another
installation. It opens nothing: what a person may write is asked of her rights.
"""

from __future__ import annotations

import re
from dataclasses import astuple, dataclass

from django.utils.crypto import constant_time_compare, salted_hmac

FORM = re.compile(r"((?:[0-9]{1,18}\.){5})([0-9a-f]{8})")


@dataclass(frozen=True, slots=True)
class RowKey:
    """A row by plan, year, unit and indicator; ``version`` is 0 where nothing was stored."""

    plan: int
    year: int
    unit: int
    indicator: int
    version: int

    def __str__(self) -> str:
        body = "".join(f"{part}." for part in astuple(self))
        return f"{body}{_check(body)}"


def read_key(text: str) -> RowKey | None:
    """Return the key that a cell holds; None for anything else.

    >>> read_key("1.2025.3.4.5.00000000") is None
    True
    """
    found = FORM.fullmatch(text.strip())
    if found is None or not constant_time_compare(found[2], _check(found[1])):
        return None
    return RowKey(*(int(part) for part in found[1].split(".")[:-1]))


def _check(body: str) -> str:
    return salted_hmac("indicators.row_keys", body).hexdigest()[:8]
