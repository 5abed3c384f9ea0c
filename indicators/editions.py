"""A plan's year as it was published: what is frozen, read back, and corrected afterwards.

What is frozen are the cells and settings, not the ratios: figures of an edition come out of the
same rules as everywhere, and its checksum vouches for what went in.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.db.models import Max

from activities.models import Objective, Plan
from indicators import small_numbers, suppression
from indicators.achievement import Method, Reading, Unreported
from indicators.figures import BANDS, Figure, Figures, Level, Unit, bands_from
from indicators.models import Edition, Indicator, Realization, Target
from indicators.suppression import PARTS, Cell, Withheld
from indicators.tags import tags_of

if TYPE_CHECKING:
    from accounts.models import User

FORMAT = 1
# What of an indicator's row is frozen as it is stored.
SETTINGS = (
    "name",
    "position",
    "measure",
    "kind",
    "kind_confirmed",
    "direction",
    "reported_as",
    "baseline_text",
    "counted_with_id",
    "hides_small_numbers",
    "counts_people",
    "own_responsible_text",
)
OF_ACTIVITY = ("activity_id", "code", "title", "responsible_text", "supporting_text")
SAID = ("text", "absence", "deviation_reason", "measure_to_take")


# --- Freezing ---


def freeze(plan: Plan, year: int, *, person: User | None) -> Edition:
    """Store a new edition of a plan's year; run this inside a transaction."""
    content = json.dumps(_content(plan, year), ensure_ascii=False, sort_keys=True, indent=None)
    last = Edition.objects.filter(plan=plan, year=year).aggregate(last=Max("number"))["last"] or 0
    return Edition.objects.create(
        plan=plan,
        year=year,
        number=last + 1,
        content=content,
        checksum=checksum(content),
        published_by=person,
    )


def checksum(content: str) -> str:
    return sha256(content.encode()).hexdigest()


def _content(plan: Plan, year: int) -> dict[str, Any]:
    units = Figures(plan, year).units
    numbers = {unit.id: unit.number for unit in units.values()}
    return {
        "format": FORMAT,
        "year": year,
        "plan": {
            "slug": plan.slug,
            "name": plan.name,
            "short_name": plan.short_name,
            "municipality": plan.municipality,
            "first_year": plan.first_year,
            "last_year": plan.last_year,
            "method": plan.method,
            "unreported": plan.unreported,
            **{band: str(getattr(plan, band)) for band in BANDS},
        },
        "units": [
            {
                "id": unit.id,
                "number": unit.number,
                "name": unit.name,
                "short": unit.short,
                "parent": numbers.get(unit.parent_id or 0),
            }
            for unit in units.values()
        ],
        "objectives": [
            {"code": objective.code, "title": objective.title}
            for objective in Objective.objects.filter(plan=plan).order_by("code_key")
        ],
        "rows": list(_rows(plan, year)),
    }


def _rows(plan: Plan, year: int) -> Iterable[dict[str, Any]]:
    targets: dict[int, dict[str, Any]] = {}
    for owner, of_year, value, text in Target.objects.filter(
        indicator__activity__plan=plan
    ).values_list("indicator_id", "year", "value", "text"):
        targets.setdefault(owner, {})[str(of_year)] = [_plain(value), text]
    approved = {
        value.indicator_id: value
        for value in Realization.objects.filter(
            indicator__activity__plan=plan, year=year, state=Realization.State.APPROVED
        )
    }
    tags = tags_of(plan)
    for indicator in (
        Indicator.objects.of_plan(plan).in_use().select_related("activity").in_printed_order()
    ):
        activity, value = indicator.activity, approved.get(indicator.pk)
        yield {
            "id": indicator.pk,
            "unit": activity.department_id,
            **{name: getattr(indicator, name) for name in SETTINGS},
            "weight": _plain(indicator.weight),
            "baseline": _plain(indicator.baseline),
            "activity_id": activity.pk,
            **{name: getattr(activity, name) for name in OF_ACTIVITY[1:]},
            "targets": targets.get(indicator.pk, {}),
            "tags": sorted(tags.get(indicator.pk, ())),
            "realization": None if value is None else _frozen_value(value),
        }


def _frozen_value(value: Realization) -> dict[str, Any]:
    return {
        "value": _plain(value.value),
        **{name: getattr(value, name) for name in SAID},
        **{name: _plain(getattr(value, name)) for name in PARTS},
    }


def _plain(value: Decimal | None) -> str | None:
    """Return a stored amount as text without the zeros a column adds."""
    if value is None:
        return None
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


# --- Reading back ---


