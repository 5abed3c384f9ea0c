"""All units at once: verifying, and the reasons that are missing of a year."""

import pytest

from activities.models import Period
from indicators.models import Notice, Realization
from tests.factories import make_indicator, make_realization, make_user
from tests.reports.html import parse
from tests.review.conftest import set_state

pytestmark = pytest.mark.django_db


@pytest.fixture
def more(world):
    """Let the other department report 30 of 30, and half of a second target."""
    make_realization(world.schools, 30)
    world.halls = make_indicator(
        world.schools.activity, name="Salon sayısı", target=8, realization=4
    )
    return world


def ticked(page):
    return [
        box["value"]
        for box in page.all("input")
        if box["name"] == "rows" and "checked" in box.attributes
    ]


# --- Verifying ---


def test_every_unit_is_listed_and_nothing_is_ticked_or_folded(reviewing, at, more, token):
    page = parse(reviewing.get(at("review_all")).text)

    assert page.one("h1").text == "2 rows that can be verified in all units"
    assert [each.text for each in page.all("h2")] == [
        "What is kept back, and why",
        "7. Ulaşım 1",
        "8. Eğitim 1",
    ]
    boxes = [box["value"] for box in page.all("input") if box["name"] == "rows"]
    assert boxes == [token(more.lights), token(more.schools)]
    assert ticked(page) == [] and page.all("details", "fold") == []
    assert "2 · The deviation reason is missing." in page.text
    assert "1 · An open question keeps it back." in page.text
    # 1 and 1 against (1 + 5/432 + 0,5 + 1 + 0,5) ÷ 5: what is left is the low part.
    assert "The mean of the rows below is 100.0%, that of all reported ones 60.2%" in page.text


def test_all_are_ticked_with_a_link_and_verified_with_one_button(reviewing, at, more, value):
    page = parse(reviewing.get(at("review_all"), {"select": "all"}).text)
    response = reviewing.post(at("review_all"), {"rows": ticked(page)}, follow=True)

    assert "2 values are verified." in response.text
    states = [value(each).state for each in (more.lights, more.schools, more.stops, more.halls)]
    assert states == ["approved", "approved", "submitted", "submitted"]
    assert value(more.schools).decided_by == more.reviewer


def test_what_somebody_changed_meanwhile_stays_and_is_told(reviewing, at, more, token, value):
    seen = [token(more.lights), token(more.schools)]
    Realization.objects.filter(indicator=more.schools).update(version=9)

    response = reviewing.post(at("review_all"), {"rows": seen}, follow=True)

    assert "One value is verified." in response.text
    assert "Somebody changed a value meanwhile." in response.text
    assert value(more.schools).state == "submitted"


@pytest.mark.parametrize("name", ["review_all", "review_reasons"])
def test_what_its_unit_took_back_meanwhile_is_told_and_the_rest_is_done(
    reviewing, at, more, token, value, name
):
    seen = [token(more.stops), token(more.halls), token(more.lights)]
    Realization.objects.filter(indicator=more.stops).update(state="draft", version=9)

    sent = {"action": "ask_unit:8", "rows": seen, "listed": seen}
    response = reviewing.post(at(name), sent, follow=True)

    assert "Somebody changed a value meanwhile." in response.text
    assert value(more.stops).state == "draft"
    if name == "review_all":
        assert value(more.lights).state == "approved"
    else:
        assert asked(more.halls, more.lights) == [True, False]


def test_nothing_ticked_verifies_nothing(reviewing, at, more):
    assert "Choose at least one row." in reviewing.post(at("review_all")).text


def test_a_value_of_another_plan_does_not_exist(reviewing, at, more):
    foreign = make_realization(make_indicator(target=5), 5)
    sent = {"rows": f"{foreign.pk}:1"}
    assert reviewing.post(at("review_all"), sent).status_code == 404
    assert reviewing.post(at("review_reasons"), {**sent, "action": "ask"}).status_code == 404


def test_a_published_year_offers_nothing(reviewing, at, more, token, value):
    set_state(more.period, Period.State.PUBLISHED)
    page = parse(reviewing.get(at("review_all")).text)
    assert "The year is published." in page.text and not page.all("input", "rows")
    response = reviewing.post(at("review_all"), {"rows": token(more.lights)})
    assert "is published" in response.text
    assert value(more.lights).state == "submitted"


def test_the_page_costs_the_same_for_more_rows(reviewing, at, more, django_assert_max_num_queries):
    for number in range(12):
        make_indicator(more.lights.activity, name=f"Sayı {number}", target=5, realization=5)
    # session; user; groups; plan with its revision; units; figures; answers; targets;
    # responsible units of activities and indicators; periods; values; what is reviewed elsewhere
    with django_assert_max_num_queries(14):
        assert reviewing.get(at("review_all")).status_code == 200


# --- Reasons ---


@pytest.fixture
def closed(more):
    set_state(more.period, Period.State.CLOSED)
    return more


def asked(*indicators):
    found = {row.indicator_id: row for row in Realization.objects.all()}
    return [found[each.pk].reason_asked_at is not None for each in indicators]


def listed(page):
    return [box["value"] for box in page.all("input") if box["name"] == "listed"]


