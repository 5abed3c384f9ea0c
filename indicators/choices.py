"""The words of the settings that an indicator's kind of number can have."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from indicators.achievement import Direction, Kind, ReportedAs

KINDS = {
    Kind.COUNT: _("Yearly count"),
    Kind.LEVEL: _("Level (cumulative)"),
    Kind.RATIO: _("Ratio (%)"),
    Kind.DELIVERABLE: _("Deliverable (once)"),
}
DIRECTIONS = {
    Direction.INCREASE: _("Increase"),
    Direction.DECREASE: _("Decrease"),
    Direction.MAINTAIN: _("Maintain"),
}
REPORTED_AS = {
    ReportedAs.TOTAL: _("Total"),
    ReportedAs.INCREMENT: _("Increment (added in the year)"),
}
