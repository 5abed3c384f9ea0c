"""Who has reported: groups, counts, days late, reminders."""

import datetime

import pytest
from django.utils import timezone

from activities.models import Extension, Period
from indicators.models import Notice, Realization
from tests.factories import make_indicator, make_realization, make_user
from tests.reports.html import parse
from tests.review.conftest import set_state

pytestmark = pytest.mark.django_db
GROUPS = ("late", "waiting", "sent", "approved", "nothing")


def grouped(page):
    """Return the units' numbers by the group they stand in."""
    found = {}
    for listed in page.all("ul", "queue"):
        numbers = listed.texts("span", "ordinal")
        found[listed["aria-labelledby"].removeprefix("g-")] = numbers
    return found


@pytest.fixture
def listed(reviewing, at):
    def read(**query):
        return parse(reviewing.get(at("review"), query).text)

    return read


@pytest.fixture
def deadline(world):
    """Put the deadline so many days before today."""

    def put(days):
        day = timezone.localdate() - datetime.timedelta(days=days)
        Period.objects.update(opens_on=day - datetime.timedelta(days=30), closes_on=day)

    return put


def test_units_stand_where_they_are(listed, world, deadline):
    deadline(6)
    # 7 sent all; its branch nothing; 8 sent and was approved.
    make_realization(world.schools, 30, state="approved")

    page = listed()

    assert grouped(page) == {"late": ["7.1"], "sent": ["7"], "approved": ["8"]}
    assert "0/1 entered · 0 sent" in page.text
    assert "6 days late" in page.text
    assert "3/3 entered · 3 sent · 50.4%" in page.text  # (1 + 5/432 + 0,5) ÷ 3
    assert "1 blocking question" in page.text


@pytest.mark.parametrize(
    ("days", "group"), [(-1, "waiting"), (0, "waiting"), (1, "late"), (40, "late")]
)
def test_the_day_of_the_deadline_is_not_late(listed, deadline, days, group):
    deadline(days)
    assert grouped(listed())[group] == ["7.1", "8"]


def test_without_a_deadline_nobody_is_late(listed, world):
    Period.objects.update(closes_on=None)
    assert grouped(listed())["waiting"] == ["7.1", "8"]


@pytest.mark.parametrize(
    ("given", "group", "counts"),
    [
        ({"cell": 0, "state": "draft"}, "waiting", "1/1 entered · 0 sent"),
        ({"cell": 0, "state": "returned"}, "waiting", "1/1 entered · 0 sent"),
        ({"cell": 0, "state": "submitted"}, "sent", "1/1 entered · 1 sent"),
        ({"cell": 0, "state": "approved"}, "approved", "1/1 entered · 1 sent"),
        ({"cell": "-", "state": "submitted"}, "waiting", "0/1 entered · 0 sent"),
        ({"cell": "sonra", "state": "submitted"}, "waiting", "0/1 entered · 0 sent"),
        ({"cell": "", "absence": "not_due"}, "sent", "1/1 entered · 1 sent"),
    ],
)
def test_what_counts_as_reported(listed, world, given, group, counts):
    Period.objects.update(closes_on=None)
    make_realization(world.schools, **given)

    page = listed()

    assert "8" in grouped(page)[group]
    line = next(row for row in page.all("li") if "Eğitim" in row.text)
    assert counts in line.text


def test_from_whom_nothing_is_due_nothing_is_expected(listed, world):
    world.schools.targets.all().delete()
    make_realization(world.schools, "-")
    assert grouped(listed())["nothing"] == ["8"]

    # What is reported all the same is judged.
    Realization.objects.filter(indicator=world.schools).update(value=4, text="4")
    assert "8" in grouped(listed())["sent"]


def test_a_closed_year_counts_no_days(listed, world, deadline):
    deadline(40)
    set_state(world.period, Period.State.CLOSED)

    page = listed()

    assert grouped(page)["late"] == ["7.1", "8"]
    assert "days late" not in page.text
    assert "Remind" not in page.text


def test_a_unit_with_an_extension_is_awaited_until_then(listed, world, deadline):
    deadline(40)
    set_state(world.period, Period.State.CLOSED)
    Extension.objects.create(
        period=world.period, department=world.unit, until=timezone.localdate(), reason="Yangın"
    )

    # The branch comes with its department; the other department stays shut.
    assert grouped(listed()) == {"late": ["8"], "waiting": ["7.1"], "sent": ["7"]}


def test_both_readings_are_there(listed, world):
    make_realization(world.schools, 15, state="approved")
    assert "50.4%" in listed().text
    page = listed(reading="approved")
    assert "50.4%" not in page.text
    line = next(row for row in page.all("li") if "Eğitim" in row.text)
    assert "1/1 entered · 1 sent · 50.0%" in line.text


# --- Reminders ---


def test_who_is_written_to_stands_beside_what_has_not_come(listed, sign_in, world, at, deadline):
    deadline(3)
    world.coordinator.first_name, world.coordinator.last_name = "Elif", "Ak"
    world.coordinator.save()
    page = listed()

    rows = [row for row in page.all("li") if row.texts("span", "ordinal")]
    lines = {row.texts("span", "ordinal")[0]: row for row in rows}
    # The department's coordinator answers for its branch; of the other one nobody does.
    assert "Elif Ak" in lines["7.1"].text and "Remind" in lines["7.1"].text
    assert "no coordinator" in lines["8"].text and "Remind" not in lines["8"].text
    assert "Elif Ak" not in lines["7"].text  # has sent everything
    administering = sign_in(world.administrator).get(at("review")).text
    assert "no coordinator: assign" in administering


def test_a_returned_row_is_told_beside_its_unit(listed, world):
    Realization.objects.filter(indicator=world.stops).update(state="returned")
    line = next(row for row in listed().all("li") if "Ulaşım" in row.text)
    assert "1 returned" in line.text


def test_a_late_unit_is_reminded_once_a_day(reviewing, at, world, deadline):
    deadline(3)
    address = at("remind")

    response = reviewing.post(address, {"unit": "7.1"}, follow=True)
    assert "One reminder is on its way." in response.text
    # The coordinator of the department answers for its branch.
    assert Notice.objects.get().person == world.coordinator

    response = reviewing.post(address, {"unit": "7.1"}, follow=True)
    assert "No reminder was sent" in response.text
    assert Notice.objects.count() == 1


def test_all_late_units_are_reminded_at_once(reviewing, at, world, deadline):
    deadline(3)
    make_user(departments=[world.other], email="e@example.org")
    response = reviewing.post(at("remind"), follow=True)
    assert "2 reminders are on their way." in response.text
    assert "reminded" in response.text


def test_who_owes_nothing_is_not_reminded(reviewing, at, world, deadline):
    deadline(3)
    response = reviewing.post(at("remind"), {"unit": "7"}, follow=True)
    assert "nobody to remind" in response.text
    assert reviewing.post(at("remind"), {"unit": "99"}).status_code == 404
    assert not Notice.objects.exists()


def test_the_list_costs_the_same_for_more_rows(reviewing, at, world, django_assert_max_num_queries):
    for number in range(12):
        make_indicator(world.lights.activity, name=f"Sayı {number}", target=5, realization=5)
    # session; user; groups; plan with its revision; units; figures; answers; targets;
    # responsible units of activities and indicators; periods; states; reminders;
    # coordinators of what has not come, through the units above theirs; what she entered
    with django_assert_max_num_queries(16):
        assert reviewing.get(at("review")).status_code == 200
