"""What the plan's files cost: time for the real plan and for 50,000 indicators, and memory.

    .venv/bin/python benchmarks/exports.py [--rows 50000]

It makes a database of its own and throws it away. Figures are ratios to a control of the same
run: a bare page of this project's middleware with a table of 200 rows for the real plan, and
openpyxl writing the same cells for the big one. Limits: 8 × control, 2 × openpyxl.
"""

from __future__ import annotations

import argparse
import io
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SLUG, YEAR, REPEATS = "mersin-2024-2026", 2024, 15
MOST_OF_CONTROL, MOST_OF_OPENPYXL = 8, 2
CONTROL = """<!doctype html><title>Control</title><table>{% for row in rows %}<tr>
{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>{% endfor %}</table>"""


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rows", type=int, default=50_000)
    rows = arguments.parse_args().rows
    with tempfile.TemporaryDirectory(prefix="yeap-benchmark-") as folder:
        _start_django(folder)
        control = _measure_pages()
        _measure_big(rows)
        print(f"control {control * 1000:.1f} ms of CPU")


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


# --- the real plan, over HTTP -------------------------------------------------------------------


def _measure_pages() -> float:
    """Print what each download costs beside the control; return the control's time."""
    from django.conf import settings
    from django.http import HttpRequest, HttpResponse
    from django.template import engines
    from django.test import Client
    from django.urls import path

    from accounts.models import User
    from reports import downloads
    from reports.exports import FORMS

    table = engines["django"].from_string(CONTROL)
    cells = [[f"{row}.{column}" for column in range(8)] for row in range(200)]

    def control(request: HttpRequest) -> HttpResponse:
        return HttpResponse(table.render({"rows": cells}, request))

    class Urls:
        urlpatterns = [
            path("control/", control),
            path("<slug:slug>/<int:year>/plan.<str:form>", downloads.plan_export),
            path(
                "<slug:slug>/<int:year>/<str:number>/template.xlsx", downloads.department_template
            ),
        ]

    settings.ROOT_URLCONF = Urls
    client = Client()
    client.force_login(User.objects.get(username="inceleme"))

    def get(address: str) -> Callable[[], object]:
        return lambda: _read(client.get(address))

    base = _quickest(get("/control/"))
    for form in FORMS:
        _tell(f"plan.{form}", _quickest(get(f"/{SLUG}/{YEAR}/plan.{form}")) / base, "control")
    for number in ("7", "11"):
        taken = _quickest(get(f"/{SLUG}/{YEAR + 1}/{number}/template.xlsx"))
        _tell(f"template of department {number}", taken / base, "control")
    return base


def _read(response: Any) -> bytes:
    assert response.status_code == 200, response.status_code
    return b"".join(response)


def _quickest(work: Callable[[], object], repeats: int = REPEATS) -> float:
    """Return the CPU seconds of the quickest run, the least disturbed one."""
    taken = []
    for _run in range(repeats):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return min(taken)


def _tell(what: str, times: float, unit: str) -> None:
    print(f"{what:<32} {times:6.2f} × {unit}")


# --- a big plan ---------------------------------------------------------------------------------


def _measure_big(rows: int) -> None:
    from indicators.figures import Figures
    from reports.exports import FORMS, PrintedTable

    plan = _big_plan(rows)
    before = _memory()

    def export(form: str) -> None:
        with tempfile.TemporaryFile() as file:
            FORMS[form].write(PrintedTable(Figures(plan, YEAR)), file)

    times = {form: _quickest(partial(export, form), 1) for form in ("xlsx", "csv", "json")}
    grown = _memory() - before
    sheets = list(_plain_sheets(PrintedTable(Figures(plan, YEAR))))
    alone = _quickest(lambda: _with_openpyxl(sheets), 1)
    for form, taken in times.items():
        _tell(f"{rows} rows as {form} ({taken:.1f} s)", taken / alone, "openpyxl alone")
    print(f"openpyxl alone {alone:.1f} s; the exports added {grown} MiB at most")


def _memory() -> int:
    """Return the most memory the process has had, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _plain_sheets(printed: Any) -> Iterator[list[list[Any]]]:
    from reports.exports import xlsx

    for part in xlsx._parts(printed):
        yield [[cell.content for cell in row.cells] for row in part.sheet().rows]


def _with_openpyxl(sheets: list[list[list[Any]]]) -> None:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    for rows in sheets:
        sheet = book.create_sheet()
        for row in rows:
            sheet.append(row)
    with tempfile.TemporaryFile() as file:
        book.save(file)


def _big_plan(rows: int) -> Any:
    """Return a plan that repeats the real one's activities until it has this many rows."""
    from activities.models import Activity, Plan, PlanDepartment
    from indicators.models import Indicator, Realization, Target

    source = Plan.objects.get(slug=SLUG)
    plan = Plan.objects.create(
        name=source.name, slug="big", first_year=source.first_year, last_year=source.last_year
    )
    PlanDepartment.objects.bulk_create(
        PlanDepartment(plan=plan, department_id=place.department_id, number=place.number)
        for place in source.units.all()
    )
    activities = list(Activity.objects.filter(plan=source))
    indicators = list(Indicator.objects.filter(activity__plan=source))
    targets = list(Target.objects.filter(indicator__activity__plan=source))
    realizations = list(Realization.objects.filter(indicator__activity__plan=source))
    for turn in range(-(-rows // len(indicators))):
        made = _copies(activities, plan=plan, code=lambda row, turn=turn: f"{row.code}.{turn}")
        chosen = indicators[: rows - turn * len(indicators)]
        copied = _copies(chosen, activity=lambda row, made=made: made[row.activity_id])
        for values in (targets, realizations):
            held = [value for value in values if value.indicator_id in copied]
            _copies(held, indicator=lambda row, copied=copied: copied[row.indicator_id])
    return plan


def _copies(rows: list[Any], **changes: Any) -> dict[int, Any]:
    """Store copies of rows with these fields changed; return them by the ids of the originals."""
    if not rows:
        return {}
    model = type(rows[0])
    plain = [field.attname for field in model._meta.concrete_fields if not field.primary_key]
    copies = {}
    for row in rows:
        copy = model(**{name: getattr(row, name) for name in plain})
        for name, change in changes.items():
            setattr(copy, name, change(row) if callable(change) else change)
        copies[row.pk] = copy
    model._default_manager.bulk_create(copies.values(), batch_size=500)
    return copies


if __name__ == "__main__":
    main()
