"""Read the tables of docs/domain.md, so that the tests hold the document to its word.

    @pytest.mark.parametrize("line", rulebook.lines("Findings", "check", "weight"))
    def test_weight(line):
        assert Check(line["check"]).severity == line["weight"]

A table is found by the heading it stands under and by the columns that are asked of it; a
misspelt heading, a missing column or a row with too few cells stops the collection of the tests.
"""

import re
from pathlib import Path

import pytest

DOMAIN = Path(__file__).resolve().parent.parent / "docs" / "domain.md"
HEADING = re.compile(r"#{1,6} +(?P<title>.+?) *#*")
RULE = re.compile(r"\|(?: *:?-+:? *\|)+")
# A bar with a backslash before it belongs to the cell.
BAR = re.compile(r"(?<!\\)\|")


class NotInTheRulebook(LookupError):
    """A test asks the document for what does not stand in it."""


def table(heading, *columns, document=DOMAIN):
    """Return the rows of a table as dicts, in order, each cell as its text without marks.

    The table is the first one under ``heading`` (up to the next heading) that has all
    ``columns``; without columns it is the first one.
    """
    sections = _sections(document)
    if heading not in sections:
        raise NotInTheRulebook(
            f"{document.name} has no heading “{heading}”, only: {', '.join(sections)}."
        )
    tables = list(_tables(sections[heading], document))
    if not tables:
        raise NotInTheRulebook(f"{document.name} has no table under “{heading}”.")
    for names, rows in tables:
        if set(columns) <= set(names):
            return rows
    found = "; ".join(", ".join(names) for names, _rows in tables)
    raise NotInTheRulebook(
        f"No table under “{heading}” in {document.name} has all the columns "
        f"{', '.join(columns)}, only: {found}."
    )


def lines(heading, *columns, document=DOMAIN):
    """Return a table's rows as test parameters, each named by its first cell and its place."""
    rows = table(heading, *columns, document=document)
    return [
        pytest.param(row, id=f"{next(iter(row.values()))}-{number}")
        for number, row in enumerate(rows, start=1)
    ]


def _sections(document):
    """Return the numbered lines under each heading; what stands in a fence is no heading."""
    sections, current, is_fenced = {}, [], False
    for number, line in enumerate(document.read_text(encoding="utf-8").splitlines(), start=1):
        if line.startswith("```"):
            is_fenced = not is_fenced
        heading = None if is_fenced else HEADING.fullmatch(line)
        if heading is None:
            current.append((number, "" if is_fenced else line))
        elif heading["title"] in sections:
            raise NotInTheRulebook(
                f"{document.name}, line {number}: a second heading “{heading['title']}”."
            )
        else:
            current = sections[heading["title"]] = []
    return sections


def _tables(numbered, document):
    """Yield each table's column names and rows."""
    for at, (_number, line) in enumerate(numbered):
        if at and RULE.fullmatch(line.strip()):
            names = _cells(numbered[at - 1][1])
            yield names, list(_rows(names, numbered[at + 1 :], document))


def _rows(names, numbered, document):
    for number, line in numbered:
        if not line.startswith("|"):
            return
        cells = _cells(line)
        if len(cells) != len(names):
            raise NotInTheRulebook(
                f"{document.name}, line {number}: {len(cells)} cells under {len(names)} columns."
            )
        yield dict(zip(names, cells, strict=True))


def _cells(line):
    """Return the cells of a row without the marks of emphasis and code around words."""
    return [
        re.sub(r"[*`]", "", cell).replace("\\|", "|").strip()
        for cell in BAR.split(line.strip().removeprefix("|").removesuffix("|"))
    ]
