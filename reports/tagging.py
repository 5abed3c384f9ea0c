"""What is shown of tags: each scheme's figures, and the activities to put a tag on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from activities.models import Activity, ActivityTag, Objective, Plan
from indicators import tags
from indicators.achievement import Summary, summarise
from indicators.figures import Figure
from indicators.tags import SCHEMES, TagChoice
from pages.plan_page import PlanPage


@dataclass(frozen=True, slots=True)
class TagLine:
    """A tag's indicators, rolled up as everywhere; ``url`` opens to them."""

    tag: TagChoice
    summary: Summary
    url: str


@dataclass(frozen=True, slots=True)
class SchemeTable:
    """A scheme's tags that the plan uses, and its indicators with none of them."""

    name: str
    lines: list[TagLine]
    without: int


@dataclass(frozen=True, slots=True)
class Untagged:
    total: int
    url: str


def scheme_tables(here: PlanPage) -> tuple[list[SchemeTable], Untagged]:
    """Return the schemes with what each tag comes to, and what carries no tag; two queries."""
    carried = tags.tags_of(here.plan)
    by_tag: defaultdict[str, list[Figure]] = defaultdict(list)
    for row in here.figures.rows:
        for key in carried.get(row.id, ()):
            by_tag[key].append(row)
    found = [_table(here, scheme, by_tag) for scheme in SCHEMES]
    untagged = sum(row.id not in carried for row in here.figures.rows)
    return found, Untagged(untagged, here.tag_url("indicator_list", tags.UNTAGGED))


def _table(here: PlanPage, scheme: str, by_tag: dict[str, list[Figure]]) -> SchemeTable:
    lines = [
        TagLine(
            tag,
            summarise(by_tag[tag.key], unreported=here.figures.unreported),
            here.tag_url("indicator_list", tag.key),
        )
        for tag in here.all_tags
        if tag.scheme == scheme and by_tag.get(tag.key)
    ]
    has_any = {row.id for line in lines for row in by_tag[line.tag.key]}
    return SchemeTable(SCHEMES[scheme](), lines, len(here.figures.rows) - len(has_any))


@dataclass(frozen=True, slots=True)
class Taggable:
    """An activity with the tags it carries, and whether the chosen one is among them."""

    activity: Activity
    unit: str
    has_it: bool
    others: list[TagChoice]


@dataclass(frozen=True, slots=True)
class TaggableGroup:
    objective: Objective | None
    code: str
    activities: list[Taggable]


def taggable(plan: Plan, chosen: TagChoice, known: list[TagChoice]) -> list[TaggableGroup]:
    """Return the plan's activities by strategic objective; three queries."""
    by_id = {tag.id: tag for tag in known}
    carried: defaultdict[int, list[TagChoice]] = defaultdict(list)
    rows = ActivityTag.objects.filter(activity__plan=plan).order_by("tag__scheme", "tag__code_key")
    for owner, tag in rows.values_list("activity_id", "tag_id"):
        carried[owner].append(by_id[tag])
    titled = {each.code: each for each in Objective.objects.filter(plan=plan, parent=None)}
    groups: dict[str, list[Taggable]] = {}
    activities = plan.activities.select_related("department").order_by("code_key", "position")
    for activity in activities:
        own = carried[activity.pk]
        line = Taggable(
            activity,
            activity.department.short,
            chosen in own,
            [each for each in own if each != chosen],
        )
        groups.setdefault(activity.code.split(".", 1)[0], []).append(line)
    return [TaggableGroup(titled.get(code), code, lines) for code, lines in groups.items()]


def ids(values: list[str]) -> Iterator[int]:
    """Yield what a form sent as ids; anything else is left out."""
    for value in values:
        for part in value.split(","):
            if part.isascii() and part.isdigit() and len(part) < 19:
                yield int(part)
