"""The tables of the auditor's folder: plain rows, numbers unrounded with a decimal point.

The figures come from the roll-up (of a published year: from its newest edition, as it was
frozen); origins, persons, days and reasons from the history of what is stored.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from activities.models import Extension, Period, Plan
from activities.wording import say
from findings.plan_year import PlanYear
from imports.models import ImportBatch
from indicators import changes, editions
from indicators.achievement_rows import entries, plain
from indicators.changes import Change
from indicators.editions import FrozenFigures
from indicators.explanations import Explanation, explain
from indicators.figures import Figure, Figures, Level
from indicators.models import (
    Comment,
    Edition,
    Evidence,
    FindingAnswer,
    Realization,
    SmallNumberDecision,
)
from reports.audit.origins import Origin, Origins
from reports.audit.people import People

LEVELS = (Level.PLAN, Level.DEPARTMENT, Level.BRANCH, Level.OBJECTIVE, Level.GOAL, Level.ACTIVITY)


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """An indicator's figure with its rule and equation in words."""

    figure: Figure
    told: Explanation


@dataclass(frozen=True, slots=True)
class AuditTable:
    """One CSV file of the folder: its name, what it holds, and its columns by name."""

    name: str
    title: str
    columns: tuple[str, ...]
    rows: list[list[str]]


