"""Filters of the import pages."""

from __future__ import annotations

from typing import cast

from django import template

from imports import wizard
from imports.difference import PlanChange
from imports.units import KnownUnit

register = template.Library()


@register.filter
def column_name(column: str | None) -> str:
    """Say a column's or field's name ("target 2024") in the active language."""
    return wizard.column_label(column or "")


@register.filter
def value_before(change: PlanChange) -> str:
    """Say the value that a change does away with in the active language."""
    return wizard.value_before(change)


@register.filter
def value_after(change: PlanChange) -> str:
    """Say the value that a change puts in its place in the active language."""
    return wizard.value_after(change)


@register.filter
def unit_value(unit: KnownUnit) -> str:
    """Write a unit as the form posts it back: its kind and its id."""
    kind, key = cast("tuple[str, int]", unit.id)
    return f"{kind}:{key}"
