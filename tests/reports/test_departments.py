"""The page of the departments, and what leads there and on from every page of a plan."""

import pytest

from imports.management.commands.demo import SLUG
from tests.factories import (
    make_activity,
    make_department,
    make_indicator,
    make_period,
    make_plan,
    make_user,
)
from tests.reports.html import parse

pytestmark = pytest.mark.django_db
YEAR_PAGES = f"/plans/{SLUG}/2024/"


def table(page):
    return page.by_id("departments").one("table")


@pytest.mark.parametrize(
    "query", [{}, {"reading": "approved"}, {"view": "cumulative"}, {"sort": "-score"}]
)
def test_it_says_what_the_dashboard_says(real_plan, read, at, query):
    alone, among = (table(read(at(name), query)) for name in ("departments", "dashboard"))

    assert [row.text for row in alone.all("tr")] == [row.text for row in among.all("tr")]
    assert len(alone.all("tr")) == 1 + 13 + 3 + 1  # head, departments, branches, whole plan


def test_its_order_is_chosen_on_it(real_plan, read, at):
    page = read(at("departments"))
    links = {a.text: a["href"] for a in page.by_id("departments").one("div", "sect-head").all("a")}

    assert links["ad"] == f"{YEAR_PAGES}departments/?sort=name#departments"
    assert read(at("departments"), {"sort": "nonsense"}).one("h1").text == "Birimler"


@pytest.mark.parametrize("which", [("departments",), ("department", "4")])
def test_the_menu_leads_to_it_and_marks_it(real_plan, read, at, which):
    page = read(at(*which))

    for menu in (page.one("nav", "nav"), page.one("details", "page-menu")):
        marked = [(a.text, a["href"]) for a in menu.all("a") if a["aria-current"]]
        assert marked == [("Birimler", f"{YEAR_PAGES}departments/")]
    assert "Birimler" in page.one("details", "page-menu").one("summary").text


def test_a_plan_without_indicators_says_so(db, signed_in):
    plan = make_plan(slug="bos")

    answer = signed_in(make_user()).get(f"/plans/{plan.slug}/2024/departments/")

    assert answer.status_code == 200
    assert 'id="departments"' not in answer.text


def test_beside_the_verified_alone_stands_what_was_reported_with_its_n(db, signed_in):
    """Of one unit's 100, 50 and 0 of 100 the first is verified: 100 % of one, 50 % of three."""
    plan = make_plan(slug="plan")
    make_period(plan, state="closed")
    activity = make_activity(plan, make_department(plan, "7"))
    for value, state in ((100, "approved"), (50, "submitted"), (0, "submitted")):
        make_indicator(activity, target=100, realization=value, state=state)
    client = signed_in(make_user())

    def score_of(reading):
        page = parse(client.get(f"/plans/plan/2024/departments/?reading={reading}").text)
        [row, whole] = [
            " ".join(cell.text.split())
            for cell in page.by_id("departments").all("td")
            if cell["data-mean"]
        ]
        assert row == whole
        return row

    assert score_of("approved") == "%100,0 n=1 bildirilenlere göre %50,0 n=3"
    assert score_of("reported") == "%50,0 n=3"
