"""The command import_plan: its report, its exit codes, and its rules on small plans."""

import io

import pytest
from django.core.management import CommandError, call_command

from activities.models import (
    Activity,
    Alias,
    Department,
    Institution,
    Period,
    Plan,
    PlanDepartment,
    Role,
)
from indicators.models import Indicator, Realization, Target
from tests.factories import (
    REAL_PLAN,
    YEAR,
    import_plan,
    make_department,
    make_plan,
    stored_rows,
)

pytestmark = pytest.mark.django_db

HEADING = "6.MALİ HİZMETLER DAİRESİ BAŞKANLIĞI"
HEADER = "Faaliyet|Sorumlu Birim|Destekçi Kurum/Kuruluş|Gösterge|Mevcut|2024|2025|2026|Gerçekleşme"
ROW = "3.1.8. Bütçeleme uygulamak|Mali Hizmetler|Paydaşlar|Uygulama sayısı|1|2|3|4|5"
SECOND = "|||Toplantı sayısı|6|7|8|9|10"


@pytest.fixture
def write(tmp_path):
    """Return a function that writes rows, whose cells stand between "|", to a file."""

    def write(*rows, name="plan.txt"):
        path = tmp_path / name
        text = "\n".join("\t".join(cell for cell in row.split("|")) for row in rows)
        path.write_text(text, encoding="utf-8")
        return path

    return write


# --- The report --------------------------------------------------------------------------------


def test_report_has_the_keys_and_types_that_scripts_read():
    report = import_plan(REAL_PLAN, plan="gercek", year=YEAR)

    assert {key: type(value) for key, value in report.items()} == {
        "file": str,
        "reader": str,
        "plan": str,
        "year": int,
        "rows": int,
        "departments": int,
        "activities": int,
        "indicators": int,
        "targets": dict,
        "realizations": int,
        "new": int,
        "changed": int,
        "unchanged": int,
        "missing": int,
        "left_out": dict,
        "changes": list,
        "unmatched": list,
        "unread_columns": list,
        "questions": list,
        "checks": list,
        "ignored": list,
        "errors": list,
        "warnings": list,
        "applied": bool,
        "batch": type(None),
    }
    assert {frozenset(change) for change in report["changes"]} == {
        frozenset(("kind", "department", "branch", "code", "indicator", "field", "from", "to"))
    }
    assert {frozenset(name) for name in report["unmatched"]} == {
        frozenset(("text", "where", "guesses"))
    }
    assert all(isinstance(name["guesses"], list) for name in report["unmatched"])


def test_report_counts_the_real_plan():
    report = import_plan(REAL_PLAN, plan="gercek", year=YEAR)

    counted = ("departments", "activities", "indicators", "rows", "realizations", "targets")
    assert {key: report[key] for key in counted} == {
        "departments": 13,
        "activities": 120,
        "indicators": 149,
        "rows": 149,
        "realizations": 135,
        "targets": {"2024": 136, "2025": 147, "2026": 149},
    }
    assert (report["new"], report["changed"], report["unchanged"], report["missing"]) == (
        149,
        0,
        0,
        0,
    )
    assert (report["file"], report["plan"], report["year"]) == (REAL_PLAN.name, "gercek", YEAR)
    assert report["errors"] == []


def test_report_names_the_text_among_the_numbers():
    [warning] = import_plan(REAL_PLAN, plan="gercek")["warnings"]
    assert set(warning) == {"where", "column", "value", "message"}
    assert (warning["column"], warning["value"]) == (
        "realization",
        "Katılımcı sayısı ogun belli olacak",
    )


def test_report_for_people_tells_what_was_not_written_and_how_to_write_it(write):
    out = io.StringIO()
    call_command("import_plan", str(write(HEADING, HEADER, ROW)), stdout=out)
    assert "plan.txt" in out.getvalue()
    assert "--apply" in out.getvalue()


# --- Nothing is written ------------------------------------------------------------------------


def test_without_apply_nothing_is_written():
    before = stored_rows()
    report = import_plan(REAL_PLAN, plan="gercek")
    assert (report["applied"], report["batch"]) == (False, None)
    assert stored_rows() == before


