"""What a citizen reads of a published year: what was promised, what was done, why not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from django.utils.translation import gettext as _

from activities import names
from imports.reasons import for_public
from indicators.achievement import EMPTY_SUMMARY, Summary, needs_reason, summarise
from indicators.editions import Erratum, PublicFigures, errata
from indicators.figures import Figure, Level, Unit
from indicators.models import Realization

HITS = 100  # a search shows this many; who wants all reads the list or the open data


@dataclass(frozen=True, slots=True)
class Promise:
    """One indicator's row; a hidden one has no realization, ratio or status to show.

    ``is_quoted`` says that ``why`` is the unit's own words, which are Turkish on every page.
    """

    figure: Figure
    is_hidden: bool
    hidden_text: str
    why: str
    erratum: Erratum | None
    is_quoted: bool = False


@dataclass(frozen=True, slots=True)
class UnitPart:
    """A unit with its score and its rows."""

    unit: Unit
    label: str
    summary: Summary
    promises: list[Promise]
    above: Unit | None = None

    @property
    def hidden(self) -> int:
        """Return how many of its numbers are not shown."""
        return sum(promise.is_hidden for promise in self.promises)


@dataclass(frozen=True, slots=True)
class ObjectivePart:
    code: str
    name: str
    activities: int
    summary: Summary


class PublicEdition:
    """A published year; everything comes from the frozen edition but the errata (four queries)."""

    def __init__(self, figures: PublicFigures) -> None:
        self.figures = figures
        self.plan = figures.content["plan"]
        self.year = figures.year

    @cached_property
    def errata(self) -> list[Erratum]:
        """Return the corrections since; those of hidden numbers stay hidden."""
        return [
            erratum
            for erratum in for_public(errata(self.figures))
            if not self.figures.is_withheld(erratum.figure.id, erratum.field)
        ]

    @cached_property
    def promises(self) -> list[Promise]:
        corrected = {one.figure.id: one for one in self.errata if one.field == "realization"}
        found = []
        for row in self.figures.printed_rows:
            is_hidden = row.id in self.figures.hidden
            written = "" if is_hidden else self._written(row)
            found.append(
                Promise(
                    row,
                    is_hidden,
                    self.figures.hidden_text(row) if is_hidden else "",
                    written or self._why(row, is_hidden=is_hidden),
                    corrected.get(row.id),
                    is_quoted=bool(written),
                )
            )
        return found

    def _written(self, row: Figure) -> str:
        """Return the unit's own words on a deviation; "" where there is none, or no words."""
        said = self.figures.frozen_rows[row.id]["realization"] or {}
        value = row.achievement.value
        if said.get("absence") or value is None or not needs_reason(value):
            return ""
        return str(said.get("deviation_reason") or "")

    def _why(self, row: Figure, *, is_hidden: bool) -> str:
        """Return what can be said of a number without the unit's own words."""
        if is_hidden:
            return _("The number is not shown, so that nobody can be recognised.")
        said = self.figures.frozen_rows[row.id]["realization"] or {}
        if said.get("absence"):
            reason = str(Realization.Absence(said["absence"]).label)
            return _("No figure: %(reason)s.") % {"reason": reason.lower()}
        value = row.achievement.value
        if value is None or not needs_reason(value):
            return ""
        return _("The unit gave no reason.")

    @cached_property
    def units(self) -> list[UnitPart]:
        """Return the units that own indicators in plan order, and the departments above them."""
        by_unit = {
            unit: list(group)
            for unit, group in groupby(
                sorted(self.promises, key=lambda one: self._place(one.figure.unit)),
                key=lambda one: one.figure.unit,
            )
        }
        return [
            UnitPart(
                unit,
                self._label(unit),
                self._summary(promise.figure for promise in promises if not promise.is_hidden),
                promises,
                self.figures.units.get(unit.parent_id or 0),
            )
            for unit, promises in by_unit.items()
        ]

    def _place(self, unit: Unit) -> str:
        return names.code_key(unit.number)

    def _label(self, unit: Unit) -> str:
        above = self.figures.units.get(unit.parent_id or 0)
        return f"{above.short} · {unit.short}" if above else unit.name

    def _summary(self, rows: Iterable[Figure]) -> Summary:
        return summarise(rows, unreported=self.figures.unreported)

    @cached_property
    def objectives(self) -> list[ObjectivePart]:
        titles = self.figures.names_of(Level.OBJECTIVE)
        activities: dict[str, set[int]] = {}
        for row in self.figures.printed_rows:
            activities.setdefault(row.objective_code, set()).add(row.activity_id)
        by_code = self.figures.by(Level.OBJECTIVE)
        return [
            ObjectivePart(code, titles.get(code, code), len(ids), by_code.get(code, EMPTY_SUMMARY))
            for code, ids in sorted(activities.items(), key=lambda item: names.code_key(item[0]))
        ]

    def of_unit(self, number: str) -> list[Promise]:
        """Return the rows of a department with its branches, or of a branch."""
        return [
            promise
            for promise in self.promises
            if number in (promise.figure.unit.number, promise.figure.department.number)
        ]

    def of_objective(self, code: str) -> list[Promise]:
        """Return the rows of a strategic objective ("4") or a goal ("4.4")."""
        return [
            promise
            for promise in self.promises
            if code in (promise.figure.objective_code, promise.figure.goal_code)
        ]

    def found(self, words: str) -> list[Promise]:
        """Return the rows in which every word occurs, whatever its case and dots."""
        wanted = [names.fold(word) for word in words.split()]
        hits = []
        for promise in self.promises:
            row = promise.figure
            text = names.fold(
                f"{row.code} {row.title} {row.name} {row.unit.name} {row.department.name}"
            )
            if all(word in text for word in wanted):
                hits.append(promise)
        return hits[:HITS]
