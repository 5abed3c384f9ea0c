"""Tags of the report pages: links that keep the reading, and rows of counts."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

from django import template
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from activities import names
from activities.models import Plan
from indicators import formats
from indicators.achievement import Status
from indicators.figures import Figure, Unit
from indicators.findings import Phrase
from indicators.labels import STATUS_LABELS
from indicators.plan_year import PlanYear
from indicators.questions import Asked, Effect, say
from indicators.templatetags.figures import badge, cell, heat_class, icon, percent, status
from reports.dashboard import HeatCell
from reports.tables import Block, Span, TableRow

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
NIL_CELL = SafeString('<td class="nil">—</td>')


@register.simple_tag
def page_url(here: PlanYear, name: str, *args: object) -> str:
    """Return the address of a page of the same plan and year, keeping the reading."""
    return here.url(name, *args)


@register.simple_tag
def unit_url(here: PlanYear, unit: Unit) -> str:
    """Return the address of a unit's page, keeping the reading."""
    return here.unit_url(unit)


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
        return NIL_CELL
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
def table_block(block: Block, here: PlanYear) -> SafeString:
    """Write an activity's rows. In Python: a plan has hundreds."""
    language = get_language() or "tr"
    head = (
        f'<th scope="rowgroup" rowspan="{len(block.rows)}" class="act">'
        f"<b>{html.escape(block.code)}</b> {html.escape(block.title)}</th>"
    )
    rows = (
        _row_html(
            row,
            here.year,
            here.url("indicator", row.figure.id),
            row.figure.id in here.questions.blocked,
            language,
        )
        for row in block.rows
    )
    return SafeString(f'<tbody class="grp"><tr>{head}{"</tr><tr>".join(rows)}</tr></tbody>')


# Most rows are as they were when the page was last asked for. All that a row shows is in the
# arguments, so what is kept is never old; a row takes some 3 kB, with its key.
@lru_cache(maxsize=4096)
def _row_html(row: TableRow, year: int, url: str, asked: bool, language: str) -> str:
    """Write an indicator's cells after the activity's, in the active language."""
    figure = row.figure
    measurement, is_percent = figure.measurement, figure.is_percent
    words = _words(language)
    baseline = cell(measurement.baseline, figure.baseline_text, is_percent, "baseline")
    done = cell(measurement.realization, figure.realization_text, is_percent, "realization")
    return (
        f"{_span(row.responsible, words['responsible'])}"
        f"{_span(row.supporting, words['supporting'])}"
        f'<th scope="row" class="in">{html.escape(figure.name)}</th>'
        f'<td class="num" data-l="{words["baseline"]}">{baseline}</td>'
        f"{_target_cells(row, year)}"
        f'<td class="num c" data-l="{words["realization"]}">{done}</td>'
        f'<td class="num rt" data-l="{words["ratio"]}">{_how(row, url, words)}</td>'
        f'<td class="sx"><div>{status(figure.achievement.status)}</div>'
        f"{_badges(row, f'{url}#questions' if asked else '', words)}</td>"
    )


@cache
def _words(language: str) -> dict[str, SafeString]:
    """Return the words that every row repeats, escaped, looked up once a language."""
    words = {
        "responsible": _("Responsible unit"),
        "supporting": _("Supporting institution"),
        "baseline": _("Baseline"),
        "realization": _("Realization"),
        "ratio": _("Ratio"),
        "rule": _("Rule %(rule)s"),
        "page": _("The indicator's page"),
        "asked": _("Open question"),
    }
    return {name: escape(text) for name, text in words.items()}


def _span(span: Span | None, label: str) -> str:
    if span is None:
        return ""
    return (
        f'<td rowspan="{span.rows}" class="un" data-l="{label}" lang="tr">'
        f"{html.escape(span.text)}</td>"
    )


def _target_cells(row: TableRow, year: int) -> str:
    is_percent = row.figure.is_percent
    return "".join(
        f'<td class="num{" yr" if target.year == year else ""}" data-l="{target.year}">'
        f"{cell(target.value, target.text, is_percent)}</td>"
        for target in row.targets
    )


