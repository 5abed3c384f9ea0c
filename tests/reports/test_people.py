"""The page on women and men, and the columns of the split in the files."""

import csv
import io
import json
from decimal import Decimal as D

import pytest
from django.urls import reverse

from indicators.models import Indicator, Realization
from indicators.people_words import ends_in_people, suggests_people
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan():
    """Hold one split indicator, one that is not, one without a number and three others."""
    plan = factories.make_plan(slug="kisiler")
    activity = factories.make_activity(plan, code="1.1.1")

    def make(name, cell, **given):
        return factories.make_indicator(activity, name=name, target=100, realization=cell, **given)

    split(make("Eğitime katılan kişi sayısı", 80, counts_people=True), 60, 15, 5)
    make("Danışan sayısı", 30, counts_people=True)
    make("Muhtar sayısı", "-", counts_people=True)
    make("Kadınlara yönelik gezi sayısı", 3)
    make("Spor yapan ÇOCUK sayısı", 40)
    make("Kadın oranı", "%40", measure="percent")
    make("Durak sayısı", 7)
    return plan


def split(indicator, women, men, others, year=2024):
    values = Realization.objects.get(indicator=indicator, year=year)
    values.women, values.men, values.others = women, men, others
    values.save()


@pytest.fixture
def show(plan, read, at):
    def open_page(who=None, language="", **query):
        person = who or factories.make_user()
        return read(at("people", slug=plan.slug), query, who=person, language=language)

    return open_page


def test_each_indicator_has_its_parts_and_shares(show):
    row = show().one("table", "stack").row("Eğitime katılan")

    # 60, 15 and 5 of 80.
    assert row.texts("td")[:4] == ["80", "60 %75,0", "15 %18,8", "5 %6,3"]
    assert [rect["x"] for rect in row.all("rect")] == ["0.00%", "75.00%", "93.75%"]
    widths = [rect["width"] for rect in row.all("rect")]
    assert widths == ["75.00%", "18.75%", "6.25%"]


def test_the_picture_is_told_in_words(show):
    row = show(language="en").one("table", "stack").row("Eğitime katılan")

    assert row.one("svg")["aria-label"] == "Women 75.0%, Men 18.8%, Others 6.3%"


def test_nothing_is_added_up(show, plan):
    second = Indicator.objects.get(name="Danışan sayısı")
    split(second, 10, 20, 0)

    table = show().one("table", "stack")

    assert not table.all("tfoot")
    assert table.row("Danışan").texts("td")[:4] == ["30", "10 %33,3", "20 %66,7", "0 %0,0"]


def test_a_value_of_zero_has_no_shares(show):
    zero = Indicator.objects.get(name="Danışan sayısı")
    Realization.objects.filter(indicator=zero).update(value=0, women=0, men=0, others=0)

    row = show().one("table", "stack").row("Danışan")

    assert row.texts("td")[:4] == ["0", "0", "0", "0"]
    assert not row.all("svg")


def test_those_without_a_split_are_listed_with_what_was_written(show):
    listed = show().one("ul", "rows").all("li")

    found = {each.one("a").text: each.one("span", "value") for each in listed}
    assert list(found) == ["Danışan sayısı", "Muhtar sayısı"]
    assert found["Danışan sayısı"].text == "30"
    assert found["Muhtar sayısı"].one("span", "dash")


def test_the_reading_decides_which_values_count(show):
    assert not show(reading="approved").all("table", "stack")
    Realization.objects.filter(women__isnull=False).update(state="approved")
    assert show(reading="approved").one("table", "stack").row("Eğitime katılan")


def test_a_draft_is_nobodys_business(show):
    Realization.objects.filter(women__isnull=False).update(state="draft")

    found = show()

    assert not found.all("table", "stack")
    assert "60" not in found.by_id("content").texts("td")


# --- Which count people ---


def test_who_may_say_it_is_led_to_where_it_is_said(show, plan):
    address = f"/settings/plans/{plan.slug}/small-numbers/"
    for role, leads in (("", False), ("reviewer", True), ("administrator", True)):
        found = show(factories.make_user(role))
        links = [each["href"] for each in found.by_id("content").all("a")]
        assert (address in links) is leads
        assert not found.all("form", "decisions")


def test_a_page_of_before_leads_there_and_writes_nothing(plan, at, signed_in):
    ids = list(Indicator.objects.of_plan(plan).values_list("pk", flat=True))
    for role, status in (("", 404), ("reviewer", 302), ("administrator", 302)):
        client = signed_in(factories.make_user(role))
        answer = client.post(at("people", slug=plan.slug), {"indicator": ids})
        assert answer.status_code == status
    assert answer.url == f"/settings/plans/{plan.slug}/small-numbers/"
    assert Indicator.objects.filter(counts_people=True).count() == 3


@pytest.mark.parametrize(
    ("name", "suggests", "ends"),
    [
        ("KADIN SAYISI", True, True),
        ("Kisi sayisi", True, True),
        ("Ulaşılan kadınların sayısı", True, True),
        ("İşe alınan PERSONEL", True, True),
        ("Başvuran sayısı", True, True),
        ("Şiddet mağduru sayısı", True, True),
        ("Çalışanlara eğitim sayısı", True, False),
        ("Katılımcı STK sayısı", True, False),
        ("Durak sayısı", False, False),
        ("Akışkan", False, False),
        ("Sayısı", False, False),
        ("", False, False),
    ],
)
def test_names_that_are_about_people(name, suggests, ends):
    assert (suggests_people(name), ends_in_people(name)) == (suggests, ends)


# --- Files ---


def test_files_carry_the_split(plan, signed_in):
    def rows(form):
        address = reverse("plan_export", args=[plan.slug, 2024, form])
        return b"".join(signed_in(factories.make_user()).get(address).streaming_content).decode()

    listed = csv.DictReader(io.StringIO(rows("csv").removeprefix("\ufeff")), delimiter=";")
    parts = ("Kadın", "Erkek", "Diğer")
    by_name = {row["Gösterge"]: [row[part] for part in parts] for row in listed}
    assert by_name["Eğitime katılan kişi sayısı"] == ["60", "15", "5"]
    assert by_name["Danışan sayısı"] == ["", "", ""]

    found = {each["indicator"]: each for each in json.loads(rows("json"))["indicators"]}
    one = found["Eğitime katılan kişi sayısı"]
    assert (one["women"], one["men"], one["others"]) == ("60", "15", "5")
    assert found["Durak sayısı"]["women"] is None


def test_a_decimal_part_is_not_rounded(plan, signed_in):
    found = Indicator.objects.get(name="Danışan sayısı")
    Realization.objects.filter(indicator=found).update(value=D("1.5"))
    split(found, D("0.5"), D("1"), D("0"))

    address = reverse("plan_export", args=[plan.slug, 2024, "csv"])
    content = b"".join(signed_in(factories.make_user()).get(address).streaming_content).decode()

    assert ";0,5;1;0;" in content


# --- What it costs ---


@pytest.mark.parametrize("many", [1, 12])
def test_the_page_costs_eight_queries(plan, at, signed_in, django_assert_num_queries, many):
    activity = plan.activities.get()
    for number in range(many):
        made = factories.make_indicator(
            activity, name=f"Kişi {number}", realization=4, counts_people=True
        )
        split(made, 1, 2, 1)
    client = signed_in(factories.make_user())

    # session; user; her groups and units; plans; units; indicators; which count people; how they
    # split
    with django_assert_num_queries(8):
        response = client.get(at("people", slug=plan.slug))

    assert response.text.count('<svg class="comp"') == many + 1
