"""Which rows of a table are a municipality's: one answer for every model that hangs on one."""

from __future__ import annotations

from collections import deque
from functools import cache
from typing import Any

from django.contrib.auth import get_user_model
from django.db import models

from activities.models import Municipality

# A person belongs to a municipality by her membership, and to several by several.
OF_PEOPLE = "memberships__municipality"


def path_of(model: Any) -> str:
    """Return the lookup from a model to its municipality; "" for what belongs to none.

    It is the shortest way over foreign keys that are always set, so that no row is left out. A
    historical row goes the way of its model.
    """
    return _path_of(getattr(model, "instance_type", model))


@cache
def _path_of(model: Any) -> str:
    if model is get_user_model():
        return OF_PEOPLE
    waiting = deque([(model, "")])
    seen = {model}
    while waiting:
        here, way = waiting.popleft()
        for field in here._meta.concrete_fields:
            above: Any = field.related_model
            if not isinstance(field, models.ForeignKey) or field.null or above in seen:
                continue
            step = f"{way}__{field.name}" if way else field.name
            if above is Municipality:
                return step
            if above is not get_user_model():
                seen.add(above)
                waiting.append((above, step))
    return "pk" if model is Municipality else ""


def within(rows: models.QuerySet[Any], municipality: Municipality | None) -> models.QuerySet[Any]:
    """Return those rows that are the municipality's; none of them for None.

    What belongs to no municipality, such as Django's own tables, is left as it is.
    """
    path = path_of(rows.model)
    if not path:
        return rows
    return rows.none() if municipality is None else rows.filter(**{path: municipality.pk})
