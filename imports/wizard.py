"""An uploaded file on its way into a plan: stored, previewed, decided on, applied or left."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils.crypto import get_random_string
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from activities.formats import amount
from activities.models import Department, Institution, Municipality, Plan
from activities.sentences import Sentence
from activities.wording import say
from findings.checks.finding import Check, CheckedRow, Finding, Severity
from findings.checks.run import find
from imports import actions
from imports.comparison import compare
from imports.difference import CHANGED, NEW, Difference, ImportChoices, PlanChange
from imports.headers import ColumnKind
from imports.models import ColumnMapping, ImportBatch
from imports.plans import Source, find_plan, read_source, realization_year
from indicators.cells import EMPTY, parse_cell
from indicators.models import Realization
from indicators.steps import PARTS


@dataclass(frozen=True, slots=True)
class MissingRow:
    """A stored indicator that the file does not have, and whether it is to be retired."""

    id: int
    change: PlanChange
    is_retired: bool


@dataclass(slots=True)
class UnitChanges:
    """What happens to one unit of the plan: its counts, of rows, and its changes, of cells."""

    number: str
    name: str
    new: list[PlanChange] = field(default_factory=list)
    changed: list[PlanChange] = field(default_factory=list)
    missing: list[MissingRow] = field(default_factory=list)
    changed_rows: int = 0
    unchanged: int = 0

    @property
    def is_touched(self) -> bool:
        return bool(self.new or self.changed or self.missing)

    def only(self, kind: str) -> UnitChanges:
        """Return the unit with its changes of one kind; "" leaves all."""
        if kind not in KINDS:
            return self
        return replace(
            self,
            new=self.new if kind == "new" else [],
            changed=self.changed if kind == "changed" else [],
            missing=self.missing if kind == "missing" else [],
        )


KINDS = ("new", "changed", "missing")


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """A file beside its plan, as it stands right now."""

    source: Source
    plan: Plan
    difference: Difference

    @property
    def is_too_large(self) -> bool:
        return self.source.table.rows > settings.IMPORT_PREVIEW_ROWS

    @property
    def fingerprint(self) -> str:
        """Identify what the person saw, so that nothing else is applied in its place."""
        seen = [
            self.plan.pk,
            self.difference.year,
            [change.as_json() for change in self.difference.changes],
            [problem.where + problem.message for problem in self.difference.errors],
            sorted(self.difference.left_out.items()),
        ]
        return hashlib.sha256(json.dumps(seen, sort_keys=True).encode()).hexdigest()


def store(
    upload: UploadedFile,
    *,
    plan_slug: str,
    year: int | None,
    user: User,
    municipality: Municipality,
    about: Mapping[str, Any] | None = None,
) -> ImportBatch:
    """Keep an uploaded file under a name of our own and read it once.

    ``about`` is what was said of a new plan: see ``find_plan``.
    Raise readers.UnreadableFile or Sentence where it is no plan file; nothing is kept then.
    """
    data = upload.read()
    name = Path(upload.name or "plan").name[:200]
    batch = ImportBatch(
        municipality=municipality,
        file_name=name,
        digest=hashlib.sha256(data).hexdigest(),
        plan_slug=plan_slug,
        year=year or 0,
        state=ImportBatch.State.PREVIEW,
        uploaded_by=user,
        choices={"plan": dict(about)} if about else {},
    )
    batch.stored.save(
        f"{get_random_string(24)}{Path(name).suffix.lower()}", ContentFile(data), save=False
    )
    try:
        source = read(batch)
        plan = find_plan(plan_slug or None, source, _municipality_of(batch), _about(batch))
    except Exception:
        batch.stored.delete(save=False)
        raise
    batch.reader = source.reader
    batch.plan_slug, batch.plan = plan.slug, plan if plan.pk else None
    batch.year = realization_year(source, plan, year)
    batch.save()
    return batch


def _municipality_of(batch: ImportBatch) -> Municipality:
    """Return whose plan it is, with the name that was written while it has none."""
    municipality = batch.municipality
    municipality.name = municipality.name or batch.choices.get("plan", {}).get("municipality", "")
    return municipality


def _about(batch: ImportBatch) -> dict[str, Any]:
    """Return what was said of a new plan itself."""
    told = batch.choices.get("plan", {})
    return {name: value for name, value in told.items() if name != "municipality"}


def read(batch: ImportBatch) -> Source:
    """Read the stored file, with its columns as they were mapped here or for its shape before."""
    path = Path(batch.stored.path)
    if "columns" in batch.choices:
        return read_source(path, name=batch.file_name, mapped=batch.choices["columns"])
    plain = read_source(path, name=batch.file_name)
    known = ColumnMapping.objects.filter(
        municipality=batch.municipality_id, shape=shape_of(plain)
    ).first()
    if known is None:
        return plain
    return read_source(path, name=batch.file_name, mapped=known.columns)


def shape_of(source: Source) -> str:
    """Identify files that have the same header row."""
    return hashlib.sha256("\t".join(source.table.headers).encode()).hexdigest()


def preview(batch: ImportBatch) -> ImportPreview:
    """Compare the stored file with its plan as both are now."""
    source = read(batch)
    plan = find_plan(batch.plan_slug, source, _municipality_of(batch), _about(batch))
    if source.table.rows > settings.IMPORT_PREVIEW_ROWS:
        # Told by its size alone; the command compares and applies it.
        return ImportPreview(source, plan, Difference(plan, batch.year, source.table))
    difference = compare(source.table, plan, batch.year, choices=choices_of(batch))
    return ImportPreview(source, plan, difference)


def choices_of(batch: ImportBatch) -> ImportChoices:
    stored = batch.choices
    return ImportChoices(
        aliases={text: (kind, int(pk)) for text, (kind, pk) in stored.get("aliases", {}).items()},
        retire=frozenset(stored.get("retire", [])),
        overwrite_reason=stored.get("overwrite_reason", ""),
        create_departments=stored.get("create_departments", False),
        leave_out=frozenset(stored.get("leave_out", [])),
    )


def choose(batch: ImportBatch, seen: ImportPreview, posted: Any) -> None:
    """Record what the person decided on the preview page; nothing of the plan changes."""
    aliases = dict(batch.choices.get("aliases", {}))
    for number, name in enumerate(seen.difference.unmatched):
        kind, _colon, key = posted.get(f"name-{number}", "").partition(":")
        if _unit_exists(batch, kind, key):
            aliases[name.text] = [kind, int(key)]
    columns = {
        column.header: posted.get(f"column-{number}", "")
        for number, column in enumerate(seen.source.table.unread_columns)
    }
    choices: dict[str, Any] = {
        "aliases": aliases,
        "retire": sorted(int(pk) for pk in posted.getlist("retire") if pk.isdigit()),
        "overwrite_reason": posted.get("overwrite_reason", "").strip()[:500],
        "create_departments": "create_departments" in posted,
        "leave_out": sorted(set(posted.getlist("leave_out")) & set(groups_of(seen.difference))),
    }
    if "plan" in batch.choices:
        choices["plan"] = batch.choices["plan"]
    chosen = {header: meaning for header, meaning in columns.items() if meaning}
    earlier = batch.choices.get("columns", {})
    if chosen or earlier:
        choices["columns"] = {**earlier, **chosen}
        ColumnMapping.objects.update_or_create(
            municipality_id=batch.municipality_id,
            shape=shape_of(seen.source),
            defaults={"headers": list(seen.source.table.headers), "columns": choices["columns"]},
        )
    batch.choices = choices
    batch.save()


def groups_of(difference: Difference) -> dict[str, int]:
    """Return how many settled cells of each group would change or are left out, by group."""
    counted = difference.settled_in + difference.left_out
    return dict(sorted(counted.items()))


OF_A_YEAR = (
    ColumnKind.TARGET,
    ColumnKind.REALIZATION,
    ColumnKind.WOMEN,
    ColumnKind.MEN,
    ColumnKind.OTHERS,
)
NUMBERS = {"baseline", "target", "realization", *PARTS}
COLUMN_LABELS = {
    "department": _("department"),
    "department number": _("department's number"),
    "branch": _("branch"),
    "branch number": _("branch's number"),
    "code": _("code"),
    "activity": _("activity"),
    "responsible": _("responsible unit"),
    "supporting": _("supporting institution"),
    "indicator": _("indicator"),
    "baseline": _("baseline"),
    "target": _("target"),
    "realization": _("realization"),
    "absence": _("why there is no figure"),
    "women": _("women"),
    "men": _("men"),
    "others": _("others"),
    "reason": _("deviation reason"),
    "measure": _("measure to take"),
    "weight": _("weight"),
    "unit": _("unit of measure"),
    "aim": _("aim or goal"),
    "typed ratio": _("typed percent, compared with ours"),
    "status": _("status"),
    "ignored": _("leave it out"),
    "title": _("title"),
    "name": _("name"),
    "retired": _("retired on"),
}


def column_label(column: str) -> str:
    """Return what a column or field is called, with its year if it has one."""
    word, _blank, year = column.rpartition(" ")
    if column.isdigit():
        return f"{COLUMN_LABELS['target']} {column}"
    if year.isdigit() and word in COLUMN_LABELS:
        return f"{COLUMN_LABELS[word]} {year}"
    return str(COLUMN_LABELS.get(column, column))


def value_before(change: PlanChange) -> str:
    """Return what a change does away with; why there is no figure is kept as a code."""
    before = change.before or ""
    if (change.field or "").startswith("absence "):
        return str(Realization.Absence(before).label)
    return _as_in_tables(change, before)


def value_after(change: PlanChange) -> str:
    """Return what a change puts in its place."""
    return _as_in_tables(change, change.after or "")


def _as_in_tables(change: PlanChange, text: str) -> str:
    """Write a cell's number as all tables do, so that both sides of an arrow are spelled alike."""
    name = (change.field or "").rpartition(" ")[0] or change.field
    if name not in NUMBERS:
        return text
    try:
        cell = parse_cell(text)
    except Sentence:
        return text
    return amount(cell.value, get_language() or "tr", percent=cell.is_percent) or text


