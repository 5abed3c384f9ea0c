"""Who may change what of whom, how somebody is brought in, and how a name is taken off."""

from importlib import import_module

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib.admin.models import CHANGE
from django.contrib.admin.models import LogEntry as AdministrationEntry
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts import invitations, log, memberships, people
from accounts.models import Membership, User
from accounts.people import Refused, Task
from accounts.records import Invitation, LogEntry
from activities.models import Municipality
from indicators.models import Realization
from tests import factories

pytestmark = pytest.mark.django_db

PASSWORD = "kedi-masa-49-dolap"


@pytest.fixture
def here():
    return factories.make_plan().municipality


@pytest.fixture
def there(here):
    return Municipality.objects.create(name="Adana")


@pytest.fixture
def chief(here):
    return factories.make_user("administrator", municipality=here, username="yonetici")


def bring(address, place, by, **given):
    given = {"first_name": "Ayşe", "last_name": "Işık", "task": Task.READER, "units": [], **given}
    return people.bring(address, place, by=by, **given)


def proven(person, address):
    User.objects.filter(pk=person.pk).update(email=address, proven_address=address)
    return person


# Bringing somebody in


def test_a_new_person_is_named_by_her_address(here, chief):
    person = bring("Ayşe.Yılmaz@example.org", here, chief)
    assert person.username == "ayse.yilmaz"
    assert not person.has_usable_password()
    assert person.get_full_name() == "Ayşe Işık"


def test_a_taken_user_name_gets_a_number(here, chief):
    factories.make_user(username="Basin", municipality=here)
    first = bring("basin@a.example", here, chief)
    second = bring("basin@b.example", here, chief)
    assert [first.username, second.username] == ["basin2", "basin3"]


def test_an_address_without_letters_makes_a_user_name_all_the_same(here, chief):
    assert bring("_@example.org", here, chief).username == "kisi"


@pytest.mark.parametrize("task", list(Task))
def test_a_task_is_a_role_and_whether_she_coordinates(here, chief, task):
    person = bring("a@example.org", here, chief, task=task)
    [membership] = person.memberships.all()
    assert people.task_of(membership) is task
    assert membership.coordinates is (task is Task.COORDINATOR)


def test_a_proven_address_of_elsewhere_gets_no_second_account(here, there, chief):
    known = proven(factories.make_user(municipality=there, first_name="Zehra"), "z@example.org")
    person = bring("Z@example.org", here, chief)
    assert person == known and person.first_name == "Zehra"
    assert set(person.memberships.values_list("municipality", flat=True)) == {here.pk, there.pk}


def test_an_address_that_another_municipality_only_wrote_down_is_nobodys(here, there, chief):
    """Who administers there could write any address beside a name whose password she knows."""
    other = factories.make_user("administrator", municipality=there, email="victim@example.org")
    person = bring("victim@example.org", here, chief)
    assert person != other
    assert not other.memberships.filter(municipality=here).exists()


def test_an_account_that_another_municipality_closed_is_not_brought_in(here, there, chief):
    other = proven(factories.make_user(municipality=there, is_active=False), "z@example.org")
    person = bring("z@example.org", here, chief)
    assert person != other and person.is_active


def test_who_left_here_comes_back_to_her_own_account(here, chief):
    person = bring("a@example.org", here, chief)
    people.take_out(person, here, by=chief, reason="")
    people.close(person, here, by=chief, reason="")

    again = bring("a@example.org", here, chief, first_name="Başka")

    assert again == person and again.is_active and again.first_name == "Ayşe"


def test_who_is_here_already_is_not_brought_in_again(here, chief):
    bring("a@example.org", here, chief)
    with pytest.raises(Refused, match="zaten biri var"):
        bring("A@example.org", here, chief)
    assert User.objects.filter(email__iexact="a@example.org").count() == 1


def test_of_two_who_share_an_address_nobody_says_which_is_meant(here, there, chief):
    for _number in range(2):
        proven(factories.make_user(municipality=there), "ortak@example.org")
    assert people.known_at("ortak@example.org", here) is None


# What proves an address


def test_a_letter_that_was_opened_proves_the_address(here, chief):
    person = bring("a@example.org", here, chief)
    made = invitations.welcome(person, by=chief, municipality=here)
    Client().post(invitations.link(made), {"password1": PASSWORD, "password2": PASSWORD})
    person.refresh_from_db()
    assert person.proven_address == "a@example.org"


def test_a_link_that_was_handed_over_proves_nothing(here, chief):
    person = bring("a@example.org", here, chief)
    made = invitations.hand_over(person, by=chief, municipality=here)
    Client().post(invitations.link(made), {"password1": PASSWORD, "password2": PASSWORD})
    person.refresh_from_db()
    assert person.check_password(PASSWORD) and person.proven_address == ""


