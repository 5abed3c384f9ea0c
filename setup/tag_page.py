"""A plan's activities and indicators with the tags they carry, as many are tagged at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.http import QueryDict

from activities.models import Activity, ActivityTag, Plan, Tag
from indicators import tags
from indicators.models import Indicator, IndicatorTag
from indicators.tags import TagChoice
from setup.planned import found_activities, narrowing_in, units_of

PER_PAGE = 60


@dataclass(frozen=True, slots=True)
class TaggableRow:
    """An indicator: whether it carries the chosen tag by itself, or with its activity."""

    indicator: Indicator
    has_it: bool
    is_with_activity: bool


@dataclass(frozen=True, slots=True)
class Taggable:
    """An activity with the tags it carries, and whether the chosen one is among them."""

    activity: Activity
    has_it: bool
    others: list[TagChoice]
    rows: list[TaggableRow]

    @property
    def opens(self) -> bool:
        """Whether one of its indicators carries the tag by itself."""
        return any(row.has_it for row in self.rows)


class TagPage:
    """A page of activities to put the chosen tag on; seven queries, without a tag two."""

    def __init__(self, plan: Plan, sent: QueryDict) -> None:
        self.plan = plan
        self.known = tags.choices(plan)
        self.narrowed = narrowing_in(sent)
        asked = sent.get("tag", "")
        by_key = {tag.key: tag for tag in self.known}
        self.chosen = by_key.get(asked) or next(iter(self.known), None)
        self._asked_page = sent.get("page")

    @cached_property
    def units(self) -> Sequence[object]:
        return units_of(self.plan)

    @cached_property
    def found(self) -> list[int]:
        """Return the ids of all activities that the narrowing finds, in the order of codes."""
        rows = found_activities(self.plan, self.narrowed)
        return list(rows.order_by("code_key", "position", "pk").values_list("pk", flat=True))

    @cached_property
    def page(self) -> Page[int]:
        return Paginator(self.found, PER_PAGE).get_page(self._asked_page)

    @property
    def kept(self) -> list[tuple[str, str]]:
        """Return what the form that narrows keeps of the address."""
        return [("tag", self.chosen.key)] if self.chosen else []

    @property
    def query(self) -> str:
        """Return the address without its page."""
        own = urlencode(self.kept, safe=":")
        return "&".join(each for each in (own, self.narrowed.query) if each)

    @property
    def lacks_usual(self) -> bool:
        """Whether the tags of the Charter or of SDG 5 are not there yet."""
        schemes = {tag.scheme for tag in self.known}
        return not {Tag.Scheme.CHARTER.value, Tag.Scheme.SDG.value} <= schemes

    def activities(self) -> list[Taggable]:
        """Return the activities on the page; four queries."""
        chosen, shown = self.chosen, list(self.page.object_list)
        if chosen is None:
            return []
        by_id = {tag.id: tag for tag in self.known}
        carried: defaultdict[int, list[TagChoice]] = defaultdict(list)
        of_activities = ActivityTag.objects.filter(activity__in=shown).order_by(
            "tag__scheme", "tag__code_key"
        )
        for owner, tag in of_activities.values_list("activity_id", "tag_id"):
            carried[owner].append(by_id[tag])
        by_itself = set(
            IndicatorTag.objects.filter(tag=chosen.id, indicator__activity__in=shown).values_list(
                "indicator_id", flat=True
            )
        )
        rows: defaultdict[int, list[Indicator]] = defaultdict(list)
        for row in Indicator.objects.filter(activity__in=shown).order_by("position", "pk"):
            rows[row.activity_id].append(row)
        activities = Activity.objects.select_related("department").in_bulk(shown)
        return [_taggable(activities[pk], chosen, carried[pk], rows[pk], by_itself) for pk in shown]


def _taggable(
    activity: Activity,
    chosen: TagChoice,
    carried: list[TagChoice],
    rows: list[Indicator],
    by_itself: set[int],
) -> Taggable:
    has_it = chosen in carried
    return Taggable(
        activity,
        has_it,
        [each for each in carried if each != chosen],
        [TaggableRow(row, row.pk in by_itself, has_it) for row in rows],
    )


def ids(values: list[str]) -> Iterator[int]:
    """Yield what a form sent as ids; anything else is left out."""
    for value in values:
        for part in value.split(","):
            if part.isascii() and part.isdigit() and len(part) < 19:
                yield int(part)
