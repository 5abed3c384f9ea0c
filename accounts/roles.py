"""What a municipality's administrators may do in the administration, by Django's own names."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.models import Permission

from accounts.models import User
from accounts.rights import Right

KEPT = "_role_permissions"
OWN_APPS = ("accounts", "activities", "indicators", "imports")


class RoleBackend(BaseBackend):
    """Gives who administers where she stands every permission but on history and municipalities."""

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        if not isinstance(user_obj, User) or not user_obj.is_active:
            return set()
        if not user_obj.may(Right.ADMINISTER):
            return set()
        # Asked for every model of every page, so once a request.
        found: set[str] | None = user_obj.__dict__.get(KEPT)
        if found is None:
            found = user_obj.__dict__[KEPT] = _permissions()
        return found

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        """Whether any permission is of an app: without it the first page would list nothing."""
        return any(each.startswith(f"{app_label}.") for each in self.get_all_permissions(user_obj))


def _permissions() -> set[str]:
    """Return the permissions on what a municipality holds; one query."""
    permissions = Permission.objects.filter(content_type__app_label__in=OWN_APPS)
    given = permissions.exclude(
        content_type__model__startswith="historical", codename__regex="^(add|change|delete)_"
    ).exclude(content_type__model="municipality", codename__regex="^(add|delete)_")
    names = given.values_list("content_type__app_label", "codename").order_by()
    return {f"{app}.{name}" for app, name in names}
