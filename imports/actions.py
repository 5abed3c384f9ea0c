"""Writing a difference to the database: all of it in one transaction, or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from django.db import models, transaction
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from accounts.models import User
from activities.models import Activity, ActivityUnit, Plan
from imports.difference import Difference
from imports.models import ImportBatch
from indicators.models import Indicator, IndicatorUnit, Realization, Target

BATCH_SIZE = 500
Row = TypeVar("Row", bound=models.Model)


@transaction.atomic
def apply(
    difference: Difference, *, file_name: str, digest: str, reader: str, user: User | None = None
) -> ImportBatch | None:
    """Write a difference with its history; None where there is nothing to write.

    The caller has made sure that the difference has no errors and is still true.
    """
    if not difference.writes_anything:
        return None
    if difference.plan.pk is None:
        difference.plan.save()
    batch = ImportBatch.objects.create(
        plan=difference.plan,
        year=difference.year,
        file_name=file_name,
        digest=digest,
        reader=reader,
        counts=_counts(difference),
        changes=[change.as_json() for change in difference.changes],
        applied_by=user,
    )
    _Writer(user, reason=f"import {batch.pk}").write(difference)
    return batch


def lock(plan: Plan) -> None:
    """Hold other imports of the plan until this transaction ends (a no-op for a new plan)."""
    if plan.pk is not None:
        Plan.objects.select_for_update().get(pk=plan.pk)


def _counts(difference: Difference) -> dict[str, int]:
    return {
        "new": difference.new,
        "changed": difference.changed,
        "unchanged": difference.unchanged,
        "missing": difference.missing,
    }


class _Writer:
    """Bulk writes that leave the same history as single saves."""

    def __init__(self, user: User | None, reason: str) -> None:
        self.recorded: dict[str, Any] = {
            "batch_size": BATCH_SIZE,
            "default_user": user,
            "default_change_reason": reason,
        }

    def write(self, d: Difference) -> None:
        # Parents first: a branch needs its department's id, a goal its objective's.
        for rows in (
            [unit for unit in d.new_departments if unit.parent is None],
            [unit for unit in d.new_departments if unit.parent is not None],
            d.new_periods,
            d.new_places,
            d.new_institutions,
            [objective for objective in d.new_objectives if objective.parent is None],
            [objective for objective in d.new_objectives if objective.parent is not None],
            d.new_activities,
            d.new_indicators,
            d.new_targets,
            d.new_realizations,
        ):
            self._create(rows)
        ActivityUnit.objects.filter(activity__in=d.replaced_roles).delete()
        IndicatorUnit.objects.filter(indicator__in=d.replaced_own_roles).delete()
        self._create(d.new_roles)
        self._create(d.new_own_roles)
        self._update(
            d.changed_activities,
            Activity,
            "title",
            "title_key",
            "responsible_text",
            "supporting_text",
        )
        self._update(
            d.changed_indicators,
            Indicator,
            "name",
            "name_key",
            "baseline",
            "baseline_text",
            "own_responsible_text",
            "own_supporting_text",
        )
        self._update(d.changed_targets, Target, "value", "text")
        self._update(d.changed_realizations, Realization, "value", "text", "state", "version")

    def _create(self, rows: Sequence[Row]) -> None:
        if not rows:
            return
        for row in rows:
            _take_ids(row)
        bulk_create_with_history(rows, type(rows[0]), **self.recorded)

    def _update(self, rows: Sequence[Row], model: type[Row], *fields: str) -> None:
        if not rows:
            return
        for row in rows:
            for field in model._meta.concrete_fields:
                # Search keys follow their source; bulk_update does not do that itself.
                field.pre_save(row, add=False)
        bulk_update_with_history(rows, model, fields, **self.recorded)


def _take_ids(row: models.Model) -> None:
    """Copy the ids of parents that were saved after they were assigned to the row."""
    for field in row._meta.concrete_fields:
        if isinstance(field, models.ForeignKey) and field.is_cached(row):
            parent = getattr(row, field.name)
            if parent is not None and getattr(row, field.attname) is None:
                setattr(row, field.attname, parent.pk)
