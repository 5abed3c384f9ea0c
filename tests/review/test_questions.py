"""One answer to many questions of a kind: shown with its effects, given to all or to none."""

import pytest

from findings.year import YearFindings
from indicators.figures import Figures
from indicators.models import FindingAnswer, Indicator, Realization
from tests.factories import YEAR, make_activity, make_indicator, make_realization, make_target
from tests.reports.html import parse
from tests.review.conftest import set_state

pytestmark = pytest.mark.django_db
ADDED_TO_ALL = {"kind": "increment", "answer": "increment"}


@pytest.fixture
def trams(world):
    """Make a second increment, in the other department: 90 exist, 120 are the target."""
    activity = make_activity(world.plan, world.other, "5.1.2", title="Tramvay")
    return make_indicator(
        activity, name="Tramvay sayısı", baseline=90, target=120, realization=33
    )  # fmt: skip


@pytest.fixture
def tokens(world):
    """Return what the page sends for each increment, by its indicator's name."""

    def found():
        findings = YearFindings(Figures(world.plan, YEAR))
        return {
            one.figures[0].name: f"{one.digest}:{one.figures[0].id}:{one.key}"
            for one in findings.raised
            if one.check.value.startswith("increment")
        }

    return found


@pytest.fixture
def give(reviewing, at):
    def post(*tokens, answer="increment", kind="increment", follow=False, **more):
        data = {"kind": kind, "answer": answer, "findings": tokens, **more}
        return reviewing.post(at("review_questions"), data, follow=follow)

    return post


def settings_of(*indicators):
    found = Indicator.objects.in_bulk([each.pk for each in indicators])
    return [(found[each.pk].kind, found[each.pk].reported_as) for each in indicators]


UNTOUCHED, ADDED = ("count", "total"), ("level", "increment")


def test_certain_and_likely_increments_are_one_kind(reviewing, at, trams):
    page = parse(reviewing.get(at("review_questions")).text)

    kind = page.by_id("k-increment")
    assert "Increment or total? 2" in kind.text
    assert [link.text for link in kind.all("a")] == [
        "Added this year look at all 2",
        "The total look at all 2",
    ]


def test_every_row_is_shown_with_what_the_answer_does_to_it(reviewing, at, trams):
    page = parse(
        reviewing.get(at("review_questions"), {"kind": "increment", "answer": "increment"}).text
    )

    table = page.all("table")[0]
    ratios = [
        row.all("td", "from-to")[0].text for row in table.all("tr") if row.all("td", "from-to")
    ]
    # 5 ÷ 432; (427 + 5 − 427) ÷ (432 − 427). 33 ÷ 120; (90 + 33 − 90) ÷ (120 − 90).
    assert ratios == ["1.2% → 100.0%", "27.5% → 110.0%"]
    # Alone: (1 + 5/432 + 0,5) ÷ 3 → 2,5 ÷ 3; the plan has the trams' 0,275 besides.
    assert "department 50.4% → 83.3% · plan 44.7% → 69.4%" in table.text
    assert "department 27.5% → 100.0% · plan 44.7% → 62.8%" in table.text
    # Together: 2,5 ÷ 3, 1, and 3,5 ÷ 4.
    assert [each.text for each in page.one("dl", "shifts").all("dd")] == [
        "50.4% → 83.3%",
        "27.5% → 100.0%",
        "44.7% → 87.5%",
    ]
    boxes = [box for box in page.all("input") if box["name"] == "findings"]
    assert len(boxes) == 2 and all("checked" in box.attributes for box in boxes)


def test_all_ticked_rows_get_the_answer_at_once(give, world, trams, tokens):
    found = tokens()
    response = give(*found.values(), follow=True)

    assert "2 answers are recorded." in response.text
    assert settings_of(world.buses, trams) == [ADDED, ADDED]
    assert {one.answered_by for one in FindingAnswer.objects.all()} == {world.reviewer}


def test_what_is_unticked_stays_open(give, world, trams, tokens):
    give(tokens()["Otobüs sayısı"])
    assert settings_of(world.buses, trams) == [ADDED, UNTOUCHED]


