"""The real plan through the command that imports it."""

from decimal import Decimal as D

import pytest
from django.db.models import Count

from activities.models import (
    Activity,
    Department,
    Institution,
    Objective,
    Period,
    PlanDepartment,
    Role,
)
from imports.models import ImportBatch
from indicators.achievement import Kind
from indicators.models import Indicator, Realization, Target
from tests.factories import REAL_PLAN, YEAR, import_plan, real_plan, stored_rows

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def real(django_db_setup, django_db_blocker):
    """The real plan, imported once for this module."""
    with real_plan(django_db_blocker) as plan:
        yield plan


def indicator(plan, number, code, position=1):
    return Indicator.objects.get(
        activity__plan=plan,
        activity__department__places__plan=plan,
        activity__department__places__number=number,
        activity__code=code,
        position=position,
    )


def cells(row, year=YEAR):
    """Return baseline, target and realization of a row: value, or the text where none is."""
    target = row.targets.filter(year=year).first()
    realization = row.realizations.filter(year=year).first()
    return tuple(
        None if holder is None else text if value is None else value
        for holder, value, text in (
            (row, row.baseline, row.baseline_text),
            (target, getattr(target, "value", None), getattr(target, "text", "")),
            (realization, getattr(realization, "value", None), getattr(realization, "text", "")),
        )
    )


# --- What the real plan becomes ----------------------------------------------------------------


def test_real_plan_is_stored_whole(real):
    own = Indicator.objects.filter(activity__plan=real)
    numbers = {
        "departments": real.units.filter(department__parent=None).count(),
        "branches": real.units.exclude(department__parent=None).count(),
        "activities": real.activities.count(),
        "indicators": own.count(),
        "baselines": own.filter(baseline__isnull=False).count(),
        "realizations": Realization.objects.filter(value__isnull=False).count(),
    }
    assert numbers == {
        "departments": 13,
        "branches": 3,
        "activities": 120,
        "indicators": 149,
        "baselines": 125,
        "realizations": 135,
    }


@pytest.mark.parametrize(("year", "count"), [(2024, 136), (2025, 147), (2026, 149)])
def test_real_plan_has_its_numeric_targets(real, year, count):
    assert Target.objects.filter(year=year, value__isnull=False).count() == count


def test_plan_takes_its_years_from_the_columns(real):
    assert (real.first_year, real.last_year) == (2024, 2026)
    assert dict(real.periods.values_list("year", "state")) == {
        2024: Period.State.OPEN,
        2025: Period.State.PLANNED,
        2026: Period.State.PLANNED,
    }


def test_departments_are_numbered_as_printed_and_branches_stand_below_theirs(real):
    places = {place.number: place.department for place in real.units.all()}

    assert list(places) == [*map(str, range(1, 12)), "11.1", "11.2", "11.3", "12", "13"]
    assert places["2"].name == "Fen İşleri Dairesi Başkanlığı"
    assert places["11.2"].name == "Kadın Şube Müdürlüğü"
    assert {places[number].parent for number in ("11.1", "11.2", "11.3")} == {places["11"]}


def test_department_11_owns_no_activity_itself(real):
    assert not real.activities.filter(department=real.units.get(number="11").department).exists()


def test_activities_keep_the_printed_order(real):
    codes = list(real.activities.values_list("code", flat=True))
    assert (codes[0], codes[1], codes[-1]) == ("7.3.3", "4.4.1", "4.5.2")
    positions = list(real.activities.values_list("position", flat=True))
    assert positions == list(range(1, 121))


def test_objectives_and_goals_come_from_the_codes(real):
    goals = {goal.code: goal.parent and goal.parent.code for goal in real.objectives.all()}
    assert {code for code, parent in goals.items() if parent is None} == set("12345678")
    assert goals["4.4"] == "4"
    assert indicator(real, "7", "4.1.2").activity.objective.code == "4.1"
    assert indicator(real, "11.2", "8.1").activity.objective.code == "8.1"
    assert indicator(real, "11.2", "8.1.2").activity.objective.code == "8.1"


