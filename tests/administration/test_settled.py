"""What a settled year rests on is not changed in silence: on pages, by actions, in tables."""

import io

import pytest

from indicators.models import Indicator, Realization, Target
from tests.administration.pages import edit, form_data, page
from tests.administration.rows import add_values

pytestmark = pytest.mark.django_db
COLUMNS = "plan,department,code,indicator,kind,direction,weight,kind_confirmed"


@pytest.fixture
def settled(indicator, plan):
    """20 for a target of 10: 200 % as a count; as a level from 5 on, 15 / 5 = 300 %."""

    def make(state):
        approved = "approved" if state == "approved" else "submitted"
        plan.periods.filter(year=2024).update(state="open" if state == "approved" else state)
        Target.objects.create(indicator=indicator, year=2024, value=10, text="10")
        add_values(indicator, value=20, text="20", state=approved)
        return indicator

    return make


@pytest.mark.parametrize("state", ["approved", "closed", "published"])
@pytest.mark.parametrize("where", ["own page", "the activity's page"])
def test_a_settled_result_changes_with_a_reason_that_its_effect_is_shown_for(
    staff, settled, state, where
):
    row = settled(state)
    owner, at = (row, "") if where == "own page" else (row.activity, "indicators__0__")

    response, errors = edit(staff, owner, **{f"{at}kind": "level"})
    row.refresh_from_db()
    assert (row.kind, "2024" in errors) == ("count", True)
    assert "2024: %200,0 → %300,0" in response.text

    _response, errors = edit(
        staff, owner, **{f"{at}kind": "level", f"{at}reason": "Yıl sonundaki toplam bildiriliyor"}
    )
    row.refresh_from_db()
    assert (row.kind, errors) == ("level", "")
    assert row.history.first().history_change_reason == "Yıl sonundaki toplam bildiriliyor"


@pytest.mark.parametrize(
    ("state", "change", "asks"),
    [
        ("closed", {"weight": "2"}, True),
        ("closed", {"direction": "decrease"}, True),
        ("closed", {"name": "Başka ad"}, False),
        ("closed", {"written": "6"}, False),  # a count of 20 against 10 does not rest on it
        ("published", {"written": "6"}, True),  # but the edition prints it
        ("published", {"written": "-"}, True),
        ("open", {"weight": "2"}, True),
        ("open", {"kind": "level"}, False),  # nobody has said yet how it is counted
    ],
)
def test_what_a_settled_year_rests_on_asks_why(staff, settled, state, change, asks):
    row = settled(state)
    before = row.history.count()

    _response, errors = edit(staff, row, **change)
    assert bool(errors) == asks
    assert row.history.count() == before + (not asks)

    _response, errors = edit(staff, row, **change, reason="Meclis kararı")
    assert not errors


def test_a_levels_baseline_asks_why_in_a_closed_year(staff, settled):
    row = settled("closed")
    Indicator.objects.filter(pk=row.pk).update(kind="level")

    response, errors = edit(staff, row, written="0")

    assert errors
    assert "2024: %300,0 → %200,0" in response.text


def test_a_confirmation_is_not_taken_back_in_silence(staff, settled):
    row = settled("open")
    Indicator.objects.filter(pk=row.pk).update(kind_confirmed=True)
    data = form_data(staff.get(page(Indicator, "change", row.pk)))
    del data["kind_confirmed"]

    staff.post(page(Indicator, "change", row.pk), data)
    row.refresh_from_db()
    assert row.kind_confirmed

    staff.post(page(Indicator, "change", row.pk), {**data, "reason": "Yanlış işaretlendi"})
    row.refresh_from_db()
    assert not row.kind_confirmed


@pytest.mark.parametrize(
    ("state", "is_confirmed"), [("open", True), ("approved", False), ("closed", False)]
)
def test_kinds_of_settled_years_are_confirmed_one_by_one(staff, settled, state, is_confirmed):
    row = settled(state)

    response = staff.post(
        page(Indicator, "changelist"),
        {"action": "confirm_kind", "_selected_action": row.pk},
        follow=True,
    )

    row.refresh_from_db()
    assert row.kind_confirmed == is_confirmed
    assert ("(2024)" in response.text) != is_confirmed
    assert ("türü teyit edildi" in response.text) == is_confirmed


