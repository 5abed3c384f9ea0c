"""Which statements each test makes, and so which tests have to run on another database as well.

``--note-statements=FOLDER`` writes down what each test says to its database. A later run with
``--statements=FOLDER``, on another one, leaves out what would say nothing new there; ``needed`` is
the rule. With neither option all tests run.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.core.signals import request_started
from django.db import DatabaseError, connection

# By so many of the tests that run each statement is made, if as many make it.
MADE_BY = 2
# A list of values is one statement however long it is, and so are many rows written at once.
_LISTS = re.compile(r"(\([^()]*\)|%s)(?:, ?\1)+")
_SAVEPOINTS = re.compile(r'"s\d+_x\d+"')


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("databases")
    group.addoption("--note-statements", type=Path, metavar="FOLDER")
    group.addoption("--statements", type=Path, metavar="FOLDER")


def pytest_configure(config: pytest.Config) -> None:
    folder = config.getoption("--note-statements")
    if folder is not None:
        config.pluginmanager.register(Notes(folder))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what another run has said to its database already."""
    folder = config.getoption("--statements")
    if folder is None:
        return
    said = read(folder)
    assert said, f"no run has noted its statements in {folder}"
    spared = said.keys() - needed(said)
    config.hook.pytest_deselected(items=[item for item in items if item.nodeid in spared])
    items[:] = [item for item in items if item.nodeid not in spared]


@dataclass
class Said:
    """What a test said to the database, whether it opened a page, and whether it committed."""

    statements: set[str] = field(default_factory=set)
    opened_page: bool = False
    commits: bool = False


class Notes:
    """Write down what each test of this process says."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._tests: dict[str, Said] = {}
        self._said = Said()
        self._texts: dict[str, str] = {}
        self._is_listening = False

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Any:
        marker = item.get_closest_marker("django_db")
        commits = marker is not None and bool(marker.kwargs.get("transaction"))
        self.begin(item.nodeid, commits=commits or "transactional_db" in _fixtures(item))
        return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[Any]) -> Any:
        result = yield
        # Not before: the migrations are no test's own.
        if fixturedef.argname == "django_db_setup" and not self._is_listening:
            self._is_listening = True
            connection.execute_wrappers.append(self.note)
            request_started.connect(self.page_opened)
        return result

    def pytest_sessionfinish(self) -> None:
        self.write()

    def begin(self, test: str, *, commits: bool = False) -> None:
        self._said = self._tests[test] = Said(commits=commits)

    def write(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        name = os.environ.get("PYTEST_XDIST_WORKER", "main")
        places: dict[str, int] = {}
        tests = {
            test: [
                [places.setdefault(one, len(places)) for one in sorted(said.statements)],
                said.opened_page,
                said.commits,
            ]
            for test, said in self._tests.items()
        }
        content = {"statements": list(places), "tests": tests}
        (self._folder / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")

    def page_opened(self, **_given: Any) -> None:
        self._said.opened_page = True

    def note(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        statement = f"{self._text(sql)} {_kinds(params, many)}"
        try:
            return execute(sql, params, many, context)
        except DatabaseError as error:
            # What is refused, and by which constraint, is a statement of its own.
            statement += f" {type(error).__name__}: {error}"
            raise
        finally:
            self._said.statements.add(statement)

    def _text(self, sql: str) -> str:
        found = self._texts.get(sql)
        if found is None:
            found = self._texts[sql] = _SAVEPOINTS.sub("?", _LISTS.sub(r"\1, …", sql))
        return found


def _fixtures(item: pytest.Item) -> Iterable[str]:
    return getattr(item, "fixturenames", ())


def _kinds(params: Any, many: bool) -> str:
    """Return of which kinds a statement's values are, each once; NULL is one, too."""
    rows = (params or ()) if many else [params or ()]
    return ",".join(sorted({type(value).__name__ for row in rows for value in _values(row)}))


def _values(row: Any) -> Iterable[Any]:
    return row.values() if isinstance(row, dict) else row


def read(folder: Path) -> dict[str, Said]:
    """Return what all processes of a run have noted, test by test."""
    found = {}
    for file in sorted(folder.glob("*.json")):
        content = json.loads(file.read_text("utf-8"))
        statements = content["statements"]
        for test, (places, opened_page, commits) in content["tests"].items():
            found[test] = Said({statements[place] for place in places}, opened_page, commits)
    return found


def needed(said: dict[str, Said]) -> set[str]:
    """Return the tests that have to run on another database as well.

    All that open no page or commit: what computes, stores, refuses, migrates and happens at once
    is tested by them. Of those that open pages, so many that each statement (its text, the kinds
    of its values, its error) is made by ``MADE_BY`` of all these, or by each one that makes it;
    those that say little come first, for they are about it.
    """
    kept = {test for test, one in said.items() if one.commits or not one.opened_page}
    made: Counter[str] = Counter()
    for test in kept:
        made.update(said[test].statements)
    for test in sorted(said.keys() - kept, key=lambda test: (len(said[test].statements), test)):
        if any(made[statement] < MADE_BY for statement in said[test].statements):
            made.update(said[test].statements)
            kept.add(test)
    return kept
