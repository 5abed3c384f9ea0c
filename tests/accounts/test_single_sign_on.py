"""Signing in with the municipality's account, against a provider that runs beside the test."""

import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client

from accounts.models import User
from activities.models import Municipality
from tests.accounts.provider import CLIENT, SECRET, running
from tests.factories import make_user
from yeap import environment

pytestmark = pytest.mark.django_db


@pytest.fixture
def provider(settings, monkeypatch):
    with running() as found:
        monkeypatch.setenv("OIDC_ISSUER", found.url)
        monkeypatch.setenv("OIDC_CLIENT_ID", CLIENT)
        monkeypatch.setenv("OIDC_CLIENT_SECRET", SECRET)
        settings.SOCIALACCOUNT_PROVIDERS = {
            "openid_connect": environment.openid_connect(trial=True)
        }
        found.claims = {"sub": "4711", "email": "ayse@example.org", "email_verified": True}
        yield found


@pytest.fixture
def ayse():
    person = make_user(username="ayse", email="Ayse@example.org")
    person.set_unusable_password()
    person.save()
    return person


def sign_in(client, wanted="/accounts/"):
    """Go the way that a browser goes; return the last answer."""
    page = client.get("/accounts/login/", {"next": wanted})
    there = client.get(page.context["sso"])
    assert there.status_code == 302, there.text
    back = requests.get(there.url, allow_redirects=False, timeout=10).headers["Location"]
    return client.get(back.replace("http://testserver", ""))


def test_an_invited_person_is_known_by_her_address(client, provider, ayse):
    assert sign_in(client).url == "/accounts/"
    assert client.get("/accounts/").wsgi_request.user == ayse
    account = SocialAccount.objects.get()
    assert (account.user, account.uid, account.extra_data) == (ayse, "4711", {})


def test_she_stays_the_same_when_her_address_changes_there(client, provider, ayse):
    sign_in(client)
    provider.claims["email"] = "evlendi@example.org"
    other = Client()
    assert sign_in(other).url == "/accounts/"
    assert other.get("/accounts/").wsgi_request.user == ayse


def test_nobody_makes_herself_an_account(client, provider):
    answer = sign_in(client)
    assert answer.status_code == 403
    assert "Burada henüz hesabınız yok" in answer.text
    assert not User.objects.exists()


def test_an_address_that_is_not_vouched_for_opens_nothing(client, provider, ayse, settings):
    for claim in ({"email_verified": False}, {"email_verified": None}):
        provider.claims |= claim
        assert sign_in(client).status_code == 403
    # The municipality's own directory often says nothing of it and gives no wrong ones.
    settings.OIDC_TRUST_EMAIL = True
    assert sign_in(client).url == "/accounts/"


def test_an_address_of_two_people_means_neither(client, provider, ayse):
    make_user(email="ayse@example.org")
    assert sign_in(client).status_code == 403


def test_a_closed_account_stays_closed(client, provider, ayse):
    sign_in(client)
    ayse.is_active = False
    ayse.save()
    other = Client()
    assert sign_in(other).url == "/accounts/inactive/"
    assert other.get("/accounts/").status_code == 302
    SocialAccount.objects.all().delete()
    assert sign_in(Client()).status_code == 403


def test_accounts_are_made_where_the_setting_says_so_and_only_read(client, provider, settings):
    settings.OIDC_CREATE_ACCOUNTS = True
    municipality = Municipality.objects.the_only()
    provider.claims |= {"given_name": "Ayşe", "groups": ["administrator"]}
    sign_in(client)
    person = User.objects.get()
    assert (person.email, person.first_name) == ("ayse@example.org", "Ayşe")
    [membership] = person.memberships.all()
    assert (membership.municipality, membership.role) == (municipality, "reader")
    assert not person.is_staff and not person.groups.exists()


def test_a_token_that_somebody_else_signed_is_refused(client, provider, ayse):
    provider.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    answer = sign_in(client)
    assert "sizi içeri almadı" in answer.text
    assert client.get("/accounts/").status_code == 302


def test_a_token_for_another_application_is_refused(client, provider, ayse):
    provider.audience = "baska"
    assert "sizi içeri almadı" in sign_in(client).text


def test_an_answer_nobody_asked_for_is_refused(client, provider, ayse):
    answer = client.get("/accounts/sso/municipality/back/", {"code": "x", "state": "y"})
    assert "sizi içeri almadı" in answer.text


def test_a_provider_that_is_away_leaves_passwords_working(client, settings, monkeypatch):
    make_user(username="fatma")
    monkeypatch.setenv("OIDC_ISSUER", "http://127.0.0.1:1")
    monkeypatch.setenv("OIDC_CLIENT_ID", CLIENT)
    monkeypatch.setenv("OIDC_CLIENT_SECRET", SECRET)
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": environment.openid_connect(trial=True)}
    page = client.get("/accounts/login/")
    assert "sizi içeri almadı" in client.get(page.context["sso"]).text
    typed = {"username": "fatma", "password": "parola-12345"}
    assert client.post("/accounts/login/", typed).status_code == 302


def test_her_password_is_kept_elsewhere(client, provider, ayse):
    sign_in(client)
    page = client.get("/accounts/")
    assert "/accounts/password/" not in page.content.decode().split("<main")[1]
    assert "belediyenizin hesabıyla" in page.text.lower()
    assert client.get("/accounts/password/", follow=True).redirect_chain[-1][0] == "/accounts/"


def test_a_second_step_asked_there_is_enough_where_the_setting_says_so(
    client, provider, ayse, settings
):
    settings.SECOND_FACTOR_FOR = ["administrator"]
    ayse.is_superuser = True
    ayse.save()
    sign_in(client)
    assert client.get("/entry/").url == "/accounts/"
    settings.OIDC_ASKS_SECOND_FACTOR = True
    assert client.get("/entry/").status_code in (200, 302)
    assert client.get("/imports/").status_code == 200


def test_without_a_provider_nothing_of_it_shows(client):
    assert "sso" not in client.get("/accounts/login/").text


@pytest.mark.parametrize(
    ("issuer", "secret", "named"),
    [
        ("http://kimlik.example.org", "x", "OIDC_ISSUER"),
        ("kimlik.example.org", "x", "OIDC_ISSUER"),
        ("https://kimlik.example.org", "", "OIDC_CLIENT_SECRET"),
    ],
)
def test_what_is_missing_stops_the_start(monkeypatch, issuer, secret, named):
    monkeypatch.setenv("OIDC_ISSUER", issuer)
    monkeypatch.setenv("OIDC_CLIENT_ID", CLIENT)
    monkeypatch.setenv("OIDC_CLIENT_SECRET", secret)
    with pytest.raises(environment.SettingMissing, match=named):
        environment.openid_connect(trial=False)
