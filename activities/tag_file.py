"""The usual tags, as ``fixtures/tags.csv`` brings them; the command and the settings load them."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from activities.models import Municipality, Tag

COLUMNS = ("scheme", "code", "name", "name_en")
USUAL = settings.BASE_DIR / "fixtures" / "tags.csv"
Row = dict[str, str]


class TagFileError(Exception):
    """What is wrong with a file of tags, one line for each problem."""


def keep(rows: list[Row], municipality: Municipality, *, renames: bool = True) -> Counter[str]:
    """Store rows that were read, all or none; return how many are new, changed, unchanged.

    Names follow the file, unless a tag that is there already is to stay as it was renamed.
    """
    with transaction.atomic():
        return Counter(_keep(row, municipality, renames=renames) for row in rows)


def read(path: Path) -> list[Row]:
    """Return the file's rows; every wrong one is told at once, and nothing is written."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            rows = [{name: (row.get(name) or "").strip() for name in COLUMNS} for row in reader]
            columns = tuple(reader.fieldnames or ())
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise TagFileError(
            _("%(file)s cannot be read: %(why)s") % {"file": path, "why": error}
        ) from error
    if columns != COLUMNS:
        raise TagFileError(
            _("The columns have to be %(columns)s.") % {"columns": ", ".join(COLUMNS)}
        )
    if problems := _problems(rows):
        raise TagFileError("\n".join(problems))
    return rows


def _problems(rows: list[Row]) -> list[str]:
    seen: set[tuple[str, str]] = set()
    found = []
    for number, row in enumerate(rows, start=2):
        key = (row["scheme"], row["code"])
        why = _problem(row) or (_("the same tag stands in the file twice") if key in seen else "")
        if why:
            found.append(_("Row %(row)s: %(why)s") % {"row": number, "why": why})
        seen.add(key)
    return found


def _problem(row: Row) -> str:
    try:
        Tag(**row).clean_fields(exclude={"municipality"})
    except ValidationError as error:
        return "; ".join(f"{name}: {' '.join(told)}" for name, told in error.message_dict.items())
    return ""


def _keep(row: Row, municipality: Municipality, *, renames: bool) -> str:
    """Store a row and return whether it was new, changed or unchanged."""
    names = {name: row[name] for name in ("name", "name_en")}
    tag, is_new = municipality.tags.get_or_create(
        scheme=row["scheme"], code=row["code"], defaults=names
    )
    if is_new:
        return "new"
    if not renames or all(getattr(tag, name) == text for name, text in names.items()):
        return "unchanged"
    for name, text in names.items():
        setattr(tag, name, text)
    tag.save()
    return "changed"
