"""Indicators: their baseline, weight, name, units and kind."""

from decimal import Decimal

import pytest

from activities.administration import forms
from indicators.models import Indicator, IndicatorUnit
from tests.administration.pages import edit, page
from tests.factories import make_indicator

pytestmark = pytest.mark.django_db


def test_a_baseline_is_kept_in_step_with_its_text(staff, indicator):
    edit(staff, indicator, written="1.234")
    indicator.refresh_from_db()
    assert (indicator.baseline, indicator.baseline_text) == (1234, "1.234")

    edit(staff, indicator, written="-")
    indicator.refresh_from_db()
    assert (indicator.baseline, indicator.baseline_text) == (None, "-")


def test_a_weight_is_typed_with_a_comma(staff, indicator):
    edit(staff, indicator, weight="1,5")
    indicator.refresh_from_db()
    assert indicator.weight == Decimal("1.5")

    _response, errors = edit(staff, indicator, weight="-1")
    assert errors


def test_one_name_in_two_spellings_is_an_error_of_the_form(staff, activity, indicator):
    second = Indicator.objects.create(activity=activity, name="Başka", position=2)

    _response, errors = edit(staff, second, name="IĞDIR SEFERİ SAYISI")
    assert errors
    _response, errors = edit(staff, second, position=1)
    assert errors


def test_a_name_that_somebody_else_takes_meanwhile_is_an_error_of_the_form(
    staff, activity, indicator, monkeypatch
):
    second = Indicator.objects.create(activity=activity, name="Başka", position=2)
    look = forms.key_clashes
    looks = iter([lambda *args: {}])  # the first look still finds the name free
    monkeypatch.setattr(forms, "key_clashes", lambda *args: next(looks, look)(*args))

    response, errors = edit(staff, second, name="IĞDIR SEFERİ SAYISI")

    assert errors
    assert response.context["adminform"].form["name"].value() == "IĞDIR SEFERİ SAYISI"


def test_own_units_of_an_indicator_are_entered_on_its_page(staff, indicator, department):
    _response, errors = edit(
        staff, indicator,
        unit_roles__TOTAL_FORMS=1, unit_roles__0__role="responsible",
        unit_roles__0__position=0, unit_roles__0__department=department.pk,
    )  # fmt: skip

    assert not errors
    assert IndicatorUnit.objects.get().department == department


def test_kinds_are_confirmed_together_with_history(staff, administrator, indicator):
    staff.post(
        page(Indicator, "changelist"),
        {"action": "confirm_kind", "_selected_action": indicator.pk},
    )

    indicator.refresh_from_db()
    assert indicator.kind_confirmed
    assert indicator.history.first().history_user == administrator


def test_an_indicator_is_counted_at_one_of_its_plan_that_counts_for_itself(staff, indicator):
    twin = make_indicator(indicator.activity)
    third = make_indicator(indicator.activity, counted_with=twin)

    for wrong in (make_indicator(), third, indicator):
        _response, errors = edit(staff, indicator, counted_with=wrong.pk)
        assert errors, wrong
    _response, errors = edit(staff, twin, counted_with=indicator.pk)  # third is counted there
    assert errors
    _response, errors = edit(staff, indicator, counted_with=twin.pk, reason="Aynı sayı")
    assert not errors
    indicator.refresh_from_db()
    assert indicator.counted_with == twin
