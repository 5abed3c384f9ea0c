"""Inviting a person by e-mail: she sets her own password, and nobody else ever knows it."""

from __future__ import annotations

import datetime

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import log
from accounts.models import User
from accounts.records import Invitation

SALT = "accounts.invitation"


class CannotInvite(Exception):
    """Why a person is not invited, in a sentence."""


def invite(person: User, *, by: User | None) -> Invitation:
    """Send a person the link to her first password; earlier links of hers end.

    Raises CannotInvite with its reason; nothing is kept then.
    """
    if not person.is_active:
        raise CannotInvite(_("the account is closed"))
    if not person.email:
        raise CannotInvite(_("there is no e-mail address"))
    if person.has_usable_password():
        raise CannotInvite(_("there is a password already"))
    with transaction.atomic():
        now = timezone.now()
        Invitation.objects.filter(person=person).open().update(expires_at=now)
        made = Invitation.objects.create(
            person=person,
            by=by,
            address=person.email,
            sent_at=now,
            expires_at=now + datetime.timedelta(days=settings.INVITATION_DAYS),
        )
        context = {"person": person, "by": by, "until": made.expires_at, "link": link(made)}
        if not get_adapter().send_letter("invitation", made.address, context):
            raise CannotInvite(_("the e-mail could not be sent"))
        log.record(log.Act.INVITED, by, person.get_username())
    return made


def link(made: Invitation) -> str:
    """Return the address, without the site, at which an invitation is accepted."""
    return reverse("invitation", args=[signing.dumps(made.pk, salt=SALT)])


def invited_with(token: str) -> Invitation | None:
    """Return the invitation of a link that works; None if used, too old, replaced or not ours."""
    try:
        key = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    made = Invitation.objects.open().select_related("person", "by").filter(pk=key).first()
    if made is None or not made.person.is_active or made.person.has_usable_password():
        return None
    # To another mailbox a link must not open what belongs to this one.
    return made if made.address == made.person.email else None


@transaction.atomic
def accept(made: Invitation, password: str) -> bool:
    """Set the first password; return False where somebody used the link at the same moment."""
    if not Invitation.objects.open().filter(pk=made.pk).update(accepted_at=timezone.now()):
        return False
    made.person.set_password(password)
    made.person.save()
    log.record(log.Act.PASSWORD_CHANGED, made.person)
    return True
