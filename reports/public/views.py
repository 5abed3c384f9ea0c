"""The pages anybody may read. They ask for no session, so every cache can keep them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db.models import Exists, F, OuterRef
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.cache import patch_cache_control
from django.utils.http import parse_etags, quote_etag
from django.views.decorators.http import require_safe

from activities import revisions
from activities.models import Plan
from help import glossary
from indicators import editions
from indicators.figures import Level
from indicators.integrity import EditionBroken
from indicators.models import Edition
from pages.public_words import withheld_sentence
from reports.public.edition import Promise, PublicEdition
from yeap.errors import broken_edition

KEPT_FOR = 300  # seconds; a correction is to be seen soon
LENGTH = 100
PER_PAGE = 50

View = Callable[..., HttpResponse]


def _pages() -> str:
    """Return a mark of how the pages are written, so that a new version is fetched anew."""
    folder = Path(settings.BASE_DIR) / "templates" / "public"
    return sha256(b"".join(path.read_bytes() for path in sorted(folder.glob("*.html")))).hexdigest()


PAGES = _pages()


def public(view: View) -> View:
    """Serve a page in the language of its address, for any cache to keep.

    Who chose another language before is led to the address that says it.
    """

    @wraps(view)
    def served(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        language = _asked(request) or settings.LANGUAGE_CODE
        if (chosen := _chosen(request)) != language and not _asked(request):
            return _in_language(request, chosen)
        with translation.override(language):
            try:
                response = view(request, *args, **kwargs)
            except EditionBroken:
                # Here, so that it is said in the language of the address.
                return broken_edition(language)
        response.headers["Content-Language"] = language
        if response.status_code < 400:
            patch_cache_control(response, public=True, max_age=KEPT_FOR)
        else:
            patch_cache_control(response, no_store=True)
        return response

    return served


def _asked(request: HttpRequest) -> str:
    """Return the language that the address asks for; "" for none that we have."""
    asked = request.GET.get("lang", "")
    return asked if asked in dict(settings.LANGUAGES) else ""


def _chosen(request: HttpRequest) -> str:
    """Return the language that the person chose on any page, else the installation's."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def _in_language(request: HttpRequest, language: str) -> HttpResponse:
    """Lead to the same page in a language; only for who asked, so no cache keeps it."""
    query = request.GET.copy()
    query["lang"] = language
    response = redirect(f"{request.path}?{query.urlencode()}")
    patch_cache_control(response, private=True, no_store=True)
    return response


def _plan(slug: str, year: int) -> Plan:
    """Return a public plan whose year is published, with its revision; one query."""
    plan: Plan = get_object_or_404(
        Plan.objects.select_related("revision_row", "municipality"),
        slug=slug,
        is_public=True,
        periods__year=year,
        periods__state="published",
    )
    return plan


def _edition(plan: Plan, year: int, number: int | None) -> PublicEdition:
    """Return the newest edition of a published year, or the one with a number; two queries.

    Raise EditionBroken where it does not fit its checksums.
    """
    found = Edition.objects.filter(plan=plan, year=year)
    edition = (found if number is None else found.filter(number=number)).order_by("-number").first()
    if edition is None:
        raise Http404
    return PublicEdition(editions.PublicFigures(plan, edition))


def _etag(request: HttpRequest, plan: Plan, told: PublicEdition) -> str:
    """Return the mark of a page: the edition, what was corrected since, and the address.

    Drafts leave it as it is, and nothing in it is made from a number that is not public.
    """
    figures = told.figures
    parts = (
        figures.public_checksum,
        str(revisions.counted(plan)),
        request.get_full_path(),
        PAGES,
    )
    return quote_etag(sha256("\n".join(parts).encode()).hexdigest()[:32])


def _answer(
    request: HttpRequest,
    slug: str,
    year: int,
    template: str,
    contents: Callable[[PublicEdition], dict[str, Any]],
    number: int | None = None,
) -> HttpResponse:
    plan = _plan(slug, year)
    # Before the reader is told that nothing changed: an edition may have been tampered with.
    told = _edition(plan, year, number)
    etag = _etag(request, plan, told)
    response: HttpResponse
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        response = HttpResponseNotModified()
    else:
        context = {**frame(request, told, told.figures.edition), **contents(told)}
        response = render(request, template, context)
    response.headers["ETag"] = etag
    return response


def frame(request: HttpRequest, told: PublicEdition, edition: Edition) -> dict[str, Any]:
    """Return what every page of an edition shows around its contents."""
    return {
        "edition": told,
        "frozen": edition,
        "plan": told.plan,
        "slug": told.figures.plan.slug,
        "year": edition.year,
        "limits": told.figures.bands.limits,
        "lang": _asked_language(request),
        "other": _other_language(request),
    }