def test_a_row_that_changed_meanwhile_is_named_and_nothing_is_answered(give, world, trams, tokens):
    seen = tokens()
    Realization.objects.get(indicator=trams).delete()
    make_realization(trams, 34)

    response = give(*seen.values(), note="Telefonla soruldu")

    page = parse(response.text)
    alert = next(each for each in page.all("div", "note") if each["role"] == "alert")
    assert "5.1.2 Tramvay sayısı: The numbers changed meanwhile." in alert.text
    assert "None of the answers is recorded." in alert.text
    assert settings_of(world.buses, trams) == [UNTOUCHED, UNTOUCHED]
    assert not FindingAnswer.objects.exists()
    # What was typed and ticked stays; what changed is to be looked at and ticked again.
    assert page.by_id("answer-note").text == "Telefonla soruldu"
    ticked = [box["value"] for box in page.all("input") if "checked" in box.attributes]
    assert ticked == [seen["Otobüs sayısı"]]
    assert "Its numbers changed meanwhile." in page.text


def test_a_row_that_is_asked_no_more_is_named(give, world, trams, tokens):
    seen = tokens()
    Realization.objects.get(indicator=trams).delete()
    response = give(*seen.values())
    assert (
        "Tramvay sayısı: Its numbers changed meanwhile, and it is asked no more." in response.text
    )
    assert settings_of(world.buses) == [UNTOUCHED]


def test_a_verified_value_asks_for_a_reason_for_all_of_them(
    reviewing, at, give, world, trams, tokens
):
    Realization.objects.filter(indicator=trams).update(state="approved")
    assert "say why it changes" in reviewing.get(at("review_questions"), ADDED_TO_ALL).text

    assert "say why it changes" in give(*tokens().values()).text
    assert settings_of(world.buses, trams) == [UNTOUCHED, UNTOUCHED]
    give(*tokens().values(), note="Telefonla soruldu")
    assert settings_of(world.buses, trams) == [ADDED, ADDED]


def test_a_closed_year_says_before_that_it_takes_a_reason(reviewing, at, give, world, tokens):
    set_state(world.period, "closed")
    page = parse(reviewing.get(at("review_questions"), ADDED_TO_ALL).text)
    assert "Say why it is counted differently" in page.by_id("answer-hint").text
    assert give(*tokens().values(), note="Telefonla soruldu").status_code == 302
    assert settings_of(world.buses) == [ADDED]


def test_nothing_ticked_answers_nothing(give, trams):
    assert "Choose at least one row." in give().text
    assert not FindingAnswer.objects.exists()


@pytest.mark.parametrize("token", ["", "abc", "abc:x:y", f"abc:{'9' * 30}:k", "abc:1:"])
def test_a_form_that_no_page_made_is_not_found(give, token):
    assert give(token).status_code == 404


def test_counting_once_is_looked_at_pair_by_pair(reviewing, at, world):
    for name in ("Kurs sayısı", "Kurs adedi"):
        twin = make_indicator(world.lights.activity, name=name, baseline=5, target=6, realization=7)
        for year in (YEAR + 1, YEAR + 2):
            make_target(twin, 8, year)
    page = parse(reviewing.get(at("review_questions")).text)
    kind = page.by_id("k-twin_rows")
    assert "The same service, counted twice" not in kind.text
    assert at("reconciliation") in [link["href"] for link in kind.all("a")]


def test_coordinators_do_not_find_the_page(sign_in, world, at):
    assert sign_in(world.coordinator).get(at("review_questions")).status_code == 404


def test_more_questions_cost_no_more_queries_to_look_at(
    reviewing, at, world, django_assert_max_num_queries
):
    for number in range(10):
        make_indicator(
            world.lights.activity, name=f"Sayı {number}", baseline=427, target=432, realization=5
        )
    # session; user; groups; plan with its revision; units; figures; answers; targets;
    # responsible units of activities and indicators; periods; states; settled years
    with django_assert_max_num_queries(15):
        assert reviewing.get(at("review_questions"), ADDED_TO_ALL).status_code == 200
