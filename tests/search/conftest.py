"""Readers of pages, as those of the reports have them."""

from tests.reports.conftest import at, read, signed_in

__all__ = ["at", "read", "signed_in"]
