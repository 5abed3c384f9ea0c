"""Writing a difference to the database: all in one transaction, or nothing; see ``undoing``.

Rows are prepared before the transaction begins, so that others wait only for the moving in.
Whether the plan is still the one that was compared is decided by its revision, in the same
statement that marks it as changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import IntegrityError, models, transaction
from django.utils import timezone
from simple_history.utils import bulk_update_with_history

from accounts.models import User
from activities import owning, revisions
from activities.models import ActivityUnit, Period, PlanRevision
from activities.sentences import Sentence
from activities.sentences import noop as _
from imports.bulk import Signature, Stage
from imports.difference import Difference, Update
from imports.models import ImportBatch
from imports.plans import Source
from indicators import editions, steps

BATCH_SIZE = 500


class PlanChanged(Sentence):
    """Somebody changed the plan after it was compared; compare again."""


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
    municipality = difference.plan.municipality
    stage = Stage()
    try:
        _prepare(difference, stage, user)
        with transaction.atomic():
            _claim(difference)
            if difference.makes_plan and not municipality._state.adding:
                owning.keep(municipality)
            _begin(batch, difference, source, user)
            signature = Signature(user.pk if user else None, reason_of(batch))
            changed, removed = _write(difference, stage, signature, user)
            batch.plan_id = difference.plan.pk
            editions.seal_anew(difference.plan)
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
    municipality = difference.plan.municipality
    if municipality.pk is None:
        stage.add([municipality])
        # It stays when the import is undone: people may belong to it by then.
        stage.created.pop(municipality._meta.label_lower)
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
    batch.municipality_id = difference.plan.municipality_id
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
        update_rows(update.model, update.rows, update.fields, user, signature.reason)
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


def update_rows(
    model: type[models.Model],
    rows: Sequence[Any],
    fields: tuple[str, ...],
    user: User | None,
    reason: str,
) -> None:
    """Update rows that hold their new values already, each with its history."""
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
