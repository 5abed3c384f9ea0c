"""Signing in with the password of the municipality's directory (LDAP, Active Directory).

The directory only says whether a password is right. Who may come in, and as what, is decided here:
a person whom an administrator has made without a password of our own, known by the e-mail address
or the name that the directory has for her. Needs requirements/ldap.txt.
"""

from __future__ import annotations

from typing import Any

import ldap
from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest
from django_auth_ldap.backend import LDAPBackend, ldap_error

from accounts.finding import owner, people_at, person_called
from accounts.models import User

AWAY = (ldap.SERVER_DOWN, ldap.CONNECT_ERROR, ldap.TIMEOUT, ldap.UNAVAILABLE, ldap.BUSY)
IS_AWAY = "directory_is_away"  # on the request, for who tells the person (accounts/adapter.py)


class DirectoryBackend(LDAPBackend):
    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        person = person_called(username or "")
        if person is not None and (person.has_usable_password() or not person.is_active):
            return None
        found: User | None = super().authenticate(request, username=username, password=password)
        return found if found is not None and found.is_active else None

    def get_or_build_user(self, username: str, ldap_user: Any) -> tuple[User, bool]:
        """Return the person whom an entry means; an unsaved one, who is refused, if nobody."""
        for address in ldap_user.attrs.get("mail", []):
            found = owner([one for one in people_at(address) if not one.has_usable_password()])
            if found is not None:
                return found, False
        person = person_called(username)
        if person is not None and person.username.lower() == username.lower():
            return person, False
        return User(username=username), True

    def get_user(self, user_id: int) -> User | None:
        found: User | None = ModelBackend().get_user(user_id)
        return found


def note_away(sender: Any, request: Any, exception: Exception, **kwargs: Any) -> None:
    if request is not None and isinstance(exception, AWAY):
        setattr(request, IS_AWAY, True)


ldap_error.connect(note_away, dispatch_uid="accounts.directory")
