"""The annual monitoring report: one tree of contents, written as PDF, Word or Excel."""

from __future__ import annotations

from importlib import import_module
from typing import IO

from reports.annual.building import build
from reports.annual.contents import Report
from reports.annual.options import Options, read_options
from reports.exports import FORMS as TABLE_FORMS

__all__ = ["FORMS", "Options", "Report", "ReportFailed", "build", "read_options", "write"]

FORMS = {
    "pdf": "application/pdf",
    "docx": TABLE_FORMS["docx"].content_type,
    "xlsx": TABLE_FORMS["xlsx"].content_type,
}
"""Content types by form of file."""


class ReportFailed(Exception):
    """The report could not be made into a file; the message is for the log."""


def write(report: Report, form: str, target: IO[bytes]) -> None:
    """Write the report in one of the ``FORMS``; raise ReportFailed where that cannot be done."""
    # Only now: python-docx and openpyxl take their time to import.
    import_module(f"reports.annual.{form}").write(report, target)
