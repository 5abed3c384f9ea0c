"""The first page of a reviewer: how much is in, what waits for her, and whom a reminder reaches."""

import datetime
from types import SimpleNamespace

import pytest
from django.urls import reverse
from django.utils import timezone

from activities.models import Municipality, Period
from indicators.models import Notice, Realization
from tests import factories

pytestmark = pytest.mark.django_db

HOME = reverse("home")
YEAR = factories.YEAR


@pytest.fixture
def year():
    """Hold an open year whose last day was three days ago: one unit sent, two are late."""
    plan = factories.make_plan(slug="plan")
    period = factories.make_period(
        plan, closes_on=timezone.localdate() - datetime.timedelta(days=3)
    )
    sent, late, alone = (factories.make_department(plan, number) for number in ("7", "8", "9"))
    activity = factories.make_activity(plan, sent, "4.1.1")
    # Clean; 5 of 432 after 427 asks what it is; half of its target has no reason.
    factories.make_indicator(activity, baseline=3, target=4, realization=4)
    factories.make_indicator(activity, baseline=427, target=432, realization=5)
    factories.make_indicator(activity, target=10, realization=5)
    for unit, code in ((late, "5.1.1"), (alone, "6.1.1")):
        factories.make_indicator(factories.make_activity(plan, unit, code), target=20)
    factories.make_user(
        departments=[late], first_name="Elif", last_name="Kaya", email="elif@example.org"
    )
    return SimpleNamespace(
        plan=plan, period=period, sent=sent, late=late, alone=alone,
        reviewer=factories.make_user("reviewer"),
    )  # fmt: skip


def cells(row):
    return [" ".join(cell.text.split()) for cell in row.all("td")]


def test_while_a_year_is_open_the_headline_is_how_much_is_in_and_no_score(year, read):
    page = read(HOME, who=year.reviewer)

    job = page.one("section", "headline job")
    assert job.one("p", "big").text == "3/5 değer girildi"
    assert "Doğrulanan: 0/5" in job.text
    assert "%" not in page.one("main").text


def test_clean_asked_and_unexplained_add_up_to_what_waits(year, read):
    page = read(HOME, who=year.reviewer)

    [row] = page.all("table", "tbl waits")[0].one("tbody").all("tr")
    assert cells(row)[2:] == ["3", "1", "1", "1"]
    button = page.one("a", "btn primary")
    assert button["href"] == reverse("review_unit", args=["plan", YEAR, "7"])
    assert row.one("a")["href"] == button["href"]


def test_late_units_tell_who_answers_for_them(year, read):
    page = read(HOME, who=year.reviewer)

    late, alone = page.all("table", "tbl waits")[1].one("tbody").all("tr")
    assert cells(late)[-1] == "Elif Kaya"
    assert "koordinatör yok" in cells(alone)[-1]
    assert not alone.all("a", "btn small no-print")


def test_an_administrator_is_led_to_where_a_coordinator_is_named(year, read):
    page = read(HOME, who=factories.make_user("administrator"))

    link = page.one("a", "btn small no-print")
    assert link["href"] == f"{reverse('people_settings')}?unit={year.alone.pk}#invite"


def test_the_button_tells_whom_it_reaches_and_reaches_no_other(year, read, signed_in):
    told = read(HOME, who=year.reviewer).one("form", "tell")
    assert "Elif Kaya" in told.text
    assert f"9. {year.alone.name}" in told.text.partition("Ulaşmayacağı")[2]

    answer = signed_in(year.reviewer).post(told["action"], {"back": "home"})

    assert answer.url == HOME
    assert [notice.person.email for notice in Notice.objects.all()] == ["elif@example.org"]
    again = read(HOME, who=year.reviewer).one("form", "tell")
    assert f"8. {year.late.name}" in again.text.partition("Bugün hatırlatıldı")[2]
    assert not again.all("button")


def test_questions_stand_by_kind(year, read):
    page = read(HOME, who=year.reviewer)

    [kind] = page.all("ul", "rows links")[0].all("li")
    assert "4.1.1" in kind.text and kind.text.endswith("1")


def test_a_closed_year_waits_for_its_publication(year, read):
    Period.objects.update(state=Period.State.CLOSED)

    page = read(HOME, who=year.reviewer)

    assert not page.all("section", "headline job")
    link = page.all("ul", "rows links")[0].one("a")
    assert link["href"] == reverse("period", args=["plan", YEAR])
    assert "Bildirilen: 3/5" in page.text


def test_a_reader_is_told_none_of_it(year, read):
    page = read(HOME, who=factories.make_user())

    assert not page.all("table") and not page.all("section", "headline job")


def test_nothing_of_another_municipality_is_told(year, read):
    elsewhere = Municipality.objects.create(name="Zeytin Belediyesi")
    other = factories.make_plan(slug="oteki", municipality=elsewhere)
    factories.make_period(other)
    factories.make_period(other, YEAR + 1, Period.State.CLOSED)
    foreign = factories.make_department(other, "7")
    factories.make_indicator(
        factories.make_activity(other, foreign, "4.1.1"), target=1, realization=1
    )

    page = read(HOME, who=year.reviewer)

    assert len(page.all("section", "headline job")) == 1
    assert "oteki" not in "".join(link["href"] for link in page.one("main").all("a"))


def test_what_she_may_not_verify_herself_waits_for_somebody_else(year, read):
    clean = Realization.objects.get(value=4)
    clean.entered_by = year.reviewer
    clean.save()

    page = read(HOME, who=year.reviewer)

    [row] = page.all("table", "tbl waits")[0].one("tbody").all("tr")
    # To verify, clean, with a question, without a reason.
    assert cells(row)[2:] == ["2", "0", "1", "1"]
    assert "1 değer başkasını bekliyor: siz girdiniz." in page.one("section", "headline job").text
    Realization.objects.exclude(pk=clean.pk).delete()
    alone = read(HOME, who=year.reviewer)
    assert "Sizin doğrulayacağınız bir şey yok." in alone.text
    assert "Doğrulanacak birimler" not in alone.text


@pytest.mark.parametrize("many", [1, 10])
def test_her_page_costs_as_much_for_ten_units_as_for_one(
    year, signed_in, django_assert_num_queries, many
):
    for number in range(many):
        unit = factories.make_department(year.plan, f"2{number}")
        activity = factories.make_activity(year.plan, unit, f"7.1.{number}")
        factories.make_indicator(activity, target=4, realization=4)
    client = signed_in(year.reviewer)

    # session; user; the municipality and what she is there; plans; their latest years; the years
    # that are open or closed; the plan and those beside it; its calendar; its units; indicators,
    # answers to questions, targets, units of the findings; progress: targets, values; what was
    # sent; last reminders; coordinators: units above, people; who may answer: states, calendar;
    # editions; her visit, noted: looked up, and stored between two savepoints
    with django_assert_num_queries(26):
        response = client.get(HOME)

    assert response.status_code == 200
