"""How many single changes of a module its own tests notice.

    python benchmarks/kill_rate.py [MODULE.py …] [--sample 100] [--line 42]

The changes are made by the operators of cosmic-ray, and by three of our own for what it leaves
out: a returned value, "in" and "not in", a text. Nothing is written. Which tests have to notice
says pyproject.toml, [tool.kill_rate].

Starting Python, pytest and Django costs more than most tests, so a process that has collected
the tests forks for each change, puts it into the functions that are there, and runs the tests
that call them until one fails. What changes a module's own lines or its classes, and what no
test noticed, is tried again by an import of the changed module in a fresh process.
"""

from __future__ import annotations

import argparse
import difflib
import gc
import inspect
import json
import os
import random
import re
import resource
import sys
import tempfile
import tomllib
import traceback
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import _lru_cache_wrapper
from importlib import import_module
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
from pathlib import Path
from time import monotonic
from types import CodeType, FrameType, FunctionType, ModuleType
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
BROKEN = 3
# Of the processor, so that a busy machine does not count as a noticed change.
SECONDS = 90
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


@dataclass(frozen=True, kw_only=True)
class Tested:
    """A module of the project and the tests that have to notice its changes."""

    path: Path
    tests: Sequence[str]
    has_database: bool

    @property
    def source(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @property
    def options(self) -> list[str]:
        plugins = ["-p", "tests.environment_plugin", "-p", "pytest_django.plugin", "--nomigrations"]
        return [
            *("-x", "-q", "-o", "addopts=", "--import-mode=importlib", "-p", "no:cacheprovider"),
            *(plugins if self.has_database else ["--noconftest"]),
            *self.tests,
        ]


@dataclass(frozen=True)
class Mutated:
    """Finds one module of the project, and gives it another source."""

    path: Path
    source: str

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        if name != ".".join(self.path.relative_to(ROOT).with_suffix("").parts):
            return None
        return spec_from_loader(name, self, origin=str(self.path))  # type: ignore[arg-type]

    def create_module(self, spec: ModuleSpec) -> None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        module.__file__ = str(self.path)
        exec(_compiled(self.path, self.source), module.__dict__)


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


class Forking(Quick):
    """Tries changes of functions, each in a fork of the process that has collected the tests."""

    def __init__(self, tested: Tested, mutants: Sequence[Mutant], noticed: Path) -> None:
        self.tested = tested
        self.mutants = mutants
        self.noticed = noticed

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if self.tested.has_database:
            # The forks inherit the database, and what the first test shares with the last.
            _run_items(session, session.items[-1:])
        callers = self._callers(session)
        # What changes nothing must pass, or every change would seem to be noticed.
        same = {code: code for codes in self._functions().values() for code in codes}
        if _fork(lambda: self._passes(session, same, range(len(session.items)))):
            raise SystemExit("The tests fail when nothing is changed.")
        found = []
        for number, mutant in enumerate(self.mutants):
            changed = swapped_functions(self.tested.path, self.tested.source, mutant.source)
            if changed:
                asked = [at for at in range(len(session.items)) if callers[at] & changed.keys()]
                # What none of them calls ran when the modules were imported.
                if asked and _fork(lambda: self._passes(session, changed, asked)):  # noqa: B023
                    found.append(number)
        self.noticed.write_text(json.dumps(found), encoding="utf-8")
        return True

    def _functions(self) -> dict[str, list[CodeType]]:
        return functions_of(_compiled(self.tested.path, self.tested.source))

    def _callers(self, session: pytest.Session) -> list[set[CodeType]]:
        """Return which functions of the module each test calls, itself or in its fixtures."""
        told = self.noticed.with_suffix(".calls")

        def record() -> bool:
            told.write_text(json.dumps(calls_of(session, self.tested.path)), encoding="utf-8")
            return not session.testsfailed

        if _fork(record):
            raise SystemExit("The tests fail without any change.")
        by_name = self._functions()
        return [
            {code for name in names for code in by_name.get(name, ())}
            for names in json.loads(told.read_text(encoding="utf-8"))
        ]

    def _passes(
        self, session: pytest.Session, changed: dict[CodeType, CodeType], asked: Sequence[int]
    ) -> bool:
        for each in gc.get_objects():
            # By type(), as some objects do not bear being asked what they are an instance of.
            if type(each) is FunctionType and each.__code__ in changed:
                each.__code__ = changed[each.__code__]
            elif type(each) is _lru_cache_wrapper:
                each.cache_clear()
        _run_items(session, [session.items[at] for at in asked])
        return not session.testsfailed


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
            if NO_BEHAVIOUR.match(lines[line - 1]) or _is_signature(node):
                continue
            changed = MutationVisitor.mutate_code(source, operator, occurrence)
            if changed is not None and changed not in seen and _compiles(changed):
                seen.add(changed)
                yield Mutant(line=line, source=changed, diff=_diff(source, changed))


def _is_signature(node: Any) -> bool:
    """Whether a node stands in a type, which nothing evaluates, or is the * of a signature."""
    if node.type == "operator" and node.parent.type == "parameters":
        return True
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


def calls_of(session: pytest.Session, path: Path) -> list[list[str]]:
    """Run every test and return the names of the module's functions that each called.

    Tests that share a fixture share its calls: it may have been made for another of them.
    """
    calls: list[set[str]] = []
    of_fixture: defaultdict[str, set[str]] = defaultdict(set)
    for at, item in enumerate(session.items):
        called: set[str] = set()

        def note(frame: FrameType, event: str, argument: object, called: set[str] = called) -> None:
            if event == "call" and frame.f_code.co_filename == str(path):
                called.add(frame.f_code.co_qualname)

        sys.setprofile(note)
        _run_items(session, [item], keep=session.items[at - 1])
        sys.setprofile(None)
        calls.append(called)
        for name in fixtures_of(item):
            of_fixture[name] |= called
    return [
        sorted(called.union(*(of_fixture[name] for name in fixtures_of(item))))
        for item, called in zip(session.items, calls, strict=True)
    ]


def fixtures_of(item: pytest.Item) -> list[str]:
    """Return the fixtures of a test that are kept longer than the test."""
    found = getattr(item, "_fixtureinfo").name2fixturedefs  # noqa: B009
    return [name for name, made in found.items() if made[-1].scope != "function"]


def _run_items(
    session: pytest.Session, items: Sequence[pytest.Item], keep: pytest.Item | None = None
) -> None:
    """Run tests until one fails; fixtures that ``keep`` shares with them are not taken down."""
    for item, following in zip(items, [*items[1:], keep or session.items[0]], strict=True):
        session.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if session.testsfailed:
            return


def functions_of(module: CodeType) -> dict[str, list[CodeType]]:
    """Return the code of a module's functions and methods by name; not what stands in them."""
    found: defaultdict[str, list[CodeType]] = defaultdict(list)
    for constant in module.co_consts:
        if isinstance(constant, CodeType):
            if constant.co_flags & inspect.CO_OPTIMIZED:
                found[constant.co_qualname].append(constant)
            else:
                for name, codes in functions_of(constant).items():
                    found[name] += codes
    return found


def swapped_functions(path: Path, source: str, changed: str) -> dict[CodeType, CodeType]:
    """Return the code of each changed function, old to new; nothing if more has changed."""
    one, other = _compiled(path, source), _compiled(path, changed)
    if _shell(one) != _shell(other):
        return {}
    before, after = functions_of(one), functions_of(other)
    return {
        old: new
        for name in before
        for old, new in zip(before[name], after[name], strict=True)
        if old != new
    }


def _shell(code: CodeType) -> tuple[object, ...]:
    """Return what a module or class does itself, without its functions."""
    constants = [
        (type(each), each)
        if not isinstance(each, CodeType)
        else each.co_name
        if each.co_flags & inspect.CO_OPTIMIZED
        else _shell(each)
        for each in code.co_consts
    ]
    return code.co_code, code.co_names, *constants


def _compiled(path: Path, source: str) -> CodeType:
    return compile(source, str(path), "exec", dont_inherit=True)


def _fork(passes: Callable[[], bool]) -> bool:
    """Whether what is done in a forked process fails; what takes too long has failed, too."""
    child = os.fork()
    if not child:
        code = BROKEN
        try:
            resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
            code = 0 if passes() else 1
        except Exception:
            traceback.print_exc()
        finally:
            os._exit(code)
    _pid, status = os.waitpid(child, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status) == BROKEN:
        raise SystemExit("Trying a change went wrong; SHOW=1 shows how.")
    return status != 0


def is_noticed(tested: Tested, source: str) -> bool:
    """Whether a module's tests fail with another source, imported by a fresh process."""

    def passes() -> bool:
        _be_silent()
        sys.meta_path.insert(0, Mutated(tested.path, source))
        return pytest.main(tested.options, plugins=[Quick()]) == 0

    return _fork(passes)


def noticed_by_forking(tested: Tested, mutants: Sequence[Mutant]) -> set[int]:
    """Return the places of the mutants that the tests notice when their functions are swapped."""
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder) / "noticed.json"

        def passes() -> bool:
            _be_silent()
            plugin = Forking(tested, mutants, answer)
            return pytest.main(tested.options, plugins=[plugin]) == 0

        _fork(passes)
        if not answer.exists():
            raise SystemExit(f"The tests of {tested.path} fail without any change (SHOW=1).")
        return set(json.loads(answer.read_text(encoding="utf-8")))


