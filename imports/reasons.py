"""What the history says of imports, in words for people."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from imports.models import ImportBatch
from indicators.changes import Change

# As ``imports.actions`` keeps it; undoing compares it, so it is put into words only here.
KEPT = re.compile(r"(?P<undone>undo of )?import (?P<batch>\d{1,9})(?:: (?P<why>.*))?", re.DOTALL)


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


def _told(kept: re.Match[str], file: str) -> str:
    text = (
        _("Import %(number)s undone: %(file)s")
        if kept["undone"]
        else _("Import %(number)s: %(file)s")
    )
    named = text % {"number": kept["batch"], "file": file}
    return f"{named} · {kept['why']}" if kept["why"] else named
