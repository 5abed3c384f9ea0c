"""The table of rights: as the document tells it, as people have it, and as the SQL decides it."""

import pytest
from django.http import Http404

from accounts.rights import RIGHTS, Right, Role, enter, may_somewhere, roles_with
from activities.models import Municipality
from entry.one_line import find
from tests import factories, rulebook

TABLE = rulebook.table("Who may do what", "right", *Role)
ALLOWED = {"yes", "own units"}


def test_the_document_names_every_right_once():
    assert [line["right"] for line in TABLE] == list(Right)


@pytest.mark.parametrize("line", rulebook.lines("Who may do what", "right", *Role))
def test_a_right_is_held_by_the_roles_that_the_document_names(line):
    told = {role for role in Role if line[role] in ALLOWED}
    assert RIGHTS[Right(line["right"])] == told


def test_only_coordinators_hold_a_right_for_their_own_units_alone():
    own = {(line["right"], role) for line in TABLE for role in Role if line[role] == "own units"}
    assert {role for _right, role in own} == {Role.COORDINATOR}
    assert {line[role] for line in TABLE for role in Role} == {"yes", "own units", "–"}


def _elsewhere():
    """Return an administrator of another municipality, with a unit there."""
    there = Municipality.objects.create(name="Adana")
    unit = factories.make_department(municipality=there)
    return factories.make_user("administrator", [unit], municipality=there)


@pytest.fixture
def people(db):
    plan = factories.make_plan()
    factories.make_period(plan)
    own, other = (factories.make_department(plan, number) for number in ("1", "2"))
    branch = factories.make_department(plan, "1.1", parent=own)
    rows = {
        number: factories.make_indicator(factories.make_activity(plan, unit, "1.1.1"), target=5)
        for number, unit in (("1", own), ("1.1", branch), ("2", other))
    }
    return (
        plan,
        rows,
        {
            "reader": factories.make_user(),
            "coordinator": factories.make_user(departments=[own]),
            "of the branch": factories.make_user(departments=[branch]),
            "reviewer": factories.make_user("reviewer"),
            "administrator": factories.make_user("administrator"),
            "operator": factories.make_user(is_superuser=True),
            "administrator elsewhere": _elsewhere(),
        },
    )


WHO = (
    "reader",
    "coordinator",
    "of the branch",
    "reviewer",
    "administrator",
    "operator",
    "administrator elsewhere",
)


@pytest.mark.parametrize("who", WHO)
def test_the_sql_of_one_cell_lets_in_whom_the_table_lets_in(who, people):
    """``entry.one_line.find`` decides in its one query what ``may`` decides in Python."""
    plan, rows, persons = people
    person = persons[who]
    for number, row in rows.items():
        unit = row.activity.department_id
        enter(person, plan)
        try:
            find(person, plan.slug, factories.YEAR, number, row.pk)
        except Http404:
            came_in = False
        else:
            came_in = True
        assert came_in is person.may(Right.ENTER, unit), number


@pytest.mark.parametrize("who", WHO)
def test_templates_are_told_what_is_held_everywhere(who, people):
    person = people[2][who]
    assert person.rights == {right.value: person.may(right) for right in Right}


def test_a_coordinator_may_enter_somewhere_but_not_everywhere(people):
    coordinator, reader = people[2]["coordinator"], people[2]["reader"]
    assert not coordinator.may(Right.ENTER) and may_somewhere(coordinator, Right.ENTER)
    assert not may_somewhere(coordinator, Right.REVIEW)
    assert not may_somewhere(reader, Right.ENTER)


def test_memberships_give_the_rights_of_their_role():
    assert roles_with(Right.ENTER) == {"reviewer", "administrator"}
    assert roles_with(Right.IMPORT) == {"administrator"}
    assert roles_with(Right.READ) == {"reader", "reviewer", "administrator"}
