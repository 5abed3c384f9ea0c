"""Twenty people save one cell at once: one is written, the others are told what and by whom."""

import threading
from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import connection, transaction

from activities.models import Plan
from entry import actions
from entry.actions import Entry, Outcome, save
from indicators import periods, steps
from indicators.models import Indicator, Realization
from indicators.periods import Door
from review.actions import approve
from tests import factories
from tests.entry.conftest import YEAR, at, text_of
from tests.entry.test_questions_and_sending import send

pytestmark = pytest.mark.django_db(transaction=True)
SAVERS = 20


@pytest.fixture
def row():
    plan = factories.make_plan()
    unit = factories.make_department(plan, "9")
    return factories.make_indicator(factories.make_activity(plan, unit), target=10)


def save_at_once(row: Indicator, seen: int) -> list[Outcome]:
    """Let everybody save a number of her own over the same version; return what befell."""
    people = [factories.make_user() for _each in range(SAVERS)]
    ready = threading.Barrier(SAVERS)
    outcomes: list[Outcome] = []

    def work(at: int) -> None:
        try:
            typed = {"written": str(100 + at)}
            entry = Entry(row.pk, False, False, Door(True), typed, seen)
            ready.wait(timeout=60)
            outcomes.append(save([entry], YEAR, people[at])[row.pk].outcome)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=[at]) for at in range(SAVERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return outcomes


def numbers() -> list[Decimal]:
    return list(Realization.history.order_by("history_id").values_list("value", flat=True))


@pytest.mark.parametrize("seen", [0, 1])
def test_of_twenty_one_is_written_and_the_others_are_told(row, seen):
    if seen:
        factories.make_realization(row, 1, state="draft")

    outcomes = save_at_once(row, seen)

    assert sorted(outcomes) == [Outcome.CONFLICT] * (SAVERS - 1) + [Outcome.SAVED]
    stored = Realization.objects.get()
    assert stored.version == 1 + seen
    assert numbers()[seen:] == [stored.value]


def test_without_the_version_all_would_be_told_that_they_are_saved(row, monkeypatch):
    """The race is real: with the check off, nineteen numbers are lost and nobody learns of it."""
    factories.make_realization(row, 1, state="draft")
    monkeypatch.setattr(actions, "_is_stale", lambda entry, value: False)

    assert save_at_once(row, 1) == [Outcome.SAVED] * SAVERS
    assert Realization.objects.count() == 1
    assert len(numbers()) == 1 + SAVERS


def test_without_the_lock_the_version_would_not_help(row, monkeypatch):
    """On PostgreSQL two read one version before either writes; SQLite's writers wait anyway."""
    factories.make_realization(row, 1, state="draft")
    together = threading.Barrier(SAVERS)

    def unlocked(pks, year):
        found = Realization.objects.filter(indicator_id__in=pks, year=year)
        rows = {each.indicator_id: each for each in found}
        if connection.features.has_select_for_update:
            together.wait(timeout=60)
        return rows

    monkeypatch.setattr(steps, "locked_of", unlocked)
    saved = save_at_once(row, 1).count(Outcome.SAVED)

    assert saved == (SAVERS if connection.features.has_select_for_update else 1)


def test_two_rows_saved_crosswise_do_not_wait_for_each_other_forever():
    plan = factories.make_plan()
    activity = factories.make_activity(plan, factories.make_department(plan, "9"))
    rows = [factories.make_indicator(activity, target=1) for _each in range(2)]
    for row in rows:
        factories.make_realization(row, 1, state="draft")
    person = factories.make_user()
    ready, results = threading.Barrier(2), []

    def work(order):
        try:
            entries = [
                Entry(row.pk, False, False, Door(True), {"written": str(order[0].pk)}, 1)
                for row in order
            ]
            ready.wait(timeout=60)
            results.extend(each.outcome for each in save(entries, YEAR, person).values())
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=[each]) for each in (rows, rows[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert sorted(results) == [Outcome.CONFLICT] * 2 + [Outcome.SAVED] * 2
    assert Plan.objects.count() == 1


# --- A save and the closing of its year in the same instant ---


@pytest.fixture
def open_row(row):
    plan = row.activity.plan
    period = factories.make_period(plan, YEAR)
    department = row.activity.department_id
    calendar = Plan.objects.get(pk=plan.pk).revision_row.calendar
    return row, plan, periods.door(period, YEAR, department, calendar=calendar)


def saved_through(door, row, person):
    entry = Entry(row.pk, False, False, door, {"written": "7"}, 0)
    return save([entry], YEAR, person)[row.pk]


def test_a_year_closed_after_the_look_at_its_door_takes_nothing(open_row):
    row, plan, door = open_row
    periods.close_period(plan, YEAR)

    result = saved_through(door, row, factories.make_user())

    assert result.outcome is Outcome.CLOSED
    assert "closed" in result.errors["written"] or "kapan" in result.errors["written"]
    assert not Realization.objects.exists()


def test_without_the_calendar_a_closed_year_would_take_it(open_row):
    """The race is real: with the check off, the number stands in a year that is closed."""
    row, plan, door = open_row
    periods.close_period(plan, YEAR)
    assert (
        saved_through(replace(door, calendar=None), row, factories.make_user()).outcome
        is Outcome.SAVED
    )
    assert Realization.objects.get().value == 7


def test_a_unit_with_more_time_saves_in_the_closed_year(open_row):
    row, plan, door = open_row
    period = periods.close_period(plan, YEAR)
    factories.make_extension(period, row.activity.department)
    assert saved_through(door, row, factories.make_user()).outcome is Outcome.SAVED


def in_thread(work):
    def run():
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_who_closes_waits_for_a_save_that_has_begun(open_row, monkeypatch):
    row, plan, door = open_row
    written, order = threading.Event(), []
    write = actions._save

    def write_slowly(*given):
        results = write(*given)
        written.set()
        closing.join(timeout=1)  # it cannot end before this transaction does
        order.append("saved")
        return results

    def close():
        written.wait(timeout=60)
        periods.close_period(plan, YEAR)
        order.append("closed")

    monkeypatch.setattr(actions, "_save", write_slowly)
    closing = in_thread(close)
    result = saved_through(door, row, factories.make_user())
    closing.join(timeout=60)

    assert (result.outcome, order) == (Outcome.SAVED, ["saved", "closed"])


def test_a_save_waits_for_who_is_closing_and_is_told(open_row):
    row, plan, door = open_row
    closing, results = threading.Event(), []

    def close():
        with transaction.atomic():
            periods.close_period(plan, YEAR)
            closing.set()
            saving.join(timeout=1)  # it cannot end before this transaction does
            assert not results

    def write():
        closing.wait(timeout=60)
        results.append(saved_through(door, row, person).outcome)

    person = factories.make_user()
    saving = in_thread(write)
    close()
    saving.join(timeout=60)

    assert results == [Outcome.CLOSED]
    assert not Realization.objects.exists()


# --- Taking back and verifying in the same instant ---


@pytest.fixture
def sent(open_row):
    """A value that a unit's coordinator sent from her desk, and she herself."""
    row, plan, _door = open_row
    unit = row.activity.department
    person = factories.make_user(departments=[unit], email="k@example.org")
    desk = at(plan, plan.periods.get(year=YEAR), unit, row.activity, person)
    desk.save(row, written="10")
    assert send(desk, row).status_code == 302
    return desk, row


def take_back(desk, row, version):
    data = {"row": f"{row.pk}:{version}"}
    return desk.client.post(desk.url("entry_recall"), data, follow=True)


@pytest.mark.parametrize("first", ["taken back", "verified"])
def test_of_taking_back_and_verifying_the_later_is_told(sent, monkeypatch, first):
    desk, row = sent
    value = Realization.objects.get(indicator=row)
    reviewer = factories.make_user("reviewer")
    begun, answers = threading.Event(), {}

    def recall():
        answers["taken back"] = text_of(take_back(desk, row, value.version))

    def verify():
        answers["verified"] = approve(desk.plan, YEAR, {value.pk: value.version}, reviewer)

    works = {"taken back": recall, "verified": verify}
    later = works.pop("verified" if first == "taken back" else "taken back")
    name = "recall" if first == "taken back" else "approve"
    step = getattr(steps, name)

    def stepped_slowly(*given, **named):
        done = step(*given, **named)
        begun.set()
        other.join(timeout=1)  # it cannot end before this transaction does
        assert len(answers) == 0
        return done

    def wait_and_work():
        begun.wait(timeout=60)
        later()

    monkeypatch.setattr(steps, name, stepped_slowly)
    other = in_thread(wait_and_work)
    works[first]()
    other.join(timeout=60)

    value.refresh_from_db()
    if first == "taken back":
        assert value.state == "draft"
        assert "1 satır yeniden taslak" in answers["taken back"]
        assert (answers["verified"].done, list(answers["verified"].changed)) == ([], [value.pk])
    else:
        assert value.state == "approved"
        assert [each.pk for each in answers["verified"].done] == [value.pk]
        assert "Geri alınmadı" in answers["taken back"]
