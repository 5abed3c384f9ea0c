"""How many single changes of a module its own tests notice.

    python benchmarks/kill_rate.py [MODULE.py …] [--sample 100] [--line 42]

The changes are made by the operators of cosmic-ray, and by three of our own for what it leaves
out: a returned value, "in" and "not in", a text. Each is handed to the import system of a forked
process, which runs the module's own tests and stops at the first that fails; nothing is written.
Which tests those are says pyproject.toml, [tool.kill_rate].
"""

from __future__ import annotations

import argparse
import difflib
import os
import random
import re
import resource
import signal
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
from pathlib import Path
from time import monotonic
from types import ModuleType
from typing import Any

import parso
import pytest
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import MutationVisitor
from cosmic_ray.operators.operator import Operator
from cosmic_ray.plugins import get_operator
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parent.parent
# Of the many ways to replace an operator those that a person mistypes: the edge, the other side.
OF_COSMIC_RAY = (
    *("AddNot", "ReplaceTrueWithFalse", "ReplaceFalseWithTrue", "ReplaceAndWithOr"),
    *("ReplaceOrWithAnd", "ReplaceBreakWithContinue", "ReplaceContinueWithBreak"),
    *("ExceptionReplacer", "NumberReplacer", "RemoveDecorator", "ZeroIterationForLoop"),
    *("ReplaceUnaryOperator_Delete_Not", "ReplaceUnaryOperator_USub_UAdd"),
    *(
        f"ReplaceComparisonOperator_{one}_{other}"
        for one, other in (
            *(("Eq", "NotEq"), ("NotEq", "Eq"), ("Is", "IsNot"), ("IsNot", "Is")),
            *(("Lt", "LtE"), ("LtE", "Lt"), ("Gt", "GtE"), ("GtE", "Gt")),
            *(("Lt", "Gt"), ("LtE", "GtE"), ("Gt", "Lt"), ("GtE", "LtE")),
        )
    ),
    *(
        f"ReplaceBinaryOperator_{one}_{other}"
        for one, other in (
            *(("Add", "Sub"), ("Sub", "Add"), ("Mul", "Div"), ("Div", "Mul")),
            *(("FloorDiv", "Mul"), ("Mod", "Mul"), ("Pow", "Mul")),
            *(("BitOr", "BitAnd"), ("BitAnd", "BitOr")),
        )
    ),
)
# What these lines say changes no result: memory, speed, and what only the type checker reads.
NO_BEHAVIOUR = re.compile(
    r"\s*(?:__all__|@dataclass|@lru_cache|assert |\w+ = TypeVar\(|if TYPE_CHECKING)"
)
NOTHING = {"None", "False", "()", "[]", "{}", '""'}
TEXT = re.compile(r"""(?P<start>[a-zA-Z]*(?:\"{3}|'{3}|"|'))(?P<text>.+)(?P<end>["'])""", re.DOTALL)
SECONDS = 120
MEMORY = 3 * 2**30
# Loaded once, before forking, as far as they are there. None knows a module of the project.
AHEAD = ("django.test", "django.db.models", "openpyxl", "docx", "pdfplumber", "tablib", "yaml")


class ReturnNone(Operator):
    """Return None in place of a value."""

    def mutation_positions(self, node: Any) -> Iterator[Any]:
        if node.type == "return_stmt" and node.children[1].get_code().strip() not in NOTHING:
            yield node.children[1].start_pos, node.children[1].end_pos

    def mutate(self, node: Any, index: int) -> Any:
        node.children[1] = parso.parse(" None")
        return node

    @classmethod
    def examples(cls) -> tuple[()]:
        return ()


