"""Why a line is off its target: whether the reason is asked, given, or can be written now."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from activities import formats
from activities.sentences import Sentence
from activities.wording import say
from entry.content import TEXTS
from entry.desk import Line
from entry.fields import RowFields
from indicators import steps
from indicators.achievement import needs_reason
from indicators.corrected import reason_words
from indicators.labels import deviation_points


@dataclass(frozen=True, slots=True)
class RowReason:
    """The reason and the measure of one line; ``limits`` are those of the plan's bands."""

    line: Line
    fields: RowFields
    limits: tuple[Decimal, ...]

    @property
    def achievement(self) -> Decimal | None:
        return self.line.figure.achievement.value

    @property
    def is_asked(self) -> bool:
        value = self.line.figure.achievement.value
        return value is not None and needs_reason(value)

    @property
    def is_lacking(self) -> bool:
        """Whether the deviation asks for a reason, or for a measure, that is not there."""
        return self._lacks is not None

    @property
    def lacking(self) -> str:
        """Return the sentence of what is missing; "" for nothing."""
        return say(self._lacks) if self._lacks is not None else ""

    @property
    def lacking_field(self) -> str:
        """Return the letter of the first field that is to be filled: reason, then measure."""
        return "n" if steps.lacks_reason(self.line.value, self.achievement) else "m"

    @property
    def _lacks(self) -> Sentence | None:
        return steps.lacks_words(self.line.value, self.achievement)

    @property
    def can_be_written(self) -> bool:
        """Whether reason and measure can be written now, be it after the number was sent."""
        return steps.why_not_explain(self.line.door, self.line.value) is None

    @property
    def is_requested(self) -> bool:
        return self.line.value is not None and self.line.value.reason_asked_at is not None

    @property
    def is_shown(self) -> bool:
        """Whether the row asks for the reason of a deviation, or holds one."""
        return (
            self.is_asked
            or bool(self.fields.content.deviation_reason or self.fields.content.measure_to_take)
            or any(name in self.fields.errors for name in TEXTS)
            or self.fields.is_other
        )

    @property
    def written_for(self) -> str:
        """Return for which other number the reason was written; "" where it is this one."""
        return reason_words(
            self.line.correction,
            is_asked=self.is_asked,
            is_percent=self.line.figure.is_percent,
        )

    @property
    def hint(self) -> str:
        value = self.line.value
        is_sent = value is not None and value.state in list(steps.SENT)
        if self.is_requested and is_sent and self.can_be_written:
            return _(
                "The reviewers ask for it. Write reason and measure here; the number stays as it "
                "was sent."
            )
        if not self.is_asked:
            return ""
        ratio = formats.percent(
            self.line.figure.achievement.value, get_language() or "tr", limits=self.limits
        )
        told = (
            _(
                "More than %(points)s points off the target (%(ratio)s). The reason is asked for "
                "both ways; without reason and measure the row cannot be sent."
            )
            if self.is_lacking
            else _(
                "More than %(points)s points off the target (%(ratio)s). The reason is asked for "
                "both ways."
            )
        )
        return told % {"points": deviation_points(), "ratio": ratio}
