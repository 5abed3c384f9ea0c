"""Tags that write a headline: sentences whose numbers are links, and what is drawn beside them.

Widths are percentages of the drawing and heights are pixels, so that letters keep their size.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal

from django import template
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from activities import formats
from indicators.templatetags.figures import percent
from pages.lines import Line, with_query
from reports.headline import Headline
from reports.sheet import Sheet, Time, UnitScore

register = template.Library()

# The fills of what is verified, reported and not verified, and not reported.
FILLS = (
    SafeString('class="f-ink"'),
    SafeString('class="edge" fill="url(#p-unverified)"'),
    SafeString('class="hollow"'),
)
NOTHING_DUE = SafeString(
    '<svg class="bullet" aria-hidden="true">'
    '<line class="none" x1="0" x2="100%" y1="12" y2="12"/></svg>'
)


@register.simple_tag
def linked(line: Line, url: str) -> SafeString:
    """Write a sentence; each of its numbers leads to its rows in the list at ``url``."""
    return format_html_join(
        "",
        "{}",
        (
            (
                format_html('<a href="{}">{}</a>', with_query(url, piece.query), piece.text)
                if piece.query
                else piece.text,
            )
            for piece in line.pieces
        ),
    )


@register.filter
def count(number: int) -> str:
    """Write a count as every number is written."""
    return _amount(number)


@register.simple_tag
def time_words(time: Time) -> str:
    """Write the last day and what it means today."""
    words = ", ".join(deadline_words(time.closes_on, time.days_left, is_open=time.is_open))
    return words[:1].upper() + words[1:]


def deadline_words(
    closes_on: datetime.date | None, left: int | None, *, is_open: bool
) -> list[str]:
    """Return the last day and what it means today, in parts of a sentence."""
    if closes_on is None or left is None:
        return [_("no last day is set")]
    words = [_("last day %(day)s") % {"day": date_format(closes_on, "d.m.Y")}]
    if not is_open:
        words.append(_("closed"))
    elif left > 0:
        words.append(ngettext("%(n)s day left", "%(n)s days left", left) % {"n": left})
    elif left == 0:
        words.append(_("today is the last day"))
    else:
        words.append(ngettext("%(n)s day late", "%(n)s days late", -left) % {"n": -left})
    return words


@register.simple_tag
def coverage_bar(sheet: Sheet) -> SafeString:
    """Draw what is due as verified, reported only and not reported, with the counts in words."""
    counts = (sheet.headline.counts.verified_results, sheet.unverified, sheet.unreported)
    words = _coverage_words()
    label = ", ".join(f"{_amount(count)} {word}" for count, word in zip(counts, words, strict=True))
    items = format_html_join(
        "",
        "<span>{}{} {}</span>",
        (
            (_swatch(fill), _amount(count), word)
            for fill, count, word in zip(FILLS, counts, words, strict=True)
        ),
    )
    return format_html(
        '<svg class="comp coverage" role="img" aria-label="{}">{}</svg><p class="key">{}</p>',
        label,
        _pieces(counts, 18),
        items,
    )


@register.simple_tag
def coverage_strip(row: UnitScore) -> SafeString:
    """Draw a unit's coverage; its counts stand beside it as numbers."""
    counts = row.counts
    parts = (counts.verified_results, row.unverified, counts.due - counts.reported)
    return format_html('<svg class="comp coverage" aria-hidden="true">{}</svg>', _pieces(parts, 12))


def _coverage_words() -> tuple[str, str, str]:
    return _("verified"), _("reported, not verified"), _("not reported")


def _swatch(fill: str) -> SafeString:
    return format_html(
        '<svg class="swatch" aria-hidden="true"><rect {} width="100%" y="3" height="10"/></svg>',
        fill,
    )


def _pieces(counts: Sequence[int], height: int) -> SafeString:
    whole = sum(counts)
    drawn, before = [], 0
    for fill, count in zip(FILLS, counts, strict=True):
        if count:
            at, width = Decimal(before) / whole, Decimal(count) / whole
            drawn.append((fill, _share(at), _share(width), height))
            before += count
    return format_html_join("", '<rect {} x="{}%" width="{}%" height="{}"/>', drawn)


@register.simple_tag
def doubt_range(headline: Headline) -> SafeString:
    """Draw between which scores the answers to the open questions leave the mean."""
    doubt = headline.doubt
    if doubt is None or doubt.low is None or doubt.high is None or not doubt.is_open:
        return SafeString("")
    low, high = (percent(each, headline.limits) for each in (doubt.low, doubt.high))
    label = _("From %(low)s to %(high)s on a line from 0 to 100%%.") % {"low": low, "high": high}
    ticks = sorted({Decimal(0), Decimal(1), *(each for each in headline.limits if each < 1)})
    return format_html(
        '<svg class="range" role="img" aria-label="{}">'
        '<line class="axis" x1="0" x2="100%" y1="44" y2="44"/>{}'
        '<rect class="value" width="{low}%" y="26" height="18"/>'
        '<rect class="doubt" fill="url(#p-doubt)" x="{low}%" width="{wide}%" y="26" height="18"/>'
        '<line class="edge" x1="{low}%" x2="{low}%" y1="20" y2="46"/>'
        '<line class="edge" x1="{high}%" x2="{high}%" y1="20" y2="46"/>'
        '<text class="{side}" x="{low}%" y="14">{said_low}</text>'
        '<text class="end" x="100%" y="14">{said_high}</text></svg>',
        label,
        format_html_join("", *_ticks(ticks)),
        low=_share(doubt.low),
        high=_share(doubt.high),
        wide=_share(doubt.high - doubt.low),
        # Beside the first number there must be room for the second.
        side="end" if doubt.low > Decimal("0.3") else "start",
        said_low=low,
        said_high=high,
    )


