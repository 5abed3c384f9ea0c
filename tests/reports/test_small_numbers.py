"""Attacks on hidden numbers, over everything that anybody may read of a published year."""

import csv
import io
import json
import re
from decimal import Decimal as D

import pytest
from django.test import Client

from indicators import steps
from indicators.models import Realization
from tests.factories import (
    YEAR,
    make_activity,
    make_department,
    make_edition,
    make_indicator,
    make_period,
    make_plan,
    make_realization,
    make_target,
    make_user,
)

pytestmark = pytest.mark.django_db

PARTS = ("women", "men", "others")


@pytest.fixture
def plan():
    return make_plan(is_public=True, slug="p")


@pytest.fixture
def activity(plan):
    return make_activity(plan, make_department(plan, "1"), "4.1.1")


def row(activity, value=None, *, hides=False, year=YEAR, parts=(), **given):
    """Make an indicator with an approved value and a target of 50."""
    found = make_indicator(activity, target=50, hides_small_numbers=hides, year=year, **given)
    if value is not None:
        split = dict(zip(PARTS, parts, strict=False))
        make_realization(found, value, year, "approved", **split)
    return found


def publish(plan, year=YEAR):
    """Publish a year as it stands; a second time a second edition of it."""
    period = plan.periods.filter(year=year).first() or make_period(plan, year, "published")
    make_edition(plan, year)
    return period


def number(text):
    return D(text) if text else None


class Public:
    """What anybody may read of a plan's year: page, files and API, which must say the same."""

    def __init__(self, plan, year=YEAR):
        self.client, self.at = Client(), f"/public/{plan.slug}/{year}/"
        self.api = f"/api/v1/plans/{plan.slug}/%s?year={year}&limit=200"
        self.page = self.read(self.at)
        self.json = self.client.get(f"{self.at}data/data.json").json()
        self.files = {
            name: list(csv.DictReader(io.StringIO(self.read(f"{self.at}data/{name}.csv")[1:])))
            for name in ("plan", "realizations", "achievement", "summary")
        }
        self.answers = {
            name: self.client.get(self.api % name).json()["items"]
            for name in ("indicators", "realizations")
        }
        self.rated = self.client.get(f"{self.api % 'achievement'}&by=indicator").json()["items"]
        self.document = self.client.get(f"{self.at}data/edition.json").json()
        # Every edition of the year stays readable, with its tables.
        self.editions = [
            (self._of_edition(number, "edition"), self._of_edition(number, "data"))
            for number in range(1, self.document["number"] + 1)
        ]
        assert self.editions[-1] == (self.document, self.json)

    def _of_edition(self, number, name):
        return json.loads(self.read(f"{self.at}editions/{number}/{name}.json"))

    def read(self, address):
        response = self.client.get(address)
        assert response.status_code == 200
        return response.content.decode()

    def value(self, row):
        place = next(n for n, each in enumerate(self.json["plan"]) if each["id"] == row.pk)
        told = {
            number(self.json["realizations"][place]["realization"]),
            number(self.files["realizations"][place]["realization"]),
            number(self.answers["indicators"][place]["realization"]),
            number(self.answers["realizations"][place]["value"]),
            number(self.rated[place]["realization"]),
            number((self.document["rows"][place]["realization"] or {}).get("value")),
            self._on_page(row),
        }
        assert len(told) == 1, told
        [value] = told
        if value is None:  # … nor what could be reckoned back to it
            for rated in (self.json["achievement"], self.files["achievement"], self.rated):
                assert not rated[place]["achievement"] and not rated[place]["score"]
                if rated[place]["status"] != "unverified":
                    assert not rated[place]["status"] and not rated[place]["rule"]
            for edition, tables in self.editions:
                self._tells_nothing(row.pk, edition, tables)
        return value

    def _tells_nothing(self, id, edition, tables):
        """See that no edition tells a number that the newest hides, nor what it became."""
        [found] = [each for each in edition["rows"] if each["id"] == id]
        assert set(found["realization"] or {}) <= {"value", "withheld"}
        assert (found["realization"] or {}).get("value") is None
        assert {each["field"] for each in edition["changes"] if each["row"] == id} <= {"baseline"}
        for name in ("realization", "women", "men", "others", "achievement", "score"):
            table = "realizations" if name in tables["realizations"][0] else "achievement"
            assert not [each for each in tables[table] if each["id"] == id and each[name]]

    def _on_page(self, row):
        line = re.search(rf'<tr id="g{row.pk}">.*?</tr>', self.page, re.S)[0]
        cell = re.search(r'<td class="num result".*?</td>', line, re.S)[0]
        text = re.sub(r"<a .*?</a>", "", cell)
        shown = re.sub(r"<[^>]*>", "", text).strip().replace(",", ".").removeprefix("%")
        return None if shown in ("&lt;5", "…", "–", "—", "-", "", "doğrulanmadı") else D(shown)

    def baseline(self, row):
        place = next(n for n, each in enumerate(self.json["plan"]) if each["id"] == row.pk)
        told = {
            number(self.json["plan"][place]["baseline"]),
            number(self.files["plan"][place]["baseline"]),
            number(self.answers["indicators"][place]["baseline"]),
            number(self.rated[place]["baseline"]),
            number(self.document["rows"][place]["baseline"]),
        }
        texts = {
            self.json["plan"][place]["baseline_text"],
            self.files["plan"][place]["baseline_text"],
            self.answers["indicators"][place]["texts"]["baseline"],
            self.document["rows"][place]["baseline_text"],
        }
        assert len(told) == len(texts) == 1
        [value], [text] = told, texts
        assert (value is None) == (text in ("", "<5", "…"))
        if text in ("<5", "…"):
            for edition, tables in self.editions:
                [found] = [each for each in edition["rows"] if each["id"] == row.pk]
                [listed] = [each for each in tables["plan"] if each["id"] == row.pk]
                assert found["baseline"] is None
                assert listed["baseline"] is None
                told = {each["field"] for each in edition["changes"] if each["row"] == row.pk}
                assert "baseline" not in told
        return value

    def parts(self, row):
        place = next(n for n, each in enumerate(self.json["plan"]) if each["id"] == row.pk)
        told = {
            tuple(number(table[place].get(part)) for part in PARTS)
            for table in (
                self.json["realizations"],
                self.files["realizations"],
                [each["realization"] or {} for each in self.document["rows"]],
            )
        }
        assert len(told) == 1
        return told.pop()

    def errata(self):
        return self.page.split('id="h-errata"')[-1] if 'id="h-errata"' in self.page else ""


