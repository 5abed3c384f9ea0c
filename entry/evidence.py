"""What a file is, judged by its content, before it is kept as evidence.

The name decides nothing. What may run when it is opened (macros, scripts) is refused, and so is
what cannot be looked into (a password).
"""

from __future__ import annotations

import hashlib
import io
import uuid
import zipfile
from dataclasses import dataclass

import puremagic
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile

from activities.sentences import Sentence
from activities.sentences import noop as _
from indicators.models import Evidence

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = b"PK\x03\x04"
MEBIBYTE = 1024 * 1024
MOST_PARTS, MOST_UNPACKED, MOST_INFLATION = 10_000, 500 * MEBIBYTE, 500
LONGEST_DIRECTORY = MEBIBYTE

# The main part's content type, as the package says it itself.
OOXML = {
    b"wordprocessingml.document.main+xml": "docx",
    b"spreadsheetml.sheet.main+xml": "xlsx",
    b"presentationml.presentation.main+xml": "pptx",
    b"presentationml.slideshow.main+xml": "pptx",
}
ODF = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
    b"application/vnd.oasis.opendocument.presentation": "odp",
}
# The names of streams in the directory of an old Office file.
STREAMS = {
    "WordDocument": "doc",
    "Workbook": "xls",
    "Book": "xls",
    "PowerPoint Document": "ppt",
}
MACRO_STREAMS = ("_VBA_PROJECT", "VBA", "Macros")
LOCKED_STREAM = "EncryptedPackage"

TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "webp": "image/webp",
    "heic": "image/heic",
    "doc": "application/msword",
    "xls": "application/vnd.ms-excel",
    "ppt": "application/vnd.ms-powerpoint",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odp": "application/vnd.oasis.opendocument.presentation",
}
# What puremagic calls the kinds that need no look inside.
PLAIN = {
    ".pdf": "pdf",
    ".png": "png",
    ".jpg": "jpg",
    ".jpeg": "jpg",
    ".webp": "webp",
    ".heic": "heic",
    ".heif": "heic",
}

UNKNOWN = _(
    "This kind of file is not taken. PDF, Word, Excel, PowerPoint, OpenDocument and pictures "
    "(PNG, JPEG, WebP, HEIC) are."
)
EMPTY = _("The file is empty.")
TOO_LARGE = _("The file is larger than %(limit)s MB. Make it smaller, or give a link to it.")
MACROS = _("The file holds macros. Save it without them, for instance as PDF, .docx or .xlsx.")
LOCKED = _("The file is protected with a password. Save it without one.")
DAMAGED = _("The file is damaged or incomplete. Open it in its program and save it again.")
BOMB = _("The file unpacks to far more than a document needs.")


@dataclass(frozen=True, slots=True)
class Judged:
    """A file that may be kept: its kind by content, and its bytes."""

    kind: str
    data: bytes

    @property
    def content_type(self) -> str:
        return TYPES[self.kind]

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


def judge(file: UploadedFile) -> Judged:
    """Return what a file is; raise Sentence for what is not kept."""
    limit = settings.EVIDENCE_FILE_BYTES
    if (file.size or 0) > limit:
        raise Sentence(TOO_LARGE, limit=limit // MEBIBYTE)
    data = file.read()
    if not data:
        raise Sentence(EMPTY)
    return Judged(kind_of(data), data)


def kind_of(data: bytes) -> str:
    """Return the kind by content, as a key of TYPES; raise Sentence for any other."""
    if data.startswith(ZIP):
        return _package(data)
    if data.startswith(OLE):
        return _old_office(data)
    return _plain(data)


def _plain(data: bytes) -> str:
    try:
        found = puremagic.magic_string(data[:4096])
    except (puremagic.PureError, ValueError):
        raise Sentence(UNKNOWN) from None
    kinds = [PLAIN[each.extension] for each in found if each.extension in PLAIN and not each.offset]
    # HEIC and WebP are named further in, behind a size.
    if data[4:8] == b"ftyp" and data[8:12] in (b"heic", b"heix", b"mif1", b"msf1", b"heif"):
        kinds.append("heic")
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        kinds.append("webp")
    for kind in kinds:
        if data.startswith(STARTS.get(kind, b"")):
            return kind
    raise Sentence(UNKNOWN)


STARTS = {"pdf": b"%PDF-", "png": b"\x89PNG\r\n\x1a\n", "jpg": b"\xff\xd8\xff", "webp": b"RIFF"}


def _old_office(data: bytes) -> str:
    """Return doc, xls or ppt by the streams that the file's directory names."""
    if _named(data, LOCKED_STREAM):
        raise Sentence(LOCKED)
    if any(_named(data, name) for name in MACRO_STREAMS):
        raise Sentence(MACROS)
    for name, kind in STREAMS.items():
        if _named(data, name):
            return kind
    raise Sentence(UNKNOWN)


def _named(data: bytes, name: str) -> bool:
    """Whether a directory entry has the name, which fills it up with zeros."""
    return name.encode("utf-16-le") + b"\x00\x00" in data


def _package(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _kind_of_package(archive)
    except Sentence:
        raise
    except Exception:  # zlib's and others' own
        raise Sentence(DAMAGED) from None


def _kind_of_package(archive: zipfile.ZipFile) -> str:
    """Judge a package by its directory and by the one small part that names its kind."""
    parts = archive.infolist()
    unpacked = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts)
    if len(parts) > MOST_PARTS or unpacked > MOST_UNPACKED:
        raise Sentence(BOMB)
    if unpacked > 10 * MEBIBYTE and unpacked > MOST_INFLATION * max(packed, 1):
        raise Sentence(BOMB)
    if any(part.flag_bits & 1 for part in parts):
        raise Sentence(LOCKED)
    names = [part.filename for part in parts]
    if "[Content_Types].xml" in names:
        return _ooxml(_small(archive, "[Content_Types].xml"), names)
    if "mimetype" in names:
        return _odf(_small(archive, "mimetype"), names)
    raise Sentence(UNKNOWN)


def _small(archive: zipfile.ZipFile, name: str) -> bytes:
    if archive.getinfo(name).file_size > LONGEST_DIRECTORY:
        raise Sentence(BOMB)
    return archive.read(name).replace(b"\x00", b"")


def _ooxml(types: bytes, names: list[str]) -> str:
    if b"macroEnabled" in types or any("vbaproject" in name.lower() for name in names):
        raise Sentence(MACROS)
    for mark, kind in OOXML.items():
        if mark in types:
            return kind
    raise Sentence(UNKNOWN)


def _odf(mimetype: bytes, names: list[str]) -> str:
    if any(name.startswith(("Basic/", "Scripts/")) for name in names):
        raise Sentence(MACROS)
    kind = ODF.get(mimetype.strip())
    if kind is None:
        raise Sentence(UNKNOWN)
    return kind


def keep(evidence: Evidence, judged: Judged) -> None:
    """Put a file under a made-up name; who reads the folder learns nothing from it."""
    evidence.content_type, evidence.size = judged.content_type, len(judged.data)
    evidence.digest = judged.digest
    evidence.file.save(f"{uuid.uuid4().hex}", ContentFile(judged.data), save=False)
