"""Write a plan's table in one year into a file: docs/domain.md, "Exports"."""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from activities.models import Plan
from indicators.achievement import Reading
from indicators.figures import Figures
from reports.exports import FORMS, Form, PrintedTable


class Command(BaseCommand):
    help = "Write a plan's table with its achievement into a file: " + ", ".join(FORMS)

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--plan", required=True, metavar="SLUG")
        parser.add_argument("--year", required=True, type=int)
        parser.add_argument(
            "--to", required=True, type=Path, metavar="FILE", help="its suffix says the form"
        )
        parser.add_argument("--reading", choices=list(Reading), default=Reading.REPORTED)

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(options["to"])
        form = _form(path)
        plan = _plan(options["plan"])
        if options["year"] not in plan.years:
            raise CommandError(_("%(year)s is not a year of the plan.") % {"year": options["year"]})
        figures = Figures(plan, options["year"], reading=Reading(options["reading"]))
        printed = PrintedTable(figures)
        try:
            _write(form, printed, path)
        except OSError as error:
            raise CommandError(
                _("%(file)s could not be written: %(reason)s.")
                % {"file": path, "reason": error.strerror}
            ) from error
        told = _("%(file)s: %(indicators)s indicators of %(year)s.")
        self.stdout.write(
            told % {"file": path, "indicators": len(printed.rows), "year": printed.year}
        )


def _form(path: Path) -> Form:
    form = FORMS.get(path.suffix.lower().removeprefix("."))
    if form is None:
        raise CommandError(
            _("%(file)s: this form cannot be written. Known are: %(known)s.")
            % {"file": path.name, "known": ", ".join(f".{name}" for name in FORMS)}
        )
    return form


def _plan(slug: str) -> Plan:
    plan = Plan.objects.filter(slug=slug).first()
    if plan is None:
        known = ", ".join(Plan.objects.values_list("slug", flat=True)) or "–"
        raise CommandError(
            _("There is no plan “%(slug)s”. Known are: %(known)s.") % {"slug": slug, "known": known}
        )
    return plan


def _write(form: Form, printed: PrintedTable, path: Path) -> None:
    """Write beside the file and rename, so that nobody ever meets half of it."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with open(handle, "wb") as file:
            form.write(printed, file)
        # A temporary file is its owner's alone; this one is as any other.
        os.chmod(name, 0o666 & ~_umask())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
