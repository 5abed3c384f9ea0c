"""Bring in the tags of ``fixtures/tags.csv``; running it again updates names and adds the new."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from activities import owning, tag_file
from activities.sentences import Sentence
from activities.wording import say


class Command(BaseCommand):
    help = "Load the tags: SDG 5 targets, articles of the European Charter, target groups."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, default=tag_file.USUAL)
        parser.add_argument(
            "--municipality", default="", help="whose tags; the only one's if left out"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            rows = tag_file.read(options["file"])
            municipality = owning.municipality_named(options["municipality"])
        except tag_file.TagFileError as error:
            raise CommandError(str(error)) from error
        except Sentence as error:
            raise CommandError(say(error)) from error
        with transaction.atomic():
            owning.keep(municipality)
            counts = tag_file.keep(rows, municipality)
        self.stdout.write(
            _("Tags: %(new)s new, %(changed)s changed, %(unchanged)s unchanged")
            % {state: counts[state] for state in ("new", "changed", "unchanged")}
        )
