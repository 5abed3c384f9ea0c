"""An address beside several accounts: whoever writes it there shuts nobody out."""

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from tablib import Dataset

from accounts import memberships, people
from accounts.finding import people_at, person_called, vouched_at
from accounts.models import User
from accounts.people import Refused, Task
from accounts.resources import PersonTable
from activities.models import Municipality
from tests import factories

pytestmark = pytest.mark.django_db

ADDRESS = "inceleme@example.org"


@pytest.fixture
def owner():
    factories.make_plan()
    return factories.make_user("reviewer", email=ADDRESS)


@pytest.fixture
def elsewhere(owner):
    return Municipality.objects.create(name="Adana")


def bring(address, municipality):
    by = factories.make_user("administrator", municipality=municipality)
    return people.bring(
        address, municipality, first_name="Ayşe", last_name="", task=Task.READER, units=[], by=by
    )


def prove(person):
    people.prove_address(None, None, person)


def test_who_has_proven_her_address_signs_in_with_it_whoever_writes_it_elsewhere(owner, elsewhere):
    prove(owner)
    other = bring("baska@example.org", elsewhere)
    User.objects.filter(pk=other.pk).update(email=ADDRESS, last_login=timezone.now())

    assert person_called(ADDRESS) == owner
    assert Client().login(username=ADDRESS.upper(), password="parola-12345")


def test_who_was_here_before_anybody_wrote_it_keeps_it_without_a_proof(owner, elsewhere):
    User.objects.filter(pk=owner.pk).update(last_login=timezone.now())

    made = bring(ADDRESS, elsewhere)
    assert (made == owner, person_called(ADDRESS)) == (False, owner)

    # Whoever was handed a link comes in, and proves nothing with it.
    User.objects.filter(pk=made.pk).update(last_login=timezone.now())
    assert person_called(ADDRESS) == owner


def test_the_owner_who_came_last_proves_it_with_her_letter(owner, elsewhere):
    User.objects.filter(pk=owner.pk).update(last_login=timezone.now())
    made = bring(ADDRESS, elsewhere)
    prove(made)

    assert person_called(ADDRESS) == made


def test_an_address_of_accounts_that_nobody_used_means_none(owner, elsewhere):
    bring(ADDRESS, elsewhere)

    assert person_called(ADDRESS) is None


def test_an_address_is_one_persons_in_a_municipality(owner):
    other = factories.make_user("", email="okur@example.org")
    by = factories.make_user("administrator")
    told = {"first_name": "", "last_name": "", "email": ADDRESS.upper()}

    with pytest.raises(Refused, match="adres"):
        people.change(
            other, other.memberships.get().municipality, told=told, task=Task.READER, units=[],
            by=by, reason="",
        )  # fmt: skip
    other.refresh_from_db()
    assert other.email == "okur@example.org"


def test_a_user_name_does_not_tell_of_people_elsewhere(owner, elsewhere):
    factories.make_user("", username="ayse", municipality=owner.memberships.get().municipality)

    made = [bring(f"{name}@example.org", elsewhere).username for name in ("ayse", "fatma")]

    assert [name.rstrip("0123456789") for name in made] == ["ayse", "fatma"]
    assert all(name[-3:].isdigit() for name in made)


def was_here(*persons):
    User.objects.filter(pk__in=[person.pk for person in persons]).update(last_login=timezone.now())


def edit(person, **told):
    told = {"first_name": "", "last_name": "", "email": person.email} | told
    by = factories.make_user("administrator", municipality=person.memberships.get().municipality)
    people.change(
        person, person.memberships.get().municipality, told=told, task=Task.READER, units=[], by=by,
        reason="",
    )  # fmt: skip


@pytest.mark.parametrize("is_proven", [True, False])
def test_an_older_account_that_is_given_her_address_takes_nothing(elsewhere, is_proven):
    older = factories.make_user(municipality=elsewhere, email="eski@example.org")
    here = Municipality.objects.exclude(pk=elsewhere.pk).get()
    late = factories.make_user(municipality=here, email="sonra@example.org")
    was_here(older, late)
    if is_proven:
        prove(late)
    edit(older, email="sonra@example.org")

    assert person_called("sonra@example.org") == late
    assert person_called(older.username) == older


def test_who_was_tricked_into_proving_it_twice_keeps_her_own(elsewhere):
    older = factories.make_user(municipality=elsewhere, email="eski@example.org")
    here = Municipality.objects.exclude(pk=elsewhere.pk).get()
    late = factories.make_user(municipality=here, email="sonra@example.org")
    edit(older, email="sonra@example.org")
    prove(late)
    prove(older)

    assert person_called("sonra@example.org") == late


