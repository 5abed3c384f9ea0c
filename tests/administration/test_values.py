"""Values are kept as they were typed; realizations and targets change by their rules."""

from decimal import Decimal

import pytest

from indicators.forms import AmountField, CellField
from indicators.models import Indicator, Realization, Target
from tests.administration.pages import edit, errors_of, form_data, page
from tests.administration.rows import add_values

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("typed", "value", "text"),
    [
        ("0", 0, "0"),
        ("-", None, "-"),
        ("", None, ""),
        ("okul belli olacak", None, "okul belli olacak"),
        ("1.234,5", Decimal("1234.5"), "1.234,5"),
        ("1 234,5", Decimal("1234.5"), "1 234,5"),
        ("%55,55", Decimal("55.55"), "%55,55"),
        ("1.234", 1234, "1.234"),
        ("12.5", Decimal("12.5"), "12.5"),
        ("−5", -5, "−5"),
    ],
)
def test_a_value_is_stored_and_shown_as_it_was_typed(staff, indicator, typed, value, text):
    row = add_values(indicator, value=7, text="7")

    _response, errors = edit(staff, row, written=typed, reason="Tutanak")
    assert not errors
    row.refresh_from_db()

    assert (row.value, row.text) == (value, text)
    shown = staff.get(page(Realization, "change", row.pk)).context["adminform"].form
    assert shown["written"].value() == text


@pytest.mark.parametrize("typed", ["1,234.56", "1e5", "1_000", "１２", "½", "9" * 400, "1,23456"])
def test_what_is_no_number_is_refused_with_a_sentence_and_stays_in_the_field(
    staff, indicator, typed
):
    row = add_values(indicator, value=7, text="7")

    response, errors = edit(staff, row, written=typed)

    assert errors
    assert response.context["adminform"].form["written"].value() == typed
    row.refresh_from_db()
    assert row.text == "7"


def test_what_is_not_touched_stays_to_the_letter(staff, indicator):
    row = add_values(indicator, value=Decimal("1234.5"), text="")

    _response, errors = edit(staff, row, note="görüldü")
    row.refresh_from_db()

    assert not errors
    assert (row.value, row.text, row.note) == (Decimal("1234.5"), "", "görüldü")


def test_an_amount_is_shown_as_it_can_be_typed_again():
    field = AmountField()

    shown = field.prepare_value(Decimal("1234.50"))

    assert shown == "1.234,5"
    assert field.clean(shown) == Decimal("1234.5")
    assert not field.has_changed(Decimal("1234.50"), shown)


def test_a_percent_sign_is_no_plain_number():
    with pytest.raises(Exception, match="50"):
        AmountField().clean("%50")
    assert AmountField(percent=True).clean("%50") == 50


def test_an_empty_cell_is_a_cell():
    assert CellField().clean("").value is None


def test_a_value_entered_on_the_indicators_page_is_submitted_by_who_entered_it(
    staff, administrator, indicator
):
    response = staff.get(page(Indicator, "change", indicator.pk))
    data = form_data(response)
    assert [data[f"realizations-{n}-year"] for n in range(3)] == [2024, 2025, 2026]
    data |= {"realizations-1-written": "12"}
    staff.post(page(Indicator, "change", indicator.pk), data)

    [row] = Realization.objects.all()
    assert (row.year, row.value, row.state, row.version) == (2025, 12, "submitted", 1)
    assert row.entered_by == row.submitted_by == administrator
    assert row.submitted_at is not None and row.decided_at is None
    assert row.history.get().history_user == administrator


def test_rows_offered_for_other_years_are_not_saved(staff, indicator):
    _response, errors = edit(staff, indicator, name="Yeni ad")

    assert not errors
    assert not Realization.objects.exists()
    assert not Target.objects.exists()


def test_approving_notes_who_and_when(staff, administrator, indicator):
    row = add_values(indicator, value=7, text="7", state="submitted")

    edit(staff, row, state="approved")
    row.refresh_from_db()

    assert (row.state, row.decided_by, row.version) == ("approved", administrator, 2)
    assert row.decided_at is not None