def test_the_missing_reasons_are_listed_by_unit_with_who_is_reached(reviewing, at, closed):
    page = parse(reviewing.get(at("review_reasons")).text)

    assert page.one("h1").text == "3 missing reasons"  # buses, stops, halls
    rows = [row.text for row in page.all("table")[0].all("tr")[1:]]
    assert rows == [
        f"7. Ulaşım 2 2 {closed.coordinator.username}",
        "8. Eğitim 1 1 no coordinator who can be written to",
    ]
    assert ticked(page) == []


def test_a_whole_year_is_asked_in_one_action_and_gives_no_number_back(reviewing, at, closed, value):
    page = parse(reviewing.get(at("review_reasons")).text)
    sent = {"action": "ask_all", "listed": listed(page)}

    response = reviewing.post(at("review_reasons"), sent, follow=True)

    assert "The reasons of 3 values are asked for." in response.text
    assert "because no coordinator is there: 8. Eğitim." in response.text
    assert asked(closed.buses, closed.stops, closed.halls, closed.lights) == [True] * 3 + [False]
    assert {row.state for row in Realization.objects.all()} == {"submitted"}
    # One notice to the one coordinator, with both of her rows.
    notice = Notice.objects.get()
    assert (notice.person, notice.kind) == (closed.coordinator, "reasons")
    assert notice.text.splitlines() == [
        "• 4.1.1 Otobüs sayısı",
        "• 4.1.1 Durak bildirimi sayısı",
    ]

    # Asked again, nothing is asked and nobody is written to.
    page = parse(reviewing.get(at("review_reasons")).text)
    assert "Ask for all" not in page.text and "Reason asked for:" in page.text
    response = reviewing.post(
        at("review_reasons"), {"action": "ask_all", "listed": listed(page)}, follow=True
    )
    assert "Nothing was left to do" in response.text
    assert Notice.objects.count() == 1


def test_one_unit_is_asked_alone(reviewing, at, closed):
    page = parse(reviewing.get(at("review_reasons")).text)
    sent = {"action": "ask_unit:7", "listed": listed(page)}
    reviewing.post(at("review_reasons"), sent)
    assert asked(closed.buses, closed.stops, closed.halls) == [True, True, False]


def test_the_ticked_rows_are_asked_alone(reviewing, at, closed, token):
    reviewing.post(at("review_reasons"), {"action": "ask", "rows": token(closed.halls)})
    assert asked(closed.buses, closed.stops, closed.halls) == [False, False, True]


def test_a_word_why_no_reason_is_asked_verifies_what_is_ticked(reviewing, at, closed, token, value):
    rows = [token(closed.stops), token(closed.halls), token(closed.buses)]
    sent = {"action": "waive", "rows": rows, "waiver": "2024 tek seferde içe aktarıldı"}

    response = reviewing.post(at("review_reasons"), sent, follow=True)

    assert "2 values are verified." in response.text
    for each in (closed.stops, closed.halls):
        row = value(each)
        assert (row.state, row.reason_waived) == ("approved", sent["waiver"])
    # The question keeps the third one back, waiver or not.
    assert value(closed.buses).state == "submitted"
    assert "needs an answer first" in response.text


def test_without_a_word_nothing_is_waived_and_the_ticks_stay(reviewing, at, closed, token, value):
    sent = {"action": "waive", "rows": token(closed.stops), "waiver": "  "}
    page = parse(reviewing.post(at("review_reasons"), sent).text)
    assert "Write why no reason is asked." in page.by_id("waiver-error").text
    assert ticked(page) == [token(closed.stops)]
    assert value(closed.stops).state == "submitted"


def test_a_step_that_is_none_is_not_found(reviewing, at, closed):
    assert reviewing.post(at("review_reasons"), {"action": "publish"}).status_code == 404


def test_the_coordinator_finds_them_and_writes_nothing_else(sign_in, reviewing, at, closed, value):
    page = parse(reviewing.get(at("review_reasons")).text)
    reviewing.post(at("review_reasons"), {"action": "ask_all", "listed": listed(page)})
    coordinating = sign_in(closed.coordinator)

    assert parse(coordinating.get("/entry/").text).by_id("h-asked") is not None
    today = parse(coordinating.get("/").text).by_id("content")
    assert f"#r{closed.stops.pk}" in {a["href"].partition("/7/")[2] for a in today.all("a")}
    assert at("entry", "7") in coordinating.get("/entry/").text

    pk = closed.stops.pk
    version = value(closed.stops).version
    sent = {
        f"seen-{pk}": version,
        f"deviation_reason-{pk}": "İhale gecikti",
        f"measure_to_take-{pk}": "Yeni ihale",
    }
    coordinating.post(at("entry", "7"), sent)
    row = value(closed.stops)
    assert (row.deviation_reason, row.state, row.reason_asked_at) == (
        "İhale gecikti",
        "submitted",
        None,
    )
    # The number of the same row stays as it was sent.
    coordinating.post(at("entry", "7"), {f"seen-{pk}": row.version, f"written-{pk}": "9"})
    assert value(closed.stops).value == 5


def test_nobody_else_is_told_of_them(sign_in, reviewing, at, closed, token):
    reviewing.post(at("review_reasons"), {"action": "ask", "rows": token(closed.halls)})
    for person in (closed.coordinator, closed.reader, make_user()):
        assert "h-asked" not in sign_in(person).get("/", follow=True).text


def test_where_nothing_waits_nothing_is_kept_back(reviewing, at, world):
    Realization.objects.all().delete()
    page = parse(reviewing.get(at("review_all")).text)
    assert "No value waits to be verified." in page.text
    assert "kept back by a question" not in page.text
