"""Signing in is slowed down, and nobody can keep its owner out of an account."""

import datetime

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from accounts import throttle
from accounts.records import SlowedAttempts
from tests.factories import make_user

pytestmark = pytest.mark.django_db

LOGIN = "/accounts/login/"
RIGHT, WRONG = "parola-12345", "yanlis"


def sign_in(client, who, password=RIGHT, address="203.0.113.7"):
    return client.post(LOGIN, {"username": who, "password": password}, REMOTE_ADDR=address)


def attack(who, times, address="198.51.100.1"):
    """Try wrong passwords from a browser without cookies; return the last answer."""
    for _attempt in range(times):
        answer = sign_in(Client(), who, WRONG, address)
    return answer


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """A clock that goes on only when it is told: no test may depend on how fast it runs."""
    moment = [timezone.now()]
    monkeypatch.setattr(timezone, "now", lambda: moment[0])

    def go_on(**passed):
        moment[0] += datetime.timedelta(**passed)

    return go_on


@pytest.mark.parametrize(
    ("count", "seconds"),
    [(1, 0), (4, 0), (5, 2), (6, 4), (9, 32), (13, 512), (14, 900), (999, 900)],
)
def test_waits_double_up_to_a_quarter_of_an_hour(count, seconds):
    assert throttle.ACCOUNT.wait(count) == seconds


def test_the_first_wrong_passwords_are_free():
    make_user(username="ayse")
    answer = attack("ayse", throttle.ACCOUNT.free - 1)
    assert answer.status_code == 200
    assert sign_in(Client(), "ayse").status_code == 302


def test_then_one_has_to_wait_even_with_the_right_password():
    make_user(username="ayse")
    attack("ayse", throttle.ACCOUNT.free)
    answer = sign_in(Client(), "ayse")
    assert answer.status_code == 429
    assert "Çok fazla yanlış deneme" in answer.text
    assert "saniye" in answer.text


def test_an_attempt_during_the_wait_does_not_make_it_longer(clock):
    person = make_user(username="ayse")
    attack("ayse", throttle.ACCOUNT.free)
    attack("ayse", 50)
    clock(seconds=3)
    assert sign_in(Client(), "ayse").status_code == 302
    assert person.pk not in throttle.slowed_people()


def test_a_name_that_nobody_has_is_slowed_like_any_other():
    make_user(username="ayse")
    told = [attack(who, throttle.ACCOUNT.free + 1, "192.0.2.9").text for who in ("ayse", "yok")]
    assert told[0].count("Çok fazla yanlış deneme") == told[1].count("Çok fazla yanlış deneme") == 1


def test_user_name_and_address_are_one_account():
    make_user(username="ayse", email="ayse@example.org")
    attack("ayse", 3)
    attack("AYSE@example.org", 2)
    assert sign_in(Client(), "ayse").status_code == 429


def test_many_addresses_do_not_make_guessing_faster():
    make_user(username="ayse")
    answers = [attack("ayse", 1, f"198.51.100.{number}") for number in range(20)]
    assert [answer.status_code for answer in answers].count(200) == throttle.ACCOUNT.free


def test_one_address_does_not_guess_at_many_accounts():
    for number in range(throttle.ADDRESS.free + 5):
        answer = attack(f"kisi-{number}", 1)
    assert answer.status_code == 429
    make_user(username="ayse")
    assert sign_in(Client(), "ayse", address="198.51.100.1").status_code == 429
    assert sign_in(Client(), "ayse", address="198.51.100.2").status_code == 302


def test_of_ipv6_a_household_counts_as_one():
    assert throttle.network("2001:db8:1:2:3::4") == throttle.network("2001:db8:1:2::9")
    assert throttle.network("2001:db8:1:2::9") != throttle.network("2001:db8:1:3::9")


def test_who_has_an_account_does_not_clear_what_her_address_has_tried():
    make_user(username="ici")
    for number in range(throttle.ADDRESS.free - 1):
        attack(f"kisi-{number}", 1)
    sign_in(Client(), "ici", address="198.51.100.1")
    attack("biri", 1)
    assert attack("biri", 1).status_code == 429


