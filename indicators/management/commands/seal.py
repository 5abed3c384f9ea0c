"""Seal the editions that were published before there were seals, or hide other numbers now."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from activities.models import Plan
from indicators.editions import sealing
from indicators.models import EditionSeal


class Command(BaseCommand):
    help = (
        "Give each published edition its public checksum where it has none, and a new one where "
        "other numbers are hidden now than when it was sealed, as after an upgrade. An edition "
        "that does not fit its checksum keeps it and stays refused."
    )

    def handle(self, **options: Any) -> None:
        made: list[EditionSeal] = []
        for plan in Plan.objects.filter(editions__isnull=False).distinct():
            made += sealing.seal_first(plan)
            made += sealing.seal_anew(plan)
        for seal in made:
            self.stdout.write(f"{seal.edition}  {seal.public_checksum}")
        if not made:
            self.stdout.write("Every edition has its seal.")
