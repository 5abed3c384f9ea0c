"""What the documents say of themselves: links lead somewhere, decisions have a day and a state."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = [ROOT / "README.md", *sorted(ROOT.glob("docs/**/*.md")), *ROOT.glob("benchmarks/*.md")]
DECISIONS = sorted(ROOT.glob("docs/decisions/*.md"))
LINK = re.compile(r"\]\((?!https?:|mailto:)([^)#\s]+)")
DATED = re.compile(
    r"Date: (\d{4}-\d\d-\d\d)( \(written down on \d{4}-\d\d-\d\d\))?\. "
    r"Status: (in force|replaced by \d{4}|withdrawn)\b.*\."
)


def named(path):
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_every_link_leads_to_a_file(document):
    links = LINK.findall(document.read_text(encoding="utf-8"))

    assert [link for link in links if not (document.parent / link).exists()] == []


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_says_since_when_and_whether_it_holds(decision):
    title, empty, dated, *_rest = decision.read_text(encoding="utf-8").splitlines()

    assert title.startswith("# ") and empty == ""
    assert DATED.fullmatch(dated), dated


def test_decisions_are_numbered_without_a_gap():
    numbers = [int(path.name[:4]) for path in DECISIONS]

    assert numbers == list(range(1, len(numbers) + 1))


def test_a_broken_link_is_found():
    assert LINK.findall("[a](docs/a.md#part) [b](https://example.org) [c](#d)") == ["docs/a.md"]