# --- The attack on the deadline day (nobody is kept out of her own account) ---------------------


def test_the_owner_gets_in_from_her_own_browser_whatever_others_do():
    make_user(username="ayse")
    own = Client()
    assert sign_in(own, "ayse").status_code == 302
    own.post("/accounts/logout/")

    attack("ayse", 60)

    assert sign_in(Client(), "ayse").status_code == 429
    assert sign_in(own, "ayse").status_code == 302


def test_the_owner_gets_in_by_e_mail_from_any_browser(settings):
    make_user(username="ayse", email="ayse@example.org")
    attack("ayse", 60)
    browser = Client()
    refused = sign_in(browser, "ayse")
    assert "/accounts/password/reset/" in refused.text

    browser.post("/accounts/password/reset/", {"email": "ayse@example.org"})
    [letter] = mail.outbox
    link = next(line for line in letter.body.splitlines() if settings.SITE_URL in line)
    form = browser.get(link.removeprefix(settings.SITE_URL), follow=True)
    password = {"password1": "kedi-masa-49-dolap", "password2": "kedi-masa-49-dolap"}
    answer = browser.post(form.context["action_url"], password)

    assert answer.url == "/"
    assert browser.get("/accounts/").status_code == 200
    # From now on this browser is one of hers.
    browser.post("/accounts/logout/")
    attack("ayse", 20)
    assert sign_in(browser, "ayse", "kedi-masa-49-dolap").status_code == 302


def test_a_known_browser_is_slowed_in_a_count_of_its_own(clock):
    make_user(username="ayse")
    own, other = Client(), Client()
    for browser in (own, other):
        sign_in(browser, "ayse")
        browser.post("/accounts/logout/")
    for _attempt in range(throttle.OWN_BROWSER.free):
        sign_in(own, "ayse", WRONG)
    assert sign_in(own, "ayse").status_code == 429
    assert sign_in(other, "ayse").status_code == 302
    clock(seconds=3)
    assert sign_in(own, "ayse").status_code == 302


def test_a_browser_known_to_one_person_is_a_stranger_to_another():
    make_user(username="ayse")
    make_user(username="fatma")
    browser = Client()
    sign_in(browser, "fatma")
    browser.post("/accounts/logout/")
    attack("ayse", throttle.ACCOUNT.free)
    assert sign_in(browser, "ayse").status_code == 429


def test_a_cookie_that_was_not_made_here_is_worth_nothing(settings):
    make_user(username="ayse")
    browser = Client()
    sign_in(browser, "ayse")
    browser.post("/accounts/logout/")
    cookie = browser.cookies[settings.KNOWN_BROWSER_COOKIE_NAME]
    assert cookie["httponly"] and cookie["samesite"] == "Lax"
    browser.cookies[settings.KNOWN_BROWSER_COOKIE_NAME] = cookie.value[:-1] + "x"
    attack("ayse", throttle.ACCOUNT.free)
    assert sign_in(browser, "ayse").status_code == 429


# --- What is kept ------------------------------------------------------------------------------


def test_counts_name_nobody_and_are_forgotten_after_a_day(clock):
    make_user(username="ayse")
    attack("ayse", 6)
    for row in SlowedAttempts.objects.all():
        assert "ayse" not in row.key and "198.51" not in row.key
    clock(hours=25)
    assert attack("ayse", throttle.ACCOUNT.free - 1).status_code == 200
    assert SlowedAttempts.objects.count() == 2


def test_an_operator_lets_one_person_or_everybody_try_again(capsys):
    make_user(username="ayse", email="ayse@example.org")
    make_user(username="fatma")
    for who in ("ayse", "fatma"):
        attack(who, throttle.ACCOUNT.free)

    call_command("unlock", "ayse@example.org")
    assert sign_in(Client(), "ayse").status_code == 302
    assert sign_in(Client(), "fatma").status_code == 429

    call_command("unlock")
    assert sign_in(Client(), "fatma").status_code == 302
    with pytest.raises(CommandError, match="yok"):
        call_command("unlock", "yok")
