"""The API: who sees what, the figures of the command, paging, filters, caching, faults."""

import io
import json
import runpy
from decimal import Decimal as D
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import OperationalError
from django.test import Client

from activities.formats import percent
from indicators import editions
from indicators.figures import Level
from indicators.models import Edition, IndicatorTag, Realization
from reports.api import throttling
from reports.official import published_on
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

OF_YEAR = ("achievement", "indicators", "targets", "realizations")
ROLES = ("okur", "koordinator", "inceleme", "yonetici")


@pytest.fixture(autouse=True)
def unthrottled(settings):
    settings.API_ANONYMOUS_RATE = "100000/m"
    cache.clear()


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


@pytest.fixture
def caller(signed_in):
    """Return a client: nobody for "", else the account of this name or this person."""
    return lambda who="": signed_in(who) if who else Client()


def address(plan, name, year=YEAR, **query):
    more = "".join(f"&{key}={value}" for key, value in query.items())
    return f"/api/v1/plans/{plan.slug}/{name}?year={year}{more}"


def get(client, plan, name, year=YEAR, **query):
    response = client.get(address(plan, name, year, **query))
    assert response.status_code == 200, response.text
    return response.json()


def working(client, plan, name, year=YEAR, **query):
    """Return what stands in the records now."""
    return get(client, plan, name, year, state="working", **query)


def command(plan, by, **options):
    out = io.StringIO()
    call_command(
        "achievement", plan=plan.slug, year=YEAR, by=by, format="json", stdout=out, **options
    )
    return json.loads(out.getvalue())


def public_plan(**given):
    """Make a public plan with a closed year and one unit."""
    plan = make_plan(is_public=True, **given)
    make_period(plan, state="closed")
    return plan, make_department(plan, "1")


# --- Who sees what ---


@pytest.mark.parametrize("who", ["", *ROLES])
@pytest.mark.parametrize("name", OF_YEAR)
def test_a_published_year_is_open_to_everybody(published, caller, who, name):
    assert get(caller(who), published, name)["year"] == YEAR


@pytest.mark.parametrize("name", OF_YEAR)
def test_an_unpublished_year_exists_for_signed_in_people_only(published, caller, name):
    asked = address(published, name, 2025)

    assert caller().get(asked).status_code == 404
    for who in ROLES:
        assert caller(who).get(asked).status_code == 200


@pytest.mark.parametrize("name", OF_YEAR)
@pytest.mark.parametrize("year", [2023, 2027, -1, 10**30])
def test_a_year_outside_the_plan_exists_for_nobody(published, caller, name, year):
    for who in ("", "yonetici"):
        response = caller(who).get(address(published, name, year))
        assert response.status_code == 404
        assert str(year) in response.json()["detail"]


@pytest.mark.parametrize("name", ["", *OF_YEAR])
def test_a_private_plan_exists_for_signed_in_people_only(caller, name):
    plan = make_plan()
    make_period(plan, state="closed")
    make_published_year(plan, YEAR)
    asked = address(plan, name) if name else f"/api/v1/plans/{plan.slug}/"

    assert caller().get(asked).status_code == 404
    assert caller(make_user()).get(asked).status_code == 200
    listed = caller().get("/api/v1/plans/").json()["items"]
    assert plan.slug not in [item["slug"] for item in listed]


@pytest.mark.parametrize("name", OF_YEAR)
def test_a_closed_year_with_an_old_edition_is_not_published(caller, name):
    plan, _unit = public_plan()
    editions.freeze(plan, YEAR, person=None)

    assert caller().get(address(plan, name)).status_code == 404


def test_strangers_see_published_years_and_frozen_units_of_a_plan(published, caller):
    [item] = caller().get("/api/v1/plans/").json()["items"]
    assert (item["slug"], item["years"]) == (published.slug, [2024])

    plan = caller().get(item["url"]).json()
    assert [period["year"] for period in plan["periods"]] == [2024]
    assert plan["bands"] == {"achieved": "1", "mostly": "0.8", "partly": "0.5"}
    assert len(plan["units"]) == 16
    assert {"number": "11.2", "parent": "11"}.items() <= plan["units"][12].items()


