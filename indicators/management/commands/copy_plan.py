"""Copy a plan's structure into its next term."""

from __future__ import annotations

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from activities.models import Plan
from activities.sentences import Sentence
from activities.wording import say
from indicators import copying
from indicators.copying import Baseline, NextTerm


class Command(BaseCommand):
    help = "Make the plan of the next term: units, objectives, activities and indicators."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("slug", help="the plan to copy")
        parser.add_argument("--to", required=True, metavar="NEWSLUG")
        parser.add_argument("--first-year", required=True, type=int)
        parser.add_argument("--last-year", required=True, type=int)
        parser.add_argument("--name", default="", help="else the name of the plan that is copied")
        parser.add_argument(
            "--baseline",
            choices=list(Baseline),
            default=Baseline.LAST,
            help="the last value that counted, or none",
        )
        parser.add_argument("--dry-run", action="store_true", help="only count what would be made")

    def handle(self, *args: Any, **options: Any) -> None:
        term = NextTerm(
            slug=options["to"],
            first_year=options["first_year"],
            last_year=options["last_year"],
            name=options["name"],
            baseline=Baseline(options["baseline"]),
        )
        plan = Plan.objects.filter(slug=options["slug"]).first()
        if plan is None:
            known = ", ".join(Plan.objects.values_list("slug", flat=True)) or "–"
            raise CommandError(
                _("There is no plan “%(slug)s”. Known are: %(known)s.")
                % {"slug": options["slug"], "known": known}
            )
        counts = copying.counts(plan)
        try:
            if options["dry_run"]:
                copying.check(plan, term)
            else:
                copying.copy(plan, term, person=None)
        except Sentence as error:
            raise CommandError(say(error)) from error
        self.stdout.write(self._told(term, counts, is_dry=options["dry_run"]))

    def _told(self, term: NextTerm, counts: copying.Counts, *, is_dry: bool) -> str:
        told = (
            _(
                "%(slug)s would hold %(units)s units, %(objectives)s objectives and goals, "
                "%(activities)s activities and %(indicators)s indicators, %(begins)s of them with "
                "a baseline."
            )
            if is_dry
            else _(
                "%(slug)s was made: %(units)s units, %(objectives)s objectives and goals, "
                "%(activities)s activities and %(indicators)s indicators, %(begins)s of them with "
                "a baseline."
            )
        )
        return told % {
            "slug": term.slug,
            "units": counts.units,
            "objectives": counts.objectives,
            "activities": counts.activities,
            "indicators": counts.indicators,
            "begins": counts.with_value if term.baseline is Baseline.LAST else 0,
        }
