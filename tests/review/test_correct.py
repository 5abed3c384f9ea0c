"""Correcting a value: the effect first, then the number with its reason."""

from decimal import Decimal as D

import pytest
from django.utils import timezone

from activities.models import Period
from indicators import editions
from indicators.models import Realization
from tests.factories import YEAR, make_published_year
from tests.reports.html import parse
from tests.review.conftest import set_state

pytestmark = pytest.mark.django_db


@pytest.fixture
def correct(at, sign_in, world):
    """Look at a number's effect and save it; return the last page."""

    def go(indicator, number, reason="", *, person=None, looks=True, number_of="7", **more):
        client = sign_in(person or world.reviewer)
        address = at("correct", number_of, indicator.pk)
        page = parse(client.get(address).text)
        data = {
            field["name"]: field["value"] or ""
            for field in page.one("form", "sheet").all("input")
            if field["name"]
        }
        data |= {"number": number, "reason": reason} | more
        if looks:
            shown = parse(client.post(address, data).text)
            for field in shown.one("form", "sheet").all("input"):
                if field["name"] == "looked":
                    data["looked"] = field["value"]
        return client.post(address, data | {"save": "1"}, follow=True)

    return go


def test_the_effect_is_shown_before_anything_is_written(reviewing, at, world, value):
    address = at("correct", "7", world.stops.pk)
    page = parse(reviewing.post(address, {"number": "8", "seen": "1", "looked": ""}).text)

    own, department, plan = [each.text for each in page.all("dd") if "→" in each.text]
    assert own == "50.0% → 80.0%"
    # (1 + 5/432 + 0,5) ÷ 3 and (1 + 5/432 + 0,8) ÷ 3
    assert department == plan == "50.4% → 60.4%"
    assert value(world.stops).value == 5


def test_it_is_saved_with_its_reason_and_keeps_its_state(correct, world, value):
    response = correct(world.stops, "1.234,5", "Yazım hatası")

    assert "The value is corrected." in response.text
    found = value(world.stops)
    assert (found.value, found.text, found.state, found.version) == (
        D("1234.5"),
        "",
        "submitted",
        2,
    )
    assert found.entered_by == world.reviewer
    assert found.history.first().history_change_reason == "Yazım hatası"


def test_nobody_saves_a_number_without_having_seen_its_effect(correct, world, value):
    page = parse(correct(world.stops, "8", looks=False).text)
    assert "What it would change" in page.text
    assert value(world.stops).value == 5


@pytest.mark.parametrize("wrong", ["", "beş", "1e5", "1,234.56", "NaN", "%50", "5" * 60])
def test_what_is_no_number_is_refused_with_a_sentence(correct, world, value, wrong):
    page = parse(correct(world.stops, wrong).text)
    assert page.one("title").text.startswith("Error:")
    assert page.all("div", "err")
    assert value(world.stops).value == 5


@pytest.mark.parametrize("year", [Period.State.OPEN, Period.State.CLOSED])
@pytest.mark.parametrize("state", ["submitted", "approved"])
def test_a_sent_value_is_corrected_with_a_reason(correct, world, value, year, state):
    set_state(world.period, year)
    Realization.objects.filter(indicator=world.stops).update(state=state)

    page = parse(correct(world.stops, "8").text)
    assert "Say why the value changes." in page.text
    # What it would change is still in sight, so that the reason can be written and saved.
    assert "Save the correction" in page.text
    assert value(world.stops).value == 5

    correct(world.stops, "8", "Yanlış toplanmış")
    assert (value(world.stops).value, value(world.stops).state) == (8, state)
    assert value(world.stops).history.first().history_change_reason == "Yanlış toplanmış"


def test_an_approved_value_needs_a_reason(correct, world, value):
    Realization.objects.filter(indicator=world.stops).update(state="approved")
    assert "Say why the value changes." in correct(world.stops, "8").text
    assert value(world.stops).value == 5
    correct(world.stops, "8", "Yanlış toplanmış")
    assert (value(world.stops).value, value(world.stops).state) == (8, "approved")


@pytest.mark.parametrize("state", ["draft", "returned"])
def test_what_is_on_its_units_desk_is_left_there(correct, world, value, state):
    Realization.objects.filter(indicator=world.stops).update(state=state)
    assert "on its unit" in correct(world.stops, "8", "Neden").text
    assert value(world.stops).value == 5


def test_a_value_that_changed_meanwhile_is_not_overwritten(correct, world, value):
    Realization.objects.filter(indicator=world.stops).update(value=7, text="7", version=2)
    page = correct(world.stops, "8", "Neden", seen="1")
    assert "Somebody changed the value meanwhile." in page.text
    assert value(world.stops).value == 7


