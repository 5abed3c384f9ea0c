"""A value is verified (doğrula), and what is asked about it is a question (soru)."""

import gettext
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
CATALOGUE = ROOT / "locale/tr/LC_MESSAGES/django.mo"
GONE = re.compile(r"\b[Oo]nay|\b[Bb]ulgu")


def turkish() -> Iterator[str]:
    """Yield what the compiled catalogue says in Turkish."""
    with CATALOGUE.open("rb") as file:
        yield from gettext.GNUTranslations(file)._catalog.values()  # type: ignore[attr-defined]


def test_the_turkish_catalogue_is_not_empty() -> None:
    assert sum("doğrula" in text for text in turkish()) > 20


def test_no_turkish_text_speaks_of_onay_or_bulgu() -> None:
    assert [text for text in turkish() if GONE.search(text)] == []


@pytest.mark.parametrize("kind", ["templates/**/*.html", "templates/**/*.txt", "static/js/**/*.js"])
def test_no_template_or_script_speaks_of_onay_or_bulgu(kind: str) -> None:
    files = list(ROOT.glob(kind))

    assert files
    assert [file.name for file in files if GONE.search(file.read_text())] == []


def test_times_are_written_with_a_colon_and_no_trail_ends_in_an_arrow() -> None:
    texts = {file.name: file.read_text() for file in ROOT.glob("templates/**/*.html")}

    assert [name for name, text in texts.items() if re.search(r"\bH\.i\b|›\s*</p>", text)] == []