def test_what_nobody_asked_to_hide_is_told_everywhere(plan, activity):
    one = row(activity, 30, baseline=3, parts=(28, 2, 0), counts_people=True)
    publish(plan)
    told = Public(plan)
    assert (told.value(one), told.baseline(one), told.parts(one)) == (30, 3, (28, 2, 0))


# In each attack it is said by hand what two shown numbers would tell.


def test_a_total_less_the_rest_with_further_rows_about(plan, activity):
    total, women = row(activity, 30, name="Toplam"), row(activity, 27, name="Kadın")
    men, meetings = row(activity, 3, hides=True, name="Erkek"), row(activity, 12)
    publish(plan)
    told = Public(plan)
    assert told.value(men) is None
    assert told.value(meetings) == 12
    assert None in (told.value(total), told.value(women))  # 30 − 27 = 3


def test_twins(plan, activity):
    one = row(activity, 3, hides=True)
    twin = row(make_activity(plan, make_department(plan, "2")), 3, counted_with=one)
    publish(plan)
    told = Public(plan)
    assert (told.value(one), told.value(twin)) == (None, None)


def test_one_activity_that_two_units_report(plan, activity):
    title = {"title": "Kreş", "code": "5.1.4"}
    pair = [
        row(make_activity(plan, make_department(plan, unit), **title), 3, hides=hides, name="Çocuk")
        for unit, hides in (("8", True), ("9", False))
    ]
    publish(plan)
    told = Public(plan)
    assert [told.value(each) for each in pair] == [None, None]


def test_women_and_men_against_a_row_beside(plan, activity):
    both = row(activity, 20, hides=True, parts=(18, 2, 0), counts_people=True, name="Katılan")
    women = row(activity, 18, name="Katılan kadın sayısı")
    publish(plan)
    told = Public(plan)
    assert told.parts(both) == (None, None, None)
    assert None in (told.value(both), told.value(women))  # 20 − 18 = 2 men


def test_baselines(plan, activity):
    small = row(activity, 30, hides=True, baseline=3)
    rest, total = row(activity, 50, baseline=10), row(activity, 90, baseline=13)
    publish(plan)
    told = Public(plan)
    assert told.baseline(small) is None
    assert told.value(small) == 30  # its ratio is 30 ÷ 50, whatever the baseline
    assert None in (told.baseline(rest), told.baseline(total))  # 13 − 10 = 3