def test_an_approved_value_changes_only_with_a_reason(staff, indicator):
    row = add_values(indicator, value=7, text="7", state="approved")

    _response, errors = edit(staff, row, written="8")
    assert errors
    _response, errors = edit(staff, indicator, realizations__0__written="8")
    assert errors
    row.refresh_from_db()
    assert row.value == 7

    _response, errors = edit(staff, row, written="8", reason="Tutanak düzeltildi")
    row.refresh_from_db()
    assert not errors
    assert row.value == 8
    assert row.history.first().history_change_reason == "Tutanak düzeltildi"


@pytest.mark.parametrize("where", ["own page", "the indicator's page"])
@pytest.mark.parametrize(
    ("year", "state", "changes", "asks"),
    [
        ("open", "draft", {"written": "8"}, False),
        ("open", "submitted", {"written": "8"}, True),
        ("open", "submitted", {"women": "3", "men": "4"}, True),
        ("open", "submitted", {"written": "-", "absence": "not_measured"}, True),
        ("open", "submitted", {"deviation_reason": "Sel"}, False),
        ("open", "submitted", {"state": "returned", "note": "Bakın"}, False),
        ("closed", "draft", {"written": "8"}, True),
        ("closed", "submitted", {"written": "8"}, True),
        ("closed", "submitted", {"note": "Görüldü"}, False),
    ],
)
def test_a_sent_number_changes_only_with_a_reason(
    staff, plan, indicator, where, year, state, changes, asks
):
    plan.periods.filter(year=2024).update(state=year)
    row = add_values(indicator, value=7, text="7", state=state)
    owner, at = (row, "") if where == "own page" else (indicator, "realizations__0__")
    changes = {f"{at}{name}": value for name, value in changes.items()}

    _response, errors = edit(staff, owner, **changes)
    assert bool(errors) == asks
    assert row.history.count() == (1 if asks else 2)
    if asks:
        _response, errors = edit(staff, owner, **changes, **{f"{at}reason": "Tutanak"})
        assert not errors
        assert row.history.first().history_change_reason == "Tutanak"


@pytest.mark.parametrize(("year", "asks"), [("open", False), ("closed", True)])
def test_a_closed_year_gets_a_value_with_a_reason(staff, plan, indicator, year, asks):
    plan.periods.filter(year=2024).update(state=year)

    _response, errors = edit(staff, indicator, realizations__0__written="12")
    assert bool(errors) == asks
    assert Realization.objects.exists() != asks
    given = {"realizations__0__written": "12", "realizations__0__reason": "Geç geldi"}
    assert not edit(staff, indicator, **given)[1]
    assert Realization.objects.get().value == 12


def test_a_value_of_a_published_year_changes_only_with_a_reason(staff, plan, indicator):
    plan.periods.filter(year=2024).update(state="published")
    row = add_values(indicator, value=7, text="7", state="submitted")

    _response, errors = edit(staff, row, written="8")

    assert errors


def test_of_two_people_the_second_is_told_and_loses_nothing(staff, indicator):
    row = add_values(indicator, value=7, text="7", state="submitted")
    address = page(Realization, "change", row.pk)
    data = form_data(staff.get(address))
    edit(staff, row, written="8", reason="Tutanak")

    response = staff.post(address, data | {"written": "9", "reason": "Yeni tutanak"})

    row.refresh_from_db()
    assert row.value == 8
    assert "8" in errors_of(response)
    assert response.context["adminform"].form["written"].value() == "9"
    staff.post(address, form_data(response))
    row.refresh_from_db()
    assert (row.value, row.version) == (9, 3)


def test_saving_an_untouched_page_leaves_no_trace(staff, indicator):
    row = add_values(indicator, value=7, text="7", state="submitted")
    edit(staff, row)
    edit(staff, indicator)
    row.refresh_from_db()

    assert row.version == 1
    assert row.history.count() == 1
    assert indicator.history.count() == 1


