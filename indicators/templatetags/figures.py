"""Filters and tags that write figures: numbers, statuses, bars, cells.

They build their HTML in Python because a page holds hundreds of them, and because numbers in
SVG attributes need a dot whatever the language.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache, lru_cache

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from activities import formats
from indicators import labels
from indicators.achievement import RATED, Measurement
from indicators.cells import DASHES
from indicators.explanations import added_words
from indicators.labels import BADGE_ICONS, BADGE_LABELS, STATUS_ICONS, STATUS_LABELS
from indicators.results import Results

register = template.Library()
register.simple_tag(labels.exceeded_above)
register.simple_tag(labels.deviation_points)

# (status, count) of the statuses that occur, in the order of bars and legends.
Counts = tuple[tuple[str, int], ...]

# How a status is drawn in a composition bar: each differs without its colour, too.
FILLS = {
    "achieved": SafeString('class="f-met"'),
    "mostly": SafeString('fill="url(#p-most)"'),
    "partly": SafeString('fill="url(#p-part)"'),
    "low": SafeString('fill="url(#p-low)"'),
    "unverified": SafeString('class="edge" fill="url(#p-unverified)"'),
    "not_reported": SafeString('class="hollow"'),
    "unanswered": SafeString('fill="url(#p-wait)"'),
    "unplanned": SafeString('fill="url(#p-unplanned)"'),
    "no_target": SafeString('class="void"'),
}

DOTTED_BAR = SafeString(
    '<svg class="bar" aria-hidden="true">'
    '<line class="base" x1="0" x2="100%" y1="5" y2="5" stroke-dasharray="2 4"/></svg>'
)


def _language() -> str:
    return get_language() or "en"


# Numbers. What `formats` returns is digits and signs, so it needs no escaping.


@register.filter
def percent(
    fraction: Decimal | None, limits: Sequence[Decimal] = formats.BAND_LIMITS
) -> SafeString:
    """Write a fraction as a percentage; the argument is the plan's band limits."""
    return SafeString(formats.percent(fraction, _language(), limits=limits))


@register.filter
def amount(value: Decimal | None) -> SafeString:
    """Write an amount of an indicator that counts."""
    return SafeString(formats.amount(value, _language()))


@register.filter
def amount_of(value: Decimal | None, is_percent: bool) -> SafeString:
    """Write an amount, with a percent sign where the indicator is a percentage."""
    return SafeString(formats.amount(value, _language(), percent=bool(is_percent)))


@register.simple_tag
def cell(
    value: Decimal | None, text: str | None, is_percent: bool = False, kind: str = "target"
) -> SafeString:
    """Write one cell of the plan so that number, 0, "-", empty and text stay apart.

    ``kind`` is "baseline", "target" or "realization": it says what a dash leaves out.
    """
    if value is not None:
        return amount_of(value, is_percent)
    written = (text or "").strip()
    if not written:
        return _empty_cell(_language())
    if written in DASHES:
        return _dash_cell(kind, _language())
    return format_html('<span class="raw">{}</span>', written)


@register.simple_tag
def added(measurement: Measurement, is_percent: bool = False) -> SafeString:
    """Write under a realization that is only what the year added which total it makes."""
    said = added_words(measurement, is_percent=is_percent)
    return format_html('<small class="mute added">{}</small>', said) if said else SafeString("")


# Rendered once for each language: a page repeats them on every row. The language is an
# argument only to keep the cached pieces apart.


@cache
def _empty_cell(language: str) -> SafeString:
    return format_html('<span class="blank"><span class="heard">{}</span></span>', _("empty"))


@cache
def _dash_cell(kind: str, language: str) -> SafeString:
    words = {
        "baseline": _("no baseline"),
        "target": _("nothing planned"),
        "realization": _("nothing reported"),
    }
    return format_html(
        '<span class="dash"><span aria-hidden="true">-</span><span class="heard">{}</span></span>',
        words[kind],
    )


@cache
def _status_html(status: str, language: str) -> SafeString:
    name = STATUS_ICONS[status]
    return format_html(
        '<span class="status {}">{}{}</span>', name, icon(name), STATUS_LABELS[status]
    )


@cache
def _badge_html(badge: str, language: str) -> SafeString:
    return format_html(
        '<span class="badge">{}{}</span>', icon(BADGE_ICONS[badge]), BADGE_LABELS[badge]
    )


@register.simple_tag
@cache
def icon(name: str) -> SafeString:
    """Draw a symbol of ``_icons.html``; its meaning must stand beside it in words."""
    return format_html('<svg class="icon" aria-hidden="true"><use href="#i-{}"/></svg>', name)


@register.simple_tag
def status(value: str) -> SafeString:
    """Write a status: icon, word, colour."""
    return _status_html(str(value), _language())


@register.simple_tag
def badge(value: str) -> SafeString:
    """Write a badge, which stands beside a status and never changes it."""
    return _badge_html(str(value), _language())


# Bars and colours


@register.filter
def heat_class(fraction: Decimal | None, limits: Sequence[Decimal] = formats.BAND_LIMITS) -> str:
    """Return the heat table's class: heat-1 (below every limit) … heat-4, or nil for no score."""
    if fraction is None:
        return "nil"
    return f"heat-{1 + sum(fraction >= limit for limit in limits)}"


