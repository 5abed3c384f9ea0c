"""Changing one's own e-mail address: it counts once the link sent to it has been opened."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required, login_required
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.forms import AddressForm
from accounts.models import User

SALT = "accounts.address"
AGE_SECONDS = 2 * 24 * 60 * 60


def link(person: User, address: str) -> str:
    """Return the link, without the site, that makes an address the person's."""
    token = signing.dumps([person.pk, person.email, address], salt=SALT)
    return reverse("address_confirm", args=[token])


def asked(token: str) -> tuple[User, str] | None:
    """Return who wants which address; None if the link is used up, too old or not ours."""
    try:
        key, present, address = signing.loads(token, salt=SALT, max_age=AGE_SECONDS)
    except signing.BadSignature:
        return None
    person = User.objects.filter(pk=key, email=present, is_active=True).first()
    return None if person is None else (person, address)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@reauthentication_required(app="allauth.account")
@never_cache
def address(request: HttpRequest) -> HttpResponse:
    """Ask for a new address and send a link to it."""
    assert isinstance(request.user, User)
    person = request.user
    form = AddressForm(request.POST or None, present=person.email)
    if form.is_valid():
        wanted = form.cleaned_data["email"]
        sent = get_adapter().send_letter(
            "address_confirm", wanted, {"person": person, "link": link(person, wanted)}
        )
        if sent:
            told = _("A link was sent to %(address)s. Your address changes when you open it.")
            messages.success(request, told % {"address": wanted})
            return redirect("account")
        form.add_error(None, _("The e-mail could not be sent. Try again later."))
    return TemplateResponse(request, "accounts/address.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
@never_cache
def address_confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Change the address; a GET only asks, as mail scanners open every link."""
    found = asked(token)
    if found is None:
        raise Http404
    person, wanted = found
    if request.method != "POST":
        return TemplateResponse(request, "accounts/address_confirm.html", {"address": wanted})
    former, person.email = person.email, wanted
    person.proven_address = wanted
    person.save(update_fields=["email", "proven_address"])
    if former:
        get_adapter().send_letter(
            "account_notice", former, {"person": person, "what": "address", "address": wanted}
        )
    messages.success(request, _("Your e-mail address is changed."))
    return redirect("account")


@login_required
def no_password_here(request: HttpRequest) -> HttpResponse:
    """Tell somebody who signs in elsewhere that there is no password here to change."""
    messages.info(
        request, _("You sign in with your municipality's account; its password is kept there.")
    )
    return redirect("account")
