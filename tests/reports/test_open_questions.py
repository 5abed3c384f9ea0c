"""An open question is one thing: departments, sending and review count the same under one word."""

import re

import pytest
from django.urls import reverse

from findings.year import YearFindings, is_asked_of_unit
from indicators.figures import Figures
from indicators.models import Realization
from tests.factories import (
    YEAR,
    make_activity,
    make_department,
    make_indicator,
    make_plan,
    make_user,
)
from tests.reports.html import parse

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewer(client):
    client.force_login(make_user("reviewer"))
    return client


def read(client, name, plan, *args, **query):
    response = client.get(reverse(name, args=[plan.slug, YEAR, *args]), query)
    assert response.status_code == 200
    return parse(response.text)


def open_in(text):
    """Return the counts after "Açık soru" and after what holds values up."""
    found = re.search(r"Açık soru: (\d+)(?: · bunlardan doğrulamayı engelleyen: (\d+))?", text)
    return int(found[1]), int(found[2] or 0)


@pytest.mark.parametrize(("number", "blocks_all"), [("11.1", False), ("11.2", True)])
def test_a_units_open_questions_are_as_many_on_every_page(real_plan, reviewer, number, blocks_all):
    rows = read(reviewer, "departments", real_plan).all("tr")
    [cells] = [
        row.all("td", "findings")
        for row in rows
        if row.all("td", "ordinal") and row.one("td", "ordinal").text == number
    ]
    blocking = int(cells[0].one("a", "mark").text)
    asked = blocking if blocks_all else int(cells[0].one("a", "asked").text)

    review = open_in(read(reviewer, "review_unit", real_plan, number).text)
    assert review == (asked, blocking)
    raised = YearFindings(Figures(real_plan, YEAR)).raised
    belongs = [
        one
        for one in raised
        if any(number in (row.unit.number, row.department.number) for row in one.figures)
    ]
    assert asked == sum(map(is_asked_of_unit, belongs))
    assert (asked == blocking) is blocks_all


def test_the_number_leads_to_as_many_questions(real_plan, reviewer):
    page = read(reviewer, "findings", real_plan, open="1", unit="11.1")
    found = YearFindings(Figures(real_plan, YEAR)).open_by_unit["11.1"]
    assert len(page.all("article", "ask")) == found.questions


def test_sending_counts_what_review_counts(reviewer):
    plan = make_plan(slug="p")
    unit = make_department(plan, "3")
    activity = make_activity(plan, unit)
    make_indicator(activity, baseline=427, target=432, realization=5, name="Otobüs")  # blocks
    make_indicator(activity, target=10, realization=60, name="Durak")  # far off: a question
    make_indicator(activity, target=10, realization=12, name="Genel")
    plan.periods.create(year=YEAR, state="open")
    review = open_in(read(reviewer, "review_unit", plan, "3").text)
    Realization.objects.update(state="draft")

    reviewer.force_login(make_user(departments=[unit]))
    sending = open_in(read(reviewer, "entry_send", plan, "3").text)

    assert sending == review == (2, 1)


def test_waiting_rows_without_a_target_are_told_beside_what_is_due(real_plan, reviewer):
    """11.2 has sent 32 of what is due, one number without a target, and a text."""
    page = read(reviewer, "review_unit", real_plan, "11.2")
    [line] = [li for li in page.all("li") if li.all("a") and li.one("a")["aria-current"] == "true"]
    assert "32 gönderildi" in line.text
    assert "32 değer doğrulama bekliyor · hedefsiz ya da metin olan 2 satır daha" in line.text
    assert "34" in page.one("div", "note").one("h3").text
    assert "Bunlardan 2 satır gönderilenler arasında sayılmaz" in page.one("div", "note").text
