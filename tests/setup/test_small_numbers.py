"""Which rows count people and which hide small numbers: proposed, decided on many at once."""

import pytest
from django.test import Client

from activities.models import Municipality
from indicators import people
from indicators.models import EditionSeal, Indicator
from indicators.small_decisions import Decision, decide
from tests import factories

pytestmark = pytest.mark.django_db
YEAR = factories.YEAR
PAGE = "/settings/plans/p/small-numbers/"


@pytest.fixture
def plan():
    return factories.make_plan(slug="p")


@pytest.fixture
def activity(plan):
    return factories.make_activity(plan, factories.make_department(plan, "4"), "4.4.2")


@pytest.fixture
def rows(activity):
    """A number of people, one of trainings for them, one of neither, and a percent."""
    return {
        key: factories.make_indicator(activity, name=name, realization=cell, **given)
        for key, name, cell, given in (
            ("people", "Eğitim alan kadın sayısı", 3, {}),
            ("trainings", "Kadınlara eğitim sayısı", 2, {}),
            ("stops", "Durak sayısı", 4, {}),
            ("percent", "Kadın oranı", "%3", {"measure": "percent"}),
            ("shelter", "Sığınma evi başvurusu sayısı", 7, {}),
        )
    }


@pytest.fixture
def person(plan):
    return factories.make_user("reviewer")


@pytest.fixture
def reviewer(person):
    client = Client()
    client.force_login(person)
    return client


def decided(client, rows, *, counts=(), hides=(), look=True, **more):
    """Decide on rows as the page's form does, with the look that it asks for."""
    sent = {
        "row": [row.pk for row in rows],
        "counts": [row.pk for row in counts],
        "hides": [row.pk for row in hides],
        **more,
    }
    response = client.post(PAGE, sent)
    if look and response.status_code == 200 and response.context["look"]:
        response = client.post(PAGE, sent | {"looked": response.context["look"]})
    return response


def marks(row):
    row.refresh_from_db()
    return row.counts_people, row.hides_small_numbers, row.people_decided


def test_what_a_name_suggests_is_ticked_and_the_rest_only_listed(rows, reviewer):
    found = {each.indicator.name: each.said for each in reviewer.get(PAGE).context["rows"]}
    assert {name: (said.counts, said.hides) for name, said in found.items()} == {
        "Eğitim alan kadın sayısı": (True, True),
        "Kadınlara eğitim sayısı": (False, False),
        "Sığınma evi başvurusu sayısı": (False, False),
    }
    every = [each.indicator.name for each in reviewer.get(f"{PAGE}?show=all").context["rows"]]
    assert "Durak sayısı" in every and "Kadın oranı" not in every


def test_what_is_hidden_is_said_before_it_is_stored(rows, reviewer):
    listed = [rows["people"], rows["trainings"]]
    # 3 and 2 are small; nothing else would tell them.
    look = decided(reviewer, listed, counts=listed[:1], hides=listed, look=False)

    assert f"{YEAR} yılında 1 ile 4 arasındaki 2 sayı kamuya gösterilmez." in look.text
    assert marks(rows["people"]) == (False, False, False)


def test_a_number_that_would_tell_a_hidden_one_is_counted_with_it(activity, reviewer):
    # 10 and 13 beside the 3: 13 less 10 tells it, so the larger goes too.
    small, *_others = (
        factories.make_indicator(activity, name=name, realization=cell)
        for name, cell in (("Kadın sayısı", 3), ("Erkek sayısı", 10), ("Toplam", 13))
    )
    look = decided(reviewer, [small], hides=[small], look=False)
    [effect] = look.context["effects"]
    assert (effect.year, effect.small, effect.besides) == (YEAR, 1, 1)


def test_many_are_decided_at_once_and_what_is_left_out_is_not_proposed_again(
    rows, reviewer, person
):
    listed = [rows["people"], rows["trainings"]]
    response = decided(reviewer, listed, counts=listed[:1], hides=listed[:1], reason="Meclis")

    assert response.status_code == 302
    assert marks(rows["people"]) == (True, True, True)
    assert marks(rows["trainings"]) == (False, False, True)
    assert marks(rows["shelter"]) == (False, False, False)
    newest = rows["people"].history.first()
    assert (newest.history_user, newest.history_change_reason) == (person, "Meclis")
    left = [each.indicator for each in reviewer.get(PAGE).context["rows"]]
    assert left == [rows["shelter"]]


