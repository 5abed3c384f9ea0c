"""Two rules of the administration: who publishes a year, and what keeps a value from approval."""

import pytest

from activities.models import Period
from indicators.models import Realization
from tests.administration.pages import edit
from tests.factories import make_user
from tests.review.conftest import set_state

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(sign_in):
    return sign_in(make_user("administrator", is_staff=True))


@pytest.mark.parametrize(
    ("before", "after", "stays"),
    [
        ("planned", "open", False),
        ("open", "closed", False),
        ("closed", "open", False),
        ("closed", "published", True),
        ("open", "published", True),
        ("published", "closed", True),
        ("published", "open", True),
    ],
)
def test_a_year_is_neither_published_nor_unpublished_in_the_administration(
    staff, world, before, after, stays
):
    set_state(world.period, before)
    edit(staff, world.plan, periods__0__state=after, periods__0__reason="Yangın")
    expected = before if stays else after
    assert Period.objects.get(pk=world.period.pk).state == expected


@pytest.mark.parametrize("after", ["open", "planned"])
def test_a_closed_year_is_opened_again_in_the_administration_with_a_reason(staff, world, after):
    set_state(world.period, "closed")

    _response, errors = edit(staff, world.plan, periods__0__state=after)
    assert "Say why the year is opened again." in errors
    world.period.refresh_from_db()
    assert world.period.state == "closed"

    edit(staff, world.plan, periods__0__state=after, periods__0__reason="Yangın")
    world.period.refresh_from_db()
    assert world.period.state == after
    assert world.period.history.first().history_change_reason == "Yangın"


def test_other_days_of_a_published_year_are_still_saved(staff, world):
    set_state(world.period, "published")
    _response, errors = edit(staff, world.plan, short_name="YEEP")
    assert not errors
    world.plan.refresh_from_db()
    assert world.plan.short_name == "YEEP"


@pytest.mark.parametrize("where", ["own page", "the indicator's page"])
def test_an_open_question_keeps_a_value_from_approval(staff, world, value, where):
    found = value(world.buses)
    if where == "own page":
        _response, errors = edit(staff, found, state="approved")
    else:
        _response, errors = edit(staff, world.buses, realizations__0__state="approved")
    assert "427" in errors
    assert value(world.buses).state == "submitted"


@pytest.mark.parametrize(
    ("typed", "state"), [("432", "approved"), ("7", "submitted"), ("sonra", "submitted")]
)
def test_it_is_the_number_as_typed_that_counts(staff, world, value, typed, state):
    edit(staff, value(world.buses), state="approved", written=typed, reason="Tutanak")
    assert value(world.buses).state == state


def test_a_clean_value_is_approved_and_an_approved_one_corrected(staff, world, value):
    _response, errors = edit(staff, value(world.lights), state="approved")
    assert not errors
    assert value(world.lights).state == "approved"
    Realization.objects.filter(indicator=world.buses).update(state="approved")
    # What was approved stays so while a word of it changes.
    _response, errors = edit(staff, value(world.buses), note="Not", reason="Not eklendi")
    assert not errors
