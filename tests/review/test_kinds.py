"""How the indicators of a plan are counted: chosen on one page, its effect seen, then stored."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from indicators import kinds
from indicators.figures import Figures
from indicators.models import Indicator
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan():
    return factories.make_plan(last_year=factories.YEAR + 1)


@pytest.fixture
def unit(plan):
    return factories.make_department(plan, "1")


@pytest.fixture
def rows(plan, unit):
    """Make buses that stand at 427 and aim at 432 (5 written), a percent, and a count."""
    activity = factories.make_activity(plan, unit, "4.1.2")
    return (
        factories.make_indicator(
            activity, baseline=427, target=432, realization=5, name="Otobüs sayısı"
        ),
        factories.make_indicator(
            activity, baseline="%50", target="%55", realization="%55", measure="percent"
        ),
        factories.make_indicator(activity, baseline=116, target=141, realization=141),
    )


def client_of(person):
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def reviewer():
    return client_of(factories.make_user("reviewer"))


def post(client, plan, rows_choices, **more):
    data = {f"kind-{row.pk}": choice for row, choice in rows_choices.items()}
    return client.post(reverse("kinds", args=[plan.slug]), {**data, **more})


def marks(response):
    return dict(re.findall(r'name="(mark-\d+)" value="([^"]*)"', response.text))


def checked(response):
    """Return the choices that an answer's radios show, by indicator."""
    found = re.findall(r'name="kind-(\d+)" value="(\w+)" checked', response.text)
    return {int(pk): choice for pk, choice in found}


def test_each_row_is_asked_with_its_own_numbers_and_nothing_is_chosen(plan, rows, reviewer):
    page = reviewer.get(reverse("kinds", args=[plan.slug]))

    assert page.status_code == 200
    assert checked(page) == {}
    text = " ".join(re.sub(r"<[^>]+>", " ", page.text).split())
    assert "141 yazılır bir yılda 116, 2024 içinde 141" in text
    assert "25 yazılır eldeki 116, üstüne eklenen 25" in text
    assert "%55 yazılır her yıl yeniden ölçülür" in text
    assert "3 göstergeden 3 tanesini henüz kimse teyit etmedi" in text


def test_one_choice_for_all_is_shown_and_stores_nothing(plan, rows, reviewer):
    one, two, three = rows
    before = factories.stored_rows()

    proposed = post(reviewer, plan, {}, all="proposed")
    counted = post(reviewer, plan, {three: "added"}, all="count")
    some = post(reviewer, plan, {}, all="1:level")

    # Buses are there, whatever was reached of them. A percent is no count.
    assert checked(proposed) == {one.pk: "level", two.pk: "ratio", three.pk: "count"}
    assert checked(counted) == {one.pk: "count", two.pk: "ratio", three.pk: "count"}
    assert checked(some) == {one.pk: "level"}
    assert factories.stored_rows() == before


def test_what_changes_is_seen_before_it_is_stored(plan, rows, reviewer):
    one, two, three = rows
    choices = {one: "added", two: "ratio", three: "count"}
    before = factories.stored_rows()

    seen = post(reviewer, plan, choices)

    # 5 of 432 are %1,2, as what was added %100,0; the plan's mean (1,2 + 100 + 100) / 3 is %67,1.
    assert "%1,2" in seen.text and "%100,0" in seen.text and "%67,1" in seen.text
    assert factories.stored_rows() == before
    assert "kinds-reason" not in seen.text

    done = post(reviewer, plan, choices, confirm="1", **marks(seen))
    assert done.status_code == 302
    assert [(row.kind, row.reported_as, row.kind_confirmed) for row in Indicator.objects.all()] == [
        ("level", "increment", True),
        ("ratio", "total", True),
        ("count", "total", True),
    ]


@pytest.mark.parametrize("state", ["closed", "published"])
def test_a_settled_year_asks_for_its_reason_on_the_page_that_shows_it(plan, rows, reviewer, state):
    factories.make_period(plan, state=state)
    one, _two, three = rows
    client = reviewer if state == "closed" else client_of(factories.make_user("administrator"))
    choices = {one: "added", three: "count"}

    seen = post(client, plan, choices)
    refused = post(client, plan, choices, confirm="1", **marks(seen))

    assert "kinds-reason" in seen.text
    assert refused.status_code == 422
    assert not Indicator.objects.filter(kind_confirmed=True).exists()

    done = post(client, plan, choices, confirm="1", reason="Eklenen bildiriliyor", **marks(seen))
    assert done.status_code == 302
    one.refresh_from_db()
    three.refresh_from_db()
    assert one.history.first().history_change_reason == "Eklenen bildiriliyor"
    assert three.kind_confirmed
    assert three.history.first().history_change_reason != "Eklenen bildiriliyor"


def test_a_published_year_is_closed_to_a_reviewer_before_she_chooses(plan, rows, reviewer):
    factories.make_period(plan, state="published")
    one, _two, three = rows

    page = reviewer.get(reverse("kinds", args=[plan.slug]))
    seen = post(reviewer, plan, {one: "added", three: "count"})

    assert f'name="kind-{one.pk}" value="added" disabled' in page.text
    assert "Yayımlanmış" in seen.text or "yayımlanmış" in seen.text
    post(reviewer, plan, {one: "added", three: "count"}, confirm="1", **marks(seen))
    one.refresh_from_db()
    three.refresh_from_db()
    assert (one.kind_confirmed, three.kind_confirmed) == (False, True)


def test_what_somebody_else_confirmed_meanwhile_is_told_and_stays(plan, rows, reviewer):
    _one, _two, three = rows
    seen = post(reviewer, plan, {three: "count"})
    Indicator.objects.filter(pk=three.pk).update(kind="level", kind_confirmed=True)

    told = post(reviewer, plan, {three: "count"}, confirm="1", reason="x", **marks(seen))

    assert told.status_code == 409
    three.refresh_from_db()
    assert three.kind == "level"


def test_not_sure_leaves_a_row_open(plan, rows, reviewer):
    seen = post(reviewer, plan, {rows[0]: "unsure"})
    assert seen.status_code == 200
    assert "mark-" not in seen.text


def test_it_costs_the_same_for_more_rows(plan, unit, rows, reviewer, django_assert_max_num_queries):
    address = reverse("kinds", args=[plan.slug])
    reviewer.get(address)
    for _each in range(5):
        factories.make_indicator(factories.make_activity(plan, unit), target=10, realization=9)
    # Session, person with groups and units, plans twice, the latest year, units; the year's rows
    # and its findings (figures, targets, units, answers); indicators, targets, values and periods
    # for what is closed; last year's values.
    with django_assert_max_num_queries(24):
        assert reviewer.get(address).status_code == 200


def test_the_dashboard_of_a_plan_counts_by_the_same_rule(plan, rows):
    assert kinds.unconfirmed(Figures(plan, factories.YEAR).rows) == kinds.unconfirmed_of(plan) == 3
