"""Inviting a person: she sets her own password, and nobody else ever knows it.

A letter brings the link. Where no e-mail can be sent the link is shown to whoever invited, once,
to hand it over; it then proves nothing of the address. Who has a password already is told that
she belongs to one more municipality: told in the same way, as who belongs elsewhere is nobody's
business here.
"""

from __future__ import annotations

import datetime

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import log, memberships
from accounts.models import User
from accounts.records import Invitation
from activities.models import Municipality

SALT = "accounts.invitation"


class CannotInvite(Exception):
    """Why a person is not invited, in a sentence."""


def can_send() -> bool:
    """Whether letters can be sent at all."""
    return bool(settings.EMAIL_BACKEND)


def invite(
    person: User, *, by: User | None, municipality: Municipality | None = None
) -> Invitation:
    """Send a person the link to her first password; earlier links of hers end.

    Those of another municipality do not. Raises CannotInvite with its reason; nothing is kept then.
    """
    _check(person)
    if person.has_usable_password():
        raise CannotInvite(_("there is a password already"))
    return _send("invitation", person, by, municipality)


def welcome(
    person: User, *, by: User | None, municipality: Municipality | None = None
) -> Invitation:
    """Tell a person by letter of her place: as ``invite`` does, or that her account opens it."""
    if not person.has_usable_password():
        return invite(person, by=by, municipality=municipality)
    _check(person)
    return _send("membership", person, by, municipality)


@transaction.atomic
def hand_over(person: User, *, by: User | None, municipality: Municipality) -> Invitation:
    """Make an invitation whose link somebody is shown, to hand it over; raises CannotInvite.

    It opens nothing where the person belongs elsewhere, too: who holds it would get her other
    places with it.
    """
    if not person.is_active:
        raise CannotInvite(_("the account is closed"))
    made = _begun(person, by, municipality, address=person.email)
    made.handed_over = True
    made.save(update_fields=["handed_over"])
    log.record(log.Act.INVITED, by, person.get_username())
    return made


def withdraw(person: User, *, by: User, municipality: Municipality) -> int:
    """End a person's open invitations to a municipality; return how many there were."""
    rows = Invitation.objects.filter(person=person, municipality=municipality).open()
    ended = rows.update(expires_at=timezone.now())
    if ended:
        log.record(log.Act.WITHDRAWN, by, person.get_username())
    return ended


def _check(person: User) -> None:
    if not person.is_active:
        raise CannotInvite(_("the account is closed"))
    if not person.email:
        raise CannotInvite(_("there is no e-mail address"))


@transaction.atomic
def _send(
    kind: str, person: User, by: User | None, municipality: Municipality | None
) -> Invitation:
    made = _begun(person, by, municipality, address=person.email)
    context = {
        "person": person,
        "by": by,
        "until": made.expires_at,
        "municipality": municipality,
        "link": link(made) if kind == "invitation" else reverse("login"),
    }
    if not get_adapter().send_letter(kind, made.address, context):
        raise CannotInvite(_("the e-mail could not be sent"))
    log.record(log.Act.INVITED, by, person.get_username())
    return made


def _begun(
    person: User, by: User | None, municipality: Municipality | None, *, address: str
) -> Invitation:
    now = timezone.now()
    earlier = Invitation.objects.filter(person=person, municipality=municipality)
    earlier.open().update(expires_at=now)
    return Invitation.objects.create(
        person=person,
        municipality=municipality,
        by=by,
        address=address,
        sent_at=now,
        expires_at=now + datetime.timedelta(days=settings.INVITATION_DAYS),
    )


def link(made: Invitation) -> str:
    """Return the address, without the site, at which an invitation is accepted."""
    return reverse("invitation", args=[signing.dumps(made.pk, salt=SALT)])


def invited_with(token: str) -> Invitation | None:
    """Return the invitation of a link that works; None if used, too old, replaced or not ours."""
    made = _open(token)
    if made is None or not made.person.is_active or made.person.has_usable_password():
        return None
    if made.handed_over and memberships.are_elsewhere(made.person, made.municipality):
        return None
    # To another mailbox a link must not open what belongs to this one.
    return made if made.address == made.person.email else None


def is_known_already(token: str) -> bool:
    """Whether a link that is not over was given to somebody who only has to sign in."""
    made = _open(token)
    return made is not None and made.person.has_usable_password()


def _open(token: str) -> Invitation | None:
    try:
        key = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    found = Invitation.objects.open().select_related("person", "by")
    return found.filter(pk=key).first()


@transaction.atomic
def accept(made: Invitation, password: str) -> bool:
    """Set the first password; return False where somebody used the link at the same moment."""
    if not Invitation.objects.open().filter(pk=made.pk).update(accepted_at=timezone.now()):
        return False
    if not made.handed_over:
        made.person.proven_address = made.address
    made.person.set_password(password)
    made.person.save()
    log.record(log.Act.PASSWORD_CHANGED, made.person)
    return True
