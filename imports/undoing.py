"""Taking an applied import back as a whole, while nothing was built on it.

What a settled year rests on goes back with a reason only, as it came.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.utils import timezone

from accounts.models import User
from activities import revisions
from activities.models import Department, Institution, Period, Plan, PlanRevision
from activities.sentences import Sentence
from activities.sentences import noop as _
from imports import bulk
from imports.actions import reason_of, update_rows
from imports.bulk import Signature, Stage
from imports.models import ImportBatch
from indicators import editions
from indicators.kinds import OVER
from indicators.models import Indicator, Realization, Target

REASON_NEEDED = _(
    "It would change %(years)s, which is closed or verified. Say why the import is undone."
)


class CannotUndo(Sentence):
    """Something was built on the import since, or a reason is missing."""


# Children first. What hangs on an imported row without having come with it stops the undoing.
UNDO_ORDER = (
    "indicators.indicatorunit",
    "activities.activityunit",
    "indicators.realization",
    "indicators.target",
    "indicators.indicator",
    "activities.activity",
    "activities.objective",
    "activities.plandepartment",
    "activities.period",
    "activities.alias",
    "activities.institution",
    "activities.department",
    "activities.plan",
)


def undo(batch: ImportBatch, *, user: User | None, reason: str = "") -> None:
    """Take an applied import back; raise CannotUndo where something was built on it.

    ``reason`` is needed where ``settled_years`` are touched, and kept in every row's history.
    """
    with transaction.atomic():
        # The state is changed and checked at once, so that two cannot undo together.
        taken = ImportBatch.objects.filter(pk=batch.pk, state=ImportBatch.State.APPLIED).update(
            state=ImportBatch.State.UNDONE
        )
        if not taken:
            raise CannotUndo(_("This import is not applied, so there is nothing to undo."))
        batch.refresh_from_db()
        if batch.plan_id:
            PlanRevision.objects.filter(plan_id=batch.plan_id).update(**revisions.GROWN)
        created = _created(batch)
        _refuse_if_built_on(batch, created)
        if not reason.strip() and (years := settled_years(batch)):
            raise CannotUndo(REASON_NEEDED, years=", ".join(map(str, years)))
        batch.choices = {**batch.choices, "undo_reason": reason.strip()}
        signature = Signature(user.pk if user else None, _undo_reason_of(batch))
        _restore(batch, signature, user)
        for label in UNDO_ORDER:
            _delete_created(label, created, signature)
        _restore_roles(batch, signature)
        batch.undone_at, batch.undone_by = timezone.now(), user
        if "activities.plan" in created:
            batch.plan = None
        elif batch.plan is not None:
            editions.seal_anew(batch.plan)
        batch.save()


def settled_years(batch: ImportBatch) -> list[int]:
    """Return the closed, published or verified years that undoing an import would change."""
    touched = _touched(batch)
    periods = Period.objects.filter(plan=batch.plan_id, state__in=OVER)
    over = set(periods.values_list("year", flat=True))
    years: set[int] = set()
    for model in (Target, Realization):
        for row in _rows_of(model, touched):
            is_verified = getattr(row, "state", None) == Realization.State.APPROVED
            if is_verified or row.year in over:
                years.add(row.year)
    # A baseline, a name or a unit is read in every year of its indicator.
    if any(
        entry["model"] == Indicator._meta.label_lower for entry in batch.record.get("changed", [])
    ):
        years |= over
    return sorted(years)


def _rows_of(model: type[models.Model], touched: dict[str, bulk.Ids]) -> Iterable[Any]:
    for first, last in touched.get(model._meta.label_lower, []):
        yield from model._default_manager.filter(pk__range=(first, last))


def _created(batch: ImportBatch) -> dict[str, bulk.Ids]:
    return {
        label: [(first, last) for first, last in ranges]
        for label, ranges in batch.record.get("created", {}).items()
    }


def _touched(batch: ImportBatch) -> dict[str, bulk.Ids]:
    """Return the ids of what an import made or changed, by model."""
    touched: dict[str, bulk.Ids] = _created(batch)
    for entry in batch.record.get("changed", []):
        ranges = touched.setdefault(entry["model"], [])
        touched[entry["model"]] = [*ranges, (entry["id"], entry["id"])]
    return touched


def _undo_reason_of(batch: ImportBatch) -> str:
    """Return what history says of the rows of an import that was undone."""
    why = batch.choices.get("undo_reason", "")
    return f"undo of import {batch.pk}: {why}" if why else f"undo of import {batch.pk}"


def _delete_created(label: str, created: dict[str, bulk.Ids], signature: Signature) -> None:
    if label not in created:
        return
    model = apps.get_model(label)
    if model is Plan:
        plans = [one for first, last in created[label] for one in range(first, last + 1)]
        PlanRevision.objects.filter(plan__in=plans).delete()
        ImportBatch.objects.filter(plan__in=plans).update(plan=None)
    # Branches hang on departments, goals on objectives: the later ids go first.
    bulk.delete(model, list(reversed(created[label])), signature)


def _refuse_if_built_on(batch: ImportBatch, created: dict[str, bulk.Ids]) -> None:
    reason = reason_of(batch)
    settled = {reason, *_undone_reasons(batch)}
    for label, ranges in _touched(batch).items():
        model: Any = apps.get_model(label)
        last = _last_written(model, reason)
        for first, end in ranges:
            later = model.history.filter(id__range=(first, end), history_id__gt=last)
            if later.exclude(history_change_reason__in=settled).exists():
                raise CannotUndo(
                    _("%(what)s were changed after this import, so it cannot be undone."),
                    what=model._meta.verbose_name_plural,
                )
    for label, ranges in created.items():
        _refuse_strangers(apps.get_model(label), ranges, created)
    _refuse_if_units_went(batch)


def _refuse_if_units_went(batch: ImportBatch) -> None:
    """Refuse where what stood before names a unit that is no longer there: merged since, say."""
    before = [values for rows in batch.record.get("removed", {}).values() for values in rows]
    before += [entry["before"] for entry in batch.record.get("changed", [])]
    for model, column in ((Department, "department"), (Institution, "institution")):
        said = (values.get(f"{column}_id") or values.get(column) for values in before)
        named = {int(key) for key in said if key}
        if model.objects.filter(pk__in=named).count() < len(named):
            raise CannotUndo(
                _("%(what)s that stood before this import are gone, so it cannot be undone."),
                what=model._meta.verbose_name_plural,
            )


def _undone_reasons(batch: ImportBatch) -> Iterable[str]:
    """Yield what history says of later imports that were undone: nothing stands on those."""
    undone = ImportBatch.objects.filter(plan=batch.plan_id, state=ImportBatch.State.UNDONE)
    for other in undone.exclude(pk=batch.pk).defer("changes", "record"):
        yield reason_of(other)
        yield _undo_reason_of(other)


def _last_written(model: Any, reason: str) -> int:
    """Return the import's first history row of a model, before which nothing is "later"."""
    rows = model.history.filter(history_change_reason=reason)
    first = rows.order_by("history_id").values_list("history_id", flat=True).first()
    return first or 0


