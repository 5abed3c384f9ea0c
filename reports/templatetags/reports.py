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

from activities import formats
from activities.models import Plan
from activities.templatetags.turkish import turkish
from indicators.achievement import Reading, Status
from indicators.cumulative import CumulativeFigure
from indicators.figures import Figure, Unit
from indicators.labels import STATUS_LABELS
from indicators.templatetags.figures import added, badge, cell, heat_class, icon, percent, status
from pages.lines import with_query
from pages.plan_page import PlanPage
from pages.templatetags.findings import asked_rows, effect_words, page_url, slug_id
from reports.arrival import Progress
from reports.compare import Pair, Side
from reports.tables import Block, Span, TableRow
from reports.templatetags.headline import deadline_words
from reports.years import HeatCell

register = template.Library()
# Tags that the pages below share.
for tag in (asked_rows, effect_words, page_url):
    register.simple_tag(tag)
register.filter(slug_id)
register.filter(with_query)

# The last column joins what has no target to be measured by.
COUNT_COLUMNS: tuple[tuple[Status, ...], ...] = (
    (Status.ACHIEVED,),
    (Status.MOSTLY,),
    (Status.PARTLY,),
    (Status.LOW,),
    (Status.UNVERIFIED,),
    (Status.NOT_REPORTED,),
    (Status.NO_TARGET, Status.UNPLANNED),
)
ZERO_CELL = SafeString('<td class="num count zero">0</td>')
NIL_CELL = SafeString('<td class="nil">—</td>')


@register.simple_tag
def unit_url(here: PlanPage, unit: Unit) -> str:
    """Return the address of a unit's page, keeping the reading."""
    return here.unit_url(unit)


@register.simple_tag
def options(choices: Iterable[Sequence[object]], chosen: object) -> SafeString:
    """Write the options of a select: value and label, and a count where there is one."""
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        (
            (
                choice[0],
                SELECTED if choice[0] == chosen else "",
                f"{choice[1]} ({choice[2]})" if len(choice) > 2 else choice[1],
            )
            for choice in choices
        ),
    )


SELECTED = SafeString(" selected")


@register.simple_tag
def unit_options(here: PlanPage, chosen: str) -> SafeString:
    """Write the units of the plan as the options of a select."""
    units = here.figures.units.values()
    return format_html_join(
        "",
        '<option value="{}"{} lang="tr">{} {}</option>',
        (
            (unit.number, SELECTED if unit.number == chosen else "", unit.number, unit.short)
            for unit in units
            if unit.number
        ),
    )


def count_columns(reading: str) -> list[tuple[Status, ...]]:
    """Return what a reading can bring: only where the verified alone count is one unverified."""
    if reading == Reading.APPROVED:
        return list(COUNT_COLUMNS)
    return [column for column in COUNT_COLUMNS if Status.UNVERIFIED not in column]


def count_queries(reading: str) -> list[str]:
    """Return what narrows a list to a column's indicators."""
    return [*(f"status={column[0]}" for column in count_columns(reading)[:-1]), "report=not_due"]


@register.simple_tag
def count_heads(reading: str) -> SafeString:
    heads = [str(STATUS_LABELS[column[0]]) for column in count_columns(reading)[:-1]]
    heads.append(_("No target"))
    return format_html_join(
        "", '<th class="num count" scope="col">{}</th>', ((head,) for head in heads)
    )


@register.simple_tag
def count_cells(statuses: Mapping[Status, int], reading: str, url: str = "") -> SafeString:
    """Write the counts of a row, each leading to its indicators in the list at ``url``."""
    counts = [sum(statuses.get(one, 0) for one in column) for column in count_columns(reading)]
    return _count_cells(tuple(counts), reading, url)


@lru_cache(maxsize=4096)
def _count_cells(counts: tuple[int, ...], reading: str, url: str) -> SafeString:
    return format_html_join(
        "",
        "{}",
        (
            (_count_cell(count, with_query(url, query) if url else ""),)
            for count, query in zip(counts, count_queries(reading), strict=True)
        ),
    )


def _count_cell(count: int, url: str) -> SafeString:
    if not count:
        return ZERO_CELL
    if not url:
        return format_html('<td class="num count">{}</td>', count)
    return format_html('<td class="num count"><a href="{}">{}</a></td>', url, count)


@register.simple_tag
def heat_cells(cells: Iterable[HeatCell], limits: Sequence[Decimal]) -> SafeString:
    return format_html_join("", "{}", ((_heat_cell(cell, limits),) for cell in cells))


