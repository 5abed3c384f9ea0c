"""Departments, branches and institutions with their other spellings."""

import pytest

from activities.models import Alias, Department, Institution
from tests.administration.pages import edit, errors_of, page

pytestmark = pytest.mark.django_db


def test_one_department_in_two_spellings_is_an_error_of_the_form(staff, department):
    empty = {"aliases-TOTAL_FORMS": 0, "aliases-INITIAL_FORMS": 0}

    response = staff.post(page(Department, "add"), {"name": "IŞIKLAR DAİRESİ BAŞKANLIĞI"} | empty)
    assert errors_of(response)
    response = staff.post(page(Department, "add"), {"name": "?!"} | empty)
    assert errors_of(response)


def test_an_alias_leads_to_one_unit(staff, department):
    other = Institution.objects.create(name="ASHİM")
    Alias.objects.create(institution=other, text="Işık")

    _response, errors = edit(staff, department, aliases__TOTAL_FORMS=1, aliases__0__text="ışık")
    assert errors
    _response, errors = edit(
        staff, department,
        aliases__TOTAL_FORMS=2, aliases__0__text="Nur", aliases__1__text="NUR",
    )  # fmt: skip
    assert errors


def test_a_department_is_no_branch_of_itself_nor_of_a_branch(staff, department):
    branch = Department.objects.create(name="Şube", parent=department)
    other = Department.objects.create(name="Fen İşleri")

    for parent in (department, branch, other):
        _response, errors = edit(staff, department, parent=parent.pk)
        assert errors


def test_a_unit_with_activities_is_not_deleted_and_the_page_says_so(staff, department, activity):
    response = staff.post(page(Department, "delete", department.pk), {"post": "yes"})

    assert response.status_code == 200
    assert response.context["protected"]
    assert Department.objects.filter(pk=department.pk).exists()
