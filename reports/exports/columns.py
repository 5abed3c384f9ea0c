"""The columns of the printed form: their headers, which our readers know, and their widths."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Column:
    """A column; ``header`` is a number where it is a bare year. Widths are in characters."""

    header: str | int
    width: float
    is_number: bool = False


def activity() -> Column:
    return Column(_("Activity"), 34)


def units() -> list[Column]:
    return [Column(_("Responsible unit"), 19), Column(_("Supporting institution"), 19)]


def indicator() -> Column:
    return Column(_("Indicator"), 24)


def planned(years: list[int]) -> list[Column]:
    """Return the baseline and a target for every year, whose printed header is the year."""
    return [
        Column(_("Baseline"), 10, is_number=True),
        *(Column(year, 9, is_number=True) for year in years),
    ]


def realization(year: int) -> Column:
    # With its year, so that nobody who reads the file back has to say which it is.
    return Column(_("Realization %(year)s") % {"year": year}, 14, is_number=True)


def previous(year: int) -> Column:
    """Return the column of a year that is shown for comparison and must not be read back."""
    header = _("Previous realization (%(year)s)") % {"year": year}
    return Column(header, 14, is_number=True)


def rated() -> list[Column]:
    """Return what is appended to the printed form."""
    return [
        Column(_("Achievement ratio"), 14, is_number=True),
        Column(_("Achievement status"), 14),
        reason(),
    ]


def reason() -> Column:
    return Column(_("Deviation reason"), 25)


def measure() -> Column:
    return Column(_("Measure to take"), 25)


def parts() -> list[Column]:
    """Return the columns of what a value that counts people is made of."""
    return [
        Column(_("Women"), 9, is_number=True),
        Column(_("Men"), 9, is_number=True),
        Column(_("Others"), 9, is_number=True),
    ]


def key() -> Column:
    """Return the column that finds a row again (``indicators.row_keys``)."""
    return Column(_("Row key"), 11)
