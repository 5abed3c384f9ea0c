"""Tags that write the parts that every line of the entry page repeats.

They build their HTML in Python because a page holds dozens of lines, each with a dozen words
and numbers; the words are looked up once a language.
"""

from __future__ import annotations

import html
from functools import cache

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from activities.templatetags.turkish import turkish
from entry.rows import EntryRow
from indicators.models import Realization
from indicators.templatetags.figures import badge, cell, icon, percent, status

register = template.Library()


@cache
def _words(language: str) -> dict[str, str]:
    """Return the words of a line, escaped; the language only keeps the kept ones apart."""
    words = {
        "baseline": _("Baseline"),
        "target": _("%(year)s target"),
        "before": _("Year before"),
        "no_figure": _("No figure"),
        "none": _("no figure"),
        "awaited": _("Awaited"),
        "evidence": _("Evidence"),
        "comments": _("Comments"),
        "rule": _("Rule %(rule)s"),
        "why": _("Why is there no figure?"),
        "there_is": _("There is one, or it is to come"),
        "other_why": _("If it is “Other”: why?"),
        "counted": _("How is it counted?"),
        "recall": _("Take back"),
    }
    return {name: escape(text) for name, text in words.items()}


def _own_words() -> dict[str, str]:
    return _words(get_language() or "tr")


@register.simple_tag
def row_context(row: EntryRow) -> SafeString:
    """Write what stands beside the field: baseline, target and the year before."""
    words, figure, last = _own_words(), row.figure, row.line.last
    measured, is_percent = figure.measurement, figure.is_percent
    if last is None:
        before: str = cell(None, "")
    elif last.absence:
        before = SafeString(f'<span class="mute small">{words["none"]}</span>')
    else:
        before = cell(last.value, last.text, is_percent, "realization")
    return SafeString(
        f'<dl class="ctx" id="b{row.pk}">'
        f"<div><dt>{words['baseline']}</dt>"
        f"<dd>{cell(measured.baseline, figure.baseline_text, is_percent, 'baseline')}</dd></div>"
        f"<div><dt>{words['target'] % {'year': row.desk.year}}</dt>"
        f"<dd>{cell(measured.target, figure.target_text, is_percent)}</dd></div>"
        f'<div class="last-year"><dt>{words["before"]}</dt><dd>{before}</dd></div></dl>'
    )


@register.simple_tag
def row_ratio(row: EntryRow) -> SafeString:
    """Write the ratio that opens its arithmetic, the status and the badges."""
    words, achievement = _own_words(), row.figure.achievement
    if row.is_awaited:
        word = words["no_figure" if row.is_entered else "awaited"]
        return SafeString(
            f'<div class="ratio"><span class="status none">{icon("none")}{word}</span></div>'
        )
    if achievement.value is None:
        return SafeString(f'<div class="ratio">{status(achievement.status)}</div>')
    how = row.explanation
    equation = f'<span class="equation">{html.escape(how.equation)}</span>' if how.equation else ""
    return SafeString(
        '<div class="ratio"><details class="how" name="how">'
        f"<summary>{percent(achievement.value, row.desk.limits)}</summary>"
        f'<div class="pop">{equation}'
        f"<span>{words['rule'] % {'rule': how.rule}} · {html.escape(how.sentence)}</span>"
        f"<p>{html.escape(' '.join(how.notes))}</p></div></details>"
        f"{status(achievement.status)}{''.join(badge(each) for each in row.badges)}</div>"
    )


@register.simple_tag
def row_tools(row: EntryRow) -> SafeString:
    """Write the link to evidence and comments with their counts, and what takes a row back.

    That button belongs to a form beside the rows' own, as nothing typed goes with it.
    """
    words, name = _own_words(), turkish(row.figure.name)

    def count(part: str, drawn: str, many: int) -> str:
        return (
            f'<span class="heard">{words[part]}:</span>{icon(drawn)}'
            f'<span class="n-{part}">{many or ""}</span>'
            f'<span class="heard">{"" if many else "0"},</span>'
        )

    recall = ""
    if row.can_be_recalled:
        recall = (
            f'<button class="btn quiet small" form="recall" name="row" value="{row.pk}:{row.seen}">'
            f'{words["recall"]}<span class="heard">: {name}</span></button>'
        )
    # One link, so that it takes one key to pass; the panel opens at the part that is pressed.
    return SafeString(
        f'<div class="tools"><a class="icb" href="{row.url}#evidence" data-panel="evidence">'
        f"<span>{count('evidence', 'clip', row.line.evidence)}</span>"
        f'<span data-panel="comments">{count("comments", "chat", row.line.comments)}</span>'
        f'<span class="heard">{name}</span></a>{recall}</div>'
    )


@register.simple_tag
def row_options(row: EntryRow) -> SafeString:
    """Write what opens below a name: why there is no figure, and how it is counted."""
    words, pk, absence = _own_words(), row.pk, row.fields.absence
    label = html.escape(row.fields.absence_label)
    options = "".join(
        f'<option value="{value}"{" selected" if value == absence else ""}>{text}</option>'
        for value, text in Realization.Absence.choices
    )
    wrong = "absence" in row.fields.errors
    # Without script nothing else of the row shows where to write it; where it is shown, once.
    said = (
        ""
        if row.reason.is_shown
        else f'<label for="n{pk}">{words["other_why"]}</label>'
        f'<input type="text" id="n{pk}" name="deviation_reason-{pk}" maxlength="4000" value="">'
    )
    kind = ""
    if row.is_unconfirmed:
        kind = (
            f'<a class="opt kind" href="{row.url}#kind" data-panel="kind">{words["counted"]}'
            f'<span class="heard"> {turkish(row.figure.name)}</span></a>'
        )
    return SafeString(
        f'<div class="opts"><details class="opt"{" open" if absence or wrong else ""}>'
        f"<summary>{words['no_figure']}{f': {label}' if label else ''}</summary>"
        f'<div class="pane"><label for="a{pk}">{words["why"]}</label>'
        f'<select id="a{pk}" name="absence-{pk}"'
        f"{f' aria-invalid=true aria-describedby=e{pk}' if wrong else ''}>"
        f'<option value="">{words["there_is"]}</option>{options}</select>{said}</div></details>'
        f"{kind}</div>"
    )
