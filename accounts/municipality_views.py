"""Choosing the municipality that one looks at, for who belongs to several."""

from __future__ import annotations

from typing import cast
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods

from accounts import current
from accounts.models import User
from activities import names

PER_PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def municipalities(request: HttpRequest) -> HttpResponse:
    """List a person's municipalities, found by words of their names; choosing one leads home.

    For who has no choice the page does not exist. Four queries, however many there are.
    """
    person = cast(User, request.user)
    if not current.has_choice(person):
        raise Http404
    own = current.municipalities_of(person)
    if request.method == "POST":
        chosen = request.POST.get("municipality", "")
        if not chosen.isdecimal():
            raise Http404
        current.choose(request, get_object_or_404(own, pk=int(chosen)))
        return redirect("home")
    words = request.GET.get("q", "")
    for word in names.fold(words).split():
        own = own.filter(name_key__contains=word)
    page = Paginator(own, PER_PAGE).get_page(request.GET.get("page"))
    tasks = current.tasks_of(person)
    context = {
        "words": words,
        "query": f"{urlencode({'q': words})}&" if words else "",
        "page": page,
        "here": current.enter(request),
        "rows": [(each, tasks.get(each.pk, "")) for each in page],
    }
    return TemplateResponse(request, "accounts/municipalities.html", context)