class FrozenFigures(Figures):
    """The figures of an edition: the same rules over what was frozen, whatever changed since."""

    def __init__(self, plan: Plan, edition: Edition) -> None:
        self.edition = edition
        self.content: dict[str, Any] = json.loads(edition.content)
        frozen = self.content["plan"]
        super().__init__(
            plan,
            edition.year,
            reading=Reading.APPROVED,
            method=Method(frozen["method"]),
            unreported=Unreported(frozen["unreported"]),
        )
        self.bands = bands_from(frozen)

    @cached_property
    def units(self) -> dict[int, Unit]:
        listed = self.content["units"]
        ids = {unit["number"]: unit["id"] for unit in listed}
        return {
            unit["id"]: Unit(
                unit["id"], unit["number"], unit["name"], unit["short"], ids.get(unit["parent"])
            )
            for unit in listed
        }

    @cached_property
    def frozen_rows(self) -> Mapping[int, dict[str, Any]]:
        """Return what was frozen of each indicator, by its id, in printed order."""
        return {row["id"]: row for row in self.content["rows"]}

    def names_of(self, level: Level) -> dict[str, str]:
        if level in (Level.OBJECTIVE, Level.GOAL):
            return {
                each["code"]: str(
                    Objective(
                        code=each["code"],
                        title=each["title"],
                        # Only whether there is one above it is asked.
                        parent_id=1 if "." in each["code"] else None,
                    )
                )
                for each in self.content["objectives"]
            }
        return super().names_of(level)

    def last_targets(self) -> dict[int, Decimal] | None:
        last = self.content["plan"]["last_year"]
        if self.year == last:
            return None
        written = {
            key: _number(row["targets"].get(str(last), (None, ""))[0])
            for key, row in self.frozen_rows.items()
        }
        return {key: value for key, value in written.items() if value is not None}

    def over_the_years(self, row: Figure) -> dict[int, Figure]:
        """Return an indicator in the edition's own year: no other year is part of it."""
        return {self.year: row}

    def _values(self) -> Iterable[dict[str, Any]]:
        for row in self.content["rows"]:
            target, target_text = row["targets"].get(str(self.year), (None, ""))
            realized = row["realization"] or {}
            yield {
                **{name: row[name] for name in SETTINGS},
                "id": row["id"],
                "weight": Decimal(row["weight"]),
                "baseline": _number(row["baseline"]),
                "planned__value": _number(target),
                "planned__text": target_text,
                "realized__value": _number(realized.get("value")),
                "realized__text": realized.get("text", ""),
                "realized__absence": realized.get("absence", ""),
                "activity_id": row["activity_id"],
                "activity__code": row["code"],
                "activity__title": row["title"],
                "activity__responsible_text": row["responsible_text"],
                "activity__department_id": row["unit"],
            }

    def _stray(self, values: dict[str, Any]) -> Unit:
        return Unit(0, "", "", "", None)


class PublicFigures(FrozenFigures):
    """The figures of an edition without the numbers that could identify people.

    ``printed_rows`` holds every row, those with a hidden value without it and without what could
    be reckoned back to it. ``rows`` and every roll-up leave these out, so that no total gives one
    away.
    """

    @cached_property
    def rows(self) -> list[Figure]:
        return [row for row in self.printed_rows if row.id not in self.hidden]

    @cached_property
    def printed_rows(self) -> list[Figure]:
        return [self._as_shown(row) for row in self._load()]

    @cached_property
    def hidden(self) -> frozenset[int]:
        """Return the ids of the rows whose realization, ratio and status stay hidden."""
        values = {
            cell.row
            for cell in self.withheld.cells
            if cell.what == suppression.VALUE and cell.year == self.year
        }
        return frozenset(
            id
            for id, row in self.frozen_rows.items()
            if id in values and (row["realization"] or {}).get("value") is not None
        )

    @cached_property
    def withheld(self) -> Withheld:
        """Return the numbers that are hidden in every edition of the plan; three queries."""
        return small_numbers.withheld(self.plan)

    def is_withheld(self, row_id: int, what: str) -> bool:
        """Whether the "realization" or "baseline" of a row is hidden, in the edition or since."""
        return {
            "realization": Cell(row_id, suppression.VALUE, self.year),
            "baseline": Cell(row_id, suppression.BASELINE, suppression.EVERY_YEAR),
        }.get(what) in self.withheld.cells

    def hidden_text(self, row: Figure) -> str:
        """Return what stands in place of a hidden realization: "<5", or nothing about its size."""
        said = self.frozen_rows[row.id]["realization"] or {}
        cell = Cell(row.id, suppression.VALUE, self.year)
        return self.withheld.text(cell, _number(said.get("value")))

    def _as_shown(self, row: Figure) -> Figure:
        if row.measurement.baseline is not None and self.is_withheld(row.id, "baseline"):
            cell = Cell(row.id, suppression.BASELINE, suppression.EVERY_YEAR)
            row = replace(
                row,
                measurement=replace(row.measurement, baseline=None),
                baseline_text=self.withheld.text(cell, row.measurement.baseline),
            )
        if row.id in self.hidden:
            row = replace(
                row,
                measurement=replace(row.measurement, realization=None),
                achievement=replace(row.achievement, value=None),
                realization_text="",
            )
        return row

    def parts_of(self, row: Figure) -> dict[str, Decimal | None]:
        """Return a value's women, men and others; all of them or none."""
        said = self.frozen_rows[row.id]["realization"] or {}
        cells = {Cell(row.id, name, self.year) for name in PARTS}
        if row.id in self.hidden or not cells.isdisjoint(self.withheld.cells):
            return dict.fromkeys(PARTS)
        return {name: _number(said.get(name)) for name in PARTS}

    def reasons_of(self, row: Figure) -> dict[str, str]:
        """Return why a value deviates and what is to be done; nothing of a hidden one."""
        said = {} if row.id in self.hidden else self.frozen_rows[row.id]["realization"] or {}
        return {name: said.get(name, "") for name in ("deviation_reason", "measure_to_take")}


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def latest(plan: Plan, year: int) -> Edition | None:
    """Return the newest edition of a plan's year; one query."""
    return Edition.objects.filter(plan=plan, year=year).order_by("-number").first()


