"""The steps of a value: every state, every step, and what keeps it from one."""

import pytest

from activities.models import Period
from activities.sentences import Sentence
from indicators import steps
from indicators.models import Realization
from tests.factories import make_indicator, make_period, make_realization, make_user

pytestmark = pytest.mark.django_db
STATES = Realization.State.values


@pytest.fixture
def person():
    return make_user("reviewer")


def value_in(state, cell=80, **given):
    return make_realization(make_indicator(target=100), cell, state=state, **given)


def stored(value):
    return Realization.objects.get(pk=value.pk)


@pytest.mark.parametrize(
    ("state", "after"),
    [
        ("draft", "submitted"),
        ("returned", "submitted"),
        ("submitted", "submitted"),
        ("approved", "approved"),
    ],
)
def test_only_what_is_on_the_desk_is_sent(state, after, person):
    value = value_in(state)

    sent = steps.submit([value], person)

    assert stored(value).state == after
    assert len(sent) == (state in steps.EDITABLE)
    assert stored(value).version == 1 + len(sent)


def test_nothing_entered_is_nothing_to_send(person):
    value = value_in("draft", "")
    assert steps.submit([value], person) == []
    assert stored(value).state == "draft"


def test_a_reason_why_there_is_no_figure_can_be_sent(person):
    value = value_in("draft", "", absence=Realization.Absence.NOT_MEASURED)
    assert steps.submit([value], person) == [value]


def test_0_can_be_sent(person):
    value = value_in("draft", 0)
    assert steps.submit([value], person) == [value]


def test_sending_says_who_and_when_and_forgets_the_last_decision(person):
    value = value_in("returned", decided_by=make_user("reviewer"))

    steps.submit([value], person)

    row = stored(value)
    assert (row.submitted_by, row.decided_by) == (person, None)
    assert row.submitted_at is not None


@pytest.mark.parametrize("state", STATES)
def test_only_what_was_sent_is_approved(state, person):
    value = value_in(state)

    count = steps.approve([value], person, blocked=set())

    assert count == (state == "submitted")
    assert stored(value).state == ("approved" if state == "submitted" else state)


def test_an_open_blocking_finding_keeps_a_value_from_approval(person):
    value = value_in("submitted")
    assert steps.approve([value], person, blocked={value.indicator_id}) == 0
    assert stored(value).state == "submitted"


@pytest.mark.parametrize("state", STATES)
def test_what_was_sent_or_approved_can_be_returned(state, person):
    value = value_in(state)

    returned = steps.return_to_unit([value], person, " Lütfen bakın ")

    came_back = state in ("submitted", "approved")
    assert bool(returned) == came_back
    assert stored(value).state == ("returned" if came_back else state)
    if came_back:
        assert stored(value).note == "Lütfen bakın"
        assert value.history.first().history_change_reason == "Lütfen bakın"


def test_returning_without_a_note_is_refused(person):
    value = value_in("submitted")
    with pytest.raises(Sentence, match="look at"):
        steps.return_to_unit([value], person, "  ")
    assert stored(value).state == "submitted"


def test_an_approved_value_changes_only_with_a_reason():
    value = value_in("approved")
    value.value = 90
    with pytest.raises(Sentence, match="approved"):
        steps.correct(value, None, " ")
    assert stored(value).value == 80

    steps.correct(value, None, "Tutanakta 90 yazıyor")
    assert stored(value).value == 90
    assert value.history.first().history_change_reason == "Tutanakta 90 yazıyor"


def test_a_published_value_changes_only_with_a_reason():
    value = value_in("submitted")
    period = make_period(value.indicator.activity.plan, state=Period.State.PUBLISHED)
    value.value = 90
    with pytest.raises(Sentence, match="published"):
        steps.correct(value, period, "")


def test_every_step_is_in_the_history(person):
    value = value_in("draft")
    steps.submit([value], person)
    steps.return_to_unit([value], person, "Neden?")
    steps.submit([value], person)
    steps.approve([value], person, blocked=set())

    told = [(row.state, row.version) for row in value.history.order_by("history_id")]
    assert told == [
        ("draft", 1),
        ("submitted", 2),
        ("returned", 3),
        ("submitted", 4),
        ("approved", 5),
    ]
