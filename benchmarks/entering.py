"""Measure entering: one save, one cell's form and the entry page, alone and under load.

    .venv/bin/python benchmarks/entering.py [--people 100] [--seconds 20] [--pause 0]
    .venv/bin/python benchmarks/entering.py --people 500 --readers 10 --seconds 60 --pause 20

It serves a made-up plan of 50 departments with 40 indicators each from gunicorn on loopback, in
a database of its own (SQLite in a temporary folder, or one beside that of DATABASE_URL), lets
so many coordinators save at once, and reads every acknowledged value back. See README.md here.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

DEPARTMENTS, ROWS, YEAR, SLUG = 50, 40, 2024, "yuk"
TOKEN = "a" * 32  # a CSRF secret: the cookie and the field must only agree
WORKERS, THREADS = 4, 4


@dataclass
class Person:
    """A coordinator at her desk: her session, her unit and the cells that are hers alone."""

    session: str
    number: str
    cells: list[int]
    versions: dict[int, int] = field(default_factory=dict)
    acknowledged: dict[int, int] = field(default_factory=dict)


@dataclass
class Seen:
    saves: list[float] = field(default_factory=list)
    forms: list[float] = field(default_factory=list)
    reads: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


@contextmanager
def own_database() -> Iterator[Path]:
    """Point the settings at an empty, migrated database, and take it away again."""
    with tempfile.TemporaryDirectory(prefix="yeap-benchmark-") as folder:
        os.environ.update(DEBUG="1", DATA_DIR=folder, DJANGO_SETTINGS_MODULE="yeap.settings")
        given = os.environ.get("DATABASE_URL", "")
        name = f"yeap_benchmark_{os.getpid()}"
        if given.startswith("postgres"):
            _on_server(given, f"CREATE DATABASE {name}")
            os.environ["DATABASE_URL"] = f"{given.rsplit('/', 1)[0]}/{name}"
        try:
            yield Path(folder)
        finally:
            if given.startswith("postgres"):
                from django.db import connections

                connections.close_all()
                _on_server(given, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _on_server(url: str, statement: str) -> None:
    import psycopg2  # type: ignore[import-untyped]

    connection = psycopg2.connect(url)
    connection.autocommit = True
    connection.cursor().execute(statement)
    connection.close()


def fill(people: int) -> tuple[list[Person], str]:
    """Make the plan and the people; return the coordinators and a reviewer's session."""
    import django

    django.setup()
    from django.core.management import call_command

    from accounts import memberships
    from accounts.models import User
    from accounts.rights import Role
    from activities.models import Activity, Department, Objective, Period, Plan, PlanDepartment
    from indicators.models import Indicator, Realization, Target

    call_command("migrate", verbosity=0)
    plan = Plan.objects.create(name="Yük", slug=SLUG, first_year=YEAR, last_year=YEAR + 2)
    Period.objects.create(plan=plan, year=YEAR, state="open")
    objective = Objective.objects.create(plan=plan, code="1.1")
    units, cells = [], {}
    for number in range(1, DEPARTMENTS + 1):
        unit = Department.objects.create(name=f"Birim {number} Dairesi")
        PlanDepartment.objects.create(plan=plan, department=unit, number=str(number))
        units.append(unit)
        activities = Activity.objects.bulk_create(
            Activity(
                plan=plan,
                department=unit,
                objective=objective,
                code=f"1.1.{row}",
                title=f"Faaliyet {number} {row}",
                position=number * 100 + row,
            )
            for row in range(ROWS)
        )
        rows = Indicator.objects.bulk_create(
            Indicator(activity=activity, name="Gösterge", baseline=50, kind_confirmed=True)
            for activity in activities
        )
        Target.objects.bulk_create(Target(indicator=row, year=YEAR, value=100) for row in rows)
        Realization.objects.bulk_create(
            Realization(indicator=row, year=YEAR - 1, value=60) for row in rows[:10]
        )
        cells[unit.pk] = [row.pk for row in rows]
    found = []
    for at in range(people):
        unit = units[at % DEPARTMENTS]
        user = User.objects.create(username=f"k{at}")
        memberships.put(user, unit.municipality, units=[unit])
        share = max(people // DEPARTMENTS + (at % DEPARTMENTS < people % DEPARTMENTS), 1)
        own = cells[unit.pk][at // DEPARTMENTS :: share]
        found.append(Person(_session(user), str(at % DEPARTMENTS + 1), own))
    reviewer = User.objects.create(username="okuyan")
    memberships.put(reviewer, unit.municipality, role=Role.REVIEWER)
    return found, _session(reviewer)


def _session(user: object) -> str:
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    store = SessionStore()
    store[SESSION_KEY] = str(user.pk)  # type: ignore[attr-defined]
    store[BACKEND_SESSION_KEY] = "accounts.backends.PersonBackend"
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()  # type: ignore[attr-defined]
    store.save()
    return str(store.session_key)


@contextmanager
def served(folder: Path) -> Iterator[int]:
    """Serve the application as in production, on loopback, and stop it by its own id."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        *(sys.executable, "-m", "gunicorn", "yeap.wsgi", "--bind", f"127.0.0.1:{port}"),
        *("--workers", str(WORKERS), "--threads", str(THREADS), "--worker-tmp-dir", str(folder)),
        *("--log-level", "warning"),
    ]
    server = subprocess.Popen(command, cwd=ROOT)
    try:
        for _attempt in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield port
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(20)


async def ask(
    port: int, session: str, path: str, form: dict[str, str] | None = None
) -> tuple[int, bytes]:
    """Send one request on a connection of its own; return status and body."""
    body = urlencode({**form, "csrfmiddlewaretoken": TOKEN}).encode() if form is not None else b""
    head = (
        f"{'POST' if form is not None else 'GET'} {path} HTTP/1.0\r\nHost: 127.0.0.1:{port}\r\n"
        f"Cookie: sessionid={session}; csrftoken={TOKEN}\r\n"
        "X-Requested-With: fetch\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(head.encode() + body)
    await writer.drain()
    answer = await reader.read()
    writer.close()
    status = int(answer.split(b" ", 2)[1]) if answer else 0
    return status, answer.partition(b"\r\n\r\n")[2]


async def work(port: int, person: Person, until: float, pause: float, seen: Seen) -> None:
    """Open the unit's page, then save one cell after another until the time is over."""
    await asyncio.sleep(random.uniform(0, pause))
    while time.monotonic() < until:
        cell = random.choice(person.cells)
        value = random.randint(1, 9_999)
        page = f"/entry/{SLUG}/{YEAR}/{person.number}/cells/{cell}/"
        begun = time.monotonic()
        if pause:
            status, _body = await ask(port, person.session, page)
            seen.forms.append(time.monotonic() - begun)
            if status != 200:
                seen.errors.append(f"form {status}")
            begun = time.monotonic()
        form = {f"written-{cell}": str(value), f"seen-{cell}": str(person.versions.get(cell, 0))}
        status, body = await ask(port, person.session, page, form)
        seen.saves.append(time.monotonic() - begun)
        if status == 200:
            changed = person.acknowledged.get(cell) != value
            person.versions[cell] = person.versions.get(cell, 0) + changed
            person.acknowledged[cell] = value
        else:
            seen.errors.append(f"save {status} {body[:80]!r}")
        spent = time.monotonic() - begun
        await asyncio.sleep(max(pause - spent, 0))


def pages() -> list[str]:
    year = f"/plans/{SLUG}/{YEAR}/"
    return [year, f"/entry/{SLUG}/{YEAR}/1/", f"{year}departments/1/"]


async def read(port: int, session: str, until: float, seen: Seen) -> None:
    while time.monotonic() < until:
        begun = time.monotonic()
        status, _body = await ask(port, session, random.choice(pages()))
        seen.reads.append(time.monotonic() - begun)
        if status != 200:
            seen.errors.append(f"read {status}")
        await asyncio.sleep(2)


async def press(
    port: int, people: list[Person], reviewer: str, options: argparse.Namespace
) -> Seen:
    # What is made once (templates, findings, kept figures) is made before the clock runs.
    for _one in range(WORKERS * 4):
        for path in pages():
            await ask(port, reviewer, path)
    seen, until = Seen(), time.monotonic() + options.seconds
    await asyncio.gather(
        *(work(port, person, until, options.pause, seen) for person in people),
        *(read(port, reviewer, until, seen) for _one in range(options.readers)),
    )
    return seen


def lost(people: list[Person]) -> int:
    """Count the acknowledged values that the database does not hold."""
    from indicators.models import Realization

    stored = dict(Realization.objects.filter(year=YEAR).values_list("indicator_id", "value"))
    return sum(
        stored.get(cell) != value
        for person in people
        for cell, value in person.acknowledged.items()
    )


def told(name: str, times: list[float]) -> None:
    if times:
        ordered = sorted(times)
        median, high = statistics.median(ordered), ordered[int(len(ordered) * 0.95)]
        print(f"{name:8} {len(times):6}  median {median * 1000:7.0f} ms  p95 {high * 1000:7.0f} ms")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--people", type=int, default=100)
    parser.add_argument("--readers", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--pause", type=float, default=0, help="seconds between saves of a person")
    options = parser.parse_args()
    with own_database() as folder:
        people, reviewer = fill(options.people)
        with served(folder) as port:
            seen = asyncio.run(press(port, people, reviewer, options))
        missing = lost(people)
    told("saves", seen.saves)
    told("forms", seen.forms)
    told("reads", seen.reads)
    rate = len(seen.saves) / options.seconds
    print(f"{rate:.0f} saves a second, {len(seen.errors)} errors, {missing} lost")
    for error in sorted(set(seen.errors))[:10]:
        print(f"  {error}")
    return 1 if seen.errors or missing else 0


if __name__ == "__main__":
    sys.exit(main())
