"""The letters of a text file: which encoding it is in, without being told."""

from __future__ import annotations

import codecs
import re

from activities.sentences import noop as _
from imports.readers import File

# Longest first: the mark of UTF-32 begins with that of UTF-16.
MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# UTF-8 that a program took for Turkish Windows and saved once more: "Ä±" for ı, "ÅŸ" for ş.
TWICE = re.compile("Ä[±°Ÿž\x9f\x9e]|Å[Ÿž\x9f\x9e]|Ã[¼¶§œ–‡\x9c\x96\x87]")
LETTERS = frozenset("çğıöşüÇĞİÖŞÜâîûÂÎÛéèáàäëïñßåøæ")
PUNCTUATION = frozenset("\xa0§«»°±²³´µ·€‚„…†‡‰‹›‘’“”•–—™©®")
SAMPLE = 200_000
FEW = 5


def decode(file: File) -> str:
    """Return the file's text; raise UnreadableFile where its letters cannot be known."""
    text = _decode(file)
    if text is None or len(TWICE.findall(text[:SAMPLE])) > FEW:
        raise file.refused(_("%(file)s: the letters cannot be read. Save it again as UTF-8."))
    if "\x00" in text:
        raise file.refused(
            _("%(file)s is not a text file. Save the table as .xlsx or as tab-separated text.")
        )
    return text


def _decode(file: File) -> str | None:
    data = file.data
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return _try(data[len(mark) :], encoding)
    unmarked = _unmarked_utf16(data)
    if unmarked:
        return _try(data, unmarked)
    text = _try(data, "utf-8")
    return text if text is not None else _eight_bit(data)


def _try(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _unmarked_utf16(data: bytes) -> str | None:
    """Return UTF-16's byte order where nearly every second byte of the start is NUL."""
    start = data[:2000]
    half = len(start) // 2
    if start[1::2].count(0) > 0.7 * half and start[::2].count(0) == 0:
        return "utf-16-le"
    if start[::2].count(0) > 0.7 * half and start[1::2].count(0) == 0:
        return "utf-16-be"
    return None


def _eight_bit(data: bytes) -> str | None:
    """Return the text of a Turkish eight-bit file; None where it reads as no Turkish at all.

    Windows-1254 and ISO-8859-9 have the same letters and differ only in bytes no table contains.
    """
    windows = _try(data, "cp1254")
    text = data.decode("iso-8859-9") if windows is None else windows
    others = [letter for letter in text[:SAMPLE] if letter > "\x7f" and letter not in PUNCTUATION]
    strange = sum(letter not in LETTERS for letter in others)
    return None if strange > FEW and strange > len(others) // 10 else text
