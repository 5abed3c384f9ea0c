"""Pages and files narrowed to a tag, and the page of tags."""

import csv
import io
import json

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.urls import reverse
from openpyxl import load_workbook

from activities.models import ActivityTag, Tag
from indicators.figures import Figures
from indicators.models import IndicatorTag
from pages.plan_page import PlanPage
from tests import factories
from tests.reports.html import score_of

pytestmark = pytest.mark.django_db
TAG = {"tag": "sdg:5.1"}


@pytest.fixture
def sdg(db):
    return make_tag("sdg", "5.1", "Ayrımcılık")


def make_tag(scheme, code, name):
    # The trial's own tags may be there.
    return Tag.objects.update_or_create(scheme=scheme, code=code, defaults={"name": name})[0]


@pytest.fixture
def plan(sdg):
    """Hold four indicators in two departments: 100 % and 50 % with the tag, 20 % and none without.

    One of the tagged has a blocking finding, and one of those without.
    """
    plan = factories.make_plan(slug="etiketli")
    first = factories.make_activity(plan, factories.make_department(plan, "1"), "1.1.1")
    second = factories.make_activity(plan, factories.make_department(plan, "2"), "2.1.1")
    tagged = factories.make_indicator(first, name="Kitap", target=10, realization=10)
    factories.make_indicator(first, name="Broşür", target=10, realization=2)
    other = factories.make_indicator(second, name="Afiş", target=10, realization=5)
    factories.make_indicator(second, name="Gezi", target=10, realization="sonra belli olacak")
    factories.make_target(tagged, "belli değil", 2025)
    for each in (tagged, other):
        IndicatorTag.objects.create(indicator=each, tag=sdg)
    return plan


@pytest.fixture
def look(plan, read, at):
    person = factories.make_user()

    def open_page(name="dashboard", *args, who=person, **query):
        return read(at(name, *args, slug=plan.slug), {**TAG, **query}, who=who)

    return open_page


def score(page):
    return score_of(page)


def shown(page):
    return page.texts("th", "indicator")


# --- Every page follows ---


def test_the_dashboard_counts_only_the_tag(look):
    page = look()

    assert score(page) == "%75,0"  # (100 + 50) / 2
    assert page.one("dl", "facts").texts("dd")[0] == "2/2 %100,0"
    assert page.by_id("departments").texts("td", "score") == [
        "%100,0 n=1",
        "%50,0 n=1",
        "%75,0 n=2",
    ]
    assert "Ayrımcılık" in page.one("p", "note").text
    assert score(look(tag="")) == "%56,7"  # (100 + 20 + 50) / 3


def test_the_choice_is_in_the_form_and_leads_out_again(look):
    page = look(reading="approved")

    chosen = [o for o in page.by_id("f-tag").all("option") if "selected" in o.attributes]
    assert [option["value"] for option in chosen] == ["sdg:5.1"]
    assert page.one("p", "note").one("a")["href"] == "?reading=approved"


def test_links_keep_the_tag(look):
    page = look()

    inside = [
        a["href"]
        for a in page.by_id("content").all("a")
        if "/departments/" in (a["href"] or "") or "/objectives/" in (a["href"] or "")
    ]
    assert inside
    assert all("tag=sdg:5.1" in href for href in inside)
    years = [a["href"] for a in page.one("div", "switches").all("a")]
    assert all("tag=sdg:5.1" in href for href in years)


def test_department_objective_and_list_follow(look):
    assert shown(look("department", "1")) == ["Kitap"]
    assert shown(look("objective", "2")) == ["Afiş"]
    assert shown(look("indicator_list")) == ["Kitap", "Afiş"]
    assert shown(look("indicator_list", q="afiş")) == ["Afiş"]
    assert shown(look("indicator_list", tag="none")) == ["Broşür", "Gezi"]


def test_an_indicator_without_the_tag_still_has_its_page(plan, look):
    row = next(row for row in Figures(plan, 2024).rows if row.name == "Gezi")

    page = look("indicator", row.id)

    assert "Gezi" in page.one("h1").text
    crumbs = page.one("p", "crumb").all("a")
    assert all("tag=sdg:5.1" in a["href"] for a in crumbs)


