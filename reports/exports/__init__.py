"""The plan's table out again, in the forms that people and programs ask for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import IO

from activities import names
from activities.models import Plan
from reports.exports.rows import PrintedTable

__all__ = ["FORMS", "Form", "PrintedTable", "file_name"]

Writer = Callable[[PrintedTable, IO[bytes]], None]


@dataclass(frozen=True, slots=True)
class Form:
    """A form of file: its module, which has a ``write``, and its content type."""

    name: str
    content_type: str

    def write(self, printed: PrintedTable, target: IO[bytes]) -> None:
        # Only now: python-docx takes its time to import.
        writer: Writer = import_module(f"reports.exports.{self.name}").write
        writer(printed, target)


OFFICE = "application/vnd.openxmlformats-officedocument"
FORMS = {
    form.name: form
    for form in (
        Form("xlsx", f"{OFFICE}.spreadsheetml.sheet"),
        Form("docx", f"{OFFICE}.wordprocessingml.document"),
        Form("csv", "text/csv; charset=utf-8"),
        Form("json", "application/json"),
    )
}


def file_name(plan: Plan, year: int, *more: str) -> str:
    """Return the start of a file's name, in ASCII: short name, plan, year."""
    short = names.slugify(plan.short_name)
    parts = [plan.slug, str(year), *map(names.slugify, more)]
    if short and not plan.slug.startswith(short):
        parts.insert(0, short)
    return "-".join(filter(None, parts))
