"""Columns derived from another column: search keys and sort keys in Turkish."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import models

from activities import names


class KeyField(models.CharField):
    """A text column filled from ``source`` through ``make`` on every insert and save.

    The databases sort Ç after Z and lower-case İ wrongly, so search and order go through
    these keys. ``bulk_create`` fills them too; ``bulk_update`` must name them and set them.
    """

    def __init__(self, *args: Any, source: str = "", make: Callable[[str], str], **kwargs: Any):
        self.source = source
        self.make = make
        kwargs.setdefault("max_length", 600)
        kwargs.setdefault("editable", False)
        kwargs.setdefault("blank", True)
        kwargs.setdefault("default", "")
        super().__init__(*args, **kwargs)

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        value = self.make(getattr(model_instance, self.source) or "")[: self.max_length]
        setattr(model_instance, self.attname, value)
        return value

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "source": self.source, "make": self.make}


def search_key(source: str, **kwargs: Any) -> KeyField:
    """Return a column that finds ``source`` whatever the case and letters typed."""
    return KeyField(source=source, make=names.fold, db_index=True, **kwargs)


def sort_key(source: str, **kwargs: Any) -> KeyField:
    """Return a column that orders ``source`` by the Turkish alphabet."""
    return KeyField(source=source, make=names.sort_key, **kwargs)


def code_key(source: str, **kwargs: Any) -> KeyField:
    """Return a column that orders codes by their numbers: 4.2 before 4.10."""
    return KeyField(source=source, make=names.code_key, max_length=60, **kwargs)
