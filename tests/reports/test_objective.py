"""The same table for a strategic objective and for a goal."""

import pytest

from activities.models import Objective
from tests import factories
from tests.reports.html import score_of

pytestmark = pytest.mark.django_db


def test_an_objective_shows_its_score_and_goals(real_plan, read, at):
    page = read(at("objective", "8"))

    assert page.one("h1").text == "Amaç 8"
    assert score_of(page) == "%43,6"
    goals = {a.text: a["href"] for a in page.one("nav", "chips").all("a")}
    assert goals["Hedef 8.2"] == at("objective", "8.2")
    assert "Katılımcı sayısı ogun belli olacak" in page.one("table", "pub").text


def test_a_goal_leads_back_to_its_objective(real_plan, read, at):
    page = read(at("objective", "4.4"))

    assert page.one("h1").text == "Hedef 4.4"
    assert score_of(page) == "%56,1"
    crumbs = {a.text: a["href"] for a in page.one("p", "crumb").all("a")}
    assert crumbs["Amaç 4"] == at("objective", "4")


def test_a_goal_gathers_what_several_units_do(real_plan, read, at):
    page = read(at("objective", "4.4"))

    assert page.texts("tbody", "unit") == [
        "2. Fen İşleri Dairesi Başkanlığı",
        "7. Ulaşım İşleri Dairesi Başkanlığı",
    ]
    heads = page.texts("th", "act")
    assert len(heads) == 5
    assert all(head.startswith("4.4.") for head in heads)


def test_an_objective_in_english(real_plan, read, at):
    page = read(at("objective", "8"), language="en")

    assert page.one("h1").text == "Objective 8"
    assert score_of(page) == "43.6%"


def test_a_titled_objective_shows_its_title(real_plan, read, at):
    Objective.objects.filter(plan=real_plan, code="8").update(title="İzleme")

    assert read(at("objective", "8")).one("h1").text == "Amaç 8 · İzleme"


def test_a_goal_without_targets_has_a_dash(real_plan, read, at):
    page = read(at("objective", "8.4"))

    assert score_of(page) == "—"


@pytest.mark.parametrize("many", [2, 20])
def test_an_objective_costs_the_same_queries(at, signed_in, django_assert_num_queries, many):
    plan = factories.make_plan()
    for _each in range(many):
        activity = factories.make_activity(plan, code=f"4.{_each}.1")
        factories.make_indicator(activity, target=4, realization=2)
    client = signed_in(factories.make_user())

    # session; user; plans; objectives; units; indicators; the cells of all years; their unit cells;
    # the plan's tags; periods; the person's units and groups; answers, targets and responsible
    # units for the findings; targets and values for the progress; what moved since it was sent
    with django_assert_num_queries(17):
        response = client.get(at("objective", "4", slug=plan.slug))

    assert response.text.count('class="act"') == many
