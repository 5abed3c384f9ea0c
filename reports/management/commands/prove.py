"""Prove a plan's year: docs/domain.md, "Proving a year"."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from activities.sentences import Sentence
from activities.wording import say
from indicators.figures import plan_of
from reports.proof import prove

MOST_SHOWN = 20  # differences of one output; the rest is counted


class Command(BaseCommand):
    help = (
        "Compare every output of a year with the roll-up and the edition, and check the editions' "
        "checksums and hidden numbers. Exit 0: all fits, 1: something differs, which is listed."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--plan", required=True, metavar="SLUG")
        parser.add_argument("--year", required=True, type=int)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            plan = plan_of(options["plan"], options["year"])
        except Sentence as sentence:
            raise CommandError(say(sentence)) from sentence
        wrong = 0
        for each in prove(plan, options["year"]):
            wrong += bool(each.differences)
            self.stdout.write(f"{'✗' if each.differences else '✓'} {each.what}")
            for difference in each.differences[:MOST_SHOWN]:
                self.stdout.write(f"    {difference}")
            if len(each.differences) > MOST_SHOWN:
                told = _("and %(n)s more") % {"n": len(each.differences) - MOST_SHOWN}
                self.stdout.write(f"    … {told}")
        if wrong:
            self.stderr.write(_("%(n)s outputs do not fit.") % {"n": wrong})
            sys.exit(1)
