"""Tags of the report pages: links that keep the reading, and rows of counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cache

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from activities.models import Plan
from indicators import formats
from indicators.achievement import Status
from indicators.labels import STATUS_LABELS
from indicators.templatetags.figures import badge, cell, heat_class, percent, status
from reports.dashboard import HeatCell
from reports.plan_year import PlanYear
from reports.tables import Span, TableRow

register = template.Library()

# The last column joins what has no target to be measured by.
COUNT_COLUMNS: tuple[tuple[Status, ...], ...] = (
    (Status.ACHIEVED,),
    (Status.MOSTLY,),
    (Status.PARTLY,),
    (Status.LOW,),
    (Status.NOT_REPORTED,),
    (Status.NO_TARGET, Status.UNPLANNED),
)
ZERO_CELL = SafeString('<td class="num ct zero">0</td>')


@register.simple_tag
def page_url(here: PlanYear, name: str, *args: object) -> str:
    """Return the address of a page of the same plan and year, keeping the reading."""
    return here.url(name, *args)


@register.filter
def with_query(url: str, query: str) -> str:
    """Add to the query of an address."""
    return f"{url}{'&' if '?' in url else '?'}{query}"


@register.simple_tag
def count_heads() -> SafeString:
    heads = [STATUS_LABELS[column[0]] for column in COUNT_COLUMNS[:-1]] + [_("No target")]
    return format_html_join(
        "", '<th class="num ct" scope="col">{}</th>', ((head,) for head in heads)
    )


@register.simple_tag
def count_cells(statuses: Mapping[Status, int]) -> SafeString:
    """Write the counts of a row; a group without indicators has none."""
    counts = (sum(statuses.get(one, 0) for one in column) for column in COUNT_COLUMNS)
    return format_html_join(
        "",
        "{}",
        (
            (format_html('<td class="num ct">{}</td>', count) if count else ZERO_CELL,)
            for count in counts
        ),
    )


@register.simple_tag
def heat_cells(cells: Iterable[HeatCell], limits: Sequence[Decimal]) -> SafeString:
    return format_html_join("", "{}", ((_heat_cell(cell, limits),) for cell in cells))


def _heat_cell(cell: HeatCell, limits: Sequence[Decimal]) -> SafeString:
    summary = cell.summary
    if not summary.due:
        return format_html('<td class="nil">—</td>')
    if cell.is_awaited:
        targets = ngettext("%(n)s target", "%(n)s targets", summary.due) % {"n": summary.due}
        return format_html('<td class="yet">{}</td>', targets)
    if summary.mean is None:
        return format_html('<td class="yet">{}/{}</td>', summary.reported, summary.due)
    counted = (
        format_html(" <small>{}/{}</small>", summary.reported, summary.due)
        if cell.is_partial
        else ""
    )
    return format_html(
        '<td class="{}">{}{}</td>',
        heat_class(summary.mean, limits),
        percent(summary.mean, limits),
        counted,
    )


@register.simple_tag
def heat_key(limits: Sequence[Decimal]) -> SafeString:
    """Explain the heat table's shades by the plan's own bands."""
    high, middle, low = (
        formats.percent(limit, get_language() or "tr").replace(",0", "").replace(".0", "")
        for limit in limits
    )
    words = (
        ("h1", _("below %(limit)s") % {"limit": low}),
        ("h2", f"{low} – {middle}"),
        ("h3", f"{middle} – {high}"),
        ("h4", high),
        ("yet", _("not yet reported")),
    )
    shades = format_html_join("", '<span><i class="{}"></i>{}</span>', words)
    return format_html('<p class="key">{}<span>— {}</span></p>', shades, _("no target this year"))


@register.simple_tag
def sort_links(here: PlanYear, current: str) -> SafeString:
    """Link to the ways the departments can be ordered; the present one is marked."""
    ways = (
        ("", _("plan order")),
        ("name", _("name")),
        ("-score", _("highest score")),
        ("score", _("lowest score")),
        ("reported", _("least reported")),
    )
    base = here.url("dashboard")
    return format_html_join(
        " · ",
        '<a href="{}#departments"{}>{}</a>',
        (
            (
                with_query(base, f"sort={way}") if way else base,
                SafeString(' aria-current="true"') if way == current else "",
                label,
            )
            for way, label in ways
        ),
    )


@register.simple_tag
def table_width(plan: Plan) -> int:
    """Return how many columns the published table has: eight and one a year."""
    return 8 + len(plan.years)


@register.simple_tag
def table_row(row: TableRow, here: PlanYear) -> SafeString:
    """Write an indicator's cells after the activity's. In Python: a plan has hundreds."""
    figure = row.figure
    measurement, achievement = figure.measurement, figure.achievement
    words = _words(get_language() or "tr")
    return format_html(
        '{}{}<th scope="row" class="in">{}</th>'
        '<td class="num" data-l="{}">{}</td>{}'
        '<td class="num c" data-l="{}">{}</td>'
        '<td class="num rt" data-l="{}">{}</td><td class="sx"><div>{}</div>{}</td>',
        _span(row.responsible, words["responsible"]),
        _span(row.supporting, words["supporting"]),
        figure.name,
        words["baseline"],
        cell(measurement.baseline, figure.baseline_text, figure.is_percent, "baseline"),
        _target_cells(row, here.year),
        words["realization"],
        cell(measurement.realization, figure.realization_text, figure.is_percent, "realization"),
        words["ratio"],
        _how(row, here, words),
        status(achievement.status),
        _badges(row),
    )


@cache
def _words(language: str) -> dict[str, str]:
    """Return the words that every row repeats, looked up once a language."""
    return {
        "responsible": _("Responsible unit"),
        "supporting": _("Supporting institution"),
        "baseline": _("Baseline"),
        "realization": _("Realization"),
        "ratio": _("Ratio"),
        "rule": _("Rule %(rule)s"),
        "page": _("The indicator's page"),
    }


def _span(span: Span | None, label: str) -> SafeString:
    if span is None:
        return SafeString("")
    return format_html(
        '<td rowspan="{}" class="un" data-l="{}" lang="tr">{}</td>', span.rows, label, span.text
    )


def _target_cells(row: TableRow, year: int) -> SafeString:
    return format_html_join(
        "",
        '<td class="num{}" data-l="{}">{}</td>',
        (
            (
                " yr" if target.year == year else "",
                target.year,
                cell(target.value, target.text, row.figure.is_percent),
            )
            for target in row.targets
        ),
    )


def _how(row: TableRow, here: PlanYear, words: dict[str, str]) -> SafeString:
    """Write the ratio that opens its arithmetic."""
    how = row.explanation
    return format_html(
        '<details class="how" name="how"><summary>{}</summary><div class="pop">{}'
        '<span>{} · {}</span><p>{}</p><a href="{}">{}</a></div></details>',
        percent(row.figure.achievement.value, here.figures.bands.limits),
        format_html('<span class="eq">{}</span>', how.equation) if how.equation else "",
        words["rule"] % {"rule": how.rule},
        how.sentence,
        " ".join(how.notes),
        here.url("indicator", row.figure.id),
        words["page"],
    )


def _badges(row: TableRow) -> SafeString:
    if not row.badges:
        return SafeString("")
    return format_html(
        '<div class="badges">{}</div>',
        format_html_join("", "{}", ((badge(b),) for b in row.badges)),
    )
