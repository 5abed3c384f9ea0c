"""The two groups and what they may do in the administration."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group, Permission

from accounts.models import ADMINISTRATOR, REVIEWER

OWN_APPS = ("accounts", "activities", "indicators", "imports")


def grant_roles(**kwargs: Any) -> None:
    """Make the groups; administrators may change everything but history and groups."""
    Group.objects.get_or_create(name=REVIEWER)
    administrators, _ = Group.objects.get_or_create(name=ADMINISTRATOR)
    permissions = Permission.objects.filter(content_type__app_label__in=OWN_APPS)
    administrators.permissions.set(
        permissions.exclude(
            content_type__model__startswith="historical", codename__regex="^(add|change|delete)_"
        )
    )
