"""The examples in the docstrings say what happens."""

import doctest
from importlib import import_module
from pathlib import Path

import pytest
from django.utils import translation

ROOT = Path(__file__).resolve().parents[1]
APPLICATIONS = sorted(path.parent.name for path in ROOT.glob("*/__init__.py"))
WITH_EXAMPLES = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for application in APPLICATIONS
    for path in (ROOT / application).rglob("*.py")
    if application != "tests" and ">>> " in path.read_text(encoding="utf-8")
)


def test_examples_are_found():
    assert {"activities.names", "indicators.cells"} <= set(WITH_EXAMPLES)


@pytest.mark.parametrize("name", WITH_EXAMPLES)
def test_each_example_says_what_happens(name):
    with translation.override("en"):
        tried = doctest.testmod(import_module(name))

    assert tried.attempted
    assert tried.failed == 0
