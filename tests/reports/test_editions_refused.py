"""An edition that was tampered with is shown to nobody, at no address and to no question."""

import logging

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client

from indicators import editions
from indicators.editions import sealing
from indicators.models import Edition, EditionSeal, Indicator
from reports.opendata.views import FILES
from tests.factories import (
    YEAR,
    make_activity,
    make_department,
    make_edition,
    make_indicator,
    make_period,
    make_plan,
)

pytestmark = pytest.mark.django_db

AT = f"/public/p/{YEAR}/"
PAGES = [AT, f"{AT}?lang=en", f"{AT}departments/1/", f"{AT}objectives/4/", f"{AT}editions/"]
OPEN_DATA = [f"{AT}data/{name}" for name in FILES]
API = [
    "/api/v1/plans/p/",
    *(
        f"/api/v1/plans/p/{name}?year={YEAR}"
        for name in ("achievement", "indicators", "targets", "realizations")
    ),
]
OF_EDITION = [f"{AT}editions/1/", *(f"{AT}editions/1/{name}" for name in FILES)]
EVERYWHERE = [*PAGES, *OPEN_DATA, *API, *OF_EDITION]


@pytest.fixture
def edition():
    """Publish 7654 of a target of 10000, and a 3 that stays hidden."""
    cache.clear()  # the API counts what one address asks
    plan = make_plan(is_public=True, slug="p")
    activity = make_activity(plan, make_department(plan, "1"), "4.1.1")
    make_indicator(activity, target=10000, realization=7654, state="approved")
    make_indicator(activity, target=10, realization=3, state="approved", hides_small_numbers=True)
    make_period(plan, state="published")
    return make_edition(plan)


def content(edition):
    return edition.content.replace('"7654"', '"9999"')


def tampered_content(edition):
    Edition.objects.update(content=content(edition))


def tampered_content_and_checksum(edition):
    changed = content(edition)
    Edition.objects.update(content=changed, checksum=editions.checksum(changed))


def cut_content(edition):
    Edition.objects.update(content=edition.content[:-9])


def given_another_number(edition):
    Edition.objects.update(number=2)


def given_a_reason(edition):
    Edition.objects.update(override_reason="Meclis kararıyla")


def given_another_day(edition):
    Edition.objects.update(published_at="2020-01-01T00:00:00Z")


def given_to_another_plan(edition):
    other = make_plan(is_public=True, slug="q")
    Edition.objects.update(plan=other)
    edition.plan.periods.update(plan=other)
    edition.plan.slug = "o"
    edition.plan.save()
    other.slug = "p"
    other.save()


def lost_its_seal(edition):
    EditionSeal.objects.all().delete()


def sealed_otherwise(edition):
    EditionSeal.objects.update(public_checksum="0" * 64)


def sealed_without_hiding(edition):
    EditionSeal.objects.update(withheld={"cells": [], "unmarked": []})


TAMPERED = [
    tampered_content,
    tampered_content_and_checksum,
    cut_content,
    given_another_number,
    given_a_reason,
    given_another_day,
    given_to_another_plan,
    lost_its_seal,
    sealed_otherwise,
    sealed_without_hiding,
]


@pytest.mark.parametrize("tamper", TAMPERED, ids=lambda tamper: tamper.__name__)
def test_nothing_of_a_tampered_edition_is_served(edition, tamper, caplog):
    client = Client()
    marks = {address: client.get(address)["ETag"] for address in EVERYWHERE}
    tamper(edition)
    is_moved = tamper is given_another_number
    for address in [each for each in EVERYWHERE if not (is_moved and each in OF_EDITION)]:
        caplog.clear()
        known = {"If-None-Match": marks[address]}
        for answer in (
            client.get(address),
            client.get(address, headers=known),
            client.head(address, headers=known),
        ):
            assert answer.status_code == 503, address
            assert "Retry-After" not in answer
            assert answer["Cache-Control"] == "no-store"
            assert "ETag" not in answer
            assert b"9999" not in answer.content
            assert b"7654" not in answer.content
        [told, *_more] = [one for one in caplog.records if one.name == "indicators.integrity"]
        assert told.levelno == logging.ERROR
        # Whoever asked: the log is in the language of the installation.
        assert told.getMessage().startswith(f"{YEAR}, ")
        assert told.getMessage().endswith("; gösterilmiyor.")


