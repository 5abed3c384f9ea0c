"""Noticing that a plan changed: a number that grows with every write to anything of it.

Previews and cached figures remember the number they were made at. It is kept by a counter and
not by a clock or by the newest history row, because two transactions may commit in another
order than they began.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.core.cache import cache
from django.db import connection, models
from django.db.models import F
from django.db.models.signals import post_delete, post_save

from activities.models import (
    Activity,
    ActivityTag,
    ActivityUnit,
    Department,
    Extension,
    Objective,
    Period,
    Plan,
    PlanDepartment,
    PlanRevision,
    Tag,
)

# What a write that changes figures does to a plan's revision.
GROWN = {"number": F("number") + 1, "figures": F("figures") + 1}
# The same for what decides who can write until when: periods and their extensions.
CALENDAR = {**GROWN, "calendar": F("calendar") + 1}
KEPT_FOR = 24 * 60 * 60  # seconds
T = TypeVar("T")


def current(plan: Plan) -> int:
    """Return the plan's revision, 0 for a plan that is not saved yet; one query."""
    if plan.pk is None:
        return 0
    if "revision_row" in plan._state.fields_cache:
        return plan.revision_row.number
    found = PlanRevision.objects.filter(plan=plan).values_list("number", flat=True).first()
    return found or 0


def counted(plan: Plan) -> int:
    """Return the revision of what counts in figures: drafts leave it as it is; one query."""
    if plan.pk is None:
        return 0
    if "revision_row" in plan._state.fields_cache:
        return plan.revision_row.figures
    found = PlanRevision.objects.filter(plan=plan).values_list("figures", flat=True).first()
    return found or 0


def kept(key: str, make: Callable[[], T]) -> T:
    """Return what is kept under a key that holds a revision, made where there is nothing.

    Read the revision before any number, so that what is kept is never newer than its mark.
    Inside a transaction nothing is kept: a revision that is rolled back comes again, with
    other numbers.
    """
    if connection.in_atomic_block:
        return make()
    found: T | None = cache.get(key)
    if found is None:
        found = make()
        cache.set(key, found, KEPT_FOR)
    return found


class CalendarMoved(Exception):
    """A period or an extension of the plan was written since the door was looked at."""


def bump(plans: models.QuerySet[Plan]) -> None:
    """Let the plans' revisions grow; holds each row until the transaction ends."""
    _grow(plans, GROWN)


def _grow(plans: models.QuerySet[Plan], how: dict[str, Any], calendar: int | None = None) -> None:
    """Let revisions grow; raise CalendarMoved where the calendar is not at the number given.

    Growing waits for whoever holds the revision and then looks at the number that is there, so
    that of a save and the closing of its year the later one sees the earlier.
    """
    rows = PlanRevision.objects.filter(plan__in=plans.values("pk"))
    if calendar is not None:
        rows = rows.filter(calendar=calendar)
    if not rows.update(**how) and calendar is not None:
        raise CalendarMoved


def follow(model: type[models.Model], path: str, grown: dict[str, Any] = GROWN) -> None:
    """Bump the plans that ``path`` leads to (from Plan to the row) with every write of a model.

    A model whose rows may count in no figure says so with ``touches_figures``; figures that are
    kept then stay. One that was written through a door says with ``calendar_seen`` at which
    number of the plan's calendar it was open.
    """

    def changed(sender: Any, instance: models.Model, **kwargs: Any) -> None:
        plans = Plan.objects.filter(**{path: getattr(instance, attribute)})
        counts = getattr(instance, "touches_figures", True)
        how = grown if counts else {"number": GROWN["number"]}
        _grow(plans, how, getattr(instance, "calendar_seen", None))

    attribute = FOLLOWED_BY.get(path, "pk")
    uid = f"revision.{model._meta.label}.{path}"
    post_save.connect(changed, sender=model, weak=False, dispatch_uid=f"{uid}.save")
    post_delete.connect(changed, sender=model, weak=False, dispatch_uid=f"{uid}.delete")


# A row that was deleted no longer joins to its plan, so the nearest parent's id is used.
FOLLOWED_BY = {
    "pk": "plan_id",
    "activities": "activity_id",
    "activities__indicators": "indicator_id",
    "activities__indicators__realizations": "realization_id",
    "periods": "period_id",
    "units__department": "pk",
}


def make_first(
    sender: Any, instance: Plan, created: bool, raw: bool = False, **kwargs: Any
) -> None:
    if created:
        PlanRevision.objects.get_or_create(plan_id=instance.pk)


def connect() -> None:
    """Follow what activities holds; the apps above follow their own models."""
    post_save.connect(make_first, sender=Plan, dispatch_uid="revision.first")
    post_save.connect(_plan_saved, sender=Plan, dispatch_uid="revision.plan")
    follow(Period, "pk", CALENDAR)
    for model in (PlanDepartment, Objective, Activity):
        follow(model, "pk")
    follow(ActivityUnit, "activities")
    follow(ActivityTag, "activities")
    follow(Extension, "periods", CALENDAR)
    follow(Department, "units__department")
    # Every plan of a municipality can be narrowed to each of its tags.
    for changed in (post_save, post_delete):
        changed.connect(_tag_written, sender=Tag, dispatch_uid="revision.tag")


def _tag_written(sender: Any, instance: Tag, **kwargs: Any) -> None:
    bump(Plan.objects.filter(municipality_id=instance.municipality_id))


def _plan_saved(sender: Any, instance: Plan, **kwargs: Any) -> None:
    bump(Plan.objects.filter(pk=instance.pk))
