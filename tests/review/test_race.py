"""Two people at once on the same rows: the one who comes second is told, and nothing is lost."""

import threading

import pytest
from django.db import connections, transaction

from accounts import rights
from accounts.models import User
from activities.models import Municipality
from activities.sentences import Sentence
from findings.plan_year import PlanYear
from indicators import steps
from indicators.models import FindingAnswer, Indicator, Notice
from pages import answering
from pages.answering import Seen
from review import actions
from review.actions import Notes
from tests.factories import (
    YEAR,
    make_activity,
    make_department,
    make_indicator,
    make_period,
    make_plan,
    make_user,
)

at_once = pytest.mark.django_db(transaction=True)


class World:
    def __init__(self, state="submitted"):
        self.plan = make_plan()
        self.period = make_period(self.plan, state="closed")
        activity = make_activity(self.plan, make_department(self.plan, "7"), "4.1.1")
        self.rows = [
            make_indicator(
                activity, name=name, baseline=427, target=432, realization=cell, state=state
            )
            for name, cell in (("Otobüs", 432), ("Tramvay", 432))
        ]
        self.values = [row.realizations.get() for row in self.rows]
        self.seen = {value.pk: value.version for value in self.values}
        self.people = [make_user("reviewer"), make_user("reviewer")]

    def states(self):
        for value in self.values:
            value.refresh_from_db()
        return [value.state for value in self.values]


def together(*acts):
    """Run acts at once, each on a connection of its own; return what each returned or raised."""
    start, found = threading.Barrier(len(acts)), [None] * len(acts)

    def run(at, act):
        try:
            start.wait(10)
            found[at] = act()
        except Sentence as refused:
            found[at] = refused
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return found


def reviewer_of(person):
    """Return the person as her own request reads her, who stands where she reviews."""
    found = User.objects.get(pk=person.pk)
    rights.enter(found, Municipality.objects.the_only())
    return found


# --- One after the other, on every database ---


@pytest.mark.django_db
def test_who_verifies_what_was_verified_since_is_told():
    world = World()
    first, second = world.people
    assert len(actions.approve(world.plan, YEAR, world.seen, first).done) == 2
    outcome = actions.approve(world.plan, YEAR, world.seen, second)
    assert (outcome.done, outcome.changed) == ([], world.seen)
    assert {value.decided_by for value in map(fresh, world.values)} == {first}


@pytest.mark.django_db
def test_who_verifies_what_was_taken_back_since_is_told():
    world = World("approved")
    first, second = world.people
    actions.take_back(world.plan, YEAR, world.seen, first, Notes("Yanlış satır"))
    outcome = actions.approve(world.plan, YEAR, world.seen, second)
    assert (outcome.done, outcome.changed) == ([], world.seen)
    assert world.states() == ["submitted", "submitted"]


@pytest.mark.django_db
def test_one_note_that_is_missing_takes_nothing_back():
    world = World("approved")
    own = Notes(own={world.values[0].pk: "Yanlış satır"})
    with pytest.raises(Sentence):
        actions.take_back(world.plan, YEAR, world.seen, world.people[0], own)
    assert world.states() == ["approved", "approved"]


def fresh(value):
    value.refresh_from_db()
    return value


# --- At once ---


class TestAtOnce:
    pytestmark = at_once

    def test_of_two_who_verify_one_is_told(self):
        world = World()
        acts = [
            lambda person=person: actions.approve(world.plan, YEAR, world.seen, reviewer_of(person))
            for person in world.people
        ]
        outcomes = together(*acts)
        assert sorted(len(one.done) for one in outcomes) == [0, 2]
        assert sorted(len(one.changed) for one in outcomes) == [0, 2]
        assert world.states() == ["approved", "approved"]

    def test_of_two_who_take_back_one_is_told(self):
        world = World("approved")
        acts = [
            lambda person=person: actions.take_back(
                world.plan, YEAR, world.seen, reviewer_of(person), Notes("Yanlış satır")
            )
            for person in world.people
        ]
        outcomes = together(*acts)
        assert sorted(len(one.done) for one in outcomes) == [0, 2]
        assert sorted(len(one.changed) for one in outcomes) == [0, 2]
        assert world.states() == ["submitted", "submitted"]

    def test_of_two_who_ask_for_reasons_one_asks(self):
        world = World()
        coordinator = make_user(
            departments=[world.rows[0].activity.department], email="k@example.org"
        )
        for value in world.values:
            value.value, value.text = 900, "900"
            steps.store(value)
        seen = {value.pk: value.version for value in world.values}
        acts = [
            lambda person=person: actions.ask_reason(world.plan, YEAR, seen, reviewer_of(person))
            for person in world.people
        ]
        outcomes = together(*acts)
        assert sorted(len(one.done) for one in outcomes) == [0, 2]
        assert list(Notice.objects.values_list("person", flat=True)) == [coordinator.pk]

    def test_an_answer_to_many_waits_for_a_number_and_then_gives_all_of_it_up(self):
        world = World()
        for value in world.values:
            value.value, value.text = 5, "5"
            steps.store(value)
        here = PlanYear(world.plan, YEAR)
        seen = {
            one.key: Seen(one.digest, one.figures[0].id)
            for one in here.findings.raised
            if one.check.value == "increment_certain"
        }
        assert len(seen) == 2
        person, found = world.people[0], []

        def answer():
            try:
                answering.give_many(here, seen, "increment", reviewer_of(person), "Soruldu")
            except Sentence as refused:
                found.append(refused)
            finally:
                connections.close_all()

        with transaction.atomic():
            [held] = steps.locked([world.values[1].pk])
            thread = threading.Thread(target=answer)
            thread.start()
            thread.join(0.5)
            assert thread.is_alive()  # it waits for the row
            held.value, held.text = 6, "6"
            steps.store(held)
        thread.join(30)

        assert "Tramvay" in str(found[0])
        assert not FindingAnswer.objects.exists()
        kinds = Indicator.objects.values_list("kind", flat=True)
        assert set(kinds) == {"count"}
