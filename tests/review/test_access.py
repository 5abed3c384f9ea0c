"""Whose pages these are: for everybody but reviewers and administrators they do not exist."""

import pytest
from django.urls import reverse

from indicators.models import FindingAnswer, Realization
from tests.factories import YEAR, make_plan

pytestmark = pytest.mark.django_db

READ = ["review", "review_unit", "period", "reconciliation", "correct"]
WRITE = ["remind", "review_unit", "period", "correct"]


@pytest.fixture
def address(at, world):
    arguments = {"review_unit": ("7",), "correct": ("7", world.lights.pk)}

    def of(name, **elsewhere):
        return at(name, *arguments.get(name, ()), **elsewhere)

    return of


@pytest.mark.parametrize("who", ["reader", "coordinator"])
@pytest.mark.parametrize("name", sorted({*READ, *WRITE}))
def test_for_others_they_do_not_exist(sign_in, world, address, who, name):
    client = sign_in(getattr(world, who))
    data = {"action": "approve", "rows": "1:1", "unit": "7.1"}
    for response in (client.get(address(name)), client.post(address(name), data)):
        assert response.status_code in (404, 405)
    if name in READ:
        assert client.get(address(name)).status_code == 404
    if name in WRITE:
        assert client.post(address(name), data).status_code == 404
    assert set(Realization.objects.values_list("state", flat=True)) == {"submitted"}


@pytest.mark.parametrize("who", ["reviewer", "administrator"])
@pytest.mark.parametrize("name", READ)
def test_reviewers_and_administrators_read_them(sign_in, world, address, who, name):
    assert sign_in(getattr(world, who)).get(address(name)).status_code == 200


@pytest.mark.parametrize("name", READ)
def test_another_plan_or_year_is_not_found(reviewing, at, world, name):
    arguments = {"review_unit": ["7"], "correct": ["7", world.lights.pk]}.get(name, [])
    other = make_plan(slug="baska")
    assert reviewing.get(at(name, *arguments, year=2040)).status_code == 404
    assert reviewing.get(reverse(name, args=["yok", YEAR, *arguments])).status_code == 404
    if arguments:
        assert reviewing.get(reverse(name, args=[other.slug, YEAR, *arguments])).status_code == 404


def test_the_indicator_of_another_unit_is_not_corrected_here(reviewing, at, world):
    assert reviewing.get(at("correct", "8", world.lights.pk)).status_code == 404
    assert reviewing.get(at("correct", "7", world.lines.pk)).status_code == 200  # its branch
    assert reviewing.get(at("correct", "7", 10**9)).status_code == 404


def test_only_reviewers_see_the_way_to_them(sign_in, world, at):
    for who, shown in (("reviewer", True), ("coordinator", False), ("reader", False)):
        page = sign_in(getattr(world, who)).get(at("dashboard"))
        assert (at("review") in page.text) is shown


@pytest.mark.parametrize(
    ("who", "status"),
    [("reviewer", 302), ("administrator", 302), ("coordinator", 302), ("reader", 404)],
)
def test_who_may_answer(sign_in, world, at, who, status):
    data = {"finding": "increment_certain:7/4.1.1/2", "code": "total", "digest": "x"}
    assert sign_in(getattr(world, who)).post(at("answer"), data).status_code == status
    assert not FindingAnswer.objects.exists()  # the digest is wrong


def test_the_finding_of_another_unit_does_not_exist_for_a_coordinator(sign_in, world, at):
    data = {"finding": "missing:8/5.1.1/1", "code": "to_come", "digest": "x"}
    assert sign_in(world.coordinator).post(at("answer"), data).status_code == 404
    assert sign_in(world.reviewer).post(at("answer"), data).status_code == 302
