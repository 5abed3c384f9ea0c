"""What a reviewer does at a row: a note of its own, taking back, and going on to the next unit."""

import pytest

from activities.models import Period
from indicators.models import Realization
from tests.factories import make_activity, make_indicator, make_realization, make_user
from tests.reports.html import parse
from tests.review.conftest import set_state

pytestmark = pytest.mark.django_db


@pytest.fixture
def decide(reviewing, at):
    """Press a button of the unit's page."""

    def press(action, *rows, follow=True, **more):
        sent = {"action": action, "rows": rows, **more}
        return reviewing.post(at("review_unit", "7"), sent, follow=follow)

    return press


def ticked(page):
    return [
        box["value"]
        for box in page.all("input")
        if box["name"] == "rows" and "checked" in box.attributes
    ]


def alerts(page):
    return [each.text for each in page.all("p") + page.all("div") if each["role"] == "alert"]


# --- Notes at the row ---


def test_a_row_is_returned_with_its_own_note(decide, world, token, value):
    lights, stops = value(world.lights), value(world.stops)
    decide(f"return:{token(world.stops)}", **{f"note-{stops.pk}": "Tutanak nerede?"})
    assert (value(world.stops).state, value(world.stops).note) == ("returned", "Tutanak nerede?")
    assert value(world.lights).version == lights.version


def test_a_missing_note_is_told_at_its_row_and_all_that_was_typed_stays(
    decide, world, token, value
):
    lights, stops = value(world.lights), value(world.stops)
    response = decide(
        f"return:{token(world.stops)}",
        token(world.lights),
        note="Hepsine",
        waiver="Kurul",
        **{f"note-{lights.pk}": "Bu doğru mu?", f"note-{stops.pk}": "  "},
    )

    page = parse(response.text)
    assert alerts(page) == ["Write what the unit should look at."]
    body = page.by_id(f"r-{stops.pk}")
    assert "Write what the unit should look at." in body.text
    assert "open" in body.all("details")[-1].attributes
    assert "autofocus" in page.by_id(f"note-{stops.pk}").attributes
    typed = [page.by_id(name).text for name in (f"note-{lights.pk}", "note", "waiver")]
    assert typed == ["Bu doğru mu?", "Hepsine", "Kurul"]
    assert ticked(page) == [token(world.lights)]
    assert {value(world.lights).state, value(world.stops).state} == {"submitted"}


def test_several_rows_are_returned_each_with_its_own_note_or_the_common_one(
    decide, world, token, value
):
    lights = value(world.lights)
    decide(
        "return",
        token(world.lights),
        token(world.stops),
        note="Hepsine",
        **{f"note-{lights.pk}": "Bu doğru mu?"},
    )
    assert (value(world.lights).note, value(world.stops).note) == ("Bu doğru mu?", "Hepsine")
    assert {value(world.lights).state, value(world.stops).state} == {"returned"}


def test_a_common_note_that_is_missing_is_told_beside_it(decide, world, token, value):
    page = parse(decide("return", token(world.lights), token(world.stops)).text)
    assert page.by_id("note-error").text == "Write what the unit should look at."
    assert ticked(page) == [token(world.lights), token(world.stops)]
    assert value(world.lights).state == "submitted"


def test_what_was_typed_at_another_row_outlives_the_verification_of_one(
    decide, world, token, value
):
    stops = value(world.stops)
    response = decide(f"approve:{token(world.lights)}", **{f"note-{stops.pk}": "Bakın"})
    page = parse(response.text)
    assert "One value is verified." in page.text
    assert page.by_id(f"note-{stops.pk}").text == "Bakın"


def test_what_a_closed_year_refuses_is_told_at_its_row_with_the_note(
    decide, reviewing, at, world, token, value
):
    set_state(world.period, Period.State.CLOSED)
    stops = value(world.stops)
    page = parse(reviewing.get(at("review_unit", "7")).text)
    assert "The year is closed for the unit" in page.by_id(f"shut-{stops.pk}").text

    response = decide(f"return:{token(world.stops)}", **{f"note-{stops.pk}": "Tutanak nerede?"})

    page = parse(response.text)
    assert "The year is closed for the unit" in page.by_id(f"refused-{stops.pk}").text
    assert page.by_id(f"note-{stops.pk}").text == "Tutanak nerede?"
    assert value(world.stops).state == "submitted"


# --- Taking back ---


@pytest.fixture
def verified(world, value):
    """Let the lights be verified by somebody else than the reviewer who looks."""
    other = make_user("reviewer", first_name="Fatma", last_name="Kaya")
    row = value(world.lights)
    row.state, row.decided_by, row.decided_at = "approved", other, row.entered_at
    row.save()
    return row


