"""The steps of a value, as docs/domain.md has them: from where, by whom, under which conditions."""

from datetime import timedelta
from decimal import Decimal as D

import pytest
from django.utils import timezone

from activities.models import Period
from activities.revisions import CalendarMoved
from activities.sentences import Sentence
from indicators import periods, steps
from indicators.models import Comment, FindingAnswer, Realization
from indicators.periods import Door
from indicators.progress import looked_at
from indicators.steps import Grounds
from tests import rulebook
from tests.factories import (
    YEAR,
    make_extension,
    make_indicator,
    make_period,
    make_realization,
    make_user,
)

pytestmark = pytest.mark.django_db
STATES = ("draft", "submitted", "returned", "approved")
WHO = ("coordinator", "reviewer", "reviewer who entered it", "administrator")
OPEN, SHUT = Door(True), Door(False, None, Sentence("Kapalı"))
TARGET = 10


def value_in(state, cell="10", **given):
    if cell in Realization.Absence.values:
        cell, given = "", {**given, "absence": cell}
    if state in ("submitted", "approved"):
        given.setdefault("submitted_at", timezone.now() + timedelta(seconds=1))
    return make_realization(make_indicator(target=TARGET), cell, state=state, **given)


def unit_of(value):
    return value.indicator.activity.department


def coordinator_of(value):
    return make_user(departments=[unit_of(value)])


def stored(value):
    return Realization.objects.get(pk=value.pk)


def achievement(value):
    """Return what the value comes to, as a fraction of its target."""
    return None if value.value is None else value.value / TARGET


def achievements(value):
    return {value.indicator_id: achievement(value)}


def period_of(value, state="open"):
    return make_period(value.indicator.activity.plan, state=state)


def take(step, value, person, *, state="open", finding=False, waiver="", door=OPEN):
    """Take a step and return whether it was taken; None stands for a Sentence raised."""
    row = value.indicator_id
    try:
        if step == "save":
            return steps.why_not_save(door, value) is None
        if step == "send":
            taken = steps.send([value], person, doors={row: door}, achievements=achievements(value))
            return bool(taken.done)
        if step == "recall":
            places = {"units": {row: unit_of(value).pk}, "doors": {row: door}}
            return bool(steps.recall([value], person, **places, looked_at=()).done)
        if step == "approve":
            blocked = {row} if finding else set()
            grounds = Grounds(blocked, achievements(value), waiver)
            return bool(steps.approve([value], person, grounds).done)
        if step == "take back the approval":
            return bool(taken_back(value, person, "Yanlış satır", state).done)
        if step == "return":
            return bool(returned(value, person, "Lütfen bakın", door).done)
        if step == "ask for the reason":
            return bool(steps.ask_reason([value], person, period_of(value, state), {row: D("0.7")}))
        steps.correct(value, D(9), person, period_of(value, state), "Tutanakta 9 yazıyor")
        return True
    except Sentence:
        return False


def returned(value, person, note, door=OPEN):
    return steps.return_to_unit([value], person, note, doors={value.indicator_id: door})


def taken_back(value, person, note, state="open"):
    return steps.take_back([value], person, note, period=period_of(value, state))


@pytest.fixture
def reviewer():
    return make_user("reviewer")


# --- The document's tables ---


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("line", rulebook.lines("The steps of a value", "step", *STATES))
def test_a_step_is_taken_from_the_states_that_the_document_names(line, state, reviewer):
    value = value_in(state)
    person = coordinator_of(value) if line["step"] == "recall" else reviewer
    assert take(line["step"], value, person) is (line[state] == "yes")


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("line", rulebook.lines("The steps of a value", "step", *WHO))
def test_a_step_is_taken_by_whom_the_document_names(line, who):
    entered = make_user("reviewer")
    value = value_in("submitted", "7", deviation_reason="Sel", entered_by=entered)
    if line["step"] == "ask for the reason":
        value = value_in("submitted", "7", entered_by=entered)
    if line["step"] == "take back the approval":
        value = value_in("approved", entered_by=entered)
    person = {
        "coordinator": coordinator_of(value),
        "reviewer": make_user("reviewer"),
        "reviewer who entered it": entered,
        "administrator": make_user("administrator"),
    }[who]
    assert take(line["step"], value, person) is (line[who] == "yes")