def _how(row: TableRow, url: str, words: dict[str, SafeString]) -> str:
    """Write the ratio that opens its arithmetic."""
    how = row.explanation
    equation = f'<span class="eq">{html.escape(how.equation)}</span>' if how.equation else ""
    return (
        '<details class="how" name="how">'
        f"<summary>{percent(row.figure.achievement.value, row.limits)}</summary>"
        f'<div class="pop">{equation}'
        f"<span>{words['rule'] % {'rule': how.rule}} · {html.escape(how.sentence)}</span>"
        f"<p>{html.escape(' '.join(how.notes))}</p>"
        f'<a href="{html.escape(url)}">{words["page"]}</a></div></details>'
    )


def _badges(row: TableRow, questions: str, words: dict[str, SafeString]) -> str:
    """Write the badges, after a link to the questions that somebody must answer."""
    flag = ""
    if questions:
        mark = f"{icon('flag')}{words['asked']}"
        flag = f'<a class="badge flagged" href="{html.escape(questions)}">{mark}</a>'
    written = "".join(badge(one) for one in row.badges)
    return f'<div class="badges">{flag}{written}</div>' if flag or written else ""


@register.filter
def slug_id(key: str) -> str:
    """Turn a finding's key into an element's id."""
    return names.slugify(key)


@register.simple_tag
def phrase(text: Phrase) -> str:
    return say(text)


@register.simple_tag(takes_context=True)
def page_link(context: dict[str, Any], number: int) -> str:
    """Return this page's address with another page number."""
    query = context["request"].GET.copy()
    query["page"] = str(number)
    return f"?{query.urlencode()}"


@register.simple_tag
def effect_words(effect: Effect, here: PlanYear) -> SafeString:
    """Say what an answer would change: the department's and the plan's mean."""
    limits = here.figures.bands.limits
    if not effect.changes_anything:
        return SafeString(escape(_("changes no figure")))
    return format_html(
        "{} {} → {} · {} {} → {}",
        _("department"),
        percent(effect.department[0], limits),
        percent(effect.department[1], limits),
        _("plan"),
        percent(effect.plan[0], limits),
        percent(effect.plan[1], limits),
    )


@register.simple_tag
def asked_rows(asked: Asked, here: PlanYear) -> SafeString:
    """Write the rows a finding is about, side by side: name, A, B, C."""
    words = _words(get_language() or "tr")
    head = format_html(
        '<tr><th scope="col">{}</th><th scope="col" class="num">{}</th>'
        '<th scope="col" class="num">{}</th><th scope="col" class="num">{}</th></tr>',
        _("Indicator"),
        words["baseline"],
        here.year,
        words["realization"],
    )
    body = format_html_join(
        "",
        '<tr><th scope="row"><a href="{}">{} {}</a>{}</th><td class="num">{}</td>'
        '<td class="num">{}</td><td class="num c">{}</td></tr>',
        (_asked_row(row, here, len(asked.figures)) for row in asked.figures),
    )
    return format_html('<table class="side"><thead>{}</thead><tbody>{}</tbody></table>', head, body)


def _asked_row(row: Figure, here: PlanYear, count: int) -> tuple[object, ...]:
    measurement = row.measurement
    unit = format_html(" <small>{} {}</small>", row.unit.number, row.unit.short)
    return (
        here.url("indicator", row.id),
        row.code,
        row.name,
        unit if count > 1 else "",
        cell(measurement.baseline, row.baseline_text, row.is_percent, "baseline"),
        cell(measurement.target, row.target_text, row.is_percent),
        cell(measurement.realization, row.realization_text, row.is_percent, "realization"),
    )


@register.simple_tag
def blocking_mark(here: PlanYear, number: str, count: int) -> SafeString:
    """Link a unit's number of open blocking findings to them; nothing where there is none."""
    if not count:
        return SafeString("")
    label = ngettext("%(n)s blocking finding", "%(n)s blocking findings", count) % {"n": count}
    url = with_query(here.url("findings"), f"severity=blocking&unit={number}")
    return format_html(
        '<a class="mark" href="{}" aria-label="{}" data-l="{}">{}{}</a>',
        url,
        label,
        _("blocking findings"),
        icon("flag"),
        count,
    )


@register.filter
def of(counts: Mapping[str, int], key: str) -> int:
    return counts.get(key, 0)
