"""Which plan a file is for: the one named, the only one, or a new one."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError

from activities import names, owning
from activities.models import Municipality, Plan
from activities.sentences import Sentence
from activities.sentences import noop as _
from imports import layouts, readers
from imports.layout import Layout
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
    path: Path,
    *,
    name: str | None = None,
    mapped: Mapping[str, str] | None = None,
    layout: Layout | None = None,
    year: int | None = None,
    keeps_odd: bool = False,
) -> Source:
    """Read a file; raise readers.UnreadableFile where that cannot be done.

    ``name`` is what an uploaded file was called, ``mapped`` what a person said of its columns,
    ``layout`` how it is to be read where that is known, ``year`` whose value a column without one
    holds; with ``keeps_odd`` cells that cannot be read stay as texts.
    """
    asked = layouts.Asked(mapped, layout, year, keeps_odd, Path(name or path.name).stem)
    reader, lines = readers.read(path, settings.IMPORT_LIMITS, name=name)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return Source(name or path.name, digest, reader, layouts.parse(lines, asked=asked))


def municipality_of(name: str | None, slug: str | None) -> Municipality:
    """Return whose plan a file is: the one named, else that of the plan with the address.

    Neither saved nor renamed yet where it is new; see ``owning``. Raise Sentence where it is open.
    """
    if not name and slug:
        plan = Plan.objects.filter(slug=slug).select_related("municipality").first()
        if plan is not None:
            return plan.municipality
    return owning.municipality_named(name or "")


def find_plan(
    slug: str | None,
    source: Source,
    municipality: Municipality,
    about: Mapping[str, Any] | None = None,
) -> Plan:
    """Return the municipality's plan a file is meant for; unsaved if there is none yet.

    Raise Sentence where several could be meant, or the address is none or another one's.
    ``about`` holds what a person said of a new plan: name, first and last year.
    """
    plans = Plan.objects.filter(municipality=municipality.pk).select_related("municipality")
    if slug is None:
        stored = list(plans[:2])
        if len(stored) > 1:
            raise Sentence(_("There are several plans; say which with --plan."))
        if stored:
            return stored[0]
        slug = address_of(Path(source.name).stem)
    stored_plan = plans.filter(slug=slug).first()
    if stored_plan is not None:
        return stored_plan
    _refuse_address(slug)
    table = source.table
    reported = [year for year in table.realization_years if year is not None]
    years = [*table.years, *reported, *(table.plan_years or ())] or [0]
    told = {name: value for name, value in (about or {}).items() if value}
    new = {"name": NEW_PLAN_NAME, "first_year": min(years), "last_year": max(years), **told}
    return Plan(slug=slug, municipality=municipality, **new)


def _refuse_address(slug: str) -> None:
    """Raise Sentence for what is no address, and for one that another municipality has."""
    try:
        Plan._meta.get_field("slug").run_validators(slug)
    except ValidationError as error:
        raise Sentence(
            _("“%(slug)s” is no address: letters, digits and hyphens only, such as %(address)s."),
            slug=slug,
            address=address_of(slug),
        ) from error
    if Plan.objects.filter(slug=slug).exists():
        raise Sentence(
            _("“%(slug)s” is the address of another municipality's plan; choose another one."),
            slug=slug,
        )


def address_of(name: str) -> str:
    """Return the address that a plan gets from its name or its file's.

    >>> address_of("Ankara Belediyesi 2025–2027")
    'ankara-belediyesi-2025-2027'
    """
    return names.slugify(name)[:SLUG_LENGTH].strip("-") or "plan"


def realization_year(source: Source, plan: Plan, year: int | None) -> int:
    """Return whose realization a column without a year is.

    As told, else the year that the file's title names, else the first year.
    """
    table = source.table
    if year:
        return year
    reported = [one for one in table.realization_years if one is not None]
    known = {*table.years, *reported}
    if table.told_year and (table.told_year in known or not known):
        return table.told_year
    return min(table.years or reported, default=plan.first_year)