CONDITIONS = ("step", "value", "reason", "measure", "finding", "waiver", "taken")


@pytest.mark.parametrize("line", rulebook.lines("The steps of a value", *CONDITIONS))
def test_a_step_needs_what_the_document_says(line, reviewer):
    state = "draft" if line["step"] == "send" else "submitted"
    value = value_in(
        state,
        "" if line["value"] == "·" else line["value"],
        deviation_reason="Sel" if line["reason"] == "yes" else "",
        measure_to_take="Yeni araç" if line["measure"] == "yes" else "",
    )
    waiver = "Kurulda görüşüldü" if line["waiver"] == "yes" else ""
    taken = take(
        line["step"], value, reviewer, finding=line["finding"] == "blocking", waiver=waiver
    )
    assert taken is (line["taken"] == "yes")
    after = {"send": "submitted", "approve": "approved"}[line["step"]]
    assert stored(value).state == (after if taken else state)


def test_the_document_tells_every_step():
    told = {line["step"] for line in rulebook.table("The steps of a value", "step", "who")}
    assert told == {line["step"] for line in rulebook.table("The steps of a value", *STATES)}


# --- What a step leaves ---


def test_sending_says_who_and_when_and_forgets_the_last_decision(reviewer):
    value = value_in("returned", decided_by=make_user("reviewer"))

    assert take("send", value, reviewer)

    row = stored(value)
    assert (row.submitted_by, row.decided_by, row.version) == (reviewer, None, 2)
    assert row.submitted_at is not None


def test_what_cannot_be_sent_says_why(reviewer):
    value = value_in("draft", "7")
    row = value.indicator_id
    taken = steps.send([value], reviewer, doors={row: OPEN}, achievements={row: achievement(value)})
    assert taken.kept == {row: Sentence(steps.BOTH_MISSING)}
    taken = steps.send([value], reviewer, doors={row: SHUT}, achievements={row: None})
    assert taken.kept == {row: Sentence("Kapalı")}


def test_an_unrated_row_is_asked_for_no_reason(reviewer):
    value = value_in("draft", "7")
    assert not steps.lacks_reason(value, None) and not steps.lacks_measure(value, None)
    assert steps.lacks_reason(None, D("0.5")) and steps.lacks_measure(None, D("0.5"))
    assert not steps.lacks_reason(value, D("0.9")) and steps.lacks_reason(value, D("0.8999"))
    assert not steps.lacks_measure(value, D("1.1")) and steps.lacks_measure(value, D("1.1001"))


def test_a_waiver_is_kept_only_where_a_reason_was_missing(reviewer):
    without, given = value_in("submitted", "7"), value_in("submitted", "7", deviation_reason="Sel")
    for value in (without, given):
        assert take("approve", value, reviewer, waiver=" Kurulda görüşüldü ")
    assert stored(without).reason_waived == "Kurulda görüşüldü"
    assert without.history.first().history_change_reason == "Kurulda görüşüldü"
    assert stored(given).reason_waived == ""


def test_a_plan_may_let_people_approve_their_own(reviewer):
    value = value_in("submitted", entered_by=reviewer)
    assert not take("approve", value, reviewer)
    grounds = Grounds(set(), achievements(value), allows_own=True)
    assert steps.approve([value], reviewer, grounds).done == [value]


def test_a_text_is_judged_and_its_question_keeps_it_back(reviewer):
    value = value_in("submitted", "sonra belli olur")
    assert not take("approve", value, reviewer, finding=True)
    assert take("approve", value, reviewer)


def test_returning_needs_a_note_and_keeps_it(reviewer):
    value = value_in("submitted")
    with pytest.raises(Sentence, match="look at"):
        returned(value, reviewer, "  ")
    assert stored(value).state == "submitted"

    returned(value, reviewer, " Lütfen bakın ")
    assert (stored(value).state, stored(value).note) == ("returned", "Lütfen bakın")
    assert value.history.first().history_change_reason == "Lütfen bakın"


