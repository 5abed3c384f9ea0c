"""An address beside several accounts: whoever writes it there shuts nobody out."""

import pytest
from django.test import Client
from django.utils import timezone

from accounts import people
from accounts.finding import person_called
from accounts.models import User
from accounts.people import Refused, Task
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