def _refuse_strangers(
    model: type[models.Model], ranges: bulk.Ids, created: dict[str, bulk.Ids]
) -> None:
    """Refuse where a row that did not come with the import points at one that did."""
    for relation in model._meta.related_objects:
        child: Any = relation.related_model
        # Batches are unlinked, revisions go with their plan, history stays.
        if child in (PlanRevision, ImportBatch) or hasattr(child, "history_id"):
            continue
        for first, last in ranges:
            made = model._default_manager.filter(pk__range=(first, last))
            found = child._default_manager.filter(**{f"{relation.field.name}__in": made})
            for low, high in created.get(child._meta.label_lower, []):
                found = found.exclude(pk__range=(low, high))
            if found.exists():
                raise CannotUndo(
                    _("%(what)s were added to what this import made, so it cannot be undone."),
                    what=child._meta.verbose_name_plural,
                )


def _restore(batch: ImportBatch, signature: Signature, user: User | None) -> None:
    """Give changed rows the values they had before."""
    by_model: dict[str, list[dict[str, Any]]] = {}
    for entry in batch.record.get("changed", []):
        by_model.setdefault(entry["model"], []).append(entry)
    for label, entries in by_model.items():
        model: Any = apps.get_model(label)
        stored = model._default_manager.in_bulk([entry["id"] for entry in entries])
        names: set[str] = set()
        for entry in entries:
            row = stored[entry["id"]]
            for name, value in entry["before"].items():
                field_ = model._meta.get_field(name)
                setattr(row, field_.attname, field_.to_python(value))
                names.add(name)
        keys = {f.name for f in model._meta.concrete_fields if f.name.endswith("_key")}
        fields = tuple(names | keys)
        update_rows(model, list(stored.values()), fields, user, signature.reason)


def _restore_roles(batch: ImportBatch, signature: Signature) -> None:
    stage = Stage()
    try:
        for label, rows in batch.record.get("removed", {}).items():
            model: Any = apps.get_model(label)
            stage.add([model(**values) for values in rows])
        stage.move(signature)
    finally:
        stage.drop()
