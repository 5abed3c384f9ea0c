"""The queue: what may be approved, what is approved or returned, and what changed meanwhile."""

import threading

import pytest
from django.db import connections, transaction

from accounts import rights
from accounts.models import User
from activities.models import Period
from findings.answers import give
from findings.plan_year import PlanYear
from indicators import steps
from indicators.models import Indicator, Notice, Realization
from pages.plan_page import PlanPage
from review import actions
from review.queue import Queue
from tests.factories import (
    YEAR,
    make_activity,
    make_extension,
    make_indicator,
    make_realization,
    make_user,
)
from tests.reports.html import parse
from tests.review.conftest import set_state

pytestmark = pytest.mark.django_db
STATES = Realization.State.values


def decide(client, address, *tokens, action="approve", note="", waiver=""):
    sent = {"action": action, "rows": tokens, "note": note, "waiver": waiver}
    return client.post(address, sent, follow=True)


def ticked(page):
    return [
        box["value"]
        for box in page.all("input")
        if box["name"] == "rows" and "checked" in box.attributes
    ]


# --- What a page shows ---


def test_the_rows_stand_in_printed_order_and_clean_ones_are_ticked(reviewing, at, world, token):
    page = parse(reviewing.get(at("review_unit", "7")).text)

    boxes = [box["value"] for box in page.all("input") if box["name"] == "rows"]
    assert boxes == [token(row) for row in (world.lights, world.buses, world.stops)]
    # Buses wait for an answer, stops for the reason of a deviation; none is ticked for being good.
    assert ticked(page) == []
    assert "1 of 3 waiting rows can be verified" in page.text
    assert "1 row waits for the answer to a question." in page.text
    assert "1 row lacks the reason of its deviation." in page.text


def test_all_that_may_be_verified_are_ticked_whatever_their_percent(reviewing, at, world, token):
    make_indicator(world.stops.activity, name="Gece hattı sayısı", target=10, realization=1)
    low = Realization.objects.filter(
        indicator__name__in=("Durak bildirimi sayısı", "Gece hattı sayısı")
    )
    low.update(deviation_reason="İhale gecikti")
    lines = Indicator.objects.get(name="Gece hattı sayısı")

    page = parse(reviewing.get(at("review_unit", "7"), {"select": "all"}).text)

    assert ticked(page) == [token(world.lights), token(world.stops), token(lines)]
    assert "Select all 3 rows that can be verified" in page.text
    # A tenth of its target is a question, which is asked in the open and holds nothing up.
    assert "A question about 1 of them is open; it does not keep from verification." in page.text
    body = page.by_id(f"r-{lines.realizations.get().pk}")
    assert "a fifth of the target or less" in body.text
    assert not [each for each in body.all("details") if "more question" in each.text]


def test_the_page_ticks_what_the_step_takes(reviewing, at, world, token, value):
    """A text that somebody answered with "there is no number to give" may be verified."""
    Realization.objects.filter(indicator=world.stops).update(value=None, text="sonra")
    findings = PlanYear(world.plan, YEAR).findings
    asked = next(one for one in findings.by_indicator[world.stops.pk] if one.blocks)
    give(world.plan, YEAR, asked, "no_number", person=world.reviewer, digest=asked.digest)

    page = parse(reviewing.get(at("review_unit", "7"), {"select": "all"}).text)

    assert token(world.stops) in ticked(page)
    decide(reviewing, at("review_unit", "7"), token(world.stops))
    assert value(world.stops).state == "approved"


def test_what_the_reviewer_entered_herself_is_not_ticked(reviewing, at, world, token):
    Realization.objects.filter(indicator=world.lights).update(entered_by=world.reviewer)

    page = parse(reviewing.get(at("review_unit", "7"), {"select": "all"}).text)

    assert ticked(page) == []
    assert "You entered 1 row yourself; somebody else verifies it." in page.text
    body = page.by_id(f"r-{world.lights.realizations.get().pk}")
    assert "waits for somebody else: you entered it" in body.text
    assert not [each for each in body.all("button") if "data-approve" in each.attributes]


