"""What a reader may choose for the annual report. The choice lives in the address."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import QueryDict

from indicators.achievement import Reading
from indicators.figures import Figure, Unit
from reports.official import OutputState, read_state

NO = "no"


@dataclass(frozen=True, slots=True)
class Options:
    """``numbers`` are departments and branches as printed ("7", "11.2"); none means all.

    ``state`` is what was asked for by name, None what the year has. ``reading`` and
    ``has_findings`` are of the working state.
    """

    reading: Reading = Reading.REPORTED
    numbers: tuple[str, ...] = ()
    has_reasons: bool = True
    has_findings: bool = True
    state: OutputState | None = None

    @property
    def is_whole(self) -> bool:
        return not self.numbers

    def covers(self, unit: Unit, department: Unit) -> bool:
        """Whether a unit is in the report; a department brings its branches."""
        return self.is_whole or not {unit.number, department.number}.isdisjoint(self.numbers)

    def covers_row(self, row: Figure) -> bool:
        return self.covers(row.unit, row.department)

    def query(self) -> str:
        """Return the choice as the query of an address, without what is the default."""
        pairs = [("departments", number) for number in self.numbers]
        if self.state is OutputState.WORKING:
            pairs.append(("state", self.state.value))
        if self.reading is not Reading.REPORTED:
            pairs.append(("reading", self.reading.value))
        if not self.has_reasons:
            pairs.append(("reasons", NO))
        if not self.has_findings:
            pairs.append(("findings", NO))
        return urlencode(pairs)


def read_options(query: QueryDict, reading: Reading, known: Collection[str]) -> Options:
    """Return what an address asks for; raise LookupError for a unit the plan does not have."""
    chosen = set(filter(None, query.getlist("departments")))
    if not chosen <= set(known):
        raise LookupError(chosen)
    return Options(
        reading,
        # In plan order, so that one choice has one address.
        tuple(number for number in known if number in chosen),
        query.get("reasons") != NO,
        query.get("findings") != NO,
        read_state(query.get("state", "")),
    )
