"""Writing a difference to the database, and taking it back: all in one transaction, or nothing.

Rows are prepared before the transaction begins, so that others wait only for the moving in.
Whether the plan is still the one that was compared is decided by its revision, in the same
statement that marks it as changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from simple_history.utils import bulk_update_with_history

from accounts.models import User
from activities import revisions
from activities.models import ActivityUnit, Period, Plan, PlanRevision
from activities.sentences import Sentence
from activities.sentences import noop as _
from imports import bulk
from imports.bulk import Signature, Stage
from imports.difference import Difference, Update
from imports.models import ImportBatch
from imports.plans import Source
from indicators import steps

BATCH_SIZE = 500


class PlanChanged(Sentence):
    """Somebody changed the plan after it was compared; compare again."""


class CannotUndo(Sentence):
    """Something was built on the import since."""


def apply(
    difference: Difference, source: Source, *, user: User | None, batch: ImportBatch | None = None
) -> ImportBatch | None:
    """Write a difference with its history; None where there is nothing to write.

    Raise PlanChanged where the plan is no longer the one that was compared, Sentence where the
    person may not write over a number.
    """
    if not difference.writes_anything:
        return None
    if batch is not None and user is not None:
        _refuse_corrections(difference, user, batch.choices.get("overwrite_reason", ""))
    batch = batch or ImportBatch(file_name=source.name, year=difference.year)
    stage = Stage()
    try:
        _prepare(difference, stage, user)
        with transaction.atomic():
            _claim(difference)
            _begin(batch, difference, source, user)
            signature = Signature(user.pk if user else None, reason_of(batch))
            changed, removed = _write(difference, stage, signature, user)
            batch.plan_id = difference.plan.pk
            batch.record = {
                "created": stage.created,
                "changed": changed,
                "removed": removed,
                # Undoing does not need them: they tell an auditor where a number came from.
                "places": {str(indicator.pk): where for indicator, where in difference.places},
            }
            batch.save()
    except IntegrityError as error:
        raise PlanChanged(_CHANGED) from error
    finally:
        stage.drop()
    return batch


def _refuse_corrections(difference: Difference, user: User, reason: str) -> None:
    """Raise Sentence for numbers that a person may not write over."""
    stored = Period.objects.filter(plan=difference.plan.pk)
    periods = {period.year: period for period in stored}
    for value in difference.changed_realizations:
        period = periods.get(value.year)
        why = steps.why_not_change([value], user, period, value.year, reason, rewrites=True)
        if why is not None:
            raise why


_CHANGED = _("The plan was changed by someone else in the meantime. Look at the preview again.")


def reason_of(batch: ImportBatch) -> str:
    """Return what history says of an import's rows, with the reason a person had to give."""
    why = batch.choices.get("overwrite_reason", "")
    return f"import {batch.pk}: {why}" if why else f"import {batch.pk}"


def _prepare(difference: Difference, stage: Stage, user: User | None) -> None:
    # Who brings a file in is who entered its numbers; somebody else approves them.
    for value in (*difference.new_realizations, *difference.changed_realizations):
        steps.brought_in(value, user)
    # Parents first: a branch needs its department's id, a goal its objective's.
    new_plan: list[models.Model] = [difference.plan] if difference.plan.pk is None else []
    stages: tuple[Sequence[models.Model], ...] = (
        new_plan,
        [unit for unit in difference.new_departments if unit.parent is None],
        [unit for unit in difference.new_departments if unit.parent is not None],
        difference.new_periods,
        difference.new_places,
        difference.new_institutions,
        difference.new_aliases,
        [objective for objective in difference.new_objectives if objective.parent is None],
        [objective for objective in difference.new_objectives if objective.parent is not None],
        difference.new_activities,
        difference.new_indicators,
        difference.new_targets,
        difference.new_realizations,
        difference.new_roles,
        difference.new_own_roles,
    )
    for rows in stages:
        stage.add(rows)
    difference.makes_plan = bool(new_plan)


def _claim(difference: Difference) -> None:
    """Mark the plan as changed if nobody did so since it was compared."""
    if difference.makes_plan:
        return
    claimed = PlanRevision.objects.filter(
        plan_id=difference.plan.pk, number=difference.revision
    ).update(**revisions.GROWN)
    if not claimed:
        raise PlanChanged(_CHANGED)


