"""``prove`` reads every output back; here it is made to find what does not fit."""

import io
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command

from indicators import editions
from indicators.editions import sealing
from indicators.figures import Figures
from indicators.models import Edition, EditionSeal, Indicator
from reports.exports import PrintedTable
from reports.proof import integrity, outputs
from reports.proof.asking import Asker
from reports.proof.figures import Expected
from tests.factories import (
    YEAR,
    make_activity,
    make_department,
    make_indicator,
    make_period,
    make_plan,
    make_realization,
    stored_rows,
)
from tests.reports.test_editions_refused import TAMPERED, given_to_another_plan

pytestmark = pytest.mark.django_db


def prove(plan, year=YEAR):
    """Return the exit code and what was said, by output."""
    out, err = io.StringIO(), io.StringIO()
    code = 0
    try:
        call_command("prove", plan=plan.slug, year=year, stdout=out, stderr=err)
    except SystemExit as left:
        code = left.code
    return code, out.getvalue()


def wrong(told):
    return [line[2:] for line in told.splitlines() if line.startswith("✗")]


@pytest.fixture
def plan():
    return make_plan(slug="p", is_public=True)


@pytest.fixture
def activity(plan):
    return make_activity(plan, make_department(plan, "1"), "4.1.1")


@pytest.fixture
def published(plan, activity):
    """A published year: 30 people, 27 women, 3 men hidden, so that the women are hidden too."""
    make_period(plan, YEAR, "published")
    for name, value, hides in (("toplam", 30, False), ("kadın", 27, False), ("erkek", 3, True)):
        found = make_indicator(activity, name=name, target=50, hides_small_numbers=hides)
        make_realization(found, value, YEAR, "approved")
    editions.freeze(plan, YEAR, person=None)
    return plan


def of_editions(plan):
    """Return what does not fit about editions and hidden numbers, by what was looked at."""
    found = integrity.of_editions(plan, YEAR, Asker())
    return {each.what: [str(one) for one in each.differences] for each in found}


def test_a_published_year_with_hidden_numbers_is_proven_and_nothing_written(published):
    before = stored_rows()
    code, told = prove(published)
    assert (wrong(told), code) == ([], 0)
    assert len(told.splitlines()) > 15
    assert stored_rows() == before


def test_an_open_year_of_which_little_is_in_has_nothing_wrong(plan, activity):
    """Tables hold its mean back, the headline says it and that it is provisional."""
    make_period(plan, YEAR, "open")
    other = make_activity(plan, make_department(plan, "2"), "4.1.2")
    for number in range(9):
        make_indicator(activity if number % 2 else other, target=10, name=f"Sayı {number}")
    make_indicator(activity, target=10, realization=9, name="Yazılan")

    code, told = prove(plan)

    assert (wrong(told), code) == ([], 0)


def test_an_edition_that_was_changed_is_named(published):
    assert of_editions(published)["1. baskının sağlama kodu"] == []
    edition = Edition.objects.get()
    Edition.objects.update(content=edition.content.replace('"30"', '"3000"'))
    [told] = of_editions(published)["1. baskının sağlama kodu"]
    assert told.startswith("SHA-256: ")
    assert told.endswith(f" ≠ {edition.checksum}")


def test_of_two_editions_only_the_one_that_was_changed_is_named(published):
    editions.freeze(published, YEAR, person=None, reason="Yeniden")
    first = Edition.objects.get(number=1)
    Edition.objects.filter(pk=first.pk).update(content=first.content.replace('"30"', '"3000"'))
    found = of_editions(published)
    assert found["1. baskının sağlama kodu"]
    assert found["2. baskının sağlama kodu"] == []


