"""Plans with their years and units, and closed years opened again."""

import datetime
from decimal import Decimal

import pytest

from activities.models import Extension, Plan, PlanDepartment
from indicators.models import Target
from tests.administration.pages import edit, errors_of, page

pytestmark = pytest.mark.django_db


def test_a_new_plan_has_a_period_for_each_year(staff):
    response = staff.post(
        page(Plan, "add"),
        {
            "name": "YEEP", "short_name": "YEEP", "slug": "yeep", "first_year": 2027,
            "last_year": 2029, "method": "by_kind", "unreported": "skip", "band_achieved": "100",
            "band_mostly": "82,5", "band_partly": "50",
            "units-TOTAL_FORMS": 0, "units-INITIAL_FORMS": 0,
            "periods-TOTAL_FORMS": 0, "periods-INITIAL_FORMS": 0,
        },
    )  # fmt: skip

    assert not errors_of(response)
    plan = Plan.objects.get(slug="yeep")
    assert plan.band_mostly == Decimal("82.5")
    assert [period.year for period in plan.periods.all()] == [2027, 2028, 2029]


def test_years_with_values_stay_in_the_plan(staff, plan, indicator):
    Target.objects.create(indicator=indicator, year=2026, value=1)

    _response, errors = edit(staff, plan, last_year=2025)

    assert errors


@pytest.mark.parametrize("has_values", [False, True])
def test_a_year_is_taken_out_of_the_plan_unless_it_has_values(staff, plan, indicator, has_values):
    for year in plan.years:
        plan.periods.get_or_create(year=year)
    if has_values:
        Target.objects.create(indicator=indicator, year=2024, value=1)

    response, errors = edit(staff, plan, first_year=2025)

    assert response.status_code == (200 if has_values else 302)
    assert bool(errors) == has_values
    years = [period.year for period in plan.periods.order_by("year")]
    assert years == ([2024, 2025, 2026] if has_values else [2025, 2026])


def test_a_band_begins_below_the_one_above(staff, plan):
    _response, errors = edit(staff, plan, band_mostly="100")
    assert errors
    _response, errors = edit(staff, plan, band_mostly="1e1")
    assert errors


def test_a_unit_with_activities_stays_in_the_plan(staff, plan, activity):
    _response, errors = edit(staff, plan, units__0__DELETE="on")
    assert errors
    assert PlanDepartment.objects.filter(plan=plan).exists()


@pytest.mark.parametrize("number", ["7/1", "a", "7.", ""])
def test_a_units_number_is_written_as_printed(staff, plan, number):
    _response, errors = edit(staff, plan, units__0__number=number)

    assert errors


def test_a_period_closes_after_it_opens(staff, plan):
    _response, errors = edit(
        staff, plan, periods__0__opens_on="2025-02-01", periods__0__closes_on="2025-01-01"
    )

    assert errors


def test_a_closed_year_is_opened_again_with_a_reason(staff, administrator, plan, department):
    period = plan.periods.get_or_create(year=2025)[0]
    plan.periods.update(state="closed")
    given = {"period": period.pk, "department": department.pk, "until": "2099-01-31"}

    response = staff.post(page(Extension, "add"), given)
    assert "Bu alan zorunludur" in errors_of(response)
    assert not Extension.objects.exists()

    staff.post(page(Extension, "add"), given | {"reason": "Geç geldi."})
    extension = Extension.objects.get()
    assert (extension.reason, extension.granted_by) == ("Geç geldi.", administrator)
    assert extension.history.get().history_change_reason == "Geç geldi."

    edit(staff, extension, until="2099-02-28", reason="Daha da geç.")
    extension.refresh_from_db()
    assert (extension.until, extension.reason) == (datetime.date(2099, 2, 28), "Daha da geç.")
    assert extension.history.first().history_change_reason == "Daha da geç."


@pytest.mark.parametrize("state", ["planned", "open", "published"])
def test_only_a_closed_year_is_opened_again(staff, plan, department, state):
    period = plan.periods.get_or_create(year=2025)[0]
    plan.periods.update(state=state)
    given = {"period": period.pk, "department": department.pk, "until": "2099-01-31"}

    response = staff.post(page(Extension, "add"), given | {"reason": "Geç geldi."})

    assert errors_of(response)
    assert not Extension.objects.exists()
