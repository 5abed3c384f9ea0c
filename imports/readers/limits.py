"""How much of a file is read before it counts as too much.

The caller passes the limits in; the defaults hold a plan of 50,000 indicators several times over.
"""

from __future__ import annotations

from dataclasses import dataclass

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Sizes are in bytes, ``inflation`` is unpacked ÷ packed, the times are in seconds."""

    file_bytes: int = 25 * MEBIBYTE
    unpacked_bytes: int = 120 * MEBIBYTE
    part_bytes: int = 80 * MEBIBYTE
    inflation: int = 200
    parts: int = 2_000
    rows: int = 100_000
    columns: int = 200
    cells: int = 1_500_000
    elements: int = 2_500_000
    """Of a Word document; other parts that become a tree may have a tenth."""
    cell_characters: int = 32_767  # what Excel itself allows
    merged_cells: int = 1_000_000
    pages: int = 400
    page_seconds: float = 7
    pdf_seconds: float = 60
    pdf_bytes: int = 300 * MEBIBYTE
    """Memory that reading a PDF may take in its own process."""


DEFAULT = Limits()
