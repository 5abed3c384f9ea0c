"""How a unit's numbers are counted: all its rows on one page, without what it does to the ratio."""

import re

import pytest

from indicators.models import Indicator
from tests import factories
from tests.entry.conftest import text_of

pytestmark = pytest.mark.django_db


def post(desk, choices, **more):
    data = {f"kind-{row.pk}": choice for row, choice in choices.items()}
    return desk.client.post(desk.url("entry_kinds"), {**data, **more})


def checked(response):
    found = re.findall(r'name="kind-(\d+)" value="(\w+)" checked', response.text)
    return {int(pk): choice for pk, choice in found}


def kinds_of():
    rows = Indicator.objects.order_by("pk")
    return [(row.kind, row.reported_as, row.kind_confirmed) for row in rows]


def test_a_unit_says_it_for_all_its_rows_at_once(desk):
    one, two = desk.row(baseline=116, target=141), desk.row(baseline=5, target=9)

    page = post(desk, {}, all="count")
    assert checked(page) == {one.pk: "count", two.pk: "count"}
    assert kinds_of() == [("count", "total", False)] * 2

    done = post(desk, {one: "count", two: "added"}, **{f"direction-{two.pk}": "maintain"})
    assert done.url == desk.url()
    assert kinds_of() == [("count", "total", True), ("level", "increment", True)]
    two.refresh_from_db()
    assert two.direction == "maintain"


def test_the_rated_do_not_see_what_a_choice_does_to_the_ratio(desk):
    row = desk.row(baseline=427, target=432)
    factories.make_realization(row, 5, state="draft")

    page = desk.client.get(desk.url("entry_kinds"))
    assert "5 yazılır eldeki 427, üstüne eklenen 5" in text_of(page)
    alone = desk.client.get(desk.url("entry_kind", row.pk), {"kind": f"{row.pk}:added"})
    for each in (page, alone):
        assert "→" not in each.text
    assert "%100,0" not in page.text + alone.text


def test_what_would_change_a_settled_year_cannot_be_chosen_and_is_refused(desk):
    row, free = desk.row(baseline=40, target=100), desk.row(target=10)
    desk.plan.first_year = desk.year - 1
    desk.plan.save()
    factories.make_period(desk.plan, desk.year - 1, state="closed")
    factories.make_target(row, 100, year=desk.year - 1)
    factories.make_realization(row, 70, year=desk.year - 1)

    page = desk.client.get(desk.url("entry_kinds"))
    assert f'name="kind-{row.pk}" value="level" disabled' in page.text
    assert f'name="kind-{row.pk}" value="count" disabled' not in page.text

    told = post(desk, {row: "level", free: "count"})
    assert told.status_code == 409
    assert str(desk.year - 1) in text_of(told)
    assert kinds_of() == [("count", "total", False), ("count", "total", True)]


def test_what_is_confirmed_is_the_reviewers_to_change(desk):
    row = desk.row(target=10, kind_confirmed=True)
    page = desk.client.get(desk.url("entry_kinds"))
    assert checked(page) == {row.pk: "count"}
    assert f'name="kind-{row.pk}" value="level" disabled' in page.text
    assert post(desk, {row: "level"}).status_code == 409
    assert kinds_of() == [("count", "total", True)]


def test_in_a_closed_year_nothing_is_said(desk):
    row = desk.row(target=10)
    desk.period.state = "closed"
    desk.period.save()
    page = desk.client.get(desk.url("entry_kinds"))
    assert 'name="save" value="1">Seçimleri kaydet' not in page.text
    assert post(desk, {row: "count"}).status_code == 409
    assert kinds_of() == [("count", "total", False)]


def test_rows_of_other_units_are_not_on_it(desk):
    other = factories.make_indicator(
        factories.make_activity(desk.plan, factories.make_department(desk.plan, "2"))
    )
    page = desk.client.get(desk.url("entry_kinds"))
    assert f"kind-{other.pk}" not in page.text
    post(desk, {other: "count"})
    assert kinds_of() == [("count", "total", False)]


def test_the_entry_page_leads_to_it_while_rows_are_open(desk):
    desk.row(target=10)
    assert f'href="{desk.url("entry_kinds")}"' in desk.client.get(desk.url()).text
