"""The two groups and what they may do in the administration."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group, Permission

from accounts.rights import GROUPS, Right, groups_with

OWN_APPS = ("accounts", "activities", "indicators", "imports")


def grant_roles(**kwargs: Any) -> None:
    """Make the groups; administrators may change everything but history and groups."""
    for name in GROUPS:
        Group.objects.get_or_create(name=name)
    permissions = Permission.objects.filter(content_type__app_label__in=OWN_APPS)
    given = permissions.exclude(
        content_type__model__startswith="historical", codename__regex="^(add|change|delete)_"
    )
    for name in groups_with(Right.ADMINISTER):
        Group.objects.get(name=name).permissions.set(given)
