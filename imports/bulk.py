"""Writing many rows with their history in a few statements.

The rows are put into a temporary table first, which locks nobody out; then one
``INSERT … SELECT`` moves them and another writes their history. On SQLite this shortens the
time in which nobody else can write from seconds to a fraction of one.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from operator import attrgetter
from typing import Any

from django.db import connection, connections, models
from django.utils import timezone

from activities.fields import KeyField

CHUNK = 10_000
Ids = list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Signature:
    """Who writes and why: what the history says of every row."""

    user_id: int | None
    reason: str


class Stage:
    """Rows of several models waiting in temporary tables to be moved in at once."""

    def __init__(self) -> None:
        self.staged: list[tuple[type[models.Model], str]] = []
        self.created: dict[str, Ids] = {}

    def add(self, rows: Sequence[models.Model]) -> None:
        """Give unsaved rows their ids and put them into a temporary table."""
        if not rows:
            return
        model = type(rows[0])
        ids = _reserve(model, len(rows))
        for row, pk in zip(rows, ids, strict=True):
            row.pk = pk
            _take_parent_ids(row)
        name = f"staged_{model._meta.db_table}_{len(self.staged)}"
        self._fill(model, name, rows)
        self.staged.append((model, name))
        ranges = self.created.setdefault(model._meta.label_lower, [])
        ranges.extend(as_ranges(ids))

    def move(self, signature: Signature) -> None:
        """Insert the staged rows and their history; run this inside the transaction."""
        for model, name in self.staged:
            columns = _columns(model)
            with connection.cursor() as cursor:
                cursor.execute(
                    f"INSERT INTO {_quote(model._meta.db_table)} ({columns}) "
                    f"SELECT {columns} FROM {_quote(name)}"
                )
            write_history(model, _quote(name), "+", signature)

    def drop(self) -> None:
        with connection.cursor() as cursor:
            for _model, name in self.staged:
                cursor.execute(f"DROP TABLE IF EXISTS {_quote(name)}")

    def _fill(self, model: type[models.Model], name: str, rows: Sequence[models.Model]) -> None:
        fields = model._meta.concrete_fields
        columns = _columns(model)
        with connection.cursor() as cursor:
            cursor.execute(
                f"CREATE TEMPORARY TABLE {_quote(name)} AS "
                f"SELECT {columns} FROM {_quote(model._meta.db_table)} WHERE 1 = 0"
            )
            readers = [_reader(field) for field in fields]
            values = (tuple([read(row) for read in readers]) for row in rows)
            if connection.vendor == "postgresql":
                _copy(cursor, name, columns, values)
            else:
                places = ", ".join(["%s"] * len(fields))
                statement = f"INSERT INTO {_quote(name)} ({columns}) VALUES ({places})"
                while chunk := list(islice(values, CHUNK)):
                    cursor.executemany(statement, chunk)


# What the driver takes as it is; everything else goes through Django's own preparation.
PLAIN = (models.CharField, models.TextField, models.IntegerField, models.BooleanField)


def _reader(field: models.Field[Any, Any]) -> Callable[[models.Model], Any]:
    """Return what reads a column's value from a row; told apart once, not for every row."""
    if isinstance(field, KeyField):
        return lambda row: field.pre_save(row, add=True)
    if isinstance(field, (*PLAIN, models.AutoField, models.ForeignKey)):
        return attrgetter(field.attname)
    # The connection itself: looking it up for each of a million values takes seconds.
    database = connections[connection.alias]
    return lambda row: field.get_db_prep_save(field.pre_save(row, True), database)


def write_history(
    model: type[models.Model], source: str, kind: str, signature: Signature, where: str = ""
) -> None:
    """Write a history row for each row of ``source``, a table of the model's columns.

    ``kind`` is simple-history's "+", "~" or "-". ``where`` is trusted SQL of this module.
    """
    history: Any = model.history.model  # type: ignore[attr-defined]
    columns = _columns(model)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {_quote(history._meta.db_table)} ({columns}, history_date, "
            f"history_change_reason, history_type, history_user_id) "
            f"SELECT {columns}, {_timestamp()}, %s, %s, %s FROM {source} {where}",
            [timezone.now(), signature.reason, kind, signature.user_id],
        )


def delete(model: type[models.Model], ids: Ids, signature: Signature) -> None:
    """Delete rows by their ids with their history; children must be gone already."""
    table = _quote(model._meta.db_table)
    for first, last in ids:
        where = f"WHERE id BETWEEN {int(first)} AND {int(last)}"
        write_history(model, table, "-", signature, where)
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table} {where}")


def as_ranges(ids: Iterable[int]) -> Ids:
    """Return ascending ids as first-last pairs.

    >>> as_ranges([1, 2, 3, 7])
    [(1, 3), (7, 7)]
    """
    ranges: Ids = []
    for one in ids:
        if ranges and ranges[-1][1] == one - 1:
            ranges[-1] = (ranges[-1][0], one)
        else:
            ranges.append((one, one))
    return ranges


def _reserve(model: type[models.Model], count: int) -> list[int]:
    """Take ids that nobody else will get; a short write of its own where there is none yet."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
                [table, count],
            )
            return sorted(row[0] for row in cursor.fetchall())
        cursor.execute("UPDATE sqlite_sequence SET seq = seq + %s WHERE name = %s", [count, table])
        if not cursor.rowcount:
            cursor.execute(
                "INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, count]
            )
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        last = cursor.fetchone()[0]
    return list(range(last - count + 1, last + 1))


def _columns(model: type[models.Model]) -> str:
    return ", ".join(_quote(str(field.column)) for field in model._meta.concrete_fields)


def _quote(name: str) -> str:
    return connection.ops.quote_name(name)


def _timestamp() -> str:
    return "%s::timestamptz" if connection.vendor == "postgresql" else "%s"


def _take_parent_ids(row: models.Model) -> None:
    """Copy the ids of parents that got theirs after they were assigned to the row."""
    for field in row._meta.concrete_fields:
        if isinstance(field, models.ForeignKey) and field.is_cached(row):
            parent = getattr(row, field.name)
            if parent is not None:
                setattr(row, field.attname, parent.pk)


def _copy(cursor: Any, name: str, columns: str, rows: Iterable[tuple[Any, ...]]) -> None:
    """Stream rows in PostgreSQL's COPY text form."""
    stream = io.StringIO()
    for row in rows:
        stream.write("\t".join(_copied(value) for value in row))
        stream.write("\n")
    stream.seek(0)
    cursor.copy_expert(f"COPY {_quote(name)} ({columns}) FROM STDIN", stream)


ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def _copied(value: Any) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, bool):
        return "t" if value else "f"
    return str(value).translate(ESCAPES)
