"""Write the auditor's folder of a plan's year: docs/domain.md, "The auditor's folder"."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from activities.sentences import Sentence
from activities.wording import say
from indicators.figures import plan_of
from indicators.integrity import EditionBroken
from reports.audit import folder
from reports.audit.tables import AuditYear


class Command(BaseCommand):
    help = "Write one zip file with every figure of a year and where it comes from."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--plan", required=True, metavar="SLUG")
        parser.add_argument("--year", required=True, type=int)
        parser.add_argument("--to", required=True, type=Path, metavar="FILE.zip")
        parser.add_argument(
            "--with-names",
            action="store_true",
            help="name the persons; else they are told by number, role and unit",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(options["to"])
        try:
            plan = plan_of(options["plan"], options["year"])
            year = AuditYear(plan, options["year"], with_names=options["with_names"])
            sealed = folder.write(year, path)
        except Sentence as sentence:
            raise CommandError(say(sentence)) from sentence
        except EditionBroken as error:
            told = _("This edition does not fit its checksum, so it is not shown.")
            raise CommandError(told) from error
        except OSError as error:
            raise CommandError(
                _("%(file)s could not be written: %(reason)s.")
                % {"file": path, "reason": error.strerror}
            ) from error
        told = _("%(file)s: %(n)s files. Write this digest into the minutes: %(digest)s")
        self.stdout.write(told % {"file": path, "n": sealed.files, "digest": sealed.digest})
