"""What a line's fields hold: read from what was typed, compared, and put into a realization.

The fields are named ``written``, ``absence``, ``deviation_reason`` and so on; in a form each is
followed by the indicator's number: ``written-17``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext

from activities import formats
from activities.sentences import Sentence
from activities.sentences import noop as _
from activities.wording import say
from indicators.cells import CellKind, parse_cell, parse_number
from indicators.models import Realization

PARTS = ("women", "men", "others")
TEXTS = ("deviation_reason", "measure_to_take")
FIELDS = ("written", "absence", *TEXTS, *PARTS)
LONGEST_TEXT, LONGEST_CELL = 4_000, 500
OTHER = Realization.Absence.OTHER

Typed = Mapping[str, str]


class Refused(Exception):
    """What was typed cannot be kept; a sentence for each field it is about."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(errors)
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Content:
    """What a person says of an indicator in a year. 0, nothing and a reason for none differ."""

    value: Decimal | None = None
    text: str = ""
    absence: str = ""
    deviation_reason: str = ""
    measure_to_take: str = ""
    women: Decimal | None = None
    men: Decimal | None = None
    others: Decimal | None = None

    def shown(self, name: str, *, is_percent: bool) -> str:
        """Return what a field shows, as it would be typed; always with the decimal comma."""
        if name == "written":
            if self.value is None:
                return self.text
            return formats.amount(self.value, percent=is_percent)
        held = getattr(self, name)
        return formats.amount(held) if name in PARTS else str(held)


EMPTY = Content()
NAMES = tuple(Content.__dataclass_fields__)


def of(value: Any) -> Content:
    """Return the content of a realization or of a row of its history; of None the empty one."""
    if value is None:
        return EMPTY
    return Content(*(getattr(value, name) for name in NAMES))


def explains(content: Content, before: Content) -> bool:
    """Whether one content differs from another in its reason and measure only."""
    said = {name: getattr(before, name) for name in TEXTS}
    return content != before and replace(content, **said) == before


def put(content: Content, value: Realization) -> None:
    for name in NAMES:
        setattr(value, name, getattr(content, name))


def typed_in(post: QueryDict, pk: int) -> dict[str, str]:
    """Return what a form sent for an indicator, by field; fields it did not send are missing."""
    found = {}
    for name in FIELDS:
        text = post.get(f"{name}-{pk}")
        if text is not None:
            # No database keeps a NUL, and no keyboard types one.
            found[name] = str(text).replace("\x00", "").replace("\r\n", "\n").strip()
    return found


def read(typed: Typed, stored: Content, *, is_percent: bool, counts_people: bool) -> Content:
    """Return what was typed over what is stored; raise Refused with every sentence at once."""
    errors: dict[str, str] = {}
    content = stored
    for name in TEXTS:
        if name in typed:
            if len(typed[name]) > LONGEST_TEXT:
                errors[name] = gettext("At most %(n)s characters; the text is longer.") % {
                    "n": LONGEST_TEXT
                }
            content = replace(content, **{name: typed[name]})  # type: ignore[arg-type]
    if "written" in typed and typed["written"] != stored.shown("written", is_percent=is_percent):
        try:
            number = _number(typed["written"], is_percent=is_percent)
        except Sentence as error:
            errors["written"] = say(error)
        else:
            content = replace(content, value=number, text="")
    if counts_people:
        content = _with_parts(content, typed, stored, errors)
    if not errors.get("written"):
        content = _with_absence(content, typed, stored, errors)
    if not errors:
        _check_parts(content, errors)
    if errors:
        raise Refused(errors)
    return content


def _number(text: str, *, is_percent: bool) -> Decimal | None:
    """Return the number of a field; None for an empty one. Raise Sentence for anything else."""
    if len(text) > LONGEST_CELL:
        raise Sentence(TOO_LONG, text=text[:40])
    cell = parse_cell(text)
    if cell.kind is CellKind.EMPTY:
        return None
    if cell.kind is not CellKind.NUMBER:
        raise Sentence(NO_NUMBER, text=text[:60])
    if cell.is_percent and not is_percent:
        raise Sentence(PERCENT, text=text)
    return cell.value


def _with_parts(content: Content, typed: Typed, stored: Content, errors: dict[str, str]) -> Content:
    if not any(name in typed for name in PARTS):
        return content
    parts: dict[str, Decimal | None] = {}
    for name in PARTS:
        text = typed.get(name, stored.shown(name, is_percent=False))
        try:
            parts[name] = parse_number(text).value if text else None
        except Sentence as error:
            errors[name] = say(error)
    if any(part is not None for part in parts.values()):
        # The sum decides: what was left empty is nothing of it.
        parts = {name: part or Decimal(0) for name, part in parts.items()}
    return replace(content, **parts)  # type: ignore[arg-type]


def _with_absence(
    content: Content, typed: Typed, stored: Content, errors: dict[str, str]
) -> Content:
    absence = typed.get("absence", content.absence)
    if absence == content.absence and content.value is not None:
        absence = ""  # a number typed over a reason for none
    if absence not in ("", *Realization.Absence.values):
        errors["absence"] = gettext("Choose one of the reasons.")
        return content
    if absence and content.value is not None:
        errors["absence"] = gettext("There is a figure. Empty the field first if there is none.")
    elif absence == OTHER and not content.deviation_reason:
        errors["deviation_reason"] = gettext("Say why there is no figure.")
    elif absence:
        content = _without_parts(replace(content, text=""), stored)
    if stored.absence and not absence:
        # What explained that there is no figure explains no number.
        kept = {name: getattr(stored, name) for name in TEXTS}
        gone = {name: "" for name in TEXTS if getattr(content, name) == kept[name]}
        content = replace(content, **gone)  # type: ignore[arg-type]
    return replace(content, absence=absence)


def _without_parts(content: Content, stored: Content) -> Content:
    """Leave out the parts that stand in the form as they were stored: they go with their number."""
    parts = {name: getattr(stored, name) for name in PARTS}
    if any(getattr(content, name) != part for name, part in parts.items()):
        return content
    return replace(content, **dict.fromkeys(PARTS))  # type: ignore[arg-type]


def _check_parts(content: Content, errors: dict[str, str]) -> None:
    parts = [getattr(content, name) for name in PARTS]
    if None in parts:
        return
    total = sum(parts, Decimal(0))
    if content.value is None:
        errors["women"] = gettext(
            "Women, men and others are filled in, but the figure itself is empty."
        )
    elif total != content.value:
        errors["women"] = gettext(
            "Women, men and others add up to %(sum)s, but the figure is %(value)s."
        ) % {"sum": formats.amount(total), "value": formats.amount(content.value)}


NO_NUMBER = _(
    "“%(text)s” is not a number. Write it like 712 or 1.234,5; if there is none, choose why under "
    "“No figure”."
)
PERCENT = _("“%(text)s” is a percentage, but this indicator counts. Write a number.")
TOO_LONG = _("“%(text)s…” is too long for a number.")