class SwapMembership(Operator):
    """Ask "not in" in place of "in", and the reverse."""

    def mutation_positions(self, node: Any) -> Iterator[Any]:
        for _at, sign in self._signs(node):
            yield sign.start_pos, sign.end_pos

    def mutate(self, node: Any, index: int) -> Any:
        at, sign = list(self._signs(node))[index]
        node.children[at] = parso.parse(" in" if sign.get_code().strip() != "in" else " not in")
        return node

    def _signs(self, node: Any) -> Iterator[tuple[int, Any]]:
        if node.type == "comparison":
            for at, sign in enumerate(node.children):
                if at % 2 and sign.get_code().split() in (["in"], ["not", "in"]):
                    yield at, sign

    @classmethod
    def examples(cls) -> tuple[()]:
        return ()


class ChangeText(Operator):
    """Change a text: the last digit of a number, else its beginning.

    Sentences for people and docstrings stay: what they say is nobody's rule.
    """

    def mutation_positions(self, node: Any) -> Iterator[Any]:
        if node.type == "string" and TEXT.fullmatch(node.value) and not self._is_prose(node):
            yield node.start_pos, node.end_pos

    def mutate(self, node: Any, index: int) -> Any:
        found = TEXT.fullmatch(node.value)
        assert found is not None
        text = found["text"]
        if re.fullmatch(r"[0-9.]*[0-9]", text):
            text = f"{text[:-1]}{(int(text[-1]) + 1) % 10}"
        else:
            text = f"XX{text}"
        node.value = f"{found['start']}{text}{found['end']}"
        return node

    def _is_prose(self, node: Any) -> bool:
        whole = node.parent if node.parent.type == "strings" else node
        if whole.parent.type in ("simple_stmt", "suite", "file_input"):
            return True
        first = whole.get_first_leaf().get_previous_leaf()
        return first is not None and first.value == "(" and first.get_previous_leaf().value == "_"

    @classmethod
    def examples(cls) -> tuple[()]:
        return ()


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """A module with one change; ``diff`` shows it."""

    line: int
    source: str
    diff: str


@dataclass(frozen=True)
class Mutated:
    """Finds one module of the project, and gives it another source."""

    name: str
    path: Path
    source: str

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        if name != self.name:
            return None
        return spec_from_loader(name, self, origin=str(self.path))  # type: ignore[arg-type]

    def create_module(self, spec: ModuleSpec) -> None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        module.__file__ = str(self.path)
        exec(compile(self.source, self.path, "exec", dont_inherit=True), module.__dict__)


class Quick:
    """Lets properties draw fewer examples, and the same in every run."""

    def pytest_configure(self) -> None:
        settings.register_profile(
            "kill rate",
            max_examples=15,
            derandomize=True,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        )
        settings.load_profile("kill rate")


def mutants_of(source: str) -> Iterator[Mutant]:
    """Return every module that differs from ``source`` by one change, each once."""
    lines = source.splitlines()
    tree = get_ast(source)
    operators: list[Operator] = [get_operator(f"core/{name}")() for name in OF_COSMIC_RAY]
    seen = {source}
    for operator in [*operators, ReturnNone(), SwapMembership(), ChangeText()]:
        places = [
            (node, start)
            for node in ast_nodes(tree)
            for start, _stop in operator.mutation_positions(node)
        ]
        for occurrence, (node, (line, _column)) in enumerate(places):
            if NO_BEHAVIOUR.match(lines[line - 1]) or _is_annotation(node):
                continue
            changed = MutationVisitor.mutate_code(source, operator, occurrence)
            if changed is not None and changed not in seen and _compiles(changed):
                seen.add(changed)
                yield Mutant(line=line, source=changed, diff=_diff(source, changed))


def _is_annotation(node: Any) -> bool:
    """Whether a node stands in a type, which nothing evaluates."""
    while node.parent is not None:
        before = node.get_first_leaf().get_previous_leaf()
        if node.parent.type in ("annassign", "tfpdef", "funcdef") and (
            before is not None and before.value in (":", "->") and node.type != "suite"
        ):
            return True
        node = node.parent
    return False