def _heat_cell(cell: HeatCell, limits: Sequence[Decimal]) -> SafeString:
    summary = cell.summary
    if not summary.due:
        return NIL_CELL
    if cell.is_awaited:
        targets = ngettext("%(n)s target", "%(n)s targets", summary.due) % {"n": summary.due}
        return format_html('<td class="yet">{}</td>', _linked(targets, cell.url))
    if summary.mean is None or not cell.shows_score:
        reported = f"{summary.reported}/{summary.due}"
        return format_html('<td class="yet">{}</td>', _linked(reported, cell.url))
    counted = (
        format_html(" <small>{}/{}</small>", summary.reported, summary.due)
        if cell.is_partial
        else ""
    )
    return format_html(
        '<td class="{}">{}{}</td>',
        heat_class(summary.mean, limits),
        _linked(percent(summary.mean, limits), cell.url),
        counted,
    )


def _linked(text: str, url: str) -> SafeString:
    return format_html('<a href="{}">{}</a>', url, text) if url else format_html("{}", text)


@register.simple_tag
def points(difference: Decimal | None) -> SafeString:
    """Write a difference of two shares in percentage points; None is "—"."""
    if difference is None:
        return SafeString(formats.UNKNOWN)
    tenths = formats.tenths(difference, ())
    sign = formats.MINUS if tenths < 0 else "+" if tenths > 0 else ""
    whole, tenth = divmod(abs(tenths), 10)
    language = get_language() or "tr"
    amount = f"{formats.amount(Decimal(whole), language)}{',' if language == 'tr' else '.'}{tenth}"
    words = _("%(n)s points") % {"n": f"{sign}{amount}"}
    return format_html('<span class="pts">{}</span>', words)


@register.simple_tag
def progress_words(progress: Progress) -> SafeString:
    """Write, after how many reported, the last day and what it means today."""
    words = deadline_words(progress.closes_on, progress.days_left, is_open=progress.is_open)
    if progress.closes_on is not None and progress.undated:
        words.append(
            ngettext(
                "%(n)s report without a day is not in the line",
                "%(n)s reports without a day are not in the line",
                progress.undated,
            )
            % {"n": progress.undated}
        )
    return SafeString(escape(", " + ", ".join(words)))


@register.simple_tag(takes_context=True)
def sorted_link(context: dict[str, Any], sort: str) -> str:
    """Return this page's address with its first page sorted another way."""
    query = context["request"].GET.copy()
    query.pop("page", None)
    query.pop("sort", None)
    if sort:
        query["sort"] = sort
    return f"?{query.urlencode()}#indicators"


@register.simple_tag
def pair_row(pair: Pair, here: PlanPage, first: Side, second: Side) -> SafeString:
    """Write an indicator with what both sides say of it."""
    row = pair.row
    limits = here.figures.bands.limits
    return format_html(
        '<tr><th scope="row"><a href="{}"><span class="code">{}</span> {}</a>'
        ' <small class="mute">{} {}</small></th>{}{}'
        '<td class="num difference" data-l="{}">{}</td></tr>',
        here.url_in(first.year if pair.a else second.year, "indicator", row.id),
        row.code,
        turkish(row.name),
        row.unit.number,
        turkish(row.unit.short),
        _side_cell(pair.a, first.label, limits),
        _side_cell(pair.b, second.label, limits),
        _("Difference"),
        points(pair.difference),
    )


def _side_cell(row: Figure | None, label: str, limits: Sequence[Decimal]) -> SafeString:
    if row is None:
        return format_html('<td class="num" data-l="{}">{}</td>', label, formats.UNKNOWN)
    measurement = row.measurement
    return format_html(
        '<td class="num" data-l="{}">{}<small>{} / {}</small> {}</td>',
        label,
        ""
        if row.achievement.value is None
        else format_html("<b>{}</b> ", percent(row.achievement.value, limits)),
        cell(measurement.total, row.realization_text, row.is_percent, "realization"),
        cell(measurement.target, row.target_text, row.is_percent),
        status(row.achievement.status),
    )


@register.simple_tag
def signed(difference: int) -> str:
    """Write a difference of two counts with its sign."""
    sign = formats.MINUS if difference < 0 else "+" if difference > 0 else ""
    return f"{sign}{formats.amount(Decimal(abs(difference)), get_language() or 'tr')}"


@register.simple_tag
def heat_key(limits: Sequence[Decimal]) -> SafeString:
    """Explain the heat table's shades by the plan's own bands."""
    high, middle, low = (
        formats.percent(limit, get_language() or "tr").replace(",0", "").replace(".0", "")
        for limit in limits
    )
    words = (
        ("heat-1", _("below %(limit)s") % {"limit": low}),
        ("heat-2", f"{low} – {middle}"),
        ("heat-3", f"{middle} – {high}"),
        ("heat-4", high),
        ("yet", _("not yet reported")),
    )
    shades = format_html_join("", '<span><i class="{}"></i>{}</span>', words)
    return format_html('<p class="key">{}<span>— {}</span></p>', shades, _("no target this year"))