def test_the_verified_stand_in_a_list_with_who_and_when(reviewing, at, world, verified):
    page = parse(reviewing.get(at("review_unit", "7")).text)
    section = page.by_id("verified")
    assert "Işık sayısı" in section.text and "Fatma Kaya" in section.text
    assert str(verified.decided_at.year) in section.text
    assert "Otobüs sayısı" not in section.text


@pytest.mark.parametrize("state", [Period.State.OPEN, Period.State.CLOSED])
def test_a_verification_is_taken_back_at_its_row(decide, world, verified, token, value, state):
    set_state(world.period, state)
    note = {f"note-{verified.pk}": "Yanlış satırı doğruladık"}
    response = decide(f"unapprove:{token(world.lights)}", **note)

    assert "The verification of one value is taken back; it waits again." in response.text
    row = value(world.lights)
    assert (row.state, row.decided_by, row.note) == ("submitted", None, "Yanlış satırı doğruladık")


def test_without_a_note_a_verification_stands(decide, world, verified, token, value):
    page = parse(decide(f"unapprove:{token(world.lights)}").text)
    assert alerts(page) == ["Write why the verification is taken back."]
    assert "open" in page.by_id("verified").attributes
    assert value(world.lights).state == "approved"


def test_a_published_year_takes_nothing_back(decide, reviewing, at, world, verified, token, value):
    set_state(world.period, Period.State.PUBLISHED)
    page = reviewing.get(at("review_unit", "7")).text
    assert "unapprove" not in page
    response = decide("unapprove", token(world.lights), note="Yanlış")
    assert "is published" in response.text
    assert value(world.lights).state == "approved"


def test_of_two_who_take_back_the_second_is_told(decide, world, verified, token, value):
    seen = token(world.lights)
    decide("unapprove", seen, note="Yanlış satır")
    response = decide("unapprove", seen, note="Benim notum")
    assert "Somebody changed a value meanwhile." in response.text
    assert "You saw:" in response.text
    assert value(world.lights).note == "Yanlış satır"


def test_several_are_taken_back_together_and_what_waits_says_so(
    decide, world, verified, token, value
):
    response = decide("unapprove", token(world.lights), token(world.stops), note="Yanlış")
    assert "is taken back; it waits again." in response.text
    assert "Not taken back: 4.1.1 Durak bildirimi sayısı. It is not verified." in response.text
    assert value(world.lights).state == "submitted"


# --- Own approvals ---


def test_who_verified_her_own_number_is_marked_on_every_page(reviewing, sign_in, at, world, value):
    Realization.objects.filter(indicator=world.lights).update(
        state="approved", entered_by=world.reviewer, decided_by=world.reviewer
    )
    page = parse(reviewing.get(at("review_unit", "7")).text)
    assert "1 value was verified by the person who entered it." in page.text
    assert "verified by who entered it" in page.by_id("verified").text
    assert "1 verified by who entered it" in reviewing.get(at("review")).text
    cell = at("entry_cell", "7", world.lights.pk)
    assert "Verified by who entered it" in sign_in(world.coordinator).get(cell).text


def test_what_somebody_else_verified_is_not_marked(reviewing, at, verified):
    assert "who entered it" not in reviewing.get(at("review_unit", "7")).text


# --- Going on ---


def next_link(page):
    return next((link for link in page.all("a") if "data-next" in link.attributes), None)


def test_the_next_unit_is_one_link_and_one_key_away(reviewing, at, world):
    make_realization(world.schools, 30)
    link = next_link(parse(reviewing.get(at("review_unit", "7")).text))
    assert link["href"] == f"{at('review_unit', '8')}#queue"
    assert link["accesskey"] == "n" and "8. Eğitim (1)" in link.text


def test_after_the_last_row_the_page_goes_on_at_the_next_unit(reviewing, at, world, token):
    make_realization(world.schools, 30)
    address = at("review_unit", "8")
    response = reviewing.post(address, {"action": f"approve:{token(world.schools)}"})
    assert response.url == f"{address}#next"
    page = parse(reviewing.get(address).text)
    assert "Nothing waits to be verified here" in page.text
    assert next_link(page)["href"] == f"{at('review_unit', '7')}#queue"


def test_without_another_unit_there_is_no_way_on(reviewing, at, world):
    make_indicator(make_activity(world.plan, world.other, "5.1.9"), target=5)
    assert next_link(parse(reviewing.get(at("review_unit", "7")).text)) is None
