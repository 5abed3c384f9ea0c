"""Checking an Office file, a zip of XML parts, before anything in it is unpacked for reading."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator

from activities.sentences import noop as _
from imports.readers import File, Limits, UnreadableFile

CONTENT_TYPES = "[Content_Types].xml"
DOCX = b"wordprocessingml.document.main+xml", b"wordprocessingml.template.main+xml"
XLSX = b"spreadsheetml.sheet.main+xml", b"spreadsheetml.template.main+xml"
BINARY = b"sheet.binary.macroEnabled"
MACROS = b"macroEnabled", b"vbaProject"
OPEN_DOCUMENTS = {
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
    b"application/vnd.oasis.opendocument.spreadsheet-template": "ods",
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.text-template": "odt",
}
MIMETYPE, CONTENT, MANIFEST = "mimetype", "content.xml", "META-INF/manifest.xml"
SMALL = 1024 * 1024
CHUNK = 256 * 1024
ENCODING = re.compile(rb"""^<\?xml[^>]*encoding\s*=\s*["']([^"']+)""")
ENCODINGS = {b"utf-8", b"utf8", b"utf-16", b"us-ascii", b"ascii"}
ENTITIES = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
LONGEST_MARK = 16
STRICT = b"purl.oclc.org/ooxml"


def check(file: File) -> str:
    """Return "xlsx", "docx", "ods" or "odt"; raise UnreadableFile for every other archive."""
    try:
        with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
            _check_sizes(archive, file)
            kind = _kind(archive, file)
            _check_parts(archive, file)
    except (NotImplementedError, RuntimeError) as error:  # unusual packing; a zip's password
        raise file.refused(
            _("%(file)s is packed in an unusual way. Save it again in Excel or Word.")
        ) from error
    except UnreadableFile:
        raise
    except Exception as error:  # zlib's and others' own
        raise _damaged(file) from error
    return kind


def _damaged(file: File) -> Exception:
    return file.refused(
        _("%(file)s is damaged or incomplete. Open it in its program and save it again.")
    )


def _check_sizes(archive: zipfile.ZipFile, file: File) -> None:
    """Judge the archive by its directory alone; what is read later never exceeds it."""
    parts, limits = archive.infolist(), file.limits
    bomb = (
        len(parts) > limits.parts
        or sum(part.file_size for part in parts) > limits.unpacked_bytes
        or any(part.file_size > limits.part_bytes for part in parts)
        or any(
            part.file_size > SMALL
            and part.file_size > limits.inflation * max(part.compress_size, 1)
            for part in parts
        )
    )
    if bomb:
        raise _too_much(file)
    if len({part.filename for part in parts}) != len(parts):
        raise _damaged(file)


def _too_much(file: File) -> Exception:
    return file.refused(
        _("%(file)s unpacks to far more than a plan needs. Copy the table into a new file.")
    )


def _kind(archive: zipfile.ZipFile, file: File) -> str:
    if CONTENT_TYPES not in archive.namelist():
        return _open_document(archive, file)
    types = archive.read(CONTENT_TYPES)
    if BINARY in types:
        raise file.refused(_("%(file)s is a binary workbook. Save it in Excel as .xlsx."))
    if any(mark in types for mark in MACROS):
        raise file.refused(_("%(file)s holds macros. Save it without them, as .xlsx or .docx."))
    if any(mark in types for mark in XLSX):
        return "xlsx"
    if any(mark in types for mark in DOCX):
        return "docx"
    raise _other(file)


def _open_document(archive: zipfile.ZipFile, file: File) -> str:
    """Return "ods" or "odt"; raise UnreadableFile for every other archive."""
    parts = archive.namelist()
    if MIMETYPE not in parts or CONTENT not in parts:
        raise _other(file)
    kind = OPEN_DOCUMENTS.get(archive.read(MIMETYPE)[:200].strip())
    if kind is None:
        raise _other(file)
    if MANIFEST in parts and b"encryption-data" in archive.read(MANIFEST):
        raise file.refused(
            _("%(file)s is protected with a password. Save it without the password.")
        )
    return kind


def _other(file: File) -> Exception:
    return file.refused(
        _("%(file)s is an archive, but no .xlsx or .docx file. Save the table as one of these.")
    )


def _check_parts(archive: zipfile.ZipFile, file: File) -> None:
    """Look through every XML part for what no Office program writes."""
    rows = 0
    for part in archive.infolist():
        most, elements = _most_elements(part.filename, file.limits), 0
        for number, chunk in enumerate(_chunks(archive, part)):
            if number == 0 and not _is_xml(chunk, part.filename, file):
                break
            _check_chunk(chunk, file)
            rows += chunk.count(b"<row ")
            elements += chunk.count(b"<")
            if rows > 4 * file.limits.rows:
                raise file.refused(
                    _("%(file)s has more than %(limit)s rows. Split it into several files."),
                    limit=file.limits.rows,
                )
            if elements > most:
                raise _too_much(file)


def _most_elements(name: str, limits: Limits) -> int:
    """Return how many elements a part may have: sheets are streamed, the rest becomes a tree."""
    if name.startswith("xl/worksheets/") or name.endswith("sharedStrings.xml") or name == CONTENT:
        return 10 * limits.cells
    return limits.elements if name == "word/document.xml" else limits.elements // 10


def _check_chunk(chunk: bytes, file: File) -> None:
    if ENTITIES.search(chunk):
        raise file.refused(
            _("%(file)s holds XML entities, which no table needs. Save it again in its program.")
        )
    if b"<" not in chunk and len(chunk) >= CHUNK:
        raise file.refused(_("%(file)s: a cell holds far too long a text. Shorten or delete it."))


def _chunks(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield a part's bytes as ASCII, each chunk with the end of the one before it."""
    end = b""
    with archive.open(part) as stream:
        while chunk := stream.read(CHUNK):
            # UTF-16 hides every mark behind NULs.
            chunk = end + (chunk.replace(b"\x00", b"") if b"\x00" in chunk else chunk)
            yield chunk
            end = chunk[-LONGEST_MARK:]


def _is_xml(chunk: bytes, name: str, file: File) -> bool:
    """Whether a part is XML by its start; one that only says so by its name is damaged."""
    start = chunk[:1024].lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if not start.startswith(b"<"):
        if name.lower().endswith((".xml", ".rels")):
            raise _damaged(file)
        return False
    found = ENCODING.match(start)
    if found is not None and found[1].lower() not in ENCODINGS:
        raise _damaged(file)
    if STRICT in chunk[:4096]:
        raise file.refused(
            _("%(file)s is saved as Strict Open XML. Save it as an ordinary .xlsx or .docx.")
        )
    return True
