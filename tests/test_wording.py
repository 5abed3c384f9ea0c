"""A value is verified (doğrula), and what is asked about it is a question (soru)."""

import gettext
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.utils import translation

from accounts.roles import OWN_APPS

ROOT = Path(settings.BASE_DIR)
CATALOGUE = ROOT / "locale/tr/LC_MESSAGES/django.mo"
GONE = re.compile(r"\b[Oo]nay|\b[Bb]ulgu")
GONE_IN_ENGLISH = re.compile(r"\b[Aa]pprov|\b[Ff]inding")


def catalogue() -> dict[Any, str]:
    with CATALOGUE.open("rb") as file:
        return gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]


def turkish() -> Iterator[str]:
    """Yield what the compiled catalogue says in Turkish."""
    yield from catalogue().values()


def english() -> Iterator[str]:
    """Yield what it says it for: the English texts, one and many each."""
    for key in catalogue():
        yield key[0] if isinstance(key, tuple) else key
    # The catalogue keeps the words for one thing only; those for many stand in the source.
    source = CATALOGUE.with_suffix(".po").read_text()
    for plural in re.findall(r'^msgid_plural ((?:".*"\n)+)', source, re.MULTILINE):
        yield "".join(line[1:-1] for line in plural.splitlines())


def words_of_models() -> Iterator[str]:
    """Yield what the administration calls our models, their fields and their choices."""
    for model in apps.get_models():
        if model._meta.app_label not in OWN_APPS:
            continue
        yield from (str(model._meta.verbose_name), str(model._meta.verbose_name_plural))
        for field in model._meta.get_fields():
            yield str(getattr(field, "verbose_name", ""))
            yield str(getattr(field, "help_text", ""))
            yield from (str(label) for _value, label in getattr(field, "flatchoices", ()))


def test_the_catalogue_is_not_empty() -> None:
    assert sum("doğrula" in text for text in turkish()) > 20
    assert sum("verified" in text for text in english()) > 20
    assert sum("questions" in text for text in english()) > 10


def test_no_turkish_text_speaks_of_onay_or_bulgu() -> None:
    assert [text for text in turkish() if GONE.search(text)] == []


def test_no_english_text_speaks_of_approving_or_findings() -> None:
    assert [text for text in english() if GONE_IN_ENGLISH.search(text)] == []


@pytest.mark.parametrize(("language", "gone"), [("tr", GONE), ("en", GONE_IN_ENGLISH)])
def test_the_administration_says_the_same_words(language: str, gone: re.Pattern[str]) -> None:
    with translation.override(language):
        assert [text for text in words_of_models() if gone.search(text)] == []


@pytest.mark.parametrize("kind", ["templates/**/*.html", "templates/**/*.txt", "static/js/**/*.js"])
def test_no_template_or_script_speaks_of_onay_or_bulgu(kind: str) -> None:
    files = list(ROOT.glob(kind))

    assert files
    assert [file.name for file in files if GONE.search(file.read_text())] == []


def test_times_are_written_with_a_colon_and_no_trail_ends_in_an_arrow() -> None:
    texts = {file.name: file.read_text() for file in ROOT.glob("templates/**/*.html")}

    assert [name for name, text in texts.items() if re.search(r"\bH\.i\b|›\s*</p>", text)] == []
