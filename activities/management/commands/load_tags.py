"""Bring in the tags of ``fixtures/tags.csv``; running it again updates names and adds the new."""

from __future__ import annotations

import argparse
import csv
from collections import Counter
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from activities import owning
from activities.models import Municipality, Tag
from activities.sentences import Sentence
from activities.wording import say

COLUMNS = ("scheme", "code", "name", "name_en")
Row = dict[str, str]


class Command(BaseCommand):
    help = "Load the tags: SDG 5 targets, articles of the European Charter, target groups."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        default = settings.BASE_DIR / "fixtures" / "tags.csv"
        parser.add_argument("file", nargs="?", type=Path, default=default)
        parser.add_argument(
            "--municipality", default="", help="whose tags; the only one's if left out"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        rows = _read(options["file"])
        try:
            municipality = owning.municipality_named(options["municipality"])
        except Sentence as error:
            raise CommandError(say(error)) from error
        with transaction.atomic():
            owning.keep(municipality)
            counts = Counter(_keep(row, municipality) for row in rows)
        self.stdout.write(
            _("Tags: %(new)s new, %(changed)s changed, %(unchanged)s unchanged")
            % {state: counts[state] for state in ("new", "changed", "unchanged")}
        )


def _read(path: Path) -> list[Row]:
    """Return the file's rows; every wrong one is told at once, and nothing is written."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            rows = [{name: (row.get(name) or "").strip() for name in COLUMNS} for row in reader]
            columns = tuple(reader.fieldnames or ())
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise CommandError(
            _("%(file)s cannot be read: %(why)s") % {"file": path, "why": error}
        ) from error
    if columns != COLUMNS:
        raise CommandError(
            _("The columns have to be %(columns)s.") % {"columns": ", ".join(COLUMNS)}
        )
    if problems := _problems(rows):
        raise CommandError("\n".join(problems))
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


def _keep(row: Row, municipality: Municipality) -> str:
    """Store a row and return whether it was new, changed or unchanged."""
    names = {name: row[name] for name in ("name", "name_en")}
    tag, is_new = municipality.tags.get_or_create(
        scheme=row["scheme"], code=row["code"], defaults=names
    )
    if is_new:
        return "new"
    if all(getattr(tag, name) == text for name, text in names.items()):
        return "unchanged"
    for name, text in names.items():
        setattr(tag, name, text)
    tag.save()
    return "changed"
