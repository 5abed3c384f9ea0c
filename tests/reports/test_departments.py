"""The page of the departments, and what leads there and on from every page of a plan."""

import pytest

from imports.management.commands.demo import SLUG
from tests.factories import make_plan, make_user

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
