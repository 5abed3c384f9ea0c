"""The words of progress, read from the document and counted over groups."""

import datetime
from decimal import Decimal as D

import pytest
from django.utils import timezone

from activities.models import Extension, Period, Plan
from indicators.figures import Figures, Level
from indicators.models import Realization
from indicators.progress import (
    NOTHING,
    Counts,
    Standing,
    YearProgress,
    count,
    is_percent_public,
    is_text,
    progress_of_many,
    standing_of,
)
from tests import factories, rulebook

WORDS = ("said", "reported", "sent", "returned", "verified", "unverified", "missing")
DAY, HOUR = datetime.timedelta(days=1), datetime.timedelta(hours=1)
TODAY = datetime.date(2026, 3, 10)


def standing(value=None, *, text="", absence="", state=None, due=True, **more):
    return Standing(
        id=more.pop("id", 1), unit=1, department=1, code="1.1.1", is_due=due,
        value=None if value is None else D(value), text=text, absence=absence, state=state, **more,
    )  # fmt: skip


def written(cell, state):
    """Return where a row stands with what the document writes in its cells."""
    state = None if state == "nothing stored" else state
    if cell in Realization.Absence.values:
        return standing(absence=cell, state=state)
    if cell.isdigit():
        return standing(cell, text=cell, state=state)
    return standing(text="" if cell == "·" else cell, state=state)


@pytest.mark.parametrize("line", rulebook.lines("Words of progress", "value", "state", *WORDS))
def test_what_is_written_makes_the_words_that_the_document_names(line):
    row = written(line["value"], line["state"])
    assert {word: getattr(row, f"is_{word}") for word in WORDS} == {
        word: line[word] == "yes" for word in WORDS
    }


def test_the_document_defines_every_word_that_is_counted():
    told = {line["word"].replace(" ", "_") for line in rulebook.table("Words of progress", "word")}
    assert told == set(Counts.__dataclass_fields__) - {"to_verify", "to_verify_besides", "at_desk"}


def test_counts_are_over_what_is_due():
    rows = [
        standing(7, state="submitted", id=1),
        standing(7, state="submitted", id=2, due=False),
        standing(7, state="approved", id=3),
        standing(7, state="draft", id=4, is_over=True),
        standing(7, state="returned", id=5),
        standing(state=None, id=6, is_over=True, is_in_doubt=True),
        standing(absence="other", state="submitted", id=7),
    ]
    assert count(rows) == Counts(
        due=6, said=5, reported=2, sent=3, late=2, returned=1, verified=1, unverified=1,
        in_doubt=1, missing=1, to_verify=3, to_verify_besides=1, at_desk=2,
    )  # fmt: skip
    assert (count(rows).to_send, count(rows).coverage) == (3, D(2) / 6)
    assert count(rows).verified_share == D(1) / 6


def test_what_is_due_is_verified_unverified_or_not_reported():
    rows = [
        standing(7, state="approved", id=1),
        standing(0, state="approved", id=2),
        standing(7, state="submitted", id=3),
        standing(absence="other", state="approved", id=4),
        standing(7, state="draft", id=5),
        standing(text="-", state="submitted", id=6),
        standing(7, state="submitted", id=7, due=False),
    ]
    counts = count(rows)
    parts = (counts.verified_results, counts.unverified, counts.not_reported)
    assert (counts.due, *parts) == (6, 2, 1, 3)
    assert counts.verified == 3  # and one of them has no figure


@pytest.mark.parametrize("line", rulebook.lines("A published year", "verified", "due"))
def test_a_percent_is_public_where_the_document_says(line):
    public = is_percent_public(int(line["verified"]), int(line["due"]))
    assert public is (line["a percent is public"] == "yes")


def test_what_was_verified_by_who_entered_it_is_counted_among_the_verified():
    rows = [
        standing(7, state="approved", id=1, is_own=True),
        standing(7, state="approved", id=2),
        standing("1", state="approved", id=3, is_own=True, due=False),
    ]
    assert (count(rows).verified, count(rows).own) == (2, 1)


def test_what_was_corrected_after_its_verification_is_counted_among_the_verified():
    rows = [
        standing(7, state="approved", id=1, is_corrected=True),
        standing(7, state="approved", id=2),
        standing("1", state="approved", id=3, is_corrected=True, due=False),
    ]
    assert (count(rows).verified, count(rows).corrected) == (2, 1)


