"""Tags: what activities and indicators are gathered by, beside the plan's own objectives.

An indicator carries its own tags and those of its activity. A tag is written "sdg:5.1", its
scheme and its code; "none" stands for what carries no tag at all.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from activities import revisions
from activities.models import ActivityTag, Plan, Tag
from activities.tagging import Tagging
from indicators.models import Indicator, IndicatorTag

UNTAGGED = "none"


@dataclass(frozen=True, slots=True)
class TagChoice:
    """A tag that a page can be narrowed to, named in the active language."""

    key: str
    scheme: str
    code: str
    name: str
    is_used: bool = True
    id: int | None = None

    def __str__(self) -> str:
        return f"{self.code} {self.name}".strip()

    @property
    def scheme_name(self) -> str:
        """Return what the tag belongs to, in words; "" for what carries none."""
        return SCHEMES[self.scheme]() if self.scheme in SCHEMES else ""


# In the order of the pages; short, because each stands before a code.
SCHEMES = {
    Tag.Scheme.CHARTER.value: lambda: _("Charter article"),
    Tag.Scheme.SDG.value: lambda: _("SDG 5 target"),
    Tag.Scheme.GROUP.value: lambda: _("Target group"),
}


def key_of(scheme: str, code: str) -> str:
    return f"{scheme}:{code}"


def choices(plan: Plan) -> list[TagChoice]:
    """Return every tag of the municipality by scheme and code, and whether the plan uses it.

    One query, kept until the plan's revision grows, as it does with every change of a tag.
    """
    key = f"tags:{plan.pk}:{get_language()}:{revisions.counted(plan)}"
    return revisions.kept(key, lambda: _choices(plan))


def _choices(plan: Plan) -> list[TagChoice]:
    own = IndicatorTag.objects.filter(tag=OuterRef("pk"), indicator__activity__plan=plan)
    shared = ActivityTag.objects.filter(tag=OuterRef("pk"), activity__plan=plan)
    found = Tag.objects.filter(municipality=plan.municipality_id).annotate(
        is_used=Q(Exists(own)) | Q(Exists(shared))
    )
    order = list(SCHEMES)
    return sorted(
        (
            TagChoice(
                key_of(tag.scheme, tag.code), tag.scheme, tag.code, name_of(tag), used, tag.pk
            )
            for tag, used in ((tag, tag.is_used) for tag in found.order_by("code_key"))
        ),
        key=lambda choice: order.index(choice.scheme),
    )


def untagged() -> TagChoice:
    return TagChoice(UNTAGGED, "", "", _("Without a tag"))


def name_of(tag: Tag) -> str:
    """Return a tag's name in the active language."""
    if (get_language() or "").startswith("en") and tag.name_en:
        return tag.name_en
    return tag.name


def carrying(key: str) -> Q:
    """Return what of the indicators carries a tag, by itself or with its activity."""
    own, shared = IndicatorTag.objects.all(), ActivityTag.objects.all()
    if key != UNTAGGED:
        scheme, _colon, code = key.partition(":")
        own = own.filter(tag__scheme=scheme, tag__code=code)
        shared = shared.filter(tag__scheme=scheme, tag__code=code)
    carries = Q(id__in=own.order_by().values("indicator_id")) | Q(
        activity_id__in=shared.order_by().values("activity_id")
    )
    return ~carries if key == UNTAGGED else carries


def tags_of(plan: Plan) -> dict[int, set[str]]:
    """Return the tags of each indicator, its activity's included, as "sdg:5.1"; two queries."""
    found: dict[int, set[str]] = {}
    own = IndicatorTag.objects.filter(indicator__activity__plan=plan)
    shared = ActivityTag.objects.filter(activity__plan=plan, activity__indicators__isnull=False)
    columns = ("tag__scheme", "tag__code")
    for indicator, scheme, code in [
        *own.order_by().values_list("indicator_id", *columns),
        *shared.order_by().values_list("activity__indicators", *columns),
    ]:
        found.setdefault(indicator, set()).add(key_of(scheme, code))
    return found


def retag_indicators(
    plan: Plan, tag: Tag, *, add: Collection[int], remove: Collection[int]
) -> Tagging:
    """Put a tag on single indicators of the plan and take it off others, as ``retag`` does."""
    with transaction.atomic():
        carrying = IndicatorTag.objects.filter(tag=tag, indicator__activity__plan=plan)
        carried = set(carrying.values_list("indicator_id", flat=True))
        wanted = Indicator.objects.of_plan(plan).filter(pk__in=set(add) - carried)
        added = [IndicatorTag.objects.create(indicator=each, tag=tag) for each in wanted]
        unwanted = list(carrying.filter(indicator__in=set(remove)))
        for row in unwanted:
            row.delete()
    return Tagging(len(added), len(unwanted))
