"""The operations of the API: plans, and a plan's year at every level."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, TypeVar

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Path, Query, Router, Schema
from ninja.openapi.schema import OpenAPISchema, get_schema
from ninja.renderers import JSONRenderer

from activities.models import Plan
from activities.revisions import counted
from indicators.achievement import Bands
from indicators.achievement_rows import entries, plain
from indicators.editions import PublicFigures
from indicators.figures import Figure, Figures, Level, bands_of
from reports.api import answers, schemas
from reports.api.headline import headline_of
from reports.api.seen import Cell, Seen, is_anonymous, plan_for, plans_for, years_for
from reports.api.throttling import AnonymousThrottle
from reports.official import edition_entry
from reports.opendata.published import SeenRow, edition_of
from reports.tables import Filter

Entry = dict[str, Any]
T = TypeVar("T")

DESCRIPTION = """
Read-only access to the monitoring of local equality action plans.

- **Who sees what.** A published year is answered from its newest edition, for everybody alike:
  verified values only, `edition` and `errata` beside them. Signed in (the session cookie of the
  site) `state=working` gives what stands in the records now, for every plan and year, with all
  values that were sent; a year without an edition has only that. Drafts are never shown. What a
  caller may not see answers 404.
- **Numbers** are decimal strings, exact and unrounded; ratios and scores are fractions
  (`"0.8281"` is 82.81 %), percentages as measured are in percentage points. `null` is "no number",
  never 0; `texts` holds what was written in the cell instead. Where a published number could
  identify people, `suppressed` is true, and the indicator counts in no total.
- **Paging** by `limit` and `offset`; `next` leads on. **ETag** with `If-None-Match` saves what is
  known already. Without an account requests are limited: 429 with `Retry-After`.
- Licence of the published data: CC BY 4.0.
""".strip()


class Utf8Renderer(JSONRenderer):
    json_dumps_params = {"ensure_ascii": False}


router = Router()
PROBLEMS: dict[int, Any] = {
    304: None,
    404: schemas.Problem,
    422: schemas.Problem,
    429: schemas.Problem,
}
Slug = Path(..., pattern="^[-a-zA-Z0-9_]+$", max_length=80)


@router.get("/plans/", response={200: schemas.Plans, **PROBLEMS}, url_name="api_plans")
def plans(request: HttpRequest, query: Query[schemas.Paged]) -> Entry:
    """List the plans that the caller can read."""
    _refuse_unknown(request, query)
    found = plans_for(request)
    answers.remember(request, *((plan.slug, counted(plan)) for plan in found))
    return _page(request, query, found, lambda shown: [_plan(request, plan) for plan in shown])


@router.get(
    "/plans/{slug:slug}/", response={200: schemas.PlanDetail, **PROBLEMS}, url_name="api_plan"
)
def plan(request: HttpRequest, slug: str = Slug) -> Entry:
    """Show a plan: its years, units, bands and method."""
    _refuse_unknown(request, None)
    found = plan_for(request, slug)
    figures = _newest(request, found)
    answers.remember(request, counted(found), getattr(figures, "edition", ""))
    years = years_for(request, found)
    return {
        **_plan(request, found),
        "method": figures.method if figures else found.method,
        "unreported": figures.unreported if figures else found.unreported,
        "bands": _bands(figures.bands if figures else bands_of(found)),
        "periods": [
            {
                "year": each.year,
                "state": each.state,
                "opens_on": each.opens_on,
                "closes_on": each.closes_on,
            }
            for each in found.periods.all()
            if each.year in years
        ],
        "units": _units(figures) if figures else [],
    }


@router.get(
    "/plans/{slug:slug}/achievement",
    response={200: schemas.Achievements, **PROBLEMS},
    exclude_unset=True,
    url_name="api_achievement",
)
def achievement(
    request: HttpRequest, query: Query[schemas.AchievementQuery], slug: str = Slug
) -> Entry:
    """Sum up a year to a level, with the keys of `manage.py achievement --format json`."""
    _refuse_unknown(request, query)
    seen = Seen(request, slug, query)
    if query.by is Level.INDICATOR:
        return _year_page(
            seen, query, seen.rows, lambda shown: list(map(_rated, shown)), by=query.by
        )
    # Objectives are called by number in words; the answer is the same in every language.
    with translation.override(settings.LANGUAGE_CODE):
        found = entries(seen.figures, query.by)
    told = {"headline": headline_of(seen)} if query.by is Level.PLAN else {}
    return _year_page(seen, query, found, list, by=query.by, **told)


@router.get(
    "/plans/{slug:slug}/indicators",
    response={200: schemas.Indicators, **PROBLEMS},
    exclude_unset=True,
    url_name="api_indicators",
)
def indicators(
    request: HttpRequest, query: Query[schemas.IndicatorQuery], slug: str = Slug
) -> Entry:
    """List the indicators with all their numbers of a year, in printed order."""
    _refuse_unknown(request, query)
    seen = Seen(request, slug, query)
    return _year_page(seen, query, _narrowed(seen, query), lambda shown: _indicators(seen, shown))


@router.get(
    "/plans/{slug:slug}/targets",
    response={200: schemas.Targets, **PROBLEMS},
    url_name="api_targets",
)
def targets(request: HttpRequest, query: Query[schemas.OfYear], slug: str = Slug) -> Entry:
    """List a year's targets."""
    _refuse_unknown(request, query)
    seen = Seen(request, slug, query)
    return _year_page(seen, query, seen.rows, lambda shown: [_target(seen, row) for row in shown])