def test_a_ratio_that_tells_the_baseline(plan, activity):
    # (26 − A) ÷ (50 − A) = 50 %: A is 2.
    one = row(activity, 26, hides=True, baseline=2, kind="level")
    publish(plan)
    told = Public(plan)
    assert (told.baseline(one), told.value(one)) == (None, None)


def test_a_rule_that_tells_the_baseline(plan, activity):
    # Of a level R6 says that the baseline is the target.
    one = make_indicator(
        activity, target=4, baseline=4, kind="level", hides_small_numbers=True,
        realization=30, state="approved",
    )  # fmt: skip
    publish(plan)
    told = Public(plan)
    assert (told.baseline(one), told.value(one)) == (None, None)


def test_a_percent_with_its_digits(plan, activity):
    part, whole = row(activity, 3, hides=True), row(activity, 40)
    share = row(activity, "%7,5", measure="percent")
    publish(plan)
    told = Public(plan)
    assert told.value(part) is None
    assert None in (told.value(whole), told.value(share))  # 7,5 % of 40 = 3


def test_totals_of_objective_and_unit_and_plan(plan, activity):
    row(activity, 3, hides=True)
    row(activity, 40)  # 40 ÷ 50 = 80 %
    publish(plan)
    told = Public(plan)
    # With the hidden row a mean would be (6 + 80) ÷ 2 = 43 %, of which 3 is worked out.
    means = {line["mean"] for line in told.files["summary"] if line["indicators"] != "0"}
    assert means == {"0.8"}
    assert {line["indicators"] for line in told.files["summary"]} <= {"1", "0"}
    assert "%43,0" not in told.page


def correct(row, value):
    period = row.activity.plan.periods.get(year=YEAR)
    stored = row.realizations.get(year=YEAR)
    steps.correct(stored, D(value), make_user("administrator"), period, "Yanlış yazılmış")


def test_an_erratum_down_to_a_small_number(plan, activity):
    one = row(activity, 33)
    publish(plan)
    assert Public(plan).value(one) == 33
    one.hides_small_numbers = True
    one.save()
    correct(one, 3)
    told = Public(plan)
    assert told.value(one) is None
    assert "Yanlış yazılmış" not in told.errata()


def test_an_erratum_beside_one_that_is_hidden(plan, activity):
    part, rest, total = row(activity, 5, hides=True), row(activity, 41), row(activity, 46)
    publish(plan)
    assert Public(plan).value(total) == 46
    correct(part, 3)
    correct(total, 44)
    told = Public(plan)
    assert told.value(part) is None
    # 44 − 41 = 3: total and its erratum go together, or the rest goes.
    assert told.value(total) is None or told.value(rest) is None
    assert ">44<" not in told.errata() or told.value(rest) is None


def test_a_flag_set_later(plan, activity):
    part, rest, total = row(activity, 3), row(activity, 41), row(activity, 44)
    publish(plan)
    assert Public(plan).value(part) == 3
    part.hides_small_numbers = True
    part.save()
    told = Public(plan)
    assert told.value(part) is None
    assert None in (told.value(rest), told.value(total))  # 44 − 41 = 3


def test_a_flag_taken_back_later(plan, activity):
    one = row(activity, 3, hides=True, baseline=2)
    publish(plan)
    publish(plan, YEAR + 1)
    one.hides_small_numbers = False
    one.save()
    publish(plan, YEAR + 1)
    told = Public(plan, YEAR + 1)
    # The first edition said that it hides; its baseline is the same in the later year.
    assert told.baseline(one) is None


# --- The mean of all that was reported ---

REPORTED = "Bildirilen 2 sonucun ortalaması %85,0."
WITHHELD = "Bildirilenlerin ortalaması, kimse tanınmasın diye yazılmıyor."


@pytest.mark.parametrize("hides", [False, True])
def test_an_unverified_total_worked_out_of_the_mean_of_all_reported(hides, plan, activity):
    part, total = row(activity, 3, hides=hides), row(activity)
    make_realization(total, 44, state="submitted")
    rest = row(activity, 41)
    publish(plan)
    told = Public(plan)
    assert (told.value(total), told.value(rest)) == (None, 41)
    assert told.value(part) == (None if hides else 3)
    if not hides:
        # (6 + 82 + 88) ÷ 3
        assert "Bildirilen 3 sonucun ortalaması %58,7." in told.page
        return
    # Without the hidden 3 it would be (82 + 88) ÷ 2 = 85,0 %: 2 · 85 − 82 = 88 % of 50 is 44,
    # and 44 − 41 = 3.
    assert REPORTED not in told.page and "85,0" not in told.page
    assert WITHHELD in told.page