def test_signed_in_people_see_every_year(published, caller):
    [item] = caller("okur").get("/api/v1/plans/").json()["items"]
    assert item["years"] == [2024, 2025, 2026]


def test_a_public_plan_without_a_published_year_shows_no_units(caller):
    plan, _unit = public_plan()
    found = caller().get(f"/api/v1/plans/{plan.slug}/").json()
    assert (found["years"], found["periods"], found["units"]) == ([], [], [])


@pytest.mark.parametrize("who", ["stranger", "reader", "coordinator", "reviewer", "administrator"])
def test_drafts_and_returned_values_are_shown_to_nobody(caller, who):
    plan, unit = public_plan()
    activity = make_activity(plan, unit)
    for state, value in (("draft", 471101), ("returned", 471102), ("approved", 7)):
        make_indicator(activity, target=10, realization=value, state=state)
    make_published_year(plan, YEAR)
    people = {
        "reader": lambda: make_user(),
        "coordinator": lambda: make_user(departments=[unit]),
        "reviewer": lambda: make_user("reviewer"),
        "administrator": lambda: make_user("administrator"),
    }
    client = caller(people[who]() if who in people else "")

    for name in OF_YEAR:
        assert "4711" not in client.get(address(plan, name, by="indicator")).text
        assert "4711" not in client.get(address(plan, name)).text
    [item] = get(client, plan, "achievement")["items"]
    # Of three one is verified: too little for an edition to give a mean of it.
    assert (item["due"], item["reported"], item["mean"]) == (3, 1, None)
    if who in people:
        for name in OF_YEAR:
            assert "4711" not in client.get(address(plan, name, state="working")).text
        [item] = working(client, plan, "achievement")["items"]
        assert (item["due"], item["reported"], item["mean"]) == (3, 1, "0.7")


def test_strangers_read_the_frozen_edition_whatever_changed_since(caller):
    plan, unit = public_plan()
    indicator = make_indicator(
        make_activity(plan, unit), target=10, realization=7, state="approved"
    )
    make_published_year(plan, YEAR)
    indicator.realizations.update(value=9, text="9")
    indicator.targets.update(value=20, text="20")

    [frozen] = get(caller(), plan, "indicators")["items"]
    [same] = get(caller(make_user()), plan, "indicators")["items"]
    [running] = working(caller(make_user()), plan, "indicators")["items"]

    assert same == frozen
    assert (frozen["realization"], frozen["targets"], frozen["score"]) == (
        "7",
        {"2024": "10"},
        "0.7",
    )
    assert (running["realization"], running["targets"]) == ("9", {"2024": "20"})
    edition = Edition.objects.get(plan=plan)
    told = get(caller(), plan, "indicators")["edition"]
    assert told["checksum"] == edition.public_checksum
    assert told["published_on"] == published_on(edition).isoformat()
    assert working(caller(make_user()), plan, "indicators")["edition"] is None


def test_submitted_values_are_not_published(published, caller):
    stranger = get(caller(), published, "achievement")
    reader = working(caller("okur"), published, "achievement")
    assert (stranger["reading"], reader["reading"]) == ("approved", "reported")
    assert stranger["items"][0]["reported"] < reader["items"][0]["reported"] == 132

    response = caller().get(address(published, "achievement", reading="reported"))
    assert response.status_code == 404


