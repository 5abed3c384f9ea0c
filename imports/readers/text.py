"""The tab-separated text of a published table, one line per row."""

from __future__ import annotations

from imports.readers import File, FileLine
from imports.readers.decoding import decode


def read(file: File) -> list[FileLine]:
    """Return the lines that hold anything, numbered as an editor numbers them."""
    text = decode(file).replace("\r\n", "\n").replace("\r", "\n")
    return [
        FileLine(number, tuple(cell.strip() for cell in line.split("\t")))
        for number, line in enumerate(text.split("\n"), start=1)
        if line.strip()
    ]
