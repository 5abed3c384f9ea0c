"""An invited person sets her own password, with a link that works once and not for ever."""

import datetime

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts import invitations
from accounts.models import User
from tests.factories import make_user

pytestmark = pytest.mark.django_db

PASSWORD = "kedi-masa-49-dolap"
TYPED = {"password1": PASSWORD, "password2": PASSWORD}


@pytest.fixture
def chief():
    return make_user("administrator", username="yonetici", first_name="Sevgi", last_name="Işık")


@pytest.fixture
def guest():
    return User.objects.create(
        username="ayse", password="!", email="ayse@example.org", first_name="Ayşe"
    )


def link_in(letter, settings):
    [link] = [line for line in letter.body.splitlines() if line.startswith(settings.SITE_URL)]
    return link.removeprefix(settings.SITE_URL)


def test_she_chooses_a_password_and_is_in(client, chief, guest, settings):
    made = invitations.invite(guest, by=chief)
    [letter] = mail.outbox
    assert letter.subject == "YEAP İzleme: davetlisiniz"
    assert "Sevgi Işık sizi" in letter.body
    assert "Kullanıcı adınız: ayse" in letter.body
    assert f"{timezone.localtime(made.expires_at):%H:%M}" in letter.body

    page = client.get(link_in(letter, settings))
    assert 'value="ayse"' in page.text
    answer = client.post(link_in(letter, settings), TYPED)

    assert answer.url == "/"
    assert client.get("/accounts/").status_code == 200
    guest.refresh_from_db()
    assert guest.check_password(PASSWORD)
    made.refresh_from_db()
    assert made.accepted_at is not None


def test_opening_the_link_uses_nothing_up(client, chief, guest):
    link = invitations.link(invitations.invite(guest, by=chief))
    for _scanner in range(3):
        assert Client().get(link).status_code == 200
    assert client.post(link, TYPED).status_code == 302


def test_the_link_works_once(client, chief, guest):
    link = invitations.link(invitations.invite(guest, by=chief))
    client.post(link, TYPED)
    other = Client()
    assert "Davet artık geçerli değil" in other.get(link).text
    other.post(link, {"password1": "baska-bir-parola-7", "password2": "baska-bir-parola-7"})
    guest.refresh_from_db()
    assert guest.check_password(PASSWORD)


def test_of_two_at_the_same_moment_one_sets_the_password(chief, guest):
    made = invitations.invite(guest, by=chief)
    first, second = (invitations.invited_with(token_of(made)) for _ in range(2))
    assert invitations.accept(first, PASSWORD)
    assert not invitations.accept(second, "baska-bir-parola-7")
    guest.refresh_from_db()
    assert guest.check_password(PASSWORD)


def token_of(made):
    return invitations.link(made).rstrip("/").rpartition("/")[2]


def test_the_link_ends_after_some_days(client, chief, guest, settings, monkeypatch):
    link = invitations.link(invitations.invite(guest, by=chief))
    later = timezone.now() + datetime.timedelta(days=settings.INVITATION_DAYS, minutes=1)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert "Davet artık geçerli değil" in client.get(link).text
    client.post(link, TYPED)
    guest.refresh_from_db()
    assert not guest.has_usable_password()


def test_a_newer_invitation_ends_the_earlier(client, chief, guest):
    first = invitations.link(invitations.invite(guest, by=chief))
    second = invitations.link(invitations.invite(guest, by=chief))
    assert "Davet artık geçerli değil" in client.get(first).text
    assert client.post(second, TYPED).status_code == 302


def test_to_another_address_an_old_link_opens_nothing(client, chief, guest):
    link = invitations.link(invitations.invite(guest, by=chief))
    guest.email = "yeni@example.org"
    guest.save()
    assert "Davet artık geçerli değil" in client.get(link).text


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"is_active": False}, "hesap kapalı"),
        ({"email": ""}, "e-posta adresi yok"),
        ({"password": "md5$x$y"}, "parolası zaten var"),
    ],
)
def test_some_are_not_invited(chief, guest, given, why):
    for name, value in given.items():
        setattr(guest, name, value)
    with pytest.raises(invitations.CannotInvite, match=why):
        invitations.invite(guest, by=chief)
    assert not mail.outbox and not guest.invitations.exists()


def test_an_invitation_that_could_not_be_sent_is_not_kept(chief, guest, settings):
    first = invitations.invite(guest, by=chief)
    settings.EMAIL_BACKEND = ""
    with pytest.raises(invitations.CannotInvite, match="gönderilemedi"):
        invitations.invite(guest, by=chief)
    assert list(guest.invitations.open()) == [first]


def test_a_closed_account_is_not_opened_by_its_link(client, chief, guest):
    link = invitations.link(invitations.invite(guest, by=chief))
    guest.is_active = False
    guest.save()
    client.post(link, TYPED)
    guest.refresh_from_db()
    assert not guest.has_usable_password()


def test_who_never_accepted_cannot_ask_for_a_reset_instead(client, chief, guest):
    invitations.invite(guest, by=chief)
    client.post("/accounts/password/reset/", {"email": guest.email})
    assert len(mail.outbox) == 1


def test_what_was_not_signed_here_is_no_invitation(client, chief, guest):
    token = token_of(invitations.invite(guest, by=chief))
    for wrong in ("x", "1", token[:-1], token + "x"):
        assert "Davet artık geçerli değil" in client.get(f"/accounts/invitation/{wrong}/").text
