"""Closing and publishing in the same instant as somebody else judges or writes a value."""

import threading

import pytest
from django.db import connection

from activities.models import Plan
from activities.sentences import Sentence
from indicators import editions, periods
from indicators.models import Edition, Realization
from review import actions
from tests import factories
from tests.factories import YEAR

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def plan():
    """Hold a closed year of ten numbers, nine of them verified: just enough."""
    plan = factories.make_plan()
    factories.make_period(plan, state="closed")
    activity = factories.make_activity(plan, factories.make_department(plan, "1"))
    for number in range(10):
        state = "approved" if number else "submitted"
        factories.make_indicator(activity, target=10, realization=10, state=state)
    return plan


def in_thread(work):
    def run():
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def waiting():
    return Realization.objects.get(state="submitted")


def revision():
    return Plan.objects.get().revision_row.number


def test_a_verdict_waits_for_who_is_publishing_and_is_told(plan, monkeypatch):
    value, reviewer = waiting(), factories.make_user("reviewer")
    frozen, told = threading.Event(), []
    freeze = editions.freeze

    def freeze_slowly(*given, **named):
        edition = freeze(*given, **named)
        frozen.set()
        judging.join(timeout=1)  # it cannot end before this transaction does
        assert told == []
        return edition

    def judge():
        frozen.wait(timeout=60)
        try:
            actions.approve(plan, YEAR, {value.pk: value.version}, reviewer)
        except Sentence as sentence:
            told.append(sentence.text)

    monkeypatch.setattr(editions, "freeze", freeze_slowly)
    judging = in_thread(judge)
    periods.publish(plan, YEAR, person=reviewer, seen=revision())
    judging.join(timeout=60)

    assert told == [periods.PUBLISHED]
    value.refresh_from_db()
    assert value.state == "submitted"


def test_who_publishes_waits_for_a_verdict_that_has_begun_and_looks_again(plan, monkeypatch):
    value, reviewer = waiting(), factories.make_user("reviewer")
    seen, begun, told = revision(), threading.Event(), []
    step = actions.steps.approve

    def approve_slowly(*given, **named):
        done = step(*given, **named)
        begun.set()
        publishing.join(timeout=1)  # it cannot end before this transaction does
        assert told == []
        return done

    def publish():
        begun.wait(timeout=60)
        try:
            periods.publish(plan, YEAR, person=reviewer, seen=seen)
        except Sentence as sentence:
            told.append(sentence.text)

    monkeypatch.setattr(actions.steps, "approve", approve_slowly)
    publishing = in_thread(publish)
    actions.approve(plan, YEAR, {value.pk: value.version}, reviewer)
    publishing.join(timeout=60)

    assert told == [periods.PLAN_CHANGED]
    assert not Edition.objects.exists()
    value.refresh_from_db()
    assert value.state == "approved"


def test_what_is_returned_meanwhile_is_missed_by_the_conditions(plan, monkeypatch):
    """Nobody looked: the conditions themselves see what was returned before they were asked."""
    value = Realization.objects.filter(state="approved").first()
    reviewer = factories.make_user("reviewer")
    begun, told = threading.Event(), []
    hold = actions._hold

    def hold_slowly(held):
        hold(held)
        Realization.objects.filter(pk=value.pk).update(state="submitted")
        begun.set()
        publishing.join(timeout=1)  # it cannot end before this transaction does
        assert told == []

    def publish():
        begun.wait(timeout=60)
        try:
            periods.publish(plan, YEAR, person=reviewer)
        except Sentence as sentence:
            told.append(sentence.values["verified"])

    monkeypatch.setattr(actions, "_hold", hold_slowly)
    publishing = in_thread(publish)
    actions.ask_reason(plan, YEAR, {value.pk: value.version}, reviewer)
    publishing.join(timeout=60)

    assert told == [8]
    assert not Edition.objects.exists()


def test_of_two_who_publish_one_is_told(plan):
    people = [factories.make_user("reviewer") for _each in range(2)]
    seen, ready, results = revision(), threading.Barrier(2), []

    def work(person):
        ready.wait(timeout=60)
        try:
            results.append(periods.publish(plan, YEAR, person=person, seen=seen).number)
        except Sentence as sentence:
            results.append(sentence.text)

    threads = [in_thread(lambda person=person: work(person)) for person in people]
    for thread in threads:
        thread.join(timeout=60)

    assert sorted(results, key=str)[0] == 1
    assert Edition.objects.count() == 1


def test_a_draft_typed_before_the_year_closes_is_looked_at_first(plan):
    plan.periods.update(state="open")
    seen = revision()
    activity = Realization.objects.first().indicator.activity
    written, told = threading.Event(), []

    def write():
        factories.make_indicator(activity, target=1, realization=1, state="draft")
        written.set()

    thread = in_thread(write)
    written.wait(timeout=60)
    thread.join(timeout=60)
    try:
        more = actions.MoreTime([], None, "")
        actions.close(plan, YEAR, seen=seen, more=more, person=factories.make_user("reviewer"))
    except Sentence as sentence:
        told.append(sentence.text)
    assert told == [periods.PLAN_CHANGED]
    assert plan.periods.get().state == "open"
