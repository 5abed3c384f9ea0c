"""Answering a finding on the pages: shown first, recorded, given anew."""

import datetime

import pytest
from django.utils import timezone

from activities.models import Period
from findings.year import YearFindings
from indicators.figures import Figures
from indicators.models import FindingAnswer, Realization
from indicators.progress import looked_at
from tests.factories import YEAR, make_indicator
from tests.reports.html import parse
from tests.review.conftest import set_state

pytestmark = pytest.mark.django_db
BUSES = "increment_certain:7/4.1.1/2"


@pytest.fixture
def digest(world):
    def of(key):
        findings = YearFindings(Figures(world.plan, YEAR))
        return next(one.digest for one in findings.raised if one.key == key)

    return of


@pytest.fixture
def give(reviewing, at, digest):
    def post(key, code, client=None, **more):
        follow = more.pop("follow", False)
        data = {"finding": key, "code": code, "digest": digest(key), **more}
        return (client or reviewing).post(at("answer"), data, follow=follow)

    return post


def test_what_an_answer_changes_is_shown_first(give, world):
    page = parse(give(BUSES, "increment").text)

    rows = [" ".join(row.text.split()) for row in page.all("table")[1].all("tr")[1:]]
    assert [row.removeprefix("4.1.1 Otobüs sayısı ") for row in rows] == [
        "Kind Yearly count → Level (cumulative)",
        "Reported as Total → Increment (added in the year)",
    ]
    # (1 + 5/432 + 0,5) ÷ 3 and (1 + 1 + 0,5) ÷ 3; nobody else in the plan reported.
    assert [each.text for each in page.one("dl", "shifts").all("dd")] == ["50.4% → 83.3%"] * 2
    assert not FindingAnswer.objects.exists()
    world.buses.refresh_from_db()
    assert world.buses.kind == "count"


def test_confirmed_it_is_recorded_and_changes_what_was_shown(give, world, reviewing, at):
    give(BUSES, "increment", confirm="1")

    world.buses.refresh_from_db()
    assert (world.buses.kind, world.buses.reported_as) == ("level", "increment")
    assert FindingAnswer.objects.get().answered_by == world.reviewer
    # Read that way nothing is left to ask.
    assert BUSES not in reviewing.get(at("findings")).text


def test_an_answer_that_changes_nothing_is_recorded_at_once_and_given_anew(
    give, reviewing, at, world
):
    assert give(BUSES, "total").status_code == 302
    page = parse(reviewing.get(at("findings")).text)
    given = page.one("p", "given").text
    assert "Ayşe Yılmaz" in given
    assert str(datetime.date.today().year) in given

    give(BUSES, "increment", confirm="1")
    answer = FindingAnswer.objects.get()
    assert [row.answer for row in answer.history.all()] == ["increment", "total"]


def test_numbers_that_changed_meanwhile_are_asked_about_again(reviewing, at, world, digest):
    data = {"finding": BUSES, "code": "increment", "digest": digest(BUSES), "confirm": "1"}
    Realization.objects.filter(indicator=world.buses).update(value=5, text="5")
    data["digest"] = "abc"
    response = reviewing.post(at("answer"), data)
    assert "The numbers changed meanwhile." in response.text
    assert "<title>Error:" in response.text
    assert not FindingAnswer.objects.exists()


def test_an_approved_value_is_read_differently_only_with_a_reason(give, world):
    Realization.objects.filter(indicator=world.buses).update(state="approved")
    response = give(BUSES, "increment", confirm="1")
    assert "The value is verified: say why it changes." in response.text
    assert not FindingAnswer.objects.exists()

    give(BUSES, "increment", confirm="1", note="Birim telefonla doğruladı")
    world.buses.refresh_from_db()
    assert world.buses.reported_as == "increment"
    reason = world.buses.history.first().history_change_reason
    assert reason == "Birim telefonla doğruladı"


def test_in_a_published_year_only_administrators_change_by_an_answer(give, sign_in, world):
    set_state(world.period, Period.State.PUBLISHED)
    administrator = sign_in(world.administrator)

    # Said before anything is confirmed, on the page that the answer was given on.
    refused = give(BUSES, "increment", follow=True)
    assert "Only an administrator" in refused.text
    assert 'name="confirm"' not in refused.text
    assert "is published: say why" in give(BUSES, "increment", administrator, confirm="1").text
    assert not FindingAnswer.objects.exists()
    give(BUSES, "increment", administrator, confirm="1", note="Neden")
    assert FindingAnswer.objects.get().note == "Neden"


def test_a_changed_target_asks_for_its_reason(give, world):
    sport = make_indicator(world.lights.activity, name="Sporcu", baseline=109, target=54)
    key = "target_below_baseline:7/4.1.1/4"
    page = parse(give(key, "target_is_increment").text)
    assert "A target changes: say why." in page.text
    give(key, "target_is_increment", confirm="1", note="Artış yazılmış")
    assert sport.targets.get().value == 163


