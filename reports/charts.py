"""Geometry of the pictures, worked out in Python so that templates only write it down.

Lengths are SVG user units as text with a dot, whatever the language.
"""

from __future__ import annotations

from collections.abc import Sequence
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


def _length(value: Decimal) -> str:
    return f"{value:.1f}"
