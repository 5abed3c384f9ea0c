"""What a citizen reads of a published year: what was promised, what was done, why not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from django.utils.html import format_html
from django.utils.translation import gettext as _

from activities import names
from activities.templatetags.turkish import turkish
from indicators.achievement import RATED, Status, Summary, grouped, needs_reason
from indicators.editions import Erratum, PublicFigures
from indicators.figures import Figure, Level, Unit
from indicators.models import Edition, Realization
from indicators.results import Results, results_of
from pages.public_words import (
    first_sentence,
    first_sentence_html,
    mean_rule,
    means_sentence,
    withheld_sentence,
)
from reports.headline import Headline, of_edition
from reports.official import public_errata
from reports.public.changes import ToldChange, told_changes

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
class Part:
    """What is said of some rows: a percent where it is public, over how many, and how verified.

    A hidden row counts in ``results`` and in no figure.
    """

    summary: Summary
    results: Results

    @property
    def scored(self) -> int:
        """Return over how many rows the percent is a mean."""
        return self.summary.scored

    @property
    def verified_statuses(self) -> dict[Status, int]:
        """Return how the verified results came out."""
        return {status: self.summary.count(status) for status in (*RATED, Status.UNANSWERED)}


@dataclass(frozen=True, slots=True)
class UnitPart:
    """A unit with what is said of it and its rows."""

    unit: Unit
    label: str
    part: Part
    promises: list[Promise]


@dataclass(frozen=True, slots=True)
class ObjectivePart:
    """A strategic objective; without a title its first activity stands in for it."""

    code: str
    name: str
    has_title: bool
    activities: int
    first: Figure
    part: Part


class PublicEdition:
    """A published year; everything comes from the frozen edition but the errata (four queries)."""

    def __init__(self, figures: PublicFigures) -> None:
        self.figures = figures
        self.plan = figures.content["plan"]
        self.year = figures.year

    @cached_property
    def whole(self) -> Part:
        return self.part(self.figures.printed_rows)

    def part(self, rows: Iterable[Figure]) -> Part:
        """Return what is said of some rows, the hidden ones among them."""
        rows = list(rows)
        return Part(self.figures.summarised(rows), results_of(rows))

    @property
    def first_sentence(self) -> str:
        return first_sentence(self.figures.results, self.year, self.plan["municipality"])

    @property
    def first_sentence_html(self) -> str:
        return first_sentence_html(self.figures.results, self.year, self.plan["municipality"])

    @property
    def means_sentence(self) -> str:
        return means_sentence(self.figures)

    @property
    def withheld_sentence(self) -> str:
        return withheld_sentence(len(self.figures.hidden))

    @property
    def since_sentence(self) -> str:
        """Return what moved after sending, and the mean before and now; "" for nothing."""
        return str(self.headline.since_line or "")

    @property
    def mean_rule(self) -> str:
        return mean_rule()

    @cached_property
    def headline(self) -> Headline:
        """Return how hard the targets were, over the rows whose numbers are shown."""
        return of_edition(self.figures)

    @cached_property
    def errata(self) -> list[Erratum]:
        """Return the corrections since; those of hidden numbers stay hidden."""
        return public_errata(self.figures)

    @cached_property
    def changes(self) -> list[ToldChange]:
        """Return what the edition says that the one before it did not, without what is hidden."""
        return told_changes(self.figures)

    def with_earlier(self) -> list[PublicEdition]:
        """Return the year's editions up to this one, newest first; four queries for each earlier.

        Raise EditionBroken where one of them does not fit.
        """
        earlier = Edition.objects.filter(
            plan=self.figures.plan, year=self.year, number__lt=self.figures.edition.number
        )
        return [
            self,
            *(
                PublicEdition(PublicFigures(self.figures.plan, edition))
                for edition in earlier.order_by("-number")
            ),
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
        if value is None or not needs_reason(value) or value > 1:
            # Why more was done than planned may be told; its absence is no news.
            return ""
        if said.get("reason_waived"):
            # Who verified wrote it in Turkish, whatever the page's language.
            before, _why, after = _("No reason was asked, because: %(why)s").partition("%(why)s")
            return format_html("{}{}{}", before, turkish(said["reason_waived"]), after)
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
                self.part(promise.figure for promise in promises),
                promises,
            )
            for unit, promises in by_unit.items()
        ]

    def _place(self, unit: Unit) -> str:
        return names.code_key(unit.number)

    def _label(self, unit: Unit) -> str:
        above = self.figures.units.get(unit.parent_id or 0)
        return f"{above.short} · {unit.short}" if above else unit.name

    @cached_property
    def objectives(self) -> list[ObjectivePart]:
        called = self.figures.names_of(Level.OBJECTIVE)
        titled = {each["code"] for each in self.figures.content["objectives"] if each["title"]}
        by_code = grouped(self.figures.printed_rows, lambda row: row.objective_code)
        return [
            ObjectivePart(
                code,
                called.get(code, code),
                code in titled,
                len({row.activity_id for row in rows}),
                min(rows, key=lambda row: names.code_key(row.code)),
                self.part(rows),
            )
            for code, rows in sorted(by_code.items(), key=lambda item: names.code_key(item[0]))
        ]

    @property
    def lacks_titles(self) -> bool:
        return not all(each.has_title for each in self.objectives)

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
        """Return the rows in which every word occurs, whatever its case and dots.

        What the indicator itself says comes first, then its activity, then the unit's name.
        """
        wanted = [names.fold(word) for word in words.split()]
        hits = []
        for promise in self.promises:
            row = promise.figure
            texts = (
                row.name,
                f"{row.code} {row.title} {row.name}",
                f"{row.code} {row.title} {row.name} {row.unit.name} {row.department.name}",
            )
            for rank, text in enumerate(map(names.fold, texts)):
                if all(word in text for word in wanted):
                    hits.append((rank, promise))
                    break
        hits.sort(key=lambda hit: hit[0])
        return [promise for _rank, promise in hits[:HITS]]