@register.simple_tag
def bar(fraction: Decimal | None, limits: Sequence[Decimal] = formats.BAND_LIMITS) -> SafeString:
    """Draw a mean from 0 to 100 %, ticked at the limits; None is a dotted line."""
    return DOTTED_BAR if fraction is None else _bar_html(fraction, tuple(limits))


@register.simple_tag
def composition(counts: Mapping[str, int], tall: bool = False) -> SafeString:
    """Draw how many indicators have which status; the label says it in words."""
    return _composition_html(tuple(_present(counts)), bool(tall), _language())


@register.simple_tag
def results_bar(results: Results) -> SafeString:
    """Draw how much is verified, reported but not verified, and not reported; with its key.

    What is verified is ink and not green: that somebody looked at it says nothing of how it is.
    """
    parts = [
        (SafeString('class="f-ink"'), results.verified_results, _("verified")),
        (FILLS["unverified"], results.unverified or 0, _("reported, not verified")),
        (FILLS["not_reported"], results.not_reported, _("not reported")),
    ]
    if results.unverified is None:
        del parts[1]
        parts[-1] = (*parts[-1][:2], _("not reported or not verified"))
    fills = {words: fill for fill, _count, words in parts}
    counts = tuple((words, count) for _fill, count, words in parts if count)
    rects = format_html_join(
        "",
        '<rect {} x="{}%" width="{}%" height="22"/>',
        ((fills[words], start, width) for words, start, width in _pieces(counts)),
    )
    key = format_html_join(
        "",
        '<span><svg class="swatch" aria-hidden="true"><rect {} width="100%" height="10"/></svg>{}'
        "</span>",
        ((fills[words], words) for words, _count in counts),
    )
    told = ", ".join(f"{formats.amount(Decimal(n), _language())} {words}" for words, n in counts)
    return format_html(
        '<svg class="comp wide" role="img" aria-label="{}">{}</svg><p class="key">{}</p>',
        told, rects, key,
    )  # fmt: skip


@register.simple_tag
def rated_composition(counts: Mapping[str, int]) -> SafeString:
    """Draw how those with a score divide into the bands."""
    rated = {status: count for status, count in counts.items() if status in RATED}
    return _composition_html(tuple(_present(rated)), False, _language())


# The same bars come back page after page, and formatting a composition costs as much as 30
# cells; the caches keep what the dashboards of a few plans show.


@lru_cache(maxsize=4096)
def _bar_html(fraction: Decimal, limits: tuple[Decimal, ...]) -> SafeString:
    ticks = format_html_join(
        "",
        '<line class="lim" x1="{0}%" x2="{0}%" y1="0" y2="10"/>',
        ((_number(limit * 100),) for limit in sorted(limits) if limit < 1),
    )
    return format_html(
        '<svg class="bar" aria-hidden="true">'
        '<rect class="track" width="100%" height="10" rx="2"/>'
        '<rect class="value" width="{}%" height="10" rx="2"/>{}</svg>',
        _number(min(max(fraction, Decimal(0)), Decimal(1)) * 100),
        ticks,
    )


@lru_cache(maxsize=4096)
def _composition_html(counts: Counts, tall: bool, language: str) -> SafeString:
    height = 30 if tall else 12
    pieces = format_html_join(
        "",
        '<rect {} x="{}%" width="{}%" height="{}"/>',
        ((FILLS[status], start, width, height) for status, start, width in _pieces(counts)),
    )
    words = ", ".join(f"{count} {STATUS_LABELS[status]}" for status, count in counts)
    return format_html(
        '<svg class="comp{}" role="img" aria-label="{}">{}</svg>',
        " tall" if tall else "",
        words or _("no indicators"),
        pieces,
    )


@register.simple_tag
def legend(counts: Mapping[str, int], base_url: str = "") -> SafeString:
    """List the counts with icon and word; with ``base_url`` each links to its indicators."""
    items = format_html_join(
        "", "<li>{}</li>", ((_legend_item(*pair, base_url),) for pair in _present(counts))
    )
    return format_html('<ul class="legend">{}</ul>', items)


def _legend_item(status: str, count: int, base_url: str) -> SafeString:
    name = STATUS_ICONS[status]
    words = format_html(
        '<span class="{}">{}</span><b>{}</b><span class="word">{}</span>',
        name,
        icon(name),
        formats.amount(Decimal(count), _language()),
        STATUS_LABELS[status],
    )
    if not base_url:
        return format_html("<div>{}</div>", words)
    joint = "&" if "?" in base_url else "?"
    return format_html('<a href="{}{}status={}">{}</a>', base_url, joint, status, words)


def _present(counts: Mapping[str, int]) -> Iterator[tuple[str, int]]:
    """Yield the statuses that occur, in the order of bars and legends."""
    return ((status, counts[status]) for status in STATUS_LABELS if counts.get(status))


def _pieces(counts: Counts) -> Iterator[tuple[str, str, str]]:
    """Yield what is counted, its start and width in percent; rounded ends meet without gaps."""
    total = sum(count for _status, count in counts)
    done, start = 0, Decimal(0)
    for what, count in counts:
        done += count
        end = round(Decimal(100 * done) / total, 2)
        yield what, _number(start), _number(end - start)
        start = end


def _number(value: Decimal) -> str:
    """Write a number for an SVG attribute: a dot, at most two decimals."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
