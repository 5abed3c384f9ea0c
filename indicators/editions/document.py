"""The public document of an edition: everything public of it, and nothing else.

Its SHA-256 is the public checksum that anybody can check. It names what is public, so that what
is frozen besides stays inside; and it holds cells, and of ratios only the means that are kept with
its seal, so that a newer version of the software writes it as the one that sealed it did. Whoever
changes what is written here must raise ``FORM``, write editions sealed in an older form as before,
and keep the old name of each field.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from indicators.editions.veil import Veil
from indicators.figures import BANDS
from indicators.suppression import PARTS

if TYPE_CHECKING:
    from indicators.models import Edition, EditionSeal

# Since 2 the means that are told stand in it, and what moved after sending: plain figures of the
# day it was sealed, kept with the seal.
FORM = 2
WITHOUT_MEANS = 1
OF_PLAN = (
    "slug",
    "name",
    "short_name",
    "municipality",
    "first_year",
    "last_year",
    "method",
    "unreported",
    *BANDS,
)
OF_ROW = (
    "id",
    "unit",
    "code",
    "title",
    "responsible_text",
    "own_responsible_text",
    "name",
    "position",
    "activity_id",
    "measure",
    "kind",
    "kind_confirmed",
    "direction",
    "reported_as",
    "weight",
    "targets",
    "tags",
)
# Where its number stood; editions of format 1 did not record it.
SINCE_FORMAT_2 = ("result",)
# What of a frozen row is not for everybody.
INSIDE = frozenset(
    {
        "counted_with_id",
        "counts_people",
        "hides_small_numbers",
        "supporting_text",
        "own_supporting_text",
        "first",
    }
)


def document(
    edition: Edition,
    content: Mapping[str, Any],
    veil: Veil,
    seals: Sequence[EditionSeal],
) -> str:
    """Return the document's text under the newest of its seals, which come oldest first."""
    *replaced, newest = seals
    corrected = corrected_since(content)
    public = {
        "form": FORM if newest.told else WITHOUT_MEANS,
        **newest.told,
        "year": edition.year,
        "number": edition.number,
        "published_at": moment(edition.published_at),
        "reason": edition.reason,
        "override_reason": edition.override_reason,
        "previous": edition.previous,
        "replaces": [
            {"checksum": seal.public_checksum, "sealed_at": moment(seal.sealed_at)}
            for seal in replaced
        ],
        "plan": {"id": edition.plan_id, **{name: content["plan"][name] for name in OF_PLAN}},
        "units": content["units"],
        "objectives": content["objectives"],
        "rows": [_row(row, veil) for row in content["rows"]],
        # Of how many, not of which: that would say who works with what.
        "verified_by_who_entered": own_approvals(content),
        # Written only where there are any: documents sealed before say the same without it.
        **({"corrected_after_verification": corrected} if corrected else {}),
        "changes": veil.changes,
    }
    return json.dumps(public, ensure_ascii=False, sort_keys=True, indent=1) + "\n"


def own_approvals(content: Mapping[str, Any]) -> int:
    """Return how many values were verified by who entered them; 0 where it was not frozen."""
    return _marked(content, "is_own")


def corrected_since(content: Mapping[str, Any]) -> int:
    """Return how many values were corrected after they were verified; 0 where it was not frozen."""
    return _marked(content, "is_corrected")


def _marked(content: Mapping[str, Any], mark: str) -> int:
    return sum(bool((row["realization"] or {}).get(mark)) for row in content["rows"])


def moment(when: datetime) -> str:
    return when.astimezone(UTC).isoformat()


def _row(row: Mapping[str, Any], veil: Veil) -> dict[str, Any]:
    is_hidden = row["baseline"] is not None and veil.hides(row["id"], "baseline")
    return {
        **{name: row[name] for name in OF_ROW},
        **{name: row[name] for name in SINCE_FORMAT_2 if name in row},
        "baseline": None if is_hidden else row["baseline"],
        "baseline_text": veil.baseline_text(row["id"]) if is_hidden else row["baseline_text"],
        "realization": _said(row, veil),
    }


def _said(row: Mapping[str, Any], veil: Veil) -> dict[str, Any] | None:
    said = row["realization"]
    if said is None:
        return None
    if row["id"] in veil.hidden:
        return {"value": None, "withheld": veil.value_text(row["id"])}
    parts = veil.parts_of(row["id"])
    return {
        **{name: said[name] for name in ("value", "text", "absence")},
        **veil.reasons_of(row["id"]),
        # Written only where there is one, as it is frozen.
        **{name: said[name] for name in ("reason_waived",) if name in said},
        **{name: said[name] if parts[name] is not None else None for name in PARTS},
    }
