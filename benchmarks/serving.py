"""Measure the report pages against a bare page, and the roll-up of 50,000 indicators.

    .venv/bin/python benchmarks/serving.py [--runs 40] [--large 50000]

It works in a database of its own, made for the purpose and removed afterwards: SQLite in a
temporary folder, or a test database beside the one DATABASE_URL names. See README.md here.
"""

from __future__ import annotations

import argparse
import gc
import gzip
import io
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

WARM_UP = 5
AFTER_A_WRITE = ", after a write"
SMALLER = 10  # the large plan is also measured at a tenth of its size
YEAR = 2024
# A unit of 40 indicators in the year that is open.
ENTRY_YEAR, ENTRY_UNIT = 2025, "11.2"

# What a page may cost, in times of the control (YARDSTICKS of the project).
LIMITS = {
    "dashboard": 3,
    "all indicators": 4,
    "dashboard, large": 10,
    "entry page of 40": 5,
    "one cell's form": 1.5,
    "one save": 1.5,
}


@contextmanager
def own_database() -> Iterator[None]:
    """Set Django up with an empty, migrated database, and take it away again."""
    with tempfile.TemporaryDirectory(prefix="yeap-benchmark-") as folder:
        os.environ.update(DEBUG="1", DATA_DIR=folder, DJANGO_SETTINGS_MODULE="yeap.settings")
        import django

        django.setup()
        from django.conf import settings
        from django.db import connection

        settings.ALLOWED_HOSTS.append("testserver")
        # A page's templates are compiled once, as in production.
        assert not settings.DEBUG
        if connection.vendor == "sqlite":
            connection.settings_dict["TEST"]["NAME"] = f"{folder}/benchmark.sqlite3"
        before = connection.settings_dict["NAME"]
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        try:
            yield
        finally:
            connection.creation.destroy_test_db(before, verbosity=0)


class Timing:
    """Milliseconds of one thing, run after run."""

    def __init__(self, name: str, run: Callable[[], Any]) -> None:
        self.name, self.run = name, run
        self.wall: list[float] = []
        self.cpu: list[float] = []

    def once(self, *, counted: bool = True) -> None:
        wall, cpu = time.perf_counter(), time.process_time()
        self.run()
        if counted:
            self.cpu.append((time.process_time() - cpu) * 1000)
            self.wall.append((time.perf_counter() - wall) * 1000)

    @property
    def median(self) -> float:
        return statistics.median(self.wall)

    @property
    def median_cpu(self) -> float:
        return statistics.median(self.cpu)


def measure(timings: list[Timing], runs: int) -> None:
    """Run everything in turns, so that a busy machine is busy for all of them."""
    for timing in timings:
        for _each in range(WARM_UP):
            timing.once(counted=False)
    gc.collect()
    for _each in range(runs):
        for timing in timings:
            timing.once()


def install_control() -> None:
    """Add the control's address: 200 rows of six columns behind the project's middleware."""
    from django.http import HttpRequest, HttpResponse
    from django.template import engines
    from django.urls import path

    from yeap import urls

    rows = [
        {
            "code": f"4.1.{number}",
            "name": f"Gösterge adı {number}",
            "unit": "Sağlık İşleri Dairesi Başkanlığı",
            "baseline": number,
            "target": number + 10,
            "realization": number + 5,
        }
        for number in range(200)
    ]
    template = engines["django"].from_string(
        "<!doctype html><html lang='tr'><title>Control</title><table>{% for row in rows %}"
        "<tr><th>{{ row.code }}</th><td>{{ row.name }}</td><td>{{ row.unit }}</td>"
        "<td>{{ row.baseline }}</td><td>{{ row.target }}</td><td>{{ row.realization }}</td></tr>"
        "{% endfor %}</table></html>"
    )

    def control(request: HttpRequest) -> HttpResponse:
        return HttpResponse(template.render({"rows": rows}, request))

    urls.urlpatterns.append(path("control/", control))


def visitor() -> Any:
    from django.test import Client

    from accounts.models import User

    client = Client()
    client.force_login(User.objects.get(username="inceleme"))
    return client


def page(client: Any, name: str, address: str) -> Timing:
    """Return the timing of a page; "after a write" it finds no roll-up and no finding kept."""
    from django.core.cache import cache

    def get() -> None:
        if name.endswith(AFTER_A_WRITE):
            cache.clear()
        headers = {"X-Requested-With": "fetch"} if address.endswith("?row") else {}
        response = client.get(address, headers=headers)
        assert response.status_code == 200, f"{address}: {response.status_code}"

    return Timing(name, get)


