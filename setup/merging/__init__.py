"""Making one unit of two, in one act or not at all.

``prospects`` says what would become of everything, ``ways`` moves it. Everything that points at
the unit that goes is found in the models; what has no way of moving stops the merging. Editions
are frozen and stay as they are.

Source of the rules: docs/settings.md, "Merging two units".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import OperationalError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from activities import revisions
from activities.models import Department, Municipality, Plan, PlanRevision
from findings.moving import AnsweredQuestions
from indicators.editions import EditionBroken, PublicFigures
from indicators.models import Edition
from setup.acts import Act
from setup.hanging import relations
from setup.merging.prospects import Prospect, look
from setup.merging.ways import WAYS, Merger, repoint_previews

__all__ = ("CannotMerge", "Prospect", "hold_plans", "look", "merge")


class CannotMerge(Exception):
    """Two units cannot become one as they are; ``why`` says so in sentences."""

    def __init__(self, why: Sequence[str]) -> None:
        super().__init__(*why)
        self.why = tuple(why)


@transaction.atomic
def merge(going: Department, staying: Department, *, person: User, reason: str) -> None:
    """Let a unit go into another with everything that hangs on it, or raise CannotMerge.

    ``reason`` is a sentence of the person's; with both names it stands in every row's history.
    """
    going, staying = _held(going, staying)
    prospect = look(going, staying)
    if prospect.refused:
        raise CannotMerge(prospect.refused)
    if missing := relations(Department).keys() - WAYS.keys():
        # Better no merging than something that goes with the unit unseen.
        raise NotImplementedError(f"no way to move {', '.join(sorted(missing))}")
    told = _("“%(going)s” merged into “%(staying)s”: %(reason)s")
    words = told % {"going": going, "staying": staying, "reason": reason.strip()}
    merger = Merger(going, staying, Act(person, words))
    plans = list(Plan.objects.filter(municipality=going.municipality_id))
    fitting = set(_fitting_editions(plans))
    questions = AnsweredQuestions(Plan.objects.filter(activities__department=going).distinct())
    for way in WAYS.values():
        way.move(merger)
    repoint_previews(going, staying)
    merger.act.delete(going)
    # Nothing of it changed; its history is where people look for the one that went.
    merger.act.save(staying)
    questions.follow(person, words)
    if fitting - set(_fitting_editions(plans)):
        raise CannotMerge([_("A published edition would no longer be what was published.")])


def _held(going: Department, staying: Department) -> tuple[Department, Department]:
    """Return both units as they are now, held with the plans until it is over.

    The plans first, as imports and every save of a value do. Whoever gives one of the units
    something holds it before the plan: waiting for her while she waits for the plan would never
    end, so she is not waited for.
    """
    hold_plans(going.municipality)
    units = Department.objects.filter(pk__in=[going.pk, staying.pk]).order_by("pk")
    try:
        with transaction.atomic():
            held = {unit.pk: unit for unit in units.select_for_update(of=("self",), nowait=True)}
    except OperationalError as error:
        told = _("Somebody is writing to one of the two units just now. Try again in a moment.")
        raise CannotMerge([told]) from error
    if not held.keys() >= {going.pk, staying.pk}:
        raise CannotMerge([_("One of the two units is no longer there.")])
    return held[going.pk], held[staying.pk]


def hold_plans(municipality: Municipality) -> None:
    """Let what is kept of a municipality's plans be old, and hold them until the act is over."""
    own = PlanRevision.objects.filter(plan__municipality=municipality)
    list(own.select_for_update(of=("self",)).order_by("pk"))
    # Doors are looked at anew, too: extensions and units move.
    own.update(**revisions.CALENDAR)


def _fitting_editions(plans: Iterable[Plan]) -> Iterable[int]:
    """Yield the editions that are served."""
    for edition in Edition.objects.filter(plan__in=list(plans)).select_related("plan"):
        try:
            PublicFigures(edition.plan, edition)
        except EditionBroken:
            continue
        yield edition.pk
