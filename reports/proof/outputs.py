"""Every output of a year that gives figures, and how they are read out of it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pdfplumber
from django.core.management import call_command
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from docx import Document
from openpyxl import load_workbook

from activities import formats
from activities.models import Plan
from reports.proof.asking import Asker, NotAnswered
from reports.proof.checks import Checked
from reports.proof.figures import Difference, Expected, differing, differing_rows, means_on

LEVELS = (("department", ""), ("branch", ""), ("objective", "objective "))
Read = Callable[["Source"], Iterator[Difference]]


@dataclass(frozen=True, slots=True)
class Source:
    """A year as some reader gets it, and what it must say.

    ``base`` is where its pages begin, ``files`` where its files lie; ``query`` asks for its state.
    """

    asker: Asker
    plan: Plan
    year: int
    expected: Expected
    base: str
    signed_in: bool
    query: Mapping[str, str]

    def read(self, path: str, **query: object) -> bytes:
        asked = {**self.query, **query}
        return self.asker.read(f"{self.base}{path}", signed_in=self.signed_in, **asked)

    def text(self, path: str) -> str:
        return self.read(path).decode("utf-8-sig")

    def api(self, level: str) -> list[dict[str, Any]]:
        address = f"/api/v1/plans/{self.plan.slug}/achievement"
        query = {**self.query, "year": self.year, "by": level, "limit": 500}
        found = self.asker.json(address, signed_in=self.signed_in, **query)
        items: list[dict[str, Any]] = found["items"]
        while found["next"]:
            query["offset"] = len(items)
            found = self.asker.json(address, signed_in=self.signed_in, **query)
            items += found["items"]
        return items


def checked(what: str, read: Read, source: Source) -> Checked:
    """Return what an output says otherwise than the roll-up; not answering is one difference."""
    try:
        return Checked(what, list(read(source)))
    except NotAnswered as refused:
        return Checked(what, [Difference(str(refused), "", "200")])


# --- pages ---


def pages(source: Source) -> Iterator[Difference]:
    """Compare the year's page, and those of its units and objectives."""
    yield from _on_page(source, "", dict(source.expected.percents))
    for key in source.expected.percents:
        if key != "plan":
            path = f"objectives/{key.split()[1]}/" if " " in key else f"departments/{key}/"
            yield from _on_page(source, path, {key: source.expected.percents[key]})


def public_pages(source: Source) -> Iterator[Difference]:
    """Compare the published year's page, and those of its units and objectives."""
    percents = source.expected.percents
    objectives = {key: percent for key, percent in percents.items() if " " in key}
    yield from _on_page(source, "", {**objectives, **source.expected.of_own_rows})
    due = {key for key in percents if key != "plan" and source.expected.is_due(key)}
    for key in sorted(due):
        path = f"objectives/{key.split()[1]}/" if " " in key else f"departments/{key}/"
        yield from _on_page(source, path, {key: percents[key]})


def _on_page(source: Source, path: str, expected: Mapping[str, str]) -> Iterator[Difference]:
    """Compare the means that a page marks; one may be held back where little is reported."""
    told = means_on(source.text(path))
    for key, percent in expected.items():
        said = {text.split()[0] for text in told.get(key, ())}
        held = {formats.UNKNOWN} if source.expected.may_be_held(key) else set()
        # What a table holds back may stand in the headline, said to be provisional.
        if said - held != {percent} and not (said and said <= held):
            yield Difference(f"{path or '/'} {key}", " | ".join(sorted(said)), percent)


# --- machine-readable ---


def _by_key(ask: Callable[[str], list[dict[str, Any]]]) -> dict[str, Decimal | None]:
    [plan] = ask("plan")
    found = {"plan": _number(plan["mean"])}
    for level, prefix in LEVELS:
        found |= {f"{prefix}{each['key']}": _number(each["mean"]) for each in ask(level)}
    return found


def api(source: Source) -> Iterator[Difference]:
    yield from differing(_by_key(source.api), source.expected.means)
    ratios = [_number(each["achievement"]) for each in source.api("indicator")]
    yield from differing_rows(ratios, source.expected.ratios)


def command(source: Source) -> Iterator[Difference]:
    def ask(level: str) -> list[dict[str, Any]]:
        out = io.StringIO()
        call_command(
            "achievement", plan=source.plan.slug, year=source.year, by=level, format="json",
            reading=source.expected.figures.reading, stdout=out,
        )  # fmt: skip
        told: list[dict[str, Any]] = json.loads(out.getvalue())
        return told

    yield from differing(_by_key(ask), source.expected.means)
    ratios = [_number(each["achievement"]) for each in ask("indicator")]
    yield from differing_rows(ratios, source.expected.ratios)