def test_an_unverified_twin_worked_out_of_the_mean_of_all_reported(plan, activity):
    # One activity that two units report: what is 3 in one is 3 in the other.
    row(activity, 3, hides=True, name="Kadın")
    same = make_activity(plan, make_department(plan, "2"), activity.code, title=activity.title)
    make_realization(row(same, name="Kadın"), 3, state="submitted")
    row(make_activity(plan, activity.department, "5.1.2"), 41)
    publish(plan)
    told = Public(plan)
    # (6 + 82) ÷ 2
    assert WITHHELD in told.page and "44,0" not in told.page


def test_an_unverified_row_that_counts_elsewhere_is_in_no_mean(plan, activity):
    one = row(activity, 3, hides=True)
    twin = row(make_activity(plan, activity.department, "5.1.1"), counted_with=one)
    make_realization(twin, 3, state="submitted")
    row(make_activity(plan, activity.department, "5.1.2"), 41)
    publish(plan)
    told = Public(plan)
    assert "2 sonuç doğrulandı, 0 sonuç" in re.sub("<[^>]*>", "", told.page).replace("  ", " ")
    assert "44,0" not in told.page and "Bildirilen 2 sonucun" not in told.page


def test_an_unverified_row_that_hides_small_numbers_itself(plan, activity):
    one = row(activity, hides=True)
    make_realization(one, 3, state="submitted")
    row(make_activity(plan, activity.department, "5.1.1"), 41)
    publish(plan)
    told = Public(plan)
    # (82 + 6) ÷ 2 = 44 % would be 3 of 50; that it is not told tells nothing: so is 40 of 50.
    assert "44,0" not in told.page and WITHHELD in told.page
    Realization.objects.filter(indicator=one).update(value=40)
    publish(plan)
    assert WITHHELD in Public(plan).page


def test_an_unverified_row_found_to_identify_people_later(plan, activity):
    one = row(activity)
    make_realization(one, 44, state="submitted")
    row(make_activity(plan, activity.department, "5.1.1"), 41)
    publish(plan)
    assert REPORTED in Public(plan).page
    one.hides_small_numbers = True
    one.save()
    assert WITHHELD in Public(plan).page


def test_a_row_hidden_later_goes_out_of_the_mean_of_all_reported(plan, activity):
    small = row(activity, 3)
    away = make_activity(plan, activity.department, "5.1.1")
    row(away, 41)
    make_realization(row(away), 44, state="submitted")
    publish(plan)
    # (6 + 82 + 88) ÷ 3, and without the 6 (82 + 88) ÷ 2: neither tells the hidden one now.
    assert "Bildirilen 3 sonucun ortalaması %58,7." in Public(plan).page
    small.hides_small_numbers = True
    small.save()
    told = Public(plan)
    assert REPORTED in told.page and "58,7" not in told.page


def test_no_file_holds_a_number_that_is_not_verified(plan, activity):
    one = row(activity)
    make_realization(
        one, 987601, state="submitted", women=987601, men=0, others=0, deviation_reason="987603"
    )
    row(activity, 41)
    publish(plan)
    told = Public(plan)
    assert told.value(one) is None
    everything = told.page + str(told.json) + str(told.files) + str(told.answers) + str(told.rated)
    assert "98760" not in everything.replace(".", "")
    for table in (told.files["realizations"], told.answers["realizations"], told.rated):
        assert [each["standing"] for each in table] == ["reported", "verified"]


def test_a_later_edition(plan, activity):
    part, rest, total = row(activity, hides=True), row(activity, 41), row(activity, 44)
    publish(plan)
    make_realization(part, 3, YEAR, "approved")
    Realization.objects.filter(indicator=total).update(value=45)
    publish(plan)
    told = Public(plan)
    assert told.value(part) is None
    # The first edition said 44, of which 41 were the rest: 3.
    assert None in (told.value(rest), told.value(total))


def test_another_year_of_the_same_row(plan, activity):
    one = row(activity, 3, hides=True)
    make_target(one, 50, YEAR + 1)
    make_realization(one, 30, YEAR + 1, "approved")
    publish(plan)
    publish(plan, YEAR + 1)
    assert Public(plan).value(one) is None
    assert Public(plan, YEAR + 1).value(one) == 30
