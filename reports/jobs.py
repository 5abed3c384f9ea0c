"""What is to be done with a plan's year, in order, for the people who can do it.

Before a closed year is published its questions are answered, its values verified, its deviations
explained and what is missing found; while a year is open it is asked who has not begun.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.rights import Right
from activities import formats
from activities.models import Period
from indicators import steps
from indicators.achievement import Reading, Status, counted_once
from indicators.figures import Figures
from indicators.labels import deviation_points
from indicators.models import COUNTED_STATES, Realization
from pages.lines import with_query
from pages.plan_page import PlanPage
from reports.headline import Headline


@dataclass(frozen=True, slots=True)
class Job:
    """One thing to do: what there is of it, what it holds up, where it is done."""

    icon: str
    text: str
    note: str
    url: str
    action: str


def may_do(here: PlanPage) -> bool:
    """Whether the person who asks is one who verifies and publishes."""
    person = here.request.user
    return isinstance(person, User) and person.may(Right.REVIEW)


def jobs(here: PlanPage, found: Headline) -> list[Job]:
    """Return what is left to do with the year, the most pressing first.

    None in a year that is published or has not begun. One query for the reasons of a closed year.
    """
    period = here.period
    if period is None:
        return []
    if period.state == Period.State.OPEN:
        return list(_while_open(here, found))
    if period.state == Period.State.CLOSED:
        return list(_before_publishing(here, found))
    return []


def _while_open(here: PlanPage, found: Headline) -> Iterator[Job]:
    review = here.url("review")
    units = [each for each in here.progress.by_unit.values() if each.due]
    silent = sum(not each.sent for each in units)
    if silent:
        yield Job(
            "mail",
            _n(
                ngettext("%(n)s unit has sent nothing", "%(n)s units have sent nothing", silent),
                silent,
            ),
            _("of %(all)s units with a target; reminders are sent from the review page")
            % {"all": len(units)},
            review,
            _("Remind"),
        )
    yield from _to_verify(here, found, _("sent by its unit and not looked through"))
    back = found.counts.returned
    if back:
        yield Job(
            "back",
            _n(ngettext("%(n)s value was returned", "%(n)s values were returned", back), back),
            _("waiting for its unit"),
            review,
            _("Look"),
        )
    yield from _questions(here)


def _before_publishing(here: PlanPage, found: Headline) -> Iterator[Job]:
    yield from _questions(here)
    yield from _to_verify(here, found, _("only what is verified is published"))
    without = len(unexplained(here.yearly.under(Reading.REPORTED)))
    if without:
        yield Job(
            "pen",
            _n(
                ngettext(
                    "%(n)s deviation without its reason",
                    "%(n)s deviations without their reason",
                    without,
                ),
                without,
            ),
            _("more than %(points)s points off the target, above or below")
            % {"points": deviation_points()},
            _rows(here, "report=unexplained"),
            _("See the rows"),
        )
    missing = found.counts.due - found.counts.reported
    if missing:
        yield Job(
            "none",
            _n(ngettext("%(n)s not reported", "%(n)s not reported", missing), missing),
            _("has a target and no number; the time for it has passed"),
            _rows(here, f"status={Status.NOT_REPORTED}"),
            _("See the rows"),
        )


def _questions(here: PlanPage) -> Iterator[Job]:
    asked = here.findings.marks.total
    if asked:
        held = sum(row.awaits_verdict and row.is_in_doubt for row in here.progress.rows)
        yield Job(
            "flag",
            _n(ngettext("%(n)s blocking question", "%(n)s blocking questions", asked), asked),
            _n(
                ngettext(
                    "keeps %(n)s indicator from being verified",
                    "keep %(n)s indicators from being verified",
                    held,
                ),
                held,
            )
            if held
            else _("no value that was sent waits for the answer yet"),
            with_query(here.url("findings"), "severity=blocking"),
            _("Answer the questions"),
        )


def _to_verify(here: PlanPage, found: Headline, note: str) -> Iterator[Job]:
    """Yield what this person can verify, and beside it what waits for somebody else."""
    url, person = here.url("review"), here.request.user
    if not found.counts.to_verify or not isinstance(person, User):
        return
    others = len(here.for_another(person))
    waiting = max(found.counts.to_verify - others, 0)
    if waiting:
        yield Job(
            "check",
            _n(ngettext("%(n)s value to verify", "%(n)s values to verify", waiting), waiting),
            note,
            url,
            _("Review"),
        )
    if others:
        yield Job(
            "clock",
            _n(
                ngettext(
                    "%(n)s value waits for somebody else",
                    "%(n)s values wait for somebody else",
                    others,
                ),
                others,
            ),
            _("you entered it yourself; another person verifies it"),
            url,
            _("Look"),
        )


def unexplained(figures: Figures) -> frozenset[int]:
    """Return the sent rows whose deviation has no reason, none that another counts; one query."""
    achieved = {row.id: row.achievement.value for row in counted_once(figures.rows)}
    values = Realization.objects.filter(
        indicator__activity__plan=figures.plan,
        year=figures.year,
        state__in=COUNTED_STATES[Reading.REPORTED],
    ).only("indicator_id", "deviation_reason")
    return frozenset(
        value.indicator_id
        for value in values
        if steps.lacks_reason(value, achieved.get(value.indicator_id))
    )


def _rows(here: PlanPage, query: str) -> str:
    """Return where rows of the year as reported are listed."""
    return with_query(here.reading_url(Reading.REPORTED, "indicator_list"), query)


def _n(text: str, number: int) -> str:
    return text % {"n": formats.amount(Decimal(number), get_language() or "tr")}