def saving(client: Any, address: str, pk: int) -> Timing:
    """Return the timing of one save after another of one cell, as the page's script sends it."""
    from indicators.models import Realization

    sent = {"version": 0, "value": 0}

    def save() -> None:
        sent["value"] += 1
        form = {f"written-{pk}": str(sent["value"]), f"seen-{pk}": str(sent["version"])}
        response = client.post(address, form, headers={"X-Requested-With": "fetch"})
        assert response.status_code == 200, response.status_code
        sent["version"] += 1

    Realization.objects.filter(indicator=pk, year=ENTRY_YEAR).delete()
    return Timing("one save", save)


def entry_pages(runs: int) -> bool:
    """Measure entering beside the control, as the coordinator of a unit of 40 indicators."""
    from django.test import Client
    from django.urls import reverse

    from accounts import memberships
    from accounts.models import User
    from activities.models import PlanDepartment
    from imports.management.commands.demo import SLUG
    from indicators.models import Indicator

    place = PlanDepartment.objects.get(plan__slug=SLUG, number=ENTRY_UNIT)
    user = User.objects.create(username="giren")
    memberships.put(user, place.plan.municipality, units=[place.department])
    client = Client()
    client.force_login(user)
    row = Indicator.objects.filter(activity__department=place.department).first()
    assert row is not None
    here = [SLUG, ENTRY_YEAR, ENTRY_UNIT]
    cell = reverse("entry_cell", args=[*here, row.pk])
    kept = compare_pages(
        {
            "control": "/control/",
            "entry page of 40": reverse("entry", args=here),
            "one cell's form": f"{cell}?row",
        },
        client,
        runs,
        saving(client, cell, row.pk),
    )
    return kept