def test_a_unit_whose_waiting_rows_the_reviewer_entered_is_not_the_next_one(
    reviewing, sign_in, at, world
):
    """Of the two units only she may not verify what the second one sent; a colleague may."""
    make_realization(world.schools, 30, entered_by=world.reviewer)
    other = make_user("reviewer")

    mine = parse(reviewing.get(at("review_unit", "7")).text)
    assert not [link for link in mine.all("a") if link["id"] == "next"]
    assert "1 waits for somebody else: you entered it" in mine.text
    theirs = parse(sign_in(other).get(at("review_unit", "7")).text)
    assert "8. Eğitim (1)" in theirs.by_id("next").text


def test_after_a_row_it_goes_on_at_one_that_the_reviewer_may_verify(
    reviewing, at, world, token, value
):
    Realization.objects.exclude(indicator=world.lights).update(entered_by=world.reviewer)
    Realization.objects.update(deviation_reason="İhale gecikti")
    answer = reviewing.post(at("review_unit", "7"), {"action": f"approve:{token(world.lights)}"})
    # Buses ask a question, which she may answer; stops are somebody else's.
    assert answer.url.endswith(f"#v-{value(world.buses).pk}")


def test_the_counts_of_questions_say_the_same_in_both_places(reviewing, at, world):
    """One code and title under two units is asked in review alone, and is no open question."""
    Realization.objects.filter(indicator=world.stops).update(value=9)
    shared = make_activity(world.plan, world.other, "4.1.1", title="Erişilebilir ulaşım")
    make_indicator(shared, target=5, realization=5)
    make_realization(world.schools, 30)

    page = parse(reviewing.get(at("review_unit", "8")).text)

    text = " ".join(page.text.split())
    assert "Open questions: 0 · asked only in review: 1" in text
    assert "About 1 of them something is asked only in review" in text
    assert "A question about 1 of them is open" not in text


@pytest.mark.parametrize(
    ("changes", "may_be"),
    [
        ({}, False),  # 5 of 10 and no reason
        ({"deviation_reason": "İhale gecikti"}, True),
        (
            {"deviation_reason": "İhale gecikti", "value": 1, "text": "1"},
            True,
        ),  # a question, but a reason
        ({"deviation_reason": "  "}, False),
        ({"value": 10, "text": "10"}, True),
        ({"value": 0, "text": "0"}, False),  # 0 is a number, far from 10
        ({"value": None, "text": "", "absence": "not_measured"}, True),
        ({"value": None, "text": "sonra"}, False),
        ({"state": "draft"}, False),
        ({"state": "returned", "value": 10}, False),
        ({"state": "approved", "value": 10}, False),
    ],
)
def test_which_row_may_be_verified(rf, world, changes, may_be):
    Realization.objects.filter(indicator=world.stops).update(**changes)
    request = rf.get("/")
    request.user = world.reviewer
    queue = Queue(PlanPage(request, "plan", YEAR), "7", world.reviewer)

    assert (world.stops.pk in [row.figure.id for row in queue.approvable]) is may_be


def test_a_row_brings_all_that_speaks_for_and_against_it(reviewing, at, world, value):
    stops = value(world.stops)
    Realization.objects.filter(pk=stops.pk).update(
        deviation_reason="İhale gecikti", measure_to_take="Yeni ihale"
    )
    make_realization(world.stops, 3, YEAR - 1, state="approved")
    stops.evidence.create(name="Tutanak", link="https://example.org/tutanak")
    paper = stops.evidence.create(name="Belge", file="evidence/x.pdf")
    stops.comments.create(text="Bakın", written_by=world.coordinator)

    page = parse(reviewing.get(at("review_unit", "7")).text)
    body = page.by_id(f"r-{stops.pk}")

    assert [cell.text for cell in body.all("td", "num")] == ["empty", "3", "10", "5", "50.0%"]
    for words in ("İhale gecikti", "Yeni ihale", "Tutanak", "Comments"):
        assert words in body.text
    assert "Bakın" not in body.text
    links = [link["href"] for link in body.all("a")]
    assert f"/evidence/{paper.pk}/" in links
    assert f"/entry/plan/{YEAR}/7/cells/{world.stops.pk}/" in links


def test_a_dash_asks_for_nothing_and_0_is_judged(reviewing, at, world, token):
    make_realization(world.lines, "-")
    page = parse(reviewing.get(at("review_unit", "7.1")).text)
    assert "Nothing waits to be verified here" in page.text

    Realization.objects.filter(indicator=world.lines).update(value=0, text="0")
    page = parse(reviewing.get(at("review_unit", "7.1")).text)
    assert [box["value"] for box in page.all("input") if box["name"] == "rows"] == [
        token(world.lines)
    ]


