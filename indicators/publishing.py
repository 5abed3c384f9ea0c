"""When a closed year may be published: enough of it is verified, and what is left out is not other.

Plain numbers in, plain answers out; nothing here knows Django. Who looks (the page) and who
publishes (``indicators.periods``) ask the same ``Comparison``. Means and shares are fractions and
never rounded before they are compared.
Source: docs/domain.md, "Publishing a year".
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from activities import formats
from activities.sentences import Sentence
from activities.sentences import noop as _

# Of what was reported so much is verified.
ENOUGH_VERIFIED = Decimal("0.9")
# The mean of the verified lies at most this far from the mean of the reported, either way.
POINTS_APART = Decimal("0.02")
# With less than this nothing is published, whatever reason is given.
LEAST_VERIFIED = Decimal("0.5")
HUNDRED = Decimal(100)
TEN = Decimal(10)

TOO_FEW = _(
    "%(verified)s of %(reported)s reported values are verified (%(share)s%%); publishing takes "
    "at least %(enough)s%%."
)
TOO_FAR = _(
    "The mean of the verified lies %(apart)s points from the mean of the reported; publishing "
    "takes at most %(limit)s."
)
NO_MEAN = _("What is verified has no mean score, what is reported has one.")
BOTH = _(
    "%(verified)s of %(reported)s reported values are verified (%(share)s%%); publishing takes "
    "at least %(enough)s%%. And the mean of the verified lies %(apart)s points from the mean of "
    "the reported; publishing takes at most %(limit)s."
)
NOTHING_VERIFIED = _("Nothing is verified, so there is nothing to publish.")
NEARLY_EMPTY = _(
    "%(verified)s of %(reported)s reported values are verified, less than half. Such a year is "
    "not published, with a reason neither."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What is verified of a year beside what was reported of it.

    ``verified`` counts those of ``reported`` that are verified. The means are those of the plan's
    roll-up under its own settings, as they are and would be shown; None where nothing is rated.
    """

    reported: int
    verified: int
    mean_reported: Decimal | None
    mean_verified: Decimal | None

    @property
    def share(self) -> Decimal:
        """Return verified ÷ reported; 0 where nothing was reported."""
        return Decimal(self.verified) / self.reported if self.reported else Decimal(0)

    @property
    def apart(self) -> Decimal | None:
        """Return verified less reported mean; None where one of them is missing."""
        if self.mean_verified is None or self.mean_reported is None:
            return None
        return self.mean_verified - self.mean_reported

    @property
    def is_enough(self) -> bool:
        return bool(self.verified) and self.share >= ENOUGH_VERIFIED

    @property
    def is_near(self) -> bool:
        """Whether the verified speak for the reported; without any mean there is no other one."""
        if self.apart is None:
            return self.mean_verified is None and self.mean_reported is None
        return abs(self.apart) <= POINTS_APART

    @property
    def holds(self) -> bool:
        return self.is_enough and self.is_near

    @property
    def is_nearly_empty(self) -> bool:
        """Whether so little is verified that no reason helps."""
        return not self.verified or self.share < LEAST_VERIFIED

    @property
    def failing(self) -> Sentence | None:
        """Return which conditions do not hold, with their figures; None where both hold."""
        if self.holds:
            return None
        if self.is_near:
            return Sentence(TOO_FEW, **self._few())
        if self.apart is None:
            return Sentence(NO_MEAN)
        if self.is_enough:
            return Sentence(TOO_FAR, **self._far())
        return Sentence(BOTH, **self._few(), **self._far())

    @property
    def emptiness(self) -> Sentence | None:
        """Return why no reason helps; None where one would."""
        if not self.verified:
            return Sentence(NOTHING_VERIFIED)
        if self.is_nearly_empty:
            return Sentence(NEARLY_EMPTY, verified=self.verified, reported=self.reported)
        return None

    @property
    def share_shown(self) -> Decimal:
        """Return the share in percentage points, below its limit where it is below."""
        return Decimal(formats.tenths(self.share, (Decimal(1), ENOUGH_VERIFIED))) / TEN

    @property
    def apart_shown(self) -> Decimal:
        """Return the distance in points, above its limit where it is above; 0 where unknown."""
        distance = abs(self.apart or Decimal(0))
        tenths = formats.tenths(distance, ())
        if distance > POINTS_APART and tenths <= POINTS_APART * HUNDRED * TEN:
            tenths += 1
        return Decimal(tenths) / TEN

    def _few(self) -> dict[str, object]:
        return {
            "verified": self.verified,
            "reported": self.reported,
            "share": self.share_shown,
            "enough": ENOUGH_VERIFIED * HUNDRED,
        }

    def _far(self) -> dict[str, object]:
        return {"apart": self.apart_shown, "limit": POINTS_APART * HUNDRED}
