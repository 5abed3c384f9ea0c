"""Let somebody try to sign in again at once."""

from __future__ import annotations

import argparse
from typing import Any

from allauth.account.adapter import get_adapter
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from accounts import second_factor, throttle
from accounts.finding import person_called


class Command(BaseCommand):
    help = "Forget failed attempts to sign in: of one person, or of everybody and every address."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("name", nargs="?", help="a user name or an e-mail address")
        parser.add_argument(
            "--second-factor",
            action="store_true",
            help="also take away app, passkeys and recovery codes, of somebody who has lost them",
        )

    def handle(self, *args: Any, name: str | None, **options: Any) -> None:
        if name is None and options["second_factor"]:
            raise CommandError(_("Whose second step? Give a user name."))
        if name is None:
            throttle.unlock()
            self.stdout.write(_("Everybody can try again at once."))
            return
        person = person_called(name)
        if person is None:
            raise CommandError(_("Nobody here is called “%(name)s”.") % {"name": name})
        throttle.unlock([person])
        self.stdout.write(_("%(name)s can try again at once.") % {"name": person.get_username()})
        if options["second_factor"] and second_factor.forget(person):
            what = {"person": person, "what": "reset"}
            get_adapter().send_letter("account_notice", person.email, what)
            self.stdout.write(_("Its second step is taken away; a letter tells her."))
