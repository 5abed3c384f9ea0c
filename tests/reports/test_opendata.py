"""Open data of a published year: the files, their dictionary, and who may have them."""

import csv
import io
import json
from datetime import date
from decimal import Decimal as D

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from indicators import editions
from indicators.achievement_rows import entries, indicator_entry
from indicators.figures import Level
from indicators.models import Realization
from pages.public_words import withheld_sentence
from reports import annual
from reports.official import edition_entry, source_of
from reports.opendata.dictionary import TABLES
from reports.opendata.views import FILES
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

ROWS = ("plan", "targets", "realizations", "achievement")


@pytest.fixture(scope="module")
def published(real_plan, django_db_blocker):
    """The real plan, public, with every second value approved and 2024 published."""
    with django_db_blocker.unblock():
        values = Realization.objects.filter(indicator__activity__plan=real_plan, year=YEAR)
        ids = list(values.order_by("pk").values_list("pk", flat=True))
        values.filter(pk__in=ids[::2]).update(state="approved")
        real_plan.is_public = True
        real_plan.save()
        real_plan.periods.filter(year=YEAR).update(state="closed")
        make_published_year(real_plan, YEAR)
    return real_plan


def ask(plan, name, year=YEAR, client=None, **more):
    address = reverse("open_data", args=[plan.slug, year, name])
    return (client or Client()).get(address, **more)


def table(plan, name):
    response = ask(plan, f"{name}.csv")
    assert response.status_code == 200
    text = response.content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def columns(plan, name):
    head = ask(plan, f"{name}.csv").content.decode("utf-8-sig").splitlines()[0]
    return head.split(",")


def make_published(*cells, **given):
    """Publish a small plan whose indicators are given as keyword arguments."""
    plan = make_plan(is_public=True)
    make_period(plan, state="closed")
    activity = make_activity(plan, make_department(plan, "1"), **given)
    for cell in cells:
        make_indicator(activity, **{"target": 10, "state": "approved", **cell})
    make_published_year(plan, YEAR)
    return plan


# --- Who may have them ---


@pytest.mark.parametrize("name", FILES)
def test_everybody_may_have_what_is_published(published, name):
    assert ask(published, name).status_code == 200


@pytest.mark.parametrize("name", FILES)
def test_what_is_not_published_exists_for_nobody(published, name):
    private, closed = make_plan(), make_plan(is_public=True)
    make_period(private, state="closed")
    make_published_year(private, YEAR)
    make_period(closed, state="closed")
    administrator = Client()
    administrator.force_login(make_user("administrator"))

    for client in (Client(), administrator):
        assert ask(published, name, 2025, client).status_code == 404
        assert ask(published, name, 2023, client).status_code == 404
        assert ask(private, name, client=client).status_code == 404
        assert ask(closed, name, client=client).status_code == 404


@pytest.mark.parametrize("name", ["", "plan", "plan.xlsx", "..", "history.csv", "data.csv"])
def test_other_files_do_not_exist(published, name):
    response = Client().get(f"/public/{published.slug}/{YEAR}/data/{name}")
    assert response.status_code == 404


def test_only_approved_values_are_in_the_files():
    plan = make_published(
        {"realization": 471101, "state": "draft"},
        {"realization": 471102, "state": "returned"},
        {"realization": 471103, "state": "submitted"},
        {"realization": 8},
    )
    for name in FILES:
        assert "4711" not in ask(plan, name).text
    assert [row["realization"] for row in table(plan, "realizations")] == ["", "", "", "8"]


def test_later_changes_wait_for_the_next_edition():
    plan = make_published({"realization": 8})
    Realization.objects.filter(indicator__activity__plan=plan).update(value=9, text="9")
    assert table(plan, "realizations")[0]["realization"] == "8"

    editions.freeze(plan, YEAR, person=None, reason="Düzeltme")
    assert table(plan, "realizations")[0]["realization"] == "9"


