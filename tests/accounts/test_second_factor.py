"""The second step: an app's codes, recovery codes, and who must have it."""

import base64
import hashlib
import hmac
import struct
import time

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.management import call_command
from django.test import Client

from accounts import second_factor, throttle
from tests.factories import make_user

pytestmark = pytest.mark.django_db

LOGIN, STEP = "/accounts/login/", "/accounts/second-step/enter/"
PASSWORD = "parola-12345"


def code_of(secret, *, step=0):
    """Return the code that an app would show (RFC 6238): SHA-1, 30 seconds, six figures."""
    counter = struct.pack(">Q", int(time.time()) // 30 + step)
    digest = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    start = digest[-1] & 15
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**6:06}"


def sign_in(client, who):
    return client.post(LOGIN, {"username": who, "password": PASSWORD})


def again(client):
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})


def set_up_app(client):
    """Switch an app on as its owner does; return its secret."""
    again(client)
    page = client.get("/accounts/second-step/app/")
    secret = page.context["form"].secret
    answer = client.post("/accounts/second-step/app/", {"code": code_of(secret)})
    assert answer.url == "/accounts/second-step/codes/"
    return secret


@pytest.fixture
def person():
    return make_user(username="ayse", email="ayse@example.org")


@pytest.fixture
def owner(client, person):
    sign_in(client, "ayse")
    return client


def test_setting_up_an_app_shows_picture_and_key_and_then_recovery_codes(
    owner, person, django_capture_on_commit_callbacks
):
    again(owner)
    page = owner.get("/accounts/second-step/app/")
    assert "<svg aria-hidden" in page.text and "data:image" not in page.text
    with django_capture_on_commit_callbacks(execute=True):
        secret = set_up_app(owner)
    codes = owner.get("/accounts/second-step/codes/")
    assert len(codes.context["unused_codes"]) == 10
    assert codes.context["unused_codes"][0] in codes.text
    assert "uygulama kuruldu" in mail.outbox[-1].body
    assert secret not in str(Authenticator.objects.values_list("data", flat=True))


def test_nothing_is_changed_without_asking_for_the_password_again(owner):
    for path in ("second-step/app/", "passkeys/add/", "second-step/codes/new/"):
        answer = owner.get(f"/accounts/{path}")
        assert answer.url.startswith("/accounts/reauthenticate/?next=")


def test_after_the_password_the_code_is_asked_for(owner):
    secret = set_up_app(owner)
    browser = Client()
    answer = browser.post(LOGIN, {"username": "ayse", "password": PASSWORD, "next": "/public/"})
    assert answer.url == STEP
    assert browser.get("/accounts/").status_code == 302
    assert "Uygulamanızın gösterdiği kodu yazın" in browser.get(STEP).text
    assert browser.post(STEP, {"code": code_of(secret, step=1)}).url == "/public/"
    assert browser.get("/accounts/").status_code == 200


def test_a_recovery_code_works_once(owner):
    set_up_app(owner)
    code = owner.get("/accounts/second-step/codes/").context["unused_codes"][0]
    first, second = Client(), Client()
    sign_in(first, "ayse")
    assert first.post(STEP, {"code": code}).url == "/"
    sign_in(second, "ayse")
    assert "Kod doğru değil" in second.post(STEP, {"code": code}).text


def test_guessing_codes_is_slowed_down(owner):
    secret = set_up_app(owner)
    browser = Client()
    sign_in(browser, "ayse")
    for _attempt in range(throttle.CODE.free):
        browser.post(STEP, {"code": "000000"})
    assert "Çok fazla yanlış deneme" in browser.post(STEP, {"code": code_of(secret, step=1)}).text


def test_the_file_of_codes_says_what_it_is(owner):
    set_up_app(owner)
    answer = owner.get("/accounts/second-step/codes.txt")
    assert answer.text.startswith("YEAP İzleme kurtarma kodları")
    assert len(answer.text.split("\n\n")[1].split()) == 10


def test_an_app_is_taken_away_by_its_owner(owner, person):
    set_up_app(owner)
    assert owner.post("/accounts/second-step/app/off/").url == "/accounts/second-step/"
    assert not Authenticator.objects.filter(user=person).exists()
    assert sign_in(Client(), "ayse").url == "/"