def test_drafts_are_not_judged(reviewing, at, world):
    Realization.objects.update(state="draft")
    page = parse(reviewing.get(at("review_unit", "7")).text)
    assert not [box for box in page.all("input") if box["name"] == "rows"]
    assert reviewing.get(at("review_unit", "7")).status_code == 200


def test_no_figure_with_its_reason_is_not_called_unreported(reviewing, at, world, value):
    Realization.objects.filter(indicator=world.stops).update(
        value=None, text="", absence="not_measured"
    )

    row = parse(reviewing.get(at("review_unit", "7")).text).by_id(f"r-{value(world.stops).pk}")

    assert row.one("td", "state").text.split()[:2] == ["No", "figure"]
    assert "Not reported" not in row.text


# --- Approving ---


def test_a_deviation_is_approved_with_the_reviewers_word(reviewing, at, world, value, token):
    refused = decide(reviewing, at("review_unit", "7"), token(world.stops))
    assert "Not verified: 4.1.1 Durak bildirimi sayısı. The deviation reason is missing." in (
        refused.text
    )
    assert value(world.stops).state == "submitted"

    decide(reviewing, at("review_unit", "7"), token(world.stops), waiver="Kurulda görüşüldü")
    assert value(world.stops).state == "approved"
    assert value(world.stops).reason_waived == "Kurulda görüşüldü"


def test_a_missing_reason_is_asked_for_and_the_number_stays(reviewing, at, world, value, token):
    response = decide(reviewing, at("review_unit", "7"), token(world.stops), action="ask")
    assert "The reason of one value is asked for." in response.text
    assert "Reason asked for" in response.text
    found = value(world.stops)
    assert (found.state, found.value, found.reason_asked_by) == ("submitted", 5, world.reviewer)


def test_nobody_approves_what_she_entered(reviewing, at, world, value, token):
    Realization.objects.filter(indicator=world.lights).update(entered_by=world.reviewer)
    told = decide(reviewing, at("review_unit", "7"), token(world.lights)).text
    assert "You entered this value yourself" in told
    assert value(world.lights).state == "submitted"


def test_the_selected_clean_rows_are_approved_at_once(reviewing, at, world, value, token):
    Realization.objects.filter(indicator=world.stops).update(deviation_reason="Sel")
    response = decide(reviewing, at("review_unit", "7"), token(world.lights), token(world.stops))

    assert "2 values are verified." in response.text
    for indicator in (world.lights, world.stops):
        assert value(indicator).state == "approved"
        assert value(indicator).decided_by == world.reviewer
        assert value(indicator).history.first().history_user == world.reviewer
    assert value(world.buses).state == "submitted"
    [notice] = Notice.objects.filter(kind="approved")
    assert notice.person == world.coordinator


def test_one_row_is_approved_by_its_own_button(reviewing, at, world, value, token):
    Realization.objects.filter(indicator=world.stops).update(deviation_reason="Sel")
    address = at("review_unit", "7")
    response = reviewing.post(
        address,
        {"action": f"approve:{token(world.stops)}", "rows": [token(world.lights)]},
    )

    # What is ticked elsewhere is left alone, and the page goes on at the next row.
    assert response.url == f"{address}#v-{value(world.lights).pk}"
    assert value(world.stops).state == "approved"
    assert value(world.lights).state == "submitted"


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("action", ["approve", "return"])
def test_every_state_and_step(reviewing, at, world, value, token, state, action):
    Realization.objects.filter(indicator=world.lights).update(state=state)
    after = {
        "approve": {"submitted": "approved"},
        "return": {"submitted": "returned", "approved": "returned"},
    }[action].get(state, state)

    decide(reviewing, at("review_unit", "7"), token(world.lights), action=action, note="Bakın")

    found = value(world.lights)
    assert found.state == after
    assert found.version == (1 if after == state else 2)
    assert found.value == 4


def test_a_blocking_question_keeps_a_value_back_and_is_named(reviewing, at, world, value, token):
    response = decide(reviewing, at("review_unit", "7"), token(world.lights), token(world.buses))

    assert value(world.lights).state == "approved"
    assert value(world.buses).state == "submitted"
    told = parse(response.text).one("div", "messages").text
    assert "One value is verified." in told
    assert "4.1.1 Otobüs sayısı" in told
    assert "427" in told


