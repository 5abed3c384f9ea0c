"""The settings' pages of people: the list, inviting, a person's page and its steps."""

import datetime

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts import invitations, memberships, people
from accounts.models import User
from accounts.people import Task
from accounts.records import Invitation
from activities.models import Municipality
from tests import factories

pytestmark = pytest.mark.django_db

PAGE = "/settings/people/"


@pytest.fixture
def plan():
    return factories.make_plan(slug="p")


@pytest.fixture
def here(plan):
    return plan.municipality


@pytest.fixture
def chief(here):
    return factories.make_user(
        "administrator", municipality=here, username="yonetici", first_name="Sevgi"
    )


@pytest.fixture
def client(chief):
    client = Client()
    client.force_login(chief)
    return client


def invite(client, **given):
    sent = {
        "email": "ayse@example.org", "first_name": "Ayşe", "last_name": "Işık",
        "task": "coordinator", **given,
    }  # fmt: skip
    return client.post(PAGE, sent)


def page_of(person):
    return f"{PAGE}{person.pk}/"


# The list


def test_units_without_a_coordinator_lead_to_inviting_one(client, plan):
    unit = factories.make_department(plan, "7", name="Ulaşım Dairesi Başkanlığı")
    factories.make_indicator(factories.make_activity(plan, unit), target=1)

    text = client.get(PAGE).text
    assert "Koordinatörü olmayan 1 birim" in text
    assert f'href="?unit={unit.pk}#invite"' in text
    asked = client.get(PAGE, {"unit": unit.pk}).text
    assert f'value="{unit.pk}" id="id_units_0" checked' in asked


@pytest.mark.parametrize("unit", ["x", "99999999", "²", "9" * 40])
def test_an_address_that_names_no_unit_opens_the_form_empty(client, unit):
    answer = client.get(PAGE, {"unit": unit})
    assert answer.status_code == 200 and "checked>" not in answer.text.partition("id_units")[2]


def test_the_list_is_narrowed_by_task_and_words(client, plan, here):
    unit = factories.make_department(plan)
    factories.make_user(departments=[unit], municipality=here, first_name="Işıl")
    factories.make_user("reviewer", municipality=here, first_name="Rüya")
    gone = factories.make_user(municipality=here, first_name="Giden")
    memberships.end(gone, here, by=None)
    closed = factories.make_user(municipality=here, first_name="Kapalı", is_active=False)
    waiting = factories.make_user(municipality=here, first_name="Bekleyen")
    memberships.put(waiting, here, coordinates=True)

    def names(**narrowed):
        lines = client.get(PAGE, narrowed).context["list"].lines
        return [line.name for line in lines]

    assert names() == ["Bekleyen", "Işıl", "Kapalı", "Rüya", "Sevgi"]
    assert names(task="coordinator") == ["Bekleyen", "Işıl"]
    assert names(task="unplaced") == ["Bekleyen"]
    assert names(task="reviewer") == ["Rüya"]
    assert names(task="closed") == [closed.first_name]
    assert names(task="left") == ["Giden"]
    assert names(task="nonsense") == names()
    assert names(q="ISIL") == ["Işıl"]
    assert names(q="ISIL", task="reviewer") == []
    told = {each.label: each.count for each in client.get(PAGE).context["list"].narrowings}
    assert told == {
        "Hepsi": 5, "Koordinatör": 2, "Birimi olmayan koordinatör": 1, "İnceleyen": 1,
        "Yönetici": 1, "Kapalı": 1, "Ayrılan": 1,
    }  # fmt: skip


def test_a_long_list_has_pages_that_stay_narrowed(client, here):
    for number in range(51):
        factories.make_user(municipality=here, first_name=f"Okur {number:02}")
    first = client.get(PAGE, {"task": "reader"})
    assert "?task=reader&amp;page=2" in first.text
    second = client.get(PAGE, {"task": "reader", "page": "2"}).context["list"]
    assert [line.name for line in second.lines] == ["Okur 50"]


def test_the_list_costs_the_same_for_many(client, plan, here, django_assert_num_queries):
    def fill():
        unit = factories.make_department(plan)
        factories.make_indicator(factories.make_activity(plan, unit), target=1)
        person = factories.make_user(municipality=here, email=f"{unit.pk}@example.org")
        memberships.put(person, here, units=[unit])
        bare = people.bring(
            f"x{unit.pk}@example.org", here, first_name="X", last_name="", task=Task.READER,
            units=[], by=None,
        )  # fmt: skip
        invitations.welcome(bare, by=None, municipality=here)

    for _number in range(3):
        fill()
    client.get(PAGE)
    # session; person; her roles and units; municipality; memberships with people; their units;
    # who left; units with parents; numbers; second steps; invitations; plans; indicators by unit;
    # units with indicators; their parents; who coordinates them; years of the menu
    with django_assert_num_queries(17):
        client.get(PAGE)
    fill()
    with django_assert_num_queries(17):
        client.get(PAGE)


