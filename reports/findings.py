"""What the findings page shows: questions grouped by check, narrowed by the reader."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from indicators.figures import Figure, Unit
from indicators.findings import SEVERITIES, Check, Severity
from indicators.questions import Asked, Effect, Questions, say

# A page of this many questions; effects are worked out for these only.
PAGE_LENGTH = 60

CHECK_LABELS = {
    Check.TEXT: _("Text in place of a number"),
    Check.MISSING: _("Not reported"),
    Check.UNPLANNED: _("Realized without a target"),
    Check.MIXED_UNITS: _("Percent and number mixed"),
    Check.AMBIGUOUS_NUMBER: _("Number that can be read two ways"),
    Check.TARGET_BELOW_BASELINE: _("Target below the baseline"),
    Check.TARGET_JUMP: _("Jump between targets"),
    Check.INCREMENT_CERTAIN: _("Increment or total? (certain)"),
    Check.INCREMENT_LIKELY: _("Increment or total? (likely)"),
    Check.OUTLIER: _("Far from its target"),
    Check.ROW_SLIP: _("Column slipped by a row?"),
    Check.TWIN_ROWS: _("Twin rows"),
    Check.CODE_CLASH: _("One code, two activities"),
    Check.SHARED_ACTIVITY: _("Activity of two units"),
    Check.REPEATED_TITLE: _("One title, two codes"),
    Check.UNIT_NAME: _("Responsible unit"),
    Check.REGRESSION: _("Behind the baseline"),
    Check.OUT_OF_RANGE: _("Out of range"),
    Check.DAMAGED_LETTERS: _("Damaged letters"),
    Check.DOUBLE_BARRELLED: _("Two things in one indicator"),
    Check.VAGUE: _("Vague name"),
}
SEVERITY_LABELS = {
    Severity.BLOCKING: _("Keeps from approval"),
    Severity.QUESTION: _("Question"),
    Severity.INFORMATION: _("For information"),
}


@dataclass(frozen=True, slots=True)
class Question:
    """One finding as the page shows it."""

    asked: Asked
    sentence: str
    effects: list[Effect]

    @property
    def first(self) -> Figure:
        return self.asked.figures[0]


@dataclass(frozen=True, slots=True)
class Group:
    """The findings of one check."""

    check: Check
    label: str
    severity: str
    questions: list[Question]


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What the reader asked to see; an empty part leaves all."""

    severity: str = ""
    check: str = ""
    unit: str = ""

    def fits(self, asked: Asked) -> bool:
        return (
            (not self.severity or asked.finding.severity == self.severity)
            and (not self.check or asked.finding.check == self.check)
            and (not self.unit or any(_belongs(row, self.unit) for row in asked.figures))
        )


def read_narrowing(severity: str, check: str, unit: str) -> Narrowing:
    """Return what an address asks for; values that do not exist count as none."""
    return Narrowing(
        severity if severity in set(Severity) else "",
        check if check in set(Check) else "",
        unit[:12],
    )


def _belongs(row: Figure, number: str) -> bool:
    return number in (row.unit.number, row.department.number)


def groups(questions: Questions, fitting: Iterable[Asked]) -> list[Group]:
    """Return findings by check, blocking checks first, in printed order within."""
    by_check: dict[Check, list[Question]] = {check: [] for check in _ordered()}
    for asked in fitting:
        by_check[asked.finding.check].append(_question(questions, asked))
    return [
        Group(check, str(CHECK_LABELS[check]), str(SEVERITY_LABELS[SEVERITIES[check]]), found)
        for check, found in by_check.items()
        if found
    ]


def questions_of(questions: Questions, indicator_id: int) -> list[Question]:
    """Return the findings that concern an indicator."""
    found = questions.by_indicator.get(indicator_id, ())
    return [_question(questions, asked) for asked in found]


def sharing_units(questions: Iterable[Question], own: Figure) -> list[Unit]:
    """Return the other units that report the same activity, as the findings tell it."""
    units = {
        row.unit.id: row.unit
        for question in questions
        if question.asked.finding.check is Check.SHARED_ACTIVITY
        for row in question.asked.figures
    }
    units.pop(own.unit.id, None)
    return list(units.values())


def _question(questions: Questions, asked: Asked) -> Question:
    # What would change is worked out where a person must choose between readings.
    effects = questions.effects(asked) if asked.finding.severity is Severity.BLOCKING else []
    return Question(asked, say(asked.finding.sentence), effects)


def _ordered() -> list[Check]:
    ranks = list(Severity)
    return sorted(Check, key=lambda check: ranks.index(SEVERITIES[check]))


def counted(asked: Iterable[Asked]) -> list[tuple[str, str, int]]:
    """Return the checks that found something: value, label, how often."""
    counts = Counter(one.finding.check for one in asked)
    found = [check for check in _ordered() if counts[check]]
    return [(check.value, str(CHECK_LABELS[check]), counts[check]) for check in found]
