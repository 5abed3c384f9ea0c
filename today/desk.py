"""All that waits for a person where she stands, for her first page and the weekly letter."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.rights import Right
from activities.models import Municipality, Plan
from setup.first_run import FirstRun
from today import office
from today.office import Errand
from today.own import Opener, OwnUnit, OwnWork, own_work
from today.year import ClosedYear, YearWork, running


@dataclass(frozen=True, slots=True)
class Line:
    """One kind of thing that waits: where, how much of what, and where it is done."""

    place: str
    text: str
    url: str


class Desk:
    """What a person has to do in a municipality; a closed year asks nothing but reasons.

    ``opener`` gives the page of a plan's year.
    """

    def __init__(
        self, person: User, municipality: Municipality | None, plans: list[Plan], opener: Opener
    ) -> None:
        self.person, self.plans = person, plans
        self.work: OwnWork = own_work(person, opener)
        self.years: list[YearWork] = []
        self.closed: list[ClosedYear] = []
        self.errands: list[Errand] = []
        self.first_run: FirstRun | None = None
        if municipality and person.may(Right.REVIEW):
            periods, self.closed = running(municipality)
            self.years = [YearWork(opener(each.plan.slug, each.year), person) for each in periods]
        if municipality and person.may(Right.ADMINISTER):
            self.errands = office.errands(municipality, plans)
            run = FirstRun(municipality, plans)
            self.first_run = run if not run.has_begun else None

    @property
    def leading(self) -> YearWork | None:
        """Return the year whose button is the page's main one; the own work goes first."""
        if self.work.leading:
            return None
        return next((each for each in self.years if each.waiting), None)

    @cached_property
    def in_review(self) -> int:
        return sum(each.jobs for each in self.years)

    @property
    def jobs(self) -> int:
        return self.work.jobs + self.in_review + len(self.errands)

    @property
    def waiting(self) -> dict[str, int]:
        """Return how many things wait behind the menu's links, by their names."""
        return {"home": self.jobs, "entry_home": self.work.jobs, "review": self.in_review}

    def lines(self) -> list[Line]:
        """Return what waits as a letter tells it, in the order of the page."""
        return [
            *self._set_up(),
            *(line for unit in self.work.units for line in _of_unit(unit)),
            *self._reasons(),
            *(line for year in self.years for line in _of_year(year)),
            *(Line("", f"{each.text}: {each.count}", each.url) for each in self.errands),
        ]

    def _set_up(self) -> list[Line]:
        run = self.first_run
        if run is None:
            return []
        told = _("Setting up: %(done)s/%(total)s steps done") % {
            "done": run.done,
            "total": run.total,
        }
        return [Line("", told, reverse("first_run"))]

    def _reasons(self) -> list[Line]:
        return [
            Line(
                _place(str(each.place), each.year),
                ngettext("reason asked for: %(n)s", "reasons asked for: %(n)s", each.count)
                % {"n": each.count},
                reverse("home"),
            )
            for each in self.work.asked
        ]


def _place(unit: str, year: int) -> str:
    return f"{unit} · {year}"


def _of_unit(unit: OwnUnit) -> list[Line]:
    counted = (
        (_("returned"), len(unit.returned)),
        (_("questions"), unit.progress.findings),
        (_("not entered"), len(unit.missing)),
        (_("reasons still to write"), len(unit.lacking)),
        (_("ready to send"), len(unit.ready)),
    )
    told = ", ".join(f"{text}: {count}" for text, count in counted if count)
    first = unit.first
    if not told or first is None:
        return []
    return [Line(_place(str(unit.place), unit.year), told, first.url)]


def _of_year(work: YearWork) -> list[Line]:
    counted = (
        (_("units to verify"), len(work.waiting)),
        (_("late units"), len(work.late)),
        (_("kinds of open question"), len(work.kinds)),
    )
    told = ", ".join(f"{text}: {count}" for text, count in counted if count)
    return [Line(str(work.here.year), told, work.here.url("review"))] if told else []
