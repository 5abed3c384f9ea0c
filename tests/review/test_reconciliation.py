"""Shared activities and twin rows: the same, different, or shared, and counted once."""

import pytest

from accounts.models import User
from activities.sentences import Sentence
from findings import answers
from findings.answers import partners_of
from findings.year import YearFindings
from indicators import steps
from indicators.figures import Figures
from indicators.models import FindingAnswer
from tests.factories import YEAR, make_activity, make_indicator, make_realization
from tests.reports.html import parse
from tests.review.conftest import set_state

pytestmark = pytest.mark.django_db


@pytest.fixture
def twins(world):
    """Two rows of unit 8 with equal numbers, and the year before beside them."""
    activity = make_activity(world.plan, world.other, "4.3.8", title="Danışma")
    rows = [
        make_indicator(activity, name=name, baseline=5, target=10, realization=10)
        for name in ("Kadın sayısı", "Kişi sayısı")
    ]
    for row in rows:
        for year in list(world.plan.years)[1:]:
            row.targets.create(year=year, value=20, text="20")
    make_realization(rows[0], 19, YEAR + 1, state="approved")
    make_realization(rows[1], 18, YEAR + 1, state="draft")
    return rows


@pytest.fixture
def form(reviewing, at):
    """Return what the page sends about its only pair."""

    def read():
        page = parse(reviewing.get(at("reconciliation")).text)
        sheet = page.one("form", "sheet")
        hidden = ("finding", "digest", "next")
        return {
            each["name"]: each["value"] for each in sheet.all("input") if each["name"] in hidden
        }

    return read


def mean(world):
    return Figures(world.plan, YEAR).summary.mean


def test_twins_stand_side_by_side_over_the_years(reviewing, at, twins):
    page = parse(reviewing.get(at("reconciliation")).text)
    first, second = page.one("table", "twins").one("tbody").all("tr")
    assert [cell.text for cell in first.all("td")] == ["5", "10", "10", "20", "19", "20", "empty"]
    # Another unit's draft stays on its desk.
    assert [cell.text for cell in second.all("td")][4] == "empty"
    assert "8. Eğitim" in first.text


def test_counting_once_changes_the_mean_by_what_was_shown(reviewing, at, world, twins, form):
    # (1 + 5/432 + 0,5 + 1 + 1) ÷ 5, and one of the last two less.
    assert float(mean(world)) == pytest.approx((1 + 5 / 432 + 0.5 + 1 + 1) / 5)
    page = parse(reviewing.get(at("reconciliation")).text)
    assert "70.2% → 62.8%" in page.text

    data = form() | {"code": "counted_twice", "count_once": "on"}
    finding = parse(reviewing.post(at("answer"), data).text)
    assert "70.2% → 62.8%" in finding.one("dl", "shifts").text
    assert not FindingAnswer.objects.exists()

    reviewing.post(at("answer"), data | {"confirm": "1"})
    assert float(mean(world)) == pytest.approx((1 + 5 / 432 + 0.5 + 1) / 4)
    twins[1].refresh_from_db()
    assert twins[1].counted_with == twins[0]
    page = parse(reviewing.get(at("reconciliation")).text)
    assert "counts once" in page.text
    assert "Ayşe Yılmaz" in page.text


def test_it_is_undone_by_answering_anew(reviewing, at, world, twins, form):
    before = mean(world)
    data = form() | {"confirm": "1"}
    reviewing.post(at("answer"), data | {"code": "counted_twice", "count_once": "on"})
    # Taking it back changes figures as well, so it is shown first.
    finding = reviewing.post(at("answer"), form() | {"code": "coincidence"})
    assert "62.8% → 70.2%" in parse(finding.text).one("dl", "shifts").text

    reviewing.post(at("answer"), form() | {"code": "coincidence", "confirm": "1"})
    assert mean(world) == before
    assert FindingAnswer.objects.get().answer == "coincidence"


def test_without_the_box_it_is_only_recorded(reviewing, at, world, twins, form):
    before = mean(world)
    reviewing.post(at("answer"), form() | {"code": "counted_twice", "confirm": "1"})
    assert mean(world) == before
    assert FindingAnswer.objects.get().answer == "counted_twice"


