"""Rows that cost much to make: made once by each test process, put in as they are after that."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from itertools import islice
from typing import Any, Generic, TypeVar

from django.apps import apps
from django.db import connection, transaction

from accounts.models import User
from activities.models import Plan

World = TypeVar("World")
# SQLite takes as many parameters in one statement.
PARAMETERS = 900
# In the order they came in, which a query without an order shows.
Rows = dict[str, dict[tuple[Any, ...], None]]


class KeptRows:
    """What ``make`` puts into a database that only the migrations have filled.

    The first call runs it; later ones write the same rows, with their history, without running
    anything. Sequences are never rolled back, so no later row gets an id of these.
    """

    def __init__(self, make: Callable[[], object]) -> None:
        self._make = make
        self._added: Rows | None = None

    def put_in(self) -> None:
        """Fill the database, inside a transaction that the caller rolls back."""
        if self._added is not None:
            for table, rows in self._added.items():
                _insert(table, rows)
            return
        before = _all_rows()
        self._make()
        after = _all_rows()
        changed = {table for table in before if before[table].keys() - after[table].keys()}
        assert not changed, f"rows that were there before are other ones now: {changed}"
        self._added = {
            table: {row: None for row in rows if row not in before[table]}
            for table, rows in after.items()
        }


class KeptWorld(Generic[World]):
    """The same for a fixture of single tests: its rows, and the objects that stand for them."""

    def __init__(self, make: Callable[[], World]) -> None:
        self._make = make
        self._rows = KeptRows(self._make_first)
        self._world: World | None = None

    def put_in(self) -> World:
        """Return the objects as ``make`` does, of rows inside the test's own transaction.

        No two tests share an object. Where a test has other rows already, ids could be taken:
        then it makes its own.
        """
        if Plan.objects.exists() or User.objects.exists():
            return self._make()
        self._rows.put_in()
        return deepcopy(self._world)  # type: ignore[return-value]

    def _make_first(self) -> None:
        self._world = self._make()


@contextmanager
def held_for_module(blocker: Any, fill: Callable[[], object]) -> Iterator[None]:
    """Hold what ``fill`` puts into the database while the tests of a module run.

    Their own transactions nest in this one, so none sees what another changed. Call it from a
    module's fixture that asks for ``django_db_setup`` and ``django_db_blocker``, and hand objects
    out anew to each test: rows go back, objects do not.
    """
    with blocker.unblock():
        outer = transaction.atomic()
        outer.__enter__()
        try:
            fill()
        except BaseException:
            _undo(outer)
            raise
    yield
    with blocker.unblock():
        _undo(outer)


def _undo(outer: transaction.Atomic) -> None:
    transaction.set_rollback(True)
    outer.__exit__(None, None, None)


def _all_rows() -> Rows:
    return {table: _rows(table) for table in sorted(_tables())}


def _tables() -> set[str]:
    models = apps.get_models(include_auto_created=True)
    return {model._meta.db_table for model in models if model._meta.managed}


def _rows(table: str) -> dict[tuple[Any, ...], None]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
        return dict.fromkeys(cursor.fetchall())


def _insert(table: str, rows: dict[tuple[Any, ...], None]) -> None:
    if not rows:
        return
    width = len(next(iter(rows)))
    into = f"INSERT INTO {connection.ops.quote_name(table)} VALUES "
    one = f"({', '.join(['%s'] * width)})"
    with connection.cursor() as cursor:
        waiting = iter(rows)
        while some := list(islice(waiting, PARAMETERS // width)):
            cursor.execute(
                into + ", ".join([one] * len(some)), [value for row in some for value in row]
            )
