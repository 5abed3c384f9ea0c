"""That a year moved after it was sent is said wherever its mean is."""

import json
from decimal import Decimal as D

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from indicators import editions
from indicators.editions import PublicFigures, sealing
from indicators.models import EditionSeal, Indicator
from indicators.since_sent import SinceSent
from pages.since_words import since_line
from reports.proof.asking import Asker
from reports.proof.integrity import of_editions
from tests.factories import (
    YEAR,
    make_activity,
    make_department,
    make_edition,
    make_indicator,
    make_period,
    make_plan,
    make_published_year,
    make_user,
)
from tests.reports.html import parse
from tests.reports.test_official import public_report, words_of

pytestmark = pytest.mark.django_db

SINCE = "Birimler sayıları gönderdikten sonra"
SAID = f"{SINCE} 1 satır düzeltildi; sonuçlar değişti. Ortalama önce %60,0, şimdi %75,0."
LIMITS = (D(1), D("0.8"), D("0.5"))


@pytest.fixture
def plan():
    return make_plan(slug="p", municipality="Örnek")


@pytest.fixture
def activity(plan):
    return make_activity(plan, make_department(plan, "1"), "4.1.2")


@pytest.fixture
def row(activity):
    """One of two rows, corrected from 5 to 8 of 10 after it was sent; the other stands at 7."""
    make_indicator(activity, target=10, realization=7, state="approved")
    row = make_indicator(activity, target=10, realization=5, state="approved")
    correct(row, 8)
    return row


def correct(row, number):
    value = row.realizations.get(year=YEAR)
    value.value, value.text = D(number), str(number)
    value.save()


def read(address, role="", **query):
    client = Client()
    if role:
        client.force_login(make_user("" if role == "reader" else role))
    return client.get(address, query)


def at(name, *args):
    return reverse(name, args=["p", YEAR, *args])


# --- The sentence ---


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, None),
        (
            {"answers": 22, "before": D("0.8284"), "after": D("0.9607")},
            f"{SINCE} 22 soru yanıtlandı; sonuçlar değişti. Ortalama önce %82,8, şimdi %96,1.",
        ),
        (
            {"answers": 2, "others": 3, "before": D("0.5"), "after": D("0.5001")},
            f"{SINCE} 2 soru yanıtlandı, 3 satır düzeltildi; sonuçlar değişti. Ortalama "
            "değişmedi: %50,0.",
        ),
        (
            {"others": 1, "is_withheld": True},
            f"{SINCE} 1 satır düzeltildi; sonuçlar değişti. Önceki ortalama, kimse "
            "tanınmasın diye verilmiyor.",
        ),
        ({"others": 1}, f"{SINCE} 1 satır düzeltildi; sonuçlar değişti."),
    ],
)
def test_the_sentence_says_what_moved_and_what_became_of_the_mean(given, said):
    moved = frozenset({1}) if given else frozenset()
    with translation.override("tr"):
        told = since_line(SinceSent(by_others=moved, **given), LIMITS)
    assert (told and str(told)) == said


def test_each_number_leads_to_its_rows():
    since = SinceSent(2, 3, frozenset({1}), frozenset({2}), D("0.5"), D("0.6"))
    assert [piece.query for piece in since_line(since, LIMITS).numbers] == [
        "since=answers",
        "since=others",
    ]


# --- Inside ---


@pytest.mark.parametrize("name", ["dashboard", "annual_report"])
def test_the_pages_of_the_year_say_it(plan, row, name):
    make_period(plan, state="closed")
    assert SAID in " ".join(text_of(read(at(name), "reader")).split())


@pytest.mark.parametrize("state", ["open", "closed", "published"])
def test_the_page_of_the_period_says_it_before_publishing_and_after(plan, row, state):
    make_period(plan, state="closed")
    if state == "published":
        make_published_year(plan)
    plan.periods.update(state=state)

    told = read(at("period"), "reviewer")

    assert SAID in text_of(told)
    list_url = at("indicator_list")
    list_url += "?reading=approved&amp;" if state == "published" else "?"
    assert f"{list_url}since=others" in told.text


def test_the_list_of_indicators_narrows_to_the_rows_that_moved(plan, row):
    make_period(plan, state="closed")
    moved, stays = row.name, Indicator.objects.exclude(pk=row.pk).get().name

    told = read(at("indicator_list"), "reader", since="others").text
    assert moved in told and stays not in told
    assert moved not in read(at("indicator_list"), "reader", since="answers").text


def text_of(response):
    return " ".join(parse(response.text).text.split())


# --- In public ---