# --- The figures are those of everywhere ---


def test_the_tables_hold_the_figures_of_the_edition(published):
    figures = editions.published(published, YEAR)
    plan, targets, realizations, achievement = (table(published, name) for name in ROWS)

    assert len(figures.rows) == len(plan) == 149
    for row, *told in zip(figures.rows, plan, targets, realizations, achievement, strict=True):
        entry = {name: value or "" for name, value in indicator_entry(row).items()}
        assert {each["id"] for each in told} == {str(row.id)}
        assert {each["key"] for each in told} == {row.key}
        ours = {name: value for each in told for name, value in each.items()}
        for name in ("baseline", "target", "realization", "achievement", "score", "status", "rule"):
            assert ours[name] == entry[name]
        assert ours["realization_text"] in (row.realization_text, f"'{row.realization_text}")


def test_the_summary_holds_the_roll_up(published):
    figures = editions.published(published, YEAR)
    told = table(published, "summary")

    for level in ("plan", "department", "branch", "objective", "goal"):
        rows = [row for row in told if row["level"] == level]
        for row, entry in zip(rows, entries(figures, Level(level)), strict=True):
            assert row["key"] == entry["key"]
            for name in ("indicators", "due", "reported", "mean", "median"):
                assert row[name] == ("" if entry[name] is None else str(entry[name]))
            for name, count in entry["statuses"].items():
                assert row[name] == str(count)


def test_json_holds_the_same_rows_as_the_tables(published):
    data = ask(published, "data.json").json()

    for name in TABLES:
        written = table(published, name)
        assert len(written) == len(data[name])
        for cells, row in zip(written, data[name], strict=True):
            # A spreadsheet must not take a text for a formula; a program does not.
            told = {key: value.removeprefix("'") for key, value in cells.items()}
            assert told == {key: as_cell(value) for key, value in row.items()}


