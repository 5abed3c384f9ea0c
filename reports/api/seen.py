"""What a caller of the API may see: the pages' figures signed in, else the frozen editions."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import User
from accounts.rights import enter, plans_of
from activities.models import Period, Plan
from activities.revisions import counted
from indicators.achievement import Reading
from indicators.editions import PublicFigures
from indicators.models import Target
from indicators.tags import tags_of
from reports.api import answers
from reports.api.answers import Missing
from reports.api.schemas import OfYear
from reports.errata import entry_of
from reports.official import Source, source_of
from reports.opendata.published import SeenRow, public_rows

Cell = tuple[Decimal | None, str]


def is_anonymous(request: HttpRequest) -> bool:
    return not request.user.is_authenticated


def plans_for(request: HttpRequest) -> list[Plan]:
    """Return the plans that exist for the caller, with revisions and periods; two queries."""
    return list(_plans(request))


def _plans(request: HttpRequest) -> QuerySet[Plan]:
    """Return what the caller may read: her municipalities' plans, or the public ones."""
    person = request.user
    found = plans_of(person) if isinstance(person, User) else Plan.objects.filter(is_public=True)
    return found.select_related("revision_row", "municipality").prefetch_related("periods")


def plan_for(request: HttpRequest, slug: str) -> Plan:
    """Return a plan with its periods; raise Missing where none exists for the caller."""
    plan = _plans(request).filter(slug=slug).first()
    if plan is None:
        raise Missing(_("There is no such plan."))
    if isinstance(request.user, User):
        enter(request.user, plan)
    return plan


def years_for(request: HttpRequest, plan: Plan) -> list[int]:
    """Return the years of a plan whose figures the caller can read; no query."""
    if not is_anonymous(request):
        return list(plan.years)
    published = {each.year for each in plan.periods.all() if each.state == Period.State.PUBLISHED}
    return [year for year in plan.years if year in published]


class Seen:
    """A plan's year as the caller sees it; Missing for what does not exist for the caller."""

    def __init__(self, request: HttpRequest, slug: str, query: OfYear) -> None:
        self.request = request
        self.plan = plan_for(request, slug)
        self.year = query.year
        if self.year not in years_for(request, self.plan):
            raise _no_year(request, self.plan, self.year)
        self.source = _source_for(request, self.plan, self.year, query)
        self.figures = self.source.figures
        if query.unreported is not None:
            self.figures.unreported = query.unreported
        self.edition = self.source.edition
        if isinstance(self.figures, PublicFigures):
            # The name is not frozen, and what is corrected grows the revision. No mark is made
            # from a number that is not public.
            marks = (self.figures.public_checksum, counted(self.plan), self.plan.name)
            answers.remember(request, *marks)
        else:
            answers.remember(request, counted(self.plan))

    @cached_property
    def errata(self) -> list[dict[str, Any]]:
        """Return what was corrected since the edition; the same in every language."""
        with override(settings.LANGUAGE_CODE):
            return [entry_of(each) for each in self.source.errata]

    @cached_property
    def rows(self) -> list[SeenRow]:
        """Return the indicators in printed order; small numbers are kept from strangers."""
        if isinstance(self.figures, PublicFigures):
            return public_rows(self.figures)
        return [SeenRow(row) for row in self.figures.rows]

    def targets_of(self, ids: Iterable[int]) -> dict[int, dict[int, Cell]]:
        """Return every year's target of some indicators: number and text; at most one query."""
        found: dict[int, dict[int, Cell]] = {each: {} for each in ids}
        for owner, year, value, text in self._targets(found):
            if year in self.plan.years:
                found[owner][year] = (value, text)
        return found

    def _targets(self, ids: Iterable[int]) -> Iterable[tuple[int, int, Decimal | None, str]]:
        if isinstance(self.figures, PublicFigures):
            return [
                (owner, int(year), None if value is None else Decimal(value), text)
                for owner in ids
                for year, (value, text) in self.figures.frozen_rows[owner]["targets"].items()
            ]
        targets = Target.objects.filter(indicator__in=list(ids)).order_by("year")
        return targets.values_list("indicator_id", "year", "value", "text")

    @cached_property
    def tags(self) -> dict[int, list[str]]:
        """Return the indicators' tags by id, as "sdg:5.1"; at most two queries."""
        if isinstance(self.figures, PublicFigures):
            return {key: row["tags"] for key, row in self.figures.frozen_rows.items()}
        return {key: sorted(tags) for key, tags in tags_of(self.plan).items()}


def _source_for(request: HttpRequest, plan: Plan, year: int, query: OfYear) -> Source:
    """Return what counts for the caller: never a draft, for strangers only what is frozen."""
    source = source_of(
        plan,
        year,
        request.user,
        state=query.state,
        reading=query.reading or Reading.REPORTED,
    )
    if source is None:
        raise _no_year(request, plan, year)
    if source.is_official and query.reading is Reading.REPORTED:
        # What a stranger may not see does not exist; who may see it is told how.
        if is_anonymous(request):
            raise Missing(_("What is published are the verified figures: leave out “reading”."))
        raise Missing(
            _("An edition holds verified values; “reported” is a reading of “state=working”.")
        )
    return source


def _no_year(request: HttpRequest, plan: Plan, year: int) -> Missing:
    told = (
        _("%(year)s is not a published year of the plan.")
        if is_anonymous(request) or year in plan.years
        else _("%(year)s is not a year of the plan.")
    )
    return Missing(told % {"year": year})
