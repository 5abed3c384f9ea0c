"""Which questions about numbers words find: by what is asked, and by the rows it is asked about."""

from __future__ import annotations

from collections.abc import Iterable

from activities.typed import Typed
from activities.wording import say
from findings.checks.finding import Severity
from findings.year import RaisedFinding


def is_about(wanted: Typed, finding: RaisedFinding) -> bool:
    """Whether all words are in a question's sentence and one of its rows, or its code."""
    sentence = say(finding.sentence)
    return any(
        wanted.fits(sentence, row.title, row.name, codes=(row.code,)) for row in finding.figures
    )


def found(wanted: Typed, raised: Iterable[RaisedFinding]) -> list[RaisedFinding]:
    """Return the questions that words find: the open ones first, the weightiest of them ahead."""
    weights = list(Severity)
    fitting = [one for one in raised if is_about(wanted, one)]
    return sorted(fitting, key=lambda one: (not one.is_open, weights.index(one.severity)))
