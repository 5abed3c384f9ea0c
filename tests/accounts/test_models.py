import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone

from accounts.memberships import end, put
from accounts.models import Membership, User
from accounts.rights import ADMINISTRATOR, REVIEWER, Right, enter
from accounts.roles import OWN_APPS, RoleBackend
from activities.models import Municipality
from tests.factories import constraints_of, give_units, make_department, make_user, trips

pytestmark = pytest.mark.django_db


# --- What administrators may do in the administration ------------------------------------------


def permissions_of(role):
    return RoleBackend().get_all_permissions(make_user(role))


def test_an_administrator_may_change_everything_of_a_municipality():
    given = permissions_of(ADMINISTRATOR)
    wanted = {
        f"{app}.{codename}"
        for app, model, codename in Permission.objects.filter(
            content_type__app_label__in=OWN_APPS
        ).values_list("content_type__app_label", "content_type__model", "codename")
        if not model.startswith("historical") and model != "municipality"
    }
    assert given >= wanted
    assert "indicators.change_realization" in wanted
    assert "activities.change_municipality" in given
    assert not {"activities.add_municipality", "activities.delete_municipality"} & given


def test_an_administrator_can_read_history_and_not_change_it():
    history = {name for name in permissions_of(ADMINISTRATOR) if "_historical" in name}
    assert "indicators.view_historicalrealization" in history
    assert {name.split(".")[1].split("_")[0] for name in history} == {"view"}


def test_an_administrator_has_no_permission_on_groups():
    assert {name.split(".")[0] for name in permissions_of(ADMINISTRATOR)} == set(OWN_APPS)


@pytest.mark.parametrize("role", ["", REVIEWER])
def test_nobody_else_may_change_anything_in_the_administration(role):
    assert permissions_of(role) == set()


def test_who_stands_nowhere_and_who_is_inactive_has_no_permission():
    person = make_user(ADMINISTRATOR)
    person.stands_in = None
    assert RoleBackend().get_all_permissions(person) == set()
    gone = make_user(ADMINISTRATOR, is_active=False)
    assert RoleBackend().get_all_permissions(gone) == set()


# --- Roles -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "reviews", "administers"),
    [
        pytest.param("", False, False, id="nobody in particular"),
        pytest.param(REVIEWER, True, False, id="reviewer"),
        pytest.param(ADMINISTRATOR, True, True, id="administrator"),
    ],
)
def test_memberships_make_reviewers_and_administrators(role, reviews, administers):
    user = make_user(role)
    assert (user.may(Right.REVIEW), user.may(Right.ADMINISTER)) == (reviews, administers)
    assert user.may(Right.SEE_DRAFTS, make_department().pk) is reviews


def test_a_superuser_is_an_administrator():
    assert make_user(is_superuser=True).may(Right.ADMINISTER)


def test_a_coordinator_answers_for_her_units_and_their_branches():
    department, other = make_department(), make_department()
    branch = make_department(parent=department)
    user = make_user(departments=[department])

    assert user.unit_ids == {department.pk, branch.pk}
    assert user.may(Right.SEE_DRAFTS, branch.pk)
    assert not user.may(Right.SEE_DRAFTS, other.pk)


def test_a_branchs_coordinator_does_not_answer_for_the_department():
    department = make_department()
    user = make_user(departments=[make_department(parent=department)])
    assert not user.may(Right.SEE_DRAFTS, department.pk)


# --- History -----------------------------------------------------------------------------------


def test_logging_in_writes_no_history(client):
    user = make_user()
    before = user.history.count()

    client.force_login(user)

    user.refresh_from_db()
    assert user.last_login is not None
    assert user.history.count() == before


def test_a_new_person_is_in_the_history():
    assert make_user().history.filter(history_type="+").count() == 1


def test_a_changed_person_is_in_the_history():
    user = make_user()
    user.last_name = "Yılmaz"
    user.save()
    assert user.history.latest().last_name == "Yılmaz"


def test_a_change_after_a_login_is_in_the_history():
    user = make_user()
    user.last_login = timezone.now()
    user.save(update_fields=["last_login"])
    user.last_name = "Yılmaz"
    user.save()
    assert user.history.filter(last_name="Yılmaz").exists()


def test_a_persons_history_holds_no_password():
    fields = {field.name for field in User.history.model._meta.get_fields()}
    assert "username" in fields
    assert not fields & {"password", "last_login"}


def test_units_given_to_a_person_are_in_the_history():
    user = make_user()
    department = make_department()
    give_units(user, department)
    latest = user.memberships.get().history.latest()
    assert [row.department for row in latest.units.all()] == [department]


def test_a_person_is_placed_once_in_a_municipality_and_what_stays_leaves_no_history():
    person, department = make_user(), make_department()
    municipality = department.municipality
    put(person, municipality, role=REVIEWER, units=[department])
    before = person.memberships.get().history.count()

    put(person, municipality, role=REVIEWER, units=[department])

    assert person.memberships.get().history.count() == before
    with trips(constraints_of("accounts")["membership_once_a_municipality"]):
        Membership.objects.create(person=person, municipality=municipality)


def test_nobody_is_given_a_unit_of_another_municipality():
    person = make_user()
    other = make_department(municipality=Municipality.objects.create(name="Adana"))
    with pytest.raises(ValueError, match="another municipality"):
        put(person, person.memberships.get().municipality, units=[other])


def test_who_leaves_a_municipality_keeps_her_account_and_her_other_place():
    person = make_user(REVIEWER)
    here = person.memberships.get().municipality
    there = Municipality.objects.create(name="Adana")
    put(person, there, role=ADMINISTRATOR)

    end(person, here, by=None, reason="Ayrıldı")

    assert person.standing.roles == {there.pk: ADMINISTRATOR}
    assert User.objects.filter(pk=person.pk, is_active=True).exists()


# --- Where a person stands -----------------------------------------------------------------------


def test_rights_are_those_of_the_municipality_where_a_person_stands():
    person = make_user(REVIEWER)
    here = person.memberships.get().municipality
    there = Municipality.objects.create(name="Adana")
    unit = make_department(municipality=there)
    put(person, there, units=[unit])

    assert person.may(Right.REVIEW) and not person.may(Right.RECALL, unit.pk)
    assert enter(person, there)
    assert not person.may(Right.REVIEW)
    assert person.may(Right.RECALL, unit.pk)
    assert not person.may(Right.RECALL, make_department(municipality=here).pk)


def test_who_stands_nowhere_or_where_she_does_not_belong_may_do_nothing():
    person = make_user(ADMINISTRATOR)
    foreign = Municipality.objects.create(name="Adana")
    assert not enter(person, foreign)
    assert not any(person.rights.values())
    person.stands_in = None
    assert not any(person.rights.values())
