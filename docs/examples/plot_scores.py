"""Plot the departments' scores of a plan's year from the API, as an SVG picture.

Needs nothing but Python. Without an account the API answers for published years:

    python3 docs/examples/plot_scores.py http://127.0.0.1:8000 mersin-2024-2026 2024 scores.svg
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from html import escape
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode
from urllib.request import urlopen

ROW, LABELS, BARS, RIGHT = 26, 330, 420, 150  # pixels


def departments(site: str, plan: str, year: int) -> Iterator[dict]:
    """Yield the summary of each department, page after page."""
    query = urlencode({"year": year, "by": "department"})
    address = f"{site.rstrip('/')}/api/v1/plans/{quote(plan)}/achievement?{query}"
    while address:
        with urlopen(address, timeout=30) as response:
            page = json.load(response)
        yield from page["items"]
        address = page["next"]


def picture(items: list[dict], title: str) -> str:
    """Return a bar for each department; one in which nothing is due has none, which is not 0 %."""
    width, height = LABELS + BARS + RIGHT, 50 + ROW * len(items)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'font-family="sans-serif" font-size="13" role="img" aria-label="{escape(title)}">',
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
        f'<text x="8" y="26" font-size="17" font-weight="bold">{escape(title)}</text>',
    ]
    for place, item in enumerate(items):
        middle = 50 + ROW * place + ROW / 2
        name = f"{item['key']}. {item['name']}"
        name = name if len(name) <= 46 else f"{name[:45]}…"
        told = f"{item['reported']} / {item['due']}"
        parts.append(
            f'<text x="{LABELS - 8}" y="{middle + 4}" text-anchor="end">{escape(name)}</text>'
        )
        if item["mean"] is None:
            parts.append(f'<text x="{LABELS}" y="{middle + 4}" fill="#595959">— ({told})</text>')
            continue
        mean = float(item["mean"])
        parts.append(
            f'<rect x="{LABELS}" y="{middle - 8}" width="{mean * BARS:.1f}" height="16" '
            'fill="#6a3d7c"/>'
        )
        parts.append(
            f'<text x="{LABELS + mean * BARS + 6:.1f}" y="{middle + 4}">{mean:.1%} ({told})</text>'
        )
    return "\n".join([*parts, "</svg>", ""])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("site")
    parser.add_argument("plan")
    parser.add_argument("year", type=int)
    parser.add_argument("file", type=Path)
    chosen = parser.parse_args()
    try:
        items = list(departments(chosen.site, chosen.plan, chosen.year))
    except HTTPError as error:
        sys.exit(f"{error.code}: {json.load(error)['detail']}")
    except URLError as error:
        sys.exit(f"{chosen.site} does not answer: {error.reason}")
    title = f"{chosen.plan}, {chosen.year}: scores (reported / due)"
    chosen.file.write_text(picture(items, title), encoding="utf-8")
    print(f"{chosen.file}: {len(items)} departments")


if __name__ == "__main__":
    main()
