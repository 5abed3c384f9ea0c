"""Finding units by name, short name, other spelling and number, and the bodies outside."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.rights import Right
from activities.models import ActivityUnit, Alias, Department, Institution, PlanDepartment
from activities.typed import Typed
from search.ground import Ground
from search.hits import SHOWN, Group, Hit, Link
from search.planned import activity_url


def units(wanted: Typed, ground: Ground) -> Group:
    """Find departments and branches.

    A municipality has a few dozen, with a short name that has no key and a number in each plan, so
    their words are folded here. Two queries.
    """
    places: defaultdict[int, list[PlanDepartment]] = defaultdict(list)
    for place in ground.places.values():
        places[place.department_id].append(place)
    for found in places.values():
        found.sort(key=lambda place: -ground.by_id[place.plan_id].first_year)
    rows = (
        Department.objects.filter(municipality=ground.municipality)
        .select_related("parent")
        .prefetch_related("aliases")
    )
    fitting = [
        (wanted.rank(unit.name, unit.short_name, codes=numbers), unit)
        for unit in rows
        for numbers in ([place.number for place in places[unit.pk]],)
        if wanted.fits(
            unit.name, unit.short_name, *(each.text for each in unit.aliases.all()), codes=numbers
        )
    ]
    fitting.sort(key=lambda each: each[0])
    return Group(
        "units",
        _("Departments and branches"),
        [
            _unit_hit(wanted, ground, unit, places[unit.pk], is_exact=not rank)
            for rank, unit in fitting[:SHOWN]
        ],
        len(fitting),
        _all_units(ground),
    )


def _unit_hit(
    wanted: Typed,
    ground: Ground,
    unit: Department,
    places: list[PlanDepartment],
    *,
    is_exact: bool,
) -> Hit:
    place = places[0] if places else None
    spelling = ""
    if not wanted.fits(unit.name, codes=[each.number for each in places]):
        others = (unit.short_name, *(each.text for each in unit.aliases.all()))
        spelling = next((each for each in others if each and wanted.fits(each)), "")
    what = _("branch of %(unit)s") % {"unit": unit.parent.short} if unit.parent else _("department")
    return Hit(
        unit.name,
        ground.url(place.plan_id, "department", place.number) if place else _to_keep(ground, unit),
        place.number if place else "",
        spelling,
        (what, str(ground.by_id[place.plan_id]) if place else _("in no plan")),
        is_exact=is_exact,
    )


def _all_units(ground: Ground) -> list[Link]:
    plan = ground.leading
    return [Link(_("All departments"), ground.url(plan.pk, "departments"))] if plan else []


def institutions(wanted: Typed, ground: Ground) -> Group:
    """Find institutions by their keys and those of their other spellings; three queries."""
    rows = Institution.objects.filter(municipality=ground.municipality)
    for word in wanted.words:
        spelled = Alias.objects.filter(institution__isnull=False, key__contains=word.key)
        spelled = spelled.filter(municipality=ground.municipality)
        rows = rows.filter(Q(name_key__contains=word.key) | Q(pk__in=spelled.values("institution")))
    total, found = rows.count(), list(rows[:SHOWN])
    parts = _parts_of(ground, found) if found else {}
    more = []
    if ground.person.is_superuser:
        url = reverse("admin:activities_institution_changelist", query={"q": wanted.text})
        more = [Link(_("All institutions"), url)]
    return Group(
        "institutions",
        _("Institutions"),
        [_institution_hit(ground, each, parts.get(each.pk, [])) for each in found],
        total,
        more,
    )


def _parts_of(ground: Ground, found: Iterable[Institution]) -> dict[int, list[ActivityUnit]]:
    """Return the activities that institutions have a part in, newest plan first; one query."""
    rows = ActivityUnit.objects.filter(
        institution__in=list(found), activity__plan__in=ground.plans
    ).select_related("activity")
    parts: defaultdict[int, list[ActivityUnit]] = defaultdict(list)
    for row in rows.order_by("-activity__plan__first_year", "activity__position"):
        parts[row.institution_id or 0].append(row)
    return parts


def _institution_hit(ground: Ground, body: Institution, parts: list[ActivityUnit]) -> Hit:
    """Lead to where a name is settled, to its list for an operator, else to its first activity."""
    count = len({part.activity_id for part in parts})
    where = ngettext("in %(n)s activity", "in %(n)s activities", count) % {"n": count}
    first = f"{parts[0].activity.code} {parts[0].activity.title}" if parts else ""
    url = activity_url(ground, parts[0].activity) if parts else ""
    if body.to_check and ground.person.may(Right.ADMINISTER):
        url = reverse("name_settings")
    elif ground.person.is_superuser:
        url = reverse("admin:activities_institution_change", args=[body.pk])
    return Hit(body.name, url, below=first, where=(_("institution"), where))


def _to_keep(ground: Ground, unit: Department) -> str:
    """Return the settings' page of a unit; "" for who may not change it."""
    if not ground.person.may(Right.ADMINISTER):
        return ""
    return reverse("unit_page", args=[unit.pk])
