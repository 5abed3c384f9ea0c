"""People: which tasks an administrator gives, and which not."""

import datetime

import pytest
from django.contrib.auth.models import Group, Permission
from django.core import mail
from django.test import Client

from accounts import throttle
from accounts.models import User
from accounts.records import SlowedAttempts
from accounts.rights import ADMINISTRATOR
from tests.administration.pages import BACKEND, edit, errors_of, page
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def without_password(**given):
    person = make_user(**given)
    person.set_unusable_password()
    person.save()
    return person


def person_data(**data):
    return {
        "username": "kisi",
        "is_active": "on",
        "first_name": "",
        "last_name": "",
        "email": "",
        "role": "reader",
    } | data


def test_an_administrator_makes_a_coordinator(staff, department):
    staff.post(
        page(User, "add"),
        {
            "username": "koordinator", "email": "koordinator@example.org", "invited": "on",
            "role": "reader", "units": [department.pk],
        },
    )  # fmt: skip

    person = User.objects.get(username="koordinator")
    assert list(person.units) == [department]
    [membership] = person.memberships.all()
    assert (membership.role, membership.municipality) == ("reader", department.municipality)
    assert membership.history.latest().history_user.username == "yonetici"
    assert not person.has_usable_password()
    assert [letter.to for letter in mail.outbox] == [["koordinator@example.org"]]


def test_an_administrator_neither_types_nor_sees_a_password(staff):
    person = make_user(username="kisi")
    for address in (page(User, "add"), page(User, "change", person.pk)):
        form = staff.get(address).context["adminform"].form
        assert not [name for name in form.fields if "password" in name]

    staff.post(page(User, "change", person.pk), person_data(password="x", password1="x"))
    typed = {"usable_password": "true", "password1": "yeni-parola", "password2": "yeni-parola"}
    answer = staff.post(f"/admin/accounts/user/{person.pk}/password/", typed, follow=True)

    assert answer.status_code == 404 or "password1" not in answer.text
    person.refresh_from_db()
    assert person.check_password("parola-12345")


def test_who_is_invited_needs_an_address(staff):
    assert errors_of(
        staff.post(page(User, "add"), {"username": "kisi", "role": "reader", "invited": "on"})
    )
    staff.post(page(User, "add"), {"username": "kisi", "role": "reader"})
    assert User.objects.filter(username="kisi").exists()
    assert not mail.outbox


def test_many_are_invited_at_once_and_the_list_tells_of_each(staff):
    fresh = without_password(username="yeni", email="yeni@example.org")
    there = make_user(username="var", email="var@example.org")
    without_password(username="adressiz")

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


def test_who_is_made_an_administrator_finds_the_administration_open(staff):
    person = make_user(username="kisi")
    address = page(User, "change", person.pk)
    hers = Client()
    hers.force_login(person, backend=BACKEND)

    assert hers.get(page(User, "changelist"), follow=True).status_code == 403
    staff.post(address, person_data(role=ADMINISTRATOR))
    assert hers.get(page(User, "changelist")).status_code == 200

    staff.post(address, person_data())
    assert hers.get(page(User, "changelist"), follow=True).status_code == 403


def test_an_administrator_makes_nobody_a_superuser(staff):
    person = make_user(username="kisi")
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


def test_an_administrator_gives_no_group_of_djangos(staff):
    person = make_user(username="kisi")
    strong = Group.objects.create(name="guclu")

    staff.post(page(User, "change", person.pk), person_data(groups=[strong.pk], role="reviewer"))

    assert not person.groups.exists()
    assert person.memberships.get().role == "reviewer"


def test_a_task_that_does_not_exist_is_refused(staff):
    person = make_user(username="kisi")
    assert errors_of(staff.post(page(User, "change", person.pk), person_data(role="operator")))
    assert person.memberships.get().role == "reader"


def test_nobody_locks_herself_out(staff, administrator):
    address = page(User, "change", administrator.pk)

    assert errors_of(staff.post(address, person_data(username="yonetici")))
    data = person_data(username="yonetici", role=ADMINISTRATOR)
    del data["is_active"]
    assert errors_of(staff.post(address, data))


def test_who_has_been_here_is_kept(staff):
    person = make_user(
        username="kisi", last_login=datetime.datetime(2025, 1, 1, tzinfo=datetime.UTC)
    )

    staff.post(page(User, "delete", person.pk), {"post": "yes"})

    assert User.objects.filter(pk=person.pk).exists()


def test_a_slowed_person_may_try_at_once(staff):
    person = make_user(username="kisi")
    make_user(username="baska")
    visitor = Client()
    for _attempt in range(throttle.ACCOUNT.free):
        visitor.post("/accounts/login/", {"username": "kisi", "password": "yanlis"})
    slowed = staff.get(page(User, "changelist"), {"locked": "yes"}).context["cl"].result_list
    assert list(slowed) == [person]

    staff.post(page(User, "changelist"), {"action": "unlock", "_selected_action": person.pk})

    assert SlowedAttempts.objects.count() == 1  # of the address, which is not hers alone
    answer = visitor.post("/accounts/login/", {"username": "kisi", "password": "parola-12345"})
    assert answer.status_code == 302


def test_whether_a_person_gets_reminders_is_set_on_her_page(staff):
    person = make_user(username="kisi")

    edit(staff, person, wants_reminders="")

    person.refresh_from_db()
    assert person.wants_reminders is False