def published(plan: Plan, year: int) -> PublicFigures | None:
    """Return the figures the public reads; None for a year that is not published."""
    found = Edition.objects.filter(
        plan=plan, year=year, plan__periods__year=year, plan__periods__state="published"
    )
    edition = found.order_by("-number").first()
    return PublicFigures(plan, edition) if edition is not None and plan.is_public else None


# --- Errata ---


@dataclass(frozen=True, slots=True)
class Erratum:
    """A number that was corrected after it was published.

    None is "nothing was there". ``reason`` and ``when`` come from the history of the value;
    ``is_told`` says that the reason is a sentence of ours, in the page's language.
    """

    figure: Figure
    field: str
    before: Decimal | None
    before_text: str
    after: Decimal | None
    after_text: str
    when: datetime | None
    reason: str
    is_told: bool = False


def errata(frozen: FrozenFigures) -> list[Erratum]:
    """Return what differs now from an edition: approved values, targets and baselines.

    An indicator that was retired or taken away since is left as it was published. Four queries.
    """
    live = {row.id: row for row in Figures(frozen.plan, frozen.year, reading=Reading.APPROVED).rows}
    found = []
    for row in frozen.rows:
        now = live.get(row.id)
        if now is None:
            continue
        for name in ("baseline", "target", "realization"):
            before, after = getattr(row.measurement, name), getattr(now.measurement, name)
            texts = getattr(row, f"{name}_text"), getattr(now, f"{name}_text")
            if before != after or (before is None and texts[0] != texts[1]):
                found.append((row, name, before, texts[0], after, texts[1]))
    told = _told(frozen, found)
    return [Erratum(*each, *told.get((each[0].id, each[1]), (None, ""))) for each in found]


def _told(
    frozen: FrozenFigures, found: Iterable[tuple[Any, ...]]
) -> dict[tuple[int, str], tuple[datetime, str]]:
    """Return when and why each corrected number last changed, from the history.

    Where its number stands as it was, it is the last change of the record: it was returned.
    """
    numbers = {(row.id, name): _cell(before, text) for row, name, before, text, *_after in found}
    ids = {row.id for row, *_rest in found}
    since = frozen.edition.published_at
    told: dict[tuple[int, str], tuple[datetime, str]] = {}
    rewritten = set()
    histories: tuple[tuple[str, Any], ...] = (
        ("realization", Realization.history.filter(indicator_id__in=ids, year=frozen.year)),
        ("target", Target.history.filter(indicator_id__in=ids, year=frozen.year)),
        ("baseline", Indicator.history.filter(id__in=ids)),
    )
    for name, records in histories:
        owner = "id" if name == "baseline" else "indicator_id"
        for record in records.filter(history_date__gte=since).order_by("history_date"):
            key = (getattr(record, owner), name)
            number = _recorded(record, name)
            if numbers.get(key) != number:
                numbers[key] = number
                rewritten.add(key)
            elif key in rewritten:
                continue
            told[key] = (record.history_date, record.history_change_reason or "")
    return told


def _recorded(record: Any, name: str) -> Decimal | str:
    if name == "baseline":
        return _cell(record.baseline, record.baseline_text)
    return _cell(record.value, record.text)


def _cell(value: Decimal | None, text: str) -> Decimal | str:
    """Return a cell's number, or what is written where there is none."""
    return text if value is None else value
