"""The titles of a plan's objectives and goals, all on one page."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.rights import Right
from activities.administration.forms import KeyedForm
from activities.models import Objective, Period, Plan
from setup import objectives
from setup.frame import SettingsPage, settings_page
from setup.objectives import ObjectiveLine


class TitleForm(KeyedForm):
    """One title. What was shown comes back beside it: only what a person changed is written."""

    class Meta:
        model = Objective
        fields = ("title",)

    def __init__(self, line: ObjectiveLine, posted: Any = None) -> None:
        self.line = line
        super().__init__(posted, instance=line.objective, prefix=f"o{line.objective.pk}")
        title: Any = self.fields["title"]
        title.show_hidden_initial = True
        title.label = line.objective.label
        attributes = {"lang": "tr", "autocomplete": "off"}
        if line.activities:
            attributes["aria-describedby"] = self.hint_id
        title.widget.attrs.update(attributes)

    @property
    def hint_id(self) -> str:
        return f"hint-{self.line.objective.pk}"


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@settings_page(Right.ADMINISTER)
def objective_settings(request: HttpRequest, here: SettingsPage) -> HttpResponse:
    """Show and keep the titles of a plan's objectives and goals."""
    plan = cast(Plan, here.plan)
    posted = request.POST if request.method == "POST" else None
    rows = [TitleForm(line, posted) for line in objectives.lines(plan)]
    if request.method == "POST" and all(row.is_valid() for row in rows):
        _save(request, rows)
        return redirect("objective_settings", plan.slug)
    published = plan.periods.filter(state=Period.State.PUBLISHED).order_by("year")
    context = here.context(
        rows=rows,
        objectives=sum(not row.line.is_goal for row in rows),
        titled=sum(bool(row.initial["title"]) for row in rows if not row.line.is_goal),
        published=list(published.values_list("year", flat=True)),
        has_errors=any(row.is_bound and row.errors for row in rows),
    )
    return TemplateResponse(request, "setup/objectives.html", context)


def _save(request: HttpRequest, rows: list[TitleForm]) -> None:
    changed = [row for row in rows if row.has_changed()]
    with transaction.atomic():
        for row in changed:
            row.save()
    if changed:
        told = ngettext("%(n)s title is saved.", "%(n)s titles are saved.", len(changed))
        messages.success(request, told % {"n": len(changed)})
    else:
        messages.info(request, _("Nothing was changed."))