def open_data(source: Source) -> Iterator[Difference]:
    ratios = source.expected.ratios
    table = list(csv.DictReader(io.StringIO(source.text("data/achievement.csv"))))
    yield from differing_rows([_number(row["achievement"]) for row in table], ratios)
    data = json.loads(source.text("data/data.json"))
    yield from differing_rows([_number(row["achievement"]) for row in data["achievement"]], ratios)

    def ask(level: str) -> list[dict[str, Any]]:
        return [row for row in data["summary"] if row["level"] == level]

    yield from differing(_by_key(ask), source.expected.means)


def table_json(source: Source) -> Iterator[Difference]:
    told = json.loads(source.text("plan.json"))
    said = {"plan": _number(told["summary"]["mean"])}
    said |= {each["key"]: _number(each["mean"]) for each in told["departments"]}
    yield from differing(said, {key: source.expected.means[key] for key in said})


def table_csv(source: Source) -> Iterator[Difference]:
    lines = csv.reader(io.StringIO(source.text("plan.csv")), delimiter=";")
    header = next(lines)
    column = header.index(_("Achievement ratio"))
    said = [line[column] or formats.UNKNOWN for line in lines if len(line) == len(header)]
    expected = [source.expected.percent(value) for value in source.expected.ratios_by_unit]
    yield from differing(dict(_numbered(said)), dict(_numbered(expected)))


def _numbered(texts: list[str]) -> Iterator[tuple[str, str]]:
    return ((f"#{place}", text) for place, text in enumerate(texts, start=1))


# --- the report ---


def _units(source: Source) -> dict[str, str]:
    """Return the percents of the units, which every form of the report has in one table."""
    units = source.expected.figures.units.values()
    return {unit.number: source.expected.percents[unit.number] for unit in units if unit.number}


def _of_rows(rows: list[list[str]], source: Source) -> Iterator[Difference]:
    for number, percent in _units(source).items():
        own = [row for row in rows if row and row[0] == number]
        if not any(percent in row for row in own):
            yield Difference(number, " | ".join(", ".join(row) for row in own), percent)


def report_pdf(source: Source) -> Iterator[Difference]:
    rows: list[list[str]] = []
    with pdfplumber.open(io.BytesIO(source.read("report.pdf"))) as pdf:
        # A page takes a fifth of a second, and the units stand in front of twenty pages of rows.
        for page in pdf.pages:
            tables = page.extract_tables()
            rows += [[cell for cell in row if cell] for table in tables for row in table]
            if not any(_of_rows(rows, source)):
                return
    yield from _of_rows(rows, source)


def report_docx(source: Source) -> Iterator[Difference]:
    document = Document(io.BytesIO(source.read("report.docx")))
    rows = [[cell.text for cell in row.cells] for table in document.tables for row in table.rows]
    yield from _of_rows(rows, source)


def report_xlsx(source: Source) -> Iterator[Difference]:
    """Compare the workbook's numbers, which have the decimal of a percent that is shown."""
    book = load_workbook(io.BytesIO(source.read("report.xlsx")))
    rows = [row for row in book.worksheets[0].iter_rows(values_only=True) if row[0] is not None]
    for number in _units(source):
        mean = source.expected.means[number]
        told = [cell for row in rows if str(row[0]) == number for cell in row[1:]]
        numbers = [Decimal(str(cell)) for cell in told if isinstance(cell, float | int)]
        if mean is not None and source.expected.tenths(mean) not in numbers:
            said = ", ".join(map(str, numbers))
            yield Difference(number, said, str(source.expected.tenths(mean)))


FILES: dict[str, Read] = {
    "plan.csv": table_csv,
    "plan.json": table_json,
    "report.pdf": report_pdf,
    "report.docx": report_docx,
    "report.xlsx": report_xlsx,
}
REPORTS = {name: read for name, read in FILES.items() if name.startswith("report.")}
# Names of files and of the API are the same in every language; the others are translated.
INSIDE: dict[str, Read] = {
    gettext_noop("pages"): pages,
    gettext_noop("command"): command,
    "API": api,
    **FILES,
}
OFFICIAL: dict[str, Read] = {"API": api, **FILES}
PUBLIC: dict[str, Read] = {
    gettext_noop("pages"): public_pages,
    "API": api,
    gettext_noop("open data"): open_data,
    **REPORTS,
}


def _number(text: str | None) -> Decimal | None:
    return Decimal(text) if text else None