@pytest.mark.parametrize("apply", [False, True], ids=["shown", "applied"])
def test_rows_with_errors_exit_with_1_and_nothing_is_written(write, apply):
    path = write(
        HEADING, HEADER, ROW, "Kodsuz|||Sayı|1|1|1|1|1", "3.1.9 Eğitmek|||Sayı|1e5|1|1|1|½"
    )
    before = stored_rows()

    report = import_plan(path, apply=apply, expect=1)

    assert {(error["where"], error["column"]) for error in report["errors"]} == {
        ("4", "activity"),
        ("5", "baseline"),
        ("5", "realization"),
    }
    assert all(error["message"] for error in report["errors"])
    assert (report["applied"], report["batch"]) == (False, None)
    assert stored_rows() == before


@pytest.mark.parametrize(
    ("name", "data"),
    [
        pytest.param("yok.txt", None, id="missing"),
        pytest.param("plan.pages", b"Faaliyet", id="unknown suffix"),
        pytest.param("plan", b"Faaliyet", id="no suffix"),
        pytest.param("plan.txt", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", id="binary"),
        pytest.param("plan.txt", b"", id="empty"),
        pytest.param("plan.txt", b"\n \n\t\n", id="blank"),
    ],
)
def test_an_unreadable_file_exits_with_2_and_nothing_is_written(tmp_path, name, data):
    path = tmp_path / name
    if data is not None:
        path.write_bytes(data)
    before = stored_rows()

    with pytest.raises(CommandError) as refused:
        import_plan(path, plan="gercek", apply=True)

    assert refused.value.returncode == 2
    assert name in str(refused.value)
    assert stored_rows() == before


def test_a_folder_is_no_readable_file(tmp_path):
    (tmp_path / "plan.txt").mkdir()
    with pytest.raises(CommandError) as refused:
        import_plan(tmp_path / "plan.txt")
    assert refused.value.returncode == 2


def test_a_file_saved_by_turkish_windows_is_read(tmp_path):
    path = tmp_path / "plan.txt"
    path.write_bytes(f"{HEADING}\n{HEADER}\n{ROW}".replace("|", "\t").encode("cp1254"))
    assert import_plan(path)["indicators"] == 1


# --- The same file again -----------------------------------------------------------------------


def test_a_row_missing_from_the_file_is_told_and_kept(write):
    import_plan(write(HEADING, HEADER, ROW, SECOND), apply=True)
    before = stored_rows()

    report = import_plan(write(HEADING, HEADER, ROW), apply=True)

    assert (report["missing"], report["unchanged"]) == (1, 1)
    [change] = report["changes"]
    assert (change["kind"], change["code"], change["indicator"]) == (
        "missing",
        "3.1.8",
        "Toplantı sayısı",
    )
    assert (report["applied"], report["batch"]) == (False, None)
    assert stored_rows() == before


def test_a_unit_that_the_file_leaves_out_misses_nothing(write):
    import_plan(write(HEADING, HEADER, ROW, "7. ULAŞIM", HEADER, ROW), apply=True)
    assert import_plan(write(HEADING, HEADER, ROW))["missing"] == 0


def test_a_new_row_is_added_beside_the_others(write):
    import_plan(write(HEADING, HEADER, ROW), apply=True)

    report = import_plan(write(HEADING, HEADER, ROW, SECOND), apply=True)

    assert (report["new"], report["unchanged"]) == (1, 1)
    assert list(Indicator.objects.values_list("position", "name")) == [
        (1, "Uygulama sayısı"),
        (2, "Toplantı sayısı"),
    ]


def test_a_changed_title_is_told_once_and_its_search_key_follows(write):
    import_plan(write(HEADING, HEADER, ROW, SECOND), apply=True)

    report = import_plan(
        write(HEADING, HEADER, ROW.replace("Bütçeleme", "Şeffaf bütçe"), SECOND), apply=True
    )

    assert [change["field"] for change in report["changes"]] == ["title"]
    assert Activity.objects.get().title_key == "seffaf butce uygulamak"


def test_a_changed_unit_cell_replaces_the_units(write):
    import_plan(write(HEADING, HEADER, ROW), apply=True)

    import_plan(write(HEADING, HEADER, ROW.replace("Paydaşlar", "Barolar")), apply=True)

    roles = Activity.objects.get().unit_roles.filter(role=Role.SUPPORTING)
    assert [str(role) for role in roles] == ["Barolar"]
    assert Activity.objects.get().unit_roles.filter(role=Role.RESPONSIBLE).count() == 1


def told(report):
    """Return the changes of a report as field, old and new value."""
    return [(change["field"], change["from"], change["to"]) for change in report["changes"]]


def test_women_and_men_of_a_number_that_changes_are_told_as_wiped(write):
    import_plan(write(HEADING, HEADER, ROW, SECOND), apply=True)
    Realization.objects.filter(value=5).update(women=3, men=2, others=0)

    path = write(HEADING, HEADER, ROW.replace("|4|5", "|4|6"), SECOND)
    report = import_plan(path, apply=True, reason="Tutanak")

    assert told(report) == [
        ("realization 2024", "5", "6"),
        ("women 2024", "3", ""),
        ("men 2024", "2", ""),
        ("others 2024", "0", ""),
    ]
    assert {change["indicator"] for change in report["changes"]} == {"Uygulama sayısı"}
    assert (report["changed"], report["unchanged"]) == (1, 1)
    value = Realization.objects.get(indicator__name="Uygulama sayısı")
    assert (value.value, value.women, value.men, value.others) == (6, None, None, None)


def test_why_there_was_no_figure_is_told_as_wiped_by_a_number(write):
    import_plan(write(HEADING, HEADER, ROW), apply=True)
    Realization.objects.update(value=None, text="", absence=Realization.Absence.NOT_MEASURED)

    report = import_plan(write(HEADING, HEADER, ROW), apply=True, reason="Ölçüldü")

    assert told(report) == [("realization 2024", "", "5"), ("absence 2024", "not_measured", "")]
    value = Realization.objects.get()
    assert (value.value, value.absence) == (5, "")


def test_a_number_that_stays_keeps_its_women_and_men(write):
    import_plan(write(HEADING, HEADER, ROW), apply=True)
    Realization.objects.update(women=3, men=2, others=0)

    report = import_plan(write(HEADING, HEADER, ROW.replace("|4|5", "|4|5,0")), apply=True)

    assert report["changes"] == []
    assert Realization.objects.get().women == 3


# --- What an import must not overwrite ---------------------------------------------------------


def test_an_approved_realization_is_not_overwritten(write):
    import_plan(write(HEADING, HEADER, ROW, SECOND), apply=True)
    Realization.objects.filter(value=5).update(state=Realization.State.APPROVED)
    before = stored_rows()

    report = import_plan(
        write(HEADING, HEADER, ROW.replace("|4|5", "|4|6"), SECOND.replace("|9|10", "|9|11")),
        apply=True,
        expect=1,
    )

    verified, sent = report["errors"]
    assert (verified["where"], verified["column"], verified["value"]) == ("3", "realization", "6")
    assert (sent["where"], sent["column"], sent["value"]) == ("4", "realization", "11")
    assert sorted(Realization.objects.values_list("value", flat=True)) == [5, 10]
    assert stored_rows() == before


def test_an_approved_realization_that_the_file_repeats_is_no_error(write):
    path = write(HEADING, HEADER, ROW)
    import_plan(path, apply=True)
    Realization.objects.update(state=Realization.State.APPROVED)
    assert import_plan(path, apply=True)["unchanged"] == 1


@pytest.mark.parametrize("state", [Period.State.CLOSED, Period.State.PUBLISHED])
@pytest.mark.parametrize(
    ("rows", "columns"),
    [
        pytest.param((ROW.replace("|4|5", "|4|6"),), ["realization"], id="changed value"),
        pytest.param((ROW, SECOND), ["2024", "realization"], id="new indicator"),
    ],
)
def test_no_number_is_written_into_a_closed_year(write, state, rows, columns):
    import_plan(write(HEADING, HEADER, ROW), apply=True)
    Period.objects.filter(year=YEAR).update(state=state)
    before = stored_rows()

    errors = import_plan(write(HEADING, HEADER, *rows), apply=True, expect=1)["errors"]

    assert [error["column"] for error in errors] == columns
    assert stored_rows() == before
    assert Realization.objects.get().value == 5


def test_a_closed_year_can_be_left_out_of_a_file(write):
    import_plan(write(HEADING, HEADER, ROW), apply=True)
    Period.objects.filter(year=YEAR).update(state=Period.State.CLOSED)
    path = write(HEADING, HEADER, ROW.replace("|4|5", "|4|6"), SECOND)

    refused = import_plan(path, apply=True, expect=1)
    assert (len(refused["errors"]), refused["left_out"]) == (3, {})
    report = import_plan(path, apply=True, leave_out=[str(YEAR)])

    assert (report["errors"], report["left_out"], report["applied"]) == ([], {str(YEAR): 3}, True)
    assert Realization.objects.get().value == 5
    assert Indicator.objects.count() == 2
    assert not Target.objects.filter(indicator__name="Toplantı sayısı", year=YEAR).exists()


def test_a_closed_year_takes_the_same_file_again(write):
    path = write(HEADING, HEADER, ROW)
    import_plan(path, apply=True)
    Period.objects.update(state=Period.State.CLOSED)
    assert import_plan(path, apply=True)["unchanged"] == 1


# --- Plans, years and departments --------------------------------------------------------------


def test_a_plan_that_does_not_exist_is_named_after_the_file(write):
    assert (
        import_plan(write(HEADING, HEADER, ROW, name="Eşitlik 2024.txt"))["plan"] == "esitlik-2024"
    )


def test_the_only_plan_is_meant_where_none_is_named(write):
    import_plan(write(HEADING, HEADER, ROW), plan="tek", apply=True)
    assert import_plan(write(HEADING, HEADER, ROW, name="baska.txt"))["plan"] == "tek"


def test_among_several_plans_one_must_be_named(write):
    make_plan()
    make_plan()
    with pytest.raises(CommandError, match="--plan"):
        import_plan(write(HEADING, HEADER, ROW))


def test_year_says_whose_realization_it_is(write):
    report = import_plan(write(HEADING, HEADER, ROW), year=2025, apply=True)
    assert report["year"] == 2025
    assert Realization.objects.get().year == 2025


def test_without_year_the_first_years_realization_is_meant(write):
    assert import_plan(write(HEADING, HEADER, ROW))["year"] == 2024


@pytest.mark.parametrize("year", [2023, 2027])
def test_a_year_outside_the_plan_is_an_error(write, year):
    report = import_plan(write(HEADING, HEADER, ROW), year=year, apply=True, expect=1)
    assert str(year) in report["errors"][0]["message"]
    assert not Plan.objects.exists()


def test_a_files_year_outside_the_stored_plan_is_an_error(write):
    make_plan(slug="eski", first_year=2020, last_year=2022)
    report = import_plan(
        write(HEADING, HEADER, ROW), plan="eski", expect=1, create_departments=True
    )
    assert {error["value"] for error in report["errors"]} == {"2024", "2025", "2026"}


def test_a_new_plan_without_any_year_is_an_error(write):
    header = HEADER.replace("|2024|2025|2026", "")
    path = write(HEADING, header, "3.1.8. Uygulamak|||Sayı|1|5")

    assert import_plan(path, apply=True, expect=1)["errors"]
    assert not Plan.objects.exists()


def test_a_new_plan_without_year_columns_takes_the_year_that_is_told(write):
    header = HEADER.replace("|2024|2025|2026", "")
    import_plan(write(HEADING, header, "3.1.8. Uygulamak|||Sayı|1|5"), year=2025, apply=True)

    plan = Plan.objects.get()
    assert (plan.first_year, plan.last_year) == (2025, 2025)


def test_departments_without_a_number_are_numbered_in_order_of_appearance(write):
    import_plan(write("KARİYER MERKEZİ", HEADER, ROW, "ULAŞIM", HEADER, ROW), apply=True)
    assert list(PlanDepartment.objects.values_list("number", "department__name")) == [
        ("1", "Kariyer Merkezi"),
        ("2", "Ulaşım"),
    ]


@pytest.mark.parametrize(
    "heading",
    [
        pytest.param("MALİ HİZMETLER DAİRESİ BAŞKANLIĞI", id="without its number"),
        pytest.param("6. Mali Hizmetler Dairesi Başkanlığı", id="in small letters"),
        pytest.param("16.MALİ HİZMETLER DAİRESİ BAŞKANLIĞI", id="with another number"),
    ],
)
@pytest.mark.parametrize("is_known", [False, True], ids=["new unit", "known unit"])
def test_a_heading_repeated_in_another_spelling_is_the_same_department(write, heading, is_known):
    if is_known:
        make_department(name="Mali Hizmetler Dairesi Başkanlığı")
    other = ROW.replace("3.1.8", "3.1.9")

    import_plan(write(HEADING, HEADER, ROW, heading, HEADER, other), apply=True)

    assert PlanDepartment.objects.get().number == "6"
    assert Activity.objects.count() == 2


def test_one_code_twice_under_two_spellings_of_a_department_is_an_error(write):
    path = write(HEADING, HEADER, ROW, "MALİ HİZMETLER DAİRESİ BAŞKANLIĞI", HEADER, ROW)

    [error] = import_plan(path, apply=True, expect=1)["errors"]

    assert (error["where"], error["column"]) == ("6", "activity")


def test_two_departments_may_each_have_a_branch_of_one_name(write):
    import_plan(
        write(
            *("1. FEN İŞLERİ", "1.1. İdari İşler Şube Müdürlüğü", HEADER, ROW),
            *("2. ULAŞIM", "2.1. İdari İşler Şube Müdürlüğü", HEADER, ROW),
        ),
        apply=True,
    )
    assert list(PlanDepartment.objects.values_list("number", flat=True)) == [
        "1",
        "1.1",
        "2",
        "2.1",
    ]


def test_an_unknown_department_is_an_error_in_a_stored_plan(write):
    import_plan(write(HEADING, HEADER, ROW), plan="p", apply=True)
    before = stored_rows()

    report = import_plan(
        write(HEADING, HEADER, ROW, "7. ULAŞIM", HEADER, ROW), plan="p", apply=True, expect=1
    )

    [error] = report["errors"]
    assert (error["where"], error["column"], error["value"]) == ("6", "department", "ULAŞIM")
    assert "--create-departments" in error["message"]
    assert "ULAŞIM" in [name["text"] for name in report["unmatched"]]
    assert stored_rows() == before


def test_create_departments_adds_an_unknown_department(write):
    import_plan(write(HEADING, HEADER, ROW), plan="p", apply=True)

    import_plan(
        write(HEADING, HEADER, ROW, "7. ULAŞIM", HEADER, ROW),
        plan="p",
        apply=True,
        create_departments=True,
    )

    assert list(PlanDepartment.objects.values_list("number", flat=True)) == ["6", "7"]


def test_a_department_of_another_plan_is_not_yet_one_of_this_plan(write):
    import_plan(write(HEADING, HEADER, ROW), plan="eski", apply=True)
    make_plan(slug="yeni")

    [error] = import_plan(write(HEADING, HEADER, ROW), plan="yeni", expect=1)["errors"]
    import_plan(write(HEADING, HEADER, ROW), plan="yeni", apply=True, create_departments=True)

    assert error["column"] == "department"
    assert Department.objects.count() == 1
    assert PlanDepartment.objects.count() == 2


def test_an_alias_leads_to_its_department(write):
    department = make_department(name="Mali Hizmetler Dairesi Başkanlığı")
    Alias.objects.create(text="Para İşleri Başkanlığı", department=department)

    import_plan(write("6. Para İşleri Başkanlığı", HEADER, ROW), apply=True)

    assert PlanDepartment.objects.get().department == department


def test_a_printed_number_that_is_taken_gives_way(write):
    import_plan(write("6. MALİ HİZMETLER", HEADER, ROW, "6. ULAŞIM", HEADER, ROW), apply=True)
    assert PlanDepartment.objects.values_list("number", flat=True).distinct().count() == 2


# --- Units in cells ----------------------------------------------------------------------------


def test_unmatched_names_are_listed_once_with_their_place(write):
    rows = (ROW.replace("Paydaşlar", "MEÜSEM"), "3.1.9. Eğitmek||MEÜSEM|Sayı|1|1|1|1|1")
    report = import_plan(write(HEADING, HEADER, *rows), apply=True)

    assert report["unmatched"] == [{"text": "MEÜSEM", "where": "3", "guesses": []}]
    institution = Institution.objects.get()
    assert (institution.name, institution.to_check, institution.is_group) == ("MEÜSEM", True, False)


def test_a_known_institution_is_used_and_not_listed(write):
    Institution.objects.create(name="Paydaşlar", is_group=True)
    report = import_plan(write(HEADING, HEADER, ROW), apply=True)

    assert report["unmatched"] == []
    assert Institution.objects.count() == 1


def test_a_cell_may_name_a_department_that_stands_further_down(write):
    row = ROW.replace("Paydaşlar", "Ulaşım Dairesi Başkanlığı")
    path = write(HEADING, HEADER, row, "7. ULAŞIM DAİRESİ BAŞKANLIĞI", HEADER, ROW)

    report = import_plan(path, apply=True)

    assert "Ulaşım Dairesi Başkanlığı" not in [name["text"] for name in report["unmatched"]]
    role = Activity.objects.first().unit_roles.get(role=Role.SUPPORTING)
    assert role.department.name == "Ulaşım Dairesi Başkanlığı"


@pytest.mark.parametrize("text", ["???", "ΚΕΠ"], ids=["signs", "Greek"])
def test_a_name_without_latin_letters_can_come_in_twice(write, text):
    import_plan(write(HEADING, HEADER, ROW.replace("Paydaşlar", text)), apply=True)
    other = "3.1.9. Eğitmek|Mali Hizmetler|***|Sayı|1|1|1|1|1"

    import_plan(write(HEADING, HEADER, ROW.replace("Paydaşlar", text), other), apply=True)

    assert Activity.objects.count() == 2


# --- More than a column holds ------------------------------------------------------------------


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param(
            (f"6. {'Çok ' * 60}uzun", "Faaliyet|Gösterge|2024", "3.1.8 Uygulamak|Sayı|1"),
            id="department",
        ),
        pytest.param((HEADING, HEADER, ROW.replace("3.1.8", "3.1" + ".8" * 10)), id="code"),
        pytest.param((HEADING, HEADER, ROW.replace("Paydaşlar", "Çok uzun " * 30)), id="unit"),
    ],
)
def test_a_name_too_long_for_its_column_is_an_error_with_its_place(write, rows):
    before = stored_rows()

    report = import_plan(write(*rows), plan="p", apply=True, expect=1)

    assert all(error["where"] and error["message"] for error in report["errors"])
    assert stored_rows() == before


def test_a_long_indicator_name_can_come_in_twice(write):
    path = write(HEADING, HEADER, ROW.replace("Uygulama sayısı", "Uzun adı olan sayı " * 40))
    import_plan(path, apply=True)
    assert import_plan(path, apply=True)["unchanged"] == 1


def test_a_long_file_name_does_not_break_the_plans_address(write):
    report = import_plan(write(HEADING, HEADER, ROW, name=f"{'plan' * 40}.txt"), apply=True)
    assert len(report["plan"]) <= 80


@pytest.mark.parametrize("column", ["Mevcut", "Sorumlu Birim", "Destekçi Kurum/Kuruluş"])
def test_a_file_says_nothing_of_the_columns_it_lacks(write, column):
    import_plan(write(HEADING, HEADER, ROW), apply=True)
    place = HEADER.split("|").index(column)
    header, row = (
        "|".join(cell for index, cell in enumerate(line.split("|")) if index != place)
        for line in (HEADER, ROW)
    )
    assert import_plan(write(HEADING, header, row))["changes"] == []