@pytest.mark.django_db
def test_the_stored_values_say_what_was_written_over_after_its_verification():
    person, now = factories.make_user("reviewer"), timezone.now()
    plan = factories.make_plan()
    activity = factories.make_activity(plan)
    for state, entered, decided in (
        ("approved", now, now - HOUR),  # the only one; it is not verified by who entered it
        ("approved", now - HOUR, now),
        ("approved", now, None),
        ("submitted", now, now - HOUR),
    ):
        indicator = factories.make_indicator(activity, target=5)
        factories.make_realization(
            indicator, 5, state=state, entered_by=person, entered_at=entered,
            decided_by=person if decided else None, decided_at=decided,
        )  # fmt: skip
    counts = YearProgress(plan, factories.YEAR, None).plan_counts
    assert (counts.corrected, counts.own) == (1, 1)


@pytest.mark.django_db
def test_the_stored_values_say_who_verified_her_own():
    person, other = factories.make_user("reviewer"), factories.make_user("reviewer")
    plan = factories.make_plan()
    activity = factories.make_activity(plan)
    for decided in (person, other, None):
        indicator = factories.make_indicator(activity, target=5)
        factories.make_realization(
            indicator, 5, state="approved", entered_by=person, decided_by=decided
        )
    assert YearProgress(plan, factories.YEAR, None).plan_counts.own == 1


def test_what_was_sent_is_verified_looked_at_or_in_line():
    rows = [
        standing(7, state="approved", id=1, was_looked_at=True),
        standing(7, state="submitted", id=2, was_looked_at=True),
        standing(7, state="submitted", id=3),
        standing(7, state="submitted", id=4),
        standing(7, state="draft", id=5, was_looked_at=True),
    ]
    counts = count(rows)
    assert (counts.sent, counts.verified, counts.looked_at, counts.in_line) == (4, 1, 1, 2)


@pytest.mark.parametrize(
    ("more", "done"),
    [
        ([], True),
        ([standing(state=None, id=2)], False),
        ([standing(7, state="returned", id=2)], False),
        ([standing(7, state="draft", id=2, due=False)], False),
        ([standing(state=None, id=2, due=False)], True),
    ],
)
def test_all_is_sent_once_nothing_is_left_to_send(more, done):
    assert count([standing(7, state="submitted"), *more]).is_all_sent is done
    assert not count(more).is_all_sent


def test_of_nothing_there_is_no_share():
    assert count([]) == NOTHING
    assert NOTHING.coverage is None and NOTHING.verified_share is None


def test_a_row_that_another_one_counts_is_left_out_where_both_are_seen():
    rows = [standing(7, state="submitted", id=1), standing(7, state="draft", id=2, counted_with=1)]
    assert count(rows).due == 1
    assert count(rows[1:]).due == 1


@pytest.mark.parametrize(
    ("cell", "judged"),
    [("-", False), ("–", False), ("", False), (" ", False), ("yok", True)],
)
def test_a_text_is_judged_and_a_dash_is_not(cell, judged):
    assert is_text(cell) is judged
    assert standing(text=cell, state="submitted").awaits_verdict is judged
    assert not standing(text=cell, state="draft").awaits_verdict


def test_0_awaits_a_verdict_once_it_is_sent():
    assert standing(0, state="submitted").awaits_verdict
    assert not standing(0, state="approved").awaits_verdict


# --- From the database ---


@pytest.fixture
def world(db):
    plan = factories.make_plan(first_year=2024, last_year=2026)
    period = factories.make_period(plan, closes_on=TODAY + 5 * DAY)
    unit = factories.make_department(plan, "1")
    branch = factories.make_department(plan, "1.1", parent=unit)
    rows = {
        "sent": factories.make_indicator(
            factories.make_activity(plan, unit, "1.1.1"), target=10, realization=7
        ),
        "missing": factories.make_indicator(
            factories.make_activity(plan, branch, "1.2.1"), target=10
        ),
        "unplanned": factories.make_indicator(
            factories.make_activity(plan, branch, "2.1.1"), realization=3
        ),
        "zero": factories.make_indicator(
            factories.make_activity(plan, unit, "2.1.2"), target=0, realization=3
        ),
    }
    return plan, period, unit, branch, rows


def of(world, **given):
    plan, period, *_rest = world
    return YearProgress(plan, factories.YEAR, period, today=TODAY, **given)


def test_a_year_is_counted_in_two_queries(world, django_assert_num_queries):
    with django_assert_num_queries(2):  # targets; realizations
        assert of(world).plan_counts.due == 2


def test_a_closed_year_asks_for_its_extensions_too(world, django_assert_num_queries):
    world[1].state = Period.State.CLOSED
    with django_assert_num_queries(3):
        assert of(world).plan_counts.late == 1


