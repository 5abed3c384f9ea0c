"""Opening, closing and publishing a year, and whether a unit's door is open."""

import datetime

import pytest
from django.utils import timezone

from activities.models import Extension, Period, Plan
from activities.sentences import Sentence
from indicators import periods
from indicators.models import Edition
from tests.factories import (
    YEAR,
    make_activity,
    make_department,
    make_indicator,
    make_period,
    make_plan,
    make_user,
)

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2025, 2, 1)
STATES = Period.State.values


def today():
    return timezone.localdate()


def open_it(plan):
    return periods.open_period(plan, YEAR, opens_on=TODAY, closes_on=None, reason="Yangın")


def close_it(plan):
    return periods.close_period(plan, YEAR)


def reopen_it(plan):
    department = make_department(plan)
    return periods.reopen_for(
        plan, YEAR, department, until=today(), reason="Yangın", person=make_user("reviewer")
    )


def publish_it(plan):
    return periods.publish(plan, YEAR, person=make_user("reviewer"))


# What each step does to a year in each state; None is refused.
STEPS = [
    (open_it, {"planned": "open", "open": "open", "closed": "open", "published": None}),
    (close_it, {"planned": None, "open": "closed", "closed": None, "published": None}),
    (reopen_it, {"planned": None, "open": None, "closed": "closed", "published": None}),
    (publish_it, {"planned": None, "open": None, "closed": "published", "published": None}),
]


@pytest.mark.parametrize(
    ("step", "state", "after"),
    [(step, state, after) for step, table in STEPS for state, after in table.items()],
)
def test_every_step_from_every_state(step, state, after):
    plan = make_plan()
    make_indicator(make_activity(plan), target=1, realization=1, state="approved")
    period = make_period(plan, state=state)
    if after is None:
        with pytest.raises(Sentence):
            step(plan)
    else:
        step(plan)
    period.refresh_from_db()
    assert period.state == (after or state)


@pytest.mark.parametrize("state", ["planned", "open", "closed"])
def test_only_a_closed_year_is_opened_again_with_a_reason(state):
    plan = make_plan()
    period = make_period(plan, state=state)
    days = {"opens_on": TODAY, "closes_on": None}

    if state == "closed":
        with pytest.raises(Sentence, match="Say why"):
            periods.open_period(plan, YEAR, **days, reason=" ")
        periods.open_period(plan, YEAR, **days, reason="Yangın")
        assert period.history.first().history_change_reason == "Yangın"
    else:
        periods.open_period(plan, YEAR, **days)
    period.refresh_from_db()
    assert period.state == "open"


def test_a_year_is_closed_as_it_was_looked_at():
    plan = make_plan()
    period = make_period(plan)
    seen = Plan.objects.get().revision_row.number
    make_indicator(make_activity(plan), target=1, realization=1, state="draft")
    with pytest.raises(Sentence, match="since you looked"):
        periods.close_period(plan, YEAR, seen=seen)
    period.refresh_from_db()
    assert period.state == "open"
    periods.close_period(plan, YEAR, seen=Plan.objects.get().revision_row.number)


def test_a_year_without_a_period_gets_one():
    plan = make_plan()
    open_it(plan)
    assert plan.periods.get(year=YEAR).state == "open"


def test_the_deadline_is_not_before_the_opening():
    plan = make_plan()
    with pytest.raises(Sentence, match="before"):
        periods.open_period(
            plan, YEAR, opens_on=TODAY, closes_on=TODAY - datetime.timedelta(days=1)
        )
    assert not plan.periods.filter(state="open").exists()


@pytest.mark.parametrize(("state", "is_open"), [(state, state == "open") for state in STATES])
def test_only_an_open_year_is_open_to_every_unit(state, is_open):
    plan = make_plan()
    period = make_period(plan, state=state)
    door = periods.door(period, YEAR, make_department(plan).pk)
    assert door.is_open == is_open
    assert (door.why is None) == is_open


def test_a_year_without_a_period_is_not_open():
    assert not periods.door(None, YEAR, 1).is_open


def test_a_deadline_that_passed_leaves_the_door_open_and_counts_the_days():
    plan = make_plan()
    period = make_period(plan, closes_on=TODAY)
    door = periods.door(period, YEAR, make_department(plan).pk)
    assert door.is_open
    assert door.days_late(TODAY) == 0
    assert door.days_late(TODAY + datetime.timedelta(days=3)) == 3


def test_an_extension_opens_for_its_unit_and_its_branches_only():
    plan = make_plan()
    period = make_period(plan, state="closed")
    department = make_department(plan)
    branch = make_department(plan, parent=department)
    other = make_department(plan)
    person = make_user("reviewer")

    periods.reopen_for(plan, YEAR, department, until=today(), reason="Yangın", person=person)

    assert periods.door(period, YEAR, department.pk).until == today()
    assert periods.door(period, YEAR, branch.pk, department.pk).is_open
    assert not periods.door(period, YEAR, other.pk).is_open
    extension = Extension.objects.get()
    assert (extension.reason, extension.granted_by) == ("Yangın", person)
    assert extension.history.first().history_change_reason == "Yangın"


def test_an_extension_ends_with_its_day():
    plan = make_plan()
    period = make_period(plan, state="closed")
    department = make_department(plan)
    Extension.objects.create(
        period=period, department=department, until=today() - datetime.timedelta(days=1)
    )
    assert not periods.door(period, YEAR, department.pk).is_open


@pytest.mark.parametrize(("reason", "days"), [(" ", 0), ("Yangın", -1)])
def test_an_extension_needs_a_reason_and_a_day_to_come(reason, days):
    plan = make_plan()
    make_period(plan, state="closed")
    with pytest.raises(Sentence):
        periods.reopen_for(
            plan,
            YEAR,
            make_department(plan),
            until=today() + datetime.timedelta(days=days),
            reason=reason,
            person=make_user("reviewer"),
        )
    assert not Extension.objects.exists()


def test_a_publication_that_fails_leaves_the_year_closed(monkeypatch):
    plan = make_plan()
    make_indicator(make_activity(plan), target=1, realization=1, state="approved")
    period = make_period(plan, state="closed")
    monkeypatch.setattr(Period, "save", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        publish_it(plan)
    period.refresh_from_db()
    assert period.state == "closed"
    assert not Edition.objects.exists()
