"""Writing the auditor's folder as one zip file that proves itself.

``SHA256SUMS`` names every file with its SHA-256, ``SEAL`` holds the SHA-256 of that list, and the
zip's own comment that of every byte before it: one changed byte anywhere is noticed. The digest
that is printed goes into the minutes, so that nobody can make the whole folder anew unseen.
"""

from __future__ import annotations

import csv
import io
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO

from django.core.files.base import File
from django.template.loader import render_to_string
from django.utils import timezone

from activities.sentences import Sentence
from activities.sentences import noop as _
from reports.audit.tables import (
    AuditTable,
    AuditYear,
    edition_path,
    evidence_path,
    import_path,
)
from reports.exports.csv import safe

CHUNK = 1024 * 1024
SUMS, SEAL = "SHA256SUMS", "SEAL"
# The comment of the zip: these letters and 64 digits.
MARK = b"sha256:"
WITHOUT_SEAL = MARK + b"0" * 64

GONE = _("%(file)s is missing from what was stored; the folder would not be complete.")
CHANGED = _("%(file)s is not what was handed in: its SHA-256 is another one.")


@dataclass(frozen=True, slots=True)
class Sealed:
    """A folder that was written: how many files it holds, and the digest to write down."""

    files: int
    digest: str


def write(year: AuditYear, path: Path) -> Sealed:
    """Write the folder, or raise Sentence where a stored file is missing or another one.

    Written beside the target and renamed, so that nobody ever meets half of it.
    """
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as out:
        part = Path(out.name)
        try:
            with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as zip:
                sums = dict(_fill(zip, year))
                listed = "".join(f"{digest}  {name}\n" for name, digest in sorted(sums.items()))
                seal = sha256(listed.encode()).hexdigest()
                zip.writestr(SUMS, listed)
                zip.writestr(SEAL, f"{seal}\n")
                zip.comment = WITHOUT_SEAL
            _seal(out)
            out.close()
            part.replace(path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
    return Sealed(len(sums), seal)


def _seal(out: IO[bytes]) -> None:
    """Write the SHA-256 of everything before the comment into the comment."""
    out.flush()
    length = out.seek(0, io.SEEK_END) - len(WITHOUT_SEAL)
    out.seek(0)
    digest, left = sha256(), length
    while left:
        chunk = out.read(min(CHUNK, left))
        digest.update(chunk)
        left -= len(chunk)
    out.seek(length)
    out.write(MARK + digest.hexdigest().encode())


def _fill(zip: zipfile.ZipFile, year: AuditYear) -> Iterator[tuple[str, str]]:
    """Write every file of the folder; yield its name with its SHA-256."""
    tables = year.tables()
    for name, content in _texts(year, tables):
        zip.writestr(name, content)
        yield name, sha256(content).hexdigest()
    for name, file, expected in _stored(year):
        yield name, _copy(zip, name, file, expected)


def _texts(year: AuditYear, tables: list[AuditTable]) -> Iterator[tuple[str, bytes]]:
    context = {
        "year": year.year,
        "plan": year.plan,
        "tables": tables,
        "edition": year.editions[-1] if year.editions else None,
        "made_at": timezone.localtime(),
        "rows": year.arithmetic,
        "limits": year.figures.bands.limits,
        "with_names": year.with_names,
    }
    yield "index.html", render_to_string("audit/index.html", context).encode()
    for table in tables:
        yield f"{table.name}.csv", _csv(table)
    for edition in year.editions:
        yield edition_path(edition), edition.content.encode()


def _csv(table: AuditTable) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(table.columns)
    writer.writerows([safe(cell) for cell in row] for row in table.rows)
    return text.getvalue().encode("utf-8-sig")


def _stored(year: AuditYear) -> Iterator[tuple[str, File[bytes], str]]:
    for piece in year.evidence:
        if piece.file:
            yield evidence_path(piece), piece.file, piece.digest
    for batch in year.batches:
        if batch.stored:
            yield import_path(batch), batch.stored, batch.digest


def _copy(zip: zipfile.ZipFile, name: str, stored: File[bytes], expected: str) -> str:
    """Copy a stored file piece by piece; return its SHA-256."""
    digest = sha256()
    try:
        with stored.open("rb") as source, zip.open(name, "w", force_zip64=True) as target:
            for chunk in iter(lambda: source.read(CHUNK), b""):
                digest.update(chunk)
                target.write(chunk)
    except FileNotFoundError:
        raise Sentence(GONE, file=name) from None
    if expected and digest.hexdigest() != expected:
        raise Sentence(CHANGED, file=name)
    return digest.hexdigest()
