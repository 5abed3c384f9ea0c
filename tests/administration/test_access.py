"""Who comes into the administration, and who sees nothing of it."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group

from accounts.models import User
from tests.administration.pages import BACKEND, page
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["/admin/", "/admin/activities/plan/", "/admin/login/"])
def test_a_stranger_is_sent_to_our_login(client, address):
    response = client.get(address, follow=True)

    assert response.redirect_chain[-1][0].startswith("/accounts/login/?next=/admin/")


def test_a_person_who_is_not_staff_gets_our_403_page(client):
    client.force_login(User.objects.create_user("okur"), backend=BACKEND)

    response = client.get("/admin/", follow=True)

    assert response.status_code == 403
    assert 'lang="tr"' in response.text


@pytest.mark.parametrize("model", list(admin.site._registry))
def test_who_does_not_administer_sees_and_exports_nothing(client, model):
    client.force_login(make_user("reviewer", is_staff=True), backend=BACKEND)

    assert client.get(page(model, "changelist"), follow=True).status_code == 403
    if model is not Group:
        answer = client.post(page(model, "export"), {"format": "1"}, follow=True)
        assert answer.status_code == 403


def test_the_first_page_lists_what_an_administrator_may_open(staff):
    told = staff.get("/admin/").text

    for model in admin.site._registry:
        # What only the operator may see, the administrator does not find there.
        may = staff.get(page(model, "changelist")).status_code == 200
        assert (f'href="{page(model, "changelist")}"' in told) is may, model


def test_a_staff_person_at_the_admin_login_is_sent_on(staff):
    assert staff.get("/admin/login/").url == "/admin/"


def test_administrators_do_not_see_groups(staff):
    assert staff.get(page(Group, "changelist")).status_code == 403
    assert (
        staff.get(page(Group, "change", Group.objects.create(name="misafir").pk)).status_code == 403
    )


def test_the_administration_has_no_page_of_its_own_for_a_password(staff):
    assert staff.get("/admin/password_change/").url == "/accounts/password/"
    assert staff.post("/admin/password_change/", {"new_password1": "x"}).status_code == 302
