"""A real browser in front of the application as it is started for a trial.

The application runs in a process of its own, with a folder and a SQLite file of its own, whatever
database the other tests run on: Playwright keeps an event loop in this process, next to which
Django would refuse its database.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

import pytest
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[2]
MANAGE = [sys.executable, str(ROOT / "manage.py")]
# The shell without a window does the same for half of the processor's time.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser")
PLACES = (os.environ.get("CHROMIUM", ""), *(f"/usr/bin/{name}" for name in NAMES))
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
MISSING = "/no-such-page/"  # its 404 is no fault
SECONDS = 1000


@dataclass(frozen=True)
class Site:
    """Where the application is served, and the passwords of the trial's accounts."""

    url: str
    passwords: dict[str, str]
    folder: Path  # its data; letters lie in mail/


@pytest.fixture(scope="package")
def executable():
    found = next((place for place in PLACES if place and Path(place).exists()), None)
    if found is None:
        pytest.skip("no Chromium: install chromium-headless-shell, or set CHROMIUM to its path")
    return found


@pytest.fixture(scope="package")
def site(executable, tmp_path_factory):
    """Serve the real plan, as ``start.py`` does; every worker its own copy of it."""
    with _served(_copied(tmp_path_factory, "site")) as found:
        yield found


# Everything of 2024 verified, published, one number corrected, and published again.
PUBLISHING = """
from activities.models import Period, Plan
from indicators import editions
from indicators.models import Realization
from tests.factories import make_published_year
plan = Plan.objects.get()
Realization.objects.filter(year=2024).update(state="approved", deviation_reason="Talep arttı")
Plan.objects.update(is_public=True)
make_published_year(plan, 2024)
value = Realization.objects.filter(year=2024, value=5).first()
value.value, value.text, value._change_reason = 432, "432", "Toplam yerine eklenen yazılmış"
value.save()
editions.freeze(plan, 2024, person=None, reason="Otobüslerin sayısı düzeltildi")
value.value, value.text, value._change_reason = 433, "433", "Bir otobüs daha"
value.save()
"""


@pytest.fixture(scope="package")
def published_site(executable, tmp_path_factory):
    """Serve the plan once its year is published in two editions, with a correction since."""
    folder = _copied(tmp_path_factory, "published")
    command = [*MANAGE, "shell", "-c", PUBLISHING]
    subprocess.run(command, env=_environment(folder), cwd=ROOT, check=True, capture_output=True)
    with _served(folder) as found:
        yield found


OPERATOR, OPERATORS_PASSWORD = "isletmen", "vinc-kule-73-halat"


@pytest.fixture(scope="package")
def empty_site(executable, tmp_path_factory):
    """Serve an installation with nothing in it but its operator."""
    folder = tmp_path_factory.mktemp("empty")
    person = ("--noinput", "--username", OPERATOR, "--email", f"{OPERATOR}@example.org")
    environment = {**_environment(folder), "DJANGO_SUPERUSER_PASSWORD": OPERATORS_PASSWORD}
    for command in (("migrate",), ("createsuperuser", *person)):
        subprocess.run([*MANAGE, *command], env=environment, check=True, capture_output=True)
    with _served(folder, {OPERATOR: OPERATORS_PASSWORD}) as found:
        yield found


@pytest.fixture
def visit_empty(empty_site, chromium):
    """Open a window on the installation with nothing in it, signed in nowhere."""
    with _windows(empty_site, chromium) as window:
        yield window


def _copied(tmp_path_factory, name):
    folder = tmp_path_factory.mktemp(name)
    shutil.copytree(_installed(tmp_path_factory), folder, dirs_exist_ok=True)
    return folder


@contextmanager
def _served(folder, passwords=None):
    if passwords is None:
        passwords = json.loads((folder / "demo-accounts.json").read_text("utf-8"))
    address = f"127.0.0.1:{_free_port()}"
    log = folder / "server.log"
    command = [*MANAGE, "runserver", "--noreload", address]
    with _running(command, _environment(folder), log):
        _wait_for(f"http://{address}/healthz", log)
        yield Site(f"http://{address}", passwords, folder)
    assert "Traceback" not in log.read_text("utf-8"), log.read_text("utf-8")


def _installed(tmp_path_factory):
    """Return the data folder of a fresh trial: one worker fills it, the others wait for that."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent  # what all workers of a run have in common
    folder, is_filled = shared / "installed", shared / "installed-whole"
    try:
        folder.mkdir()
    except FileExistsError:
        _wait_until(is_filled.exists, "no worker has filled the trial's folder")
        return folder
    for command in ("migrate", "demo"):
        environment = _environment(folder)
        subprocess.run([*MANAGE, command], env=environment, check=True, capture_output=True)
    is_filled.touch()
    return folder


def _environment(folder):
    environment = {**os.environ, "DEBUG": "1", "DATA_DIR": str(folder)}
    environment.pop("DATABASE_URL", None)
    return environment


def _wait_until(holds, complaint):
    for _each in range(600):
        if holds():
            return
        time.sleep(0.2)
    raise AssertionError(complaint)


def _free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


@contextmanager
def _running(command, environment, log):
    with log.open("wb") as output:
        process = subprocess.Popen(command, env=environment, stdout=output, stderr=output)
        try:
            yield
        finally:
            process.terminate()
            process.wait(10)


def _wait_for(url, log):
    def answers():
        try:
            with urlopen(url, timeout=5):
                return True
        except OSError:
            return False

    _wait_until(answers, f"the application did not start, see {log}")


@pytest.fixture(scope="package")
def chromium(site, executable):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def signed_in(site, chromium):
    """Return the cookies of someone who has signed in, once an account."""
    states = {}

    def state(who):
        if who not in states:
            page = chromium.new_page(base_url=site.url, locale="tr-TR")
            page.goto("/accounts/login/")
            page.fill("[name=username]", who)
            page.fill("[name=password]", site.passwords[who])
            page.click("form.sheet button")
            page.wait_for_selector(".menu")
            states[who] = page.context.storage_state()
            page.close()
        return states[who]

    return state


@pytest.fixture
def visit(site, chromium, signed_in):
    """Open a browser window, signed in; at the end nothing may have gone wrong in any."""
    with _windows(site, chromium, signed_in) as window:
        yield window


@pytest.fixture
def visit_published(published_site, chromium):
    """Open a stranger's window on the plan whose year is published."""
    with _windows(published_site, chromium) as window:
        yield window


@contextmanager
def _windows(site, chromium, signed_in=None):
    contexts, faults = [], []

    def window(who="inceleme", *, width=1440, **options):
        if who:
            options["storage_state"] = signed_in(who)
        context = chromium.new_context(
            base_url=site.url,
            locale="tr-TR",
            viewport={"width": width, "height": 900},
            **options,
        )
        context.set_default_timeout(10 * SECONDS)
        contexts.append(context)
        page = context.new_page()
        _watch(page, site, faults)
        return page

    yield window
    for context in contexts:
        context.close()
    assert faults == []


def _watch(page, site, faults):
    def on_console(message):
        if message.type in ("error", "warning") and MISSING not in message.location["url"]:
            faults.append(f"{message.type}: {message.text}")

    def on_request(request):
        if not request.url.startswith((site.url, "data:", "blob:")):
            faults.append(f"a request to a foreign host: {request.url}")

    page.on("console", on_console)
    page.on("request", on_request)
    page.on("pageerror", lambda error: faults.append(f"script: {error}"))
    page.on("requestfailed", lambda request: faults.append(f"failed: {request.url}"))
