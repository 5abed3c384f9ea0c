"""What hangs on a unit or an institution, found in the models so that nothing is forgotten."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import models


def relations(model: type[models.Model]) -> Mapping[str, models.ForeignKey[Any, Any]]:
    """Return every column that points at rows of a model, by "app.model.column".

    Of a relation to many it is the column of the table between. A history only remembers: the
    database holds none of its columns to what they point at, and they stay as they are.
    """
    found = model._meta.get_fields(include_hidden=True)
    columns: list[Any] = [each.field for each in found if isinstance(each, models.ManyToOneRel)]
    return {
        f"{column.model._meta.label_lower}.{column.name}": column
        for column in columns
        if column.db_constraint
    }


def pointing(field: models.ForeignKey[Any, Any], row: models.Model) -> models.QuerySet[Any]:
    """Return the rows whose column points at a row."""
    return field.model._default_manager.filter(**{field.name: row.pk}).order_by("pk")
