"""Signing in with the directory's password, against a directory that runs beside the test."""

import pytest
from django.test import Client

from accounts.models import User
from tests.factories import make_user
from yeap import environment

pytestmark = pytest.mark.django_db

WRONG = "birbirini tutmuyor"


@pytest.fixture
def connected(directory, settings, monkeypatch):
    for name, value in {
        "LDAP_URL": directory.url,
        "LDAP_SEARCH_BASE": "dc=belediye",
        "LDAP_BIND_DN": "cn=okuyan,dc=belediye",
        "LDAP_BIND_PASSWORD": "okuyan-parola",
        "LDAP_FILTER": "(&(employeeType=active)(|(uid=%(user)s)(mail=%(user)s)))",
    }.items():
        monkeypatch.setenv(name, value)
    for name, value in environment.directory(trial=True).items():
        setattr(settings, name, value)
    settings.AUTHENTICATION_BACKENDS = [
        *settings.AUTHENTICATION_BACKENDS, "accounts.directory.DirectoryBackend",
    ]  # fmt: skip
    return directory


def without_password(**given):
    person = make_user(**given)
    person.set_unusable_password()
    person.save()
    return person


def sign_in(who, password="dizin-parolasi"):
    client = Client()
    answer = client.post("/accounts/login/", {"username": who, "password": password})
    return client, answer


@pytest.mark.parametrize("typed", ["ayse", "ayse@example.org"])
def test_a_person_signs_in_with_the_directorys_password(connected, typed):
    person = without_password(username="a.cinar", email="Ayse@example.org")
    before = person.history.count()
    client, answer = sign_in(typed)
    assert answer.status_code == 302
    assert client.get("/accounts/").wsgi_request.user == person
    assert person.history.count() == before


def test_who_has_no_address_here_is_known_by_her_name(connected):
    without_password(username="ayse")
    assert sign_in("ayse")[1].status_code == 302


def test_a_wrong_password_is_refused(connected):
    without_password(username="ayse", email="ayse@example.org")
    assert WRONG in sign_in("ayse", "yanlis")[1].text


def test_who_has_left_is_refused(connected):
    without_password(username="eski", email="eski@example.org")
    assert WRONG in sign_in("eski")[1].text


def test_who_is_disabled_here_is_refused(connected):
    without_password(username="ayse", email="ayse@example.org", is_active=False)
    assert WRONG in sign_in("ayse")[1].text


def test_the_directory_makes_nobody_an_account(connected):
    assert WRONG in sign_in("ayse")[1].text
    assert not User.objects.exists()


def test_who_has_a_password_here_does_not_use_the_directorys(connected):
    make_user(username="ayse", email="ayse@example.org")
    assert WRONG in sign_in("ayse")[1].text
    assert sign_in("ayse", "parola-12345")[1].status_code == 302


def test_a_name_is_no_way_into_the_search(connected):
    without_password(username="ayse", email="ayse@example.org")
    for typed in ("*", "ayse)(uid=*", "a*"):
        assert WRONG in sign_in(typed)[1].text


def test_a_directory_that_is_away_is_said_and_own_passwords_work(connected):
    without_password(username="ayse", email="ayse@example.org")
    make_user(username="yonetici")
    connected.stop()
    assert "dizini yanıt vermiyor" in sign_in("ayse")[1].text
    assert sign_in("yonetici", "parola-12345")[1].status_code == 302
    assert WRONG in sign_in("yonetici", "yanlis")[1].text


@pytest.mark.parametrize(
    ("url", "starttls", "base", "named"),
    [
        ("ldap://dizin.example.org", "0", "dc=x", "LDAP_URL"),
        ("https://dizin.example.org", "1", "dc=x", "LDAP_URL"),
        ("ldaps://dizin.example.org", "0", "", "LDAP_SEARCH_BASE"),
    ],
)
def test_what_is_missing_stops_the_start(monkeypatch, url, starttls, base, named):
    monkeypatch.setenv("LDAP_URL", url)
    monkeypatch.setenv("LDAP_STARTTLS", starttls)
    monkeypatch.setenv("LDAP_SEARCH_BASE", base)
    with pytest.raises(environment.SettingMissing, match=named):
        environment.directory(trial=False)
