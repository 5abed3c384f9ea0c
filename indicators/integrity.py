"""Whether a published edition is what was frozen. What does not fit is read by nobody."""

from __future__ import annotations

import json
import logging
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import translation

from activities.sentences import noop as _

if TYPE_CHECKING:
    from indicators.models import Edition

logger = logging.getLogger(__name__)


class EditionBroken(Exception):
    """An edition does not fit its checksum, so nothing of it may be shown to anybody."""


def checksum(content: str) -> str:
    return sha256(content.encode()).hexdigest()


def content_of(edition: Edition) -> dict[str, Any]:
    """Return what was frozen; raise EditionBroken where it is not what the checksum says."""
    if checksum(edition.content) != edition.checksum:
        raise broken(edition, _("its content does not fit its checksum"))
    found: dict[str, Any] = json.loads(edition.content)
    return found


_REFUSED = _("%(year)s, edition %(number)s, plan %(plan)s: %(why)s; it is not served.")


def broken(edition: Edition, why: str) -> EditionBroken:
    """Return the refusal of an edition, after telling who looks after the server.

    ``why`` is a text of ``noop``. The log is in the installation's language, whoever asked.
    """
    with translation.override(settings.LANGUAGE_CODE):
        told = translation.gettext(_REFUSED) % {
            "year": edition.year,
            "number": edition.number,
            "plan": edition.plan_id,
            "why": translation.gettext(why),
        }
    logger.error("%s", told)
    return EditionBroken(told)