def test_an_answered_question_lets_it_through(reviewing, at, world, value, token):
    page = parse(reviewing.get(at("review_unit", "7")).text)
    form = next(
        form
        for form in page.all("form", "ans")
        if any((field["value"] or "").startswith("increment") for field in form.all("input"))
    )
    data = {field["name"]: field["value"] for field in form.all("input")}
    # "5 in all": only recorded, so nothing is asked first.
    response = reviewing.post(form["action"], data | {"code": "total"}, follow=True)
    assert "Your answer is recorded." in response.text
    assert "Ayşe Yılmaz" in response.text

    decide(reviewing, at("review_unit", "7"), token(world.buses), waiver="Yanıtlandı")
    assert value(world.buses).state == "approved"


def test_a_value_that_changed_meanwhile_is_shown_with_both_numbers(
    reviewing, at, world, value, token
):
    seen = token(world.lights)
    stops = token(world.stops)
    changed = value(world.lights)
    steps.correct(changed, 9, world.administrator, None, "Tutanak")
    Realization.objects.filter(indicator=world.stops).update(deviation_reason="Sel")

    response = decide(reviewing, at("review_unit", "7"), seen, stops)

    assert value(world.lights).state == "submitted"
    assert value(world.stops).state == "approved"
    body = parse(response.text).by_id(f"r-{changed.pk}")
    assert "You saw: 4 · Now it is: 9" in body.text
    [box] = [each for each in body.all("input") if each["name"] == "rows"]
    assert box["value"] == f"{changed.pk}:2"
    assert "checked" not in box.attributes
    # The second time it is seen, and may be approved.
    decide(reviewing, at("review_unit", "7"), box["value"], waiver="9 doğru")
    assert value(world.lights).state == "approved"


def test_nothing_selected_is_said(reviewing, at, world):
    response = decide(reviewing, at("review_unit", "7"))
    assert "Choose at least one row." in response.text
    assert "<title>Error:" in response.text


@pytest.mark.parametrize("wrong", ["x", "1", "1:x", ":1", "9" * 50 + ":1", "999999:1", "-1:1"])
def test_a_token_that_nobody_was_given_leads_nowhere(reviewing, at, world, wrong):
    assert decide(reviewing, at("review_unit", "7"), wrong).status_code == 404


def test_a_foreign_value_does_not_exist_on_a_units_page(reviewing, at, world, value):
    foreign = make_realization(make_indicator(target=3), 3)
    elsewhere = make_realization(world.schools, 30)
    for each in (foreign, elsewhere):
        response = decide(reviewing, at("review_unit", "7"), f"{each.pk}:1")
        assert response.status_code == 404
        each.refresh_from_db()
        assert each.state == "submitted"


# --- Returning ---


def test_a_return_needs_a_note(reviewing, at, world, value, token):
    response = decide(
        reviewing, at("review_unit", "7"), token(world.buses), action="return", note="  "
    )
    page = parse(response.text)

    assert "Write what the unit should look at." in page.text
    assert page.one("title").text.startswith("Error:")
    assert ticked(page) == [token(world.buses)]
    assert value(world.buses).state == "submitted"


def test_returned_values_carry_the_note_and_are_told(reviewing, at, world, value, token):
    response = decide(
        reviewing,
        at("review_unit", "7"),
        token(world.buses),
        token(world.stops),
        action="return",
        note="Eklenen mi?",
    )

    assert "2 values are returned." in response.text
    for indicator in (world.buses, world.stops):
        found = value(indicator)
        assert (found.state, found.note) == ("returned", "Eklenen mi?")
        assert found.history.first().history_change_reason == "Eklenen mi?"
    assert Notice.objects.filter(kind="returned", person=world.coordinator).count() == 1


def test_an_approved_value_is_returned_with_a_note_as_its_reason(
    reviewing, at, world, value, token
):
    Realization.objects.filter(indicator=world.lights).update(state="approved")
    decide(reviewing, at("review_unit", "7"), token(world.lights), action="return", note="Yanlış")
    assert value(world.lights).state == "returned"