def as_cell(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def test_zero_dash_and_nothing_stay_apart():
    plan = make_published({"realization": 0}, {"realization": "-"}, {"realization": "ogun"}, {})
    told = [(row["realization"], row["realization_text"]) for row in table(plan, "realizations")]
    assert told == [("0", "0"), ("", "-"), ("", "ogun"), ("", "")]


def test_small_numbers_are_withheld():
    plan = make_published(
        {"realization": 3, "hides_small_numbers": True},
        {"realization": 5, "hides_small_numbers": True},
        {"realization": 0, "hides_small_numbers": True},
    )
    realizations, achievement = table(plan, "realizations"), table(plan, "achievement")

    assert [row["realization"] for row in realizations] == ["", "5", "0"]
    assert [row["suppressed"] for row in realizations] == ["true", "false", "false"]
    assert realizations[0]["realization_text"] == ""
    for name in ("achievement", "score", "status", "rule"):
        assert achievement[0][name] == ""
    [total] = [row for row in table(plan, "summary") if row["level"] == "plan"]
    assert (total["indicators"], total["mean"]) == ("2", "0.25")  # (0.5 + 0) / 2
    assert [row["realization"] for row in ask(plan, "data.json").json()["realizations"]] == [
        None,
        "5",
        "0",
    ]


# --- How they are written ---


def test_tables_open_right_in_a_spreadsheet(published):
    response = ask(published, "plan.csv")

    assert response.content.startswith(b"\xef\xbb\xbfid,key,")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"].startswith("attachment; filename=")
    assert "Kadın ve Aile Hizmetleri" in response.text


def test_a_text_is_never_a_formula():
    plan = make_published(
        {"name": '=HYPERLINK("x")', "realization": 1},
        {"name": "@a", "realization": "-"},
        title="+1\n=2",
    )
    told = table(plan, "plan")
    assert [row["indicator"] for row in told] == ['\'=HYPERLINK("x")', "'@a"]
    assert told[0]["activity"] == "'+1\n=2"
    assert table(plan, "realizations")[1]["realization_text"] == "-"
    assert ask(plan, "data.json").json()["plan"][0]["indicator"] == '=HYPERLINK("x")'


def test_numbers_are_exact_with_a_decimal_point():
    plan = make_published({"target": D("1234.5"), "realization": D("-0.0001"), "baseline": 1000000})
    assert table(plan, "targets")[0]["target"] == "1234.5"
    assert table(plan, "realizations")[0]["realization"] == "-0.0001"
    assert table(plan, "plan")[0]["baseline"] == "1000000"


# --- The dictionary ---


def test_the_package_names_licence_edition_and_files(published):
    package = ask(published, "datapackage.json").json()
    figures = editions.published(published, YEAR)

    assert package["profile"] == "tabular-data-package"
    assert [licence["name"] for licence in package["licenses"]] == ["CC-BY-4.0"]
    assert package["checksum"] == figures.public_checksum
    assert package["edition"] == edition_entry(figures)
    assert package["version"] == "1.0.0"
    assert "byte order mark" in package["description"]
    assert package["description_tr"]
    for resource in package["resources"]:
        assert resource["path"] in FILES
        assert ask(published, resource["path"]).status_code == 200


def test_every_field_is_explained_in_both_languages(published):
    resources = ask(published, "datapackage.json").json()["resources"]
    first = resources[0]["schema"]["fields"][0]
    assert (first["title"], first["title_tr"]) == ("Indicator", "Gösterge")
    for resource in resources:
        fields = resource["schema"]["fields"]
        assert [field["name"] for field in fields] == columns(published, resource["name"])
        for field in fields:
            assert field["title"]
            assert field["title_tr"]
            assert ("description" in field) == ("description_tr" in field)


def test_every_value_is_of_its_declared_type(published):
    kinds = {
        "number": D,
        "integer": int,
        "year": int,
        "string": str,
        "boolean": ("true", "false").index,
        "date": date.fromisoformat,
    }
    for resource in ask(published, "datapackage.json").json()["resources"]:
        fields = {field["name"]: field for field in resource["schema"]["fields"]}
        for row in table(published, resource["name"]):
            for name, value in row.items():
                rules = fields[name].get("constraints", {})
                assert value or not rules.get("required")
                if value:
                    kinds[fields[name]["type"]](value)
                    assert value in rules.get("enum", [value])


def test_keys_are_unique_and_lead_to_the_plan(published):
    known = {row["id"] for row in table(published, "plan")}
    for resource in ask(published, "datapackage.json").json()["resources"]:
        schema, rows = resource["schema"], table(published, resource["name"])
        keys = [tuple(row[name] for name in schema["primaryKey"]) for row in rows]
        assert len(set(keys)) == len(keys)
        if "foreignKeys" in schema:
            assert {row["id"] for row in rows} <= known


# --- Caching and cost ---


@pytest.mark.parametrize("name", FILES)
def test_files_are_cached_without_a_session(published, name, django_assert_num_queries):
    first = ask(published, name)
    assert not first.cookies
    assert first["Cache-Control"] == "public, max-age=300"
    assert "Cookie" not in first.get("Vary", "")
    assert first["Access-Control-Allow-Origin"] == "*"

    # plan; edition; its seals; what is hidden is decided by every edition of the plan, of today's
    # indicators and values
    with django_assert_num_queries(6):
        again = ask(published, name, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == first["ETag"]


@pytest.mark.parametrize("name", FILES)
def test_queries(published, name, django_assert_num_queries):
    # plan; edition; its seals; where there are numbers what is hidden: every edition, the
    # indicators and values of today; where there are errata: the units and rows of today
    counts = {"datapackage.json": 6, "errata.csv": 8, "data.json": 8}
    with django_assert_num_queries(counts.get(name, 6)):
        ask(published, name)


def test_files_are_the_same_in_every_language(published):
    english = Client()
    english.cookies["django_language"] = "en"
    for name in FILES:
        assert ask(published, name).content == ask(published, name, client=english).content


def test_the_whole_package_is_valid_json(published):
    for name in ("data.json", "datapackage.json"):
        response = ask(published, name)
        assert response["Content-Type"] == "application/json"
        assert json.loads(response.content)["year"] == YEAR


# --- Women, men and reasons ---


@pytest.mark.parametrize(
    ("hides", "women", "told"),
    [
        (False, 3, ("3", "40", "0")),
        (True, 3, ("", "", "")),
        (True, 5, ("5", "40", "0")),
        # 0 identifies nobody.
        (True, 0, ("0", "40", "0")),
    ],
)
def test_parts_are_told_unless_one_could_identify_people(hides, women, told):
    plan = make_plan(is_public=True)
    period = make_period(plan, state="closed")
    indicator = make_indicator(
        make_activity(plan, make_department(plan, "1")),
        target=50,
        realization=40 + women,
        state="approved",
        counts_people=True,
        hides_small_numbers=hides,
    )
    indicator.realizations.update(women=women, men=40, others=0, deviation_reason="Bina açıldı")
    make_published_year(plan, period.year)

    [row] = table(plan, "realizations")
    assert (row["women"], row["men"], row["others"]) == told
    assert row["realization"] == str(40 + women)
    assert row["deviation_reason"] == "Bina açıldı"


def test_the_reason_of_a_withheld_number_is_withheld_with_it():
    plan = make_published({"realization": 3, "hides_small_numbers": True})
    Realization.objects.update(deviation_reason="Yalnız 3 kadın başvurdu")
    editions.freeze(plan, YEAR, person=None, reason="Nedenler eklendi")
    assert "Yalnız" not in ask(plan, "realizations.csv").text


# --- What is withheld ---


def test_the_counts_say_that_they_leave_out_what_the_page_counts(client):
    """One of three promises is withheld: the page counts it, the tables do not, and say so."""
    plan = make_plan(is_public=True, slug="gizli")
    make_period(plan, state="closed")
    activity = make_activity(plan, make_department(plan, "1"))
    for number in (8, 9):
        make_indicator(activity, target=10, realization=number, state="approved")
    make_indicator(
        activity, target=10, realization=3, state="approved",
        counts_people=True, hides_small_numbers=True,
    )  # fmt: skip
    make_published_year(plan, YEAR)

    page = client.get(reverse("public_year", args=[plan.slug, YEAR]), {"lang": "en"}).text
    assert "set <b>3</b> targets" in page and "<b>3</b> results are verified" in page
    [whole] = [row for row in table(plan, "summary") if row["level"] == "plan"]
    assert (whole["due"], whole["reported"]) == ("2", "2")
    package = ask(plan, "datapackage.json").json()
    [summary] = [each for each in package["resources"] if each["name"] == "summary"]
    for field in summary["schema"]["fields"]:
        if field["name"] in ("due", "reported"):
            assert "without the withheld: the public page counts these" in field["description"]
            assert "gösterilmeyenler hariç; halka açık sayfa" in field["description_tr"]
    schemas = client.get("/api/v1/openapi.json").json()["components"]["schemas"]
    for name, fields in {"SummaryItem": ("due", "reported"), "HeadlineItem": ("due",)}.items():
        for field in fields:
            told = schemas[name]["properties"][field]["description"]
            assert "without the withheld" in told
    # Who compares two of them reads in each why they count differently, and no number of the row.
    with translation.override("en"):
        sentence = withheld_sentence(1)
    answer = client.get(f"/api/v1/plans/{plan.slug}/achievement", {"year": YEAR}).json()
    assert answer["headline"]["withheld"] == 1
    assert sentence == answer["headline"]["sentences"]["en"]["withheld"]
    assert sentence in page
    assert withheld_sentence(1) in annual.build(source_of(plan, YEAR, None)).sentences
