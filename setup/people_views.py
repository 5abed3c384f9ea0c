"""The people of a municipality: who comes in, with which task, for which units."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts import invitations, people, throttle
from accounts.models import User
from accounts.people import Refused, Task
from accounts.rights import Right
from activities.models import Department
from mail.recipients import called, reporting_units
from setup import person_history
from setup.frame import SettingsPage, settings_page
from setup.people_forms import InviteForm, NameOffForm, PersonForm, StepForm
from setup.people_list import PeopleList
from setup.person_words import UnitNames, line, newest_invitations, with_second_step


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
@settings_page(Right.ADMINISTER)
def people_settings(request: HttpRequest, here: SettingsPage) -> HttpResponse:
    """List the people, and invite one: for a unit where the address names it."""
    listed = PeopleList(
        here,
        task=request.GET.get("task", ""),
        words=request.GET.get("q", ""),
        page=request.GET.get("page"),
    )
    form = InviteForm(request.POST or None, units=listed.units, initial=_wanted(request, here))
    if form.is_bound and form.is_valid():
        answer = _invited(request, here, form)
        if answer is not None:
            return answer
    return TemplateResponse(
        request,
        "setup/people.html",
        here.context(
            list=listed,
            form=form,
            alone=_alone(here, listed.units),
            can_send=invitations.can_send(),
        ),
    )


def _alone(here: SettingsPage, units: UnitNames) -> list[tuple[Department, str, int]]:
    """Return the units that nobody can be written to about, in the plan's order."""
    found = reporting_units(here.plans)
    alone = {unit.pk for unit in found.alone}
    return [
        (unit, units.label(unit), found.indicators[unit.pk])
        for unit in units.units
        if unit.pk in alone
    ]


def _wanted(request: HttpRequest, here: SettingsPage) -> dict[str, Any]:
    """Return with what inviting begins: a coordinator, of the unit that is asked for."""
    chosen = request.GET.get("unit", "")
    known = chosen.isascii() and chosen.isdigit() and len(chosen) < 19
    unit = here.municipality.departments.filter(pk=int(chosen)).first() if known else None
    return {"task": Task.COORDINATOR.value, "units": [unit.pk] if unit is not None else []}


def _invited(request: HttpRequest, here: SettingsPage, form: InviteForm) -> HttpResponse | None:
    """Bring the person in and write to her, both or neither; None where that is refused."""
    given = form.cleaned_data
    try:
        with transaction.atomic():
            person = people.bring(
                given["email"],
                here.municipality,
                first_name=given["first_name"],
                last_name=given["last_name"],
                task=form.chosen_task,
                units=form.chosen_units,
                by=here.person,
            )
            return _written_to(request, here, person, address=given["email"])
    except Refused as why:
        form.add_error("email", str(why))
    except invitations.CannotInvite as why:
        form.add_error(None, _("Nobody was invited: %(why)s.") % {"why": why})
    return None