def of_year(request: HttpRequest, told: PublicEdition) -> dict[str, Any]:
    """Return the contents of a year's page, with what was searched for in it."""
    words = request.GET.get("q", "").strip()[:LENGTH]
    return {
        "words": words,
        "hits": told.found(words) if words else None,
    }


def _asked_language(request: HttpRequest) -> str:
    """Return what links add to stay in the language: "?lang=en", or nothing where none is asked."""
    language = translation.get_language()
    is_plain = language == settings.LANGUAGE_CODE and not _asked(request)
    return "" if is_plain else f"?lang={language}"


def _other_language(request: HttpRequest) -> dict[str, str]:
    is_first = translation.get_language() == settings.LANGUAGE_CODE
    code = "en" if is_first else settings.LANGUAGE_CODE
    # Said for the first language, too: it is another choice than the one before.
    return {"code": code, "url": f"{request.path}?lang={code}"}


@require_safe
@login_not_required
@public
def public_home(request: HttpRequest) -> HttpResponse:
    """List the published years of the public plans, of several municipalities by their names.

    Three queries, however many there are.
    """
    later = Edition.objects.filter(
        plan=OuterRef("plan"), year=OuterRef("year"), number__gt=OuterRef("number")
    )
    found = (
        Edition.objects.filter(
            ~Exists(later),
            plan__is_public=True,
            plan__periods__state="published",
            plan__periods__year=F("year"),
        )
        .select_related("plan__municipality")
        .defer("content")
        .order_by("plan__municipality__sort_key", "-plan__first_year", "plan__slug", "-year")
    )
    owners = found.order_by().values_list("plan__municipality", flat=True).distinct()
    lang = _asked_language(request)
    context = {
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "query": f"{lang[1:]}&" if lang else "",
        "are_several": len(owners[:2]) > 1,
        "lang": lang,
        "other": _other_language(request),
    }
    return render(request, "public/home.html", context)


@require_safe
@login_not_required
@public
def public_help(request: HttpRequest) -> HttpResponse:
    """Explain the words that the public pages use; nothing of any municipality, no query."""
    context = {
        "entries": glossary.entries(),
        "lang": _asked_language(request),
        "other": _other_language(request),
    }
    return render(request, "public/help.html", context)


@require_safe
@login_not_required
@public
def public_year(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    return _answer(request, slug, year, "public/year.html", partial(of_year, request))


@require_safe
@login_not_required
@public
def public_department(request: HttpRequest, slug: str, year: int, number: str) -> HttpResponse:
    def contents(told: PublicEdition) -> dict[str, Any]:
        unit = next((one for one in told.figures.units.values() if one.number == number), None)
        if unit is None or not number:
            raise Http404
        return _part(told, f"{unit.number}. {unit.name}", told.of_unit(number), number)

    return _answer(request, slug, year, "public/part.html", contents)


@require_safe
@login_not_required
@public
def public_objective(request: HttpRequest, slug: str, year: int, code: str) -> HttpResponse:
    def contents(told: PublicEdition) -> dict[str, Any]:
        rows = told.of_objective(code)
        if not rows:
            raise Http404
        names = told.figures.names_of(Level.OBJECTIVE)
        # An objective without a title is called by its number, in the language of the page.
        is_named = any(
            each["code"] == code and each["title"] for each in told.figures.content["objectives"]
        )
        found = _part(told, names.get(code, code), rows, f"objective {code}")
        return {**found, "is_named": is_named}

    return _answer(request, slug, year, "public/part.html", contents)


def _part(
    told: PublicEdition, title: str, promises: list[Promise], mean_key: str
) -> dict[str, Any]:
    return {
        "mean_key": mean_key,
        "title": title,
        "is_named": True,
        "promises": promises,
        "withheld_sentence": withheld_sentence(sum(one.is_hidden for one in promises)),
        "part": told.part(one.figure for one in promises),
        "with_units": len({one.figure.unit.id for one in promises}) > 1,
    }


@require_safe
@login_not_required
@public
def public_editions(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    """List the editions of a year: what each was made for, and where its files are."""

    def contents(told: PublicEdition) -> dict[str, Any]:
        return {"all": told.with_earlier()}

    return _answer(request, slug, year, "public/editions.html", contents)


@require_safe
@login_not_required
@public
def public_edition(request: HttpRequest, slug: str, year: int, number: int) -> HttpResponse:
    """Tell of one edition what it changed, what was corrected since, and its checksums."""

    return _answer(request, slug, year, "public/edition.html", lambda told: {}, number)