def _compiles(source: str) -> bool:
    try:
        compile(source, "mutant", "exec", dont_inherit=True)
    except SyntaxError:
        return False
    return True


def _diff(one: str, other: str) -> str:
    changed = difflib.unified_diff(one.splitlines(), other.splitlines(), lineterm="", n=0)
    return "\n".join(line for line in list(changed)[2:] if not line.startswith("@@"))


def is_noticed(path: Path, source: str, tests: Sequence[str], *, has_database: bool) -> bool:
    """Whether a module's tests fail with another source; too slow is noticed, too."""
    child = os.fork()
    if not child:
        _run(path, source, tests, has_database=has_database)
    _pid, status = os.waitpid(child, 0)
    return status != 0


def _run(path: Path, source: str, tests: Sequence[str], *, has_database: bool) -> None:
    """Run the tests in this process, and end it."""
    code = 1
    try:
        signal.alarm(SECONDS)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        if not os.environ.get("SHOW"):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, 1)
            os.dup2(nowhere, 2)
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        sys.meta_path.insert(0, Mutated(name, path, source))
        if has_database:
            plugins = [
                "-p",
                "tests.environment_plugin",
                "-p",
                "pytest_django.plugin",
                "--nomigrations",
            ]
        else:
            plugins = ["--noconftest"]
        options = ["-o", "addopts=", "--import-mode=importlib", "-p", "no:cacheprovider"]
        code = pytest.main(["-x", "-q", *options, *plugins, *tests], plugins=[Quick()])
    finally:
        os._exit(code)


def measure(path: Path, tests: Sequence[str], chosen: argparse.Namespace, *, database: bool) -> str:
    """Return a module's line of the table; print what its tests do not notice."""
    source = path.read_text(encoding="utf-8")
    began = monotonic()
    if is_noticed(path, source, tests, has_database=database):
        raise SystemExit(f"The tests of {path} fail without any change; SHOW=1 shows why.")
    mutants = sorted(mutants_of(source), key=lambda mutant: mutant.line)
    made = len(mutants)
    if chosen.line:
        mutants = [mutant for mutant in mutants if mutant.line in chosen.line]
    if chosen.sample and chosen.sample < len(mutants):
        mutants = random.Random(0).sample(mutants, chosen.sample)
    killed = 0
    for number, mutant in enumerate(mutants, start=1):
        if is_noticed(path, mutant.source, tests, has_database=database):
            killed += 1
        else:
            print(f"{path.relative_to(ROOT)}:{mutant.line}\n{mutant.diff}\n", flush=True)
        print(f"{number}/{len(mutants)}, {killed} noticed", end="\r", file=sys.stderr)
    share = f"{killed / len(mutants):.1%}" if mutants else "—"
    tried = f"{killed} of {len(mutants)}" + (f" (of {made})" if len(mutants) < made else "")
    seconds = f"{monotonic() - began:.0f} s"
    return f"| `{path.relative_to(ROOT)}` | {tried} | {share} | {seconds} |"


def main() -> None:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    known = config["tool"]["kill_rate"]
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("modules", nargs="*", help="as named in pyproject.toml; all, if none")
    reader.add_argument("--sample", type=int, help="only so many changes of each module")
    reader.add_argument("--line", type=int, action="append", help="only changes of these lines")
    chosen = reader.parse_args()
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    os.environ.update(PYTEST_DISABLE_PLUGIN_AUTOLOAD="1", DEBUG="1")
    os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="yeap-kill-rate-")
    for name in AHEAD:
        try:
            import_module(name)
        except ImportError:
            continue
    table = []
    for group, has_database in (("pure", False), ("database", True)):
        for module, tests in known[group].items():
            if not chosen.modules or module in chosen.modules:
                table.append(measure(ROOT / module, tests, chosen, database=has_database))
    print("| module | changes noticed | share | time |\n|---|---|---|---|", *table, sep="\n")


if __name__ == "__main__":
    main()