@router.get(
    "/plans/{slug:slug}/realizations",
    response={200: schemas.Realizations, **PROBLEMS},
    exclude_unset=True,
    url_name="api_realizations",
)
def realizations(request: HttpRequest, query: Query[schemas.OfYear], slug: str = Slug) -> Entry:
    """List a year's realizations that count; those of indicators without one are null."""
    _refuse_unknown(request, query)
    seen = Seen(request, slug, query)
    return _year_page(
        seen, query, seen.rows, lambda shown: [_realization(seen, row) for row in shown]
    )


# --- Pages ---


def _refuse_unknown(request: HttpRequest, query: Schema | None) -> None:
    """Refuse a parameter that is not known: a mistyped filter must not answer with all."""
    known = set(type(query).model_fields) if query is not None else set()
    for name in request.GET:
        if name not in known:
            raise answers.Refused(_("There is no parameter “%(name)s” here.") % {"name": name[:40]})


def _year_page(
    seen: Seen,
    query: schemas.OfYear,
    found: Sequence[T],
    write: Callable[[Sequence[T]], list[Entry]],
    **more: object,
) -> Entry:
    figures = seen.figures
    return {
        "plan": seen.plan.slug,
        "year": seen.year,
        "state": seen.source.state,
        "reading": figures.reading,
        "method": figures.method,
        "unreported": figures.unreported,
        "edition": _edition(seen),
        "errata": seen.errata,
        **more,
        **_page(seen.request, query, found, write),
    }


def _edition(seen: Seen) -> Entry | None:
    if not isinstance(seen.figures, PublicFigures):
        return None
    at = reverse("public_year", args=[seen.plan.slug, seen.year])
    return {**edition_entry(seen.figures), "url": seen.request.build_absolute_uri(at)}


def _page(
    request: HttpRequest,
    query: schemas.Paged,
    found: Sequence[T],
    write: Callable[[Sequence[T]], list[Entry]],
) -> Entry:
    """Return the asked part of a list; only what is shown is written out."""
    limit, offset = query.limit, query.offset
    has_next, has_previous = offset + limit < len(found), offset > 0
    return {
        "count": len(found),
        "limit": limit,
        "offset": offset,
        "next": _at(request, offset + limit, limit) if has_next else None,
        "previous": _at(request, max(offset - limit, 0), limit) if has_previous else None,
        "items": write(found[offset : offset + limit]),
    }


def _at(request: HttpRequest, offset: int, limit: int) -> str:
    params = request.GET.copy()
    params["limit"], params["offset"] = str(limit), str(offset)
    return request.build_absolute_uri(f"{request.path}?{params.urlencode()}")


# --- Items ---


def _plan(request: HttpRequest, plan: Plan) -> Entry:
    return {
        "slug": plan.slug,
        "name": plan.name,
        "short_name": plan.short_name,
        "municipality": plan.municipality.name,
        "first_year": plan.first_year,
        "last_year": plan.last_year,
        "years": years_for(request, plan),
        "url": request.build_absolute_uri(reverse("api:api_plan", args=[plan.slug])),
    }


def _newest(request: HttpRequest, plan: Plan) -> Figures | None:
    """Return what a plan's units and settings are read from; None where nothing is published."""
    if not is_anonymous(request):
        return Figures(plan, plan.last_year)
    for year in reversed(years_for(request, plan)):
        if frozen := edition_of(plan, year):
            return frozen
    return None


