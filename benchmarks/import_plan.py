"""What an import costs: reading, comparing, writing, against openpyxl reading the same file.

    .venv/bin/python benchmarks/import_plan.py [rows …]

Makes its own SQLite database in a temporary folder, or uses DATABASE_URL's server (the database
is emptied first; name one made for this). Seconds are of this machine and this moment; what
counts is the ratio to the control of the same run.
"""

from __future__ import annotations

import io
import os
import resource
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
FOLDER = tempfile.mkdtemp()
os.environ.setdefault("DEBUG", "1")
os.environ["DATA_DIR"] = FOLDER
os.environ["DJANGO_SETTINGS_MODULE"] = "yeap.settings"

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from openpyxl import Workbook, load_workbook  # noqa: E402

HEADERS = (
    "Birim", "Kod", "Faaliyet", "Sorumlu Birim", "Destekçi Kurum", "Gösterge", "Mevcut",
    "2024 Hedef", "2025 Hedef", "2026 Hedef", "2024 Gerçekleşme",
)  # fmt: skip


def rows(count: int) -> Iterator[tuple[object, ...]]:
    """Yield a flat plan: 20 departments, five indicators an activity."""
    for number in range(count):
        activity = number // 5
        department = activity % 20
        yield (
            f"Birim {department} Dairesi Başkanlığı",
            f"{activity % 8 + 1}.{activity // 8 % 90 + 1}.{activity // 720 + 1}",
            f"Kadınların hizmetlere erişimini artırmak {activity}",
            f"Birim {department} Dairesi Başkanlığı",
            "Paydaşlar, STK'lar",
            f"Yararlanan kadın sayısı {number % 5}",
            number % 400,
            number % 400 + 10,
            number % 400 + 20,
            number % 400 + 30,
            number % 400 + 7,
        )


def make_file(count: int) -> Path:
    path = Path(FOLDER) / f"plan-{count}.xlsx"
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Plan")
    sheet.append(HEADERS)
    for row in rows(count):
        sheet.append(row)
    book.save(path)
    return path


def read_alone(path: Path) -> float:
    """Return the seconds openpyxl needs to read every cell: the control."""
    began = time.perf_counter()
    book = load_workbook(path, read_only=True)
    for row in book.active.iter_rows(values_only=True):
        len(row)
    book.close()
    return time.perf_counter() - began


class OtherPerson(threading.Thread):
    """Saves a row of another plan over and over; remembers the longest wait."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.longest = 0.0
        self.count = 0
        self.over = threading.Event()

    def run(self) -> None:
        from activities.models import Plan

        plan = Plan.objects.create(name="Başka", slug="baska", first_year=2024, last_year=2024)
        while not self.over.is_set():
            began = time.perf_counter()
            Plan.objects.filter(pk=plan.pk).update(name=f"Başka {self.count}")
            self.longest = max(self.longest, time.perf_counter() - began)
            self.count += 1
            self.over.wait(0.05)
        connection.close()


def measure(count: int) -> None:
    call_command("flush", interactive=False, verbosity=0)
    path = make_file(count)
    control = min(read_alone(path) for _each in range(2))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    other = OtherPerson()
    other.start()
    began = time.perf_counter()
    out = io.StringIO()
    call_command("import_plan", str(path), plan=f"p{count}", apply=True, format="json", stdout=out)
    took = time.perf_counter() - began
    other.over.set()
    other.join()
    memory = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
    assert f'"new": {count}' in out.getvalue(), out.getvalue()[:2000]
    began = time.perf_counter()
    call_command("import_plan", str(path), plan=f"p{count}", stdout=io.StringIO())
    again = time.perf_counter() - began
    print(
        f"{count:>6} rows: control {control:6.2f} s · apply {took:6.2f} s = {took / control:4.1f} ×"
        f" · same file again {again:6.2f} s = {again / control:4.1f} × · +{memory} MiB"
        f" · another's longest save {other.longest:.2f} s of {other.count}"
    )


if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    for each in [int(word) for word in sys.argv[1:]] or [149, 2_000, 50_000]:
        measure(each)
