"""Tags of the questions about numbers: their sentences, their rows, what answers would change."""

from __future__ import annotations

from django import template
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from activities import names
from activities.templatetags.turkish import turkish
from findings.answers import AnswerChange
from findings.words import FIELD_LABELS, tell_change
from findings.year import AnswerEffect, MeanChange, RaisedFinding
from indicators.figures import Figure
from indicators.templatetags.figures import cell, percent
from pages.plan_page import PlanPage

register = template.Library()


@register.simple_tag
def page_url(here: PlanPage, name: str, *args: object) -> str:
    """Return the address of a page of the same plan and year, keeping the reading."""
    return here.url(name, *args)


@register.filter
def slug_id(key: str) -> str:
    """Turn a finding's key into an element's id."""
    return names.slugify(key)


@register.filter
def check_label(finding: RaisedFinding) -> str:
    """Return what people call the check that asks."""
    return _(finding.check.label)


@register.simple_tag
def effect_words(effect: AnswerEffect, here: PlanPage) -> SafeString:
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
def shift_words(shift: MeanChange, here: PlanPage) -> SafeString:
    """Write a mean before and after, or that it stays."""
    limits = here.figures.bands.limits
    before, after = percent(shift.before, limits), percent(shift.after, limits)
    if not shift.is_one:
        return format_html("{} <small>{}</small>", before, _("stays"))
    return format_html('<del>{}</del> <span class="arr">→</span> <ins>{}</ins>', before, after)


@register.simple_tag
def change_words(change: AnswerChange) -> SafeString:
    """Write what one field of an indicator would be: from → to."""
    before, after = tell_change(change)
    return format_html('<del>{}</del> <span class="arr">→</span> <ins>{}</ins>', before, after)


@register.simple_tag
def field_label(name: str) -> str:
    """Return what a field that an answer can change is called."""
    return str(FIELD_LABELS[name])


@register.simple_tag
def asked_rows(finding: RaisedFinding, here: PlanPage) -> SafeString:
    """Write the rows a finding is about, side by side: name, A, B, C."""
    head = format_html(
        '<tr><th scope="col">{}</th><th scope="col" class="num">{}</th>'
        '<th scope="col" class="num">{}</th><th scope="col" class="num">{}</th></tr>',
        _("Indicator"),
        _("Baseline"),
        here.year,
        _("Realization"),
    )
    body = format_html_join(
        "",
        '<tr><th scope="row"><a href="{}">{} {}</a>{}</th><td class="num">{}</td>'
        '<td class="num">{}</td><td class="num realization">{}</td></tr>',
        (_asked_row(row, here, len(finding.figures)) for row in finding.figures),
    )
    return format_html('<table class="side"><thead>{}</thead><tbody>{}</tbody></table>', head, body)


def _asked_row(row: Figure, here: PlanPage, count: int) -> tuple[object, ...]:
    measurement = row.measurement
    unit = format_html(" <small>{} {}</small>", row.unit.number, turkish(row.unit.short))
    return (
        here.url("indicator", row.id),
        row.code,
        turkish(row.name),
        unit if count > 1 else "",
        cell(measurement.baseline, row.baseline_text, row.is_percent, "baseline"),
        cell(measurement.target, row.target_text, row.is_percent),
        cell(measurement.realization, row.realization_text, row.is_percent, "realization"),
    )