def test_what_became_of_an_invitation_is_told(client, here, chief):
    invite(client)
    [person] = User.objects.filter(email="ayse@example.org")
    text = client.get(PAGE).text
    assert "son geçerlilik" in text and f'action="{page_of(person)}withdraw/"' in text

    client.post(f"{page_of(person)}withdraw/")
    text = client.get(PAGE).text
    assert "geçersiz olduğu an" in text and "Yeniden davet et" in text

    client.post(f"{page_of(person)}invite/")
    assert len(mail.outbox) == 2 and Invitation.objects.open().count() == 1

    person.last_login = timezone.now() + datetime.timedelta(minutes=1)
    person.save()
    assert "son geçerlilik" not in client.get(PAGE).text


# Inviting


def test_a_coordinator_is_invited_for_her_units(client, plan, here, chief):
    unit = factories.make_department(plan, "7")
    answer = invite(client, units=[unit.pk])

    assert answer.url == PAGE
    person = User.objects.get(username="ayse")
    [membership] = person.memberships.all()
    assert (membership.role, list(membership.units.all())) == ("reader", [unit])
    [letter] = mail.outbox
    assert letter.to == ["ayse@example.org"] and letter.subject == "YEAP İzleme: davetlisiniz"
    assert membership.history.first().history_user == chief


def test_nothing_is_kept_of_what_could_not_be_sent(client, settings):
    settings.EMAIL_BACKEND = "nowhere.to.be.Found"
    before = factories.stored_rows()
    from mail import letters

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(letters.EmailMultiAlternatives, "send", _refuse)
        answer = invite(client)
    assert "Kimse davet edilmedi: e-posta gönderilemedi." in answer.text
    assert 'value="ayse@example.org"' in answer.text
    assert factories.stored_rows() == before


def _refuse(self):
    raise OSError("no server")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"email": ""}, "Bu alan zorunludur"),
        ({"email": "ayse"}, "eçerli bir e-posta"),
        ({"first_name": ""}, "Bu alan zorunludur"),
        ({"task": "operator"}, "Geçerli bir seçenek seçin"),
        ({"units": ["999999"]}, "Geçerli bir seçenek seçin"),
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_nothing_is_kept(client, given, told):
    before = factories.stored_rows()
    answer = invite(client, **given)
    assert answer.status_code == 200 and told in answer.text
    assert factories.stored_rows() == before and not mail.outbox


def test_a_reader_is_given_no_units(client, plan):
    unit = factories.make_department(plan)
    answer = invite(client, task="reader", units=[unit.pk])
    assert "Okurun birimi olmaz" in answer.text
    assert not User.objects.filter(username="ayse").exists()


def test_a_unit_of_another_municipality_cannot_be_given(client):
    foreign = factories.make_department(municipality=Municipality.objects.create(name="Adana"))
    invite(client, units=[foreign.pk])
    assert not User.objects.filter(username="ayse").exists()


def test_who_is_known_elsewhere_and_who_is_not_are_told_alike(client, here):
    there = Municipality.objects.create(name="Adana")
    known = factories.make_user(
        municipality=there, email="b@example.org", proven_address="b@example.org",
        first_name="Ayşe", last_name="Işık", username="b",
        last_login=timezone.now() - datetime.timedelta(days=30),
    )  # fmt: skip

    def told(address):
        Invitation.objects.update(sent_at=timezone.now() - datetime.timedelta(days=9))
        answer = invite(client, email=address)
        page = client.get(answer.url)
        [line] = [one for one in page.context["list"].lines if one.email == address]
        said = [str(message) for message in page.context["messages"]]
        return [text.replace(address, "") for text in said], line.arrival, line.name, line.task

    assert told("b@example.org") == told("a@example.org")
    assert [letter.subject for letter in mail.outbox] == [
        "YEAP İzleme: size bir görev verildi",
        "YEAP İzleme: davetlisiniz",
    ]
    assert known.memberships.count() == 2 and "Adana" not in client.get(page_of(known)).text


# Without e-mail


def test_without_e_mail_the_link_is_shown_once(client, settings, here, caplog):
    settings.EMAIL_BACKEND = ""
    assert "E-posta kurulmamış" in client.get(PAGE).text
    answer = invite(client)

    link = answer.context["link"]
    assert f">{link}</textarea>" in answer.text and not mail.outbox
    assert link not in client.get(PAGE).text
    token = link.rstrip("/").rpartition("/")[2]
    assert token not in caplog.text
    stranger = Client()
    typed = {"password1": "kedi-masa-49-dolap", "password2": "kedi-masa-49-dolap"}
    assert stranger.post(link, typed).status_code == 302
    assert User.objects.get(username="ayse").has_usable_password()


def test_without_e_mail_who_has_an_account_is_led_to_signing_in(client, settings):
    settings.EMAIL_BACKEND = ""
    there = Municipality.objects.create(name="Adana")
    factories.make_user(
        municipality=there, email="ayse@example.org", proven_address="ayse@example.org"
    )
    link = invite(client).context["link"]
    answer = Client().get(link)
    assert answer.url == "/accounts/login/"


