"""Load the real plan and one account a role, for trying the application out."""

from __future__ import annotations

import argparse
import datetime
import json
import os
import secrets
from pathlib import Path
from typing import Any

import tablib
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import memberships
from accounts.models import User
from accounts.rights import Role
from activities import owning
from activities.models import Municipality, Period, Plan, PlanDepartment
from activities.resources import DepartmentResource, InstitutionResource

FIXTURES = settings.BASE_DIR / "fixtures"
SLUG = "mersin-2024-2026"
MUNICIPALITY = "Mersin Büyükşehir Belediyesi"
YEAR = 2024

# The report on 2024 is out, so its year is closed; the year after it is running.
RUNNING = 2025
PERIODS = {
    2024: (Period.State.CLOSED, datetime.date(2025, 1, 6), datetime.date(2025, 2, 28)),
    RUNNING: (Period.State.OPEN, datetime.date(2026, 1, 5), None),
    2026: (Period.State.PLANNED, None, None),
}
# Whoever tries it out has this much time left.
DEADLINE_IN = datetime.timedelta(days=21)
# user name, first name, last name, role
PEOPLE = (
    ("koordinator", "Sağlık İşleri", "Koordinatörü", Role.READER),
    ("inceleme", "Kadın ve Aile", "Hizmetleri", Role.REVIEWER),
    ("yonetici", "Sistem", "Yöneticisi", Role.ADMINISTRATOR),
    ("okur", "Salt", "Okur", Role.READER),
)
COORDINATES = "9"


class Command(BaseCommand):
    help = "Load the real plan and one account a role. Running it twice changes nothing."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--force", action="store_true", help="also without DEBUG=1")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.TRIAL and not options["force"]:
            raise CommandError(_("demo fills a trial installation; set DEBUG=1 or give --force."))
        with transaction.atomic():
            if not Plan.objects.filter(slug=SLUG).exists():
                self._load_plan()
            silent = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
            call_command("load_tags", municipality=MUNICIPALITY, stdout=silent)
            passwords = self._make_people()
        self._tell(passwords)

    def _load_plan(self) -> None:
        municipality = owning.keep(owning.municipality_named(MUNICIPALITY))
        _load_units(FIXTURES / "units.csv", municipality)
        call_command(
            "import_plan",
            str(FIXTURES / "yeap-2024-2026.txt"),
            plan=SLUG,
            municipality=MUNICIPALITY,
            year=YEAR,
            apply=True,
            stdout=open(os.devnull, "w", encoding="utf-8"),  # noqa: SIM115
        )
        plan = Plan.objects.get(slug=SLUG)
        for year, (state, opens, closes) in PERIODS.items():
            period = plan.periods.get(year=year)
            if year == RUNNING:
                closes = timezone.localdate() + DEADLINE_IN
            period.state, period.opens_on, period.closes_on = state, opens, closes
            period.save()

    def _make_people(self) -> dict[str, str]:
        """Make the accounts that are missing; return the passwords this machine keeps."""
        path = settings.DATA_DIR / "demo-accounts.json"
        kept: dict[str, str] = json.loads(path.read_text("utf-8")) if path.exists() else {}
        for username, first, last, role in PEOPLE:
            if User.objects.filter(username=username).exists():
                continue
            kept[username] = secrets.token_urlsafe(9)
            user = User.objects.create_user(
                username,
                f"{username}@example.org",
                kept[username],
                first_name=first,
                last_name=last,
            )
            place = PlanDepartment.objects.get(plan__slug=SLUG, number=COORDINATES)
            units = [place.department] if username == "koordinator" else []
            memberships.put(user, place.plan.municipality, role=role, units=units)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(json.dumps(kept, indent=1), "utf-8")
        return kept

    def _tell(self, passwords: dict[str, str]) -> None:
        self.stdout.write(_("Trial accounts (user name, first password, role):"))
        for username, first, last, _role in PEOPLE:
            password = passwords.get(username, _("(not kept here)"))
            self.stdout.write(f"  {username:<12} {password:<14} {first} {last}")


def _load_units(path: Path, municipality: Municipality) -> None:
    """Read the municipality's units through the same tables as the administration."""
    rows = tablib.Dataset().load(path.read_text("utf-8"), format="csv").dict
    departments = tablib.Dataset(headers=["name", "short_name", "parent", "aliases"])
    institutions = tablib.Dataset(headers=["name", "is_group", "to_check", "aliases"])
    # Departments before their branches.
    for row in sorted(rows, key=lambda row: row["parent"] != ""):
        if row["kind"] in ("department", "branch"):
            departments.append([row["name"], row["short_name"], row["parent"], row["aliases"]])
        else:
            institutions.append([row["name"], row["kind"] == "group", False, row["aliases"]])
    for resource, dataset in (
        (DepartmentResource(municipality=municipality), departments),
        (InstitutionResource(municipality=municipality), institutions),
    ):
        resource.import_data(dataset, raise_errors=True)
