"""What merging two units would do: what moves, what a rule settles, what forbids it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Membership
from activities import names
from activities.models import Activity, ActivityUnit, Department
from indicators.models import (
    Comment,
    Edition,
    Evidence,
    Indicator,
    IndicatorUnit,
    Realization,
    Target,
)
from mail.recipients import called
from setup.hanging import pointing, relations
from setup.merging.ways import ACTIVITIES, WAYS, doubled, new_spellings


@dataclass(frozen=True, slots=True)
class Line:
    """How many of one kind of thing would move."""

    label: str
    count: int


@dataclass(slots=True)
class Prospect:
    """What merging would do.

    ``lines`` move, ``settled`` says what becomes of what both have, ``refused`` why it cannot be.
    ``published`` are the plans' years whose editions stay as they are.
    """

    lines: list[Line] = field(default_factory=list)
    settled: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    published: list[tuple[str, int]] = field(default_factory=list)


def look(going: Department, staying: Department) -> Prospect:
    """Return what would become of everything if one unit went into another.

    About thirty queries, whatever the units hold.
    """
    refused = [*_unfit(going, staying), *_equal_codes(going, staying)]
    settled = [
        *_numbers_told(going, staying),
        *_people_told(going, staying),
        *_roles_told(going, staying),
        *_extensions_told(going, staying),
        *_spellings_told(going, staying),
    ]
    return Prospect(list(_lines(going)), settled, refused, _published(going))


def _lines(going: Department) -> Iterable[Line]:
    fields = relations(Department)
    for relation, way in WAYS.items():
        if count := pointing(fields[relation], going).count():
            yield Line(way.label(count), count)
        if relation == ACTIVITIES and count:
            yield from _below_activities(going)


def _below_activities(going: Department) -> Iterable[Line]:
    """Yield what moves with the activities, since it hangs on them and on nothing else."""
    own = {"indicator__activity__department": going}
    values = Realization.objects.filter(**own)
    for rows, label in (
        (Indicator.objects.filter(activity__department=going), _indicators),
        (Target.objects.filter(**own), lambda n: ngettext("target", "targets", n)),
        (values, lambda n: ngettext("reported value", "reported values", n)),
        (
            values.filter(reason_asked_at__isnull=False),
            lambda n: ngettext("reason asked for", "reasons asked for", n),
        ),
        (
            Evidence.objects.filter(realization__in=values),
            lambda n: ngettext("piece of evidence", "pieces of evidence", n),
        ),
        (
            Comment.objects.filter(realization__in=values),
            lambda n: ngettext("comment", "comments", n),
        ),
    ):
        if count := rows.count():
            yield Line(label(count), count)


def _indicators(count: int) -> str:
    return ngettext("indicator", "indicators", count)


def _published(going: Department) -> list[tuple[str, int]]:
    """Return the plans and years that were published while the unit was in the plan."""
    found = Edition.objects.filter(plan__units__department=going).order_by("plan", "year")
    return [(str(plan), year) for plan, year in found.values_list("plan__name", "year").distinct()]


def _unfit(going: Department, staying: Department) -> Iterable[str]:
    """Say why the places of two units among departments and branches forbid it."""
    both = {"going": going, "staying": staying}
    branches = {unit.name_key: unit for unit in going.branches.all()}
    if going.municipality_id != staying.municipality_id or going.pk == staying.pk:
        yield _("Choose another unit of the municipality.")
    elif staying.parent_id == going.pk:
        yield (
            _(
                "“%(staying)s” is a branch of “%(going)s”. A branch can go into its department, "
                "not the department into its branch."
            )
            % both
        )
    elif branches and staying.parent_id is not None:
        yield (
            _(
                "“%(going)s” has branches, and “%(staying)s” is itself a branch: a branch cannot "
                "have branches."
            )
            % both
        )
    equal = [unit.name for unit in staying.branches.filter(name_key__in=branches)]
    if equal and going.pk != staying.pk:
        yield _(
            "Both have a branch of this name: %(names)s. Merge the branches with each other first."
        ) % {"names": ", ".join(equal)}


def _equal_codes(going: Department, staying: Department) -> Iterable[str]:
    """Name the activities of one code that both have in one plan; a unit has a code once."""
    own = Activity.objects.filter(department=staying).values("plan", "code")
    theirs = {(each["plan"], each["code"]) for each in own}
    equal: dict[str, list[str]] = defaultdict(list)
    for activity in (
        Activity.objects.filter(department=going).select_related("plan").order_by("code_key")
    ):
        if (activity.plan_id, activity.code) in theirs:
            equal[str(activity.plan)].append(activity.code)
    for plan, codes in equal.items():
        yield ngettext(
            "Both have an activity %(codes)s in “%(plan)s”, and a unit has a code once. Give one "
            "of the two another code first.",
            "Both have activities of these codes in “%(plan)s”, and a unit has a code once: "
            "%(codes)s. Give one of each two another code first.",
            len(codes),
        ) % {"codes": ", ".join(codes), "plan": plan}


def _numbers_told(going: Department, staying: Department) -> Iterable[str]:
    kept = {place.plan_id: place.number for place in staying.places.all()}
    for place in going.places.select_related("plan").order_by("plan"):
        told = {
            "plan": place.plan,
            "going": going,
            "staying": staying,
            "number": place.number,
            "kept": kept.get(place.plan_id, ""),
        }
        if place.plan_id in kept:
            yield (
                _(
                    "In “%(plan)s” “%(staying)s” keeps its number %(kept)s; number %(number)s "
                    "becomes free and no other number changes."
                )
                % told
            )
        else:
            yield _("In “%(plan)s” “%(staying)s” takes the number %(number)s.") % told


def _people_told(going: Department, staying: Department) -> Iterable[str]:
    people = _named(Membership.objects.filter(units=going).filter(units=staying))
    if people:
        yield _("Coordinates both already and stays coordinator: %(people)s.") % {
            "people": ", ".join(people)
        }
    above = going.parent
    is_left = above is not None and above.pk not in (staying.pk, staying.parent_id)
    if above is not None and is_left and (people := _people_of(above)):
        yield _(
            "Answers for “%(going)s” through “%(above)s” and no longer does then: %(people)s."
        ) % {"going": going, "above": above, "people": ", ".join(people)}


def _people_of(unit: Department) -> list[str]:
    return _named(Membership.objects.filter(units=unit))


def _named(found: QuerySet[Membership]) -> list[str]:
    rows = found.select_related("person").order_by("person__username")
    return [called(each.person) for each in rows]


def _roles_told(going: Department, staying: Department) -> Iterable[str]:
    codes: set[str] = set()
    for model, owner, code in (
        (ActivityUnit, "activity", "activity__code"),
        (IndicatorUnit, "indicator", "indicator__activity__code"),
    ):
        codes.update(doubled(model, owner, going, staying).values_list(code, flat=True))
    if codes:
        told = _(
            "These activities name both in one role and name the one unit once then: %(codes)s."
        )
        yield told % {"codes": ", ".join(sorted(codes, key=names.code_key))}


def _extensions_told(going: Department, staying: Department) -> Iterable[str]:
    kept = {each.period_id: each.until for each in staying.extensions.all()}
    for each in going.extensions.select_related("period__plan"):
        until = max(each.until, kept.get(each.period_id, each.until))
        yield _("The year %(year)s of “%(plan)s” is open for all their values until %(until)s.") % {
            "year": each.period.year,
            "plan": each.period.plan,
            "until": f"{until:%d.%m.%Y}",
        }


def _spellings_told(going: Department, staying: Department) -> Iterable[str]:
    new, elsewhere = new_spellings(going, staying)
    if new:
        yield _("Becomes a spelling of “%(staying)s”: %(texts)s.") % {
            "staying": staying,
            "texts": ", ".join(f"“{text}”" for text in new),
        }
    for text, owner in elsewhere.items():
        yield _("“%(text)s” is how “%(owner)s” is called, too, so it becomes no spelling.") % {
            "text": text,
            "owner": owner,
        }