def test_a_coordinator_answers_for_her_rows_while_the_year_is_open(give, sign_in, world):
    client = sign_in(world.coordinator)
    set_state(world.period, Period.State.CLOSED)
    give(BUSES, "increment", client, confirm="1")
    assert not FindingAnswer.objects.exists()

    set_state(world.period, Period.State.OPEN)
    give(BUSES, "increment", client, confirm="1")
    assert FindingAnswer.objects.get().answered_by == world.coordinator


def test_a_coordinator_does_not_overwrite_a_reviewers_answer(give, sign_in, world):
    Realization.objects.filter(indicator=world.buses).update(submitted_at=timezone.now())
    give(BUSES, "total")
    client = sign_in(world.coordinator)

    told = client.get(f"/plans/plan/{YEAR}/findings/").text
    answer = give(BUSES, "increment", client, confirm="1", follow=True)

    assert FindingAnswer.objects.get().answered_by == world.reviewer
    assert "A reviewer answered it." in told and "A reviewer answered it." in answer.text
    assert BUSES not in [each["value"] for each in parse(told).all("input")]
    desk = client.get(f"/entry/plan/{YEAR}/7/").text
    assert f'value="{BUSES}|' not in desk and "A reviewer answered it." in desk


def test_what_a_reviewer_answered_stays_looked_at_whoever_answers_after(give, world):
    Realization.objects.filter(indicator=world.buses).update(submitted_at=timezone.now())
    assert not Realization.objects.filter(looked_at(), indicator=world.buses).exists()
    give(BUSES, "total")

    answer = FindingAnswer.objects.get()
    answer.answered_by = world.coordinator
    answer.save()

    assert Realization.objects.filter(looked_at(), indicator=world.buses).exists()


@pytest.mark.parametrize("settled", ["approved", "closed"])
def test_an_answer_that_would_be_refused_is_not_offered(settled, sign_in, world):
    client = sign_in(world.coordinator)
    pages = [f"/plans/plan/{YEAR}/findings/", f"/entry/plan/{YEAR}/7/"]
    assert all('increment"' in client.get(page).text for page in pages)
    if settled == "approved":
        Realization.objects.filter(indicator=world.buses).update(state="approved")
    else:
        set_state(world.period, Period.State.CLOSED)

    for page in pages:
        told = client.get(page).text
        assert 'value="increment"' not in told and '|increment"' not in told
        assert "eviewers" in told


def test_of_a_draft_nobody_says_that_it_is_missing(give, sign_in, world):
    key = "missing:7.1/4.1.2/1"
    pages = {who: sign_in(who) for who in (world.coordinator, world.reviewer)}
    address = f"/plans/plan/{YEAR}/findings/"
    assert all(f'value="{key}"' in each.get(address).text for each in pages.values())

    Realization.objects.create(indicator=world.lines, year=YEAR, value=15)

    for client in pages.values():
        told = client.get(address).text
        assert f'value="{key}"' not in told
        assert "The unit has not sent this value yet." in told
        assert "has not sent" in give(key, "none", client, confirm="1", follow=True).text
    assert not FindingAnswer.objects.exists()


def test_a_coordinator_changes_no_target(give, sign_in, world):
    make_indicator(world.lights.activity, name="Sporcu", baseline=109, target=54)
    client = sign_in(world.coordinator)
    key = "target_below_baseline:7/4.1.1/4"
    assert give(key, "target_is_increment", client, confirm="1", note="x").status_code == 302
    assert not FindingAnswer.objects.exists()
    page = parse(client.get(f"/plans/plan/{YEAR}/findings/").text)
    codes = {button["value"] for button in page.all("button") if button["name"] == "code"}
    assert "target_is_increment" not in codes


def test_readers_see_questions_without_buttons(sign_in, world, at):
    page = parse(sign_in(world.reader).get(at("findings")).text)
    assert page.all("article", "ask")
    assert not page.all("form", "ans")


@pytest.mark.parametrize("wrong", ["https://example.org/", "//example.org", "javascript:alert(1)"])
def test_nobody_is_led_elsewhere(give, at, wrong):
    assert give(BUSES, "total", next=wrong).url == at("findings")


def test_an_answer_that_does_not_exist_is_refused(give, reviewing, at):
    assert give(BUSES, "whatever").status_code == 302
    assert reviewing.post(at("answer"), {"finding": "yok"}).status_code == 404
    assert not FindingAnswer.objects.exists()


def test_the_findings_page_costs_no_more_with_its_buttons(
    reviewing, at, django_assert_max_num_queries
):
    # session; user; groups; plan with its revision; units; figures; answers; targets;
    # responsible units of activities and indicators; periods
    with django_assert_max_num_queries(13):
        assert reviewing.get(at("findings")).status_code == 200