def test_the_questions_are_sent_as_the_note(reviewing, at, world, token):
    page = parse(reviewing.get(at("review_unit", "7"), {"ask": "1"}).text)

    assert ticked(page) == [token(world.buses)]
    note = page.by_id("note").text
    assert note.startswith("4.1.1: 427")


# --- Published years ---


@pytest.mark.parametrize("action", ["approve", "return"])
def test_in_a_published_year_nothing_is_decided(reviewing, at, world, value, token, action):
    set_state(world.period, Period.State.PUBLISHED)
    response = decide(
        reviewing, at("review_unit", "7"), token(world.lights), action=action, note="Neden"
    )
    assert "is published" in response.text
    assert value(world.lights).state == "submitted"
    page = parse(reviewing.get(at("review_unit", "7")).text)
    assert not [box for box in page.all("input") if box["name"] == "rows"]


# --- Others, costs, races ---


def test_a_unit_of_no_indicators_or_no_place_is_not_found(reviewing, at):
    assert reviewing.get(at("review_unit", "99")).status_code == 404
    assert reviewing.get(at("review_unit", "x y")).status_code == 404


def test_a_queue_costs_the_same_for_more_rows(reviewing, at, world, django_assert_max_num_queries):
    for number in range(12):
        row = make_indicator(world.lights.activity, name=f"Sayı {number}", target=5, realization=5)
        found = row.realizations.get()
        found.evidence.create(name="Belge", link="https://example.org/")
        found.comments.create(text="Not")
    # session; user; groups; plan with its revision; units; figures; answers; targets;
    # responsible units of activities and indicators; periods; states; reminders; values with
    # comments; evidence; coordinators of what has not come, through the units above theirs; pages
    # do not keep anything inside a test's transaction; what she entered
    with django_assert_max_num_queries(18):
        assert reviewing.get(at("review_unit", "7")).status_code == 200


def approve_in_thread(plan, seen, person, done):
    try:
        done.append(actions.approve(plan, YEAR, seen, person))
    finally:
        connections.close_all()


@pytest.mark.django_db(transaction=True)
def test_of_a_correction_and_an_approval_at_once_the_approval_gives_way():
    person = make_user("reviewer")
    indicator = make_indicator(target=4, realization=4)
    plan = indicator.activity.plan
    found = indicator.realizations.get()
    done = []
    reviewing = User.objects.get(pk=person.pk)
    rights.enter(reviewing, plan)
    with transaction.atomic():
        [held] = steps.locked([found.pk])
        thread = threading.Thread(
            target=approve_in_thread,
            args=(plan, {found.pk: 1}, reviewing, done),
        )
        thread.start()
        thread.join(0.5)
        assert thread.is_alive()  # it waits for the row
        held.value = 9
        steps.store(held)
    thread.join(20)

    found.refresh_from_db()
    assert (found.value, found.state) == (9, "submitted")
    assert done[0].changed == {found.pk: 1}


# --- Returning in a closed year ---


def test_nothing_is_returned_to_a_unit_that_could_not_mend_it(reviewing, at, world, value, token):
    set_state(world.period, "closed")

    told = decide(
        reviewing, at("review_unit", "7"), token(world.lights), action="return", note="Bakın"
    ).text

    assert "Not returned: 4.1.1 Işık sayısı. The year is closed for the unit" in told
    assert value(world.lights).state == "submitted"

    make_extension(world.period, world.unit)
    decide(reviewing, at("review_unit", "7"), token(world.lights), action="return", note="Bakın")
    assert value(world.lights).state == "returned"


def test_what_nobody_wrote_is_empty_and_what_is_a_dash_is_a_dash(reviewing, at, world):
    """A dash in a cell is always one that somebody wrote: nothing stored is shown as nothing."""
    make_realization(world.lines, "-")
    page = parse(reviewing.get(at("review_unit", "7.1")).text)
    [row] = [each for each in page.all("tbody") if "Hatlar" in each.text or "4.1.2" in each.text]
    told = {cell["data-l"]: cell.text for cell in row.all("td") if cell["data-l"]}
    assert told["Realization"].startswith("-") and told["Year before"] == "empty"
    page = parse(reviewing.get(at("review_unit", "8")).text)
    [row] = [each for each in page.all("tbody") if "5.1.1" in each.text]
    told = {cell["data-l"]: cell.text for cell in row.all("td") if cell["data-l"]}
    assert told["Realization"] == "empty"
