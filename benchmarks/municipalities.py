"""Measure the pages of one municipality beside none, 49 and 499 others in the same database.

    .venv/bin/python benchmarks/municipalities.py [--runs 15] [--others 0 49 499]

A page's time is given in times of a bare page of 200 rows (the control of serving.py), measured in
turns with it; its queries and bytes beside those with no other municipality. See README.md here.
"""

from __future__ import annotations

import argparse
import io
import statistics
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from serving import (  # noqa: E402
    WARM_UP,
    YEAR,
    Timing,
    install_control,
    own_database,
)

UNITS, ROWS = 13, 11  # as many as the real plan has, about
SLUG = "mersin-2024-2026"
PAGES = {
    "inceleme": (
        "/",
        "/entry/",
        f"/plans/{SLUG}/{YEAR}/",
        f"/plans/{SLUG}/{YEAR}/indicators/",
        f"/plans/{SLUG}/{YEAR}/findings/",
        f"/review/{SLUG}/{YEAR}/",
        "/api/v1/plans/",
    ),
    "koordinator": ("/entry/", f"/entry/{SLUG}/2025/9/"),
    "yonetici": (
        "/imports/",
        "/admin/activities/plan/",
        "/admin/activities/department/",
        "/admin/accounts/user/",
    ),
}


def fill(first: int, last: int) -> None:
    """Make municipalities with a plan, units, rows, values of two years and people each."""
    from accounts import memberships
    from accounts.models import User
    from activities.models import (
        Activity,
        Department,
        Municipality,
        Objective,
        Period,
        Plan,
        PlanDepartment,
    )
    from indicators.models import Indicator, Realization, Target

    for at in range(first, last):
        here = Municipality.objects.create(name=f"Belediye {at}")
        plan = Plan.objects.create(
            name="YEAP", slug=f"p{at}", first_year=YEAR, last_year=YEAR + 2, municipality=here
        )
        for year, state in ((YEAR, "closed"), (YEAR + 1, "open")):
            Period.objects.create(plan=plan, year=year, state=state)
        goal = Objective.objects.create(plan=plan, code="1.1")
        units = Department.objects.bulk_create(
            Department(name=f"Birim {number} Dairesi", municipality=here) for number in range(UNITS)
        )
        PlanDepartment.objects.bulk_create(
            PlanDepartment(plan=plan, department=unit, number=str(number + 1))
            for number, unit in enumerate(units)
        )
        activities = Activity.objects.bulk_create(
            Activity(plan=plan, department=unit, objective=goal, code=f"1.1.{row}", title="İş")
            for unit in units
            for row in range(ROWS)
        )
        rows = Indicator.objects.bulk_create(
            Indicator(activity=activity, name="Gösterge", baseline=50) for activity in activities
        )
        Target.objects.bulk_create(
            Target(indicator=row, year=year, value=100) for row in rows for year in (YEAR, YEAR + 1)
        )
        Realization.objects.bulk_create(
            Realization(indicator=row, year=YEAR, value=60, state="submitted") for row in rows
        )
        person = User.objects.create(username=f"k{at}")
        memberships.put(person, here, units=units[:2])


def visitors() -> list[tuple[str, Any]]:
    from django.test import Client

    from accounts.models import User

    found = []
    for name, addresses in PAGES.items():
        client = Client()
        client.force_login(User.objects.get(username=name))
        found += [(f"{name} {address}", _asking(client, address)) for address in addresses]
    return found


def _anybody() -> Any:
    from django.test import Client

    from accounts.models import User

    client = Client()
    client.force_login(User.objects.get(username="okur"))
    return client


def _asking(client: Any, address: str) -> Any:
    def ask() -> Any:
        response = client.get(address, follow=True)
        signed_in = response.status_code == 200 and b'name="login"' not in response.content
        assert signed_in, (address, response.status_code)
        return response

    return ask


def cost(runs: int) -> dict[str, tuple[float, int, int]]:
    """Return the median in times of the control, the queries and the bytes of every page."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    found = {}
    for name, ask in visitors():
        bare = Timing("control", _asking(_anybody(), "/control/"))
        timing = Timing(name, ask)
        for _each in range(WARM_UP):
            timing.once(counted=False)
            bare.once(counted=False)
        for _each in range(runs):
            timing.once()
            bare.once()
        with CaptureQueriesContext(connection) as queries:
            size = len(ask().content)
        found[name] = (timing.median_cpu / bare.median_cpu, len(queries), size)
    return found


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--others", type=int, nargs="+", default=[0, 49, 499])
    options = parser.parse_args()
    with own_database():
        from django.core.management import call_command

        install_control()
        call_command("demo", force=True, stdout=io.StringIO())
        made = 0
        first: dict[str, tuple[float, int, int]] = {}
        for others in options.others:
            fill(made, others)
            made = others
            found = cost(options.runs)
            first = first or found
            print(f"\nbeside {others} others")
            for name, (times, queries, size) in found.items():
                alone, were, was = first[name]
                print(
                    f"  {name:<52} {times:6.2f} × control ({times / alone:4.2f} × alone)"
                    f"  {queries:3} queries ({queries - were:+d})  {size - was:+d} bytes"
                )
            ratios = [found[name][0] / first[name][0] for name in found]
            print(f"  median {statistics.median(ratios):.2f} × alone")


if __name__ == "__main__":
    main()