REPORT = f"{AT}report.xlsx"
ALSO_BROKEN = [*EVERYWHERE, REPORT]


@pytest.fixture
def another(edition):
    """Publish the year after it, whose edition is asked for at no address of the first."""
    make_period(edition.plan, YEAR + 1, state="published")
    return make_edition(edition.plan, YEAR + 1)


@pytest.mark.parametrize("of", [slice(None, -9), slice(None)], ids=["cut", "one byte more"])
def test_a_reader_who_knows_an_edition_is_not_told_that_it_stands_beside_a_broken_one(another, of):
    """What is hidden here depends on every edition of the plan: 304 is said only where 200 is."""
    client = Client()
    marks = {address: client.get(address)["ETag"] for address in ALSO_BROKEN}
    later = {"If-Modified-Since": "Thu, 01 Jan 2099 00:00:00 GMT"}
    for address in ALSO_BROKEN:
        assert client.get(address, headers=later).status_code == 200, address
        known = {"If-None-Match": marks[address]}
        assert client.get(address, headers=known).status_code == 304, address

    Edition.objects.filter(pk=another.pk).update(content=f"{another.content[of]} ")

    for address in ALSO_BROKEN:
        for headers in ({}, later, {"If-None-Match": marks[address]}, {"If-None-Match": "*"}):
            for ask in (client.get, client.head):
                answer = ask(address, headers=headers)
                assert answer.status_code == 503, (address, headers)
                assert "ETag" not in answer


def test_it_is_said_in_the_language_of_the_address(edition):
    tampered_content(edition)
    client = Client()
    assert "sağlama koduna uymuyor" in client.get(AT).text
    assert "does not fit the checksum" in client.get(f"{AT}?lang=en").text
    answer = client.get(f"/api/v1/plans/p/indicators?year={YEAR}")
    assert answer.json() == {"detail": "Bu baskı sağlama koduna uymuyor, bu yüzden gösterilmiyor."}


def test_an_edition_rewritten_to_the_last_is_betrayed_by_the_one_after_it(edition):
    """Who can write the database can make one edition fit; the next one has its old checksum."""
    editions.freeze(edition.plan, YEAR, person=None, reason="Düzeltme")
    client = Client()
    assert client.get(AT).status_code == 200

    changed = content(edition)
    Edition.objects.filter(pk=edition.pk).update(
        content=changed, checksum=editions.checksum(changed)
    )
    seal = edition.seals.get()
    with pytest.raises(editions.EditionBroken):
        editions.FrozenFigures(edition.plan, Edition.objects.get(pk=edition.pk))
    again = Edition.objects.get(pk=edition.pk)
    document = sealing.document_of(again, sealing.content_of(again), [seal])
    EditionSeal.objects.filter(pk=seal.pk).update(public_checksum=editions.checksum(document))

    assert client.get(f"{AT}editions/1/edition.json").status_code == 200
    assert client.get(AT).status_code == 503
    assert client.get(f"{AT}editions/").status_code == 503


def test_other_hidden_numbers_are_an_act_of_a_person(edition):
    """A write past the acts refuses the edition, and the server's administrator seals it."""
    client = Client()
    shown = Indicator.objects.get(hides_small_numbers=False)
    shown.realizations.update(value=2)
    Indicator.objects.filter(pk=shown.pk).update(hides_small_numbers=True)
    assert client.get(AT).status_code == 503
    assert client.get(f"{AT}data/edition.json").status_code == 503

    call_command("seal")

    assert client.get(AT).status_code == 200
    assert edition.seals.count() == 2


def test_what_does_not_fit_is_never_sealed_anew(edition):
    tampered_content_and_checksum(edition)
    shown = Indicator.objects.get(hides_small_numbers=False)
    shown.hides_small_numbers = True
    shown.save()
    call_command("seal")
    assert edition.seals.count() == 1
    assert Client().get(AT).status_code == 503


def test_nothing_is_published_upon_an_edition_that_does_not_fit(edition):
    tampered_content_and_checksum(edition)
    with pytest.raises(editions.EditionBroken):
        editions.freeze(edition.plan, YEAR, person=None, reason="Düzeltme")
