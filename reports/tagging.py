"""What is shown of tags: each scheme's figures."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

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