def test_nothing_is_returned_to_a_desk_that_is_closed(reviewer):
    value = value_in("submitted")

    taken = returned(value, reviewer, "Lütfen bakın", door=SHUT)

    assert (taken.done, taken.kept) == ([], {value.indicator_id: Sentence(steps.SHUT_FOR_UNIT)})
    assert stored(value).state == "submitted"


def test_a_reason_is_asked_for_without_giving_the_number_back(reviewer):
    value = value_in("submitted", "7")
    period = period_of(value, "closed")

    assert steps.ask_reason([value], reviewer, period, achievements(value)) == [value]

    row = stored(value)
    assert (row.state, row.value, row.reason_asked_by) == ("submitted", 7, reviewer)
    assert steps.why_not_explain(SHUT, row) is None
    assert steps.why_not_save(SHUT, row) == SHUT.why
    steps.explained(row)
    assert row.reason_asked_at is not None  # still nothing was written
    row.deviation_reason = "Sel"
    steps.explained(row)
    assert row.reason_asked_at is not None  # the measure is still to come
    row.measure_to_take = "Araç"
    steps.explained(row)
    assert row.reason_asked_at is None and steps.why_not_explain(SHUT, row) == SHUT.why


def test_a_reason_asked_for_is_not_written_into_a_published_year(reviewer):
    value = value_in("submitted", "7")
    period = period_of(value, "closed")
    steps.ask_reason([value], reviewer, period, achievements(value))
    period.state = "published"
    unit = value.indicator.activity.department_id

    shut = periods.door(period, period.year, unit)

    assert steps.why_not_explain(shut, stored(value)) == Sentence(
        periods.PUBLISHED, year=str(period.year)
    )


def test_no_reason_is_asked_where_none_is_missing(reviewer):
    value = value_in("submitted", "7", deviation_reason="Sel")
    near = value_in("submitted", "10")
    period = period_of(value)
    assert steps.ask_reason([value], reviewer, period, achievements(value)) == []
    assert steps.ask_reason([near], reviewer, period, achievements(near)) == []


@pytest.mark.parametrize("state", [None, "planned", "published"])
def test_a_year_that_has_not_begun_or_is_published_asks_for_no_reason(state, reviewer):
    value = value_in("submitted", "7")
    period = None if state is None else period_of(value, state)
    with pytest.raises(Sentence):
        steps.ask_reason([value], reviewer, period, achievements(value))


def test_a_verdict_ends_the_asking(reviewer):
    value = value_in("submitted", "7")
    steps.ask_reason([value], reviewer, period_of(value), achievements(value))
    returned(value, reviewer, "Sayıya da bakın")
    assert stored(value).reason_asked_at is None


def test_who_asks_twice_asks_once(reviewer):
    value = value_in("submitted", "7")
    period = period_of(value)
    steps.ask_reason([value], reviewer, period, achievements(value))
    first = stored(value)

    assert steps.ask_reason([first], make_user("reviewer"), period, achievements(value)) == []
    assert stored(value).reason_asked_by == reviewer
    assert stored(value).version == first.version


def test_what_was_waived_is_asked_for_no_more(reviewer):
    value = value_in("approved", "7", reason_waived="Kurulda görüşüldü")
    assert not steps.is_unexplained(value, D("0.7"))
    assert steps.ask_reason([value], reviewer, period_of(value), achievements(value)) == []


# --- Taking back an approval ---


@pytest.mark.parametrize("state", ["open", "closed"])
def test_an_approval_is_taken_back_with_a_note(reviewer, state):
    value = value_in("submitted", "7")
    sent_at = value.submitted_at
    assert take("approve", value, reviewer, waiver="Kurulda görüşüldü")

    assert taken_back(value, make_user("reviewer"), " Yanlış satır ", state).done == [value]

    row = stored(value)
    assert (row.state, row.decided_by, row.decided_at) == ("submitted", None, None)
    assert (row.reason_waived, row.note, row.submitted_at) == ("", "Yanlış satır", sent_at)
    assert row.history.first().history_change_reason == "Yanlış satır"
    assert row.history.all()[1].reason_waived == "Kurulda görüşüldü"


