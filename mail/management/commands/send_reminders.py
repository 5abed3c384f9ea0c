"""Send the e-mails to coordinators; for cron, as often as news should go out."""

from __future__ import annotations

import argparse
import datetime
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mail import sending
from mail.messages import Facts, compose
from mail.queueing import Queued, queue_due
from mail.recipients import called


class Command(BaseCommand):
    help = "Queue what the calendar asks for and send every e-mail that waits; never one twice."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--today", type=_day, metavar="YYYY-MM-DD", help="act as on this day")
        parser.add_argument("--dry-run", action="store_true", help="tell, and write nothing")
        parser.add_argument(
            "--again", nargs="+", type=int, metavar="NUMBER", help="send uncertain ones again"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        today = options["today"] or timezone.localdate()
        if options["dry_run"]:
            self._preview(today)
            return
        with transaction.atomic():
            queued = queue_due(today)
        if options["again"]:
            count = sending.again(options["again"])
            self.stdout.write(_("Uncertain ones that are sent again: %(count)s") % {"count": count})
        if not settings.EMAIL_BACKEND:
            raise CommandError(
                _("EMAIL_URL is not set, so nothing is sent. Written down: %(count)s")
                % {"count": queued.notices}
            )
        # What an earlier run left; what this one leaves is told with its reason.
        left_over = list(sending.uncertain())
        outcome = sending.send_queued(today)
        self._tell(queued, outcome)
        for notice in left_over:
            self.stdout.write(
                _("Uncertain, not sent again by itself: no. %(number)s, %(what)s")
                % {"number": notice.pk, "what": f"{notice} <{notice.person.email}>"}
            )
        if not outcome.is_fine:
            sys.exit(1)

    def _preview(self, today: datetime.date) -> None:
        """Show the subjects of what would go out; all that is written is taken back."""
        with transaction.atomic():
            queued = queue_due(today)
            facts, count = Facts(today), 0
            for person, notices in sending.waiting():
                live = [notice for notice in notices if not facts.is_stale(notice)]
                if live and sending.is_reachable(person):
                    count += 1
                    subject = compose(person, live, facts).subject
                    self.stdout.write(f"  {called(person)} <{person.email}>: {subject}")
            transaction.set_rollback(True)
        self._tell_unreached(queued, sending.Outcome())
        self.stdout.write(_("A trial run: %(count)s e-mails would go out.") % {"count": count})

    def _tell(self, queued: Queued, outcome: sending.Outcome) -> None:
        for told in outcome.refused:
            self.stdout.write(_("Refused: %(what)s") % {"what": told})
        for told in outcome.uncertain:
            self.stdout.write(_("Uncertain: %(what)s") % {"what": told})
        if outcome.server:
            self.stdout.write(
                _("The mail server takes nothing: %(what)s") % {"what": outcome.server}
            )
        self._tell_unreached(queued, outcome)
        self.stdout.write(
            _(
                "Written down: %(queued)s · sent: %(sent)s · refused: %(refused)s · uncertain: "
                "%(uncertain)s · pointless by now: %(stale)s · given up: %(given_up)s"
            )
            % {
                "queued": queued.notices,
                "sent": outcome.sent,
                "refused": len(outcome.refused),
                "uncertain": sending.uncertain().count(),
                "stale": outcome.stale,
                "given_up": sending.given_up().count(),
            }
        )

    def _tell_unreached(self, queued: Queued, outcome: sending.Outcome) -> None:
        people = {**queued.skipped, **outcome.skipped}.values()
        if people:
            told = ", ".join(called(person) for person in people)
            self.stdout.write(
                _("Inactive or without e-mail, skipped: %(people)s") % {"people": told}
            )
        if queued.nobody:
            told = ", ".join(queued.nobody)
            self.stdout.write(_("Units that nobody is written to for: %(units)s") % {"units": told})


def _day(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            _("“%(text)s” is not a day; write it as 2026-02-28.") % {"text": text}
        ) from None
