"""Finding questions about numbers: those of the plan that the menu leads to."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from activities import names
from activities.models import Period, Plan
from activities.typed import Typed
from activities.wording import say
from findings.cards import SEVERITY_LABELS
from findings.plan_year import PlanYear
from findings.searching import found
from findings.year import RaisedFinding
from search.ground import Ground
from search.hits import SHOWN, Group, Hit, Link


def questions(wanted: Typed, ground: Ground) -> Group:
    """Find the questions of the newest plan: of the year it opens with and of one being reported.

    They are worked out from what was reported, so no draft is in them, and no more than two years
    are looked at.
    """
    hits: list[Hit] = []
    more: list[Link] = []
    if (plan := ground.leading) is not None:
        for year in _years(plan, ground.opened[plan.pk]):
            of_year = found(wanted, PlanYear(plan, year).findings.raised)
            hits += [_hit(plan, each, year) for each in of_year]
            more += [_all_of(plan, year, wanted)] if of_year else []
    return Group("questions", _("Questions"), hits[:SHOWN], len(hits), more)


def _all_of(plan: Plan, year: int, wanted: Typed) -> Link:
    url = reverse("findings", args=[plan.slug, year])
    label = _("All questions of %(year)s") % {"year": year}
    return Link(label, f"{url}?{urlencode({'q': wanted.text})}")


def _years(plan: Plan, opened: int) -> list[int]:
    """Return the year that a plan opens with and the newest that is being reported; one query."""
    running = plan.periods.filter(state=Period.State.OPEN).order_by("-year").first()
    return sorted({opened, running.year if running else opened}, reverse=True)


def _hit(plan: Plan, finding: RaisedFinding, year: int) -> Hit:
    row = finding.figures[0]
    url = reverse("indicator", args=[plan.slug, year, row.id])
    state = str(SEVERITY_LABELS[finding.severity]) if finding.is_open else _("answered")
    return Hit(
        say(finding.sentence),
        f"{url}#f-{names.slugify(finding.key)}",
        row.code,
        row.name,
        (str(year), f"{row.unit.number} {row.unit.short}", state),
        is_turkish=False,
    )