class AuditYear:
    """A plan's year as an auditor gets it; queries do not grow with its rows."""

    def __init__(self, plan: Plan, year: int, *, with_names: bool = False) -> None:
        self.plan = plan
        self.year = year
        self.with_names = with_names
        self.people = People(self.today.plan.municipality_id, self.today.units)

    # --- figures ---

    @cached_property
    def today(self) -> Figures:
        """Return the figures as the database has them today, as reported."""
        return Figures(self.plan, self.year)

    @cached_property
    def editions(self) -> list[Edition]:
        """Return the year's editions, the first one first."""
        found = Edition.objects.filter(plan=self.plan, year=self.year).order_by("number")
        return list(found)

    @cached_property
    def frozen(self) -> FrozenFigures | None:
        """Return the newest edition's figures; None of a year that was never published."""
        return FrozenFigures(self.plan, self.editions[-1]) if self.editions else None

    @property
    def figures(self) -> Figures:
        """Return what the folder vouches for: the newest edition, else what was reported."""
        return self.frozen or self.today

    @property
    def arithmetic(self) -> list[Arithmetic]:
        return _explained(self.figures)

    @cached_property
    def keys(self) -> dict[int, str]:
        """Return what every indicator is called: "9/4.1.8/1"."""
        rows = [*self.today.rows, *(self.frozen.rows if self.frozen else ())]
        return {row.id: row.key for row in rows}

    @cached_property
    def found(self) -> PlanYear:
        return PlanYear(self.plan, self.year)

    @cached_property
    def evidence(self) -> list[Evidence]:
        """Return what was handed in for the year's values, files and links."""
        of_year = Evidence.objects.filter(
            realization__indicator__activity__plan=self.plan, realization__year=self.year
        )
        return list(of_year.select_related("realization").order_by("realization_id", "id"))

    @cached_property
    def batches(self) -> list[ImportBatch]:
        """Return the files that were read into the plan, the first one first."""
        of_plan = ImportBatch.objects.filter(plan=self.plan).exclude(
            state__in=(ImportBatch.State.PREVIEW, ImportBatch.State.LEFT)
        )
        return list(of_plan.defer("changes").order_by("id"))

    # --- tables ---

    def tables(self) -> list[AuditTable]:
        """Return every table of the folder; that of persons comes last, when all are named."""
        return [
            self._summary(),
            self._figures(
                "figures", _("Every indicator of the year and its arithmetic"), self.figures
            ),
            *self._today_beside_the_edition(),
            self._cells(),
            self._values(),
            self._history(),
            self._findings(),
            self._evidence(),
            self._comments(),
            self._imports(),
            self._periods(),
            self._editions(),
            self._errata(),
            self._small_numbers(),
            self._persons(),
        ]

    def _summary(self) -> AuditTable:
        found = [(level, entry) for level in LEVELS for entry in entries(self.figures, level)]
        statuses = list(found[0][1]["statuses"])
        columns = (
            "key",
            "name",
            "indicators",
            "due",
            "reported",
            "mean",
            "mean_uncapped",
            "median",
        )
        return AuditTable(
            "summary",
            _("The year summed up: plan, departments, branches, objectives, goals, activities"),
            ("level", *columns, *statuses),
            [
                [level.value]
                + [_text(entry[name]) for name in columns]
                + [str(entry["statuses"][name]) for name in statuses]
                for level, entry in found
            ],
        )

    def _figures(self, name: str, title: str, figures: Figures) -> AuditTable:
        columns = (
            "id", "key", "unit", "code", "activity", "indicator", "measure", "kind",
            "kind_confirmed", "direction", "reported_as", "weight", "counted_with", "baseline",
            "target", "realization", "achievement", "score", "status", "rule", "equation",
            "rule_in_words",
        )  # fmt: skip
        return AuditTable(name, title, columns, [_figure(each) for each in _explained(figures)])

    def _today_beside_the_edition(self) -> Iterator[AuditTable]:
        if self.frozen is not None:
            today = self.today.under(self.frozen.reading)
            yield self._figures("figures_today", _("The same as the database has it today"), today)

    def _cells(self) -> AuditTable:
        origins = Origins(self.plan, self.year, self.batches)
        return AuditTable(
            "cells",
            _("Where each number comes from: file and row, or who typed it, when and why"),
            ("id", "key", "what", "value", "text", "import", "file", "file_sha256", "place",
             "person", "when", "reason"),
            [self._cell(origin) for origin in origins.of(self.keys)],
        )  # fmt: skip

    def _cell(self, origin: Origin) -> list[str]:
        return [
            str(origin.indicator_id),
            self.keys[origin.indicator_id],
            origin.what,
            _text(plain(origin.value)),
            origin.text,
            *origin.of_file,
            self.people.number(origin.person_id),
            _when(origin.when),
            origin.reason,
        ]

    def _values(self) -> AuditTable:
        stored = Realization.objects.filter(indicator__activity__plan=self.plan, year=self.year)
        return AuditTable(
            "values",
            _("The year's values: state, steps and persons, parts, reasons and measures"),
            (
                "id", "key", "state", "value", "text", "absence", "women", "men", "others",
                "entered_by", "entered_at", "submitted_by", "submitted_at", "decided_by",
                "decided_at", "verified_by_who_entered", "corrected_after_verification",
                "deviation_reason", "measure_to_take", "note", "reason_waived", "version",
            ),
            [self._value(value) for value in stored.order_by("indicator_id")],
        )  # fmt: skip

    def _value(self, value: Realization) -> list[str]:
        return [
            str(value.indicator_id),
            self.keys.get(value.indicator_id, ""),
            value.state,
            *(_text(plain(value.value)), value.text, value.absence),
            *(_text(plain(part)) for part in (value.women, value.men, value.others)),
            *(self.people.number(value.entered_by_id), _when(value.entered_at)),
            *(self.people.number(value.submitted_by_id), _when(value.submitted_at)),
            *(self.people.number(value.decided_by_id), _when(value.decided_at)),
            *(_yes(value.is_own_approval), _yes(value.is_corrected_since)),
            *(value.deviation_reason, value.measure_to_take, value.note, value.reason_waived),
            str(value.version),
        ]

    def _history(self) -> AuditTable:
        told = [each for each in changes.of_plan(self.plan) if each.year in (None, self.year)]
        return AuditTable(
            "history",
            _("Every change of an indicator, a target or a realization: before, after, who, why"),
            ("when", "person", "id", "key", "what", "year", "field", "before", "after", "reason"),
            [row for each in told for row in self._change(each)],
        )

    def _change(self, change: Change) -> Iterator[list[str]]:
        head = [
            _when(change.when),
            self.people.number(change.person_id),
            str(change.indicator_id),
            self.keys.get(change.indicator_id, ""),
            change.what,
            _text(change.year),
        ]
        if change.is_deletion:
            yield [*head, _("removed"), "", "", change.reason]
        for field in change.fields:
            yield [*head, field.label, field.before, field.after, change.reason]

    def _findings(self) -> AuditTable:
        given = {
            each.finding: each
            for each in FindingAnswer.objects.filter(plan=self.plan, year=self.year)
        }
        rows = []
        for each in self.found.findings.raised:
            answer = given.get(each.key) if each.given else None
            labels = {one.code: say(one.label) for one in each.answers}
            rows.append(
                [
                    each.check.value,
                    each.severity.value,
                    say(each.sentence),
                    ", ".join(row.key for row in each.figures),
                    _yes(each.is_open),
                    labels.get(answer.answer, answer.answer) if answer else "",
                    answer.note if answer else "",
                    self.people.number(answer.answered_by_id) if answer else "",
                    _when(answer.answered_at) if answer else "",
                ]
            )
        columns = (
            "check", "severity", "question", "rows", "open", "answer", "note", "person", "when"
        )  # fmt: skip
        return AuditTable(
            "findings", _("Questions about the numbers, and the answers"), columns, rows
        )

    def _evidence(self) -> AuditTable:
        return AuditTable(
            "evidence",
            _("Evidence: files with their SHA-256, and links"),
            ("id", "key", "name", "path", "size", "sha256", "link", "person", "when"),
            [
                [
                    str(each.realization.indicator_id),
                    self.keys.get(each.realization.indicator_id, ""),
                    each.name,
                    evidence_path(each),
                    _text(each.size),
                    each.digest,
                    each.link,
                    self.people.number(each.added_by_id),
                    _when(each.added_at),
                ]
                for each in self.evidence
            ],
        )

    def _comments(self) -> AuditTable:
        found = Comment.objects.filter(
            realization__indicator__activity__plan=self.plan, realization__year=self.year
        ).select_related("realization")
        return AuditTable(
            "comments",
            _("What coordinators and reviewers wrote to each other about a value"),
            ("when", "person", "id", "key", "text"),
            [
                [
                    _when(each.written_at),
                    self.people.number(each.written_by_id),
                    str(each.realization.indicator_id),
                    self.keys.get(each.realization.indicator_id, ""),
                    each.text,
                ]
                for each in found
            ],
        )

    def _imports(self) -> AuditTable:
        return AuditTable(
            "imports",
            _("Files that were read in"),
            ("import", "file", "path", "sha256", "reader", "year", "state", "person", "when"),
            [
                [
                    str(each.pk),
                    each.file_name,
                    import_path(each),
                    each.digest,
                    each.reader,
                    str(each.year),
                    each.state,
                    self.people.number(each.applied_by_id),
                    _when(each.applied_at),
                ]
                for each in self.batches
            ],
        )

    def _periods(self) -> AuditTable:
        periods = Period.history.filter(plan_id=self.plan.pk, year=self.year)
        granted = Extension.objects.filter(period__plan=self.plan, period__year=self.year)
        rows = [
            [
                _when(each.history_date),
                self.people.number(each.history_user_id),
                each.state,
                _text(each.opens_on),
                _text(each.closes_on),
                "",
                each.history_change_reason or "",
            ]
            for each in periods
        ]
        rows += [
            ["", self.people.number(each.granted_by_id), "extended", "", _text(each.until),
             each.department.name, each.reason]
            for each in granted.select_related("department")
        ]  # fmt: skip
        return AuditTable(
            "periods",
            _("When the year was opened, closed, published, and opened again for a unit"),
            ("when", "person", "state", "opens_on", "closes_on", "unit", "reason"),
            sorted(rows),
        )

    def _editions(self) -> AuditTable:
        return AuditTable(
            "editions",
            _("What was published, word for word, with its checksum"),
            ("number", "path", "sha256", "fits", "published_at", "person", "reason",
             "published_in_spite_of_a_condition"),
            [
                [
                    str(each.number),
                    edition_path(each),
                    each.checksum,
                    _yes(editions.checksum(each.content) == each.checksum),
                    _when(each.published_at),
                    self.people.number(each.published_by_id),
                    each.reason,
                    each.override_reason,
                ]
                for each in self.editions
            ],
        )  # fmt: skip

    def _errata(self) -> AuditTable:
        found = editions.errata(self.frozen) if self.frozen else []
        return AuditTable(
            "errata",
            _("Corrections since the newest edition"),
            ("id", "key", "field", "before", "after", "when", "reason"),
            [
                [
                    str(each.figure.id),
                    each.figure.key,
                    each.field,
                    _text(plain(each.before)) or each.before_text,
                    _text(plain(each.after)) or each.after_text,
                    _when(each.when),
                    each.reason,
                ]
                for each in found
            ],
        )

    def _small_numbers(self) -> AuditTable:
        found = SmallNumberDecision.objects.filter(
            indicator__activity__plan=self.plan, year=self.year
        )
        return AuditTable(
            "small_numbers",
            _("What was decided on numbers of 1 to 4 before publishing"),
            ("id", "key", "hidden", "reason", "person", "when"),
            [
                [
                    str(each.indicator_id),
                    self.keys.get(each.indicator_id, ""),
                    _yes(each.is_hidden),
                    each.reason,
                    self.people.number(each.decided_by_id),
                    _when(each.decided_at),
                ]
                for each in found
            ],
        )

    def _persons(self) -> AuditTable:
        names = ("name", "user_name") if self.with_names else ()
        return AuditTable(
            "persons",
            _("Persons by number: their roles and units today"),
            ("person", "roles", "units", *names),
            self.people.rows(with_names=self.with_names),
        )


