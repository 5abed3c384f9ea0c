"""Coming in by user name or e-mail address, and going out."""

import pytest
from django.core import mail
from django.test import Client

from tests.factories import make_user

pytestmark = pytest.mark.django_db

LOGIN = "/accounts/login/"


def sign_in(who, password="parola-12345", client=None, **data):
    client = client or Client()
    return client.post(LOGIN, {"username": who, "password": password, **data})


@pytest.mark.parametrize(
    "typed", ["ayse", "AYSE", " ayse ", "ayse@example.org", "Ayse@Example.org"]
)
def test_one_signs_in_by_user_name_or_address(typed):
    make_user(username="ayse", email="ayse@example.org")
    assert sign_in(typed).status_code == 302


@pytest.mark.parametrize("typed", ["", "fatma", "ayse@example.net", "a"])
def test_other_names_are_refused_with_one_sentence(typed):
    make_user(username="ayse", email="ayse@example.org")
    answer = sign_in(typed)
    assert answer.status_code == 200
    assert not answer.wsgi_request.user.is_authenticated


def test_a_wrong_password_and_an_unknown_name_read_alike():
    make_user(username="ayse")
    told = "Kullanıcı adı ya da e-posta ile parola birbirini tutmuyor"
    assert told in sign_in("ayse", "yanlis").text
    assert told in sign_in("yok", "yanlis").text
    assert told in sign_in("yok@example.org", "yanlis").text


def test_people_who_share_an_address_use_their_user_names():
    make_user(username="ayse", email="birim@example.org")
    make_user(username="fatma", email="birim@example.org")
    assert sign_in("birim@example.org").status_code == 200
    assert sign_in("fatma").status_code == 302


def test_of_names_that_differ_in_case_only_the_exact_one_is_meant():
    make_user(username="ayse")
    other = make_user(username="AYSE")
    client = Client()
    sign_in("AYSE", client=client)
    assert client.session["_auth_user_id"] == str(other.pk)
    assert sign_in("Ayse").status_code == 200


def test_a_user_name_goes_before_an_address():
    person = make_user(username="ayse@example.org")
    make_user(username="fatma", email="ayse@example.org")
    client = Client()
    sign_in("ayse@example.org", client=client)
    assert client.session["_auth_user_id"] == str(person.pk)


def test_a_closed_account_is_refused_like_a_wrong_password():
    make_user(username="ayse", is_active=False)
    assert "birbirini tutmuyor" in sign_in("ayse").text


def test_one_goes_on_to_where_one_wanted():
    make_user(username="ayse")
    page = Client().get(LOGIN, {"next": "/accounts/"})
    assert '<input type="hidden" name="next" value="/accounts/">' in page.text
    assert sign_in("ayse", next="/accounts/").url == "/accounts/"
    assert sign_in("ayse", next="https://kotu.example/").url == "/"
    assert sign_in("ayse").url == "/"


def test_nobody_makes_an_account_for_herself(client):
    for path in ("signup/", "3rdparty/signup/", "social/signup/"):
        assert client.get(f"/accounts/{path}").status_code == 404


def test_signing_out_takes_a_post(client):
    client.force_login(make_user())
    assert client.get("/accounts/logout/").status_code == 405
    assert client.post("/accounts/logout/").url == LOGIN
    assert client.get("/accounts/").status_code == 302


# --- A new password ----------------------------------------------------------------------------


def link_in(letter, settings):
    [link] = [line for line in letter.body.splitlines() if line.startswith(settings.SITE_URL)]
    return link.removeprefix(settings.SITE_URL)


def set_password(client, link, password="kedi-masa-49-dolap"):
    form = client.get(link, follow=True)
    data = {"password1": password, "password2": password}
    return client.post(form.context["action_url"], data)


def test_a_link_by_e_mail_sets_a_new_password_once(client, settings):
    person = make_user(username="ayse", email="Ayse@example.org", first_name="Ayşe")
    client.post("/accounts/password/reset/", {"email": "ayse@example.org"})
    [letter] = mail.outbox
    assert letter.to == ["Ayse@example.org"]
    assert letter.subject == "YEAP İzleme: hesabınız için yeni parola"
    assert "Sayın Ayşe" in letter.body and "ayse" in letter.body

    answer = set_password(client, link_in(letter, settings))

    assert answer.url == "/"
    person.refresh_from_db()
    assert person.check_password("kedi-masa-49-dolap")
    assert "kullanılmış ya da süresi geçmiş" in Client().get(link_in(letter, settings)).text
    # She is told, in case it was somebody else.
    assert "parolası değiştirildi" in mail.outbox[1].body


def test_who_asks_is_told_the_same_whether_or_not_there_is_an_account(client):
    make_user(email="ayse@example.org")
    make_user(email="kapali@example.org", is_active=False)
    elsewhere = make_user(email="dizin@example.org")
    elsewhere.set_unusable_password()
    elsewhere.save()
    told = set()
    for address in ("ayse@", "kapali@", "dizin@", "yok@"):
        answer = client.post(
            "/accounts/password/reset/", {"email": f"{address}example.org"}, follow=True
        )
        told.add(answer.text.replace(address, ""))
    assert len(told) == 1
    assert [letter.to for letter in mail.outbox] == [["ayse@example.org"]]