def _bands(bands: Bands) -> Entry:
    return {
        "achieved": plain(bands.achieved),
        "mostly": plain(bands.mostly),
        "partly": plain(bands.partly),
    }


def _units(figures: Figures) -> list[Entry]:
    units = figures.units
    return [
        {
            "number": unit.number,
            "name": unit.name,
            "short_name": unit.short,
            "parent": units[unit.parent_id].number if unit.parent_id in units else None,
        }
        for unit in units.values()
    ]


def _narrowed(seen: Seen, query: schemas.IndicatorQuery) -> list[SeenRow]:
    words = Filter(status=query.status or "", text=query.q or "")
    fitting = {row.id for row in words.narrow(each.figure for each in seen.rows)}
    return [
        row
        for row in seen.rows
        if row.figure.id in fitting
        and not (query.status and row.suppressed)
        and (not query.department or query.department in _numbers(row.figure))
        and (not query.objective or query.objective in _codes(row.figure))
        and (not query.tag or _carries(seen.tags.get(row.figure.id, ()), query.tag))
    ]


def _numbers(row: Figure) -> tuple[str, str]:
    return row.unit.number, row.department.number


def _codes(row: Figure) -> tuple[str, str]:
    return row.objective_code, row.goal_code


def _carries(tags: Sequence[str], wanted: str) -> bool:
    return any(wanted in (tag, tag.partition(":")[2]) for tag in tags)


def _rated(row: SeenRow) -> Entry:
    return {**row.entry(), "standing": row.standing, **_mark(row)}


def _mark(row: SeenRow) -> Entry:
    return {"suppressed": True} if row.suppressed else {}


def _indicators(seen: Seen, shown: Sequence[SeenRow]) -> list[Entry]:
    targets = seen.targets_of(row.figure.id for row in shown)
    return [
        {
            **_indicator(row, targets[row.figure.id]),
            "tags": list(seen.tags.get(row.figure.id, ())),
            **_mark(row),
        }
        for row in shown
    ]


def _indicator(row: SeenRow, targets: dict[int, Cell]) -> Entry:
    figure, rated = row.figure, row.entry()
    del rated["target"]
    return {
        "id": figure.id,
        **rated,
        "measure": figure.measure,
        "kind": figure.measurement.kind,
        "kind_confirmed": figure.kind_confirmed,
        "direction": figure.measurement.direction,
        "reported_as": figure.measurement.reported_as,
        "weight": plain(figure.weight),
        "targets": {str(year): plain(value) for year, (value, _text) in targets.items()},
        "absence": figure.absence,
        "standing": row.standing,
        "texts": {
            "baseline": figure.baseline_text,
            "targets": {str(year): text for year, (_value, text) in targets.items()},
            "realization": figure.realization_text,
        },
    }


def _place(seen: Seen, row: Figure) -> Entry:
    return {
        "id": row.id,
        "key": row.key,
        "department": row.department.number,
        "branch": row.branch.number if row.branch else None,
        "code": row.code,
        "indicator": row.name,
        "year": seen.year,
    }


def _target(seen: Seen, row: SeenRow) -> Entry:
    figure = row.figure
    value = plain(figure.measurement.target)
    return {**_place(seen, figure), "value": value, "text": figure.target_text}


def _realization(seen: Seen, row: SeenRow) -> Entry:
    figure = row.figure
    return {
        **_place(seen, figure),
        "value": plain(figure.measurement.realization),
        "text": figure.realization_text,
        "absence": figure.absence,
        "standing": row.standing,
        **_mark(row),
    }


# --- The API ---


class Api(NinjaAPI):
    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: Entry | None = None
    ) -> OpenAPISchema:
        return _document(path_prefix or self.get_root_path(path_params or {}))

    def on_exception(self, request: HttpRequest, exc: Any) -> Any:
        return answers.of_exception(request, exc)


api = Api(
    title="YEAP İzleme",
    version="1",
    description=DESCRIPTION,
    docs_url=None,  # its pages load their scripts from elsewhere
    urls_namespace="api",
    renderer=Utf8Renderer(),
    throttle=[AnonymousThrottle()],
)
api.add_router("", router)


@cache
def _document(prefix: str) -> OpenAPISchema:
    """Return the description of the API; making it takes as long as ten answers."""
    return get_schema(api, path_prefix=prefix)