def test_small_numbers_are_withheld_from_strangers(caller):
    plan, unit = public_plan()
    activity = make_activity(plan, unit)
    make_indicator(
        activity, target=4, realization=3, state="approved", hides_small_numbers=True, name="Az"
    )
    for value in (0, 5):
        make_indicator(
            activity, target=10, realization=value, state="approved", hides_small_numbers=True
        )
    make_indicator(activity, target=10, realization=3, state="approved")
    make_published_year(plan, YEAR)

    hidden, zero, five, other = get(caller(), plan, "indicators")["items"]
    assert hidden["suppressed"] is True
    for key in ("realization", "achievement", "score", "status", "rule"):
        assert hidden[key] is None
    assert hidden["texts"]["realization"] == ""
    assert [row["realization"] for row in (zero, five, other)] == ["0", "5", "3"]
    assert not any("suppressed" in row for row in (zero, five, other))

    assert get(caller(), plan, "realizations")["items"][0]["value"] is None
    assert get(caller(), plan, "achievement", by="indicator")["items"][0]["achievement"] is None
    [total] = get(caller(), plan, "achievement")["items"]
    assert (total["indicators"], total["mean"][:6]) == (3, "0.2666")  # (0 + 0.5 + 0.3) / 3
    for status in ("mostly", "partly", "low"):
        names = [
            row["indicator"] for row in get(caller(), plan, "indicators", status=status)["items"]
        ]
        assert "Az" not in names

    assert get(caller(make_user()), plan, "indicators")["items"][0]["realization"] is None
    assert working(caller(make_user()), plan, "indicators")["items"][0]["realization"] == "3"


# --- The same figures as everywhere ---


def public(entries):
    """Return what the command lists as everybody may read it: a mean from 80 % verified on."""
    for entry in entries:
        if "mean" in entry and entry["reported"] < 0.8 * entry["due"]:
            entry.update(mean=None, mean_uncapped=None, median=None)
    return entries


@pytest.mark.parametrize("by", list(Level))
@pytest.mark.parametrize("who", ["", "okur"])
def test_figures_are_those_of_the_command(published, caller, by, who):
    ask = working if who else get
    items = ask(caller(who), published, "achievement", by=by.value)["items"]

    if by is Level.INDICATOR:
        assert {item.pop("standing") for item in items} <= {"verified", "reported", "not_reported"}
    if who:
        assert items == command(published, by, reading="reported")
    else:
        assert items == public(command(published, by, reading="approved"))


@pytest.mark.parametrize("reading", ["reported", "approved"])
@pytest.mark.parametrize("unreported", ["skip", "zero"])
def test_readings_are_those_of_the_command(published, caller, reading, unreported):
    options = {"reading": reading, "unreported": unreported}
    found = working(caller("okur"), published, "achievement", by="department", **options)

    assert found["items"] == command(published, "department", **options)
    assert (found["reading"], found["unreported"]) == (reading, unreported)


def test_indicators_carry_the_figures_of_the_command(published, caller):
    rated = {row["key"]: row for row in command(published, "indicator")}
    found = working(caller("okur"), published, "indicators")["items"]

    assert len(found) == len(rated) == 149
    for row in found:
        twin = dict(rated[row["key"]])
        assert row["targets"].get("2024") == twin.pop("target")
        assert twin.items() <= row.items()


def test_what_is_not_a_number_keeps_its_text(published, caller):
    rows = {row["key"]: row for row in working(caller("okur"), published, "indicators")["items"]}

    text, dash, empty, zero = (
        rows[key] for key in ("11.2/8.2/1", "11.2/2.1.7/1", "11.2/1.1.2/2", "11.1/2.1.7/1")
    )
    assert [row["realization"] for row in (text, dash, empty, zero)] == [None, None, None, "0"]
    assert "belli olacak" in text["texts"]["realization"]
    assert [row["texts"]["realization"] for row in (dash, empty, zero)] == ["-", "", "0"]


def test_targets_and_realizations_are_those_of_the_year(published, caller):
    indicators = get(caller("okur"), published, "indicators", 2025)["items"]
    targets = get(caller("okur"), published, "targets", 2025)["items"]
    realizations = get(caller("okur"), published, "realizations", 2025)["items"]

    assert [row["value"] for row in targets] == [row["targets"].get("2025") for row in indicators]
    assert {row["year"] for row in targets} == {2025}
    assert {row["value"] for row in realizations} == {None}


