"""The API keeps to its own description, whatever is asked; see the OpenAPI document."""

from decimal import Decimal as D

import pytest
import schemathesis
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import negative_data_rejection

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
from yeap.wsgi import application

pytestmark = pytest.mark.django_db

calmly = settings(
    max_examples=25,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def published():
    """A small plan with every kind of cell; one number is withheld from strangers."""
    plan = make_plan(is_public=True)
    make_period(plan, state="closed")
    unit = make_department(plan, "1")
    activities = make_activity(plan, unit), make_activity(plan, make_department(plan, parent=unit))
    for activity in activities:
        for value in (0, 3, D("1234.5"), "-", "yıl sonunda", None):
            make_indicator(activity, baseline=1, target=10, realization=value, state="approved")
        make_indicator(activity, realization=7)
        make_indicator(
            activity, target=4, realization=3, state="approved", hides_small_numbers=True
        )
    make_published_year(plan, YEAR)
    return plan


@pytest.fixture(autouse=True)
def calm_server(settings):
    """Let nobody be throttled, and keep the test's connection between requests."""
    settings.API_ANONYMOUS_RATE = "1000000/m"
    cache.clear()
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def document():
    return Client().get("/api/v1/openapi.json").json()


HOST = {"Host": "localhost"}
schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
# Every edge of every parameter is walked once, by a stranger; the others only draw.
drawn = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
drawn.config.phases.coverage.enabled = False


@schema.parametrize()
@calmly
def test_strangers_are_answered_as_described(case, published):
    case.call_and_validate(headers=HOST)


@drawn.parametrize()
@calmly
def test_strangers_are_answered_about_a_published_year(case, published):
    ask(case, published)


@drawn.parametrize()
@calmly
def test_people_are_answered_about_a_year(case, published):
    client = Client()
    client.force_login(make_user())

    response = ask(case, published, cookies={"sessionid": client.cookies["sessionid"].value})

    assert response.headers["cache-control"][0].startswith("private")


def ask(case, plan, **more):
    """Ask about what exists, which made-up addresses seldom hit."""
    if "slug" in case.path_parameters:
        case.path_parameters["slug"] = plan.slug
    if "year" in case.query:
        case.query["year"] = YEAR
    return case.call_and_validate(headers=HOST, excluded_checks=[negative_data_rejection], **more)


def test_the_document_is_openapi_3_1(document):
    assert document["openapi"].startswith("3.1")
    assert sorted(document["paths"]) == [
        "/api/v1/plans/",
        "/api/v1/plans/{slug}/",
        "/api/v1/plans/{slug}/achievement",
        "/api/v1/plans/{slug}/indicators",
        "/api/v1/plans/{slug}/realizations",
        "/api/v1/plans/{slug}/targets",
    ]
    for operations in document["paths"].values():
        assert list(operations) == ["get"]
        assert set(operations["get"]["responses"]) == {"200", "304", "404", "422", "429"}
        assert operations["get"]["description"]


def test_the_document_has_no_page_that_loads_from_elsewhere(published):
    for at in ("/api/v1/docs", "/api/v1/docs/", "/api/v1/redoc"):
        assert Client().get(at).status_code == 404