@pytest.mark.parametrize(
    ("code", "numbers"),
    [
        pytest.param("4.2.4", ["4", "12"], id="4.2.4"),
        pytest.param("4.2.8", ["4", "11.2"], id="4.2.8"),
        pytest.param("7.2.4", ["8", "9"], id="7.2.4"),
    ],
)
def test_one_code_may_name_two_activities_of_two_departments(real, code, numbers):
    activities = real.activities.filter(code=code)
    places = activities.values_list("department__places__number", flat=True)

    assert list(places) == numbers
    assert len({activity.title_key for activity in activities}) == 2


@pytest.mark.parametrize(
    ("code", "numbers"),
    [("1.5.2", ["9", "10"]), ("5.1.4", ["10", "11.2"]), ("2.1.7", ["11.1", "11.2"])],
)
def test_shared_activities_stand_under_both_units_with_one_title(real, code, numbers):
    one, other = real.activities.filter(code=code)

    assert [one.department.places.get().number, other.department.places.get().number] == numbers
    assert one.title_key == other.title_key


def test_values_of_a_shared_activity_stay_apart(real):
    assert cells(indicator(real, "9", "1.5.2")) == (19, 20, 26)
    assert cells(indicator(real, "10", "1.5.2")) == (19, 20, 30)
    assert cells(indicator(real, "10", "5.1.4", 2)) == (365, 400, 400)
    assert cells(indicator(real, "11.2", "5.1.4", 2)) == (365, 400, 35)


@pytest.mark.parametrize(
    ("number", "code", "position", "expected"),
    [
        pytest.param("11.1", "2.1.7", 1, ("-", 2, D(0)), id="a reported 0"),
        pytest.param("11.2", "2.1.7", 1, ("-", 2, "-"), id="a dash"),
        pytest.param("11.2", "1.1.2", 2, (7, 7, None), id="an empty cell"),
        pytest.param(
            "11.2", "8.2", 1, ("-", 20, "Katılımcı sayısı ogun belli olacak"), id="a text"
        ),
        pytest.param("11.2", "1.3.3", 1, ("-", "-", D(0)), id="0 without a target"),
        pytest.param("2", "4.4.1", 1, ("-", "-", "-"), id="nothing planned, nothing done"),
        pytest.param("7", "4.1.2", 1, (427, 432, 5), id="a wrong cell as it was written"),
    ],
)
def test_0_dash_empty_and_text_stay_apart(real, number, code, position, expected):
    assert cells(indicator(real, number, code, position)) == expected


def test_a_continuation_rows_own_responsible_unit_is_its_own(real):
    first, second = (indicator(real, "6", "3.1.6", position) for position in (1, 2))

    assert (first.own_responsible_text, first.unit_roles.count()) == ("", 0)
    assert second.own_responsible_text == "Strateji Şube Müdürlüğü"
    [role] = second.unit_roles.all()
    assert (role.role, str(role)) == (Role.RESPONSIBLE, "Strateji Şube Müdürlüğü")


def test_a_continuation_rows_own_supporter_is_its_own(real):
    rows = [indicator(real, "7", "4.4.2", position) for position in (1, 2, 3)]

    assert [row.own_supporting_text for row in rows] == ["", "", "Bilgi İşlem Dairesi Başkanlığı"]
    assert [str(role) for role in rows[2].unit_roles.all()] == ["Bilgi İşlem Dairesi Başkanlığı"]
    assert rows[0].activity.supporting_text == "Kadın ve Aile Hizmetleri D.B"


def test_the_second_supporter_of_4_1_8_stands_with_its_row(real):
    first, second = (indicator(real, "9", "4.1.8", position) for position in (1, 2))

    assert first.own_supporting_text == ""
    assert second.own_supporting_text == "STK'lar"
    assert [str(role) for role in second.unit_roles.all()] == ["STK'lar"]
    assert [str(r) for r in first.activity.unit_roles.filter(role=Role.SUPPORTING)] == [
        "Sosyal Hizmetler Dairesi Başkanlığı"
    ]