def test_answers_are_the_same_in_every_language(published, signed_in):
    asked = address(published, "achievement", by="objective")
    turkish, english = signed_in("okur").get(asked), signed_in("okur", "en").get(asked)
    assert turkish.content == english.content
    assert "Amaç 1" in turkish.text


# --- Filters and pages ---


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"department": "7"}, 10),
        ({"department": "11"}, 66),
        ({"department": "11.2"}, 42),
        ({"department": "99"}, 0),
        ({"objective": "8"}, 6),
        ({"objective": "4.4"}, 11),
        ({"objective": "44"}, 0),
        ({"status": "low"}, 21),
        ({"q": "istihdam"}, None),
        ({"q": "İSTİHDAM"}, None),
    ],
)
def test_filters_narrow_the_list(published, caller, query, count):
    found = working(caller("okur"), published, "indicators", **query)

    assert found["count"] == len(found["items"])
    if count is None:
        again = working(caller("okur"), published, "indicators", q="istihdam")
        assert found["count"] == again["count"]
        assert found["count"] > 0
    else:
        assert found["count"] == count


@pytest.mark.parametrize("who", ["", "okur"])
@pytest.mark.parametrize(("tag", "count"), [("sdg:5.2", 1), ("5.2", 1), ("charter:5.2", 0)])
def test_tags_narrow_the_list(caller, who, tag, count):
    from activities.models import Tag

    plan, unit = public_plan()
    activity = make_activity(plan, unit)
    tagged = make_indicator(activity, target=1)
    make_indicator(activity, target=1)
    row, _new = Tag.objects.get_or_create(scheme="sdg", code="5.2", defaults={"name": "Şiddet"})
    IndicatorTag.objects.create(indicator=tagged, tag=row)
    make_published_year(plan, YEAR)

    found = get(caller(make_user() if who else ""), plan, "indicators", tag=tag)

    assert [item["tags"] for item in found["items"]] == [["sdg:5.2"]] * count


@pytest.mark.parametrize("name", ["indicators", "targets", "realizations"])
def test_pages_lead_through_the_whole_list_once(published, caller, name):
    client = caller("okur")
    whole = get(client, published, name)["items"]
    at, walked = address(published, name, limit=40), []
    while at:
        page = client.get(at).json()
        assert page["count"] == 149
        walked += page["items"]
        at = page["next"]

    assert walked == whole
    last = client.get(address(published, name, limit=40, offset=120)).json()
    assert (len(last["items"]), last["next"]) == (29, None)
    assert "offset=80" in last["previous"]
    assert get(client, published, name, offset=10**30)["items"] == []


def test_pages_keep_the_filters(published, caller):
    first = get(caller("okur"), published, "indicators", department="11", limit=60)
    second = caller("okur").get(first["next"]).json()
    assert {row["department"] for row in second["items"]} == {"11"}
    assert (len(second["items"]), second["next"]) == (6, None)


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("", "year"),
        ("year=", "year"),
        ("year=iki", "year"),
        ("year=2024&limit=501", "500"),
        ("year=2024&limit=0", "limit"),
        ("year=2024&offset=-1", "offset"),
        ("year=2024&by=unit", "department"),
        ("year=2024&reading=draft", "reading"),
        ("year=2024&departmant=7", "departmant"),
        (f"year=2024&by={'x' * 5000}", "by"),
    ],
)
def test_a_question_that_cannot_be_understood_is_told_in_a_sentence(published, caller, query, told):
    for who in ("", "okur"):
        response = caller(who).get(f"/api/v1/plans/{published.slug}/achievement?{query}")

        assert response.status_code == 422
        assert told in response.json()["detail"]
        assert response["Cache-Control"].endswith("no-store")


# --- Caching, throttling, other sites ---


