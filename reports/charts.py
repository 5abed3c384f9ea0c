"""Geometry of the pictures, worked out in Python so that templates only write it down.

Lengths are SVG user units as text with a dot, whatever the language.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

WIDTH, HEIGHT = 420, 210
TOP, FLOOR = 24, 180
BAR, GAP = 34, 3


@dataclass(frozen=True, slots=True)
class Point:
    """A column of the picture: a year (or the baseline) with what was planned and done."""

    label: str
    target: Decimal | None = None
    realization: Decimal | None = None
    baseline: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Bar:
    kind: str  # baseline, target or realization: the class that draws it
    x: str
    y: str
    height: str
    middle: str
    label_y: str
    value: Decimal


@dataclass(frozen=True, slots=True)
class Column:
    label: str
    middle: str
    bars: list[Bar]


@dataclass(frozen=True, slots=True)
class Picture:
    width: int
    height: int
    bar_width: int
    floor: str
    label_y: int
    columns: list[Column]


def columns(points: Sequence[Point]) -> Picture | None:
    """Return bars side by side on one scale from zero; None where there is no number."""
    values = [value for point in points for _kind, value in _values(point)]
    if not values:
        return None
    high, low = max(*values, Decimal(0)), min(*values, Decimal(0))
    scale = Decimal(FLOOR - TOP) / ((high - low) or Decimal(1))
    zero = TOP + high * scale
    step = Decimal(WIDTH) / len(points)
    drawn = []
    for number, point in enumerate(points):
        middle = step * number + step / 2
        bars = list(_values(point))
        left = middle - Decimal(BAR + GAP) * len(bars) / 2
        drawn.append(
            Column(
                point.label,
                _length(middle),
                [
                    _bar(kind, value, left + (BAR + GAP) * place, zero, scale)
                    for place, (kind, value) in enumerate(bars)
                ],
            )
        )
    return Picture(WIDTH, HEIGHT, BAR, _length(zero), HEIGHT - 8, drawn)


def _values(point: Point) -> list[tuple[str, Decimal]]:
    named = (
        ("baseline", point.baseline),
        ("target", point.target),
        ("realization", point.realization),
    )
    return [(kind, value) for kind, value in named if value is not None]


def _bar(kind: str, value: Decimal, x: Decimal, zero: Decimal, scale: Decimal) -> Bar:
    height = abs(value) * scale
    top = zero - height if value >= 0 else zero
    return Bar(
        kind,
        _length(x),
        _length(top),
        _length(height),
        _length(x + Decimal(BAR) / 2),
        _length(top - 6),
        value,
    )


STEP_WIDTH, STEP_HEIGHT = 640, 200
STEP_LEFT, STEP_RIGHT, STEP_TOP, STEP_FLOOR = 46, 632, 40, 168
# Days a line goes on after the deadline to show what came late; later ones stand at its end.
LATE_DAYS = 60


@dataclass(frozen=True, slots=True)
class Upright:
    """A line at a day, with the side on which there is room for its words."""

    day: datetime.date
    x: str
    label_x: str
    anchor: str


@dataclass(frozen=True, slots=True)
class StepPicture:
    """A line that rises by day towards a ceiling."""

    width: int
    height: int
    left: int
    right: int
    floor: int
    ceiling_y: int
    ceiling: int
    path: str
    first: datetime.date
    last: datetime.date
    deadline: Upright | None
    today: Upright | None
    is_cut: bool


def steps(
    totals: Sequence[tuple[datetime.date, int]],
    *,
    ceiling: int,
    opens_on: datetime.date | None,
    closes_on: datetime.date | None,
    today: datetime.date | None,
) -> StepPicture | None:
    """Return the totals by day as a step line; None where no day is known.

    It runs from the opening to the deadline, further if something came later or today is later.
    """
    days = [day for day, _total in totals]
    known = [day for day in (opens_on, closes_on, *days, today) if day is not None]
    if not known or ceiling <= 0:
        return None
    first = min([opens_on, *days] if opens_on else known)
    last = max(known)
    end = last
    if closes_on is not None:
        end = min(last, max(closes_on, first) + datetime.timedelta(days=LATE_DAYS))
    length = max((end - first).days, 1)

    def x(day: datetime.date) -> Decimal:
        along = min((day - first).days, length)
        return STEP_LEFT + Decimal(STEP_RIGHT - STEP_LEFT) * along / length

    def y(total: int) -> Decimal:
        return STEP_FLOOR - Decimal(STEP_FLOOR - STEP_TOP) * total / ceiling

    path = f"M{_length(x(first))} {_length(y(0))}"
    for day, total in totals:
        path += f"H{_length(x(day))}V{_length(y(total))}"
    until = min(end, today) if today is not None and today >= first else end
    if not days or until > min(days[-1], end):
        path += f"H{_length(x(until))}"
    return StepPicture(
        STEP_WIDTH,
        STEP_HEIGHT,
        STEP_LEFT,
        STEP_RIGHT,
        STEP_FLOOR,
        STEP_TOP,
        ceiling,
        path,
        first,
        last,
        _upright(closes_on, x) if closes_on is not None and closes_on >= first else None,
        _upright(today, x) if today is not None and first <= today <= end else None,
        last > end,
    )


def _upright(day: datetime.date, x: Callable[[datetime.date], Decimal]) -> Upright:
    at = x(day)
    is_left = at < Decimal(STEP_LEFT + STEP_RIGHT) / 2
    return Upright(
        day, _length(at), _length(at + (5 if is_left else -5)), "start" if is_left else "end"
    )


def _length(value: Decimal) -> str:
    return f"{value:.1f}"
