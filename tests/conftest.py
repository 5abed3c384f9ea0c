"""What every test gets."""

from __future__ import annotations

from django.conf import settings


def pytest_configure() -> None:
    # The real hasher takes its time on purpose: 0.3 s for every account a test makes.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