@pytest.mark.parametrize("who", ["", "okur"])
@pytest.mark.parametrize("name", OF_YEAR)
def test_what_the_caller_has_is_not_sent_again(
    published, caller, name, who, django_assert_max_num_queries
):
    client, asked = caller(who), address(published, name)
    first = client.get(asked)
    assert first["ETag"]

    # Session, user and groups; plan, periods; the edition and its seals; what is hidden, which
    # every edition decides: three.
    with django_assert_max_num_queries(10):
        again = client.get(asked, headers={"If-None-Match": first["ETag"]})

    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == first["ETag"]
    assert again["Cache-Control"] == first["Cache-Control"]
    assert client.get(asked, headers={"If-None-Match": '"other"'}).status_code == 200
    assert client.get(f"{asked}&limit=3")["ETag"] != first["ETag"]


@pytest.mark.parametrize("at", ["/api/v1/plans/", "/api/v1/openapi.json"])
def test_lists_and_schema_are_not_sent_again_either(published, caller, at):
    etag = caller().get(at)["ETag"]
    assert caller().get(at, headers={"If-None-Match": etag}).status_code == 304


def test_a_written_value_changes_the_mark(caller):
    plan, unit = public_plan()
    indicator = make_indicator(make_activity(plan, unit), target=10, realization=7)
    client = caller(make_user())
    etag = client.get(address(plan, "indicators"))["ETag"]

    value = indicator.realizations.get()
    value.value, value.text = 8, "8"
    value.save()

    response = client.get(address(plan, "indicators"), headers={"If-None-Match": etag})
    assert response.status_code == 200
    assert response.json()["items"][0]["realization"] == "8"


def test_a_new_edition_changes_the_mark(caller):
    plan, unit = public_plan()
    make_indicator(make_activity(plan, unit), target=10, realization=7, state="approved")
    make_published_year(plan, YEAR)
    etag = caller().get(address(plan, "indicators"))["ETag"]

    editions.freeze(plan, YEAR, person=None, reason="Düzeltme")

    assert caller().get(address(plan, "indicators"))["ETag"] != etag


def test_a_mark_never_serves_another_callers_answer(published, caller):
    asked = address(published, "achievement")
    etag = caller("okur").get(f"{asked}&state=working")["ETag"]
    assert caller().get(asked, headers={"If-None-Match": etag}).status_code == 200
    # The edition is the same for everybody, and so is its mark.
    assert caller("okur").get(asked)["ETag"] == caller().get(asked)["ETag"] != etag


@pytest.mark.parametrize("slug", ["yok", "a%0Ab", "%0A", "a%2Fb", "ç(ğ"])
def test_an_address_that_is_none_is_answered_as_json(db, caller, slug):
    answer = caller().get(f"/api/v1/plans/{slug}/achievement?year=1")

    assert (answer.status_code, answer["Content-Type"]) == (404, "application/json")


@pytest.mark.parametrize("at", ["/api/v1/plans/", "/api/v1/openapi.json", "/api/v1/nothing"])
def test_answers_to_strangers_set_no_cookie_and_are_open_to_other_sites(published, caller, at):
    response = caller().get(at)

    assert not response.cookies
    assert response["Access-Control-Allow-Origin"] == "*"
    assert "Cookie" in response["Vary"]
    expected = "public, max-age=300" if response.status_code == 200 else "no-store"
    assert response["Cache-Control"] == expected


def test_answers_to_people_are_private(published, caller):
    response = caller("okur").get(address(published, "achievement"))

    assert response["Cache-Control"] == "private, no-cache"
    assert "Access-Control-Allow-Origin" not in response
    assert "Cookie" in response["Vary"]


def test_strangers_are_throttled_and_people_are_not(published, caller, settings):
    settings.API_ANONYMOUS_RATE = "3/h"
    asked = address(published, "achievement")

    assert [caller().get(asked).status_code for _ in range(4)] == [200, 200, 200, 429]
    refused = caller().get(asked)
    assert 0 < int(refused["Retry-After"]) <= 3600
    assert refused["Content-Type"].startswith("application/json")
    assert refused.json()["detail"]
    assert caller().get(asked, REMOTE_ADDR="192.0.2.7").status_code == 200
    assert caller("okur").get(asked).status_code == 200