def test_units_in_cells_are_the_plans_departments_however_spelled(real):
    row = indicator(real, "11.2", "6.2.1")
    [unit] = row.activity.unit_roles.filter(role=Role.RESPONSIBLE)

    assert row.activity.responsible_text == "Kadın ve Aile Hiz. D.B."
    assert unit.department == real.units.get(number="11").department


def test_names_nobody_knows_become_institutions_to_check(real):
    assert Institution.objects.filter(to_check=True).count() == Institution.objects.count() > 20
    assert Institution.objects.filter(name="MEÜSEM", to_check=True).exists()


def test_a_dash_names_no_institution(real):
    assert not Institution.objects.filter(name_key="").exists()
    assert (
        not indicator(real, "3", "2.1.4").activity.unit_roles.filter(role=Role.SUPPORTING).exists()
    )


@pytest.mark.parametrize(
    ("number", "code", "position", "baseline", "target", "realization"),
    [
        pytest.param("6", "3.1.6", 2, "-", "50", "55.55", id="comma"),
        pytest.param("8", "2.1.5", 1, "7.95", "8", "7.88", id="7.88 without a sign"),
        pytest.param("8", "7.3.1", 1, "24.82", "25", "26.29", id="percent throughout"),
        pytest.param("8", "7.3.7", 1, "20", "30", "26", id="percent only in the values"),
        pytest.param("11.2", "6.1.1", 1, "100", "100", "100", id="100"),
    ],
)
def test_percent_rows_are_ratios_in_points(
    real, number, code, position, baseline, target, realization
):
    row = indicator(real, number, code, position)
    expected = [text if text == "-" else D(text) for text in (baseline, target, realization)]

    assert (row.measure, row.kind) == (Indicator.Measure.PERCENT, Kind.RATIO)
    assert list(cells(row)) == expected


def test_every_other_row_is_a_yearly_count(real):
    counted = Indicator.objects.values_list("measure", "kind").annotate(rows=Count("id"))
    assert set(counted) == {("percent", "ratio", 12), ("count", "count", 137)}


def test_no_kind_is_confirmed_before_a_person_did(real):
    assert not Indicator.objects.filter(kind_confirmed=True).exists()


def test_imported_realizations_count_as_sent_and_not_as_approved(real):
    states = Realization.objects.values_list("state", flat=True)
    assert set(states) == {Realization.State.SUBMITTED}


@pytest.mark.parametrize(
    "model",
    [
        Department,
        PlanDepartment,
        Institution,
        Period,
        Objective,
        Activity,
        Indicator,
        Target,
        Realization,
    ],
    ids=lambda model: model.__name__,
)
def test_every_imported_row_has_its_own_history_with_the_imports_number(real, model):
    batch = ImportBatch.objects.get(plan=real)
    history = model.history.all()

    assert history.count() == model.objects.count()
    assert set(history.values_list("history_type", "history_change_reason")) == {
        ("+", f"import {batch.pk}")
    }


def test_the_batch_keeps_what_was_applied(real):
    batch = ImportBatch.objects.get(plan=real)
    assert (batch.file_name, batch.reader, batch.year) == (REAL_PLAN.name, "text", YEAR)
    assert len(batch.digest) == 64
    assert batch.counts == {"new": 149, "changed": 0, "unchanged": 0, "missing": 0}
    assert len(batch.changes) == 149


# --- The same file again -----------------------------------------------------------------------


def test_the_same_file_twice_changes_nothing(real):
    before = stored_rows()

    report = import_plan(REAL_PLAN, plan=real.slug, year=YEAR, apply=True)

    assert (report["new"], report["changed"], report["unchanged"]) == (0, 0, 149)
    assert (report["changes"], report["applied"], report["batch"]) == ([], False, None)
    assert stored_rows() == before


