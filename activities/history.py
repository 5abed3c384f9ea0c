"""The history of a model's rows, as every model of the plan keeps it."""

from __future__ import annotations

from functools import cache
from typing import Any

from simple_history.manager import HistoryManager
from simple_history.models import HistoricalRecords


class KeptManager(HistoryManager):
    """A manager whose class is made once for each kind of query.

    The library makes one each time that somebody says ``row.history``, so with every save: a
    tenth of what a save costs.
    """

    @classmethod
    @cache
    def from_queryset(cls, queryset_class: Any, class_name: str | None = None) -> Any:
        return super().from_queryset(queryset_class, class_name)


class History(HistoricalRecords):
    """Who changed a row, when, and what it was before."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"history_manager": KeptManager, **kwargs})