def _begin(batch: ImportBatch, difference: Difference, source: Source, user: User | None) -> None:
    batch.plan_id = None if difference.makes_plan else difference.plan.pk
    batch.plan_slug = difference.plan.slug
    batch.year = difference.year
    batch.digest, batch.reader = source.digest, source.reader
    batch.counts = difference.counts
    batch.changes = [change.as_json() for change in difference.changes]
    batch.state = ImportBatch.State.APPLIED
    batch.applied_at, batch.applied_by = timezone.now(), user
    batch.save()


def _write(
    difference: Difference, stage: Stage, signature: Signature, user: User | None
) -> tuple[list[dict[str, Any]], dict[str, list[dict[str, Any]]]]:
    """Move the rows in, update the changed ones; return what undoing needs."""
    removed = _remove_roles(difference)
    stage.move(signature)
    if difference.makes_plan:
        PlanRevision.objects.create(plan_id=difference.plan.pk)
    changed: list[dict[str, Any]] = []
    for update in difference.updates:
        changed += _before(update)
        _update(update.model, update.rows, update.fields, user, signature.reason)
    return changed, removed


def _remove_roles(difference: Difference) -> dict[str, list[dict[str, Any]]]:
    """Delete the units of cells that changed; return what they were."""
    removed: dict[str, list[dict[str, Any]]] = {}
    for model, parent, rows in (
        (ActivityUnit, "activity", difference.replaced_roles),
        (difference.own_role_model, "indicator", difference.replaced_own_roles),
    ):
        old = model.objects.filter(**{f"{parent}__in": rows})
        if not rows or not old:
            continue
        columns = (f"{parent}_id", "role", "position", "department_id", "institution_id")
        removed[model._meta.label_lower] = list(old.values(*columns))
        old.delete()
    return removed


def _before(update: Update) -> Iterable[dict[str, Any]]:
    """Yield what the rows of an update hold in the database before it."""
    names = [name for name in update.fields if not name.endswith("_key")]
    stored = update.model._default_manager.in_bulk([row.pk for row in update.rows])
    for pk, row in stored.items():
        values = {name: _plain(row, name) for name in names}
        yield {"model": update.model._meta.label_lower, "id": pk, "before": values}


def _plain(row: models.Model, name: str) -> str | None:
    field_ = row._meta.get_field(name)
    value = field_.value_from_object(row)  # type: ignore[union-attr]
    return None if value is None else field_.value_to_string(row)  # type: ignore[union-attr]


def _update(
    model: type[models.Model],
    rows: Sequence[Any],
    fields: tuple[str, ...],
    user: User | None,
    reason: str,
) -> None:
    for row in rows:
        for column in model._meta.concrete_fields:
            # Search keys follow their source; bulk_update does not do that itself.
            column.pre_save(row, add=False)
    bulk_update_with_history(
        rows,
        model,
        fields,
        batch_size=BATCH_SIZE,
        default_user=user,
        default_change_reason=reason,
    )


# --- Undoing ---

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


def undo(batch: ImportBatch, *, user: User | None) -> None:
    """Take an applied import back; raise CannotUndo where something was built on it."""
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
        created = {
            label: [(first, last) for first, last in ranges]
            for label, ranges in batch.record.get("created", {}).items()
        }
        _refuse_if_built_on(batch, created)
        signature = Signature(user.pk if user else None, f"undo of import {batch.pk}")
        _restore(batch, signature, user)
        for label in UNDO_ORDER:
            _delete_created(label, created, signature)
        _restore_roles(batch, signature)
        batch.undone_at, batch.undone_by = timezone.now(), user
        if "activities.plan" in created:
            batch.plan = None
        batch.save()


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
    touched = dict(created)
    for entry in batch.record.get("changed", []):
        ranges = touched.setdefault(entry["model"], [])
        touched[entry["model"]] = [*ranges, (entry["id"], entry["id"])]
    for label, ranges in touched.items():
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


def _undone_reasons(batch: ImportBatch) -> Iterable[str]:
    """Yield what history says of later imports that were undone: nothing stands on those."""
    undone = ImportBatch.objects.filter(plan=batch.plan_id, state=ImportBatch.State.UNDONE)
    for other in undone.exclude(pk=batch.pk).defer("changes", "record"):
        yield reason_of(other)
        yield f"undo of import {other.pk}"


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
        _update(model, list(stored.values()), fields, user, signature.reason)


def _restore_roles(batch: ImportBatch, signature: Signature) -> None:
    stage = Stage()
    try:
        for label, rows in batch.record.get("removed", {}).items():
            model: Any = apps.get_model(label)
            stage.add([model(**values) for values in rows])
        stage.move(signature)
    finally:
        stage.drop()