def _written_to(
    request: HttpRequest, here: SettingsPage, person: User, *, address: str
) -> HttpResponse:
    """Send a person the letter, or show its link once where no letter can be sent."""
    if invitations.can_send():
        invitations.welcome(person, by=here.person, municipality=here.municipality)
        told = _("An invitation was sent to %(address)s.") % {"address": address}
        messages.success(request, told)
        return redirect("people_settings")
    made = invitations.hand_over(person, by=here.person, municipality=here.municipality)
    link = request.build_absolute_uri(invitations.link(made))
    context = here.context(link=link, until=made.expires_at, address=address)
    return TemplateResponse(request, "setup/person_link.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
@settings_page(Right.ADMINISTER)
def person_settings(request: HttpRequest, here: SettingsPage, pk: int) -> HttpResponse:
    """Show a person of the municipality, keep what is changed of her."""
    page = PersonPage(here, pk)
    form = page.form(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            form.save()
        except Refused as why:
            form.add_error(None, str(why))
        else:
            messages.success(request, _("Saved."))
            return redirect("person_settings", pk)
    return page.response(form=form)


class PersonPage:
    """A person of the municipality for her page; who is not one of its people answers 404."""

    def __init__(self, here: SettingsPage, pk: int) -> None:
        self.here = here
        self.person = get_object_or_404(people.of(here.municipality), pk=pk)
        own = self.person.memberships.filter(municipality=here.municipality)
        self.membership = own.prefetch_related("units").first()
        self.units = UnitNames(here.municipality)
        self.may_change = people.may_change(self.person, here.person)
        self.may_change_own = people.may_change_own(self.person, here.person, here.municipality)

    def form(self, sent: Any = None) -> PersonForm:
        if sent is not None and (self.membership is None or not self.may_change):
            raise Http404
        own: list[Department] = list(self.membership.units.all()) if self.membership else []
        task = people.task_of(self.membership) if self.membership else Task.READER
        return PersonForm(
            sent,
            person=self.person,
            by=self.here.person,
            municipality=self.here.municipality,
            present=(task, own),
            may_change_own=self.may_change_own,
            units=self.units,
        )

    def response(self, **more: Any) -> TemplateResponse:
        person, here = self.person, self.here
        newest = newest_invitations([person.pk], here.municipality).get(person.pk)
        context = {
            "person": person,
            "name": called(person),
            "line": line(
                person,
                self.membership,
                by=here.person,
                units=self.units,
                second_step=person.pk in with_second_step([person.pk]),
                newest=newest,
            ),
            "belongs": self.membership is not None,
            "may_change": self.may_change,
            "may_change_own": self.may_change_own,
            "may_delete": people.may_delete(person, here.person, here.municipality),
            "may_take_name_off": people.may_take_name_off(person, here.person, here.municipality),
            "is_nameless": people.is_nameless(person),
            "future_name": people.nameless(person)[1],
            "waits": person.pk in throttle.slowed_people(),
            "events": person_history.events(person, here.municipality),
            "can_send": invitations.can_send(),
            "form": self.form(),
            "step_form": StepForm(),
            "name_off_form": NameOffForm(prefix="off"),
            **more,
        }
        return TemplateResponse(here.request, "setup/person.html", here.context(**context))


@require_POST
@login_required
@never_cache
@settings_page(Right.ADMINISTER)
def person_step(request: HttpRequest, here: SettingsPage, pk: int, step: str) -> HttpResponse:
    """Take one step about a person; what is refused is said on her page."""
    page = PersonPage(here, pk)
    if step not in STEPS:
        raise Http404
    try:
        answer = STEPS[step](request, page)
    except (Refused, invitations.CannotInvite) as why:
        messages.error(request, _sentence(str(why)))
        answer = None
    return answer or redirect("person_settings", pk)


def _sentence(why: str) -> str:
    return f"{why[:1].upper()}{why[1:].rstrip('.')}."


def _reason(request: HttpRequest) -> str:
    return request.POST.get("reason", "").strip()[:1000]


def _invite(request: HttpRequest, page: PersonPage) -> HttpResponse | None:
    if page.membership is None or not page.may_change:
        raise Refused(_("Who left is invited by her address."))
    return _written_to(request, page.here, page.person, address=page.person.email)


def _withdraw(request: HttpRequest, page: PersonPage) -> None:
    ended = invitations.withdraw(
        page.person, by=page.here.person, municipality=page.here.municipality
    )
    if ended:
        messages.success(request, _("The invitation is withdrawn: its link opens nothing."))


def _close(request: HttpRequest, page: PersonPage) -> None:
    people.close(page.person, page.here.municipality, by=page.here.person, reason=_reason(request))
    messages.success(request, _("The account is closed."))


def _open(request: HttpRequest, page: PersonPage) -> None:
    people.open_again(
        page.person, page.here.municipality, by=page.here.person, reason=_reason(request)
    )
    messages.success(request, _("The account is open again."))


def _take_out(request: HttpRequest, page: PersonPage) -> HttpResponse:
    people.take_out(
        page.person, page.here.municipality, by=page.here.person, reason=_reason(request)
    )
    told = _("%(name)s does not belong to the municipality any more.")
    messages.success(request, told % {"name": called(page.person)})
    return redirect("people_settings")


def _unlock(request: HttpRequest, page: PersonPage) -> None:
    people.unlock(page.person, by=page.here.person)
    messages.success(request, _("She can try again at once."))


def _sign_out(request: HttpRequest, page: PersonPage) -> None:
    ended = people.sign_out(page.person, page.here.municipality, by=page.here.person)
    told = ngettext("One session was ended.", "%(count)s sessions were ended.", ended)
    nowhere = _("She was signed in nowhere.")
    messages.success(request, told % {"count": ended} if ended else nowhere)


def _delete(request: HttpRequest, page: PersonPage) -> HttpResponse:
    name = called(page.person)
    people.delete(page.person, page.here.municipality, by=page.here.person, reason=_reason(request))
    messages.success(request, _("%(name)s is deleted.") % {"name": name})
    return redirect("people_settings")


def _take_name_off(request: HttpRequest, page: PersonPage) -> HttpResponse | None:
    form = NameOffForm(request.POST, prefix="off")
    if not form.is_valid():
        return page.response(name_off_form=form)
    people.take_name_off(
        page.person,
        page.here.municipality,
        by=page.here.person,
        reason=form.cleaned_data["reason"],
    )
    messages.success(request, _("The name is taken off."))
    return None


STEPS: dict[str, Callable[[HttpRequest, PersonPage], HttpResponse | None]] = {
    "invite": _invite,
    "withdraw": _withdraw,
    "close": _close,
    "open": _open,
    "take-out": _take_out,
    "unlock": _unlock,
    "sign-out": _sign_out,
    "delete": _delete,
    "name-off": _take_name_off,
}