@pytest.mark.parametrize("tag", ["sdg:9.9", "nonsense", "sdg:", "%00", "5.1"])
def test_a_tag_that_does_not_exist_counts_as_none(look, tag):
    page = look(tag=tag)

    assert score(page) == "%56,7"
    assert not page.all("p", "note")


def test_a_tag_that_the_plan_does_not_use_says_so(look, sdg):
    make_tag("sdg", "5.2", "Şiddet")

    page = look(tag="sdg:5.2")

    assert not page.all("section", "say")
    assert page.one("section", "empty").one("a")["href"] == "?"
    assert "Şiddet" in page.one("p", "note").text


def test_findings_are_those_of_the_whole_plan_narrowed(plan, look, sdg):
    """Checks compare rows with each other, so they must not see only those with the tag."""
    everything = look("findings", tag="")
    narrowed = look("findings")

    # A text where a number is due: "Gezi" has one in 2024, "Kitap" in the target of 2025.
    for name, with_tag in (("Gezi", False), ("Kitap", True)):
        assert name in everything.by_id("content").text
        assert (name in narrowed.by_id("content").text) is with_tag
    # What is open, and how much of it holds a value up; one number where all does.
    for tag, number in (("", "3 2"), ("sdg:5.1", "1"), ("none", "2 1")):
        total = look(tag=tag).by_id("departments").one("tfoot").one("td", "findings")
        assert total.text == number


def test_a_row_is_still_compared_with_those_without_the_tag(plan, look):
    [activity] = plan.activities.filter(code="1.1.1")
    for name in ("Ağaç", "Fidan"):
        twin = factories.make_indicator(activity, name=name, baseline=40, realization=45)
        for year in plan.years:
            factories.make_target(twin, 50, year)
    IndicatorTag.objects.create(indicator=twin, tag=Tag.objects.get(scheme="sdg", code="5.1"))

    asked = look("findings", check="twin_rows").by_id("content")

    assert "Ağaç" in asked.text and "Fidan" in asked.text


def test_where_numbers_are_written_and_judged_a_tag_narrows_nothing(plan, at, rf):
    request = rf.get("/", TAG)
    request.user = factories.make_user()
    here = PlanPage(request, plan.slug, 2024)

    assert len(here.figures.rows) == 4
    assert here.url("dashboard") == at("dashboard", slug=plan.slug)


@pytest.mark.django_db(transaction=True)
def test_each_tag_is_kept_for_itself(plan, look):
    cache.clear()

    assert [score(look()), score(look(tag="")), score(look(tag="none")), score(look())] == [
        "%75,0",
        "%56,7",
        "%20,0",
        "%75,0",
    ]
    IndicatorTag.objects.filter(indicator__name="Afiş").get().delete()
    assert score(look()) == "%100,0"


# --- Files ---


def export(plan, signed_in, form, **query):
    address = reverse("plan_export", args=[plan.slug, 2024, form])
    response = signed_in(factories.make_user()).get(address, {**TAG, **query})
    assert response.status_code == 200
    return response, b"".join(response.streaming_content)


def test_files_hold_only_the_tag_and_say_so(plan, signed_in):
    response, content = export(plan, signed_in, "csv")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    assert [row["Gösterge"] for row in rows] == ["Kitap", "Afiş"]
    assert "sdg-5-1.csv" in response["Content-Disposition"]

    _response, content = export(plan, signed_in, "json")
    found = json.loads(content)
    assert found["tag"] == "sdg:5.1"
    assert found["summary"]["mean"] == "0.75"
    assert [each["tags"] for each in found["indicators"]] == [["sdg:5.1"]] * 2

    _response, content = export(plan, signed_in, "xlsx")
    book = load_workbook(io.BytesIO(content))
    texts = [cell.value for sheet in book for row in sheet.iter_rows() for cell in row]
    assert "Kitap" in texts and "Broşür" not in texts
    assert any("5.1 Ayrımcılık" in str(text) for text in texts)