def facts(client: Any, address: str) -> tuple[int, int, int]:
    """Return a warm page's queries, bytes and bytes as sent."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        content = client.get(address).content
    return len(queries), len(content), len(gzip.compress(content, 6))


def make_plan(size: int) -> Any:
    """Store a plan of this many indicators: five an activity, three years of targets."""
    from activities.models import Activity, Department, Objective, Plan, PlanDepartment
    from indicators.models import Indicator, Realization, Target

    plan = Plan.objects.create(
        name=f"Plan {size}", slug=f"plan-{size}", first_year=YEAR, last_year=YEAR + 2
    )
    units = [
        Department.objects.create(name=f"Daire {size} {number}") for number in range(min(100, size))
    ]
    for number, unit in enumerate(units, start=1):
        PlanDepartment.objects.create(plan=plan, department=unit, number=str(number))
    objectives = [Objective.objects.create(plan=plan, code=str(code)) for code in range(1, 9)]
    goals = [
        Objective.objects.create(plan=plan, code=f"{above.code}.{code}", parent=above)
        for above in objectives
        for code in range(1, 6)
    ]
    activities = Activity.objects.bulk_create(
        [
            Activity(
                plan=plan,
                department=units[number % len(units)],
                objective=goals[number % len(goals)],
                code=f"{goals[number % len(goals)].code}.{number}",
                title=f"Faaliyet {number}",
                position=number,
            )
            for number in range(size // 5)
        ],
        batch_size=1000,
    )
    indicators = Indicator.objects.bulk_create(
        [
            Indicator(
                activity=activities[number // 5],
                position=number % 5 + 1,
                name=f"Gösterge {number % 5 + 1}",
                baseline=Decimal(number % 50),
            )
            for number in range(size)
        ],
        batch_size=1000,
    )
    for year in plan.years:
        Target.objects.bulk_create(
            [
                Target(indicator=indicator, year=year, value=Decimal(100 + number % 7))
                for number, indicator in enumerate(indicators)
            ],
            batch_size=1000,
        )
    Realization.objects.bulk_create(
        [
            Realization(
                indicator=indicator, year=YEAR, value=Decimal(number % 140), state="submitted"
            )
            for number, indicator in enumerate(indicators)
            if number % 20
        ],
        batch_size=1000,
    )
    return plan


def roll_ups(plan: Any) -> list[Timing]:
    """Return the roll-up with its loading, and the pure part alone."""
    from indicators.achievement import rate, roll_up, summarise
    from indicators.figures import Figures, Level

    def loaded() -> None:
        figures = Figures(plan, YEAR)
        assert figures.summary.indicators == len(figures.rows)
        figures.by(Level.DEPARTMENT)
        figures.by(Level.OBJECTIVE)

    figures = Figures(plan, YEAR)
    rows = figures.rows
    measurements = [row.measurement for row in rows]

    def rated() -> None:
        for measurement in measurements:
            rate(measurement, method=figures.method, bands=figures.bands)

    def rolled() -> None:
        summarise(rows, unreported=figures.unreported)
        roll_up(rows, lambda row: row.department.number, unreported=figures.unreported)

    return [
        Timing("load, rate and roll up", loaded),
        Timing("rate alone", rated),
        Timing("roll up alone", rolled),
    ]


def table(rows: Sequence[tuple[str, ...]]) -> None:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        first, *others = (cell.ljust(w) for cell, w in zip(row, widths, strict=True))
        print(first, *(cell.strip().rjust(w) for cell, w in zip(others, widths[1:], strict=True)))
    print(flush=True)


def compare_pages(addresses: dict[str, str], client: Any, runs: int, *more: Timing) -> bool:
    """Measure pages beside the control, the first of them; whether all keep their limits."""
    timings = [page(client, name, address) for name, address in addresses.items()]
    timings += more
    measure(timings, runs)
    control = timings[0]
    rows = [("page", "ms", "× control", "ms CPU", "×", "at most", "queries", "kB", "kB gzip")]
    kept = True
    for timing in timings:
        address = addresses.get(timing.name)
        queries, raw, sent = facts(client, address) if address else (0, 0, 0)
        # Processor time is what a page costs; the wall also shows who else is on the machine.
        times = timing.median_cpu / control.median_cpu
        limit = LIMITS.get(timing.name)
        kept = kept and (limit is None or times <= limit)
        rows.append(
            (
                timing.name,
                f"{timing.median:.1f}",
                f"{timing.median / control.median:.2f}",
                f"{timing.median_cpu:.1f}",
                f"{times:.2f}",
                f"{limit} ×" if limit else "",
                str(queries),
                f"{raw / 1000:.1f}",
                f"{sent / 1000:.1f}",
            )
        )
    table(rows)
    return kept


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=40)
    parser.add_argument("--large", type=int, default=50_000, help="0 leaves the large plan out")
    options = parser.parse_args()
    with own_database():
        from django.core.management import call_command
        from django.db import connection
        from django.urls import reverse

        from imports.management.commands.demo import SLUG
        from indicators.models import Indicator

        install_control()
        call_command("demo", stdout=io.StringIO())
        client = visitor()
        row = Indicator.objects.get(name="Desteklenen sporcu sayısı")
        here = [SLUG, YEAR]
        addresses = {
            "control": "/control/",
            "dashboard": reverse("dashboard", args=here),
            "department 9": reverse("department", args=[*here, "9"]),
            "all indicators": reverse("indicator_list", args=here),
            "one indicator": reverse("indicator", args=[*here, row.pk]),
            "queue of unit 7": reverse("review_unit", args=[*here, "7"]),
            "comparison": reverse("compare", args=here),
        }
        print(f"{connection.vendor}, Python {sys.version.split()[0]}, {options.runs} runs\n")
        kept = compare_pages(addresses, client, options.runs)
        kept = entry_pages(options.runs) and kept
        again = {
            name if name == "control" else f"{name}{AFTER_A_WRITE}": address
            for name, address in addresses.items()
        }
        compare_pages(again, client, options.runs)

        runs = max(5, options.runs // 8)
        for size in sorted({options.large // SMALLER, options.large} - {0}):
            plan = make_plan(size)
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("ANALYZE")
            timings = roll_ups(plan)
            measure(timings, runs)
            table(
                [(f"{size:,} indicators", "ms", "ms CPU")]
                + [(each.name, f"{each.median:.0f}", f"{each.median_cpu:.0f}") for each in timings]
            )
            name = "dashboard, large" if size == options.large else "dashboard, a tenth"
            addresses = {
                "control": "/control/",
                name: reverse("dashboard", args=[plan.slug, YEAR]),
            }
            kept = compare_pages(addresses, client, runs) and kept
            addresses[f"{name}{AFTER_A_WRITE}"] = addresses.pop(name)
            compare_pages(addresses, client, runs)
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