@pytest.mark.parametrize(
    ("state", "kind", "reason", "is_taken"),
    [
        ("published", "level", "", False),
        ("published", "level", "Birim toplamı bildiriyor", True),
        ("closed", "level", "", False),
        ("open", "level", "", True),
    ],
)
def test_a_table_is_no_other_way_round(staff, settled, state, kind, reason, is_taken):
    row = settled(state)
    unit = row.activity.department
    place = f"plan,{unit.name},{row.activity.code},{row.name}"
    file = io.BytesIO(f"{COLUMNS},reason\n{place},{kind},increase,1,0,{reason}\n".encode())
    file.name = "tablo.csv"

    form = {"import_file": file, "format": "1", "resource": ""}
    preview = staff.post(page(Indicator, "import"), form)
    confirm = preview.context.get("confirm_form")
    if confirm is not None:
        staff.post(page(Indicator, "process_import"), confirm.initial)

    row.refresh_from_db()
    assert row.kind == (kind if is_taken else "count")
    assert ("%200,0 → %300,0" in preview.text) != is_taken
    if reason:
        assert row.history.first().history_change_reason == reason
    assert Realization.objects.get().value == 20


# --- What else its years rest on ---


@pytest.mark.parametrize(
    ("state", "asks"),
    [("approved", True), ("closed", True), ("published", True), ("open", True), ("planned", False)],
)
@pytest.mark.parametrize("change", ["retired", "counted elsewhere", "measured otherwise"])
def test_an_indicator_leaves_no_running_year_in_silence(staff, settled, state, asks, change):
    row = settled(state)
    other = Indicator.objects.create(activity=row.activity, name="Öbürü", position=9)
    changes = {
        "retired": {"retired_on": "2025-03-01"},
        "counted elsewhere": {"counted_with": other.pk},
        "measured otherwise": {"measure": "percent"},
    }[change]

    _response, errors = edit(staff, row, **changes)
    assert ("2024" in errors) == asks
    if asks:
        _response, errors = edit(staff, row, **changes, reason="Meclis kararı")
        assert row.history.first().history_change_reason == "Meclis kararı"

    assert not errors
    row.refresh_from_db()
    left = row.retired_on, row.counted_with_id, row.measure
    assert left != (None, None, "count")


def test_an_indicator_comes_back_into_a_settled_year_with_a_reason_too(staff, settled):
    row = settled("closed")
    Indicator.objects.filter(pk=row.pk).update(retired_on="2025-03-01")

    assert "2024" in edit(staff, row, retired_on="")[1]
    assert not edit(staff, row, retired_on="", reason="Yanlışlıkla kaldırılmış")[1]


@pytest.mark.parametrize(
    ("state", "asks"), [("approved", True), ("closed", True), ("published", True), ("open", False)]
)
@pytest.mark.parametrize(
    "change", [{"method": "progress"}, {"unreported": "zero"}, {"band_mostly": "70"}]
)
def test_how_a_plan_is_worked_out_changes_with_a_reason(staff, settled, plan, state, asks, change):
    settled(state)

    _response, errors = edit(staff, plan, **change)
    assert ("2024" in errors) == asks
    if asks:
        _response, errors = edit(staff, plan, **change, reason="Yönerge değişti")
        assert plan.history.first().history_change_reason == "Yönerge değişti"
    assert not errors


def test_a_plans_name_needs_no_reason(staff, settled, plan):
    settled("published")

    assert not edit(staff, plan, name="Yeni ad")[1]


@pytest.mark.parametrize(
    ("state", "asks"), [("planned", False), ("open", False), ("closed", True), ("published", True)]
)
def test_a_settled_year_gets_a_target_with_a_reason(staff, indicator, plan, state, asks):
    plan.periods.filter(year=2024).update(state=state)

    _response, errors = edit(staff, indicator, targets__0__written="12")
    assert ("2024" in errors) == asks
    assert Target.objects.exists() != asks
    if asks:
        _response, errors = edit(
            staff, indicator, targets__0__written="12", targets__0__reason="Baskıda unutulmuş"
        )
        assert Target.objects.get().change_reason == "Baskıda unutulmuş"
    assert not errors


def test_a_verified_value_gets_a_target_with_a_reason(staff, indicator):
    add_values(indicator, value=20, text="20", state="approved")

    assert "2024" in edit(staff, indicator, targets__0__written="12")[1]
