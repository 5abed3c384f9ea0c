"""A person's own page, and the link that turns off optional e-mails."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required, login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from accounts import current, log, second_factor, sessions
from accounts import mail_off as links
from accounts.models import User
from accounts.rights import Right
from activities.models import Period


def has_published() -> bool:
    """Whether there is anything that strangers may read; the sign-in page leads them there."""
    published = Period.objects.filter(plan__is_public=True, state=Period.State.PUBLISHED)
    return published.exists()


class MailForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ("wants_reminders", "wants_weekly")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def account(request: HttpRequest) -> HttpResponse:
    """Show who one is here and what one gets by e-mail; the latter can be changed."""
    assert isinstance(request.user, User)
    current.enter(request)
    form = MailForm(request.POST if request.method == "POST" else None, instance=request.user)
    if form.is_bound and form.is_valid():
        if form.has_changed():
            request.user.save(update_fields=list(form.fields))
        messages.success(request, _("Your choice is saved."))
        return redirect("account")
    person = request.user
    context = {
        "form": form,
        "tasks": _tasks(person),
        "units": person.units.select_related("parent"),
        "has_password": person.has_usable_password(),
        "sessions": sessions.shown(person, request.session.session_key),
        "must_have_second_factor": second_factor.required_for(person),
        "second_factor_from": second_factor.announced_for(person),
        **_factors(person),
    }
    return TemplateResponse(request, "accounts/account.html", context)


@require_POST
@login_required
@never_cache
def end_sessions(request: HttpRequest) -> HttpResponse:
    """End one of one's own sessions, or all but this one."""
    assert isinstance(request.user, User)
    chosen = request.POST.get("session", "")
    if chosen.isascii() and chosen.isdigit() and len(chosen) < 19:
        ended = sessions.end(request.user, [int(chosen)])
    else:
        ended = sessions.end_others(request, request.user)
    told = ngettext("One session was ended.", "%(count)s sessions were ended.", ended)
    messages.success(request, told % {"count": ended})
    return redirect("account")


@require_POST
@login_required
@never_cache
def printed(request: HttpRequest) -> HttpResponse:
    """Note that a page was printed; a browser tells so (static/js/session.js)."""
    assert isinstance(request.user, User)
    page = request.POST.get("page", "")
    if page.startswith("/"):
        log.record(log.Act.PRINTED, request.user, page)
    return HttpResponse(status=204)


def _factors(person: User) -> dict[str, Any]:
    """Return a person's second factors by kind; one query."""
    own = list(Authenticator.objects.filter(user=person).order_by("pk"))
    kinds = Authenticator.Type
    codes = next((one.wrap() for one in own if one.type == kinds.RECOVERY_CODES), None)
    return {
        "app": next((one for one in own if one.type == kinds.TOTP), None),
        "passkeys": [one for one in own if one.type == kinds.WEBAUTHN],
        "codes_left": len(codes.get_unused_codes()) if codes else 0,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
@csrf_exempt  # mail programmes post here on their own; the token is what entitles
@never_cache
def mail_off(request: HttpRequest, token: str) -> HttpResponse:
    """Turn off a person's optional e-mails; a GET only asks, as mail scanners open every link."""
    told = links.told_by(token)
    if told is None:
        raise Http404
    person, what = told
    if request.method == "POST" and getattr(person, what.value):
        setattr(person, what.value, False)
        person.save(update_fields=[what.value])
    is_weekly = what is links.Optional.WEEKLY
    context = {"done": request.method == "POST", "is_weekly": is_weekly}
    return TemplateResponse(request, "accounts/mail_off.html", context)


def _tasks(person: User) -> list[str]:
    """Return what a person is here for, in words, from the widest task on; one or two queries."""
    told = []
    if person.may(Right.ADMINISTER):
        told.append(_("administrator: everything, people and set-up included"))
    elif person.may(Right.REVIEW):
        told.append(_("reviewer: sees every unit's values, verifies and returns them"))
    if person.unit_ids:
        told.append(_("coordinator: enters the values of her units and sends them"))
    return told or [_("reader: reads the plan's pages")]
