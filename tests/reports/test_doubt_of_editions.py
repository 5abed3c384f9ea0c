"""What an edition says of questions that were open when it was published."""

import json
from decimal import Decimal as D

import pytest
from django.urls import reverse
from django.utils import translation

from findings import answers
from findings.year import YearFindings
from indicators.editions import PublicFigures
from indicators.figures import Figures
from indicators.models import Indicator
from pages.public_words import means_sentence
from tests.factories import (
    YEAR,
    make_activity,
    make_department,
    make_indicator,
    make_period,
    make_plan,
    make_published_year,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan():
    """Four of five are verified at 90 %; the fifth is 5 of 432, or all the way from 427."""
    plan = make_plan(slug="p", is_public=True)
    make_period(plan, state="closed")
    activity = make_activity(plan, make_department(plan, "1"))
    for _each in range(4):
        make_indicator(activity, target=100, realization=90, state="approved")
    make_indicator(activity, baseline=427, target=432, realization=5, name="Otobüs")
    return plan


def figures(plan):
    return PublicFigures(plan, make_published_year(plan))


def test_the_range_is_that_of_the_mean_of_all_that_was_reported(plan):
    published = figures(plan)

    found = published.doubt
    low = (4 * D("0.9") + D(5) / D(432)) / 5
    assert (found.questions, round(found.low, 12), found.high) == (1, round(low, 12), D("0.92"))
    with translation.override("tr"):
        assert means_sentence(published) == (
            "Doğrulananların ortalaması %90,0. Bildirilen 5 sonucun ortalaması %72,2. "
            "Yayımlandığı gün, doğrulanmayan sonuçlarla ilgili 1 soru yanıtsızdı: yanıtına göre "
            "bildirilenlerin ortalaması %72,2 ile %92,0 arasında. Her hedef en çok %100 "
            "sayılır."
        )


def test_page_document_and_api_say_it(plan, client):
    figures(plan)
    said = "bildirilenlerin ortalaması %72,2 ile %92,0 arasında"

    assert said in client.get(reverse("public_year", args=["p", YEAR])).text
    document = client.get(reverse("open_data", args=["p", YEAR, "edition.json"])).json()
    assert document["doubt"] == {"questions": 1, "low": "0.722", "high": "0.92"}
    headline = client.get(f"/api/v1/plans/p/achievement?year={YEAR}").json()["headline"]
    assert headline["range"]["high"] == "0.92" and said in headline["sentences"]["tr"]["range"]


def test_a_year_without_open_questions_says_nothing(plan):
    [one] = [each for each in YearFindings(Figures(plan, YEAR)).raised if each.blocks]
    answers.give(plan, YEAR, one, "total", person=make_user("reviewer"), digest=one.digest)

    published = figures(plan)

    assert published.doubt is None and "doubt" not in published.content
    assert "doubt" not in json.loads(published.document)


def test_the_range_is_withheld_with_the_mean_of_all(plan):
    Indicator.objects.filter(name="Otobüs").update(hides_small_numbers=True)

    published = figures(plan)

    assert (published.doubt.questions, published.doubt.low, published.doubt.high) == (1, None, None)
    with translation.override("tr"):
        assert "ile ilgili 1 soru" not in means_sentence(published)
        assert "doğrulanmayan sonuçlarla ilgili 1 soru yanıtsızdı." in means_sentence(published)


def test_what_is_answered_later_leaves_the_edition_as_it_is(plan):
    published = figures(plan)
    Indicator.objects.filter(name="Otobüs").update(kind="level", reported_as="increment")
    again = PublicFigures(plan, published.edition)
    assert (again.doubt, again.document) == (published.doubt, published.document)
