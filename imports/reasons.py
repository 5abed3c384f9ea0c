"""What the history says of imports, in words for people."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from django.db.models import Count, Exists, Max, Min, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from activities.models import Plan
from imports.models import ImportBatch
from indicators.achievement import Reading
from indicators.changes import BY_IMPORT, KEPT, Change
from indicators.editions import Erratum
from indicators.models import COUNTED_STATES, Realization


def with_files(changes: Sequence[Change]) -> list[Change]:
    """Return changes whose reason names the file of their import; a query where any has one."""
    found = [KEPT.fullmatch(change.reason) for change in changes]
    batches = {int(kept["batch"]) for kept in found if kept}
    files = (
        dict(ImportBatch.objects.filter(pk__in=batches).values_list("pk", "file_name"))
        if batches
        else {}
    )
    return [
        replace(change, reason=_told(kept, files[int(kept["batch"])]), is_told=True)
        if kept and int(kept["batch"]) in files
        else change
        for change, kept in zip(changes, found, strict=True)
    ]


def for_public(errata: Iterable[Erratum]) -> list[Erratum]:
    """Return errata with what the person wrote, without the number and the file of an import."""
    found = ((one, KEPT.fullmatch(one.reason)) for one in errata)
    return [one if kept is None else _without_file(one, kept) for one, kept in found]


def _without_file(erratum: Erratum, kept: re.Match[str]) -> Erratum:
    if kept["why"]:
        return replace(erratum, reason=kept["why"])
    ours = (
        _("A correction was taken back.")
        if kept["undone"]
        else _("Corrected with a file that was read in.")
    )
    return replace(erratum, reason=ours, is_told=True)


def imported_on(plan: Plan, year: int) -> datetime.date | None:
    """Return the day on which all values of a year came in with imports; one query.

    None where nothing was sent, where somebody sent a value, or where they came on several days:
    then the days tell how the year was reported.
    """
    by_import = Realization.history.filter(
        id=OuterRef("pk"),
        submitted_at=OuterRef("submitted_at"),
        history_change_reason__startswith=BY_IMPORT,
    )
    found = (
        Realization.objects.filter(
            indicator__activity__plan=plan,
            indicator__retired_on=None,
            year=year,
            state__in=COUNTED_STATES[Reading.REPORTED],
        )
        .exclude(value=None, absence="")
        .aggregate(
            all=Count("pk"),
            imported=Count("pk", filter=Exists(by_import)),
            first=Min("submitted_at"),
            last=Max("submitted_at"),
        )
    )
    if not found["all"] or found["imported"] < found["all"]:
        return None
    first, last = (timezone.localtime(found[each]).date() for each in ("first", "last"))
    return first if first == last else None


def _told(kept: re.Match[str], file: str) -> str:
    text = (
        _("Import %(number)s undone: %(file)s")
        if kept["undone"]
        else _("Import %(number)s: %(file)s")
    )
    named = text % {"number": kept["batch"], "file": file}
    return f"{named} · {kept['why']}" if kept["why"] else named
