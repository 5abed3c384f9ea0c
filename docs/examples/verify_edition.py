"""Check a published year from outside: python3 verify_edition.py ADDRESS [CHECKSUM]

ADDRESS is the year's public page, CHECKSUM one you wrote down. Needs nothing but Python.
Exit code: 0 everything fits, 1 something does not, 2 it could not be checked.
"""

import hashlib
import json
import re
import sys
from collections.abc import Iterator
from decimal import Decimal
from urllib.request import urlopen


def read(address: str) -> bytes:
    return bytes(urlopen(address, timeout=30).read())


def check(page: str, noted: str = "") -> Iterator[tuple[bool, str]]:
    printed = re.findall(rb"SHA-256 ([0-9a-f]{64})", read(page))[0].decode()
    newest = json.loads(read(page + "data/edition.json"))
    follows, known = "", set[str]()
    for number in range(newest["number"], 0, -1):
        text = read(f"{page}editions/{number}/edition.json")
        edition, checksum = json.loads(text), hashlib.sha256(text).hexdigest()
        had = {checksum, *(one["checksum"] for one in edition["replaces"])}
        is_newest = number == newest["number"]
        told = "it has the printed checksum" if is_newest else f"edition {number + 1} follows it"
        yield checksum == printed if is_newest else follows in had, f"edition {number}: {told}"
        follows, known = edition["previous"], known | had
    yield follows == "", "edition 1: it follows none"
    yield noted in known or not noted, "a checksum you gave is, or was, that of an edition"
    data = json.loads(read(page + "data/data.json"))
    cells = {row["id"]: (row["realization"] or {}).get("value") for row in newest["rows"]}
    values = {row["id"]: row["realization"] for row in data["realizations"]}
    yield cells == values, f"data.json: the {len(values)} realizations are those of the edition"
    plan, mean = {row["id"]: row for row in data["plan"]}, data["summary"][0]["mean"]
    scores = {row["id"]: row["score"] for row in data["achievement"] if not row["suppressed"]}
    heads = {id for id in scores if not plan[id]["counted_with"]}
    once = [id for id in scores if scores[id] and plan[id]["counted_with"] not in heads]
    if mean and newest["plan"]["unreported"] == "skip":
        parts = [(Decimal(plan[id]["weight"]), Decimal(scores[id])) for id in once]
        found = Decimal(sum(w * s for w, s in parts)) / sum(w for w, _s in parts)
        yield abs(found - Decimal(mean)) < 1e-9, f"summary: the mean of {found:.4f} fits the scores"


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        print(__doc__)
        sys.exit(2)
    try:
        results = list(check(sys.argv[1].split("?")[0].rstrip("/") + "/", *sys.argv[2:]))
    except (OSError, ValueError, LookupError, TypeError, ArithmeticError) as error:
        refused = getattr(error, "code", None) == 503
        print("The server refuses: an edition does not fit." if refused else f"No check: {error!r}")
        sys.exit(1 if refused else 2)
    print("\n".join(f"{'ok      ' if fits else 'NOT SO  '}{told}" for fits, told in results))
    sys.exit(not all(fits for fits, _told in results))