def test_codes_of_an_earlier_secret_key_still_open(owner, settings):
    secret = set_up_app(owner)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "x" * 50
    browser = Client()
    sign_in(browser, "ayse")
    assert browser.post(STEP, {"code": code_of(secret, step=1)}).url == "/"


def test_the_operator_gives_a_way_back_to_who_has_lost_everything(owner, person):
    set_up_app(owner)
    call_command("unlock", "ayse", second_factor=True)
    assert sign_in(Client(), "ayse").url == "/"
    assert "işletmeni kaldırdı" in mail.outbox[-1].body


# --- Who must have one -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "required", "must"),
    [
        ("administrator", [], False),
        ("administrator", ["administrator", "reviewer"], True),
        ("reviewer", ["administrator", "reviewer"], True),
        ("reviewer", ["administrator"], False),
        ("", ["administrator", "reviewer"], False),
    ],
)
def test_it_is_asked_of_the_roles_of_the_setting(settings, role, required, must):
    settings.SECOND_FACTOR_FOR = required
    assert second_factor.required_for(make_user(role)) is must


def test_who_must_have_one_sets_it_up_before_anything_else(settings, client):
    settings.SECOND_FACTOR_FOR = ["reviewer"]
    make_user("reviewer", username="inceleme")
    sign_in(client, "inceleme")
    for path in ("/", "/entry/", "/imports/"):
        assert client.get(path).url == "/accounts/"
    assert "ikinci bir adım gerektiriyor" in client.get("/accounts/").text
    assert client.get("/public/").status_code == 200

    set_up_app(client)
    assert client.get("/").status_code == 200
    assert "Göreviniz ikinci bir adım" in client.get("/accounts/second-step/app/off/").text
    client.post("/accounts/second-step/app/off/")
    assert second_factor.has_one(client.get("/accounts/").wsgi_request.user)


def test_once_it_is_set_up_no_page_asks_the_database_for_it(
    settings, client, django_assert_max_num_queries
):
    settings.SECOND_FACTOR_FOR = ["reviewer"]
    make_user("reviewer", username="inceleme")
    sign_in(client, "inceleme")
    set_up_app(client)
    client.get("/entry/")
    with django_assert_max_num_queries(99) as asked:
        client.get("/entry/")
    settings.SECOND_FACTOR_FOR = []
    with django_assert_max_num_queries(99) as not_asked:
        client.get("/entry/")
    assert len(asked) == len(not_asked)


# --- Sessions ----------------------------------------------------------------------------------


FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


def test_a_person_sees_where_she_is_signed_in_and_ends_it(owner, person):
    other = Client(headers={"user-agent": FIREFOX})
    sign_in(other, "ayse")
    page = owner.get("/accounts/")
    assert "Firefox · Windows" in page.text
    [there] = [one.pk for one in page.context["sessions"] if not one.is_here]

    owner.post("/accounts/sessions/end/", {"session": there})

    assert other.get("/accounts/").status_code == 302
    assert len(owner.get("/accounts/").context["sessions"]) == 1


def test_all_other_sessions_are_ended_at_once(owner):
    others = [Client(), Client()]
    for other in others:
        sign_in(other, "ayse")
    owner.post("/accounts/sessions/end/")
    assert [other.get("/accounts/").status_code for other in others] == [302, 302]
    assert owner.get("/accounts/").status_code == 200


def test_nobody_ends_anothers_session(owner):
    make_user(username="fatma")
    other = Client()
    sign_in(other, "fatma")
    [theirs] = [one.pk for one in other.get("/accounts/").context["sessions"]]
    owner.post("/accounts/sessions/end/", {"session": theirs})
    owner.post("/accounts/sessions/end/")
    assert other.get("/accounts/").status_code == 200


def test_what_a_new_password_has_ended_is_not_shown_any_more(owner):
    sign_in(Client(), "ayse")
    new = {"password1": "kedi-masa-49-dolap", "password2": "kedi-masa-49-dolap"}
    owner.post("/accounts/password/", {"oldpassword": PASSWORD, **new})
    assert [one.is_here for one in owner.get("/accounts/").context["sessions"]] == [True]
