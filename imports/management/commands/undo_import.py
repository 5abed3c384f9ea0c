"""Take an applied import back: docs/domain.md, "Imports"."""

from __future__ import annotations

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from activities.wording import say
from imports.models import ImportBatch
from imports.undoing import CannotUndo, undo


class Command(BaseCommand):
    help = "Undo an applied import while nothing later was built on it."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("batch", type=int, help="the number import_plan printed")
        parser.add_argument("--reason", default="", help="for closed or verified years")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            batch = ImportBatch.objects.get(pk=options["batch"])
        except ImportBatch.DoesNotExist as error:
            message = _("There is no import %(batch)s.") % options
            raise CommandError(message) from error
        try:
            undo(batch, user=None, reason=options["reason"])
        except CannotUndo as error:
            raise CommandError(say(error)) from error
        self.stdout.write(_("Import %(batch)s was undone.") % options)
