"""The page on which an answer to a finding is shown and given."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import User
from activities.sentences import Sentence
from activities.wording import say
from pages import answering
from pages.plan_page import PlanPage


@require_POST
@login_required
def answer(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    """Record an answer; one that changes something is shown and asked first."""
    here = PlanPage(request, slug, year)
    person = cast(User, request.user)
    finding = answering.find(here, request.POST.get("finding", ""), person)
    back = _back(request, here)
    try:
        preview = answering.propose(
            here,
            finding,
            request.POST.get("code", ""),
            person,
            note=request.POST.get("note", ""),
            count_once=request.POST.get("count_once") == "on",
        )
        answering.refuse_closed(here, finding, preview, person)
    except Sentence as sentence:
        messages.error(request, say(sentence))
        return redirect(back)
    error = ""
    if request.POST.get("confirm") or not preview.must_be_asked:
        try:
            answering.give(here, preview, person, request.POST.get("digest", ""))
        except Sentence as sentence:
            error = say(sentence)
            if not preview.must_be_asked:
                messages.error(request, error)
                return redirect(back)
        else:
            messages.success(request, _("Your answer is recorded."))
            return redirect(back)
    context = here.context(preview=preview, finding=finding, back=back, error=error)
    return TemplateResponse(request, "findings/answer.html", context)


def _back(request: HttpRequest, here: PlanPage) -> str:
    """Return the page of this site that the answer was given on, else the findings."""
    back = request.POST.get("next", "")
    is_safe = back.startswith("/") and url_has_allowed_host_and_scheme(back, None)
    return back if is_safe else reverse("findings", args=[here.plan.slug, here.year])
