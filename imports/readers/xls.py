"""Old Excel workbooks (.xls), by python-calamine in a process of its own.

The library sees neither which numbers are percentages nor the borders of merged cells, so a file
that holds a number between 0 and 1 gets a note that says so.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from activities.sentences import Sentence
from activities.sentences import noop as _
from imports.readers import File, FileLine, Raw, RawCell
from imports.readers.xlsx import NO_FORMAT, number_cell

ROOT = Path(__file__).resolve().parents[2]


def read(file: File) -> list[FileLine]:
    """Return the rows of every visible sheet that hold anything."""
    lines: list[FileLine] = []
    for sheet in _sheets(file):
        name = sheet["name"]
        if sheet["is_hidden"]:
            note = Sentence(_("The sheet “%(sheet)s” is hidden and was not read."), sheet=name)
            lines.append(FileLine(1, (), name, name, (note,)))
            continue
        rows = [
            FileLine(number, tuple(map(_raw, cells)), name, name) for number, cells in sheet["rows"]
        ]
        if rows and _has_fractions(rows):
            lines.append(FileLine(1, (), name, name, (Sentence(UNSEEN),)))
        lines += rows
    if not any(any(line.texts) for line in lines):
        raise file.refused(_("%(file)s is empty: there is no text in it."))
    return lines


UNSEEN = _(
    "An old Excel file does not tell which numbers are percentages: 0,71 may be 71 percent. "
    "Save it as .xlsx to be sure."
)


def _sheets(file: File) -> list[dict[str, Any]]:
    limits = file.limits
    try:
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "imports.readers.xls_cells",
                str(limits.pdf_bytes),
                str(limits.rows),
                str(limits.columns),
                str(limits.cells),
            ],
            cwd=ROOT,
            input=file.data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=limits.pdf_seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise file.refused(_("%(file)s takes too long to read. Save it as .xlsx.")) from error
    if done.returncode:
        raise file.refused(
            _("%(file)s is in the format of an old Office version. Save it as .xlsx or .docx.")
        )
    told = json.loads(done.stdout)
    if told["error"]:
        raise file.refused(_("%(file)s has more rows, columns or cells than are read. Split it."))
    sheets: list[dict[str, Any]] = told["sheets"]
    return sheets


def _raw(cell: list[str]) -> RawCell:
    kind, value = cell
    if kind == "number":
        return replace(number_cell(value, NO_FORMAT), hides_format=True)
    if kind == "date":
        message = _(
            "Excel turned this cell into the date %(text)s. Set its format to Text and type "
            "the code or number again."
        )
        return Raw(value, problem=Sentence(message, text=value))
    if kind == "boolean":
        message = _("“%(text)s” is yes or no in Excel; a number or a text belongs here.")
        return Raw(value, problem=Sentence(message, text=value))
    return value


def _has_fractions(lines: list[FileLine]) -> bool:
    numbers = (cell.number for line in lines for cell in line.cells if isinstance(cell, Raw))
    return any(number is not None and 0 < number < 1 for number in numbers)