@register.simple_tag
def sort_links(here: PlanPage, current: str, page: str = "dashboard") -> SafeString:
    """Link to the ways the departments can be ordered; the present one is marked."""
    ways = (
        ("", _("plan order")),
        ("name", _("name")),
        ("-score", _("highest score")),
        ("score", _("lowest score")),
        ("reported", _("least reported")),
    )
    base = here.url(page)
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
def table_block(block: Block, here: PlanPage) -> SafeString:
    """Write an activity's rows. In Python: a plan has hundreds."""
    language = get_language() or "tr"
    head = (
        f'<th scope="rowgroup" rowspan="{len(block.rows)}" class="act">'
        f"<b>{html.escape(block.code)}</b> {turkish(block.title)}</th>"
    )
    rows = (
        _row_html(
            row,
            here.year,
            here.url("indicator", row.figure.id),
            row.figure.id in here.findings.blocked,
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
    before, after = measurement.baseline, measurement.realization
    of: str = added(measurement, is_percent)
    if isinstance(figure, CumulativeFigure):
        of = ""
        before, after = figure.baseline_once, measurement.total
        if measurement.target is not None and after is not None:
            target = formats.amount(measurement.target, language, percent=is_percent)
            of = f" <small>/ {target}</small>"
    baseline = cell(before, figure.baseline_text, is_percent, "baseline")
    done = cell(after, figure.realization_text, is_percent, "realization") + of
    return (
        f"{_span(row.responsible, words['responsible'])}"
        f"{_span(row.supporting, words['supporting'])}"
        f'<th scope="row" class="indicator">{turkish(figure.name)}</th>'
        f'<td class="num" data-l="{words["baseline"]}">{baseline}</td>'
        f"{_target_cells(row, year)}"
        f'<td class="num realization" data-l="{words["realization"]}">{done}</td>'
        f'<td class="num ratio" data-l="{words["ratio"]}">{_how(row, url, words)}</td>'
        f'<td class="outcome"><div>{status(figure.achievement.status)}</div>'
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
        f'<td rowspan="{span.rows}" class="owner" data-l="{label}" lang="tr">'
        f"{turkish(span.text)}</td>"
    )


def _target_cells(row: TableRow, year: int) -> str:
    is_percent = row.figure.is_percent
    return "".join(
        f'<td class="num{" year" if target.year == year else ""}" data-l="{target.year}">'
        f"{cell(target.value, target.text, is_percent)}</td>"
        for target in row.targets
    )


def _how(row: TableRow, url: str, words: dict[str, SafeString]) -> str:
    """Write the ratio that opens its arithmetic."""
    how = row.explanation
    equation = f'<span class="equation">{html.escape(how.equation)}</span>' if how.equation else ""
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


@register.simple_tag(takes_context=True)
def page_link(context: dict[str, Any], number: int) -> str:
    """Return this page's address with another page number."""
    query = context["request"].GET.copy()
    query["page"] = str(number)
    return f"?{query.urlencode()}"


@register.simple_tag
def blocking_mark(here: PlanPage, number: str, count: int) -> SafeString:
    """Link a unit's number of open blocking findings to them; nothing where there is none."""
    if not count:
        return SafeString("")
    label = ngettext("%(n)s blocking question", "%(n)s blocking questions", count) % {"n": count}
    url = with_query(here.url("findings"), f"severity=blocking&unit={number}")
    return format_html(
        '<a class="mark" href="{}" aria-label="{}" data-l="{}">{}{}</a>',
        url,
        label,
        _("blocking questions"),
        icon("flag"),
        count,
    )


@register.simple_tag
def open_mark(here: PlanPage, number: str) -> SafeString:
    """Link a unit's number of open questions to them, and those that hold values up; "" of none.

    ``number`` is "" for the whole plan. Counted as the pages of entering and review say it. Where
    all of them hold values up, one number says so.
    """
    found = here.findings.open_by_unit.get(number)
    if found is None or not found.questions:
        return SafeString("")
    if found.questions == found.blocking:
        return blocking_mark(here, number, found.blocking)
    label = ngettext("%(n)s open question", "%(n)s open questions", found.questions)
    return format_html(
        '<a class="asked" href="{}" aria-label="{}" data-l="{}">{}</a> {}',
        with_query(here.url("findings"), f"open=1&unit={number}"),
        label % {"n": found.questions},
        _("Open questions"),
        found.questions,
        blocking_mark(here, number, found.blocking),
    )


@register.filter
def of(counts: Mapping[str, int], key: str) -> int:
    return counts.get(key, 0)