def column_choices(seen: ImportPreview) -> list[tuple[str, str]]:
    """Return what an unknown column may be said to hold."""
    years = [str(year) for year in seen.plan.years]
    plain = [name for name in ColumnKind if name not in OF_A_YEAR]
    named = [f"{kind} {year}" for kind in OF_A_YEAR for year in years]
    return [(name, column_label(name)) for name in [*plain, *named]]


def _unit_exists(batch: ImportBatch, kind: str, key: str) -> bool:
    if not key.isdigit():
        return False
    model = Institution if kind == "institution" else Department
    own = model.objects.filter(pk=key, municipality=batch.municipality_id)
    return kind in ("department", "institution") and own.exists()


def apply(batch: ImportBatch, seen: ImportPreview, user: User) -> None:
    """Apply exactly what was seen; raise actions.PlanChanged where the plan moved on."""
    actions.apply(seen.difference, seen.source, user=user, batch=batch)


def by_unit(difference: Difference, chosen: Collection[int] = ()) -> list[UnitChanges]:
    """Return the changes grouped by unit, in plan order of first appearance.

    ``chosen`` holds the indicators to be retired, be it that a reason is still missing.
    """
    names = {
        place.number: place.department.name
        for place in [*difference.new_places, *_places(difference.plan)]
    }
    units: dict[str, UnitChanges] = {}

    def unit(change: PlanChange) -> UnitChanges:
        number = change.branch or change.department
        return units.setdefault(number, UnitChanges(number, names.get(number, "")))

    for change in difference.changes:
        if change.kind == NEW:
            unit(change).new.append(change)
        elif change.kind == CHANGED:
            unit(change).changed.append(change)
    for number, count in difference.changed_by.items():
        found = units.setdefault(number, UnitChanges(number, names.get(number, "")))
        found.changed_rows = count
    for number, count in difference.unchanged_by.items():
        found = units.setdefault(number, UnitChanges(number, names.get(number, "")))
        found.unchanged = count
    for row, change in difference.missing_rows:
        is_retired = row.retired_on is not None or row.pk in chosen
        unit(change).missing.append(MissingRow(row.pk, change, is_retired))
    return list(units.values())