def test_it_is_frozen_with_the_edition(plan, row):
    make_published_year(plan)
    figures = PublicFigures(plan, editions.latest(plan, YEAR))

    correct(row, 9)  # An erratum: the edition stays what it was.

    found = figures.since_sent(figures.printed_rows)
    assert (found.answers, found.others, found.before, found.after) == (0, 1, D("0.6"), D("0.75"))


def test_the_public_page_and_document_and_the_api_say_it(plan, row):
    make_period(plan, state="closed")
    make_published_year(plan)
    plan.is_public = True
    plan.save()

    assert SAID in text_of(read(at("public_year")))
    document = read(at("open_data", "edition.json")).json()
    assert document["form"] == 2
    assert document["since_sent"] == {
        "answers": 0,
        "other_rows": 1,
        "mean_before": "0.6",
        "mean_after": "0.75",
    }
    assert document["means"] == {
        "verified": {"mean": "0.75", "n": 2},
        "reported": {"mean": "0.75", "n": 2},
    }
    address = f"/api/v1/plans/p/achievement?year={YEAR}"
    found = read(address).json()["headline"]
    assert found["since_sent"]["mean_before"] == "0.6"
    assert found["sentences"]["tr"]["since_sent"] == SAID


@pytest.mark.parametrize("form", ["pdf", "docx", "xlsx"])
def test_the_public_report_says_it(plan, row, form):
    make_period(plan, state="closed")
    make_published_year(plan)
    plan.is_public = True
    plan.save()
    assert SAID in words_of(form, public_report(plan, form))


def test_the_mean_before_is_withheld_beside_a_row_that_hides_small_numbers(plan, activity, row):
    """One row moved: with the mean before, its first number could be reckoned."""
    make_indicator(
        activity, target=10, realization=3, state="approved",
        counts_people=True, hides_small_numbers=True,
    )  # fmt: skip
    edition = make_edition(plan)
    found = PublicFigures(plan, edition).since_sent(PublicFigures(plan, edition).printed_rows)

    assert (found.others, found.before, found.is_withheld) == (1, None, True)
    document = json.loads(PublicFigures(plan, edition).document)
    assert document["since_sent"]["mean_before"] is None
    assert '"first"' not in PublicFigures(plan, edition).document


def test_a_row_hidden_later_takes_the_mean_before_with_it_and_seals_anew(plan, activity, row):
    make_indicator(activity, target=10, realization=3, state="approved", name="Başvuru")
    edition = make_edition(plan)
    assert json.loads(PublicFigures(plan, edition).document)["since_sent"]["mean_before"]

    small = Indicator.objects.get(name="Başvuru")
    small.hides_small_numbers = True
    small.save()

    figures = PublicFigures(plan, edition)
    assert len(figures.seals) == 2
    assert json.loads(figures.document)["since_sent"]["mean_before"] is None


def test_marking_a_row_without_small_numbers_seals_anew_where_a_mean_is_withheld_by_it(
    plan, activity, row
):
    large = make_indicator(activity, target=10, realization=30, state="approved")
    edition = make_edition(plan)

    large.hides_small_numbers = True
    large.save()

    figures = PublicFigures(plan, edition)
    assert [seal.reason for seal in figures.seals] == ["published", "hidden"]
    assert json.loads(figures.document)["since_sent"]["mean_before"] is None


def test_an_edition_published_before_there_were_means_reads_as_it_was_sealed(plan, row):
    edition = make_edition(plan)
    content = json.loads(edition.content)
    del content["since_sent"]
    for each in content["rows"]:
        each.pop("first", None)
    content["format"] = 2
    edition.content = json.dumps(content, ensure_ascii=False, sort_keys=True)
    edition.checksum = editions.checksum(edition.content)
    edition.save()
    EditionSeal.objects.all().delete()

    editions.seal_anew(plan, new=edition)

    figures = PublicFigures(plan, edition)
    document = json.loads(figures.document)
    assert (document["form"], "means" in document, "since_sent" in document) == (1, False, False)
    assert figures.since_sent(figures.printed_rows).moved == frozenset()


def unfit(plan):
    """Return what ``prove`` finds of the year's one edition."""
    return next(of_editions(plan, YEAR, Asker())).differences


def test_proving_a_year_compares_the_means_of_its_document(plan, row):
    make_period(plan, state="closed")
    edition = make_published_year(plan)
    assert unfit(plan) == []

    seal = EditionSeal.objects.get()
    seal.told["means"]["verified"]["mean"] = "0.99"
    document = sealing.document_of(edition, json.loads(edition.content), [seal])
    seal.public_checksum = editions.checksum(document)
    seal.save()

    [found] = unfit(plan)
    assert (found.what, found.said, found.expected) == ("means.verified.mean", "0.99", "0.75")
