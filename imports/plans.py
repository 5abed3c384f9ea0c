"""Which plan a file is for: the one named, the only one, or a new one."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from activities import names
from activities.models import Plan
from activities.sentences import Sentence
from activities.sentences import noop as _
from imports import layouts, readers
from imports.table import FileTable

SLUG_LENGTH = 80
NEW_PLAN_NAME = "Yerel Eşitlik Eylem Planı"


@dataclass(frozen=True, slots=True)
class Source:
    """A file that has been read: its digest, its reader and the table it states."""

    name: str
    digest: str
    reader: str
    table: FileTable


def read_source(
    path: Path, *, name: str | None = None, mapped: Mapping[str, str] | None = None
) -> Source:
    """Read a file; raise readers.UnreadableFile where that cannot be done.

    ``name`` is what an uploaded file was called, ``mapped`` what a person said of its columns.
    """
    reader, lines = readers.read(path, settings.IMPORT_LIMITS, name=name)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return Source(name or path.name, digest, reader, layouts.parse(lines, mapped))


def find_plan(slug: str | None, source: Source, about: Mapping[str, Any] | None = None) -> Plan:
    """Return the plan a file is meant for; unsaved if there is none yet. Raise Sentence.

    ``about`` holds what a person said of a new one: name, municipality, first and last year.
    """
    plans = Plan.objects.all()
    if slug is None:
        stored = list(plans[:2])
        if len(stored) > 1:
            raise Sentence(_("There are several plans; say which with --plan."))
        if stored:
            return stored[0]
        slug = names.slugify(Path(source.name).stem)[:SLUG_LENGTH].strip("-") or "plan"
    stored_plan = plans.filter(slug=slug).first()
    if stored_plan is not None:
        return stored_plan
    years = source.table.years or [0]
    told = {name: value for name, value in (about or {}).items() if value}
    new = {"name": NEW_PLAN_NAME, "first_year": min(years), "last_year": max(years), **told}
    return Plan(slug=slug, **new)


def realization_year(source: Source, plan: Plan, year: int | None) -> int:
    """Return whose realization a column without a year is: as told, else the first year."""
    return year or min(source.table.years, default=plan.first_year)
