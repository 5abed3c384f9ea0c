"""The rooms of the house and the one direction in which they may import each other."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# From the top down. A room imports rooms of the floors below its own, never one beside it.
FLOORS = (
    ("yeap",),
    ("today", "search"),
    ("reports", "entry", "review", "setup"),
    ("imports", "help"),
    ("pages",),
    ("mail", "findings"),
    ("indicators",),
    ("accounts",),
    ("activities",),
)
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
# How the database going away is told is no domain: the API tells it in its own form.
OF_THE_HOUSE = {"yeap.errors"}


def python_files():
    return [
        path
        for room in FLOOR
        for path in sorted((ROOT / room).rglob("*.py"))
        if "migrations" not in path.parts
    ]


def imported(path):
    """Yield the dotted names that a file imports, wherever in it the import stands."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def climbing(path):
    """Return what a file imports from a room beside its own or above it."""
    room = path.relative_to(ROOT).parts[0]
    return [
        name
        for name in imported(path)
        if (other := name.split(".")[0]) in FLOOR
        and other != room
        and FLOOR[other] <= FLOOR[room]
        and name not in OF_THE_HOUSE
    ]


def test_imports_lead_downwards_only():
    found = {str(path.relative_to(ROOT)): climbing(path) for path in python_files()}
    assert {name: names for name, names in found.items() if names} == {}


def test_every_room_has_a_floor():
    rooms = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "benchmarks"}
    assert rooms == set(FLOOR)


def test_a_climbing_import_is_found(tmp_path, monkeypatch):
    monkeypatch.setitem(globals(), "ROOT", tmp_path)
    (tmp_path / "mail").mkdir()
    file = tmp_path / "mail" / "x.py"
    file.write_text("def f():\n    from findings import year\n    import entry.views\n")
    assert climbing(file) == ["findings", "entry.views"]