def test_an_address_cannot_be_made_up_where_no_proxy_is_trusted(published, caller, settings):
    settings.API_ANONYMOUS_RATE = "1/h"
    asked = address(published, "achievement")
    found = [
        caller().get(asked, headers={"X-Forwarded-For": f"192.0.2.{n}"}).status_code for n in (1, 2)
    ]
    assert found == [200, 429]


@pytest.mark.parametrize("rate", ["many", "12", "x/m", "12/"])
def test_a_wrong_rate_stops_the_start_and_names_the_variable(settings, rate):
    settings.API_ANONYMOUS_RATE = rate
    with pytest.raises(ImproperlyConfigured, match="API_ANONYMOUS_RATE"):
        throttling.AnonymousThrottle()


# --- Addresses and faults ---


@pytest.mark.parametrize(
    "at", ["/api/", "/api/x", "/api/v1/", "/api/v1/docs", "/api/v1/plans/yok/", "/api/v2/plans/"]
)
def test_what_does_not_exist_is_told_as_json(db, caller, at):
    for who in ("", make_user()):
        response = caller(who).get(at)
        assert response.status_code == 404
        assert list(response.json()) == ["detail"]
        assert "docs_url" not in response.text


def test_a_slash_too_few_or_too_many_is_put_right(published, caller):
    missing = caller().get("/api/v1/plans?limit=3")
    assert (missing.status_code, missing.url) == (301, "/api/v1/plans/?limit=3")
    more = caller().get(f"/api/v1/plans/{published.slug}/targets/?year=2024")
    assert more.url == f"/api/v1/plans/{published.slug}/targets?year=2024"


@pytest.mark.parametrize("at", ["/api/v1/plans/", "/api/v1/openapi.json"])
def test_nothing_can_be_written(published, caller, at):
    for method in ("post", "put", "patch", "delete"):
        response = getattr(caller("yonetici"), method)(at)
        assert response.status_code == 405
        assert response["Allow"] == "GET, HEAD, OPTIONS"
        assert list(response.json()) == ["detail"]


def test_head_and_options_are_answered(published, caller):
    head = caller().head("/api/v1/plans/")
    assert (head.status_code, head.content) == (200, b"")
    assert head["ETag"] == caller().get("/api/v1/plans/")["ETag"]
    options = caller().options("/api/v1/plans/")
    assert options.status_code == 204
    assert options["Access-Control-Allow-Headers"] == "If-None-Match"


def test_a_fault_tells_nothing_of_the_inside(published, caller, monkeypatch, caplog):
    def fail(*args, **kwargs):
        raise RuntimeError("a secret of the inside")

    monkeypatch.setattr("reports.api.views.entries", fail)

    for who in ("", "okur"):
        response = caller(who).get(address(published, "achievement"))
        assert response.status_code == 500
        assert list(response.json()) == ["detail"]
        assert "secret" not in response.text
    assert "a secret of the inside" in caplog.text


def test_a_lost_database_is_a_503(published, caller, monkeypatch):
    def fail(*args, **kwargs):
        raise OperationalError("gone")

    monkeypatch.setattr("reports.api.views.entries", fail)

    response = caller().get(address(published, "achievement"))
    assert (response.status_code, response["Retry-After"]) == (503, "10")
    assert "gone" not in response.text


# --- What it costs ---


