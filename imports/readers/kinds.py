"""Which reader a file gets, judged by its first bytes; its suffix only settles kinds of text."""

from __future__ import annotations

from activities.sentences import noop as _
from imports.readers import File, Reader, UnreadableFile

TEXT_SUFFIXES = (".txt", ".tsv", ".csv")
# What a text may be called: an export that got the name of the program it was made for.
NAMED_AS_TABLES = (*TEXT_SUFFIXES, ".xlsx", ".docx", ".pdf")
SUFFIXES = (*TEXT_SUFFIXES, ".xlsx", ".xls", ".ods", ".docx", ".odt", ".rtf", ".pdf")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# The streams that a workbook has among the files of an old Office document.
WORKBOOKS = tuple(name.encode("utf-16-le") for name in ("Workbook\0", "Book\0"))
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*", b"BM", b"RIFF")
PACKED = (b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"BZh", b"\xfd7zXZ")


def choose(file: File) -> tuple[str, Reader]:
    """Return the name and the function of the reader; raise UnreadableFile."""
    from imports.readers import pdf, rtf, xls

    head = file.data[:1024]
    if b"%PDF-" in head:
        return "pdf", pdf.read
    if head.startswith(b"PK"):
        return _choose_package(file)
    if _is_old_workbook(file):
        return "xls", xls.read
    if head.startswith(b"{\\rtf"):
        return "rtf", rtf.read
    refusal = _refusal(file, head)
    if refusal is not None:
        raise refusal
    return _choose_text(file)


def _choose_package(file: File) -> tuple[str, Reader]:
    from imports.readers import archives, docx, opendocument, xlsx

    readers = {"docx": docx.read, "ods": opendocument.read, "odt": opendocument.read}
    kind = archives.check(file)
    return kind, readers.get(kind, xlsx.read)


def _choose_text(file: File) -> tuple[str, Reader]:
    from imports.readers import csv, text

    if file.suffix not in NAMED_AS_TABLES:
        raise file.refused(
            _("%(file)s: this kind of file cannot be read. Known are: %(known)s."),
            known=", ".join(sorted(SUFFIXES)),
        )
    if file.suffix == ".csv" or csv.is_csv(file):
        return "csv", csv.read
    return "text", text.read


def _is_old_workbook(file: File) -> bool:
    """Whether a file is one of Excel before 2007, and not locked with a password."""
    if not file.data.startswith(OLE) or ENCRYPTED in file.data:
        return False
    return any(name in file.data for name in WORKBOOKS)


def _refusal(file: File, head: bytes) -> UnreadableFile | None:
    """Return why a file of a known other kind is not read; None if it may be text."""
    if head.startswith(OLE):
        return _old_office(file)
    if head.startswith(PICTURES):
        return file.refused(
            _("%(file)s is a picture. Use the Word, Excel or PDF file it was made from.")
        )
    if head.startswith(PACKED):
        return file.refused(_("%(file)s is a packed file. Unpack it and choose the table itself."))
    start = head.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if start.startswith((b"<!doctype", b"<html", b"<?xml", b"<table", b"<meta")):
        return file.refused(
            _("%(file)s is a web page or XML file. Open it in Excel and save it as .xlsx.")
        )
    return None


def _old_office(file: File) -> UnreadableFile:
    if ENCRYPTED in file.data:
        return file.refused(
            _("%(file)s is protected with a password. Save it without the password.")
        )
    return file.refused(
        _("%(file)s is in the format of an old Office version. Save it as .xlsx or .docx.")
    )