@pytest.mark.parametrize("code", ["coincidence", "shared"])
def test_other_answers_are_recorded_at_once(reviewing, at, twins, form, code):
    assert reviewing.post(at("answer"), form() | {"code": code}).status_code == 302
    assert FindingAnswer.objects.get().answer == code


def test_in_a_published_year_it_takes_an_administrator_and_a_reason(
    reviewing, sign_in, at, world, twins, form
):
    set_state(world.period, "published")
    data = form() | {"code": "counted_twice", "count_once": "on", "confirm": "1"}
    assert "Only an administrator" in reviewing.post(at("answer"), data | {"note": "Neden"}).text
    administrator = sign_in(world.administrator)
    assert "say why" in administrator.post(at("answer"), data).text
    administrator.post(at("answer"), data | {"note": "Aynı hizmet"})
    twins[1].refresh_from_db()
    assert twins[1].history.first().history_change_reason == "Aynı hizmet"


def test_a_shared_activity_pairs_by_name_else_by_place(world):
    rows = {}
    for unit, names in (
        (world.unit, ("Kız", "Erkek")),
        (world.other, ("Kız çocuk", "Erkek çocuk")),
    ):
        activity = make_activity(world.plan, unit, "5.1.4", title="Psikolojik destek")
        for name in names:
            rows[name] = make_indicator(activity, name=name, target=10, realization=4).pk
    [finding] = [
        one
        for one in YearFindings(Figures(world.plan, YEAR)).raised
        if one.check == "shared_activity"
    ]
    assert partners_of(finding) == {
        rows["Kız çocuk"]: rows["Kız"],
        rows["Erkek çocuk"]: rows["Erkek"],
    }


def test_the_real_plan_lists_what_is_known_of_it(real_plan, sign_in):
    client = sign_in(User.objects.get(username="inceleme"))
    page = parse(client.get(f"/review/{real_plan.slug}/2024/reconciliation/").text)
    heads = " ".join(page.texts("h2"))
    for code in ("1.5.2", "5.1.4", "2.1.7"):
        assert code in heads
    twins = next(each for each in page.all("section") if "4.1.5" in each.text)
    assert "4.3.8" in twins.text


def test_the_page_costs_the_same_for_more_pairs(
    reviewing, at, world, twins, django_assert_max_num_queries
):
    # session; user; groups; plan with its revision; units; figures; answers; targets;
    # responsible units of activities and indicators; targets and values of the pairs; periods
    with django_assert_max_num_queries(14):
        assert reviewing.get(at("reconciliation")).status_code == 200


# --- What is not offered says so ---


def test_rows_that_nobody_can_pair_say_why_counting_once_is_not_offered(reviewing, at, world):
    of_unit = {world.unit: ["Durak sayısı"], world.other: ["Tur sayısı", "Gün sayısı"]}
    for unit, names in of_unit.items():
        shared = make_activity(world.plan, unit, "1.5.2", title="Engelsiz durak")
        for name in names:
            make_indicator(shared, name=name, target=5, realization=5)

    page = parse(reviewing.get(at("reconciliation")).text)

    assert "Counting once is not offered" in page.text
    assert "count_once" not in [box["name"] for box in page.all("input")]


def test_an_answer_that_cannot_be_given_is_named_with_the_reason(reviewing, at, twins, monkeypatch):
    """No check that is reconciled refuses a reviewer today; the page says so the day one does."""
    closed = Sentence(steps.NOT_YOURS)

    def refused(finding, answer, person, ground):
        return closed if answer.code == "shared" else None

    monkeypatch.setattr(answers, "why_not_give", refused)

    page = parse(reviewing.get(at("reconciliation")).text)

    assert "“A shared service; each row counts its part” cannot be given:" in page.text
    assert "This step is not yours to take." in page.text
    codes = [box["value"] for box in page.all("input") if box["name"] == "code"]
    assert codes == ["counted_twice", "coincidence"]
