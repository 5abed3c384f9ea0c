"""A test database that one worker of a run migrates and every other one copies.

Migrating takes eight seconds of processor, nearly all of them for Django's picture of the models
after each migration; a copy takes less than one. Without xdist, or with ``--reuse-db`` or
``--no-migrations``, pytest-django makes the database as it always does.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.conf import settings
from django.db import connection
from pytest_django.plugin import blocking_manager_key

# In the folder that all workers of a run have in common; there once it is whole.
FILE = "migrated.sqlite3"  # the copy itself
TEMPLATE_IS_THERE = "migrated.postgresql"
# After that a worker migrates for itself, whatever the first one is doing.
PATIENCE = 300.0


def make_database(make: Callable[[], object], shared: Path, template: str) -> None:
    """Have ``make``, which is pytest-django's own way, start from a copy if there is one.

    ``template`` is what the copy is called on PostgreSQL. The first worker of a run leaves the
    copy for the others, which wait for it; if it dies the next one takes its place.
    """
    is_there = shared / (FILE if connection.vendor == "sqlite" else TEMPLATE_IS_THERE)
    with alone(shared / "migrating", PATIENCE) as in_time:
        if not in_time:
            make()
            return
        if not is_there.exists():
            name = connection.creation._get_test_db_name()  # type: ignore[attr-defined]
            make()
            # Nothing is made if no test says that it needs a database.
            if connection.settings_dict["NAME"] == name:
                _leave_copy(is_there, template)
            return
    _start_from_copy(make, is_there, template)


def template_name() -> str:
    """Return it as derived from the run's own database; ``.ci/run`` knows it as well."""
    return f"test_{settings.DATABASES['default']['NAME']}_template"


def drop_template(config: pytest.Config) -> None:
    """Take the run's template away, once all workers have ended."""
    if hasattr(config, "workerinput") or config.getoption("dist", "no") == "no":
        return
    shared = config._tmp_path_factory.getbasetemp()  # type: ignore[attr-defined]
    if (shared / TEMPLATE_IS_THERE).exists():
        with config.stash[blocking_manager_key].unblock():
            _on_server(f"DROP DATABASE IF EXISTS {_quoted(template_name())} WITH (FORCE)")


@contextmanager
def alone(lock: Path, patience: float) -> Iterator[bool]:
    """Keep all others out, or say False after so many seconds.

    A lock of SQLite is one that every system lets go of when its process dies.
    """
    with closing(sqlite3.connect(lock, timeout=patience, isolation_level=None)) as holder:
        try:
            holder.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            in_time = False
        else:
            in_time = True
        yield in_time


def _leave_copy(is_there: Path, template: str) -> None:
    if connection.vendor == "sqlite":
        draft = is_there.with_suffix(".draft")
        draft.unlink(missing_ok=True)  # of a worker that died
        with closing(sqlite3.connect(draft)) as copy:
            connection.connection.backup(copy)
        os.replace(draft, is_there)
        return
    name = connection.settings_dict["NAME"]
    connection.close()  # a database that somebody is looking at cannot be copied
    _on_server(
        f"DROP DATABASE IF EXISTS {_quoted(template)} WITH (FORCE)",
        f"CREATE DATABASE {_quoted(template)} TEMPLATE {_quoted(name)}",
    )
    is_there.touch()


def _start_from_copy(make: Callable[[], object], is_there: Path, template: str) -> None:
    creation = connection.creation
    erase_old = creation._create_test_db  # type: ignore[attr-defined]

    def erase_old_and_copy(*args: Any, **options: Any) -> str:
        name = erase_old(*args, **options)
        shutil.copyfile(is_there, name)
        return name

    # What is there need not be migrated; what follows every migration is done all the same.
    test_settings = {"MIGRATE": False, "TEMPLATE": template}
    with patch.dict(connection.settings_dict["TEST"], test_settings):
        if connection.vendor == "sqlite":
            with patch.object(creation, "_create_test_db", erase_old_and_copy):
                make()
        else:
            make()
    # Django would have made up the tables from the models, without what migrations write.
    assert "django_migrations" in connection.introspection.table_names(), "this is no copy"


def _on_server(*statements: str) -> None:
    with connection.creation._nodb_cursor() as cursor:  # type: ignore[attr-defined]
        for statement in statements:
            cursor.execute(statement)


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