def _ticks(at: Sequence[Decimal]) -> tuple[str, list[tuple[str, str, str]]]:
    shape = (
        '<line class="axis" x1="{0}%" x2="{0}%" y1="40" y2="48"/>'
        '<text class="tick {1}" x="{0}%" y="62">{2}</text>'
    )
    last = len(at) - 1
    sides = ["start", *["middle"] * (last - 1), "end"]
    return shape, [
        (_share(each), side, formats.amount(each * 100, _language(), percent=True))
        for each, side in zip(at, sides, strict=True)
    ]


@register.simple_tag
def moved_bars(headline: Headline) -> SafeString:
    """Draw the score had nothing moved above the real one, with what each is."""
    moved = headline.moved
    if moved.supposed is None or moved.real is None:
        return SafeString("")
    return format_html(
        '<svg class="pair" aria-hidden="true">'
        '<rect class="track" width="100%" y="0" height="14"/>'
        '<rect class="still" width="{}%" y="0" height="14"/>'
        '<rect class="track" width="100%" y="20" height="14"/>'
        '<rect class="value" width="{}%" y="20" height="14"/></svg>'
        '<p class="key"><span>{}{}</span><span>{}{}</span></p>',
        _share(moved.supposed),
        _share(moved.real),
        _swatch(SafeString('class="still"')),
        _("had nothing moved"),
        _swatch(SafeString('class="value"')),
        _("as it is"),
    )


@register.simple_tag
def share_bar(share: Decimal) -> SafeString:
    return format_html(
        '<svg class="mini" aria-hidden="true"><rect class="track" width="100%" height="6"/>'
        '<rect class="value" width="{}%" height="6"/></svg>',
        _share(share),
    )


@register.simple_tag
def time_bars(time: Time, sheet: Sheet) -> SafeString:
    """Draw the time that has gone above what has been reported in it."""
    gone, reported = time.gone, sheet.headline.counts.coverage
    if gone is None or reported is None:
        return SafeString("")
    words = _("%(gone)s of the time has gone"), _("%(reported)s reported")
    told = [
        words[0] % {"gone": percent(gone)},
        words[1] % {"reported": percent(reported)},
    ]
    return format_html(
        '<svg class="pair" role="img" aria-label="{}">'
        '<rect class="track" width="100%" y="0" height="14"/>'
        '<rect class="still" width="{}%" y="0" height="14"/>'
        '<rect class="track" width="100%" y="20" height="14"/>'
        '<rect class="f-ink" width="{}%" y="20" height="14"/></svg>'
        '<p class="key"><span>{}{}</span><span>{}{}</span></p>',
        ", ".join(told),
        _share(gone),
        _share(reported),
        _swatch(SafeString('class="still"')),
        told[0],
        _swatch(FILLS[0]),
        told[1],
    )


@register.simple_tag
def bullet(row: UnitScore) -> SafeString:
    """Draw a unit's score against 100 %, with what its questions may add and where it began.

    The same figures stand beside it as numbers.
    """
    mean = row.summary.mean
    if mean is None or not row.shows_score:
        return NOTHING_DUE
    return format_html(
        '<svg class="bullet" aria-hidden="true">'
        '<rect class="track" width="100%" y="5" height="14"/>'
        '<rect class="value" width="{}%" y="5" height="14"/>{}{}'
        '<line class="target" x1="100%" x2="100%" y1="1" y2="23"/></svg>',
        _share(mean),
        _doubt(mean, row.proposed),
        ""
        if row.supposed is None
        else format_html(
            '<line class="start-ground" x1="{0}%" x2="{0}%" y1="1" y2="23"/>'
            '<line class="start" x1="{0}%" x2="{0}%" y1="1" y2="23"/>',
            _share(row.supposed),
        ),
    )


def _doubt(mean: Decimal, proposed: Decimal | None) -> SafeString:
    if proposed is None or proposed == mean:
        return SafeString("")
    low, high = sorted((mean, proposed))
    return format_html(
        '<rect class="doubt" fill="url(#p-doubt)" x="{}%" width="{}%" y="5" height="14"/>',
        _share(low),
        _share(high - low),
    )


@register.simple_tag
def bullet_key() -> SafeString:
    """Say what the parts of a bullet are."""
    upright = (
        '<svg class="swatch thin" aria-hidden="true">'
        '<line class="{}" x1="50%" x2="50%" y1="0" y2="16"/></svg>'
    )
    parts = (
        (_swatch(SafeString('class="value"')), _("score")),
        (
            _swatch(SafeString('class="doubt" fill="url(#p-doubt)"')),
            _("if the questions are answered as proposed"),
        ),
        (format_html(upright, "start"), _("had nothing moved")),
        (format_html(upright, "target"), _("target (100%)")),
    )
    return format_html('<p class="key">{}</p>', format_html_join("", "<span>{}{}</span>", parts))


def _share(fraction: Decimal) -> str:
    """Return a fraction in percent for an attribute: a dot, two decimals, from 0 to 100."""
    inside = min(max(fraction, Decimal(0)), Decimal(1))
    return f"{inside * 100:.2f}".rstrip("0").rstrip(".")


def _amount(number: int) -> str:
    return formats.amount(Decimal(number), _language())


def _language() -> str:
    return get_language() or "tr"