def _be_silent() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    if not os.environ.get("SHOW"):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)


def measure(tested: Tested, chosen: argparse.Namespace) -> str:
    """Return a module's line of the table; print what its tests do not notice."""
    began = monotonic()
    name = tested.path.relative_to(ROOT)
    mutants = sorted(mutants_of(tested.source), key=lambda mutant: mutant.line)
    made = len(mutants)
    if chosen.line:
        mutants = [mutant for mutant in mutants if mutant.line in chosen.line]
    if chosen.sample and chosen.sample < len(mutants):
        mutants = random.Random(0).sample(mutants, chosen.sample)
    noticed = noticed_by_forking(tested, mutants)
    for number, mutant in enumerate(mutants):
        if number not in noticed:
            if is_noticed(tested, mutant.source):
                noticed.add(number)
            else:
                print(f"{name}:{mutant.line}\n{mutant.diff}\n", flush=True)
    share = f"{len(noticed) / len(mutants):.1%}" if mutants else "—"
    tried = f"{len(noticed)} of {len(mutants)}"
    tried += f" (of {made})" if len(mutants) < made else ""
    return f"| `{name}` | {tried} | {share} | {monotonic() - began:.0f} s |"


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
                tested = Tested(path=ROOT / module, tests=tests, has_database=has_database)
                table.append(measure(tested, chosen))
    print("| module | changes noticed | share | time |\n|---|---|---|---|", *table, sep="\n")


if __name__ == "__main__":
    main()