def test_an_approval_is_not_taken_back_without_a_note(reviewer):
    value = value_in("approved")
    with pytest.raises(Sentence, match="taken back"):
        taken_back(value, reviewer, "  ")
    assert stored(value).state == "approved"


@pytest.mark.parametrize("state", ["planned", "published"])
def test_a_year_that_has_not_begun_or_is_published_keeps_its_approvals(reviewer, state):
    value = value_in("approved")
    with pytest.raises(Sentence):
        taken_back(value, reviewer, "Yanlış satır", state)
    assert stored(value).state == "approved"


def test_what_is_not_verified_says_so_and_keeps_nothing_else_back(reviewer):
    first, second = value_in("submitted"), value_in("approved")
    taken = steps.take_back([first, second], reviewer, "Yanlış", period=period_of(second))
    assert taken.done == [second]
    assert taken.kept == {first.indicator_id: Sentence(steps.NOT_VERIFIED)}


@pytest.mark.parametrize(
    ("state", "entered", "decided", "own"),
    [
        ("approved", 1, 1, True),
        ("approved", 1, 2, False),
        ("approved", None, None, False),
        ("approved", None, 1, False),
        ("returned", 1, 1, False),
    ],
)
def test_who_verified_what_she_entered_is_known(state, entered, decided, own):
    value = Realization(state=state, entered_by_id=entered, decided_by_id=decided)
    assert value.is_own_approval is own


# --- Several values at once ---


def at_once(*values):
    """Return what the steps take of several values."""
    rows = [value.indicator_id for value in values]
    return {
        "doors": dict.fromkeys(rows, OPEN),
        "achievements": {value.indicator_id: achievement(value) for value in values},
    }


def test_what_cannot_be_sent_keeps_nothing_else_back(reviewer):
    first, second = value_in("draft", "7"), value_in("draft", "10")
    taken = steps.send([first, second], reviewer, **at_once(first, second))
    assert (taken.done, list(taken.kept)) == ([second], [first.indicator_id])


def test_what_cannot_be_approved_keeps_nothing_else_back(reviewer):
    first, second = value_in("submitted", "7"), value_in("submitted", "10")
    grounds = Grounds((), at_once(first, second)["achievements"])
    taken = steps.approve([first, second], reviewer, grounds)
    assert taken.done == [second]
    assert taken.kept == {first.indicator_id: Sentence(steps.REASON_MISSING)}


def test_what_cannot_be_taken_back_keeps_nothing_else_back():
    first, second = value_in("draft"), value_in("submitted")
    unit = unit_of(second)
    taken = steps.recall(
        [first, second],
        coordinator_of(second),
        units={first.indicator_id: unit.pk, second.indicator_id: unit.pk},
        doors=at_once(first, second)["doors"],
        looked_at=(),
    )
    assert taken.done == [second]
    assert taken.kept == {first.indicator_id: Sentence(steps.NOT_SENT)}


def test_what_is_on_a_desk_keeps_nothing_else_from_being_returned(reviewer):
    first, second = value_in("draft"), value_in("approved", reason_waived="Kurul")
    doors = {each.indicator_id: OPEN for each in (first, second)}
    taken = steps.return_to_unit([first, second], reviewer, "Bakın", doors=doors)
    assert (taken.done, taken.kept) == ([second], {})
    assert (stored(first).state, stored(second).reason_waived) == ("draft", "")


def test_a_door_that_moved_meanwhile_lets_nothing_through(reviewer):
    value = value_in("draft")
    moved = Door(True, calendar=-1)
    with pytest.raises(CalendarMoved):
        take("send", value, reviewer, door=moved)


def test_a_new_value_is_its_first_version():
    value = Realization(indicator=make_indicator(), year=YEAR, value=D(3))
    for version in (1, 2):
        steps.store(value)
        assert stored(value).version == version


