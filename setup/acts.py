"""Writing many rows as one act of a person: each row's history names her and the reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from simple_history.utils import bulk_update_with_history

from accounts.models import User

BATCH = 500


@dataclass(frozen=True, slots=True)
class Act:
    """Who writes, and why."""

    person: User
    reason: str

    def update(self, rows: Sequence[Any], *fields: str) -> None:
        """Store some columns of rows of one model; signals are not sent."""
        if rows:
            bulk_update_with_history(
                rows,
                type(rows[0]),
                fields,
                batch_size=BATCH,
                default_user=self.person,
                default_change_reason=self.reason,
            )

    def save(self, row: models.Model) -> None:
        self._sign(row)
        row.save()

    def delete(self, row: models.Model) -> None:
        self._sign(row)
        row.delete()

    def _sign(self, row: Any) -> None:
        row._history_user = self.person
        row._change_reason = self.reason
