"""What was written over a sent number: told from its history, until its unit has it back."""

from decimal import Decimal as D

import pytest

from indicators import steps
from indicators.corrected import corrections, reason_words
from indicators.models import Realization
from indicators.periods import Door
from tests.factories import make_indicator, make_period, make_realization, make_user

pytestmark = pytest.mark.django_db
OPEN = Door(True)
WHY = "Salon tadilattaydı"


@pytest.fixture
def reviewer():
    return make_user("reviewer", first_name="Ayşe", last_name="Yılmaz")


@pytest.fixture
def value():
    """Make a number that its unit sent with the reason of its deviation."""
    indicator = make_indicator(target=500)
    make_period(indicator.activity.plan)
    words = {"deviation_reason": WHY, "measure_to_take": "Ek salon"}
    row = make_realization(indicator, "275", state="draft", **words)
    person = make_user()
    steps.send([row], person, doors={indicator.pk: OPEN}, achievements={indicator.pk: D("0.55")})
    return row


def correct(value, number, person, reason="Tutanakta yazıyor"):
    value._history_user = person
    steps.correct(value, number, person, None, reason)


def told(value):
    return corrections([Realization.objects.get(pk=value.pk)]).get(value.pk)


def words(value, *, is_asked):
    return reason_words(told(value), is_asked=is_asked, is_percent=False)


def test_a_number_that_nobody_wrote_over_costs_no_query(value, django_assert_num_queries):
    row = Realization.objects.get(pk=value.pk)
    with django_assert_num_queries(0):
        assert corrections([row, None]) == {}
    assert reason_words(None, is_asked=True, is_percent=False) == ""


def test_a_correction_is_told_with_both_numbers_who_and_why(value, reviewer):
    correct(value, D(300), reviewer)
    found = told(value)
    assert (found.before.value, found.after.value) == (275, 300)
    assert (found.who, found.reason) == ("Ayşe Yılmaz", "Tutanakta yazıyor")


def test_of_several_the_last_is_told_and_the_reason_was_written_for_the_first(value, reviewer):
    correct(value, D(300), reviewer)
    correct(value, D(490), reviewer, "Bir tutanak daha")
    found = told(value)
    assert (found.before.value, found.after.value, found.reason) == (300, 490, "Bir tutanak daha")
    assert found.reason_for.value == 275
    assert words(value, is_asked=True) == "275 için yazıldı; sayı sonra düzeltildi."
    assert words(value, is_asked=False).endswith("Şimdiki sayı neden istemiyor.")


def test_a_verdict_between_changes_nothing_of_what_is_told(value, reviewer):
    correct(value, D(300), reviewer)
    grounds = steps.Grounds((), {value.indicator_id: D("0.6")})
    assert steps.approve([value], make_user("reviewer"), grounds).done
    assert told(value).after.value == 300


def test_what_went_back_to_its_unit_is_no_correction_any_more(value, reviewer):
    correct(value, D(300), reviewer)
    doors = {value.indicator_id: OPEN}
    steps.return_to_unit([value], reviewer, "Bakın", doors=doors)
    steps.replace_number(value, D(280))
    steps.send([value], reviewer, doors=doors, achievements={value.indicator_id: D("0.56")})
    assert told(value) is None


def test_a_number_that_is_put_back_leaves_the_reason_to_it(value, reviewer):
    correct(value, D(300), reviewer)
    correct(value, D(275), reviewer, "Yanlış düzeltilmişti")
    assert told(value).before.value == 300
    assert words(value, is_asked=True) == ""


def test_a_reason_that_was_written_after_the_correction_is_written_for_it(value, reviewer):
    correct(value, D(300), reviewer)
    value.deviation_reason = "Yeni sayıyla yazıldı"
    steps.store(value)
    assert told(value).reason_for is None


def test_the_number_of_an_import_is_left_out_of_its_reason(value, reviewer):
    correct(value, D(300), reviewer, "import 12: Tutanak geldi")
    assert told(value).reason == "Tutanak geldi"
