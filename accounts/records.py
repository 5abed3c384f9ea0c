"""Records of getting in: slowed attempts, invitations, what people did.

They hold as little of a person as they can: attempts are kept under a keyed hash, so that neither
names nor addresses stand in them.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


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
