"""Activities, their goals, roles and tags."""

import pytest

from activities.models import Activity, Department, Institution, Objective, Plan
from indicators.models import Indicator
from tests.administration.pages import edit, errors_of, page
from tests.factories import make_tag

pytestmark = pytest.mark.django_db


def new_activity(staff, plan, department, **data):
    empty = {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0}
    formsets = {
        f"{prefix}-{name}": value
        for prefix in ("unit_roles", "tag_rows", "indicators")
        for name, value in empty.items()
    }
    given = {"plan": plan.pk, "department": department.pk, "code": "5.1.2", "title": "Başlık"}
    return staff.post(page(Activity, "add"), formsets | given | data)


def test_an_activitys_goal_follows_from_its_code(staff, plan, department):
    new_activity(staff, plan, department)

    activity = Activity.objects.get()
    assert activity.objective.code == "5.1"
    assert activity.objective.parent.code == "5"
    assert activity.position == 1


def test_a_new_code_brings_its_goal(staff, activity):
    edit(staff, activity, code="6.2.1")
    activity.refresh_from_db()

    assert activity.objective.code == "6.2"


def test_an_activity_takes_indicators_on_its_page(staff, plan, department):
    new_activity(
        staff, plan, department,
        **{
            "indicators-TOTAL_FORMS": 2,
            **{
                f"indicators-{n}-{name}": value
                for n in range(2)
                for name, value in {
                    "name": f"Sayı {n}", "measure": "count", "kind": "count",
                    "direction": "increase", "reported_as": "total", "weight": "1",
                    "written": "%50",
                }.items()
            },
        },
    )  # fmt: skip

    found = Indicator.objects.values_list("position", "name", "baseline", "baseline_text")
    assert list(found) == [(1, "Sayı 0", 50, "%50"), (2, "Sayı 1", 50, "%50")]


def test_a_department_outside_the_plan_owns_no_activity(staff, plan):
    other = Department.objects.create(name="Fen İşleri")

    response = new_activity(staff, plan, other)

    assert "Fen İşleri" in errors_of(response)


@pytest.mark.parametrize("code", ["5", "x", "5..1", "5.1.", "５.1", "5.1.2 "])
def test_a_code_is_written_as_the_plan_prints_it(staff, plan, department, code):
    response = new_activity(staff, plan, department, code=code)

    assert bool(errors_of(response)) == (code.strip() != "5.1.2")


def test_a_second_activity_of_a_code_is_an_error_of_the_form(staff, plan, department, activity):
    assert errors_of(new_activity(staff, plan, department, code="4.4.2"))


def test_a_goal_of_another_plan_is_refused(staff, plan, department):
    other = Plan.objects.create(name="P", slug="p", first_year=2020, last_year=2021)
    goal = Objective.objects.create(plan=other, code="5.1")

    assert errors_of(new_activity(staff, plan, department, objective=goal.pk))


def test_a_role_names_one_unit_only(staff, activity, department):
    body = Institution.objects.create(name="ASHİM")
    role = {
        "unit_roles__TOTAL_FORMS": 1,
        "unit_roles__0__role": "supporting",
        "unit_roles__0__position": 0,
        "unit_roles__0__department": department.pk,
        "unit_roles__0__institution": body.pk,
    }
    _response, errors = edit(staff, activity, **role)
    assert errors

    _response, errors = edit(staff, activity, **role | {"unit_roles__0__department": ""})
    assert not errors
    assert activity.unit_roles.get().institution == body


def test_an_objectives_place_follows_from_its_code(staff, plan):
    staff.post(page(Objective, "add"), {"plan": plan.pk, "code": "7.2", "title": "Hedef"})

    goal = Objective.objects.get(code="7.2")
    assert goal.parent.code == "7"
    response = staff.post(page(Objective, "add"), {"plan": plan.pk, "code": "7.2"})
    assert errors_of(response)


@pytest.mark.parametrize("row", ["activity", "indicator"])
def test_a_row_carries_a_tag_once(staff, request, row):
    row, tag = request.getfixturevalue(row), make_tag()

    for _ in range(2):
        _response, errors = edit(
            staff, row, tag_rows__TOTAL_FORMS=row.tag_rows.count() + 1,
            **{f"tag_rows-{row.tag_rows.count()}-tag": tag.pk},
        )  # fmt: skip

    assert row.tag_rows.get().tag == tag
    assert errors
