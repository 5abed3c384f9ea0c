"""Tagging many activities and single indicators, and the municipality's own tags."""

import pytest
from django.test import Client

from activities.models import ActivityTag, Municipality, Tag
from indicators.models import IndicatorTag
from tests import factories
from tests.reports.html import parse

pytestmark = pytest.mark.django_db
PAGE = "/settings/plans/p/tagging/"
TAG = {"tag": "sdg:5.1"}


@pytest.fixture
def plan():
    return factories.make_plan(slug="p")


@pytest.fixture
def sdg(plan):
    return factories.make_tag("sdg", "5.1", "Ayrımcılık", municipality=plan.municipality)


@pytest.fixture
def activities(plan):
    """Two activities in two units, each with an indicator."""
    found = [
        factories.make_activity(plan, factories.make_department(plan, number), f"{number}.1.1")
        for number in ("1", "2")
    ]
    for number, each in enumerate(found):
        factories.make_indicator(each, name=("Kitap sayısı", "Işıklı durak sayısı")[number])
    return found


@pytest.fixture
def person(plan):
    return factories.make_user("administrator")


@pytest.fixture
def client(person):
    client = Client()
    client.force_login(person)
    return client


def boxes(client, name="activity", **query):
    page = parse(client.get(PAGE, TAG | query).text)
    found = [each for each in page.all("input") if each["name"] == name]
    return {int(box["value"]): "checked" in box.attributes for box in found}


def test_tagging_is_for_administrators_only(plan, sdg, activities):
    for role in ("", "reviewer"):
        other = Client()
        other.force_login(factories.make_user(role))
        assert other.get(PAGE).status_code == 404
        assert other.post(PAGE, TAG | {"activity": [activities[0].pk]}).status_code == 404
    assert not ActivityTag.objects.exists()


def test_the_old_address_leads_there(sdg, client):
    answer = client.get("/plans/p/tagging/", TAG)
    assert (answer.status_code, answer.url) == (302, f"{PAGE}?tag=sdg%3A5.1")


def test_an_administrator_tags_what_is_marked(sdg, activities, client, person):
    first, second = activities
    ActivityTag.objects.create(activity=second, tag=sdg)
    assert boxes(client) == {first.pk: False, second.pk: True}

    answer = client.post(PAGE, {**TAG, "activity": [first.pk], "was": [second.pk]})

    assert answer.url == f"{PAGE}?tag=sdg:5.1"
    assert [row.activity for row in ActivityTag.objects.all()] == [first]
    assert {each.history_user for each in ActivityTag.history.filter(activity=first)} == {person}


def test_a_tag_stands_on_one_indicator_alone_too(sdg, activities, client, person):
    row, other = (each.indicators.get() for each in activities)
    IndicatorTag.objects.create(indicator=other, tag=sdg)
    assert boxes(client, "indicator") == {row.pk: False, other.pk: True}

    client.post(PAGE, {**TAG, "indicator": [row.pk], "own_was": [other.pk]})

    assert [each.indicator for each in IndicatorTag.objects.all()] == [row]
    assert {each.history_user for each in IndicatorTag.history.filter(indicator=row)} == {person}
    assert not ActivityTag.objects.exists()


def test_two_people_undo_nothing_of_each_other(sdg, activities, client):
    """What somebody else marked since the page was opened was not shown, so it stays."""
    first, second = activities
    ActivityTag.objects.create(activity=second, tag=sdg)  # since the page was opened

    client.post(PAGE, {**TAG, "activity": [first.pk]})

    assert {row.activity for row in ActivityTag.objects.all()} == {first, second}


@pytest.mark.parametrize("tag", ["", "sdg:9.9", "none"])
def test_an_unknown_tag_is_put_on_nothing(sdg, activities, client, tag):
    answer = client.post(PAGE, {"tag": tag, "activity": [activities[0].pk, "x", "-1"]})
    assert answer.status_code == 404
    assert not ActivityTag.objects.exists()


