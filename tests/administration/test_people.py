"""People: which tasks an administrator gives, and which not."""

import datetime

import pytest
from django.contrib.auth.models import Group, Permission
from django.core import mail
from django.test import Client

from accounts import throttle
from accounts.models import User
from accounts.records import SlowedAttempts
from accounts.rights import ADMINISTRATOR, REVIEWER
from tests.administration.pages import edit, errors_of, page

pytestmark = pytest.mark.django_db


def person_data(**data):
    return {
        "username": "kisi",
        "is_active": "on",
        "first_name": "",
        "last_name": "",
        "email": "",
    } | data


def test_an_administrator_makes_a_coordinator(staff, department):
    staff.post(
        page(User, "add"),
        {
            "username": "koordinator", "email": "koordinator@example.org", "invited": "on",
            "departments": [department.pk],
        },
    )  # fmt: skip

    person = User.objects.get(username="koordinator")
    assert list(person.departments.all()) == [department]
    assert not person.is_staff
    assert not person.has_usable_password()
    assert [letter.to for letter in mail.outbox] == [["koordinator@example.org"]]


def test_an_administrator_neither_types_nor_sees_a_password(staff):
    person = User.objects.create_user("kisi", password="eski-parola-burada")
    for address in (page(User, "add"), page(User, "change", person.pk)):
        form = staff.get(address).context["adminform"].form
        assert not [name for name in form.fields if "password" in name]

    staff.post(page(User, "change", person.pk), person_data(password="x", password1="x"))
    typed = {"usable_password": "true", "password1": "yeni-parola", "password2": "yeni-parola"}
    answer = staff.post(f"/admin/accounts/user/{person.pk}/password/", typed, follow=True)

    assert answer.status_code == 404 or "password1" not in answer.text
    person.refresh_from_db()
    assert person.check_password("eski-parola-burada")


def test_who_is_invited_needs_an_address(staff):
    assert errors_of(staff.post(page(User, "add"), {"username": "kisi", "invited": "on"}))
    staff.post(page(User, "add"), {"username": "kisi"})
    assert User.objects.filter(username="kisi").exists()
    assert not mail.outbox


def test_many_are_invited_at_once_and_the_list_tells_of_each(staff):
    fresh = User.objects.create(username="yeni", password="!", email="yeni@example.org")
    there = User.objects.create_user("var", "var@example.org", "parola-12345")
    User.objects.create(username="adressiz", password="!")

    answer = staff.post(
        page(User, "changelist"),
        {"action": "invite", "_selected_action": User.objects.values_list("pk", flat=True)},
        follow=True,
    )

    assert [letter.to for letter in mail.outbox] == [["yeni@example.org"]]
    assert "Bir davet gönderildi" in answer.text
    assert "adressiz: e-posta adresi yok" in answer.text
    assert f"{there.username}: parolası zaten var" in answer.text
    assert "gönderildi, şu zamana kadar geçerli:" in answer.text
    assert fresh.invitations.get().by.username == "yonetici"


def test_the_administrators_group_opens_the_administration(staff):
    person = User.objects.create(username="kisi")
    group = Group.objects.get(name=ADMINISTRATOR)
    address = page(User, "change", person.pk)

    staff.post(address, person_data(groups=[group.pk]))
    person.refresh_from_db()
    assert person.is_staff

    staff.post(address, person_data())
    person.refresh_from_db()
    assert not person.is_staff


def test_an_administrator_makes_nobody_a_superuser(staff):
    person = User.objects.create(username="kisi")
    permission = Permission.objects.get(codename="change_group")

    staff.post(
        page(User, "change", person.pk),
        person_data(is_superuser="on", is_staff="on", user_permissions=[permission.pk]),
    )

    person.refresh_from_db()
    assert not person.is_superuser and not person.is_staff
    assert not person.user_permissions.exists()


def test_an_administrator_does_not_touch_a_superuser(staff):
    chief = User.objects.create_superuser("kok", password="eski-parola-burada")

    staff.post(page(User, "change", chief.pk), person_data(username="alinan"))
    answer = staff.post(
        f"/admin/accounts/user/{chief.pk}/password/",
        {"usable_password": "true", "password1": "yeni-parola-xyz", "password2": "yeni-parola-xyz"},
    )
    staff.post(page(User, "delete", chief.pk), {"post": "yes"})

    assert answer.status_code in (302, 404)  # there is no such page
    chief.refresh_from_db()
    assert chief.username == "kok"
    assert chief.check_password("eski-parola-burada")


def test_an_administrator_gives_no_group_beyond_the_two(staff):
    person = User.objects.create(username="kisi")
    strong = Group.objects.create(name="guclu")
    reviewers = Group.objects.get(name=REVIEWER)
    address = page(User, "change", person.pk)

    assert errors_of(staff.post(address, person_data(groups=[strong.pk])))
    person.groups.add(strong)
    assert errors_of(staff.post(address, person_data(groups=[reviewers.pk])))
    staff.post(address, person_data(groups=[strong.pk, reviewers.pk]))

    assert person.groups.count() == 2


def test_nobody_locks_herself_out(staff, administrator):
    address = page(User, "change", administrator.pk)

    assert errors_of(staff.post(address, person_data(username="yonetici")))
    group = Group.objects.get(name=ADMINISTRATOR)
    data = person_data(username="yonetici", groups=[group.pk])
    del data["is_active"]
    assert errors_of(staff.post(address, data))


def test_who_has_been_here_is_kept(staff):
    person = User.objects.create(
        username="kisi", last_login=datetime.datetime(2025, 1, 1, tzinfo=datetime.UTC)
    )

    staff.post(page(User, "delete", person.pk), {"post": "yes"})

    assert User.objects.filter(pk=person.pk).exists()


def test_a_slowed_person_may_try_at_once(staff):
    person = User.objects.create_user("kisi", password="dogru-parola-1")
    User.objects.create_user("baska")
    visitor = Client()
    for _attempt in range(throttle.ACCOUNT.free):
        visitor.post("/accounts/login/", {"username": "kisi", "password": "yanlis"})
    slowed = staff.get(page(User, "changelist"), {"locked": "yes"}).context["cl"].result_list
    assert list(slowed) == [person]

    staff.post(page(User, "changelist"), {"action": "unlock", "_selected_action": person.pk})

    assert SlowedAttempts.objects.count() == 1  # of the address, which is not hers alone
    answer = visitor.post("/accounts/login/", {"username": "kisi", "password": "dogru-parola-1"})
    assert answer.status_code == 302


def test_whether_a_person_gets_reminders_is_set_on_her_page(staff):
    person = User.objects.create_user("kisi")

    edit(staff, person, wants_reminders="")

    person.refresh_from_db()
    assert person.wants_reminders is False