def test_an_approved_value_is_not_deleted_with_its_indicator(staff, indicator):
    row = add_values(indicator, value=7, text="7", state="approved")

    for owner in (row, indicator, indicator.activity):
        staff.post(page(type(owner), "delete", owner.pk), {"post": "yes"})
    staff.post(
        page(Indicator, "changelist"),
        {"action": "delete_selected", "_selected_action": indicator.pk, "post": "yes"},
    )

    assert Realization.objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize(
    ("year", "state", "goes"),
    [
        (2025, "draft", True),
        (2025, "returned", True),
        (2025, "submitted", False),
        (2025, "approved", False),
        (2024, "draft", False),  # closed
    ],
)
def test_what_was_sent_or_stands_in_a_closed_year_is_not_deleted(
    staff, indicator, year, state, goes
):
    """Neither alone, nor among many, nor with its indicator; the list says why, and of which."""
    row = Realization.objects.create(
        indicator=indicator, year=year, value=44963, state=state, text=""
    )
    many = {"action": "delete_selected", "_selected_action": row.pk}
    asked = staff.post(page(Realization, "changelist"), many)
    assert "4.4.2 Iğdır seferi sayısı · 2025: 44.963" in asked.text or year == 2024
    assert ("düzeltilir ya da iade edilir" in asked.text) == (state in ("submitted", "approved"))
    assert ("2024 yılı kapalı" in asked.text) == (year == 2024)

    if not goes:
        assert staff.post(page(Realization, "delete", row.pk), {"post": "yes"}).status_code == 403
        staff.post(page(Indicator, "delete", indicator.pk), {"post": "yes"})
    staff.post(page(Realization, "changelist"), {**many, "post": "yes"})

    assert Realization.objects.exists() != goes


def test_a_realization_of_another_year_is_refused(staff, indicator):
    response = staff.post(
        page(Realization, "add"),
        {"indicator": indicator.pk, "year": "2031", "written": "1", "state": "submitted"},
    )

    assert "2031" in errors_of(response)


def test_a_second_realization_of_a_year_is_an_error_of_the_form(staff, indicator):
    add_values(indicator, value=1)

    response = staff.post(
        page(Realization, "add"),
        {"indicator": indicator.pk, "year": "2024", "written": "1", "state": "submitted"},
    )

    assert errors_of(response)


def test_a_target_of_a_running_year_changes_only_with_a_reason(staff, indicator):
    row = Target.objects.create(indicator=indicator, year=2025, value=5, text="5")

    _response, errors = edit(staff, row, written="6")
    assert errors

    _response, errors = edit(staff, row, written="6", reason="Meclis kararı")
    row.refresh_from_db()
    assert not errors
    assert (row.value, row.text, row.change_reason) == (6, "6", "Meclis kararı")
    assert row.history.first().history_change_reason == "Meclis kararı"


def test_a_target_of_a_year_to_come_changes_freely(staff, indicator):
    row = Target.objects.create(indicator=indicator, year=2026, value=5, text="5")

    _response, errors = edit(staff, indicator, targets__0__written="6")
    row.refresh_from_db()

    assert not errors
    assert row.value == 6


def test_a_target_of_a_running_year_is_not_deleted_alone_but_with_its_indicator(staff, indicator):
    row = Target.objects.create(indicator=indicator, year=2025, value=5, text="5")

    assert staff.post(page(Target, "delete", row.pk), {"post": "yes"}).status_code == 403
    staff.post(page(Indicator, "delete", indicator.pk), {"post": "yes"})

    assert not Target.objects.exists()


@pytest.mark.parametrize(
    ("given", "is_fine"),
    [
        ({"women": "3", "men": "2", "others": "0"}, True),
        ({"women": "3", "men": "2"}, True),
        ({"women": "3,5", "men": "1,5"}, True),
        ({"women": "3", "men": "3"}, False),
        ({"written": "-", "women": "0", "men": "0"}, False),
        ({"written": "-", "absence": "not_due"}, True),
        ({"absence": "not_due"}, False),
    ],
)
def test_a_value_and_what_it_is_made_of_fit(staff, indicator, given, is_fine):
    add_values(indicator, value=5, text="5")

    response, errors = edit(staff, Realization.objects.get(), **given, reason="Tutanak")

    assert bool(errors) == (not is_fine)
    assert response.status_code == (302 if is_fine else 200)
