"""Records of getting in: slowed attempts, invitations, what people did.

They hold as little of a person as they can: attempts are kept under a keyed hash, so that neither
names nor addresses stand in them.
"""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activities.models import Municipality


class SlowedAttempts(models.Model):
    """Failed attempts to sign in of one kind (accounts/throttle.py); the key is a hash."""

    key = models.CharField(_("key"), max_length=64, unique=True)
    count = models.PositiveIntegerField(_("attempts"), default=0)
    last_at = models.DateTimeField(_("last attempt"))
    wait_until = models.DateTimeField(_("slowed down until"), null=True)

    class Meta:
        verbose_name = _("slowed attempts")
        verbose_name_plural = _("slowed attempts")
        indexes = [models.Index(fields=["last_at"], name="slowed_last_at")]

    def __str__(self) -> str:
        return self.key[:8]


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self) -> Self:
        """Return the invitations whose link still works."""
        return self.filter(accepted_at__isnull=True, expires_at__gt=timezone.now())


class Invitation(models.Model):
    """A letter with which a person sets her first password: who sent it, when, what became of it.

    An earlier one ends when a newer one is sent (its ``expires_at`` is moved to that moment).
    Each municipality has its own. Somebody with a password is only told that she belongs to one
    more: such an invitation opens nothing.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="invitations",
        verbose_name=_("person"),
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("invited by"),
    )
    municipality = models.ForeignKey(
        Municipality,
        models.CASCADE,
        null=True,
        related_name="+",
        verbose_name=_("municipality"),
    )
    address = models.EmailField(_("address"), blank=True)
    # Shown to whoever invited, where no e-mail can be sent: it proves nobody's address.
    handed_over = models.BooleanField(_("handed over"), default=False)
    sent_at = models.DateTimeField(_("sent"), default=timezone.now)
    expires_at = models.DateTimeField(_("valid until"))
    accepted_at = models.DateTimeField(_("accepted"), null=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ("-sent_at", "-pk")

    def __str__(self) -> str:
        return f"{self.address}, {self.sent_at:%Y-%m-%d}"


class LogEntry(models.Model):
    """Something a person did that changes nothing, and what concerns her account.

    What changes data stands in the history of what was changed. Kept for LOG_DAYS.
    """

    class Act(models.TextChoices):
        SIGNED_IN = "signed_in", _("signed in")
        REFUSED = "refused", _("signing in refused")
        EXPORTED = "exported", _("exported")
        EVIDENCE = "evidence", _("evidence opened")
        PRINTED = "printed", _("printed")
        ROLE_CHANGED = "role_changed", _("role changed")
        INVITED = "invited", _("invited")
        PASSWORD_CHANGED = "password", _("password changed")
        SECOND_FACTOR = "second_factor", _("second step changed")
        WITHDRAWN = "withdrawn", _("invitation withdrawn")
        UNLOCKED = "unlocked", _("waiting after wrong passwords ended")
        SIGNED_OUT = "signed_out", _("signed out everywhere")
        LEFT = "left", _("name taken off")

    at = models.DateTimeField(_("when"), default=timezone.now, db_index=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("who"),
    )
    municipality = models.ForeignKey(
        Municipality,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("municipality"),
        help_text=_("Where the person stood; none for what concerns her account alone."),
    )
    act = models.CharField(_("what"), max_length=20, choices=Act.choices)
    about = models.CharField(_("about"), max_length=200, blank=True)
    # Without its last part, which tells a machine: enough to see that it was not the town hall.
    network = models.CharField(_("network"), max_length=45, blank=True)

    class Meta:
        verbose_name = _("log entry")
        verbose_name_plural = _("log")
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.get_act_display()}"
