"""Finding what is planned: indicators, activities, objectives and goals."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlencode

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from activities.models import Activity, Objective
from activities.typed import Typed, Word
from indicators.models import Indicator
from search.ground import Ground
from search.hits import SHOWN, Group, Hit, Link


def indicators(wanted: Typed, ground: Ground) -> Group:
    """Find indicators in use by their and their activities' words and codes; two queries."""
    rows = Indicator.objects.in_use().filter(activity__plan__in=ground.plans)
    found, total, more = _found(
        rows, wanted, ground, ("name_key", "activity__title_key"), "activity__"
    )
    found = found.select_related("activity").order_by(
        "rank", "-activity__plan__first_year", "activity__plan", "activity__position",
        "activity_id", "position",
    )  # fmt: skip
    return Group(
        "indicators",
        _("Indicators"),
        [
            Hit(
                row.name,
                ground.url(row.activity.plan_id, "indicator", row.pk),
                row.activity.code,
                row.activity.title,
                ground.where(row.activity.plan_id, row.activity.department_id),
                is_exact=row.rank == 0,
            )
            for row in found[:SHOWN]
        ],
        total,
        more,
    )


def activities(wanted: Typed, ground: Ground) -> Group:
    """Find activities by their words and codes; two queries."""
    rows = Activity.objects.filter(plan__in=ground.plans)
    found, total, more = _found(rows, wanted, ground, ("title_key",), "")
    found = found.order_by("rank", "-plan__first_year", "plan", "position", "id")
    return Group(
        "activities",
        _("Activities"),
        [
            Hit(
                row.title,
                activity_url(ground, row),
                row.code,
                where=ground.where(row.plan_id, row.department_id),
                is_exact=row.rank == 0,
            )
            for row in found[:SHOWN]
        ],
        total,
        more,
    )


def objectives(wanted: Typed, ground: Ground) -> Group:
    """Find objectives and goals; they have no search keys and are few, so they are folded here.

    One query.
    """
    rows = Objective.objects.filter(plan__in=ground.plans).order_by("-plan__first_year", "code_key")
    fitting = [row for row in rows if wanted.fits(str(row), codes=(row.code,))]
    fitting.sort(key=lambda row: wanted.rank(str(row), codes=(row.code,)))
    hits = [
        Hit(
            row.title or row.label,
            ground.url(row.plan_id, "objective", row.code),
            row.code if row.title else "",
            where=(
                _("goal") if row.parent_id else _("strategic objective"),
                *ground.where(row.plan_id, 0),
            ),
            is_exact=wanted.rank(codes=(row.code,)) == 0,
        )
        for row in fitting[:SHOWN]
    ]
    return Group("objectives", _("Objectives and goals"), hits, len(fitting))


def activity_url(ground: Ground, activity: Activity) -> str:
    """Return the list of an activity's indicators, on its unit's page where it has one."""
    place = ground.places.get((activity.plan_id, activity.department_id))
    url = (
        ground.url(activity.plan_id, "department", place.number)
        if place
        else ground.url(activity.plan_id, "indicator_list")
    )
    return f"{url}?{urlencode({'q': activity.code})}"


def _found(
    rows: QuerySet[Any], wanted: Typed, ground: Ground, keys: Iterable[str], activity: str
) -> tuple[QuerySet[Any], int, list[Link]]:
    """Return the rows in which all words are, with a rank; their number and lists; one query.

    ``activity`` is the lookup that leads to the activity. Twin of ``Typed.fits`` and
    ``Typed.rank``, in the stored keys.
    """
    keys = list(keys)
    for word in wanted.words:
        rows = rows.filter(_anywhere(word, keys, f"{activity}code_key"))
    plan = f"{activity}plan"
    counts = dict(rows.order_by().values_list(plan).annotate(Count("pk")))
    rest = urlencode({"q": wanted.text})
    more = [
        Link(_list_label(ground, each.pk), f"{ground.url(each.pk, 'indicator_list')}?{rest}")
        for each in ground.plans
        if each.pk in counts
    ]
    return rows.annotate(rank=_rank(wanted, keys[0], activity)), sum(counts.values()), more


def _list_label(ground: Ground, plan: int) -> str:
    if ground.are_several:
        return _("In the list of indicators, %(plan)s") % {"plan": ground.by_id[plan]}
    return _("All in the list of indicators")


def _anywhere(word: Word, keys: Iterable[str], code: str) -> Q:
    found = _any(lambda key: Q((f"{key}__contains", word.key)), keys)
    if word.code:
        found |= Q((code, word.code)) | Q((f"{code}__startswith", f"{word.code}."))
    return found


def _rank(wanted: Typed, key: str, activity: str) -> Case:
    codes = [word.code for word in wanted.words if word.code]
    begins = Q()
    for word in wanted.words:
        begins &= Q((f"{key}__startswith", word.key)) | Q((f"{key}__contains", f" {word.key}"))
    return Case(
        When(Q((f"{activity}code_key__in", codes)), then=Value(0)),
        When(begins, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )


def _any(make: Callable[[str], Q], keys: Iterable[str]) -> Q:
    found = Q()
    for key in keys:
        found |= make(key)
    return found