def test_a_missing_value_can_be_entered(correct, world, value):
    correct(world.lines, "20", "Birim telefonla bildirdi", number_of="7.1")
    found = value(world.lines)
    assert (found.value, found.state, found.submitted_by) == (20, "submitted", world.reviewer)


def test_a_number_takes_the_place_of_the_reason_why_there_was_none(correct, world, value):
    Realization.objects.filter(indicator=world.stops).update(
        value=None, text="", absence="not_measured"
    )
    correct(world.stops, "0", "Ölçüldü")
    assert (value(world.stops).value, value(world.stops).absence) == (0, "")


def test_a_number_that_raises_a_question_says_so(reviewing, at, world):
    world.lights.targets.update(value=12, text="12")
    type(world.lights).objects.filter(pk=world.lights.pk).update(baseline=7, baseline_text="7")
    address = at("correct", "7", world.lights.pk)
    # 7 exist, 12 are the target, 5 are typed: added or all?
    page = parse(reviewing.post(address, {"number": "5", "seen": "1", "looked": ""}).text)
    assert "The new number raises a question" in page.text


# --- Published years ---


@pytest.fixture
def published(world):
    Realization.objects.filter(indicator__in=[world.stops, world.lights]).update(state="approved")
    set_state(world.period, Period.State.CLOSED)
    return make_published_year(world.plan, YEAR, person=world.reviewer)


def test_a_published_year_is_corrected_by_administrators_with_a_reason(
    correct, reviewing, at, world, published, value
):
    assert reviewing.get(at("correct", "7", world.stops.pk)).status_code == 404
    assert "Say why" in correct(world.stops, "8", person=world.administrator).text

    correct(world.stops, "8", "Belge sonradan geldi", person=world.administrator)

    assert value(world.stops).value == 8
    [erratum] = editions.errata(editions.FrozenFigures(world.plan, published))
    assert (erratum.before, erratum.after, erratum.reason) == (5, 8, "Belge sonradan geldi")
    assert erratum.when is not None
    page = parse(reviewing.get(at("period")).text)
    row = page.row("Durak bildirimi")
    assert [cell.text for cell in row.all("td")][:2] == ["Realization", "5 → 8"]
    assert "Belge sonradan geldi" in row.text


def test_a_late_value_joins_a_published_year_as_an_erratum(correct, world, published, value):
    correct(world.lines, "20", "Geç bildirildi", person=world.administrator, number_of="7.1")
    assert (value(world.lines).state, value(world.lines).decided_by) == (
        "approved",
        world.administrator,
    )
    [erratum] = editions.errata(editions.FrozenFigures(world.plan, published))
    assert (erratum.before, erratum.after) == (None, 20)


def test_a_blocked_value_does_not_join_a_published_year(correct, world, published, value):
    page = correct(world.buses, "6", "Neden", person=world.administrator)
    assert "cannot be verified before this is answered" in page.text
    assert (value(world.buses).value, value(world.buses).state) == (5, "submitted")


def test_the_page_costs_few_queries(reviewing, at, world, django_assert_max_num_queries):
    # session; user; groups; plan with its revision; indicator; units; figures; periods; value;
    # with a number also answers, targets and responsible units, once as they are and once more
    address = at("correct", "7", world.stops.pk)
    with django_assert_max_num_queries(10):
        reviewing.get(address)
    with django_assert_max_num_queries(18):
        reviewing.post(address, {"number": "8", "seen": "1", "looked": ""})


def test_a_year_that_has_not_begun_is_not_corrected(correct, world, value):
    set_state(world.period, Period.State.PLANNED)
    assert "is not open yet" in correct(world.stops, "8", "Neden").text
    assert value(world.stops).value == 5


def test_what_is_corrected_after_its_verification_is_marked_and_counted(
    correct, at, reviewing, world, value
):
    row = value(world.stops)
    row.deviation_reason, row.state = "Salon tadilattaydı", "approved"
    row.decided_by, row.decided_at = world.reviewer, timezone.now()
    row.save()
    correct(world.stops, "8", "Tutanakta 8 yazıyor", person=world.administrator)

    page = parse(reviewing.get(at("review_unit", "7")).text)
    body = " ".join(page.by_id(f"r-{value(world.stops).pk}").text.split())
    assert "corrected after it was verified" in body
    assert "Verified Ayşe Yılmaz," in body
    assert "Corrected after it was verified: 5 → 8" in body and "Tutanakta 8 yazıyor" in body
    assert "Written for 5, before the number was corrected." in body
    assert "1 value was corrected after it was verified." in page.text
    assert "1 corrected after it was verified" in page.text
    shown = parse(reviewing.get(at("indicator", world.stops.pk)).text).text
    assert "Corrected after it was verified" in shown
    set_state(world.period, "closed")
    desk = reviewing.get(at("period")).text
    assert "1 value was corrected after it was verified." in desk
