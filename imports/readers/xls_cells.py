"""The process that looks into an old Excel file: ``python -m imports.readers.xls_cells < file``.

It runs on its own, with little memory, because what a damaged file does to the library is not
ours to catch. It prints one JSON object: the sheets with the cells that hold anything.
"""

from __future__ import annotations

import datetime
import io
import json
import sys
from collections.abc import Sequence
from typing import Any

from imports.readers.pdf_pages import limit_memory


def main(arguments: Sequence[str]) -> None:
    """Print the sheets of the workbook on standard input."""
    memory, rows, columns, cells = map(int, arguments)
    data = sys.stdin.buffer.read()
    from python_calamine import CalamineWorkbook

    limit_memory(memory)
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
    sheets = []
    for number, about in enumerate(workbook.sheets_metadata):
        if "WorkSheet" not in str(about.typ):
            continue
        is_hidden = "Visible" not in str(about.visible)
        found: list[tuple[int, list[tuple[str, str]]]] = []
        if not is_hidden:
            sheet = workbook.get_sheet_by_index(number)
            first = (sheet.start or (0, 0))[0]
            left = (sheet.start or (0, 0))[1]
            for place, values in enumerate(sheet.iter_rows(), start=first + 1):
                row = [("text", "")] * left + [_told(value) for value in values]
                while row and row[-1][1] == "":
                    row.pop()
                if row:
                    cells -= len(row)
                    rows -= 1
                    if cells < 0 or rows < 0 or len(row) > columns:
                        print(json.dumps({"error": "too much", "sheets": []}))
                        return
                    found.append((place, row))
        sheets.append({"name": about.name, "is_hidden": is_hidden, "rows": found})
    print(json.dumps({"error": "", "sheets": sheets}))


def _told(value: Any) -> tuple[str, str]:
    if isinstance(value, bool):
        return "boolean", "DOĞRU" if value else "YANLIŞ"
    if isinstance(value, int | float):
        return "number", repr(value)
    if isinstance(value, datetime.datetime | datetime.date):
        return "date", value.strftime("%d.%m.%Y")
    if isinstance(value, datetime.time | datetime.timedelta):
        return "date", str(value)
    return "text", str(value).strip()


if __name__ == "__main__":
    main(sys.argv[1:])