def test_other_spellings_of_the_same_numbers_change_nothing(real, tmp_path):
    path = tmp_path / "again.txt"
    text = REAL_PLAN.read_text("utf-8")
    path.write_text(
        text.replace("\t39560", "\t39.560").replace("%55,55", "55,55 %"), encoding="utf-8"
    )
    assert path.read_text("utf-8").count("39.560") == 1

    assert import_plan(path, plan=real.slug, apply=True, year=YEAR)["changes"] == []


def test_a_changed_cell_is_exactly_one_change(real, tmp_path):
    path = changed_copy(tmp_path, "\t442\t5", "\t442\t432")

    report = import_plan(path, plan=real.slug, year=YEAR, apply=True, reason="Toplam yazıldı")

    assert report["changes"] == [
        {
            "kind": "changed",
            "department": "7",
            "branch": None,
            "code": "4.1.2",
            "indicator": "Erişilebilir otobüs sayısı",
            "field": "realization 2024",
            "from": "5",
            "to": "432",
        }
    ]
    assert (report["new"], report["changed"], report["unchanged"]) == (0, 1, 148)
    assert report["applied"] is True
    realization = indicator(real, "7", "4.1.2").realizations.get()
    assert (realization.value, realization.text, realization.version) == (432, "432", 2)
    after, before = realization.history.all()
    assert (before.value, after.value) == (5, 432)
    assert after.history_change_reason == f"import {report['batch']}: Toplam yazıldı"


@pytest.mark.parametrize(
    ("old", "new", "field", "before", "after"),
    [
        pytest.param("\t427\t432", "\t428\t432", "baseline", "427", "428", id="baseline"),
        pytest.param("\t437\t442", "\t437\t-", "target 2026", "442", "-", id="target to dash"),
        pytest.param("\t437\t442", "\t\t442", "target 2025", "437", "", id="target emptied"),
        pytest.param("\t442\t5", "\t442\t0", "realization 2024", "5", "0", id="to 0"),
        pytest.param("\t442\t5", "\t442\t-", "realization 2024", "5", "-", id="to dash"),
        pytest.param("\t442\t5", "\t442\tyok", "realization 2024", "5", "yok", id="to text"),
        pytest.param(
            "Sayısı\t-\t-\t-\t1\t-\n\n11.3",
            "Sayısı\t-\tyok\t-\t1\t-\n\n11.3",
            "target 2024",
            "-",
            "yok",
            id="dash to text",
        ),
    ],
)
def test_a_change_names_field_and_both_values(real, tmp_path, old, new, field, before, after):
    path = changed_copy(tmp_path, old, new)

    told = {"plan": real.slug, "year": YEAR, "reason": "Tutanak"}
    [change] = import_plan(path, **told, apply=True)["changes"]

    assert (change["field"], change["from"], change["to"]) == (field, before, after)
    assert import_plan(path, plan=real.slug, year=YEAR, apply=True)["changes"] == []


def changed_copy(folder, old, new):
    """Write the real plan with one piece of a row changed."""
    text = REAL_PLAN.read_text("utf-8")
    assert text.count(old) == 1
    path = folder / "changed.txt"
    path.write_text(text.replace(old, new), encoding="utf-8")
    return path


def test_an_empty_cell_does_not_take_a_realization_away(real, tmp_path):
    path = changed_copy(tmp_path, "\t442\t5", "\t442\t")

    assert import_plan(path, plan=real.slug, year=YEAR, apply=True)["changes"] == []
    assert indicator(real, "7", "4.1.2").realizations.get().value == 5


def test_what_people_set_is_not_reset(real):
    row = indicator(real, "7", "4.1.2")
    row.kind, row.kind_confirmed, row.weight = Kind.LEVEL, True, D(3)
    row.save()

    assert import_plan(REAL_PLAN, plan=real.slug, year=YEAR, apply=True)["changes"] == []
    row.refresh_from_db()
    assert (row.kind, row.kind_confirmed, row.weight) == (Kind.LEVEL, True, 3)