def test_only_what_was_looked_at_is_stored(rows, reviewer):
    listed = [rows["people"], rows["trainings"]]
    look = decided(reviewer, listed, hides=listed[:1], look=False).context["look"]
    other = decided(reviewer, listed, hides=listed, look=False, looked=look)
    assert other.status_code == 200
    assert marks(rows["people"]) == (False, False, False)


def test_the_rows_are_narrowed_by_words_and_unit(plan, rows, reviewer):
    def found(query):
        return {each.indicator.name for each in reviewer.get(PAGE + query).context["rows"]}

    assert found("?show=all&q=DURAK") == {"Durak sayısı"}
    assert found("?q=siginma") >= {"Sığınma evi başvurusu sayısı"}
    assert found("?show=all&unit=9") == set()


def test_a_percent_counts_nobody(rows, reviewer):
    decided(reviewer, [rows["percent"]], counts=[rows["percent"]])
    assert marks(rows["percent"]) == (False, False, False)


def test_a_published_year_hides_it_too_and_is_sealed_anew(plan, rows, reviewer):
    for row in rows.values():
        row.realizations.update(state="approved")
    edition = factories.make_published_year(plan)
    public = Client()
    plan.is_public = True
    plan.save()
    before = edition.seals.count()
    assert "Yayımlanan yıllar" in reviewer.get(PAGE).text

    assert decided(reviewer, [rows["people"]], hides=[rows["people"]]).status_code == 302

    seals = edition.seals.order_by("pk")
    assert seals.count() == before + 1
    assert seals.last().reason == EditionSeal.Reason.HIDDEN
    answer = public.get(f"/public/p/{YEAR}/")
    assert answer.status_code == 200


def test_what_was_hidden_after_publishing_stays_hidden(plan, rows, reviewer):
    row = rows["people"]
    row.realizations.update(state="approved")
    factories.make_published_year(plan)
    decided(reviewer, [row], hides=[row])

    decided(reviewer, [row], counts=[row])

    assert marks(row) == (True, True, True)


def test_what_was_published_hidden_stays_hidden(plan, rows, reviewer):
    row = rows["people"]
    row.realizations.update(state="approved")
    Indicator.objects.filter(pk=row.pk).update(hides_small_numbers=True)
    factories.make_published_year(plan)

    listed = reviewer.get(f"{PAGE}?show=all").context["rows"]
    [locked] = [each.why_locked for each in listed if each.why_locked]
    assert row.name in locked
    decided(reviewer, [row], counts=[row])
    assert marks(row) == (True, True, True)


def test_what_was_decided_on_a_years_page_is_taken_back_there(plan, rows, reviewer, person):
    decide(plan, YEAR, {rows["people"].pk: Decision(True, "Az kişi")}, person)
    with pytest.raises(people.Sentence):
        people.decide(plan, {rows["people"].pk: people.Said(True, False)}, person)
    decided(reviewer, [rows["people"]], counts=[rows["people"]])
    assert marks(rows["people"]) == (True, True, True)


def test_no_row_of_another_plan_is_decided(rows, reviewer):
    there = factories.make_plan(municipality=Municipality.objects.create(name="Adana"))
    foreign = factories.make_indicator(
        factories.make_activity(there), name="Adanalı kadın sayısı", realization=3
    )
    assert "Adana" not in reviewer.get(f"{PAGE}?show=all").text
    decided(reviewer, [foreign], counts=[foreign], hides=[foreign])
    assert marks(foreign) == (False, False, False)
    assert reviewer.get(f"/settings/plans/{there.slug}/small-numbers/").status_code == 404


@pytest.mark.parametrize("many", [1, 40])
def test_the_page_costs_the_same_however_long(activity, reviewer, django_assert_num_queries, many):
    for number in range(many):
        factories.make_indicator(activity, name=f"{number} kadın sayısı", realization=3)
    reviewer.get(PAGE)
    # session; person; the plan with those beside it; her memberships and units; units of the
    # plan; the rows; their small numbers; of the proposed ones the rows, the years with reports,
    # editions, indicators and numbers of the one year; the municipality's plans and the years with
    # reports (menu); the published years
    with django_assert_num_queries(15):
        reviewer.get(PAGE)
