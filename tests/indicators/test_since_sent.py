"""What moved of a year after it had been sent: which rows, by what, and the mean before and now."""

from decimal import Decimal as D

import pytest

from findings import answers
from findings.checks.finding import Check
from findings.doubt import proposed
from findings.year import YearFindings
from indicators.achievement import Reading
from indicators.figures import Figures
from indicators.models import Realization
from indicators.since_sent import NOTHING, since_sent
from tests.factories import (
    YEAR,
    make_activity,
    make_indicator,
    make_plan,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan():
    return make_plan()


@pytest.fixture
def activity(plan):
    return make_activity(plan)


@pytest.fixture
def half(activity):
    """Half of its target."""
    return make_indicator(activity, target=10, realization=5)


def moved(plan, reading=Reading.REPORTED):
    return since_sent(Figures(plan, YEAR, reading=reading))


def write(indicator, number, **given):
    value = indicator.realizations.get(year=YEAR)
    value.value, value.text = (None, "") if number is None else (D(number), str(number))
    for name, held in given.items():
        setattr(value, name, held)
    value.save()


def answer(plan, check, code, at=0):
    one = [each for each in YearFindings(Figures(plan, YEAR)).raised if each.check is check][at]
    reviewer = make_user("reviewer")
    answers.give(plan, YEAR, one, code, person=reviewer, digest=one.digest, note="Soruldu")


def test_a_year_that_stands_as_it_was_sent_has_nothing_to_say(plan, half):
    write(half, 5, state="approved")

    assert moved(plan) is NOTHING
    assert moved(plan, Reading.APPROVED) is NOTHING


def test_a_correction_is_told_with_the_mean_before(plan, activity, half):
    make_indicator(activity, target=10, realization=10)

    write(half, 8)

    found = moved(plan)
    assert (found.answers, found.others, found.by_others) == (0, 1, {half.pk})
    assert (found.before, found.after) == (D("0.75"), D("0.9"))  # (5 + 10) and (8 + 10) of 20


def test_a_number_corrected_back_has_moved_nothing(plan, half):
    write(half, 8)
    write(half, 5)

    assert moved(plan) is NOTHING


def test_an_answer_is_told_as_an_answer(plan, activity, half):
    buses = make_indicator(activity, baseline=427, target=432, realization=5)

    answer(plan, Check.INCREMENT_CERTAIN, "increment")

    found = moved(plan)
    assert (found.answers, found.others, found.by_answers) == (1, 0, {buses.pk})
    assert found.before == (D("0.5") + D(5) / D(432)) / 2
    assert found.after == D("0.75")  # half, and the whole way from 427 to 432


def test_an_answer_that_changes_nothing_is_not_counted(plan, activity):
    buses = make_indicator(activity, baseline=427, target=432, realization=5)
    answer(plan, Check.INCREMENT_CERTAIN, "total")
    assert moved(plan) is NOTHING

    write(buses, 6)

    assert (moved(plan).answers, moved(plan).others) == (0, 1)


def test_an_answer_given_at_the_desk_is_part_of_what_was_sent(plan, activity):
    buses = make_indicator(activity, baseline=427, target=432, realization=5, state="draft")
    buses.kind, buses.reported_as = "level", "increment"
    buses.save()

    write(buses, 5, state="submitted")

    assert moved(plan) is NOTHING


def test_a_kind_said_after_sending_is_a_change_like_any_other(plan, activity):
    beds = make_indicator(activity, baseline=50, target=60, realization=55)

    beds.kind = "level"
    beds.save()

    found = moved(plan)
    assert (found.answers, found.others) == (0, 1)
    assert (found.before, found.after) == (D(55) / D(60), D("0.5"))


def test_a_kind_under_which_the_figure_stays_moves_nothing(plan, half):
    half.kind, half.kind_confirmed = "deliverable", True
    half.save()

    assert moved(plan) is NOTHING


@pytest.mark.parametrize(("what", "before", "after"), [("target", "0.5", "1"), ("weight", 0, 0)])
def test_a_target_and_a_weight_changed_since_are_told(plan, activity, half, what, before, after):
    if what == "target":
        target = half.targets.get(year=YEAR)
        target.value, target.text = D(5), "5"
        target.save()
    else:
        make_indicator(activity, target=10, realization=10)
        half.weight = D(3)
        half.save()
        before, after = "0.75", "0.625"  # (3 · 0,5 + 1) / 4

    assert (moved(plan).before, moved(plan).after) == (D(before), D(after))


def test_a_value_that_was_given_back_and_sent_again_is_told(plan, half):
    write(half, 5, state="returned")
    assert moved(plan) is NOTHING  # It counts nowhere.
    write(half, 9, state="returned")
    write(half, 9, state="submitted")

    assert (moved(plan).before, moved(plan).after) == (D("0.5"), D("0.9"))


def test_a_value_that_its_unit_took_back_begins_anew(plan, half):
    write(half, 5, state="draft")
    write(half, 9, state="submitted")

    assert moved(plan) is NOTHING


def test_a_number_that_was_taken_away_leaves_the_mean(plan, activity, half):
    make_indicator(activity, target=10, realization=10)

    write(half, None, absence="not_measured")

    found = moved(plan)
    assert (found.others, found.before, found.after) == (1, D("0.75"), D(1))


def test_the_verified_alone_are_compared_where_they_alone_are_read(plan, activity, half):
    other = make_indicator(activity, target=10, realization=10)
    write(half, 8)
    write(other, 9, state=Realization.State.APPROVED)

    found = moved(plan, Reading.APPROVED)

    assert (found.by_others, found.before, found.after) == ({other.pk}, D(1), D("0.9"))
    assert moved(plan).others == 2


def test_what_one_file_brings_in_belongs_together(plan, activity):
    row = make_indicator(activity, target=10)
    value = Realization(indicator=row, year=YEAR, value=D(5), text="5", state="submitted")
    value._change_reason = "import 7"
    value.save()
    target = row.targets.get(year=YEAR)
    for number, reason in ((20, "import 7"), (40, "import 8")):
        target.value, target.text, target._change_reason = D(number), str(number), reason
        target.save()

    # The target came with the value's own file; the next file changed it.
    assert (moved(plan).before, moved(plan).after) == (D("0.25"), D("0.125"))


def test_the_answers_of_the_real_plan_raise_it_from_82_8_to_96_1(real_plan):
    assert moved(real_plan) is NOTHING
    reviewer, given = make_user("reviewer"), 0
    for one in YearFindings(Figures(real_plan, YEAR)).raised:
        offer = proposed(one) if one.blocks else None
        if offer is not None:
            said = {"person": reviewer, "digest": one.digest, "note": "Soruldu"}
            answers.give(real_plan, YEAR, one, offer.code, **said)
            given += 1

    found = moved(real_plan)

    # All blocking questions but the text, which proposes no number; their rows are those of doubt.
    assert (given, found.answers, found.others, len(found.moved)) == (21, 21, 0, 27)
    assert (round(found.before, 3), round(found.after, 3)) == (D("0.828"), D("0.961"))