def test_values_are_held_in_one_order_and_those_of_a_year_by_indicator():
    first, second = value_in("draft"), value_in("draft")
    make_realization(first.indicator, "3", year=YEAR + 1)
    assert steps.locked([second.pk, first.pk]) == [first, second]
    assert steps.locked_of([first.indicator_id], YEAR) == {first.indicator_id: first}


# --- Taking back ---


def comment(value, person):
    Comment.objects.create(realization=value, text="Bakar mısınız?", written_by=person)


def answer(value, person):
    plan = value.indicator.activity.plan
    given = FindingAnswer.objects.create(
        plan=plan, year=value.year, finding="x", answer="y", answered_by=person
    )
    given.indicators.add(value.indicator)


def ask(value, person):
    assert steps.ask_reason([value], person, period_of(value), {value.indicator_id: D("0.7")})


def explain(value):
    value.deviation_reason = "Sel"
    steps.explained(value)
    steps.store(value)


def befalls(what, value, reviewer):
    """Let happen to a value that was sent what the document names."""
    own, row = coordinator_of(value), value.indicator_id
    if "came in with a file" in what:
        steps.handed_over(value, reviewer)
        steps.written_by(value, reviewer)
        steps.store(value)
    elif "the unit commented" in what:
        comment(value, own)
        answer(value, own)
    elif "commented" in what:
        comment(value, reviewer)
    elif "answered" in what:
        answer(value, reviewer)
    elif "asked for its reason" in what:
        ask(value, reviewer)
        if "it came" in what:
            explain(value)
    elif "verified it" in what:
        assert take("approve", value, reviewer, waiver="Kurulda görüşüldü")
        assert taken_back(value, reviewer, "Yanlış satır").done
    elif "another number" in what:
        steps.correct(value, D(8), reviewer, None, "Tutanak")
    elif "returned" in what:
        comment(value, reviewer)
        answer(value, reviewer)
        returned(value, reviewer, "Lütfen bakın")
        assert steps.send([value], own, doors={row: OPEN}, achievements={row: None}).done
    elif "closed" in what:
        period = make_period(value.indicator.activity.plan, state="closed")
        if "more time" in what:
            make_extension(period, unit_of(value))
    else:
        assert "nothing since" in what


def door_of(value):
    """Return the door of a value's unit, which is open where no period is made."""
    period = Period.objects.filter(plan=value.indicator.activity.plan).first()
    return OPEN if period is None else periods.door(period, value.year, unit_of(value).pk)


@pytest.mark.parametrize(
    "line", rulebook.lines("The steps of a value", "what happened to the value", "recall")
)
def test_what_nobody_has_begun_with_can_be_taken_back(line, reviewer):
    value = value_in("draft", "7")
    row = value.indicator_id
    assert steps.send([value], reviewer, doors={row: OPEN}, achievements={row: None}).done

    befalls(line["what happened to the value"], value, reviewer)

    is_looked_at = Realization.objects.annotate(found=looked_at()).get(pk=value.pk).found
    why = steps.why_not_recall(
        stored(value),
        coordinator_of(value),
        unit_of(value).pk,
        door_of(value),
        is_looked_at=is_looked_at,
    )
    assert (why is None) is (line["recall"] == "yes"), why


def test_a_recalled_value_keeps_what_was_written_and_its_history_says_who(reviewer):
    value = value_in("draft", "7,0", deviation_reason="Sel", measure_to_take="Araç")
    person = coordinator_of(value)
    assert take("send", value, person)

    assert take("recall", value, person)

    row = stored(value)
    assert (row.state, row.value, row.text) == ("draft", 7, "7,0")
    assert (row.deviation_reason, row.measure_to_take) == ("Sel", "Araç")
    assert (row.submitted_at, row.submitted_by, row.version) == (None, None, 3)
    assert take("send", row, person)


def test_what_another_unit_sent_is_not_taken_back():
    value, other = value_in("submitted"), value_in("submitted")
    assert not take("recall", value, coordinator_of(other))
    assert stored(value).state == "submitted"


def test_what_is_looked_at_stays_and_says_why():
    value = value_in("submitted")
    row = value.indicator_id
    taken = steps.recall(
        [value],
        coordinator_of(value),
        units={row: unit_of(value).pk},
        doors={row: OPEN},
        looked_at={row},
    )
    assert (taken.done, taken.kept) == ([], {row: Sentence(steps.LOOKED_AT)})


