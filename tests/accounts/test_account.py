"""A person's own page, and the link that turns off optional e-mails without signing in."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts import mail_off
from accounts.rights import ADMINISTRATOR, REVIEWER
from tests.factories import make_department, make_user

pytestmark = pytest.mark.django_db


def open_page(person, language="tr"):
    client = Client()
    client.force_login(person)
    client.cookies["django_language"] = language
    return client, client.get(reverse("account"))


# --- The page, by role -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "coordinates", "told"),
    [
        pytest.param("", False, ["okur:"], id="reader"),
        pytest.param("", True, ["birim koordinatörü:"], id="coordinator"),
        pytest.param(REVIEWER, False, ["inceleme:"], id="reviewer"),
        pytest.param(REVIEWER, True, ["inceleme:", "birim koordinatörü:"], id="both"),
        pytest.param(ADMINISTRATOR, False, ["yönetici:"], id="administrator"),
    ],
)
def test_the_page_says_what_a_person_is_here_for(role, coordinates, told):
    units = [make_department(name="Işıklar Dairesi")] if coordinates else []
    person = make_user(role, units, first_name="Ayşe", last_name="Çınar", email="a@example.org")

    _client, response = open_page(person)

    words = {"okur:", "birim koordinatörü:", "inceleme:", "yönetici:"}
    assert {word for word in words if word in response.text} == set(told)
    assert "Ayşe Çınar" in response.text
    assert "a@example.org" in response.text
    assert ("Işıklar Dairesi" in response.text) == coordinates


def test_a_branch_is_shown_behind_its_department():
    branch = make_department(name="Kurslar", parent=make_department(name="Kültür"))
    _client, response = open_page(make_user(departments=[branch]))
    assert "Kültür › Kurslar" in response.text


def test_a_page_names_nobody_elses_units_and_address():
    make_user(departments=[make_department(name="Öteki Birim")], email="baska@example.org")
    _client, response = open_page(make_user())
    assert "Öteki Birim" not in response.text
    assert "baska@example.org" not in response.text


def test_who_has_no_e_mail_is_told():
    _client, response = open_page(make_user())
    assert "hatırlatmalar size ulaşamaz" in response.text


def test_the_page_is_there_in_english():
    _client, response = open_page(make_user(), "en")
    assert "My account" in response.text
    assert 'lang="en"' in response.text


def test_every_page_leads_to_it_and_it_leads_to_the_password():
    _client, response = open_page(make_user())
    assert f'href="{reverse("account")}"' in response.text
    assert f'href="{reverse("password_change")}"' in response.text


def test_a_stranger_is_asked_to_sign_in(client):
    assert client.get(reverse("account")).url.startswith(reverse("login"))
    assert client.post(reverse("account")).url.startswith(reverse("login"))


def test_the_page_costs_the_same_for_many_units(django_assert_max_num_queries):
    person = make_user(REVIEWER, [make_department() for _ in range(8)])
    client, _response = open_page(person)
    # session, person, groups, units answered for, units with the department above, second factors,
    # own sessions
    with django_assert_max_num_queries(8):
        client.get(reverse("account"))


# --- The switch --------------------------------------------------------------------------------


def test_reminders_are_turned_off_and_on_with_history():
    person = make_user()
    client, response = open_page(person)
    assert response.text.count("checked") == 2

    client.post(reverse("account"), {})
    person.refresh_from_db()
    assert person.wants_reminders is False
    assert person.history.first().history_user == person

    client.post(reverse("account"), {"wants_reminders": "on"})
    person.refresh_from_db()
    assert person.wants_reminders is True
    assert person.wants_weekly is False


def test_saving_without_a_change_leaves_no_trace():
    person = make_user()
    client, _response = open_page(person)
    before = person.history.count()

    client.post(reverse("account"), {"wants_reminders": "on", "wants_weekly": "on"})

    assert person.history.count() == before


def test_nothing_else_of_a_person_is_changed_here():
    person = make_user(email="a@example.org")
    client, _response = open_page(person)

    client.post(
        reverse("account"),
        {"email": "b@example.org", "is_superuser": "on", "is_staff": "on", "username": "x"},
    )

    person.refresh_from_db()
    assert (person.email, person.is_superuser, person.is_staff) == ("a@example.org", False, False)


def test_the_switch_asks_for_a_csrf_token():
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user())
    assert client.post(reverse("account"), {}).status_code == 403


# --- The link in e-mails -----------------------------------------------------------------------


def test_the_link_asks_first_and_a_post_turns_reminders_off():
    person = make_user(first_name="Ayşe", email="a@example.org")
    client, link = Client(enforce_csrf_checks=True), mail_off.link(person)

    # Mail scanners open every link: that must change nothing.
    asked = client.get(link)
    person.refresh_from_db()
    assert (asked.status_code, person.wants_reminders) == (200, True)
    assert "Hatırlatmalar kapatılsın mı?" in asked.text

    # As mail programmes do it: no cookie, no token of a form.
    done = client.post(link, {"List-Unsubscribe": "One-Click"})
    person.refresh_from_db()
    assert (done.status_code, person.wants_reminders) == (200, False)
    assert "Hatırlatmalar kapatıldı" in done.text


def test_the_link_twice_changes_and_writes_nothing_more(client):
    person = make_user()
    for _ in range(2):
        assert client.post(mail_off.link(person)).status_code == 200
    assert person.history.count() == 2  # made, turned off


def test_the_link_names_nobody_and_is_kept_by_no_cache(client):
    person = make_user(username="ayse", first_name="Ayşe", email="a@example.org")
    for response in (client.get(mail_off.link(person)), client.post(mail_off.link(person))):
        for word in ("Ayşe", "ayse", "a@example.org"):
            assert word not in response.text
        assert "no-store" in response["Cache-Control"]
        assert not response.cookies


def test_what_was_not_signed_here_is_not_found(client):
    person, other = make_user(), make_user()
    token = mail_off.link(person).rstrip("/").rpartition("/")[2]
    foreign = mail_off.link(other).rstrip("/").rpartition("/")[2]
    forged = foreign.partition(":")[0] + ":" + token.partition(":")[2]
    for wrong in ("x", forged, token[:-1], "1"):
        for ask in (client.get, client.post):
            assert ask(reverse("mail_off", args=[wrong])).status_code == 404
    other.refresh_from_db()
    assert other.wants_reminders is True


def test_the_link_of_a_person_who_is_gone_is_not_found(client):
    person = make_user()
    link = mail_off.link(person)
    person.delete()
    assert client.get(link).status_code == 404
