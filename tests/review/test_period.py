"""The period's page: opening, closing, opening again, publishing."""

import datetime

import pytest
from django.utils import timezone

from activities.models import Extension, Period
from indicators.achievement import Reading
from indicators.editions import FrozenFigures
from indicators.figures import Figures, Level
from indicators.models import Edition, Notice, Realization
from tests.factories import YEAR
from tests.reports.html import parse
from tests.review.conftest import set_state

pytestmark = pytest.mark.django_db
DATES = {"open-opens_on": "2025-02-01", "open-closes_on": "2025-03-01"}


@pytest.fixture
def step(reviewing, at):
    def take(action, client=None, **data):
        return (client or reviewing).post(at("period"), {"action": action, **data}, follow=True)

    return take


@pytest.fixture
def stored(world):
    def read():
        return Period.objects.get(pk=world.period.pk)

    return read


def test_a_year_is_opened_and_the_coordinators_are_told(step, world, stored):
    set_state(world.period, Period.State.PLANNED)
    response = step("open", **DATES)
    assert "the coordinators are told" in response.text
    assert stored().state == "open"
    assert stored().closes_on == datetime.date(2025, 3, 1)
    assert stored().history.first().history_user == world.reviewer
    assert Notice.objects.filter(kind="opened", person=world.coordinator).count() == 1


def test_a_deadline_is_changed_without_telling_anybody(step, stored):
    assert "The dates are changed." in step("open", **DATES).text
    assert stored().closes_on == datetime.date(2025, 3, 1)
    assert not Notice.objects.exists()


@pytest.mark.parametrize(
    ("dates", "told"),
    [
        ({"open-opens_on": "2025-02-01", "open-closes_on": "2025-01-01"}, "before the day"),
        ({"open-opens_on": "yarın"}, "valid date"),
        ({}, "required"),
    ],
)
def test_dates_that_do_not_fit_are_refused(step, stored, dates, told):
    page = parse(step("open", **dates).text)
    assert told in page.text
    assert page.one("title").text.startswith("Error:")
    assert stored().closes_on == datetime.date(2025, 1, 31)


def test_a_year_is_closed(step, stored):
    assert "The year is closed." in step("close").text
    assert stored().state == "closed"


# What a step does to a year in each state; a state that stays was refused with a sentence.
STEPS = {
    "open": {"planned": "open", "open": "open", "closed": "open", "published": "published"},
    "close": {
        "planned": "planned",
        "open": "closed",
        "closed": "closed",
        "published": "published",
    },
}


@pytest.mark.parametrize(
    ("action", "state", "after"),
    [(action, state, after) for action, table in STEPS.items() for state, after in table.items()],
)
def test_every_step_from_every_state(step, world, stored, action, state, after):
    if state == "published":
        set_state(world.period, "closed")
        step("publish", **looked(step))
    set_state(world.period, state)
    response = step(action, **DATES)
    assert stored().state == after
    if state == after != "open":
        assert "Nothing was written" in response.text


def test_a_closed_year_is_opened_again_for_one_unit(step, world):
    set_state(world.period, "closed")
    until = timezone.localdate() + datetime.timedelta(days=7)
    data = {"reopen-department": world.unit.pk, "reopen-until": until.isoformat()}

    assert "Say why the year is opened again." in step("reopen", **data).text
    past = {"reopen-until": "2020-01-01", "reopen-reason": "Yangın"}
    assert "lies in the past" in step("reopen", **data | past).text
    assert not Extension.objects.exists()

    page = parse(step("reopen", **data, **{"reopen-reason": "Yangın"}).text)
    extension = Extension.objects.get()
    assert (extension.until, extension.granted_by) == (until, world.reviewer)
    assert "Yangın" in page.row("Ulaşım").text


def test_a_unit_of_another_plan_is_not_opened(step, world):
    set_state(world.period, "closed")
    data = {"reopen-department": 10**6, "reopen-until": "2099-01-01", "reopen-reason": "x"}
    assert "valid choice" in step("reopen", **data).text


# --- Publishing ---


def looked(step):
    """Return what the page sends once a person has looked at the list."""
    page = parse(step("publish").text)
    [seen] = [each for each in page.all("input") if each["name"] == "publish-seen"]
    return {"publish-seen": seen["value"], "publish-sure": "on"}


@pytest.fixture
def ready(world):
    """Approve two values and close the year; the buses stay unapproved, two rows empty."""
    Realization.objects.filter(indicator__in=[world.lights, world.stops]).update(state="approved")
    set_state(world.period, "closed")


def test_what_would_be_published_is_shown_first(reviewing, at, ready):
    page = parse(reviewing.get(at("period")).text)
    counts = {
        each.one("dt").text: each.one("dd").text for each in page.one("dl", "counts").all("div")
    }
    assert counts == {
        "Verified": "2",
        "Sent, not verified": "1",
        "Draft or returned": "0",
        "Nothing entered": "2",
        "Open blocking questions": "1",
        "Mean as published": "75.0%",  # (1 + 0,5) ÷ 2
        "Mean as reported": "50.4%",
    }
    for row in ("Otobüs sayısı", "4.1.2", "5.1.1"):
        assert row in page.one("div", "note warn").text


def test_publishing_needs_a_word_and_an_unchanged_plan(step, world, ready, stored):
    data = looked(step)
    assert "Tick that you have looked" in step("publish", **{"publish-seen": "1"}).text
    found = Realization.objects.get(indicator=world.buses)
    found.save()  # somebody writes meanwhile
    assert "Look again before publishing" in step("publish", **data).text
    assert stored().state == "closed"
    assert not Edition.objects.exists()

    step("publish", **looked(step))
    assert stored().state == "published"


def test_what_is_frozen_is_what_was_approved(step, world, ready):
    live = Figures(world.plan, YEAR, reading=Reading.APPROVED)
    before = {row.id: (row.measurement, row.achievement) for row in live.rows}
    summaries = live.by(Level.DEPARTMENT)

    page = parse(step("publish", **looked(step)).text)

    edition = Edition.objects.get()
    frozen = FrozenFigures(world.plan, edition)
    assert {row.id: (row.measurement, row.achievement) for row in frozen.rows} == before
    assert frozen.by(Level.DEPARTMENT) == summaries
    assert edition.published_by == world.reviewer
    assert edition.checksum in page.text
    assert "Edition 1" in page.text
    assert "fits the checksum" in page.text
    assert "Nothing was corrected since it was published." in page.text


def test_an_edition_that_was_tampered_with_is_seen(step, reviewing, at, ready):
    step("publish", **looked(step))
    edition = Edition.objects.get()
    Edition.objects.update(content=edition.content.replace("Işık", "Isik"))
    assert "does not fit the checksum" in reviewing.get(at("period")).text


def test_a_year_that_is_not_closed_is_not_published(step, stored):
    data = {"publish-seen": "1", "publish-sure": "on"}
    assert "Nothing was written" in step("publish", **data).text
    assert stored().state == "open"


def test_an_unknown_step_is_not_found(step):
    assert step("explode").status_code == 404


@pytest.mark.parametrize("state", ["planned", "open", "closed", "published"])
def test_the_page_costs_few_queries(
    step, reviewing, at, world, state, django_assert_max_num_queries
):
    if state == "published":
        set_state(world.period, "closed")
        step("publish", **looked(step))
    set_state(world.period, state)
    # session; user; groups; plan with its revision; units; periods; extensions; and where the
    # year is closed figures, answers, targets, responsible units, approved figures, states
    with django_assert_max_num_queries(15):
        assert reviewing.get(at("period")).status_code == 200