def test_what_the_words_find_is_tagged_at_once(sdg, activities, client):
    first, second = activities
    assert set(boxes(client, q="ISIKLI durak")) == {second.pk}
    assert set(boxes(client, unit="1")) == {first.pk}

    answer = client.post(PAGE, {**TAG, "q": "ISIKLI durak", "all": "1"})

    assert [row.activity for row in ActivityTag.objects.all()] == [second]
    assert "q=ISIKLI+durak" in answer.url


def test_a_list_that_is_another_one_meanwhile_is_not_tagged(plan, sdg, activities, client):
    answer = client.post(PAGE, {**TAG, "q": "sayısı", "all": "1"}, follow=True)
    assert "Liste bu arada değişti" in answer.text
    assert not ActivityTag.objects.exists()


def test_the_usual_tags_are_brought_in_where_they_lack(plan, client):
    kept = factories.make_tag("group", "G1", "Bizim adımız", municipality=plan.municipality)
    assert "tagging/load/" in client.get(PAGE).text

    client.post(f"{PAGE}load/")

    assert plan.municipality.tags.count() == 54
    kept.refresh_from_db()
    assert kept.name == "Bizim adımız"
    assert "tagging/load/" not in client.get(PAGE).text


def test_an_own_tag_is_made_and_renamed(plan, activities, client, person):
    client.post(f"{PAGE}tags/add/", {"code": "K1", "name": "Kız öğrenciler"})
    made = Tag.objects.get()
    assert (made.scheme, made.municipality) == ("group", plan.municipality)

    answer = client.post(f"{PAGE}tags/{made.pk}/", {"code": "K1", "name": "Genç kadınlar"})

    assert answer.url == f"{PAGE}?tag=group:K1"
    made.refresh_from_db()
    assert made.name == "Genç kadınlar"
    assert made.history.first().history_user == person


@pytest.mark.parametrize(
    ("wrong", "field"), [({"code": "K9"}, "code"), ({"code": ""}, "code"), ({"name": ""}, "name")]
)
def test_a_wrong_tag_is_told_at_its_field(plan, client, wrong, field):
    for code in ("K8", "K9"):
        factories.make_tag("group", code, municipality=plan.municipality)
    own = Tag.objects.get(code="K8")
    for address in ("add/", f"{own.pk}/"):
        answer = client.post(f"{PAGE}tags/{address}", {"code": "K7", "name": "Kız"} | wrong)
        assert set(answer.context["form"].errors) == {field}
    assert Tag.objects.count() == 2


def test_those_of_the_charter_and_of_others_are_not_renamed(sdg, client):
    there = Municipality.objects.create(name="Adana")
    foreign = factories.make_tag("group", "K1", "Adananın etiketi", municipality=there)
    assert "Adana" not in client.get(PAGE).text
    for tag in (sdg, foreign):
        answer = client.post(f"{PAGE}tags/{tag.pk}/", {"code": "X", "name": "X"})
        assert answer.status_code == 404
    assert client.post(PAGE, {"tag": "group:K1"}).status_code == 404
    # The same code in another municipality is another tag.
    assert client.post(f"{PAGE}tags/add/", {"code": "K1", "name": "Bizimki"}).status_code == 302


def test_nothing_of_another_plan_is_tagged(sdg, activities, client):
    there = factories.make_plan(municipality=Municipality.objects.create(name="Adana"))
    foreign = factories.make_activity(there)
    row = factories.make_indicator(foreign)
    client.post(PAGE, {**TAG, "activity": [foreign.pk], "indicator": [row.pk]})
    assert not ActivityTag.objects.exists() and not IndicatorTag.objects.exists()


@pytest.mark.parametrize("many", [1, 30])
def test_the_page_costs_the_same_however_long(plan, sdg, client, django_assert_num_queries, many):
    for _each in range(many):
        activity = factories.make_activity(plan)
        factories.make_indicator(activity)
        ActivityTag.objects.create(activity=activity, tag=sdg)
    client.get(PAGE, TAG)
    # session; person; the plan with those beside it; her memberships and units; tags; ids of the
    # activities that fit; tags of activities; of indicators; indicators; activities; the
    # municipality's plans and the years with reports (menu); units of the plan
    with django_assert_num_queries(13):
        client.get(PAGE, TAG)