# --- cells ---


def _explained(figures: Figures) -> list[Arithmetic]:
    return [
        Arithmetic(
            row,
            explain(
                row.measurement,
                row.achievement,
                is_percent=row.is_percent,
                kind_confirmed=row.kind_confirmed,
                limits=figures.bands.limits,
            ),
        )
        for row in figures.rows
    ]


def _figure(each: Arithmetic) -> list[str]:
    row, told = each.figure, each.told
    measurement, rated = row.measurement, row.achievement
    numbers = (
        measurement.baseline, measurement.target, measurement.realization, rated.value, rated.score
    )  # fmt: skip
    return [
        str(row.id), row.key, row.unit.number, row.code, row.title, row.name, row.measure,
        measurement.kind.value, _yes(row.kind_confirmed), measurement.direction.value,
        measurement.reported_as.value, _text(plain(row.weight)), _text(row.counted_with),
        *(_text(plain(number)) for number in numbers),
        rated.status.value, rated.rule.value, told.equation, told.sentence,
    ]  # fmt: skip


def evidence_path(evidence: Evidence) -> str:
    """Return where a piece of evidence lies in the folder; "" for a link."""
    return f"evidence/{evidence.pk}-{_safe(evidence.name)}" if evidence.file else ""


def import_path(batch: ImportBatch) -> str:
    """Return where a file that was read in lies in the folder; "" where it was not kept."""
    return f"imports/{batch.pk}-{_safe(batch.file_name)}" if batch.stored else ""


def edition_path(edition: Edition) -> str:
    return f"editions/{edition.number}.json"


def _safe(name: str) -> str:
    """Return a file's name that leads nowhere else, and that every system can write."""
    kept = "".join(each if each.isalnum() or each in "-_. " else "_" for each in name)
    return kept.strip(". ")[-100:] or "file"


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _when(moment: datetime | None) -> str:
    return "" if moment is None else moment.isoformat(timespec="seconds")
