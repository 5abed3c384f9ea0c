"""Set a report as PDF, in a process of its own: typst's memory only grows.

Reads the report's data as JSON from standard input and writes the PDF to standard output.
Started by ``reports.annual.pdf``; imports nothing of the application.
"""

from __future__ import annotations

import sys
from importlib.resources import files
from pathlib import Path

import typst

FOLDER = Path(__file__).parent
FONTS = Path(str(files("font_source_sans_pro"))) / "files"


def main() -> None:
    data = sys.stdin.buffer.read().decode()
    try:
        pdf = _compile(data, ["ua-1"])
    except typst.TypstError as error:
        # A letter that no font has breaks the standard, and is no reason to go without a report.
        sys.stderr.write(f"Not PDF/UA-1: {error.message}\n")
        pdf = _compile(data, [])
    sys.stdout.buffer.write(pdf)


def _compile(data: str, standards: list[typst.PDFStandard]) -> bytes:
    return typst.compile(
        FOLDER / "report.typ",
        root=FOLDER,
        font_paths=[FONTS],
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"data": data},
        pdf_standards=standards,
    )


if __name__ == "__main__":
    main()
