"""The files of the open data: CSV tables, the same as JSON, and the package that describes them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_noop as _
from django.utils.translation import override

from indicators.achievement import Status
from indicators.achievement_rows import entries, plain
from indicators.editions import PublicFigures
from indicators.figures import Level
from reports.errata import entry_of
from reports.exports.csv import safe
from reports.official import edition_entry, public_errata
from reports.opendata.dictionary import ALL_TABLES, Field, Table, in_both
from reports.opendata.published import SeenRow, public_rows

Record = dict[str, Any]

LICENCE = {
    "name": "CC-BY-4.0",
    "title": "Creative Commons Attribution 4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
}
ABOUT = _(
    "One published year of a local equality action plan: what was planned, targeted and realized, "
    "from the frozen edition, verified values only. Numbers have a decimal point and are not "
    "rounded; ratios are fractions; an empty number is none and never 0. The CSV files are UTF-8 "
    "with a byte order mark, so that spreadsheets show Turkish letters; their columns are "
    "separated by commas. A text that a spreadsheet would take for a formula begins with an "
    "apostrophe there."
)
# A byte order mark, without which Excel takes the file for a Windows code page.
ENCODING = "utf-8-sig"
DIALECT = {
    "delimiter": ",",
    "lineTerminator": "\r\n",
    "quoteChar": '"',
    "doubleQuote": True,
    "header": True,
}
LEVELS = (Level.PLAN, Level.DEPARTMENT, Level.BRANCH, Level.OBJECTIVE, Level.GOAL)


class OpenData:
    """The open data of an edition; every file tells the same rows."""

    def __init__(self, frozen: PublicFigures) -> None:
        self.frozen = frozen
        self.plan = frozen.plan
        self.year = frozen.year

    def csv(self, table: Table) -> bytes:
        text = io.StringIO(newline="")
        writer = csv.writer(text)
        writer.writerow(field.name for field in table.fields)
        writer.writerows(
            [_cell(field, record[field.name]) for field in table.fields]
            for record in self.records(table)
        )
        return text.getvalue().encode(ENCODING)

    def data(self) -> bytes:
        tables = {name: list(self.records(table)) for name, table in ALL_TABLES.items()}
        return _json({**self._head(), **tables})

    def package(self) -> bytes:
        """Return the Frictionless data package: the files, their fields and the licence."""
        return _json(
            {
                "profile": "tabular-data-package",
                **self._head(),
                "resources": [self._resource(table) for table in ALL_TABLES.values()],
            }
        )

    def records(self, table: Table) -> Iterator[Record]:
        """Return a table's rows: numbers as exact text, None where there is none."""
        if table.name == "summary":
            return self._summaries()
        if table.name == "errata":
            return self._errata()
        return (_RECORDS[table.name](row, self.year) for row in self.rows)

    @cached_property
    def rows(self) -> list[SeenRow]:
        return public_rows(self.frozen)

    def _head(self) -> Record:
        edition, frozen = self.frozen.edition, self.frozen.content["plan"]
        return {
            "name": f"{frozen['slug'].lower()}-{self.year}",
            "title": f"{frozen['name']} {frozen['first_year']}–{frozen['last_year']}: {self.year}",
            **in_both("description", ABOUT),
            "version": f"{edition.number}.0.0",
            "created": edition.published_at.isoformat(),
            "checksum": self.frozen.public_checksum,
            "edition": edition_entry(self.frozen),
            "verified_by_who_entered": self.frozen.own_approvals,
            "corrected_after_verification": self.frozen.corrected_since,
            "publisher": frozen["municipality"],
            "licenses": [LICENCE],
            "plan": frozen["slug"],
            "year": self.year,
            "method": self.frozen.method.value,
            "unreported": self.frozen.unreported.value,
        }

    def _resource(self, table: Table) -> Record:
        return {
            "name": table.name,
            **in_both("title", table.title),
            "path": f"{table.name}.csv",
            "profile": "tabular-data-resource",
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            "dialect": DIALECT,
            "licenses": [LICENCE],
            "schema": table.described(),
        }

    def _errata(self) -> Iterator[Record]:
        # A file is the same in every language.
        with override(settings.LANGUAGE_CODE):
            found = public_errata(self.frozen)
        yield from map(entry_of, found)

    def _summaries(self) -> Iterator[Record]:
        for level in LEVELS:
            # Objectives are called by number in words; a file is the same in every language.
            with override(settings.LANGUAGE_CODE):
                found = entries(self.frozen, level)
            for entry in found:
                statuses = entry.pop("statuses")
                del entry["mean_uncapped"]
                if self.frozen.results.unverified is None:
                    statuses[Status.UNVERIFIED.value] = None
                yield {"level": level.value, **entry, "year": self.year, **statuses}


def _plan(row: SeenRow, year: int) -> Record:
    figure = row.figure
    return {
        "id": figure.id,
        "key": figure.key,
        "department_number": figure.department.number,
        "department": figure.department.name,
        "branch_number": figure.branch.number if figure.branch else "",
        "branch": figure.branch.name if figure.branch else "",
        "objective": figure.objective_code,
        "goal": figure.goal_code,
        "code": figure.code,
        "activity": figure.title,
        "responsible": figure.responsible,
        "indicator": figure.name,
        "measure": figure.measure,
        "kind": figure.measurement.kind.value,
        "direction": figure.measurement.direction.value,
        "reported_as": figure.measurement.reported_as.value,
        "weight": plain(figure.weight),
        "counted_with": figure.counted_with,
        "baseline": plain(figure.measurement.baseline),
        "baseline_text": figure.baseline_text,
    }


def _target(row: SeenRow, year: int) -> Record:
    return {
        "id": row.figure.id,
        "key": row.figure.key,
        "year": year,
        "target": plain(row.figure.measurement.target),
        "target_text": row.figure.target_text,
    }


def _realization(row: SeenRow, year: int) -> Record:
    return {
        "id": row.figure.id,
        "key": row.figure.key,
        "year": year,
        "standing": row.standing,
        "realization": plain(row.figure.measurement.realization),
        "realization_text": row.figure.realization_text,
        "absence": row.figure.absence,
        **{name: plain(value) for name, value in row.parts.items()},
        **row.reasons,
        "reason_waived": row.waiver,
        "suppressed": row.suppressed,
    }


def _achievement(row: SeenRow, year: int) -> Record:
    rated = row.entry()
    return {
        "id": row.figure.id,
        "key": row.figure.key,
        "year": year,
        **{name: rated[name] for name in ("achievement", "score", "status", "rule")},
        "suppressed": row.suppressed,
    }


_RECORDS: dict[str, Callable[[SeenRow, int], Record]] = {
    "plan": _plan,
    "targets": _target,
    "realizations": _realization,
    "achievement": _achievement,
}


def _cell(field: Field, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return safe(value) if field.kind == "string" else str(value)


def _json(content: Record) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=1).encode() + b"\n"
