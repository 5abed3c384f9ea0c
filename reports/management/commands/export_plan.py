"""Write a plan's table in one year into a file: docs/domain.md, "Exports"."""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from activities.models import Plan
from indicators import tags
from indicators.achievement import Reading
from indicators.integrity import EditionBroken
from reports import annual
from reports.exports import FORMS, Form, PrintedTable
from reports.official import OutputState, Source, choose


class Command(BaseCommand):
    help = (
        "Write a plan's table with its achievement into a file: "
        + ", ".join(FORMS)
        + "; the annual report: pdf"
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--plan", required=True, metavar="SLUG")
        parser.add_argument("--year", required=True, type=int)
        parser.add_argument(
            "--to", required=True, type=Path, metavar="FILE", help="its suffix says the form"
        )
        parser.add_argument(
            "--state",
            choices=list(OutputState),
            help="the published edition, or what stands in the records now; the edition unless "
            "the year has none",
        )
        parser.add_argument(
            "--reading",
            choices=list(Reading),
            help="which values of the working state count; an edition holds verified ones",
        )
        parser.add_argument("--tag", default="", help="only what carries it, like sdg:5.1")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(options["to"])
        write = _write_report if path.suffix.lower() == ".pdf" else _form(path).write
        plan = _plan(options["plan"])
        if options["year"] not in plan.years:
            raise CommandError(_("%(year)s is not a year of the plan.") % {"year": options["year"]})
        tag = _tag(plan, options["tag"])
        source = _source(plan, tag, options)
        # To the other stream, so that what is counted stays the only line of this one.
        self.stderr.write(source.notice)
        printed = PrintedTable.of(source, tag=tag)
        try:
            _write(write, printed, path)
        except OSError as error:
            raise CommandError(
                _("%(file)s could not be written: %(reason)s.")
                % {"file": path, "reason": error.strerror}
            ) from error
        told = _("%(file)s: %(indicators)s indicators of %(year)s.")
        self.stdout.write(
            told % {"file": path, "indicators": len(printed.rows), "year": printed.year}
        )


def _source(plan: Plan, tag: tags.TagChoice | None, options: dict[str, Any]) -> Source:
    year, state, reading = (options[name] for name in ("year", "state", "reading"))
    try:
        source = choose(
            plan,
            year,
            state=OutputState(state) if state else None,
            reading=Reading(reading or Reading.REPORTED),
            tag=tag.key if tag else "",
        )
    except EditionBroken:
        raise CommandError(
            _("This edition does not fit its checksum, so it is not shown.")
        ) from None
    if source is None:
        raise CommandError(_("%(year)s has not been published.") % {"year": year})
    if source.is_official and reading == Reading.REPORTED:
        raise CommandError(
            _("An edition holds verified values; add --state working for all that was reported.")
        )
    return source


def _write_report(printed: PrintedTable, target: IO[bytes]) -> None:
    assert printed.source is not None
    try:
        annual.write(annual.build(printed.source), "pdf", target)
    except annual.ReportFailed as error:
        raise CommandError(
            _("The report could not be made: %(reason)s") % {"reason": error}
        ) from None


def _form(path: Path) -> Form:
    form = FORMS.get(path.suffix.lower().removeprefix("."))
    if form is None:
        raise CommandError(
            _("%(file)s: this form cannot be written. Known are: %(known)s.")
            % {"file": path.name, "known": ", ".join(f".{name}" for name in (*FORMS, "pdf"))}
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


def _tag(plan: Plan, key: str) -> tags.TagChoice | None:
    if not key:
        return None
    known = [*tags.choices(plan), tags.untagged()]
    found = next((tag for tag in known if tag.key == key), None)
    if found is None:
        used = ", ".join(tag.key for tag in known if tag.is_used)
        raise CommandError(
            _("There is no tag “%(tag)s”. Used are: %(known)s.") % {"tag": key, "known": used}
        )
    return found


def _write(
    write: Callable[[PrintedTable, IO[bytes]], None], printed: PrintedTable, path: Path
) -> None:
    """Write beside the file and rename, so that nobody ever meets half of it."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with open(handle, "wb") as file:
            write(printed, file)
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
