"""What every line goes through, whichever reader it comes from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from activities.sentences import Sentence
from activities.sentences import noop as _
from imports.readers import File, FileLine, Raw, RawCell, text_of

# Control characters (but tab and line breaks), text direction, lone surrogates, private use.
FORBIDDEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
    "\ud800-\udfff\ue000-\uf8ff\ufff9-\ufffc\U000e0000-\U000e007f]"
)
# Without a width, and usual in Word and PDF: not worth a word.
UNSEEN = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
LOST = "\ufffd"


def clean(lines: Iterable[FileLine], file: File) -> list[FileLine]:
    """Return the lines that hold anything, without characters nobody can see."""
    cleaned = []
    for line in _checked(lines, file):
        is_clean = all(text.isprintable() and LOST not in text for text in line.texts)
        cleaned.append(line if is_clean else _cleaned(line))
    return cleaned


def _checked(lines: Iterable[FileLine], file: File) -> Iterator[FileLine]:
    """Yield the lines that hold anything, as far as the limits allow."""
    limits = file.limits
    count = 0
    for line in lines:
        longest = max(map(len, line.texts), default=0)
        if longest == 0 and not line.notes:
            continue
        count += 1
        if count > limits.rows:
            raise file.refused(
                _("%(file)s has more than %(limit)s rows. Split it into several files."),
                limit=limits.rows,
            )
        if longest > limits.cell_characters:
            raise file.refused(
                _("%(file)s, %(place)s: a cell holds %(count)s characters. Shorten it."),
                place=line.place,
                count=longest,
            )
        if len(line.cells) > limits.columns:
            raise too_wide(file, line.place)
        yield line


def too_wide(file: File, place: str) -> Exception:
    return file.refused(
        _("%(file)s, %(place)s: more than %(limit)s columns. Delete what is not the table."),
        place=place,
        limit=file.limits.columns,
    )


def _cleaned(line: FileLine) -> FileLine:
    notes = list(line.notes)
    if any(FORBIDDEN.search(text) for text in line.texts):
        notes.append(
            Sentence(
                _("Invisible characters were removed from this row; compare it with the file.")
            )
        )
    if any(LOST in text for text in line.texts):
        notes.append(Sentence(_("Letters of this row are lost (“�”); correct them in the file.")))
    return replace(line, cells=tuple(map(_clean_cell, line.cells)), notes=tuple(notes))


def _clean_cell(cell: RawCell) -> RawCell:
    text = text_of(cell)
    if text.isprintable():
        return cell
    text = UNSEEN.sub("", FORBIDDEN.sub("", text)).strip()
    return replace(cell, text=text) if isinstance(cell, Raw) else text