@pytest.mark.parametrize(
    ("who", "name", "query", "count"),
    [
        # Plan with its revision; periods; the edition; its seals; what is hidden: every
        # edition, the indicators and values of today; the errata: units and rows of today.
        ("", "achievement", {"by": "indicator"}, 9),
        ("", "achievement", {"by": "objective"}, 9),
        ("", "indicators", {"tag": "5.2"}, 9),
        ("", "realizations", {}, 9),
        # … and session, user, groups.
        ("okur", "indicators", {}, 12),
        # Session; user; groups; plan; periods; the edition there is; units; rows.
        ("okur", "achievement", {"state": "working", "by": "indicator"}, 8),
        ("okur", "targets", {"state": "working"}, 8),
        # … and the objectives' names.
        ("okur", "achievement", {"state": "working", "by": "goal"}, 9),
        # … and the targets of all years; tags of indicators; tags of activities.
        ("okur", "indicators", {"state": "working"}, 11),
    ],
)
def test_queries(published, caller, who, name, query, count, django_assert_num_queries):
    client = caller(who)
    with django_assert_num_queries(count):
        get(client, published, name, **query)


def test_queries_of_the_list_of_plans(published, caller, django_assert_num_queries):
    make_period(make_plan(is_public=True))
    make_period(make_plan(is_public=True))
    with django_assert_num_queries(2):  # plans with their revisions; periods
        assert caller().get("/api/v1/plans/").json()["count"] == 3


# --- The example ---


def test_the_example_draws_what_the_api_answers(published, caller, monkeypatch):
    path = Path(__file__).resolve().parents[2] / "docs" / "examples" / "plot_scores.py"
    example = runpy.run_path(str(path))
    asked = example["departments"].__globals__
    monkeypatch.setitem(
        asked, "urlopen", lambda address, timeout: io.BytesIO(caller().get(address).content)
    )

    items = list(example["departments"]("http://testserver", published.slug, YEAR))
    drawn = ElementTree.fromstring(example["picture"](items, "A < B"))

    assert items == public(command(published, "department", reading="approved"))
    texts = [text.text for text in drawn.iter("{http://www.w3.org/2000/svg}text")]
    assert texts[0] == "A < B"
    assert texts[3:5] == ["2. Fen İşleri Dairesi Başkanlığı", "— (0 / 0)"]
    assert len(list(drawn.iter("{http://www.w3.org/2000/svg}rect"))) == 1 + sum(
        item["mean"] is not None for item in items
    )


# --- The headline ---


def test_the_plans_answer_says_what_stands_with_its_score(published, caller):
    told = working(caller("okur"), published, "achievement")["headline"]

    assert (told["due"], told["reported"], told["n"], told["is_provisional"]) == (
        136, 132, 132, False
    )  # fmt: skip
    assert percent(D(told["score"])) == "%82,8"
    assert [percent(D(told["range"][end])) for end in ("low", "high")] == ["%82,8", "%96,1"]
    moved = told["nothing_moved"]
    assert [moved["n"], percent(D(moved["supposed"])), percent(D(moved["real"]))] == [
        124, "%83,2", "%82,7"
    ]  # fmt: skip
    assert {sign: (found["count"], found["of"]) for sign, found in told["ambition"].items()} == {
        "met": (31, 124), "near": (61, 124), "reached": (44, 132), "exceeded": (60, 132)
    }  # fmt: skip
    assert told["sentences"]["tr"]["score"] == "132 göstergenin ortalama puanı %82,8."
    assert told["sentences"]["en"]["score"] == "The mean score of 132 indicators is 82.8%."


def test_an_editions_headline_holds_the_verified_and_how_far_the_reported_are_in_doubt(
    published, caller
):
    told = get(caller(), published, "achievement")["headline"]

    assert told["reported"] is None
    assert told["verified"] == told["n"] < 80
    assert told["is_provisional"] is True
    # Of what is reported and not verified, with the questions that were open when it was frozen.
    assert (told["range"]["low"][:6], told["range"]["high"][:6]) == ("0.8284", "0.8800")
    assert told["range"]["questions"] == 8
    assert "coverage" not in told["sentences"]["tr"]


@pytest.mark.parametrize("by", ["department", "indicator"])
def test_only_the_whole_plan_has_a_headline(published, caller, by):
    assert "headline" not in get(caller("okur"), published, "achievement", by=by)
