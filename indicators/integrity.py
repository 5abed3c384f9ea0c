"""Whether a published edition is what was frozen. What does not fit is read by nobody."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import translation

from activities.sentences import noop as _

if TYPE_CHECKING:
    from indicators.models import Edition

logger = logging.getLogger(__name__)


class Fault(StrEnum):
    """Why an edition is refused: for its own sake, or for that of another one of its plan."""

    ITSELF = "itself"  # it does not fit its checksum, its seal, or what is hidden today
    BEFORE = "before"  # it fits; the edition before it has another checksum than it noted
    OTHER = "other"  # it fits; another edition, which may say what is to be hidden, does not


class EditionBroken(Exception):
    """An edition does not fit its checksum, so nothing of it may be shown to anybody.

    ``year`` and ``number`` are of the one that was looked at, which need not be the one that was
    asked for; ``is_chain`` says that it fits and the one before it does not.
    """

    def __init__(self, told: str, *, year: int, number: int, is_chain: bool = False) -> None:
        super().__init__(told)
        self.year, self.number, self.is_chain = year, number, is_chain

    def of(self, edition: Edition) -> Unfit:
        """Return what it says of an edition of the same plan that is refused by it."""
        if (edition.year, edition.number) != (self.year, self.number):
            return Unfit(Fault.OTHER, self.year, self.number)
        if self.is_chain:
            return Unfit(Fault.BEFORE, self.year, self.number - 1)
        return Unfit(Fault.ITSELF, self.year, self.number)


@dataclass(frozen=True, slots=True)
class Unfit:
    """Why an edition is refused, and which edition has to be mended; usually it is another one."""

    fault: Fault
    year: int
    number: int

    @property
    def is_own(self) -> bool:
        return self.fault is Fault.ITSELF

    @property
    def words(self) -> str:
        """Return the sentence for who looks after the plan."""
        texts = {
            Fault.ITSELF: _("What is stored does not fit its checksum."),
            Fault.BEFORE: _(
                "It fits its own checksum; edition %(number)s before it has another checksum than "
                "this one noted when it was published."
            ),
            Fault.OTHER: _(
                "It fits its own checksum; edition %(number)s of %(year)s does not fit, and that "
                "one may say what is to be hidden."
            ),
        }
        values = {"number": self.number, "year": self.year}
        return translation.gettext(texts[self.fault]) % values


def checksum(content: str) -> str:
    return sha256(content.encode()).hexdigest()


def content_of(edition: Edition) -> dict[str, Any]:
    """Return what was frozen; raise EditionBroken where it is not what the checksum says."""
    if checksum(edition.content) != edition.checksum:
        raise broken(edition, _("its content does not fit its checksum"))
    found: dict[str, Any] = json.loads(edition.content)
    return found


_REFUSED = _("%(year)s, edition %(number)s, plan %(plan)s: %(why)s; it is not served.")


def broken(edition: Edition, why: str, *, is_chain: bool = False) -> EditionBroken:
    """Return the refusal of an edition, after telling who looks after the server.

    ``why`` is a text of ``noop``, ``is_chain`` that it is the edition before that changed. The log
    is in the installation's language, whoever asked.
    """
    with translation.override(settings.LANGUAGE_CODE):
        told = translation.gettext(_REFUSED) % {
            "year": edition.year,
            "number": edition.number,
            "plan": edition.plan_id,
            "why": translation.gettext(why),
        }
    logger.error("%s", told)
    return EditionBroken(told, year=edition.year, number=edition.number, is_chain=is_chain)
