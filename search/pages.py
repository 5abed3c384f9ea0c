"""Finding plans, their pages, settings and one's own pages by their titles, and words explained."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from activities.typed import Typed
from help import glossary
from pages.titles import TITLES, Of, Titled
from search.ground import Ground
from search.hits import SHOWN, Group, Hit


def pages(wanted: Typed, ground: Ground, request: HttpRequest) -> Group:
    """Find what a person may open by its title; no query."""
    everything = [*_plans(ground), *_titled(ground), *_settings(ground, request)]
    fitting = [hit for hit in everything if wanted.fits(hit.title)]
    fitting.sort(key=lambda hit: wanted.rank(hit.title))
    return Group("pages", _("Pages"), fitting[:SHOWN], len(fitting))


def _plans(ground: Ground) -> Iterator[Hit]:
    for plan in ground.plans:
        yield Hit(str(plan), plan.get_absolute_url(), where=(_("plan"),))


def _titled(ground: Ground) -> Iterator[Hit]:
    for name, page in TITLES.items():
        url = _url(ground, name, page)
        if url and page.is_open_to(ground.person):
            of_plan = ground.leading if page.of is not Of.NOBODY else None
            where = str(of_plan) if of_plan else _("page")
            yield Hit(str(page.title), url, where=(where,), is_turkish=False)


def _url(ground: Ground, name: str, page: Titled) -> str:
    """Return the address of a page; "" for one of a plan where there is none."""
    if page.of is Of.NOBODY:
        return reverse(name)
    plan = ground.leading
    if plan is None:
        return ""
    return reverse(name, args=[plan.slug]) if page.of is Of.PLAN else ground.url(plan.pk, name)


def _settings(ground: Ground, request: HttpRequest) -> Iterator[Hit]:
    """Yield the lists of an operator's administration, as its own first page names them."""
    if not ground.person.is_superuser:
        return
    for app in admin.site.get_app_list(request):
        for model in app["models"]:
            if model["admin_url"]:
                title = str(model["name"])
                yield Hit(title, model["admin_url"], where=(_("Administration"),), is_turkish=False)


def words(wanted: Typed) -> Group:
    """Find the words that the glossary explains; no query."""
    fitting = [each for each in glossary.entries() if wanted.fits(each.term, each.also)]
    fitting.sort(key=lambda each: wanted.rank(each.term))
    hits = [Hit(each.term, each.url, below=each.text, is_turkish=False) for each in fitting[:SHOWN]]
    return Group("words", _("Words explained"), hits, len(fitting))
