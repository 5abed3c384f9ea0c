"""Queries whose SQL is written once: for the one that every save of a cell begins with.

Django writes a query's SQL anew each time; for one with a dozen joins and subqueries that costs
more than the database takes to answer it, and a third of a save.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from copy import copy
from typing import Any

from django.db import connection, models
from django.db.models.sql.compiler import SQLCompiler

# No column holds more. A database may refuse such a number, where Django knows the answer.
LARGEST = 2**63 - 1


class Prepared:
    """A ``values_list`` query that is made once for each kind of database.

    ``make`` builds it from keyword arguments; ``marks`` holds for each a value of its type that
    occurs nowhere else, by which its places among the parameters are known.
    """

    def __init__(self, make: Callable[..., models.QuerySet[Any, Any]], **marks: Any) -> None:
        self.make = make
        self.marks = marks
        self.compilers: dict[str, tuple[SQLCompiler, str, tuple[Any, ...]]] = {}

    def rows(self, **given: Any) -> Iterator[Any]:
        """Run the query with the given values; yield its rows as tuples."""
        if any(isinstance(value, int) and abs(value) > LARGEST for value in given.values()):
            yield from self.make(**given)
            return
        if connection.vendor not in self.compilers:
            self.compilers[connection.vendor] = self._compile()
        made, sql, params = self.compilers[connection.vendor]
        values = {mark: given[name] for name, mark in self.marks.items()}
        filled = tuple([_filled(param, values) for param in params])
        # A copy, since threads share what is kept, and each has a connection of its own.
        compiler = copy(made)
        compiler.connection = connection
        compiler.as_sql = lambda *args, **kwargs: (sql, filled)  # type: ignore[method-assign]
        yield from compiler.results_iter(tuple_expected=True)

    def _compile(self) -> tuple[SQLCompiler, str, tuple[Any, ...]]:
        compiler = self.make(**self.marks).query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        missing = [name for name, mark in self.marks.items() if mark not in params]
        assert not missing, f"no place for {missing}"
        return compiler, sql, tuple(params)


def _filled(param: Any, values: Mapping[Any, Any]) -> Any:
    return values.get(param, param)
