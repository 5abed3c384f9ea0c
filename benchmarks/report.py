"""What the annual report costs: time and size of each form, for the real plan and one department.

    .venv/bin/python benchmarks/report.py

It makes a database of its own and throws it away. Times are seconds from request to last byte,
typst's process included, and their ratio to a control of the same run: a bare page of this
project's middleware with a table of 200 rows. Limit: 5 s for the whole plan in any form.
"""

from __future__ import annotations

import io
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SLUG, YEAR, REPEATS, LIMIT_SECONDS = "mersin-2024-2026", 2024, 5, 5
CONTROL = """<!doctype html><title>Control</title><table>{% for row in rows %}<tr>
{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>{% endfor %}</table>"""


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="yeap-benchmark-") as folder:
        _start_django(folder)
        _measure()


def _start_django(folder: str) -> None:
    sys.path.insert(0, str(ROOT))
    os.environ |= {"DEBUG": "1", "DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "yeap.settings"}
    os.environ.pop("DATABASE_URL", None)
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    settings.DEBUG = False  # else every query is kept
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    call_command("migrate", verbosity=0)
    call_command("demo", force=True, stdout=io.StringIO())


def _measure() -> None:
    from django.conf import settings
    from django.http import HttpRequest, HttpResponse
    from django.template import engines
    from django.test import Client
    from django.urls import include, path

    from accounts.models import User
    from reports.annual import FORMS

    table = engines["django"].from_string(CONTROL)
    cells = [[f"{row}.{column}" for column in range(8)] for row in range(200)]

    def control(request: HttpRequest) -> HttpResponse:
        return HttpResponse(table.render({"rows": cells}, request))

    class Urls:
        urlpatterns = [path("control/", control), path("", include("yeap.urls"))]

    settings.ROOT_URLCONF = Urls
    client = Client()
    client.force_login(User.objects.get(username="inceleme"))
    base, _size = _quickest(lambda: _read(client.get("/control/")))
    print(f"control {base * 1000:.1f} ms")
    page, _size = _quickest(lambda: _read(client.get(f"/plans/{SLUG}/{YEAR}/report/")))
    print(f"the page with its options {page / base:.1f} × control")
    slowest = 0.0
    for form in FORMS:
        for what, query in (("plan", ""), ("department 7", "departments=7")):
            address = f"/plans/{SLUG}/{YEAR}/report.{form}?{query}"
            taken, size = _quickest(lambda address=address: _read(client.get(address)))  # type: ignore[misc]
            slowest = max(slowest, taken)
            _tell(f"{form} of the {what}", taken, base, size)
    verdict = "within" if slowest <= LIMIT_SECONDS else "ABOVE"
    print(f"slowest {slowest:.2f} s, {verdict} the limit of {LIMIT_SECONDS} s")


def _read(response: Any) -> bytes:
    assert response.status_code == 200, response.status_code
    return b"".join(response)


def _quickest(work: Callable[[], bytes]) -> tuple[float, int]:
    """Return the seconds of the quickest run, the least disturbed one, and the bytes it gave."""
    taken = []
    for _run in range(REPEATS):
        start = time.perf_counter()
        size = len(work())
        taken.append(time.perf_counter() - start)
    return min(taken), size


def _tell(what: str, taken: float, base: float, size: int) -> None:
    print(f"{what:<24} {taken:6.2f} s {taken / base:7.1f} × control {size / 1024:7.0f} KiB")


if __name__ == "__main__":
    main()