def test_a_link_handed_over_opens_no_account_of_elsewhere(here, there, chief):
    """Who invited holds it; with it she would get the person's other places."""
    person = User.objects.create(username="z", password="!", email="z@example.org")
    memberships.put(person, here)
    before = invitations.hand_over(person, by=chief, municipality=here)
    memberships.put(person, there)
    after = invitations.hand_over(person, by=chief, municipality=here)
    for made in (before, after):
        Client().post(invitations.link(made), {"password1": PASSWORD, "password2": PASSWORD})
    person.refresh_from_db()
    assert not person.has_usable_password()


def test_each_municipality_has_its_own_invitations(here, there, chief):
    person = bring("a@example.org", here, chief)
    first = invitations.welcome(person, by=chief, municipality=here)
    invitations.welcome(person, by=None, municipality=there)
    assert first in Invitation.objects.open()
    invitations.withdraw(person, by=chief, municipality=there)
    assert list(Invitation.objects.open()) == [first]


def test_a_withdrawn_link_opens_nothing(here, chief):
    person = bring("a@example.org", here, chief)
    made = invitations.welcome(person, by=chief, municipality=here)
    assert invitations.withdraw(person, by=chief, municipality=here) == 1
    assert "geçerli değil" in Client().get(invitations.link(made)).text
    assert LogEntry.objects.filter(act=log.Act.WITHDRAWN, about="a", person=chief).exists()


# Steps


def test_nobody_closes_or_takes_out_herself(here, chief):
    for step in (people.close, people.take_out):
        with pytest.raises(Refused, match="kendinizden"):
            step(chief, here, by=chief, reason="")


def test_an_operators_account_is_an_operators(here, chief):
    operator = factories.make_user(municipality=here, is_superuser=True)
    for step in (people.close, people.take_out):
        with pytest.raises(Refused, match="işletmen"):
            step(operator, here, by=chief, reason="")
    with pytest.raises(Refused, match="işletmen"):
        people.change(operator, here, told={}, task=Task.READER, units=[], by=chief, reason="")


def test_what_is_a_persons_everywhere_is_left_alone(here, there, chief):
    person = factories.make_user(municipality=here, first_name="Ayşe")
    memberships.put(person, there)
    for step in (people.close, people.open_again):
        with pytest.raises(Refused, match="başka bir belediyede"):
            step(person, here, by=chief, reason="")
    with pytest.raises(Refused, match="başka bir belediyede"):
        people.sign_out(person, here, by=chief)
    with pytest.raises(Refused, match="başka bir belediyede"):
        people.change(
            person, here, told={"first_name": "Fatma"}, task=Task.READER, units=[], by=chief,
            reason="",
        )  # fmt: skip
    people.change(
        person,
        here,
        told={"first_name": "Ayşe"},
        task=Task.REVIEWER,
        units=[],
        by=chief,
        reason="r",
    )
    assert person.memberships.get(municipality=here).role == "reviewer"
    people.take_out(person, here, by=chief, reason="")
    assert [each.municipality for each in person.memberships.all()] == [there]


def test_closing_ends_the_sessions(here, chief):
    person = factories.make_user(municipality=here)
    client = Client()
    client.post("/accounts/login/", {"username": person.username, "password": "parola-12345"})
    assert client.get("/accounts/").status_code == 200
    people.close(person, here, by=chief, reason="Emekli oldu")
    assert client.get("/accounts/").status_code == 302
    assert not UserSession.objects.filter(user=person).exists()
    newest = person.history.first()
    assert (newest.history_change_reason, newest.is_active) == ("Emekli oldu", False)


def test_only_who_was_never_here_is_deleted(here, chief):
    guest = bring("a@example.org", here, chief)
    people.delete(guest, here, by=chief, reason="Yanlış adres")
    assert not User.objects.filter(username="a").exists()
    person = factories.make_user(municipality=here, last_login=timezone.now())
    with pytest.raises(Refused, match="silinmez"):
        people.delete(person, here, by=chief, reason="")


def test_a_new_address_ends_the_link_that_went_to_the_former(here, chief):
    person = bring("a@example.org", here, chief)
    invitations.welcome(person, by=chief, municipality=here)
    people.change(
        person, here, told={"email": "b@example.org"}, task=Task.READER, units=[], by=chief,
        reason="",
    )  # fmt: skip
    assert not Invitation.objects.open().exists()


# Whose people they are


def test_who_left_is_the_people_of_where_she_was_last(here, there, chief):
    stays, left, moved, shared = (factories.make_user(municipality=here) for _ in range(4))
    for person in (left, moved, shared):
        memberships.end(person, here, by=chief)
    memberships.put(moved, there)
    memberships.end(moved, there, by=chief)
    memberships.put(shared, there)
    assert set(people.left(here)) == {left}
    assert set(people.left(there)) == {moved}
    assert set(people.of(here)) == {chief, stays, left}


# Taking off a name


