"""The arithmetic behind a percent, written out with its numbers, and the rule in a sentence.

Sentences: docs/domain.md, "Achievement of one indicator in one year".
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from activities import formats
from indicators.achievement import Achievement, Formula, Measurement, Rule
from indicators.choices import KINDS

RULE_SENTENCES = {
    Rule.R1: gettext_lazy("Without a target an indicator is not scored."),
    Rule.R2: gettext_lazy("Not reported is not zero; it lowers the reporting rate."),
    Rule.R3: gettext_lazy("For what should increase, a target of 0 means no target."),
    Rule.R4: gettext_lazy("What was done, divided by the target."),
    Rule.R5: gettext_lazy("How much of the way from baseline to target was covered?"),
    Rule.R6: gettext_lazy("Where keeping is the aim, not falling is 100%."),
    Rule.R7: gettext_lazy("The target is below the baseline, so a person is asked first."),
    Rule.R8: gettext_lazy("How much of the planned reduction was reached?"),
}


@dataclass(frozen=True, slots=True)
class Explanation:
    """How one percent came about; ``equation`` is empty where there is none."""

    equation: str
    rule: str
    sentence: str
    notes: tuple[str, ...]


def added_words(measurement: Measurement, *, is_percent: bool) -> str:
    """Return which total a number makes that is only what the year added; "" of any other.

    The ratio beside it is over that total: without it "427, target 432, 5" reads as 1 %.
    """
    if measurement.realization is None or not measurement.adds_to_baseline:
        return ""
    total = formats.amount(measurement.total, get_language() or "tr", percent=is_percent)
    return _("added this year; %(total)s in all") % {"total": total}


def explain(
    measurement: Measurement,
    achievement: Achievement,
    *,
    is_percent: bool,
    kind_confirmed: bool,
    limits: tuple[Decimal, ...] = formats.BAND_LIMITS,
) -> Explanation:
    """Return the arithmetic of an achievement in the active language."""
    writer = _Writer(measurement, is_percent)
    return Explanation(
        writer.equation(achievement, limits),
        achievement.rule.value,
        str(RULE_SENTENCES[achievement.rule]),
        tuple(writer.notes(achievement, kind_confirmed, limits)),
    )


class _Writer:
    """Writes the numbers of one measurement in its unit and the active language."""

    def __init__(self, measurement: Measurement, is_percent: bool) -> None:
        self.measurement = measurement
        self.language = get_language() or "tr"
        self.a, self.b, self.c = (
            formats.amount(value, self.language, percent=is_percent)
            for value in (measurement.baseline, measurement.target, measurement.total)
        )
        self.added = formats.amount(measurement.realization, self.language, percent=is_percent)

    def equation(self, achievement: Achievement, limits: tuple[Decimal, ...]) -> str:
        if achievement.formula is None:
            return ""
        shapes = {
            Formula.RATIO: f"{self.c} ÷ {self.b}",
            Formula.PROGRESS: f"({self.c} − {self.a}) ÷ ({self.b} − {self.a})",
            Formula.REDUCTION: f"({self.a} − {self.c}) ÷ ({self.a} − {self.b})",
            Formula.WITHIN_LIMIT: f"{self.c} ≤ {self.b}",
            Formula.OVER_LIMIT: f"{self.b} ÷ {self.c}",
        }
        joint = "→" if achievement.formula is Formula.WITHIN_LIMIT else "="
        result = formats.percent(achievement.value, self.language, limits=limits)
        return f"{shapes[achievement.formula]} {joint} {result}"

    def notes(
        self, achievement: Achievement, kind_confirmed: bool, limits: tuple[Decimal, ...]
    ) -> list[str]:
        kind = str(KINDS[self.measurement.kind])
        notes = [
            _("Kind: %(kind)s.") % {"kind": kind}
            if kind_confirmed
            else _("Kind: %(kind)s (not confirmed).") % {"kind": kind}
        ]
        if self.measurement.adds_to_baseline and self.measurement.realization is not None:
            notes.append(f"{self.a} + {self.added} = {self.c}")
        if self.a and achievement.formula in (Formula.RATIO, Formula.OVER_LIMIT):
            notes.append(
                _("The baseline (%(baseline)s) plays no part in it.") % {"baseline": self.a}
            )
        if achievement.score is not None:
            score = formats.percent(achievement.score, self.language, limits=limits)
            notes.append(_("Score: %(score)s.") % {"score": score})
        return notes
