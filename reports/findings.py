"""What the findings page shows: questions grouped by check, narrowed by the reader."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from activities import typed
from findings.cards import SEVERITY_LABELS, FindingCard, card_of
from findings.checks.finding import Check, Severity
from findings.searching import is_about
from findings.year import RaisedFinding, YearFindings, is_asked_of_unit
from indicators.figures import Figure, Unit

if TYPE_CHECKING:
    from accounts.models import User

# A page of this many questions; effects are worked out for these only.
PAGE_LENGTH = 60


@dataclass(frozen=True, slots=True)
class Group:
    """The findings of one check."""

    check: Check
    label: str
    severity: str
    cards: list[FindingCard]


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What the reader asked to see; an empty part leaves all."""

    severity: str = ""
    check: str = ""
    unit: str = ""
    is_open: bool = False
    text: str = ""

    def fits(self, finding: RaisedFinding) -> bool:
        return (
            (not self.severity or finding.severity == self.severity)
            and (not self.check or finding.check == self.check)
            and (not self.is_open or is_asked_of_unit(finding))
            and (not self.unit or any(_belongs(row, self.unit) for row in finding.figures))
            and (not self.text or is_about(typed.read(self.text), finding))
        )


def read_narrowing(
    severity: str, check: str, unit: str, is_open: str = "", words: str = ""
) -> Narrowing:
    """Return what an address asks for; values that do not exist count as none.

    ``is_open`` ("1") leaves the questions that pages count as open, ``words`` those in whose
    sentence or rows all of them stand.
    """
    wanted = typed.read(words)
    return Narrowing(
        severity if severity in set(Severity) else "",
        check if check in set(Check) else "",
        unit[:12],
        is_open == "1",
        wanted.text if wanted.words else "",
    )


def _belongs(row: Figure, number: str) -> bool:
    return number in (row.unit.number, row.department.number)


def groups(
    findings: YearFindings, fitting: Iterable[RaisedFinding], person: User | None = None
) -> list[Group]:
    """Return findings by check, blocking checks first, in printed order within.

    With a person they carry the answers that this person may give.
    """
    by_check: dict[Check, list[FindingCard]] = {check: [] for check in _ordered()}
    for finding in fitting:
        by_check[finding.check].append(card_of(findings, finding, person))
    return [
        Group(check, _(check.label), str(SEVERITY_LABELS[check.severity]), found)
        for check, found in by_check.items()
        if found
    ]


def cards_of(
    findings: YearFindings, indicator_id: int, person: User | None = None
) -> list[FindingCard]:
    """Return the findings that concern an indicator."""
    found = findings.by_indicator.get(indicator_id, ())
    return [card_of(findings, finding, person) for finding in found]


def sharing_units(cards: Iterable[FindingCard], own: Figure) -> list[Unit]:
    """Return the other units that report the same activity, as the findings tell it."""
    units = {
        row.unit.id: row.unit
        for card in cards
        if card.finding.check is Check.SHARED_ACTIVITY
        for row in card.finding.figures
    }
    units.pop(own.unit.id, None)
    return list(units.values())


def _ordered() -> list[Check]:
    ranks = list(Severity)
    return sorted(Check, key=lambda check: ranks.index(check.severity))


def counted(raised: Iterable[RaisedFinding]) -> list[tuple[str, str, int]]:
    """Return the checks that found something: value, label, how often."""
    counts = Counter(one.check for one in raised)
    found = [check for check in _ordered() if counts[check]]
    return [(check.value, _(check.label), counts[check]) for check in found]