def test_units_hold_their_branches_and_stand_by_themselves(world):
    _plan, _period, unit, branch, _rows = world
    progress = of(world)
    assert progress.of(unit.pk).due == 2 and progress.of(branch.pk).due == 1
    assert progress.by_unit[unit.pk].due == 1
    assert progress.by_unit[branch.pk].missing == 1
    assert progress.of(-1) == NOTHING
    assert {key: each.due for key, each in progress.by_objective.items()} == {"1": 2, "2": 0}
    assert {key: each.due for key, each in progress.by_goal.items()} == {
        "1.1": 1, "1.2": 1, "2.1": 0,
    }  # fmt: skip


def test_a_retired_indicator_and_another_year_count_nowhere(world):
    *_rest, rows = world
    factories.make_indicator(rows["sent"].activity, name="Emekli", target=4, retired_on=TODAY)
    assert of(world).plan_counts.due == 2
    plan, period, *_rest = world
    assert YearProgress(plan, 2026, period).plan_counts == NOTHING


@pytest.mark.parametrize(
    ("state", "closes_in", "late"),
    [
        ("open", 0, 0),  # on the deadline's day nothing is late
        ("open", -1, 1),
        ("open", None, 0),
        ("planned", -1, 0),
        ("closed", 5, 1),
        ("published", 5, 1),
    ],
)
def test_what_is_not_sent_is_late_once_its_time_has_passed(world, state, closes_in, late):
    period = world[1]
    period.state = state
    period.closes_on = None if closes_in is None else TODAY + closes_in * DAY
    assert of(world).plan_counts.late == late


@pytest.mark.parametrize(("until", "late"), [(0, 0), (-1, 1)])
@pytest.mark.parametrize("whose", ["own", "above"])
def test_a_unit_with_more_time_is_not_late(world, whose, until, late):
    _plan, period, unit, branch, _rows = world
    period.state = Period.State.CLOSED
    period.save()
    Extension.objects.create(
        period=period, department=branch if whose == "own" else unit, until=TODAY + until * DAY,
        reason="Sel",
    )  # fmt: skip
    assert of(world).plan_counts.late == late


def test_doubt_is_handed_in(world):
    rows = world[-1]
    assert of(world).plan_counts.in_doubt == 0
    doubted = [rows["sent"].pk, rows["unplanned"].pk]
    assert of(world, in_doubt=doubted).plan_counts.in_doubt == 1


def test_several_years_cost_three_queries(world, django_assert_num_queries):
    plan, period, *_rest = world
    other = factories.make_plan(first_year=2024, last_year=2026)
    second = factories.make_period(other)
    third = Period.objects.create(plan=plan, year=2026, state=Period.State.CLOSED)
    with django_assert_num_queries(3):  # targets; realizations; extensions
        found = progress_of_many([period, second, third], TODAY)
        assert {pk: each.plan_counts.due for pk, each in found.items()} == {
            period.pk: 2, second.pk: 0, third.pk: 0,
        }  # fmt: skip


def test_a_row_at_hand_stands_as_the_stored_one_does(world):
    plan, _period, *_rest, rows = world
    loaded = {figure.id: figure for figure in Figures(plan, factories.YEAR).rows}
    by_id = of(world).by_id
    for row in rows.values():
        value = Realization.objects.filter(indicator=row, year=factories.YEAR).first()
        assert standing_of(loaded[row.pk], value) == by_id[row.pk]


@pytest.mark.django_db
def test_the_real_plan_says_what_its_roll_up_says(real_plan):
    """2024: 136 are due, 132 reported, 4 missing; one of these is a text, three are dashes."""
    plan = Plan.objects.get(pk=real_plan.pk)
    progress = YearProgress(plan, 2024, plan.periods.get(year=2024))
    counts = progress.plan_counts
    assert (counts.due, counts.said, counts.reported, counts.missing) == (136, 132, 132, 4)
    assert (counts.sent, counts.verified, counts.to_verify) == (132, 0, 136)
    figures = Figures(plan, 2024)
    for unit in figures.units.values():
        level = Level.BRANCH if unit.parent_id else Level.DEPARTMENT
        summary = figures.by(level)[unit.number]
        told = progress.of(unit.id)
        assert (told.due, told.reported) == (summary.due, summary.reported), unit.number
    for key, summary in figures.by(Level.OBJECTIVE).items():
        told = progress.by_objective.get(key, NOTHING)
        assert (told.due, told.reported) == (summary.due, summary.reported), key
