"""Tags of the page on women and men: the parts of a value, as numbers and as a bar."""

from __future__ import annotations

from decimal import Decimal

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from activities import formats
from reports.people import SplitRow

register = template.Library()

# Each differs without its colour, too.
FILLS = {
    "women": SafeString('class="f-met"'),
    "men": SafeString('fill="url(#p-most)"'),
    "others": SafeString('class="hollow"'),
}
LIMITS = (Decimal(1),)


def _language() -> str:
    return get_language() or "tr"


def _names() -> dict[str, str]:
    return {"women": _("Women"), "men": _("Men"), "others": _("Others")}


def _share(share: Decimal) -> str:
    return formats.percent(share, _language(), limits=LIMITS)


@register.simple_tag
def split_cells(row: SplitRow) -> SafeString:
    """Write women, men and others with their shares; what was not said is a dash."""
    return format_html_join(
        "",
        '<td class="num" data-l="{}">{}{}</td>',
        (
            (
                _names()[part.name],
                "—" if part.value is None else formats.amount(part.value, _language()),
                "" if part.share is None else format_html(" <small>{}</small>", _share(part.share)),
            )
            for part in row.parts
        ),
    )


@register.simple_tag
def split_bar(row: SplitRow) -> SafeString:
    """Draw the shares; the label says them in words. A value of 0 has none."""
    shown = [(part.name, part.share) for part in row.parts if part.share]
    if not shown:
        return SafeString("")
    pieces, start = [], Decimal(0)
    for name, share in shown:
        pieces.append((FILLS[name], f"{start * 100:.2f}", f"{share * 100:.2f}"))
        start += share
    return format_html(
        '<svg class="comp" role="img" aria-label="{}">{}</svg>',
        ", ".join(f"{_names()[name]} {_share(share)}" for name, share in shown),
        format_html_join("", '<rect {} x="{}%" width="{}%" height="12"/>', pieces),
    )


@register.simple_tag
def split_key() -> SafeString:
    """Say what the shades of the bars stand for."""
    return format_html(
        '<p class="key">{}</p>',
        format_html_join(
            "",
            '<span><svg class="icon" aria-hidden="true"><rect {} width="100%" height="100%"/></svg>'
            "{}</span>",
            ((FILLS[name], label) for name, label in _names().items()),
        ),
    )
