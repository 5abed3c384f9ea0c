"""A municipality asks its people for a second step, from a day on."""

import datetime

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.utils import timezone

from accounts import memberships, second_factor
from accounts.models import User
from activities.models import Municipality
from tests import factories

pytestmark = pytest.mark.django_db

PAGE = "/settings/municipality/"
TODAY = timezone.localdate()
TOMORROW = TODAY + datetime.timedelta(days=1)


@pytest.fixture
def here():
    return factories.make_plan(slug="p").municipality


def ask(municipality, of="everybody", day=TODAY):
    municipality.second_step_for, municipality.second_step_from = of, day
    municipality.save()


def required(person):
    return second_factor.required_for(User.objects.get(pk=person.pk))


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


def give_one(person):
    Authenticator.objects.create(user=person, type="totp", data={"secret": "x"})


@pytest.mark.parametrize(
    ("of", "role", "must"),
    [
        ("administrators", "administrator", True),
        ("administrators", "reviewer", False),
        ("reviewers", "administrator", True),
        ("reviewers", "reviewer", True),
        ("reviewers", "", False),
        ("everybody", "", True),
    ],
)
def test_it_is_asked_of_the_roles_that_the_municipality_names(here, of, role, must):
    ask(here, of)
    assert required(factories.make_user(role, municipality=here)) is must


def test_a_coordinator_is_one_of_everybody_and_no_reviewer(here):
    person = factories.make_user(departments=[factories.make_department(municipality=here)])
    ask(here, "reviewers")
    assert not required(person)
    ask(here, "everybody")
    assert required(person)


def test_the_strictest_of_her_municipalities_wins(here):
    there = Municipality.objects.create(name="Adana")
    person = factories.make_user("administrator", municipality=here)
    memberships.put(person, there)
    ask(here, "administrators", TOMORROW)
    assert not required(person)
    ask(there, "everybody", TODAY)
    assert required(person)
    # What she is here counts here only.
    ask(there, "administrators", TODAY)
    assert not required(person)


def test_the_installations_rule_is_the_least(here, settings):
    settings.SECOND_FACTOR_FOR = ["reviewer"]
    ask(here, "everybody", TOMORROW)
    assert required(factories.make_user("reviewer", municipality=here))
    assert not required(factories.make_user(municipality=here))


def test_until_the_day_she_is_reminded_and_from_then_on_led(here):
    person = factories.make_user(municipality=here)
    client = signed_in(person)
    ask(here, "everybody", TOMORROW)
    for path in ("/", "/accounts/"):
        assert "gününden itibaren belediyeniz" in client.get(path).text
    ask(here, "everybody", TODAY)
    assert client.get("/").url == "/accounts/"
    assert "gününden itibaren" not in client.get("/accounts/").text
    give_one(person)
    assert client.get("/").status_code == 200


def test_who_has_one_is_not_reminded(here):
    person = factories.make_user(municipality=here)
    give_one(person)
    ask(here, "everybody", TOMORROW)
    assert "gününden itibaren" not in signed_in(person).get("/").text


def test_where_nobody_asks_no_page_costs_more(here, django_assert_num_queries):
    person = factories.make_user(municipality=here)
    client = signed_in(person)
    client.get("/entry/")
    with django_assert_num_queries(99, exact=False) as before:
        client.get("/entry/")
    ask(here, "administrators")
    with django_assert_num_queries(99, exact=False) as after:
        client.get("/entry/")
    assert len(before) == len(after)


# The page


def test_the_page_says_whom_it_concerns_and_who_has_none_yet(here):
    client = signed_in(factories.make_user("administrator", municipality=here))
    give_one(factories.make_user("reviewer", municipality=here))
    factories.make_user(municipality=here)
    factories.make_user(municipality=here, is_active=False)
    factories.make_user(municipality=Municipality.objects.create(name="Adana"))
    text = client.get(PAGE).text
    assert "<b>Yöneticiler</b> 1 kişi · henüz kurmayan: 1" in text
    assert "<b>Yöneticiler ve inceleyenler</b> 2 kişi · henüz kurmayan: 1" in text
    assert "<b>Herkes</b> 3 kişi · henüz kurmayan: 2" in text


def test_it_is_kept_with_who_asked_for_it(here):
    chief = factories.make_user("administrator", municipality=here)
    client = signed_in(chief)
    sent = {"second_step_for": "reviewers", "second_step_from": TOMORROW.isoformat()}
    assert client.post(f"{PAGE}second-step/", sent).url == PAGE
    here.refresh_from_db()
    assert (here.second_step_for, here.second_step_from) == ("reviewers", TOMORROW)
    assert here.history.first().history_user == chief
    count = here.history.count()
    client.post(f"{PAGE}second-step/", sent)
    assert here.history.count() == count
    assert "zorunlu" in client.get("/settings/people/").text

    nobody = {"second_step_for": "", "second_step_from": TOMORROW.isoformat()}
    client.post(f"{PAGE}second-step/", nobody)
    here.refresh_from_db()
    assert (here.second_step_for, here.second_step_from) == ("", None)


@pytest.mark.parametrize("day", ["", "yarın"])
def test_without_a_day_nothing_is_kept(here, day):
    client = signed_in(factories.make_user("administrator", municipality=here))
    sent = {"second_step_for": "everybody", "second_step_from": day}
    answer = client.post(f"{PAGE}second-step/", sent)
    assert answer.status_code == 200 and 'id="id_second_step_from_error"' in answer.text
    here.refresh_from_db()
    assert here.second_step_for == ""
