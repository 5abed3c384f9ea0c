"""Where a target is exceeded and a reason is due: the rule, and every sentence that names it."""

import io
from decimal import Decimal as D
from pathlib import Path

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from indicators import achievement, labels
from indicators.figures import Figures
from indicators.models import Realization
from reports.exports import PrintedTable, template
from tests import factories
from tests.reports.html import parse

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(params=[("1.1", "0.1", "110", "10"), ("1.255", "0.175", "125,5", "17,5")])
def limits(request, monkeypatch):
    """Set both limits of the rule; return them as they are written."""
    exceeded, deviation, *written = request.param
    monkeypatch.setattr(achievement, "EXCEEDED_ABOVE", D(exceeded))
    monkeypatch.setattr(achievement, "DEVIATION_ABOVE", D(deviation))
    return written


@pytest.fixture
def place():
    """Make an open year of a unit with one value at 130 %, and its coordinator."""
    plan = factories.make_plan()
    factories.make_period(plan)
    unit = factories.make_department(plan, "9")
    activity = factories.make_activity(plan, unit, "1.1.1")
    factories.make_indicator(activity, target=100, realization=130)
    return plan, factories.make_user(departments=[unit])


def page(client, place, name, *args, language="tr"):
    plan, person = place
    client.force_login(person)
    client.cookies["django_language"] = language
    response = client.get(reverse(name, args=[plan.slug, factories.YEAR, *args]))
    assert response.status_code == 200
    return parse(response.text)


def test_the_dashboard_names_both_limits(client, place, limits):
    above, points = limits

    text = page(client, place, "dashboard").text

    assert f"(%{above} üstü)" in text
    assert f"%{above} üstü, en yüksekten başlayarak" in text
    assert f" {points} puandan çok" in text


def test_the_annual_report_names_both_limits(client, place, limits):
    above, points = limits

    text = page(client, place, "annual_report").text

    assert f"Puanı olan 1 göstergeden 1 tanesinin gerçekleşme oranı %{above} üstünde." in text
    assert f"Aşağı ya da yukarı {points} puandan çok sapan" in text
    assert f"(%{above} üstü)" in text
    assert f" {points} puandan çok" in text.replace(f"yukarı {points}", "")


def test_in_english_the_sign_stands_behind(client, place, limits):
    above, points = (text.replace(",", ".") for text in limits)

    text = page(client, place, "dashboard", language="en").text

    assert f"(above {above}%)" in text
    assert f"more than {points} points" in text


def test_the_entry_page_says_what_is_too_far_off(client, place, limits):
    _above, points = limits
    Realization.objects.update(state=Realization.State.DRAFT)

    text = page(client, place, "entry", "9").text

    assert f"Hedeften {points} puandan çok uzak (%130,0)" in text


def test_the_review_page_says_what_needs_a_reason(client, place, limits):
    _above, points = limits
    plan, _person = place

    text = page(client, (plan, factories.make_user("reviewer")), "review_unit", "9").text

    assert f"Hedefinden {points} puandan fazla sapan bir değer" in text


def test_the_template_says_what_is_too_far_off(place, limits):
    _above, points = limits
    file = io.BytesIO()
    template.write(PrintedTable(Figures(place[0], factories.YEAR), "9"), file)

    hints = load_workbook(file).active.data_validations.dataValidation

    assert f"Hedefin neden {points} puandan çok altında" in hints[1].prompt


def test_the_rule_book_names_both_limits():
    rules = " ".join((ROOT / "docs" / "domain.md").read_text(encoding="utf-8").split())

    assert f"| exceeded | above {labels.exceeded_above().strip('%')} % |" in rules
    assert (
        f"| deviation | more than {labels.deviation_points()} points off 100 %, either way |"
        in rules
    )


@pytest.mark.parametrize("limit", [D("1.1"), D("1.2")])
def test_badge_count_and_list_hold_to_one_limit(client, place, monkeypatch, limit):
    monkeypatch.setattr(achievement, "EXCEEDED_ABOVE", limit)
    activity = place[0].activities.get()
    factories.make_indicator(activity, target=100, realization=limit * 100)
    figures = Figures(place[0], factories.YEAR)

    badges = [achievement.badges(row.measurement, row.achievement) for row in figures.rows]

    assert [achievement.Badge.EXCEEDED in found for found in badges] == [True, False]
    assert figures.summary.exceeded == 1
    assert "Hedefini aşan 1 gösterge" in page(client, place, "dashboard").text