def test_everybody_at_a_shared_address_gets_a_link_of_her_own(client):
    for name in ("ayse", "fatma"):
        make_user(username=name, email="birim@example.org")
    client.post("/accounts/password/reset/", {"email": "birim@example.org"})
    assert len(mail.outbox) == 2
    assert {name for name in ("ayse", "fatma") for one in mail.outbox if name in one.body} == {
        "ayse", "fatma",
    }  # fmt: skip


def test_links_lead_where_the_site_is_whatever_host_was_asked(client, settings):
    settings.ALLOWED_HOSTS = ["*"]
    make_user(email="ayse@example.org")
    client.post(
        "/accounts/password/reset/", {"email": "ayse@example.org"}, HTTP_HOST="kotu.example"
    )
    assert "kotu.example" not in mail.outbox[0].body
    assert link_in(mail.outbox[0], settings)


def test_without_a_mail_server_people_are_told_whom_to_ask(client, settings):
    settings.EMAIL_BACKEND = ""
    settings.CONTACT_NAME, settings.CONTACT_PHONE = "Bilgi İşlem", "0324 111 22 33"
    page = client.get("/accounts/password/reset/")
    assert "Bilgi İşlem" in page.text and "0324 111 22 33" in page.text
    assert "<form class" not in page.text
    assert "Parolamı unuttum" not in client.get(LOGIN).text


def test_a_mail_server_that_is_away_betrays_nobody(client, settings, caplog):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    make_user(email="ayse@example.org")
    answer = client.post("/accounts/password/reset/", {"email": "ayse@example.org"})
    assert answer.status_code == 302
    assert "could not be sent" in caplog.text


def test_a_changed_password_ends_the_other_sessions():
    person = make_user(username="ayse")
    here, there = Client(), Client()
    for client in (here, there):
        client.post(LOGIN, {"username": "ayse", "password": "parola-12345"})
    new = "kedi-masa-49-dolap"
    data = {"oldpassword": "parola-12345", "password1": new, "password2": new}

    assert here.post("/accounts/password/", data).url == "/accounts/"

    assert "Parolanız değiştirildi" in here.get("/accounts/").text
    assert there.get("/accounts/").status_code == 302
    person.refresh_from_db()
    assert person.check_password(new)


def test_the_present_password_is_asked_for():
    make_user(username="ayse")
    client = Client()
    client.post(LOGIN, {"username": "ayse", "password": "parola-12345"})
    new = "kedi-masa-49-dolap"
    answer = client.post(
        "/accounts/password/", {"oldpassword": "x", "password1": new, "password2": new}
    )
    assert "şimdiki parolanız değil" in answer.text


# --- Another address ---------------------------------------------------------------------------


@pytest.fixture
def owner(client):
    person = make_user(username="ayse", email="eski@example.org")
    client.post(LOGIN, {"username": "ayse", "password": "parola-12345"})
    client.post("/accounts/reauthenticate/", {"password": "parola-12345"})
    return person


def test_an_address_changes_once_its_link_is_opened(client, owner, settings):
    client.post("/accounts/address/", {"email": "yeni@example.org"})
    owner.refresh_from_db()
    assert owner.email == "eski@example.org"
    [letter] = mail.outbox
    assert letter.to == ["yeni@example.org"]
    link = link_in(letter, settings)

    # Mail scanners open every link: that must change nothing.
    assert "yeni@example.org" in Client().get(link).text
    owner.refresh_from_db()
    assert owner.email == "eski@example.org"

    Client().post(link)
    owner.refresh_from_db()
    assert owner.email == "yeni@example.org"
    assert owner.history.first().email == "yeni@example.org"
    assert mail.outbox[1].to == ["eski@example.org"]
    assert "yeni@example.org" in mail.outbox[1].body
    assert client.get(link).status_code == 404  # used up


def test_an_older_wish_is_void_once_the_address_has_changed(client, owner, settings):
    for address in ("biri@example.org", "oteki@example.org"):
        client.post("/accounts/address/", {"email": address})
    first, second = (link_in(letter, settings) for letter in mail.outbox)
    client.post(second)
    assert client.post(first).status_code == 404


def test_an_address_is_not_changed_without_the_password(client):
    make_user(username="ayse")
    client.post(LOGIN, {"username": "ayse", "password": "parola-12345"})
    answer = client.post("/accounts/address/", {"email": "yeni@example.org"})
    assert answer.url.startswith("/accounts/reauthenticate/")
    assert not mail.outbox


# --- Whom to ask -------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [LOGIN, "/no-such-page/"])
def test_pages_name_the_contact(client, settings, path):
    settings.CONTACT_NAME, settings.CONTACT_EMAIL = "Eşitlik Birimi", "esitlik@example.org"
    page = client.get(path)
    assert "Eşitlik Birimi" in page.text
    assert 'href="mailto:esitlik@example.org"' in page.text


@pytest.mark.parametrize("path", [LOGIN, "/no-such-page/"])
def test_without_a_contact_they_say_whom_to_look_for(client, path):
    assert "belediyenizdeki sistem yöneticisi" in client.get(path).text
