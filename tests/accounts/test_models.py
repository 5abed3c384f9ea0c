import pytest
from django.contrib.auth.models import Group, Permission
from django.utils import timezone

from accounts.models import User
from accounts.rights import ADMINISTRATOR, REVIEWER, Right
from accounts.roles import OWN_APPS, grant_roles
from tests.factories import make_department, make_user

pytestmark = pytest.mark.django_db


# --- Groups and what they may do ---------------------------------------------------------------


def codenames(group):
    return set(
        Group.objects.get(name=group).permissions.values_list(
            "content_type__app_label", "content_type__model", "codename"
        )
    )


def test_migrating_makes_both_groups():
    assert set(Group.objects.values_list("name", flat=True)) >= {REVIEWER, ADMINISTRATOR}


def test_an_administrator_may_change_everything_of_ours():
    wanted = {
        (app, model, codename)
        for app, model, codename in Permission.objects.filter(
            content_type__app_label__in=OWN_APPS
        ).values_list("content_type__app_label", "content_type__model", "codename")
        if not model.startswith("historical")
    }
    assert codenames(ADMINISTRATOR) >= wanted
    assert ("indicators", "realization", "change_realization") in wanted


def test_an_administrator_can_read_history_and_not_change_it():
    history = {name for _, model, name in codenames(ADMINISTRATOR) if model.startswith("hist")}
    assert "view_historicalrealization" in history
    assert {name.split("_")[0] for name in history} == {"view"}


def test_an_administrator_has_no_permission_on_groups():
    assert {app for app, _, _ in codenames(ADMINISTRATOR)} == set(OWN_APPS)


def test_a_reviewer_may_change_nothing_in_the_administration():
    assert codenames(REVIEWER) == set()


def test_migrating_again_gives_back_what_was_taken_and_takes_what_was_given():
    before = codenames(ADMINISTRATOR)
    group = Group.objects.get(name=ADMINISTRATOR)
    group.permissions.remove(Permission.objects.get(codename="change_plan"))
    group.permissions.add(Permission.objects.get(codename="change_historicalplan"))

    grant_roles()

    assert codenames(ADMINISTRATOR) == before


# --- Roles -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "reviews", "administers"),
    [
        pytest.param("", False, False, id="nobody in particular"),
        pytest.param(REVIEWER, True, False, id="reviewer"),
        pytest.param(ADMINISTRATOR, True, True, id="administrator"),
    ],
)
def test_groups_make_reviewers_and_administrators(role, reviews, administers):
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
    user = User.objects.get(pk=make_user().pk)
    department = make_department()
    user.departments.add(department)
    latest = user.history.latest()
    assert [row.department for row in latest.departments.all()] == [department]
