"""Send the weekly list of what waits; for cron, once a week or more often."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from mail.recipients import called
from today import weekly


class Command(BaseCommand):
    help = "Send everybody the week's list of what waits for her; never one twice in a week."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="tell, and send nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        if options["dry_run"]:
            self._preview(weekly.letters(now))
            return
        if not settings.EMAIL_BACKEND:
            raise CommandError(_("EMAIL_URL is not set, so nothing is sent."))
        sent, failed = 0, []
        for letter in weekly.letters(now):
            outcome = weekly.send(letter, now)
            sent += outcome is True
            if outcome is False:
                failed.append(f"{called(letter.person)} <{letter.person.email}>")
        self.stdout.write(_("Weekly lists sent: %(count)s") % {"count": sent})
        for each in failed:
            self.stdout.write(_("Not sent, tried again by the next run: %(whom)s") % {"whom": each})
        if failed:
            sys.exit(1)

    def _preview(self, letters: Any) -> None:
        count = 0
        for letter in letters:
            count += 1
            told = f"  {called(letter.person)} <{letter.person.email}>: {len(letter.lines)}"
            self.stdout.write(told)
        self.stdout.write(_("A trial run: %(count)s e-mails would go out.") % {"count": count})