# Each asks about a number on its own, which only who brings it can tell.
ASKED_AT_ONCE = (Check.FAR_OFF, Check.OUT_OF_RANGE)


@dataclass(frozen=True, slots=True)
class FileQuestion:
    """A question about a file's numbers, with the answers that will be offered."""

    where: str
    indicator: str
    sentence: str
    answers: list[str]


def questions_of(seen: ImportPreview) -> list[FileQuestion]:
    """Return what holds a value of the file up, and what is asked where a number is typed.

    The checks see the file alone; what the plan holds besides is on its own findings page.
    """
    rows, places = _rows_of(seen)
    return [
        _question(finding, rows, places)
        for finding in find(rows)
        if finding.severity is Severity.BLOCKING or finding.check in ASKED_AT_ONCE
    ]


def _question(finding: Finding, rows: list[CheckedRow], places: list[str]) -> FileQuestion:
    at = cast("int", finding.rows[0])
    return FileQuestion(
        places[at],
        f"{rows[at].code} {rows[at].name}",
        say(finding.sentence),
        [say(answer.label) for answer in finding.answers],
    )


def _rows_of(seen: ImportPreview) -> tuple[list[CheckedRow], list[str]]:
    year, plan_years = seen.difference.year, list(seen.plan.years)
    rows: list[CheckedRow] = []
    places: list[str] = []
    for activity in seen.source.table.activities:
        for position, row in enumerate(activity.indicators, start=1):
            realized = row.realizations.get(year) or row.realizations.get(None) or EMPTY
            rows.append(
                CheckedRow(
                    id=len(rows),
                    unit=activity.owner.number or activity.owner.name,
                    code=activity.code,
                    position=position,
                    title=activity.title,
                    name=row.name,
                    year=year,
                    baseline=row.baseline,
                    targets={one: row.targets.get(one, EMPTY) for one in plan_years},
                    realization=realized,
                    last=row.realizations.get(year - 1, EMPTY),
                )
            )
            places.append(row.where)
    return rows, places


def _places(plan: Plan) -> Any:
    return plan.units.select_related("department") if plan.pk else []


def leave(batch: ImportBatch) -> None:
    """Give a preview up; the file goes, the note that it was there stays."""
    batch.state = ImportBatch.State.LEFT
    batch.stored.delete(save=False)
    batch.save()