def test_of_an_edition_whose_predecessor_changed_nothing_else_is_told(published):
    second = editions.freeze(published, YEAR, person=None, reason="Yeniden")
    first = Edition.objects.get(number=1)
    first.content = first.content.replace("toplam", "Toplam")
    first.checksum = editions.checksum(first.content)
    first.save()
    EditionSeal.objects.filter(edition=first).delete()
    [seal] = sealing.seal_anew(published, new=first)
    found = of_editions(published)
    assert found["1. baskının sağlama kodu"] == []
    [told] = found["2. baskının sağlama kodu"]
    assert told == (
        "Kendi sağlama koduna uyuyor; önündeki 1. baskının sağlama kodu, bu baskı yayımlanırken "
        f"not ettiğinden başka: {seal.public_checksum} ≠ {second.previous}"
    )


@pytest.mark.parametrize(
    "tamper",
    [one for one in TAMPERED if one is not given_to_another_plan],
    ids=lambda one: one.__name__,
)
def test_an_edition_that_is_refused_is_named(plan, activity, tamper):
    make_period(plan, YEAR, "published")
    make_indicator(activity, target=10000, realization=7654, state="approved")
    make_indicator(activity, target=10, realization=3, state="approved", hides_small_numbers=True)
    edition = editions.freeze(plan, YEAR, person=None)
    tamper(edition)
    edition.refresh_from_db()
    found = of_editions(plan)
    assert found[f"{edition.number}. baskının sağlama kodu"]
    assert found["Gizlenen küçük sayılar"]


def test_a_year_whose_edition_is_refused_is_looked_at_to_the_end(published):
    EditionSeal.objects.update(public_checksum="0" * 64)
    code, told = prove(published)
    assert code == 1
    assert "1. baskının sağlama kodu" in wrong(told)
    assert "report.xlsx (Yalnız doğrulanmış)" in told


def test_a_hidden_number_that_the_files_give_away_is_named(published, monkeypatch):
    assert of_editions(published)["Gizlenen küçük sayılar"] == []
    # As if what must be hidden with it had been forgotten.
    men = Indicator.objects.get(name="erkek")
    everything = editions.PublicFigures.withheld.func
    monkeypatch.setattr(
        editions.PublicFigures,
        "withheld",
        property(
            lambda self: type(found := everything(self))(
                frozenset(cell for cell in found.cells if cell.row == men.pk), found.unmarked
            )
        ),
    )
    assert of_editions(published)["Gizlenen küçük sayılar"] == [
        f"{men.pk} value {YEAR}: daraltılabiliyor ≠ 0–4"
    ]


def test_an_output_that_says_something_else_is_named(published, monkeypatch):
    monkeypatch.setattr(PrintedTable, "ratio_text", lambda self, row: "%1,0")
    code, told = prove(published)
    assert code == 1
    assert wrong(told) == [
        "plan.csv (Bildirildiği gibi)",
        "plan.csv (Yalnız doğrulanmış)",
        "plan.csv (baskı)",
    ]
    assert "    #1: %1,0 ≠ %60,0" in told


@pytest.mark.parametrize("form", outputs.REPORTS)
def test_a_report_that_says_another_mean_of_a_unit_is_named(published, form):
    def differences(**wrong):
        expected = Expected(Figures(published, YEAR))
        expected.percents.update(wrong)
        expected.means.update({number: Decimal("0.01") for number in wrong})
        source = outputs.Source(
            Asker(), published, YEAR, expected=expected, base=f"/plans/p/{YEAR}/",
            signed_in=True, query={"state": "working"},
        )  # fmt: skip
        return [(one.what, one.expected) for one in outputs.REPORTS[form](source)]

    assert differences() == []
    [(number, expected)] = differences(**{"1": "%1,0"})
    assert (number, expected) in [("1", "%1,0"), ("1", "0.01")]


def test_a_plan_or_year_that_is_not_there_is_told():
    plan = make_plan(slug="p")
    with pytest.raises(CommandError, match="1999"):
        call_command("prove", plan=plan.slug, year=1999)
    with pytest.raises(CommandError, match="yok"):
        call_command("prove", plan="yok", year=YEAR)