def _texts():
    """Yield every text of every row of the database, with its table."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table in ("django_migrations", "django_content_type", "auth_permission"):
                continue
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                for value in row:
                    if isinstance(value, str):
                        yield table, value


def test_a_name_is_taken_off_everywhere(here, chief):
    plan = here.plans.get()
    unit = factories.make_department(plan)
    person = bring("zümrüt.özgen@example.org", here, chief, first_name="Zümrüt", last_name="Özgen")
    factories.make_realization(
        factories.make_indicator(factories.make_activity(plan, unit)), entered_by=person
    )
    invitations.welcome(person, by=chief, municipality=here)
    person.username = "zumrut"
    person.save()
    invitations.withdraw(person, by=chief, municipality=here)
    LogEntry.objects.create(act=log.Act.ROLE_CHANGED, about="zumrut: +Birim", person=chief)
    AdministrationEntry.objects.create(
        user=chief, object_id=str(person.pk), object_repr="zumrut", action_flag=CHANGE,
        content_type=ContentType.objects.get_for_model(User), change_message="",
    )  # fmt: skip
    Authenticator.objects.create(user=person, type="totp", data={"secret": "x"})
    people.close(person, here, by=chief, reason="")
    assert any("mrut" in text or "Özgen" in text for _table, text in _texts())

    people.take_name_off(person, here, by=chief, reason="Kendisi istedi")

    assert [(table, text) for table, text in _texts() if "mrüt" in text or "mrut" in text] == []
    assert [(table, text) for table, text in _texts() if "zgen" in text] == []
    person.refresh_from_db()
    assert person.get_full_name() == f"Ayrılan kişi {person.pk}"
    assert person.username == f"ayrilan-kisi-{person.pk}"
    assert not person.is_active and not person.memberships.exists()
    assert not Authenticator.objects.filter(user=person).exists()
    assert Realization.objects.get().entered_by == person
    assert person.history.first().history_change_reason == "Kendisi istedi"
    assert LogEntry.objects.filter(act=log.Act.LEFT, about=person.username).exists()
    assert LogEntry.objects.filter(about=f"{person.username}: +Birim").exists()


def test_a_name_that_is_taken_off_stays_off(here, chief):
    person = bring("a@example.org", here, chief)
    people.close(person, here, by=chief, reason="")
    people.take_name_off(person, here, by=chief, reason="r")
    with pytest.raises(Refused, match="kapalı kalır"):
        people.open_again(person, here, by=chief, reason="")
    with pytest.raises(Refused, match="kaldırılamaz"):
        people.take_name_off(person, here, by=chief, reason="r")


def test_some_names_are_not_taken_off(here, there, chief):
    active = factories.make_user(municipality=here)
    operator = factories.make_user(municipality=here, is_active=False, is_superuser=True)
    elsewhere = factories.make_user(municipality=here, is_active=False)
    memberships.put(elsewhere, there)
    for person in (active, operator, elsewhere, chief):
        with pytest.raises(Refused, match="kaldırılamaz"):
            people.take_name_off(person, here, by=chief, reason="r")


def test_the_name_of_others_in_the_log_stays(here, chief):
    person = bring("ali@example.org", here, chief)
    other = bring("ali2@example.org", here, chief)
    invitations.welcome(other, by=chief, municipality=here)
    LogEntry.objects.create(act=log.Act.ROLE_CHANGED, about="ali2: +Birim", person=chief)
    people.close(person, here, by=chief, reason="")
    people.take_name_off(person, here, by=chief, reason="r")
    assert LogEntry.objects.filter(about="ali2").exists()
    assert LogEntry.objects.filter(about="ali2: +Birim").exists()


# The mark of a coordinator to be


def test_who_has_a_unit_coordinates_and_goes_on_when_it_is_taken(here):
    unit = factories.make_department(municipality=here)
    person = factories.make_user(departments=[unit], municipality=here)
    assert Membership.objects.get(person=person).coordinates
    memberships.put(person, here, units=())
    assert Membership.objects.get(person=person).coordinates
    memberships.put(person, here, units=(), coordinates=False)
    assert not Membership.objects.get(person=person).coordinates


def test_an_installation_from_before_learns_who_coordinates_and_whose_address_is_proven(here):
    unit = factories.make_department(municipality=here)
    person = factories.make_user(departments=[unit], municipality=here, email="a@example.org")
    reader = factories.make_user(municipality=here, email="b@example.org")
    Membership.objects.update(coordinates=False)
    for one, address in ((person, "a@example.org"), (reader, "former@example.org")):
        Invitation.objects.create(
            person=one, address=address, expires_at=timezone.now(), accepted_at=timezone.now()
        )
    migration = import_module("accounts.migrations.0015_what_people_were")
    for _twice in range(2):
        migration.tell(apps, None)

    found = Membership.objects.values_list("person", "coordinates")
    assert dict(found) == {person.pk: True, reader.pk: False}
    proven = User.objects.values_list("username", "proven_address")
    assert dict(proven) == {person.username: "a@example.org", reader.username: ""}
    assert set(Invitation.objects.values_list("municipality", flat=True)) == {here.pk}
