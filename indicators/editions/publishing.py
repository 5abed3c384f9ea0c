"""Making an edition: freezing it, telling what is new, sealing it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django.utils import timezone

from activities.models import Plan
from activities.sentences import Sentence
from activities.sentences import noop as _
from indicators.editions import sealing
from indicators.editions.differences import changes_since
from indicators.editions.freezing import content_now
from indicators.editions.frozen import FrozenFigures, latest
from indicators.integrity import checksum
from indicators.models import Edition

if TYPE_CHECKING:
    from accounts.models import User

WITHOUT_REASON = _("Say why a further edition of the year is published.")


def freeze(
    plan: Plan, year: int, *, person: User | None, reason: str = "", override_reason: str = ""
) -> Edition:
    """Store and seal a new edition of a plan's year; run this inside a transaction.

    Raise Sentence where a further edition has no reason, EditionBroken where an earlier edition
    does not fit: nothing is built on it.
    """
    edition = would_be(plan, year)
    if edition.number > 1 and not reason.strip():
        raise Sentence(WITHOUT_REASON)
    edition.reason, edition.override_reason = reason.strip(), override_reason.strip()
    edition.published_by = person
    edition.save()
    sealing.seal_anew(plan, new=edition)
    return edition


def would_be(plan: Plan, year: int) -> Edition:
    """Return the edition that freezing would store now, without storing it.

    Raise EditionBroken where the edition before does not fit.
    """
    last = latest(plan, year)
    content = content_now(plan, year)
    if last is not None:
        content["changes"] = changes_since(FrozenFigures(plan, last), content)
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, indent=None)
    return Edition(
        plan=plan,
        year=year,
        number=last.number + 1 if last else 1,
        content=text,
        checksum=checksum(text),
        previous=last.public_checksum if last else "",
        published_at=timezone.now(),
    )
