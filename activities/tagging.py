"""Tagging many activities at once."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction

from activities.models import Activity, ActivityTag, Plan, Tag


@dataclass(frozen=True, slots=True)
class Tagging:
    """How many activities a tag was put on, and taken off."""

    added: int
    removed: int


def retag(plan: Plan, tag: Tag, *, add: Collection[int], remove: Collection[int]) -> Tagging:
    """Put a tag on activities of the plan and take it off others; ids of no activity are left out.

    Only what the person changed is given, so that two people at once undo nothing of each other.
    """
    with transaction.atomic():
        carrying = ActivityTag.objects.filter(tag=tag, activity__plan=plan)
        carried = set(carrying.values_list("activity_id", flat=True))
        wanted = Activity.objects.filter(plan=plan, pk__in=set(add) - carried)
        added = [ActivityTag.objects.create(activity=each, tag=tag) for each in wanted]
        unwanted = list(carrying.filter(activity__in=set(remove)))
        for row in unwanted:
            row.delete()
    return Tagging(len(added), len(unwanted))