def test_what_was_entered_in_the_instant_of_sending_came_from_no_desk():
    now = timezone.now()
    value = value_in("submitted", submitted_at=now, entered_at=now)
    why = steps.why_not_recall(
        value, coordinator_of(value), unit_of(value).pk, OPEN, is_looked_at=False
    )
    assert why == Sentence(steps.NOT_FROM_DESK)


# --- Another number ---


@pytest.mark.parametrize(
    ("state", "rewrites", "why"),
    [
        ("draft", True, None),
        ("submitted", False, None),  # what its number means is still the unit's to say
        ("submitted", True, steps.REVIEWERS_CHANGE),
        ("approved", False, steps.REVIEWERS_CHANGE),
    ],
)
def test_what_a_coordinator_may_not_change(state, rewrites, why):
    value = value_in(state)
    change = [value], coordinator_of(value), None, YEAR, "Tutanak"
    found = steps.why_not_change(*change, rewrites=rewrites)
    assert found == (why and Sentence(why))
    if not rewrites:
        assert steps.why_not_change(*change) == found


def test_a_correction_tells_what_it_clears(reviewer):
    value = value_in("submitted", "10", women=D(6), men=D(4), others=D(0))
    assert steps.correct(value, D(9), reviewer, None, "Tutanak") == ["women", "men", "others"]


@pytest.mark.parametrize(
    ("year", "states", "rewrites", "why"),
    [
        ("open", set(), True, None),
        ("open", {"draft"}, True, None),
        ("open", {"submitted"}, False, None),
        ("open", {"submitted"}, True, steps.REASON_NEEDED_SENT),
        ("open", {"draft", "approved"}, False, steps.REASON_NEEDED),
        ("closed", set(), False, None),
        ("closed", set(), True, steps.REASON_NEEDED_CLOSED),
        ("closed", {"draft"}, True, steps.REASON_NEEDED_CLOSED),
        ("published", set(), False, steps.REASON_NEEDED_PUBLISHED),
    ],
)
def test_what_is_asked_before_a_number_is_written(year, states, rewrites, why):
    found = steps.reason_needed(Period(year=YEAR, state=year), states, rewrites=rewrites)
    assert (found and found.text) == why


@pytest.mark.parametrize("year", ["open", "closed", "published"])
def test_a_correction_of_what_is_approved_leaves_its_verdict_and_says_so(year):
    judge, administrator = make_user("reviewer"), make_user("administrator")
    value = value_in("submitted", entered_by=make_user())
    steps.approve([value], judge, Grounds((), achievements(value)))
    assert not stored(value).is_corrected_since
    steps.correct(value, D(9), administrator, period_of(value, year), "Tutanak")
    row = stored(value)
    assert (row.state, row.decided_by, row.entered_by) == ("approved", judge, administrator)
    assert row.is_corrected_since


def test_who_verified_a_number_has_not_verified_the_one_she_writes_over_it(reviewer):
    value = value_in("submitted", entered_by=make_user())
    steps.approve([value], reviewer, Grounds((), achievements(value)))
    steps.correct(value, D(9), reviewer, period_of(value), "Tutanak")
    row = stored(value)
    assert (row.is_corrected_since, row.is_own_approval) == (True, False)


def test_a_correction_that_is_judged_anew_is_no_correction_since(reviewer):
    value, judge = value_in("approved", decided_at=timezone.now()), make_user("reviewer")
    steps.correct(value, D(9), reviewer, period_of(value), "Tutanak")
    steps.take_back([value], judge, "Yeniden bakılacak", period=Period.objects.get())
    steps.approve([value], judge, Grounds((), achievements(value)))
    assert not stored(value).is_corrected_since


