"""Files put aside between two pages: under a name nobody guesses, for as long as a session."""

from __future__ import annotations

import datetime

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from django.utils.crypto import get_random_string

FOLDER = "imports/kept"
KEPT_FOR = datetime.timedelta(hours=12)  # as long as a session


def put(data: bytes) -> str:
    """Put a file aside and return its name; what was never asked for again is deleted."""
    _drop_old()
    return default_storage.save(f"{FOLDER}/{get_random_string(24)}", ContentFile(data))


def _drop_old() -> None:
    if not default_storage.exists(FOLDER):
        return
    for name in default_storage.listdir(FOLDER)[1]:
        path = f"{FOLDER}/{name}"
        if default_storage.get_modified_time(path) < timezone.now() - KEPT_FOR:
            default_storage.delete(path)
