"""Give the tests their own environment, before pytest-django reads the settings."""

from __future__ import annotations

import gc
import os
import tempfile

_folder = tempfile.TemporaryDirectory(prefix="yeap-tests-", ignore_cleanup_errors=True)

os.environ["DEBUG"] = "1"
# The trial's own data folder must never be what a test writes to.
os.environ["DATA_DIR"] = _folder.name
for _name in ("ALLOWED_HOSTS", "SECRET_KEY", "SHOW_TRACEBACKS"):
    os.environ.pop(_name, None)


# Most of what lives here lives to the end; looking through it every few thousand objects takes
# an eighth of the run.
gc.set_threshold(100_000, 50, 100)


def pytest_unconfigure() -> None:
    _folder.cleanup()