def test_an_unknown_tag_leaves_the_whole_file(plan, signed_in):
    response, content = export(plan, signed_in, "json", tag="sdg:9.9")

    assert json.loads(content)["tag"] is None
    assert len(json.loads(content)["indicators"]) == 4
    assert "sdg" not in response["Content-Disposition"]


def test_the_command_narrows_too(plan, tmp_path):
    path = tmp_path / "plan.json"
    given = {"plan": plan.slug, "year": 2024, "to": path, "stdout": io.StringIO()}

    call_command("export_plan", **given, tag="none")
    names = [each["indicator"] for each in json.loads(path.read_text())["indicators"]]
    assert names == ["Broşür", "Gezi"]

    with pytest.raises(CommandError, match=r"sdg:9\.9.*sdg:5\.1"):
        call_command("export_plan", **given, tag="sdg:9.9")


# --- The page of tags ---


def test_each_tag_has_its_figures_and_leads_to_its_rows(plan, look):
    group = make_tag("group", "G1", "Kadınlar")
    ActivityTag.objects.create(activity=plan.activities.get(code="1.1.1"), tag=group)

    page = look("tags")

    tables = page.all("table", "units")
    assert len(tables) == 2  # no charter article is used
    sdg, women = tables[0].row("Ayrımcılık"), tables[1].row("Kadınlar")
    assert sdg.one("td", "score").text == "%75,0"
    assert sdg.one("td", "reported").text == "2/2"
    # 100 % and 20 % of the activity that carries it.
    assert women.one("td", "score").text == "%60,0"
    assert sdg.one("td", "findings").text.startswith("2")
    for row, names in ((sdg, ["Kitap", "Afiş"]), (women, ["Kitap", "Broşür"])):
        link = row.one("th").one("a")["href"]
        assert shown(look("indicator_list", tag=link.partition("tag=")[2])) == names
    # Only "Gezi" has neither.
    assert page.all("a")[-1]["href"].endswith("?tag=none")
    assert shown(look("indicator_list", tag="none")) == ["Gezi"]


def test_the_page_of_tags_says_the_same_as_the_roll_up(real_plan, read, at):
    tag = Tag.objects.get(scheme="group", code="G1")
    for activity in real_plan.activities.filter(code__startswith="4."):
        ActivityTag.objects.create(activity=activity, tag=tag)

    row = read(at("tags")).row("Kadınlar")

    summary = Figures(real_plan, 2024, tag="group:G1").summary
    assert row.one("td", "reported").text == f"{summary.reported}/{summary.due}"
    assert row.one("td", "score").text == score(read(at("dashboard"), {"tag": "group:G1"}))


def test_without_tags_the_page_says_who_can_make_them(plan, read, at):
    IndicatorTag.objects.all().delete()
    address = at("tags", slug=plan.slug)

    reader = read(address, who=factories.make_user()).one("section", "empty")
    administrator = read(address, who=factories.make_user("administrator"))
    assert not reader.all("a")
    assert administrator.one("section", "empty").one("a")["href"].endswith("/tagging/")


# --- What it costs ---


@pytest.mark.parametrize("many", [1, 12])
def test_pages_cost_the_same_queries(plan, sdg, signed_in, at, django_assert_num_queries, many):
    for _each in range(many):
        activity = factories.make_activity(plan)
        factories.make_indicator(activity, target=4, realization=2)
        ActivityTag.objects.create(activity=activity, tag=sdg)
    client = signed_in(factories.make_user("administrator"))

    # session; user; her groups and units; plans; units; indicators; tags; tags of indicators;
    # of activities
    with django_assert_num_queries(9):
        assert client.get(at("tags", slug=plan.slug)).status_code == 200
    # The form shows the tags in any case; with one also the rows its findings are sought in.
    for query, number in (({}, 12), (TAG, 13)):
        with django_assert_num_queries(number):
            client.get(at("indicator_list", slug=plan.slug), query)