def test_a_closed_account_does_not_stand_before_an_open_one(owner, elsewhere):
    prove(owner)
    User.objects.filter(pk=owner.pk).update(is_active=False)
    other = factories.make_user(municipality=elsewhere, email=ADDRESS)
    was_here(other)

    assert person_called(ADDRESS) == other
    User.objects.filter(pk=other.pk).update(is_active=False)
    assert person_called(ADDRESS) == owner


def test_another_case_of_a_proven_address_is_proven(owner, elsewhere):
    prove(owner)
    edit(owner, email=ADDRESS.upper())
    factories.make_user(municipality=elsewhere, email=ADDRESS, last_login=timezone.now())

    assert person_called(ADDRESS) == owner


def test_a_new_password_is_sent_to_who_has_proven_the_address(owner, elsewhere):
    other = factories.make_user(municipality=elsewhere, email=ADDRESS)
    assert people_at(ADDRESS) == [owner, other]

    prove(owner)
    assert people_at(ADDRESS) == [owner]
    Client().post("/accounts/password/reset/", {"email": ADDRESS})
    assert [letter.to for letter in mail.outbox] == [[ADDRESS]]


def test_a_provider_lets_in_who_has_proven_it_and_guesses_nobody(owner, elsewhere):
    assert vouched_at(ADDRESS) == owner
    was_here(factories.make_user(municipality=elsewhere, email=ADDRESS))
    assert vouched_at(ADDRESS) is None

    prove(owner)
    assert vouched_at(ADDRESS) == owner


def test_a_user_name_like_her_address_takes_nothing(owner, elsewhere):
    was_here(owner)
    other = factories.make_user(municipality=elsewhere, username=ADDRESS, email=ADDRESS)
    assert person_called(ADDRESS) == owner

    edit(other, email="baska@example.org")
    assert person_called(ADDRESS) == other  # a name goes before what nobody has proven
    prove(owner)
    assert person_called(ADDRESS) == owner


def test_a_name_that_is_ones_own_address_is_not_taken_by_writing_it_elsewhere(elsewhere):
    here = Municipality.objects.exclude(pk=elsewhere.pk).get()
    named = factories.make_user(municipality=here, username="a@example.org", email="a@example.org")
    factories.make_user(municipality=elsewhere, email="a@example.org")

    assert person_called("a@example.org") == named


def test_inviting_refuses_an_address_of_here_also_where_its_account_is_not_given(owner, elsewhere):
    here = owner.memberships.get().municipality
    memberships.put(owner, elsewhere)
    assert people.known_at(ADDRESS, here) is None

    with pytest.raises(Refused, match="adres"):
        bring(ADDRESS.upper(), here)
    assert User.objects.filter(email__iexact=ADDRESS).count() == 1


def test_editing_to_an_address_of_elsewhere_tells_nothing(owner, elsewhere):
    other = factories.make_user(municipality=elsewhere, email="baska@example.org")
    edit(other, email=ADDRESS)

    other.refresh_from_db()
    assert other.email == ADDRESS


def administration(municipality):
    client = Client()
    client.force_login(factories.make_user("administrator", municipality=municipality))
    return client


@pytest.mark.parametrize(
    ("username", "email", "refused"),
    [
        ("yeni", ADDRESS.upper(), {"email"}),
        ("birisi@example.org", "yeni@example.org", {"username"}),
        ("yeni@example.org", "yeni@example.org", set()),
    ],
)
def test_the_administration_refuses_the_same(owner, username, email, refused):
    here = owner.memberships.get().municipality
    page = administration(here).post(
        "/admin/accounts/user/add/", {"username": username, "email": email, "role": "reader"}
    )

    assert set(page.context["adminform"].errors if page.context else ()) == refused
    assert User.objects.filter(username=username).exists() is not bool(refused)


@pytest.mark.parametrize(
    ("username", "email", "is_kept"),
    [
        ("yeni", ADDRESS.upper(), False),
        ("birisi@example.org", "yeni@example.org", False),
        ("yeni", "yeni@example.org", True),
    ],
)
def test_a_table_refuses_the_same(owner, username, email, is_kept):
    table = PersonTable(municipality=owner.memberships.get().municipality)
    rows = Dataset((username, email), headers=["username", "email"])
    table.import_data(rows, dry_run=False)

    assert User.objects.filter(username=username).exists() is is_kept
