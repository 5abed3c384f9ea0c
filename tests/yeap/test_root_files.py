"""What browsers and search engines ask for beside the root of the site."""

import pytest
from django.test import Client

from yeap import settings


@pytest.mark.parametrize("method", ["get", "head"])
@pytest.mark.parametrize(
    ("name", "kind"), [("favicon.ico", "image/"), ("robots.txt", "text/plain")]
)
def test_it_is_there_for_strangers_and_asks_no_database(name, kind, method):
    answer = getattr(Client(), method)(f"/{name}")

    assert answer.status_code == 200
    assert answer["Content-Type"].startswith(kind)
    assert "Set-Cookie" not in answer


def test_search_engines_read_what_is_published_only():
    rules = (settings.WHITENOISE_ROOT / "robots.txt").read_text("utf-8").splitlines()

    assert [rule for rule in rules if not rule.startswith("#")] == [
        "User-agent: *", "Allow: /public/", "Allow: /static/", "Disallow: /",
    ]  # fmt: skip