@pytest.mark.parametrize("year", [None, "open", "closed"])
@pytest.mark.parametrize(
    ("state", "why"), [("submitted", steps.REASON_NEEDED_SENT), ("approved", steps.REASON_NEEDED)]
)
def test_a_sent_number_changes_only_with_a_reason(reviewer, state, why, year):
    value = value_in(state)
    period = period_of(value, year) if year else None
    with pytest.raises(Sentence) as raised:
        steps.correct(value, D(9), reviewer, period, " ")
    assert raised.value == Sentence(why)
    assert stored(value).value == 10

    steps.correct(value, D(9), reviewer, period, "Tutanakta 9 yazıyor")
    row = stored(value)
    assert (row.value, row.state, row.entered_by) == (9, state, reviewer)
    assert value.history.first().history_change_reason == "Tutanakta 9 yazıyor"


def test_a_published_value_is_an_administrators_and_approved_with_the_correction():
    value, administrator = value_in("submitted"), make_user("administrator")
    period = period_of(value, Period.State.PUBLISHED)
    with pytest.raises(Sentence, match="published"):
        steps.correct(value, D(9), administrator, period, "")
    with pytest.raises(Sentence, match="administrator"):
        steps.correct(value, D(9), make_user("reviewer"), period, "Tutanak")
    steps.correct(value, D(9), administrator, period, "Tutanak")
    assert (stored(value).state, stored(value).decided_by) == ("approved", administrator)


def test_another_number_takes_with_it_what_was_said_of_the_old_one():
    value = value_in("submitted", "10", women=D(6), men=D(4), others=D(0))
    assert steps.replace_number(value, D("10.0")) == []
    assert value.women == 6
    assert steps.replace_number(value, D(11), "11") == ["women", "men", "others"]
    assert (value.value, value.text, value.women, value.men, value.others) == (
        11, "11", None, None, None,
    )  # fmt: skip


def test_a_number_replaces_the_reason_for_none():
    value = value_in("draft", "not_due")
    assert steps.replace_number(value, D(3)) == ["absence"]
    assert value.absence == ""


def test_what_explained_that_there_is_no_figure_explains_no_number():
    value = value_in("draft", "not_due", deviation_reason="İhale ertelendi", measure_to_take="")
    assert steps.replace_number(value, D(3)) == ["absence", "deviation_reason"]
    assert (value.absence, value.deviation_reason) == ("", "")
    written = value_in("draft", "7", deviation_reason="Sel")
    steps.replace_number(written, D(3))
    assert written.deviation_reason == "Sel"


def test_nothing_in_place_of_nothing_clears_nothing():
    value = value_in("draft", "not_due")
    assert steps.replace_number(value, None, value.text) == []
    assert value.absence == "not_due"
    assert steps.replace_number(value, None, "sonra") == ["absence"]


def test_an_answer_writes_on_the_desk_and_corrects_what_was_sent(reviewer):
    coordinator = make_user()
    draft, sent = value_in("draft"), value_in("submitted")
    assert steps.rewrite(draft, D(9), coordinator, None, "") == []
    assert (stored(draft).value, stored(draft).state) == (9, "draft")
    with pytest.raises(Sentence, match="reviewers"):
        steps.rewrite(sent, D(9), coordinator, None, "")
    with pytest.raises(Sentence, match="say why"):
        steps.rewrite(sent, D(9), reviewer, None, "")
    steps.rewrite(sent, D(9), reviewer, None, "Tutanak")
    assert (stored(sent).value, stored(sent).state) == (9, "submitted")


@pytest.mark.parametrize("state", STATES)
def test_the_administration_says_who_brought_a_value_into_its_state(state, reviewer):
    value = value_in("draft")
    steps.brought_to(value, state, reviewer)
    assert value.state == state
    assert (value.submitted_by == reviewer) is (state != "draft")
    assert (value.decided_by == reviewer) is (state in ("returned", "approved"))


def test_every_step_is_in_the_history(reviewer):
    value = value_in("draft")
    take("send", value, reviewer)
    take("return", value, reviewer)
    take("send", value, reviewer)
    take("approve", value, make_user("reviewer"))

    told = [(row.state, row.version) for row in value.history.order_by("history_id")]
    assert told == [
        ("draft", 1),
        ("submitted", 2),
        ("returned", 3),
        ("submitted", 4),
        ("approved", 5),
    ]