# A person's page


def test_task_units_and_name_are_kept_with_the_reason(client, plan, here, chief):
    unit = factories.make_department(plan, "7", short_name="Ulaşım")
    person = factories.make_user(municipality=here, first_name="Ayşe", email="a@example.org")
    sent = {
        "first_name": "Ayşe", "last_name": "Işık", "email": "a@example.org",
        "task": "coordinator", "units": [unit.pk], "reason": "Görevlendirildi",
    }  # fmt: skip
    answer = client.post(page_of(person), sent)

    assert answer.url == page_of(person)
    person.refresh_from_db()
    assert person.get_full_name() == "Ayşe Işık"
    assert person.history.first().history_change_reason == "Görevlendirildi"
    assert list(person.units) == [unit]
    told = [event.text for event in client.get(page_of(person)).context["events"]]
    assert {"Ad: Ayşe → Ayşe Işık", "Görev: Koordinatör", "Verilen birim: “Ulaşım”"} <= set(told)
    assert "Görevlendirildi" in client.get(page_of(person)).text


def test_saving_what_is_there_leaves_no_history(client, here):
    person = factories.make_user(municipality=here, first_name="Ayşe")
    before = factories.stored_rows()
    client.post(page_of(person), {"first_name": "Ayşe", "task": "reader"})
    assert factories.stored_rows() == before


def test_nobody_takes_the_administration_from_herself(client, chief):
    answer = client.post(page_of(chief), {"first_name": "Sevgi", "task": "reader"})
    assert "kendinizden" in answer.text
    assert chief.memberships.get().role == "administrator"
    client.post(f"{page_of(chief)}close/")
    client.post(f"{page_of(chief)}take-out/")
    chief.refresh_from_db()
    assert chief.is_active and chief.memberships.exists()


def test_who_belongs_elsewhere_too_keeps_what_is_hers(client, here):
    there = Municipality.objects.create(name="Adana")
    person = factories.make_user(municipality=there, first_name="Ayşe", email="a@example.org")
    memberships.put(person, here)
    sent = {"first_name": "Başka", "email": "b@example.org", "task": "reviewer"}
    client.post(page_of(person), sent)

    person.refresh_from_db()
    assert (person.first_name, person.email) == ("Ayşe", "a@example.org")
    assert person.memberships.get(municipality=here).role == "reviewer"
    page = client.get(page_of(person))
    assert "Adana" not in page.text
    assert not any(event.text.startswith("Hesap") for event in page.context["events"])


def test_another_municipalitys_people_have_no_page_here(client, here):
    there = Municipality.objects.create(name="Adana")
    person = factories.make_user(municipality=there)
    assert client.get(page_of(person)).status_code == 404
    for step in ("close", "take-out", "unlock", "sign-out", "invite", "delete", "name-off"):
        assert client.post(f"{page_of(person)}{step}/").status_code == 404


def test_steps_lead_back_with_a_sentence(client, here):
    person = factories.make_user(municipality=here, last_login=timezone.now())
    for step, told in (
        ("close", "Hesap kapatıldı."),
        ("open", "Hesap yeniden açıldı."),
        ("unlock", "Hemen yeniden deneyebilir."),
        ("sign-out", "Açık oturumu yoktu."),
        ("delete", "silinmez"),
        ("invite", "E-posta adresi yok."),
        ("take-out", "Kişi belediyeden çıkarıldı"),
    ):
        answer = client.post(f"{page_of(person)}{step}/", {"reason": "Böyle"}, follow=True)
        assert told in answer.text, step
    assert client.post(f"{page_of(person)}nonsense/").status_code == 404
    assert client.get(f"{page_of(person)}close/").status_code == 405
    # Who left has a page, but nothing to be given.
    page = client.get(page_of(person))
    assert "Belediyeden çıkarıldı" in page.text
    assert client.post(page_of(person), {"task": "reader"}).status_code == 404


def test_a_name_is_taken_off_only_when_it_is_said_why_and_meant(client, here):
    person = factories.make_user(municipality=here, is_active=False, first_name="Ayşe")
    address = f"{page_of(person)}name-off/"
    for sent, told in (
        ({"off-reason": "Kendisi istedi"}, "Adı kaldırmak için bunu işaretleyin."),
        ({"off-sure": "on"}, "Nedenini yazın"),
    ):
        assert told in client.post(address, sent).text
        person.refresh_from_db()
        assert person.first_name == "Ayşe"
    client.post(address, {"off-reason": "Kendisi istedi", "off-sure": "on"})
    person.refresh_from_db()
    assert person.first_name == f"Ayrılan kişi {person.pk}"
    assert client.get(page_of(person)).status_code == 200


def test_an_operators_account_is_shown_and_not_changed(client, here):
    operator = factories.make_user(municipality=here, is_superuser=True)
    assert client.get(page_of(operator)).status_code == 200
    assert client.post(page_of(operator), {"task": "reader"}).status_code == 404
